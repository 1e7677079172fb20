#include "set_aside/set_aside.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/spi.h"
#include "plan/engine.h"
#include "plan/user_triggers.h"
#include "set_aside/recipe.h"
#include "set_aside/seal.h"

namespace confiture {

// `referencing` and `constraint_name`: of a foreign key, the declared one that it is or is a part of, see
// confiture.set_aside.
static void record(int64 run_id, const Recipe *recipe, const char *referencing = nullptr,
                   const char *constraint_name = nullptr) {
  const char *relation_name = qualified_name(recipe->relation);
  spi_run_as_owner(R"(
      INSERT INTO confiture.set_aside (run_id, step, kind, relation, relation_name, referenced, name, statements, seal,
                                       referencing, constraint_name)
      VALUES ($1, $2, $3, $4, $5, nullif($6, 0), $7, $8, $9, $10, $11)
      )",
                   {arg(run_id), arg(static_cast<int16>(recipe->step)), arg(recipe->kind), arg(recipe->relation),
                    arg(relation_name), arg(recipe->referenced), arg(recipe->name), arg_texts(recipe->statements),
                    arg(seal_recipe(recipe, relation_name)), arg(referencing), arg(constraint_name)});
}

[[noreturn]] static void raise_difference() {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("it would not come back exactly as it is")));
}

// ---- indexes

// Building an index twice costs nothing where there are no rows.
static void require_empty(List *recipes) {
  for (const Recipe *recipe : each<Recipe>(recipes)) {
    if (recipe->step != RestoreStep::table_index) continue;
    Relation relation = table_open(recipe->relation, AccessShareLock);
    bool is_empty = RelationGetNumberOfBlocks(relation) == 0;
    table_close(relation, NoLock);
    if (!is_empty)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("its table was not truncated")));
  }
}

static void rehearse_return(Callback<void()> body) {
  const char *objection = objection_to(body);
  if (objection != nullptr) ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("%s", objection)));
}

struct TakenIndex {
  Oid schema;
  const char *name;
  List *recipes;
};

static TakenIndex *take_index_off(int64 run_id, Oid index) {
  TakenIndex *taken = make<TakenIndex>({get_rel_namespace(index), get_rel_name(index), index_recipes(index)});
  require_empty(taken->recipes);
  for (const Recipe *recipe : each<Recipe>(taken->recipes)) record(run_id, recipe);
  spi_run(drop_index_statement(index));
  return taken;
}

static void put_back(const TakenIndex *taken) {
  guard_session([&] { run_recipes(taken->recipes); });
  Oid rebuilt = get_relname_relid(taken->name, taken->schema);
  if (!OidIsValid(rebuilt) || !same_recipes(taken->recipes, index_recipes(rebuilt))) raise_difference();
}

// Takes off all of the indexes (Oids), or none. Returns why one cannot be, nullptr when they are.
static const char *try_take_off(int64 run_id, List *indexes) {
  auto take_off = [&] {
    List *taken = NIL;
    for (Oid index : each_oid(indexes)) taken = append(taken, take_index_off(run_id, index));
    rehearse_return([&] {
      for (const TakenIndex *index : each<TakenIndex>(taken)) put_back(index);
    });
  };
  return objection_to(take_off, true);
}

// A primary key stays, to find rows by, unless it is deferrable: nothing can depend on a deferrable one, and like other
// deferrable constraints it is checked by a trigger, which a load switches off; rebuilt, it is checked. Invalid indexes
// are left alone, as are constraints with triggers in another state than the ordinary one, which would come back
// enabled. Parts go with the whole.
static List *indexes_of(List *tree, bool only_deferrable) {
  Rows rows = spi_run(R"(
      SELECT array_agg(i.indexrelid ORDER BY t.number, i.indexrelid)
      FROM unnest($1) WITH ORDINALITY AS t(relation, number)
      JOIN pg_index i ON i.indrelid = t.relation
      WHERE NOT (i.indimmediate AND (i.indisprimary OR $2))
        AND i.indisvalid
        AND i.indisready
        AND i.indislive
        AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
        AND NOT EXISTS (
          SELECT FROM pg_constraint c
          JOIN pg_trigger g ON g.tgconstraint = c.oid
          WHERE c.conindid = i.indexrelid
            AND c.contype IN ('p', 'u', 'x')
            AND g.tgenabled <> 'O')
      )",
                      {arg_oids(tree), arg(only_deferrable)});
  return rows.first().next_oids();
}

// Many at a time: at the end of each subtransaction the server looks at all that the transaction has opened so far.
List *set_aside_indexes(int64 run_id, List *tree, bool only_deferrable) {
  constexpr int n_at_a_time = 100;
  List *left = NIL, *rest = indexes_of(tree, only_deferrable);
  while (rest != NIL) {
    List *some = list_truncate(list_copy(rest), n_at_a_time);
    rest = list_copy_tail(rest, n_at_a_time);
    if (try_take_off(run_id, some) == nullptr) continue;
    for (Oid index : each_oid(some)) {
      const char *objection = try_take_off(run_id, list_make1_oid(index));
      if (objection != nullptr)
        left = append(left, psprintf("index %s stays in place: %s", qualified_name(index), objection));
    }
  }
  return left;
}

// ---- foreign keys

// A foreign key as it was declared.
struct DeclaredKey {
  Oid oid, referencing, referenced;
  const char *relation_name;  // qualified, quoted
  const char *name;           // not quoted
  bool is_valid;
  bool has_parts;  // references a partitioned table
  List *recipes;   // of its constraints on the tables that hold rows
  List *wholes;    // Oids of those on partitioned tables, from the bottom up
};

static void drop_key(const DeclaredKey *key) {
  spi_run(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", key->relation_name, quote_identifier(key->name)));
}

// A key that is made again to become valid is made by the table's owner: see restore.cpp.
static void require_references(const Recipe *recipe) {
  Oid owner = owner_of(recipe->relation);
  if (pg_class_aclcheck(recipe->referenced, owner, ACL_REFERENCES) != ACLCHECK_OK &&
      pg_attribute_aclcheck_all(recipe->referenced, owner, ACL_REFERENCES, ACLMASK_ANY) != ACLCHECK_OK)
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("its owner lacks the privilege REFERENCES on %s", qualified_name(recipe->referenced))));
}

static void record_key(int64 run_id, const DeclaredKey *key) {
  List *recipes = list_copy(key->recipes);
  if (key->is_valid)
    for (const Recipe *recipe : each<Recipe>(key->recipes)) recipes = append(recipes, validation_recipe(recipe));
  if (key->wholes != NIL) recipes = append(recipes, whole_foreign_key_recipe(key->wholes));
  if (key->has_parts && key->is_valid) {
    Recipe *remade = remade_foreign_key_recipe(key->oid);
    require_references(remade);
    recipes = append(recipes, remade);
  }
  if (key->has_parts) recipes = list_concat(recipes, key_parts_recipes(key->oid));
  for (const Recipe *recipe : each<Recipe>(recipes)) record(run_id, recipe, key->relation_name, key->name);
}

static void take_key_off(int64 run_id, const DeclaredKey *key) {
  record_key(run_id, key);
  as_engine_wants(key->referencing, key->referenced, [&] { drop_key(key); });
  rehearse_return([&] {
    as_engine_wants(key->referencing, key->referenced, [&] { run_recipes(key->recipes); });
    List *restored = NIL;
    for (const Recipe *recipe : each<Recipe>(key->recipes))
      restored =
          append(restored, foreign_key_recipe(get_relation_constraint_oid(recipe->relation, recipe->name, false)));
    if (!same_recipes(key->recipes, restored)) raise_difference();
  });
}

// A key of a partitioned table that is not valid stays: before PostgreSQL 18 none can be made. So does one whose
// triggers are not in their ordinary state.
static const char declared_key_query[] = R"(
    WITH RECURSIVE family AS (
      SELECT c.oid AS root, c.oid, c.conrelid, c.confrelid, 0 AS depth
      FROM pg_constraint c
      WHERE c.oid = ANY ($1)
      UNION ALL
      SELECT f.root, c.oid, c.conrelid, c.confrelid, f.depth + 1
      FROM family f
      JOIN pg_constraint c ON c.conparentid = f.oid AND c.confrelid = f.confrelid
    )
    SELECT r.oid, r.conrelid, r.confrelid, format('%I.%I', n.nspname, t.relname), r.conname, r.convalidated, o.relkind = 'p',
           array_agg(f.oid ORDER BY f.oid) FILTER (WHERE p.relkind <> 'p'),
           array_agg(f.oid ORDER BY f.depth DESC, f.oid) FILTER (WHERE p.relkind = 'p')
    FROM family f
    JOIN pg_class p ON p.oid = f.conrelid
    JOIN pg_constraint r ON r.oid = f.root
    JOIN pg_class t ON t.oid = r.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_class o ON o.oid = r.confrelid
    WHERE t.relkind <> 'p' OR r.convalidated
    GROUP BY r.oid, r.conrelid, r.confrelid, r.conname, r.convalidated, n.nspname, t.relname, o.relkind
    HAVING NOT bool_or(EXISTS (
      SELECT FROM pg_trigger g WHERE g.tgconstraint = f.oid AND g.tgenabled <> 'O'))
    ORDER BY r.oid
    )";

static List *recipes_of(List *constraints) {
  List *recipes = NIL;
  for (Oid constraint : each_oid(constraints)) recipes = append(recipes, foreign_key_recipe(constraint));
  return recipes;
}

static List *declared_keys(List *oids) {
  List *keys = NIL;
  for (Row row : spi_run(declared_key_query, {arg_oids(oids)}))
    keys = append(keys, make<DeclaredKey>({.oid = row.next<Oid>(),
                                           .referencing = row.next<Oid>(),
                                           .referenced = row.next<Oid>(),
                                           .relation_name = row.next<const char *>(),
                                           .name = row.next<const char *>(),
                                           .is_valid = row.next<bool>(),
                                           .has_parts = row.next<bool>(),
                                           .recipes = recipes_of(row.next_oids()),
                                           .wholes = row.next_oids()}));
  return keys;
}

List *set_aside_foreign_keys(int64 run_id, List *keys) {
  List *left = NIL;
  for (const DeclaredKey *key : each<DeclaredKey>(declared_keys(keys))) {
    const char *objection = objection_to([&] { take_key_off(run_id, key); }, true);
    if (objection != nullptr)
      left = append(left, psprintf("foreign key %s of %s stays in place: %s", quote_identifier(key->name),
                                   key->relation_name, objection));
  }
  return left;
}

// ---- triggers

void set_aside_triggers(int64 run_id, List *triggers) {
  for (const UserTrigger *trigger : each<UserTrigger>(triggers)) {
    Recipe recipe = {.step = RestoreStep::trigger,
                     .kind = "trigger",
                     .relation = trigger->relation,
                     .referenced = InvalidOid,
                     .name = trigger->bare_name,
                     .statements = list_make1(trigger_statement(trigger, true))};
    record(run_id, &recipe);
  }
  disable_triggers(triggers);
}

// ---- what abandoned runs left

// Moves the entries of runs without a leader. Returns of each, whether the role $3 could put it back.
static const char take_over_query[] = R"(
    WITH abandoned AS (
      SELECT s.set_aside_id, s.run_id,
             coalesce(pg_has_role($3, c.relowner, 'USAGE'), true)
               AND coalesce(s.kind NOT IN ('index', 'constraint')
                              OR has_schema_privilege($3, c.relnamespace, 'CREATE'), true)
               AND coalesce(has_any_column_privilege($3, s.referenced, 'REFERENCES'), true) AS may_restore
      FROM confiture.set_aside s
      LEFT JOIN pg_class c ON c.oid = s.relation
      WHERE s.restored_at IS NULL
        AND s.run_id <> $1
        AND (s.relation = ANY ($2) OR s.referenced = ANY ($2))
        AND s.run_id NOT IN (SELECT run_id FROM confiture.runs WHERE leader_pid IS NOT NULL)
    )
    UPDATE confiture.set_aside s
    SET run_id = $1, error = NULL
    FROM abandoned a
    WHERE s.set_aside_id = a.set_aside_id
    RETURNING a.may_restore, a.run_id, format('%s %I of %s', s.kind, s.name, s.relation_name)
    )";

// A run could never finish with what its role cannot put back.
void take_over_set_aside(int64 run_id, List *tree) {
  for (Row row : spi_run_as_owner(take_over_query, {arg(run_id), arg_oids(tree), arg(GetUserId())})) {
    if (row.next<bool>()) continue;
    int64 other = row.next<int64>();
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("run " INT64_FORMAT " set aside %s, and you may not put it back", other, row.next<const char *>()),
             errhint("Its role puts it back with SELECT confiture.restore_indexes(" INT64_FORMAT ").", other)));
  }
}

}  // namespace confiture
