#include "set_aside/set_aside.h"

#include "pg/spi.h"
#include "set_aside/recipe.h"
#include "plan/user_triggers.h"

namespace confiture {

// Of foreign keys with the one that it is or is a part of, see confiture.set_aside.
static void record(int64 run_id, const Recipe *made, const char *referencing = nullptr,
                   const char *constraint_name = nullptr) {
  Oid types[] = {INT8OID, INT2OID, TEXTOID, OIDOID, TEXTOID, OIDOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id),
                    Int16GetDatum(static_cast<int16>(made->step)),
                    CStringGetTextDatum(made->kind),
                    ObjectIdGetDatum(made->relation),
                    CStringGetTextDatum(qualified_name(made->relation)),
                    ObjectIdGetDatum(made->referenced),
                    CStringGetTextDatum(made->name),
                    array_of_texts(made->statements),
                    referencing != nullptr ? CStringGetTextDatum(referencing) : Datum(0),
                    constraint_name != nullptr ? CStringGetTextDatum(constraint_name) : Datum(0)};
  old_spi_run_as_owner(
      "INSERT INTO confiture.set_aside (run_id, step, kind, relation, relation_name, referenced, name, statements, "
      "referencing, constraint_name) VALUES ($1, $2, $3, $4, $5, nullif($6, 0), $7, $8, $9, $10)",
      10, types, values, referencing != nullptr ? nullptr : "        nn");
}

static void record_all(int64 run_id, List *recipes) {
  ListCell *cell;
  foreach (cell, recipes) record(run_id, static_cast<Recipe *>(lfirst(cell)));
}

[[noreturn]] static void raise_difference() {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("it would not come back exactly as it is")));
}

// ---- indexes

struct IndexToGo {
  Oid index;
  List *recipes;
};

// Building an index twice costs nothing where there are no rows.
static void require_empty(List *recipes) {
  ListCell *cell;
  foreach (cell, recipes) {
    const Recipe *made = static_cast<Recipe *>(lfirst(cell));
    if (made->step != RestoreStep::table_index) continue;
    Relation relation = table_open(made->relation, AccessShareLock);
    bool is_empty = RelationGetNumberOfBlocks(relation) == 0;
    table_close(relation, NoLock);
    if (!is_empty)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("its table was not truncated")));
  }
}

static void rehearse_index(void *arg) {
  const IndexToGo *call = static_cast<IndexToGo *>(arg);
  Oid schema = get_rel_namespace(call->index);
  const char *name = get_rel_name(call->index);
  require_empty(call->recipes);
  old_spi_run(drop_index_statement(call->index));
  run_recipes(call->recipes);
  Oid again = get_relname_relid(name, schema);
  if (!OidIsValid(again) || !same_recipes(call->recipes, index_recipes(again))) raise_difference();
}

// A primary key stays, to find rows by, but for a deferrable one: nothing can depend on it, and like other deferrable
// ones it is checked by a trigger, which a load switches off; built again, it is checked. Invalid indexes are left
// alone, as are constraints somebody switched the triggers of, which would come back switched on. Parts go with the
// whole.
static List *indexes_of(List *tree, bool only_deferrable) {
  Oid types[] = {OIDARRAYOID, BOOLOID};
  Datum values[] = {oid_array(tree), BoolGetDatum(only_deferrable)};
  old_spi_run(
      "SELECT array_agg(i.indexrelid ORDER BY t.number, i.indexrelid) "
      "FROM unnest($1) WITH ORDINALITY AS t(relation, number) JOIN pg_index i ON i.indrelid = t.relation "
      "WHERE NOT (i.indimmediate AND (i.indisprimary OR $2)) AND i.indisvalid AND i.indisready AND i.indislive "
      "AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid) "
      "AND NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_trigger g ON g.tgconstraint = c.oid "
      "  WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x') AND g.tgenabled <> 'O')",
      2, types, values);
  return old_spi_oids(0, 1);
}

List *set_aside_indexes(int64 run_id, List *tree, bool only_deferrable) {
  List *left = NIL;
  ListCell *cell;
  foreach (cell, indexes_of(tree, only_deferrable)) {
    IndexToGo call = {lfirst_oid(cell), index_recipes(lfirst_oid(cell))};
    const char *error = error_of([&] { rehearse_index(&call); }, false);
    if (error != nullptr) {
      left = lappend(left, psprintf("index %s stays in place: %s", qualified_name(call.index), error));
      continue;
    }
    record_all(run_id, call.recipes);
    old_spi_run(drop_index_statement(call.index));
  }
  return left;
}

// ---- foreign keys

struct KeyToGo {
  const char *relation_name;  // qualified, quoted
  const char *name;           // quoted
  const char *bare_name;      // not quoted
  bool is_valid;
  List *wholes;   // Oids of the constraints of partitioned tables, from the bottom up
  List *recipes;  // of those of the tables that rows are in
};

static void drop_key(const KeyToGo *key) {
  old_spi_run(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", key->relation_name, key->name));
}

static void rehearse_key(void *arg) {
  const KeyToGo *key = static_cast<KeyToGo *>(arg);
  drop_key(key);
  run_recipes(key->recipes);
  List *again = NIL;
  ListCell *cell;
  foreach (cell, key->recipes) {
    const Recipe *made = static_cast<Recipe *>(lfirst(cell));
    again = lappend(again, foreign_key_recipe(get_relation_constraint_oid(made->relation, made->name, false)));
  }
  if (!same_recipes(key->recipes, again)) raise_difference();
}

static void record_key(int64 run_id, const KeyToGo *key) {
  List *recipes = list_copy(key->recipes);
  ListCell *cell;
  if (key->is_valid)
    foreach (cell, key->recipes)
      recipes = lappend(recipes, validation_recipe(static_cast<Recipe *>(lfirst(cell)), key->wholes != NIL));
  if (key->wholes != NIL) recipes = lappend(recipes, whole_foreign_key_recipe(key->wholes));
  foreach (cell, recipes) record(run_id, static_cast<Recipe *>(lfirst(cell)), key->relation_name, key->bare_name);
}

// A key of a partitioned table that is not valid stays: before PostgreSQL 18 there is no such thing. So does one whose
// triggers somebody switched off. One that a partition has from a whole outside the tree is the whole's.
static List *foreign_keys_of(List *tree) {
  Oid types[] = {OIDARRAYOID};
  Datum values[] = {oid_array(tree)};
  uint64 n = old_spi_run(
      psprintf("WITH RECURSIVE family AS ("
               "  SELECT c.oid AS root, c.oid, c.conrelid, c.confrelid, 0 AS depth FROM pg_constraint c "
               "  WHERE c.contype = 'f' AND c.conparentid = 0 AND (c.conrelid = ANY ($1) OR c.confrelid = ANY ($1))%s "
               "  UNION ALL SELECT f.root, c.oid, c.conrelid, c.confrelid, f.depth + 1 FROM family f "
               "  JOIN pg_constraint c ON c.conparentid = f.oid AND c.confrelid = f.confrelid) "
               "SELECT format('%%I.%%I', n.nspname, t.relname), r.conname, r.convalidated, "
               "  array_agg(f.oid ORDER BY f.oid) FILTER (WHERE p.relkind <> 'p'), "
               "  array_agg(f.oid ORDER BY f.depth DESC, f.oid) FILTER (WHERE p.relkind = 'p') "
               "FROM family f JOIN pg_class p ON p.oid = f.conrelid JOIN pg_constraint r ON r.oid = f.root "
               "JOIN pg_class t ON t.oid = r.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
               "WHERE t.relkind <> 'p' OR r.convalidated GROUP BY r.oid, r.conname, "
               "  r.convalidated, n.nspname, t.relname "
               "HAVING NOT bool_or(EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = f.oid "
               "  AND g.tgenabled <> 'O')) ORDER BY r.oid",
               enforced_only("c")),
      1, types, values);
  List *keys = NIL;
  for (uint64 row = 0; row < n; row++) {
    KeyToGo *key = static_cast<KeyToGo *>(palloc0(sizeof(KeyToGo)));
    key->relation_name = old_spi_text(row, 1);
    key->bare_name = old_spi_text(row, 2);
    key->name = quote_identifier(key->bare_name);
    key->is_valid = old_spi_bool(row, 3);
    key->wholes = old_spi_oids(row, 5);
    ListCell *cell;
    foreach (cell, old_spi_oids(row, 4)) key->recipes = lappend(key->recipes, foreign_key_recipe(lfirst_oid(cell)));
    keys = lappend(keys, key);
  }
  return keys;
}

List *set_aside_foreign_keys(int64 run_id, List *tree) {
  List *left = NIL;
  ListCell *cell;
  foreach (cell, foreign_keys_of(tree)) {
    KeyToGo *key = static_cast<KeyToGo *>(lfirst(cell));
    const char *error = error_of([&] { rehearse_key(key); }, false);
    if (error != nullptr) {
      left = lappend(left, psprintf("foreign key %s of %s stays in place: %s", key->name, key->relation_name, error));
      continue;
    }
    record_key(run_id, key);
    drop_key(key);
  }
  return left;
}

// ---- triggers and what others left

void set_aside_triggers(int64 run_id, List *triggers) {
  ListCell *cell;
  foreach (cell, triggers) {
    const UserTrigger *trigger = static_cast<UserTrigger *>(lfirst(cell));
    Recipe made = {};
    made.step = RestoreStep::trigger;
    made.kind = "trigger";
    made.relation = trigger->relation;
    made.name = trigger->bare_name;
    made.statements = list_make1(trigger_statement(trigger, true));
    record(run_id, &made);
  }
  disable_triggers(triggers);
}

void take_over_set_aside(int64 run_id, List *tree) {
  Oid types[] = {INT8OID, OIDARRAYOID};
  Datum values[] = {Int64GetDatum(run_id), oid_array(tree)};
  old_spi_run_as_owner(
      "UPDATE confiture.set_aside SET run_id = $1, error = NULL WHERE restored_at IS NULL AND run_id <> $1 "
      "AND (relation = ANY ($2) OR referenced = ANY ($2)) "
      "AND run_id NOT IN (SELECT run_id FROM confiture.runs WHERE leader_pid IS NOT NULL)",
      2, types, values);
}

}  // namespace confiture
