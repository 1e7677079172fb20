#include "plan/seeds.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/filters.h"

namespace confiture {

// As for filters, a table created under the name of a dropped one has its seed.
#define SQL_OF_TABLES(table, alias)                                  \
  "FROM confiture." table " " alias                                  \
  " JOIN (pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace)" \
  "  ON c.oid = " alias ".relation OR " alias                        \
  ".relation_name = format('%I.%I', n.nspname, c.relname)"           \
  "   AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = " alias ".relation)"

static void refuse_untrusted() {
  Rows rows = spi_run(R"(
      SELECT s.relation_name, s.set_by
      FROM confiture.seed s
      WHERE s.set_by <> current_user
        AND NOT coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = s.set_by), false)
      ORDER BY s.relation_name
      LIMIT 1)");
  if (rows.is_empty()) return;
  Row row = rows.first();
  const char *relation = row.next<const char *>();
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("the seed of %s was set by role %s", relation, row.next<const char *>()),
                  errhint("Look at it in confiture.seeds; if it is right, set it yourself with confiture.set_seed(). "
                          "With subset => '{}' a run copies no subset.")));
}

Jsonb *settle_subset(Jsonb *parameters) {
  if (spi_run("SELECT $1 ? 'subset'", {arg(parameters)}).first().next<bool>() == false) {
    refuse_untrusted();
    parameters = spi_run(
                     "SELECT $1 || coalesce(jsonb_build_object('seeds',"
                     " (SELECT jsonb_object_agg(format('%I.%I', n.nspname, c.relname), jsonb_strip_nulls("
                     "   jsonb_build_object('where', s.condition, 'rows', s.rows, 'percent', s.percent)))"
                     " " SQL_OF_TABLES("seed", "s") " HAVING count(*) > 0)), '{}')",
                     {arg(parameters)})
                     .first()
                     .next<Jsonb *>();
  }
  return spi_run(
             "SELECT $1 || jsonb_build_object('follow', ("
             " SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('relation', format('%I.%I', n.nspname,"
             "   c.relname), 'key', w.key, 'follow', w.follow, 'rows_per_parent', w.rows_per_parent)))"
             " " SQL_OF_TABLES("follow", "w") "))",
             {arg(parameters)})
      .first()
      .next<Jsonb *>();
}

[[noreturn]] static void raise_bad_seed(const char *relation, const char *what) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("subset: the seed of %s %s", relation, what),
                  errhint("For example {\"public.customers\": {\"where\": \"country = 'FR'\", \"rows\": 1000}}; the "
                          "members are where, rows and percent.")));
}

List *read_seeds(const Jsonb *seeds) {
  List *list = NIL;
  if (seeds == nullptr) return NIL;
  if (!JB_ROOT_IS_OBJECT(seeds)) raise_bad_seed("each table", "must be a member of a JSON object");
  for (Row row : spi_run(R"(
      SELECT s.key,
        coalesce(jsonb_typeof(s.value) = 'object', false),
        (SELECT min(m.key)
         FROM jsonb_each(CASE jsonb_typeof(s.value) WHEN 'object' THEN s.value ELSE '{}' END) m
         WHERE m.key NOT IN ('where', 'rows', 'percent')
           OR m.value <> 'null' AND jsonb_typeof(m.value) <> CASE m.key WHEN 'where' THEN 'string' ELSE 'number' END),
        s.value ->> 'where',
        s.value ->> 'rows',
        s.value ->> 'percent'
      FROM jsonb_each($1) s
      ORDER BY s.key)",
                         {arg(seeds)})) {
    Seed *seed = make<Seed>();
    seed->relation = row.next<const char *>();
    if (!row.next<bool>()) raise_bad_seed(seed->relation, "must be a JSON object");
    const char *bad = row.next<const char *>();
    if (bad != nullptr) raise_bad_seed(seed->relation, psprintf("has a wrong member \"%s\"", bad));
    seed->condition = row.next<const char *>();
    const char *rows = row.next<const char *>(), *percent = row.next<const char *>();
    if (seed->condition != nullptr) check_condition(seed->condition, psprintf("the seed of %s", seed->relation));
    if (rows != nullptr) {
      char *end;
      seed->rows = strtoll(rows, &end, 10);
      if (*end != '\0' || seed->rows < 1 || strlen(rows) > 18)
        raise_bad_seed(seed->relation, "must have rows that are a whole number, 1 or more");
    }
    if (percent != nullptr) {
      seed->percent = strtod(percent, nullptr);
      if (!(seed->percent > 0 && seed->percent <= 100))
        raise_bad_seed(seed->relation, "must have a percent above 0, and 100 at most");
    }
    list = append(list, seed);
  }
  return list;
}

List *read_follows(const Jsonb *follows) {
  List *list = NIL;
  if (follows == nullptr) return NIL;
  for (Row row : spi_run(R"(
      SELECT w.relation, w.key, w.follow IS NULL, coalesce(w.follow, false), coalesce(w.rows_per_parent, 0)
      FROM jsonb_to_recordset(CASE jsonb_typeof($1) WHEN 'array' THEN $1 ELSE '[]' END)
        AS w(relation text, key text, follow bool, rows_per_parent int4))",
                         {arg(follows)})) {
    Follow *follow = make<Follow>();
    follow->relation = row.next<const char *>();
    follow->key = row.next<const char *>();
    follow->is_by_default = row.next<bool>();
    follow->follows = row.next<bool>();
    follow->rows_per_parent = row.next<int32>();
    list = append(list, follow);
  }
  return list;
}

// ---- stored

static const char *name_or_null(Oid relation) {
  return get_rel_relkind(relation) != '\0' ? qualified_name(relation) : nullptr;
}

// Also what is left of a table of this name that is gone.
#define SQL_IS_OF_TABLE                                                            \
  "(relation OPERATOR(pg_catalog.=) $1 OR relation_name OPERATOR(pg_catalog.=) $2" \
  " AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation))"

bool delete_seed(Oid relation) {
  return !spi_run_as_owner("DELETE FROM confiture.seed WHERE " SQL_IS_OF_TABLE,
                           {arg(relation), arg(name_or_null(relation))})
              .is_empty();
}

void store_seed(Oid relation, const Seed *seed) {
  delete_seed(relation);
  spi_run_as_owner(R"(
      INSERT INTO confiture.seed (relation, relation_name, condition, rows, percent, set_by)
      VALUES ($1, $2, $3, $4, $5, $6))",
                   {arg(relation), arg(qualified_name(relation)), arg(seed->condition),
                    arg_or_null(arg(seed->rows), seed->rows == 0), arg_or_null(arg(seed->percent), seed->percent == 0),
                    arg_name(NameStr(*caller_name()))});
}

bool delete_follow(Oid relation, const char *key) {
  return !spi_run_as_owner("DELETE FROM confiture.follow WHERE key OPERATOR(pg_catalog.=) $3 AND " SQL_IS_OF_TABLE,
                           {arg(relation), arg(name_or_null(relation)), arg(key)})
              .is_empty();
}

void store_follow(Oid relation, const Follow *follow) {
  delete_follow(relation, follow->key);
  spi_run_as_owner(
      R"(
      INSERT INTO confiture.follow (relation, relation_name, key, follow, rows_per_parent, set_by)
      VALUES ($1, $2, $3, $4, $5, $6))",
      {arg(relation), arg(qualified_name(relation)), arg(follow->key),
       arg_or_null(arg(follow->follows), follow->is_by_default),
       arg_or_null(arg(follow->rows_per_parent), follow->rows_per_parent == 0), arg_name(NameStr(*caller_name()))});
}

}  // namespace confiture
