#include "run/foreign_keys.h"

#include "pg/spi.h"
#include "plan/plan.h"
#include "set_aside/recipe.h"
#include "set_aside/restore.h"
#include "source/error.h"
#include "plan/user_triggers.h"

namespace confiture {

struct RunKey {
  const ForeignKey *key;
  List *parts;  // foreign_key *: itself; of a partitioned table, what its partitions have of one that was set aside
  bool was_set_aside;
  bool is_awaited;  // to become valid: the server has not looked at its rows since it came back
};

struct Verification {
  int64 run_id;
  FkViolation action;
  List *tree;  // Oids: the run's tables and their partitions
  List *all;   // run_key *
  List *keys;  // those to verify
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
static void record(const Verification *call, const ForeignKey *key, const char *action, int64 violations,
                   const char *reason = nullptr) {
  Oid types[] = {INT8OID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID};
  Datum values[] = {Int64GetDatum(call->run_id),
                    CStringGetTextDatum(key->bare_name),
                    CStringGetTextDatum(key->referencing_name),
                    CStringGetTextDatum(key->referenced_name),
                    Int64GetDatum(violations),
                    CStringGetTextDatum(action),
                    reason != nullptr ? CStringGetTextDatum(reason) : Datum(0)};
  old_spi_run_as_owner(
      "INSERT INTO confiture.foreign_key_check AS k (run_id, constraint_name, referencing, referenced, violations, "
      "action, reason) VALUES ($1, $2, $3, $4, $5, $6, $7) "
      "ON CONFLICT (run_id, referencing, constraint_name) DO UPDATE SET referenced = EXCLUDED.referenced, "
      "checked_at = EXCLUDED.checked_at, reason = EXCLUDED.reason, "
      "action = CASE WHEN k.action IN ('deleted', 'nulled') AND EXCLUDED.action = 'verified' THEN k.action "
      "  ELSE EXCLUDED.action END, "
      "violations = EXCLUDED.violations + CASE WHEN k.action IN ('deleted', 'nulled') "
      "  AND EXCLUDED.action IN (k.action, 'verified') THEN k.violations ELSE 0 END",
      7, types, values, reason != nullptr ? nullptr : "      n");
}

static bool touches(const RunKey *candidate, Oid relation) {
  Oid root = partition_root(relation);
  return partition_root(candidate->key->referencing) == root || partition_root(candidate->key->referenced) == root;
}

// Where the role may not switch triggers off, keys of and to a table would act on their own or stand in the way of what
// we change. All were set aside there, and those that are here again were not valid when we found them.
static List *drop_keys(const Verification *call, Oid relation) {
  List *recipes = NIL;
  ListCell *cell, *part_cell;
  if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA) return NIL;
  foreach (cell, call->all) {
    RunKey *which = static_cast<RunKey *>(lfirst(cell));
    if (!touches(which, relation) || which->key->is_validated) continue;
    which->is_awaited = which->was_set_aside;
    foreach (part_cell, which->parts) {
      const ForeignKey *part = static_cast<ForeignKey *>(lfirst(part_cell));
      Oid constraint = get_relation_constraint_oid(part->referencing, part->bare_name, false);
      recipes = lappend(recipes, foreign_key_recipe(constraint));
      old_spi_run(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", part->referencing_name, part->name));
    }
  }
  return recipes;
}

struct Remedy {
  const Verification *call;
  const ForeignKey *key;
  const char *statement;
  int64 changed;
};

static void apply(void *arg) {
  Remedy *what = static_cast<Remedy *>(arg);
  const ForeignKey *key = what->key;
  bool is_replica = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  List *triggers = firing_triggers(tree_of(list_make1_oid(key->referencing)), is_replica);
  disable_triggers(triggers);
  List *recipes = drop_keys(what->call, key->referencing);
  run_withholding_values(key->referencing_name, what->statement, true);
  what->changed = static_cast<int64>(SPI_processed);
  run_recipes(recipes);
  enable_triggers(triggers);
}

// Why nothing is done about violations, or nullptr, with the statement that deals with them. Rows of other tables are
// nobody's to change here.
static const char *find_remedy(const Verification *call, const ForeignKey *key, const char **statement) {
  *statement = nullptr;
  if (call->action == FkViolation::fail || call->action == FkViolation::report) return nullptr;
  if (!list_member_oid(call->tree, key->referencing)) return "the table is not of this run";
  *statement = call->action == FkViolation::remove ? remove_violations(key) : null_violations(key);
  return *statement == nullptr ? "the columns are NOT NULL" : nullptr;
}

static void make_valid(void *arg) {
  ListCell *cell;
  foreach (cell, static_cast<RunKey *>(arg)->parts) {
    const ForeignKey *part = static_cast<ForeignKey *>(lfirst(cell));
    run_withholding_values(part->referencing_name,
                           psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", part->referencing_name, part->name));
  }
}

// Returns whether rows changed: others may have lost what they reference, or be not valid again.
static bool verify_key(const Verification *call, RunKey *which) {
  const ForeignKey *key = which->key;
  // What the server finds valid needs no second look; it may read all tables, too.
  if (which->is_awaited && error_of([&] { make_valid(which); }) == nullptr) {
    which->is_awaited = false;
    record(call, key, "verified", 0);
    return false;
  }
  const char *violated = call->action == FkViolation::report ? "reported" : "failed";
  if (which->is_awaited && !(may_read(key->referencing) && may_read(key->referenced))) {
    record(call, key, violated, 1, "maybe more do, but you may not read both tables");
    return false;
  }
  Remedy what = {call, key, nullptr, 0};
  const char *reason = find_remedy(call, key, &what.statement);
  // Whoever changes rows must not have to upgrade a lock that others may hold too.
  int64 violations = count_violations(key, what.statement != nullptr ? ShareRowExclusiveLock : ShareLock);
  if (violations > 0 && what.statement != nullptr) {
    reason = error_of([&] { apply(&what); });
    if (reason != nullptr) what.changed = 0;                    // undone
    violations = count_violations(key, ShareRowExclusiveLock);  // a rule may see to it that rows stay
  }
  if (violations > 0)
    record(call, key, violated, violations, reason);
  else if (what.changed == 0)
    record(call, key, "verified", 0);
  else
    record(call, key, call->action == FkViolation::set_null ? "nulled" : "deleted", what.changed);
  if (violations == 0 && which->is_awaited) {
    make_valid(which);
    which->is_awaited = false;
  }
  return what.changed > 0;
}

static const AwaitedKey *find_awaited(List *awaited, Oid constraint) {
  ListCell *cell;
  foreach (cell, awaited)
    if (static_cast<AwaitedKey *>(lfirst(cell))->constraint == constraint)
      return static_cast<AwaitedKey *>(lfirst(cell));
  return nullptr;
}

// Adds a key, or to the one that it was a part of before that was set aside.
static RunKey *add_key(Verification *call, const ForeignKey *part, const AwaitedKey *awaited) {
  ForeignKey *key = static_cast<ForeignKey *>(palloc(sizeof(ForeignKey)));
  *key = *part;
  if (awaited != nullptr && OidIsValid(awaited->referencing)) {
    key->referencing = awaited->referencing;
    key->referencing_name = qualified_name(key->referencing);
    key->bare_name = awaited->name;
    key->name = quote_identifier(key->bare_name);
  }
  ListCell *cell;
  RunKey *added = nullptr;
  foreach (cell, call->all) {
    RunKey *other = static_cast<RunKey *>(lfirst(cell));
    if (other->key->referencing == key->referencing && strcmp(other->key->bare_name, key->bare_name) == 0)
      added = other;
  }
  if (added == nullptr) {
    added = static_cast<RunKey *>(palloc0(sizeof(RunKey)));
    added->key = key;
    call->all = lappend(call->all, added);
  }
  added->parts = lappend(added->parts, const_cast<ForeignKey *>(part));
  if (awaited != nullptr) added->was_set_aside = added->is_awaited = true;
  return added;
}

// All keys of and to the run's tables, and those of them to verify; others are recorded as skipped, or none of ours.
static void find_keys(Verification *call, List *failed_relations) {
  List *skipped = NIL, *awaited = keys_to_validate(call->run_id);
  ListCell *cell;
  foreach (cell, load_foreign_keys(tree_of(failed_relations)))
    skipped = lappend_oid(skipped, static_cast<ForeignKey *>(lfirst(cell))->oid);
  foreach (cell, load_foreign_keys(call->tree)) {
    const ForeignKey *part = static_cast<ForeignKey *>(lfirst(cell));
    RunKey *found = add_key(call, part, find_awaited(awaited, part->oid));
    if (list_member_oid(skipped, part->oid))
      record(call, found->key, "skipped", 0);
    else if (found->was_set_aside || part->is_validated || !part->is_inbound)
      call->keys = list_append_unique_ptr(call->keys, found);  // NOT VALID stays so, unless all its rows are new
  }
}

int64 verify_run_foreign_keys(int64 run_id, List *relations, List *failed_relations, FkViolation action,
                              void (*next_transaction)()) {
  Verification call = {run_id, action, tree_of(relations), NIL, NIL};
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "DELETE FROM confiture.foreign_key_check WHERE run_id = $1 AND action NOT IN ('deleted', 'nulled')", 1, types,
      values);
  find_keys(&call, failed_relations);
  List *pending = list_copy(call.keys);
  while (pending != NIL) {
    RunKey *which = static_cast<RunKey *>(linitial(pending));
    pending = list_delete_first(pending);
    if (verify_key(&call, which)) {
      ListCell *cell;
      foreach (cell, call.keys)
        if (touches(static_cast<RunKey *>(lfirst(cell)), which->key->referencing))
          pending = list_append_unique_ptr(pending, lfirst(cell));
    }
    if (next_transaction != nullptr) next_transaction();
  }
  while (validate_one(run_id))
    if (next_transaction != nullptr) next_transaction();
  old_spi_run_as_owner("SELECT count(*) FROM confiture.foreign_key_check WHERE run_id = $1 AND action = 'failed'", 1,
                       types, values);
  return old_spi_int64(0, 1);
}

char *foreign_key_report(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "SELECT string_agg(format(CASE k.action WHEN 'skipped' THEN 'Foreign key %I of %s was not verified, because not "
      "both of its tables were loaded.' ELSE 'Foreign key %I of %s: %s %s what is not in %s%s.' END, "
      "k.constraint_name, "
      "  k.referencing, k.violations, CASE WHEN k.action IN ('deleted', 'nulled') THEN "
      "    CASE k.violations WHEN 1 THEN 'row referenced' ELSE 'rows referenced' END "
      "    ELSE CASE k.violations WHEN 1 THEN 'row references' ELSE 'rows reference' END END, k.referenced, "
      "  CASE k.action WHEN 'deleted' THEN ' (deleted)' WHEN 'nulled' THEN ' (now NULL)' ELSE '; ' || k.reason END), "
      "  E'\n' ORDER BY k.action <> 'failed', k.referencing, k.constraint_name) "
      "FROM confiture.foreign_key_check k "
      "WHERE k.run_id = $1 AND k.action <> 'verified'",
      1, types, values);
  return old_spi_text(0, 1);
}

}  // namespace confiture
