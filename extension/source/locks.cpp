#include "source/locks.h"

#include "pg/list.h"
#include "pg/spi.h"

namespace confiture {

// Each operator is qualified, since the query comes before the transaction whose settings are ours. A table is locked
// with its indexes and, when it is emptied or has large values, with its TOAST table and that one's index.
static const char lock_query[] = R"(
    WITH RECURSIVE tree(oid) AS (
      SELECT pg_catalog.unnest($1::pg_catalog.oid[])
      UNION ALL
      SELECT i.inhrelid
      FROM tree
      JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) tree.oid
      JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid
      WHERE c.relispartition
    )
    SELECT (SELECT pg_catalog.count(*) FROM tree),
           (SELECT pg_catalog.count(*)
            FROM tree
            JOIN pg_catalog.pg_index i ON i.indrelid OPERATOR(pg_catalog.=) tree.oid),
           (SELECT pg_catalog.count(*)
            FROM tree
            JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) tree.oid
            WHERE c.reltoastrelid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid),
           pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8,
           (SELECT pg_catalog.sum(pg_catalog.current_setting(s.name)::pg_catalog.int8)::pg_catalog.int8
            FROM pg_catalog.unnest('{max_connections,max_prepared_transactions,autovacuum_max_workers,
                                     max_worker_processes,max_wal_senders}'::pg_catalog.text[]) s(name))
    )";

static LockNeed make_need(int64 tables, int64 indexes, int64 toasted, int64 setting, int64 processes) {
  return {.needed = tables + indexes + 2 * toasted, .room = setting * (processes + 1), .setting = setting};
}

LockNeed locks_on_source(Source *source, List *relations) {
  const char *parameter = oid_array(relations);
  const PGresult *result = expect_shape(source, source_query(source, lock_query, 1, &parameter), 5, 1);
  int64 values[5];
  for (int i = 0; i < 5; i++) values[i] = strtoll(PQgetvalue(result, 0, i), nullptr, 10);
  return make_need(values[0], values[1], values[2], values[3], values[4]);
}

LockNeed locks_here(List *relations) {
  Row row = spi_run(lock_query, {arg_oids(relations)}).first();
  int64 values[5];
  for (int64 &value : values) value = row.next<int64>();
  return make_need(values[0], values[1], values[2], values[3], values[4]);
}

const char *lock_objection(const LockNeed *need, const char *where, const char **fix) {
  if (need->needed <= need->room) return nullptr;
  int64 wanted = (need->needed * need->setting + need->room - 1) / need->room;
  *fix = psprintf("-- %s: ALTER SYSTEM SET max_locks_per_transaction = " INT64_FORMAT
                  "; and restart; or choose fewer tables with include",
                  where, wanted + wanted / 4);
  return psprintf("a transaction that locks its tables takes " INT64_FORMAT
                  " locks %s, and max_locks_per_transaction leaves room for " INT64_FORMAT,
                  need->needed, where, need->room);
}

}  // namespace confiture
