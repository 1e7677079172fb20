#include "run/foreign_keys.h"

#include "pg/by_oid.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/patient_lock.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "plan/declared.h"
#include "plan/engine.h"
#include "plan/user_triggers.h"
#include "record/run_store.h"
#include "set_aside/recipe.h"
#include "set_aside/restore.h"
#include "source/error.h"

namespace confiture {

struct RunKey {
  const ForeignKey *key;
  List *parts;  // ForeignKey *: itself; of a partitioned table, what its partitions have of one that was set aside
  bool was_set_aside;
  bool is_awaited;  // to become valid: the server has not checked its rows since it came back
  bool is_chosen;   // to be verified
  bool is_pending;
};

struct Verification {
  int64 run_id;
  FkViolation action;
  List *tree;       // Oids: the run's tables and their partitions, sorted
  List *all;        // RunKey *
  List *keys;       // those to verify
  HTAB *set_aside;  // DeclaredName: the RunKey * of those that were set aside
};

static List *tree_of(List *relations) {
  List *tree = NIL;
  for (Oid relation : each_oid(relations)) tree = list_concat(tree, partition_tree(relation, NoLock));
  list_sort(tree, list_oid_cmp);
  list_deduplicate_oid(tree);
  return tree;
}

// A key may be verified again, when rows went from a table it references, or when a run is resumed: what was done to
// its rows adds up.
static void record(const Verification *verification, const ForeignKey *key, const char *action, int64 violations,
                   const char *reason = nullptr) {
  spi_run_as_owner(R"(
      INSERT INTO confiture.foreign_key_check AS k
        (run_id, constraint_name, referencing, referenced, violations, action, reason, is_declared)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (run_id, referencing, constraint_name) DO UPDATE
      SET referenced = EXCLUDED.referenced, is_declared = EXCLUDED.is_declared, checked_at = EXCLUDED.checked_at, reason = EXCLUDED.reason,
        action = CASE
          WHEN k.action IN ('deleted', 'nulled') AND EXCLUDED.action = 'verified' THEN k.action
          ELSE EXCLUDED.action END,
        violations = EXCLUDED.violations + CASE
          WHEN k.action IN ('deleted', 'nulled') AND EXCLUDED.action IN (k.action, 'verified') THEN k.violations
          ELSE 0 END)",
                   {arg(verification->run_id), arg(key->bare_name), arg(key->referencing_name),
                    arg(key->referenced_name), arg(violations), arg(action), arg(reason), arg(key->is_declared)});
}

static bool touches(const RunKey *candidate, Oid relation) {
  Oid root = partition_root(relation);
  return partition_root(candidate->key->referencing) == root || partition_root(candidate->key->referenced) == root;
}

// Drops the keys of and to a table where the role may not switch triggers off: they would act themselves, or forbid the
// change. All were set aside there, and those that are here again were not valid when they were found. Returns the
// recipes that put them back.
static List *drop_keys(const Verification *verification, Oid relation) {
  List *recipes = NIL;
  if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA) return NIL;
  for (RunKey *candidate : each<RunKey>(verification->all)) {
    if (!touches(candidate, relation) || candidate->key->is_validated) continue;
    candidate->is_awaited = candidate->was_set_aside;
    for (const ForeignKey *part : each<ForeignKey>(candidate->parts)) {
      lock_patiently(list_make2_oid(part->referencing, part->referenced), AccessExclusiveLock, [] {});
      Oid constraint = get_relation_constraint_oid(part->referencing, part->bare_name, false);
      recipes = append(recipes, foreign_key_recipe(constraint));
      const char *sql = psprintf("ALTER TABLE %s DROP CONSTRAINT %s", part->referencing_name, part->name);
      as_engine_wants(part->referencing, part->referenced, [&] { spi_run(sql); });
    }
  }
  return recipes;
}

bool may_remedy(const ForeignKey *key, FkViolation action) {
  bool deletes = action == FkViolation::remove;
  if (pg_class_aclcheck(key->referencing, GetUserId(), deletes ? ACL_DELETE : ACL_UPDATE) == ACLCHECK_OK) return true;
  return !deletes && (key->set_null == nullptr ||
                      pg_attribute_aclcheck_all(key->referencing, GetUserId(), ACL_UPDATE, ACLMASK_ANY) == ACLCHECK_OK);
}

// Privileges may have been revoked since the plan was made.
static void require_remedy(const ForeignKey *key, FkViolation action) {
  if (!may_remedy(key, action)) aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(key->referencing));
}

static int64 change_rows(const Verification *verification, const ForeignKey *key, const char *statement) {
  List *recipes = drop_keys(verification, key->referencing);
  require_remedy(key, verification->action);
  check_at_once(partition_tree(key->referencing, NoLock));
  int64 changed = 0;
  as_owner_of(key->referencing, [&] {
    run_withholding_values(key->referencing_name, statement, true);
    changed = static_cast<int64>(SPI_processed);
  });
  run_recipes(recipes);
  return changed;
}

// Deletes or changes the rows that violate a key. Returns how many.
static int64 apply_remedy(const Verification *verification, const ForeignKey *key, const char *statement) {
  bool is_replica = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  int64 changed = 0;
  if (find_engine(key->referencing) != nullptr) {
    require_remedy(key, verification->action);
    as_engine_wants(key->referencing, InvalidOid, [&] { changed = change_rows(verification, key, statement); });
    return changed;
  }
  List *triggers = firing_triggers(tree_of(list_make1_oid(key->referencing)), is_replica);
  disable_triggers(triggers);
  changed = change_rows(verification, key, statement);
  enable_triggers(triggers);
  return changed;
}

// Why nothing is done about violations, or nullptr, with the statement that deals with them. Rows of tables outside the
// run are never changed.
static const char *find_remedy(const Verification *verification, const ForeignKey *key, const char **statement) {
  FkViolation action = verification->action;
  *statement = nullptr;
  if (action == FkViolation::fail || action == FkViolation::report) return nullptr;
  if (!is_in_sorted(verification->tree, key->referencing)) return "the table is not of this run";
  *statement = action == FkViolation::remove ? remove_violations(key) : null_violations(key);
  if (*statement != nullptr) return nullptr;
  return key->has_expression ? "an expression cannot be set to NULL" : "the columns are NOT NULL";
}

static void make_valid(const RunKey *candidate) {
  for (const ForeignKey *part : each<ForeignKey>(candidate->parts))
    as_engine_wants(part->referencing, part->referenced, [&] {
      as_owner_of(part->referencing, [&] {
        run_withholding_values(part->referencing_name,
                               psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", part->referencing_name, part->name));
      });
    });
}

// Returns whether rows changed: others may have lost what they reference, or are not valid again.
static bool verify_key(const Verification *verification, RunKey *candidate) {
  const ForeignKey *key = candidate->key;
  // What the server finds valid needs no second look; it may read all tables, too.
  if (candidate->is_awaited && error_of([&] { make_valid(candidate); }) == nullptr) {
    candidate->is_awaited = false;
    record(verification, key, "verified", 0);
    return false;
  }
  const char *violated = verification->action == FkViolation::report ? "reported" : "failed";
  if (key->broken != nullptr) {
    record(verification, key, "failed", 0, key->broken);
    return false;
  }
  if (candidate->is_awaited && !can_be_joined(key)) {
    record(verification, key, violated, 1, "maybe more do, but you may not read both tables");
    return false;
  }
  const char *statement;
  const char *reason = find_remedy(verification, key, &statement);
  int64 changed = 0;
  // A process that changes rows must not have to upgrade a lock that others may hold too.
  int64 violations = count_violations(key, statement != nullptr ? ShareRowExclusiveLock : ShareLock);
  if (violations > 0 && statement != nullptr) {
    reason = error_of([&] { changed = apply_remedy(verification, key, statement); });
    if (reason != nullptr) changed = 0;                         // undone
    violations = count_violations(key, ShareRowExclusiveLock);  // a rule may keep rows in place
  }
  if (violations > 0)
    record(verification, key, violated, violations, reason);
  else if (changed == 0)
    record(verification, key, "verified", 0);
  else
    record(verification, key, verification->action == FkViolation::set_null ? "nulled" : "deleted", changed);
  if (violations == 0 && candidate->is_awaited) {
    make_valid(candidate);
    candidate->is_awaited = false;
  }
  return changed > 0;
}

static ByOid<const AwaitedKey> awaited_keys(int64 run_id) {
  List *keys = keys_to_validate(run_id);
  ByOid<const AwaitedKey> awaited = make_by_oid<const AwaitedKey>(list_length(keys));
  for (const AwaitedKey *key : each<AwaitedKey>(keys)) add(&awaited, key->constraint, key);
  sort(&awaited);
  return awaited;
}

// The name of a key on its table, without padding.
struct DeclaredName {
  Oid referencing;
  NameData name;
};

struct DeclaredKey {
  DeclaredName name;
  RunKey *key;
};

static HTAB *make_declared_keys() {
  HASHCTL shape = {};
  shape.keysize = sizeof(DeclaredName);
  shape.entrysize = sizeof(DeclaredKey);
  shape.hcxt = CurrentMemoryContext;
  return hash_create("foreign keys of a run", 256, &shape, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static RunKey *add_new(Verification *verification, const ForeignKey *key) {
  RunKey *added = make<RunKey>();
  added->key = key;
  verification->all = append(verification->all, added);
  return added;
}

// The declared key that one which was set aside is, or is a part of.
static RunKey *add_set_aside(Verification *verification, ForeignKey *key, const AwaitedKey *awaited) {
  if (OidIsValid(awaited->referencing)) {
    key->referencing = awaited->referencing;
    key->referencing_name = qualified_name(key->referencing);
    key->bare_name = awaited->name;
    key->name = quote_identifier(key->bare_name);
  }
  DeclaredName name = {};
  name.referencing = key->referencing;
  namestrcpy(&name.name, key->bare_name);
  bool is_known = false;
  DeclaredKey *declared =
      static_cast<DeclaredKey *>(hash_search(verification->set_aside, &name, HASH_ENTER, &is_known));
  if (!is_known) declared->key = add_new(verification, key);
  declared->key->was_set_aside = declared->key->is_awaited = true;
  return declared->key;
}

// Adds a key, or adds it to the one that it was a part of before that was set aside.
static RunKey *add_key(Verification *verification, const ForeignKey *part, const AwaitedKey *awaited) {
  ForeignKey *key = make<ForeignKey>(*part);
  RunKey *added = awaited != nullptr ? add_set_aside(verification, key, awaited) : add_new(verification, key);
  added->parts = append(added->parts, part);
  return added;
}

static List *keys_of(List *tree) {
  List *keys = NIL;
  for (const ForeignKey *key : each<ForeignKey>(load_foreign_keys(tree))) keys = lappend_oid(keys, key->oid);
  list_sort(keys, list_oid_cmp);
  return keys;
}

static void choose(Verification *verification, RunKey *candidate) {
  verification->keys = append(verification->keys, candidate);
  candidate->is_chosen = true;
}

static bool is_same_key(const ForeignKey *key, const ForeignKey *other) {
  return key->referencing == other->referencing && strcmp(key->name, other->name) == 0;
}

static void find_declared_keys(Verification *verification, List *failed_tree) {
  List *skipped = failed_tree != NIL ? load_declared_keys(failed_tree) : NIL;
  for (const ForeignKey *key : each<ForeignKey>(load_declared_keys(verification->tree))) {
    bool is_skipped = false;
    for (const ForeignKey *other : each<ForeignKey>(skipped)) is_skipped |= is_same_key(key, other);
    if (is_skipped)
      record(verification, key, "skipped", 0);
    else
      choose(verification, add_new(verification, key));
  }
}

// Finds all keys of and to the run's tables, and those of them to verify. Records as skipped those that have a side in
// a failed table.
static void find_keys(Verification *verification, List *failed_relations) {
  List *failed_tree = tree_of(failed_relations);
  const List *skipped = failed_tree != NIL ? keys_of(failed_tree) : NIL;
  const ByOid<const AwaitedKey> awaited = awaited_keys(verification->run_id);
  for (const ForeignKey *part : each<ForeignKey>(load_foreign_keys(verification->tree))) {
    RunKey *found = add_key(verification, part, find(&awaited, part->oid));
    if (is_in_sorted(skipped, part->oid)) {
      record(verification, found->key, "skipped", 0);
    } else if (!found->is_chosen && (found->was_set_aside || part->is_validated || !part->is_inbound)) {
      // NOT VALID stays so, unless all its rows are new.
      choose(verification, found);
    }
  }
  find_declared_keys(verification, failed_tree);
}

static List *put_off(List *pending, RunKey *key) {
  if (key->is_pending) return pending;
  key->is_pending = true;
  return append(pending, key);
}

int64 verify_run_foreign_keys(int64 run_id, List *relations, List *failed_relations, FkViolation action,
                              void (*next_transaction)(), Callback<void(int64, int64)> show) {
  Verification verification = {
      .run_id = run_id,
      .action = action,
      .tree = tree_of(relations),
      .all = NIL,
      .keys = NIL,
      .set_aside = make_declared_keys(),
  };
  spi_run_as_owner(R"(
      DELETE FROM confiture.foreign_key_check
      WHERE run_id = $1 AND action NOT IN ('deleted', 'nulled'))",
                   {arg(run_id)});
  find_keys(&verification, failed_relations);
  List *pending = NIL;
  for (RunKey *candidate : each<RunKey>(verification.keys)) pending = put_off(pending, candidate);
  // It may grow while it is walked.
  for (int i = 0; i < list_length(pending); i++) {
    RunKey *candidate = static_cast<RunKey *>(list_nth(pending, i));
    candidate->is_pending = false;
    show(i, list_length(pending));
    bool has_changed = false;
    const ErrorData *error = error_in([&] { has_changed = verify_key(&verification, candidate); });
    if (error != nullptr) record(&verification, candidate->key, "failed", 0, text_of(error));
    if (has_changed)
      for (RunKey *other : each<RunKey>(verification.keys))
        if (touches(other, candidate->key->referencing)) pending = put_off(pending, other);
    if (next_transaction != nullptr) next_transaction();
  }
  auto show_all = [&] { show(list_length(pending), list_length(pending)); };
  do {
    if (next_transaction != nullptr) next_transaction();
    show_all();
  } while (validate_one(run_id, show_all));
  return spi_run_as_owner(R"(
      SELECT count(*)
      FROM confiture.foreign_key_check
      WHERE run_id = $1 AND action = 'failed')",
                          {arg(run_id)})
      .first()
      .next<int64>();
}

const char *foreign_key_report(int64 run_id) {
  return spi_run_as_owner(R"(
      SELECT string_agg(
        format(
          CASE
            WHEN k.action = 'skipped'
              THEN '%s of %s was not verified, because not both of its tables were loaded.'
            WHEN k.violations = 0 THEN '%s of %s was not verified: %6$s.'
            ELSE '%s of %s: %s %s what is not in %s%7$s.' END,
          CASE WHEN k.is_declared THEN 'Declared reference ' || k.constraint_name
            ELSE 'Foreign key ' || quote_ident(k.constraint_name) END, k.referencing, k.violations,
          CASE WHEN k.action IN ('deleted', 'nulled')
            THEN CASE k.violations WHEN 1 THEN 'row referenced' ELSE 'rows referenced' END
            ELSE CASE k.violations WHEN 1 THEN 'row references' ELSE 'rows reference' END END,
          k.referenced, rtrim(k.reason, '.'),
          CASE k.action WHEN 'deleted' THEN ' (deleted)' WHEN 'nulled' THEN ' (now NULL)' ELSE '; ' || k.reason END),
        E'\n' ORDER BY k.action <> 'failed', k.referencing, k.constraint_name)
      FROM confiture.foreign_key_check k
      WHERE k.run_id = $1 AND k.action <> 'verified')",
                          {arg(run_id)})
      .first()
      .next<const char *>();
}

}  // namespace confiture
