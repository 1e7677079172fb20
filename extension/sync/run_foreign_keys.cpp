#include "run_foreign_keys.h"

#include "../pg/spi.h"
#include "source_error.h"

namespace confiture {

struct verification {
  int64 run_id;
  List *tree;  // Oids: the run's tables and their partitions
  fk_violation action;
};

// Children by inheritance are tables of their own; partitions are not.
static List *tree_of(List *relations) {
  List *tree = NIL;
  ListCell *cell;
  foreach (cell, relations) {
    Oid relation = lfirst_oid(cell);
    tree = list_concat_unique_oid(tree, get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE
                                            ? find_all_inheritors(relation, NoLock, nullptr)
                                            : list_make1_oid(relation));
  }
  return tree;
}

// A key may come up again, when rows went from a table it references, or when a run is resumed: what was done to its
// rows stays done and adds up.
static void record(const verification *call, const foreign_key *key, const char *action, int64 violations) {
  Oid types[] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID};
  Datum values[] = {Int64GetDatum(call->run_id),
                    CStringGetTextDatum(key->name),
                    CStringGetTextDatum(key->referencing_name),
                    CStringGetTextDatum(key->referenced_name),
                    Int64GetDatum(violations),
                    CStringGetTextDatum(action)};
  spi_run_as_owner(
      "INSERT INTO confiture.foreign_key_check AS k (run_id, constraint_name, referencing, referenced, violations, "
      "action) VALUES ($1, (parse_ident($2))[1], $3, $4, $5, $6) "
      "ON CONFLICT (run_id, referencing, constraint_name) DO UPDATE SET referenced = EXCLUDED.referenced, "
      "checked_at = EXCLUDED.checked_at, "
      "action = CASE WHEN k.action IN ('deleted', 'nulled') AND EXCLUDED.action = 'verified' THEN k.action "
      "  ELSE EXCLUDED.action END, "
      "violations = EXCLUDED.violations + CASE WHEN k.action IN ('deleted', 'nulled') "
      "  AND EXCLUDED.action IN (k.action, 'verified') THEN k.violations ELSE 0 END",
      6, types, values);
}

// The statement that deals with violations, nullptr when they stay. Rows of other tables are nobody's to change here.
static const char *remedy(const verification *call, const foreign_key *key) {
  if (!list_member_oid(call->tree, key->referencing)) return nullptr;
  if (call->action == fk_violation::remove) return key->remove_violations;
  if (call->action == fk_violation::set_null) return key->null_violations;
  return nullptr;
}

// Returns whether rows changed, so that others may have lost what they reference.
static bool verify_key(const verification *call, const foreign_key *key) {
  const char *statement = remedy(call, key);
  // Whoever changes rows must not have to upgrade a lock that others may hold too.
  int64 violations = count_violations(key, statement != nullptr ? ShareRowExclusiveLock : ShareLock);
  if (violations == 0) {
    record(call, key, "verified", 0);
    return false;
  }
  if (call->action == fk_violation::report) {
    record(call, key, "reported", violations);
    return false;
  }
  int64 changed = 0;
  if (statement != nullptr) {
    run_withholding_values(key->referencing_name, statement, true);
    changed = static_cast<int64>(SPI_processed);
    violations = count_violations(key, ShareRowExclusiveLock);  // a trigger or rule may see to it that rows stay
    if (violations == 0) record(call, key, call->action == fk_violation::remove ? "deleted" : "nulled", changed);
  }
  if (violations > 0) record(call, key, "failed", violations);
  return changed > 0;
}

// Rows went from a table, or columns of them are NULL: keys to it, or to a table that it is a part of, are to be
// verified again.
static List *add_keys_to(List *pending, List *keys, Oid relation) {
  Oid root = partition_root(relation);
  ListCell *cell;
  foreach (cell, keys)
    if (partition_root(static_cast<foreign_key *>(lfirst(cell))->referenced) == root)
      pending = list_append_unique_ptr(pending, lfirst(cell));
  return pending;
}

// Those to verify; others are recorded as skipped, or none of ours.
static List *find_keys(const verification *call, List *failed_relations) {
  List *skipped = NIL, *keys = NIL;
  ListCell *cell;
  foreach (cell, load_foreign_keys(tree_of(failed_relations)))
    skipped = lappend_oid(skipped, static_cast<foreign_key *>(lfirst(cell))->oid);
  foreach (cell, load_foreign_keys(call->tree)) {
    foreign_key *key = static_cast<foreign_key *>(lfirst(cell));
    if (list_member_oid(skipped, key->oid))
      record(call, key, "skipped", 0);
    else if (key->is_validated || !key->is_inbound)  // rows that referenced nothing before (NOT VALID) stay unjudged
      keys = lappend(keys, key);
  }
  return keys;
}

int64 verify_run_foreign_keys(int64 run_id, List *relations, List *failed_relations, fk_violation action,
                              void (*next_transaction)()) {
  verification call = {run_id, tree_of(relations), action};
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  spi_run_as_owner("DELETE FROM confiture.foreign_key_check WHERE run_id = $1 AND action NOT IN ('deleted', 'nulled')",
                   1, types, values);
  List *keys = find_keys(&call, failed_relations);
  List *pending = list_copy(keys);
  while (pending != NIL) {
    const foreign_key *key = static_cast<foreign_key *>(linitial(pending));
    pending = list_delete_first(pending);
    if (verify_key(&call, key)) pending = add_keys_to(pending, keys, key->referencing);
    if (next_transaction != nullptr) next_transaction();
  }
  spi_run_as_owner("SELECT count(*) FROM confiture.foreign_key_check WHERE run_id = $1 AND action = 'failed'", 1, types,
                   values);
  bool is_null;
  return DatumGetInt64(spi_datum(0, 1, &is_null));
}

char *foreign_key_report(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  spi_run_as_owner(
      "SELECT string_agg(format(CASE k.action WHEN 'skipped' THEN 'Foreign key %I of %s was not verified, because not "
      "both of its tables were loaded.' ELSE 'Foreign key %I of %s: %s %s what is not in %s%s.' END, "
      "k.constraint_name, "
      "  k.referencing, k.violations, CASE WHEN k.action IN ('deleted', 'nulled') THEN "
      "    CASE k.violations WHEN 1 THEN 'row referenced' ELSE 'rows referenced' END "
      "    ELSE CASE k.violations WHEN 1 THEN 'row references' ELSE 'rows reference' END END, k.referenced, "
      "  CASE WHEN k.action = 'deleted' THEN ' (deleted)' WHEN k.action = 'nulled' THEN ' (now NULL)' "
      "    WHEN k.action <> 'failed' OR coalesce(r.parameters ->> 'on_fk_violation', 'fail') = 'fail' THEN '' "
      "    WHEN t.relation IS NULL THEN '; the table is none of this run' "
      "    WHEN r.parameters ->> 'on_fk_violation' = 'null' THEN '; the columns are NOT NULL' END), "
      "  E'\n' ORDER BY k.action <> 'failed', k.referencing, k.constraint_name) "
      "FROM confiture.foreign_key_check k JOIN confiture.run r USING (run_id) "
      "LEFT JOIN confiture.run_table t ON t.run_id = k.run_id AND t.relation_name = k.referencing "
      "WHERE k.run_id = $1 AND k.action <> 'verified'",
      1, types, values);
  return spi_text(0, 1);
}

}  // namespace confiture
