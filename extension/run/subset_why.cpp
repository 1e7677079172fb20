// Why a row of a subset is chosen: a path of references, by which it came from a seed.
//
// Each step of the closure is on record, and for each row the step that brought it. So the path is found backwards: a
// row came by a key, so by that key the source tells what it is joined to, and one of these was there before.
#include "pg/list.h"
#include "pg/memory.h"
#include "plan/plan.h"
#include "run/subset.h"
#include "source/error.h"
#include "source/query.h"

namespace confiture {

struct PlacedRow {
  const SubsetLeaf *leaf;
  uint32 block;
  uint16 offset;
  bool followed;
};

static const char *position_of(const PlacedRow *row) { return psprintf("(%u,%u)", row->block, row->offset); }

// ---- the row that is asked about

static const char *name_of(const SubsetTable *table) { return table->table->plan->relation_name; }

static char *key_names(const SubsetTable *table) {
  StringInfoData names;
  initStringInfo(&names);
  for (const KeyColumn *column : each<KeyColumn>(table->table->extent->key))
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", column->quoted);
  return names.data;
}

static void check_key(const SubsetTable *table, List *key) {
  int wanted = list_length(table->table->extent->key);
  if (wanted == 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("%s has no primary key on the source to find a row by", name_of(table))));
  if (list_length(key) != wanted)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("a row of %s is found by %d %s, not by %d", name_of(table), wanted,
                           wanted == 1 ? "value" : "values", list_length(key)),
                    errhint("Give the values of its primary key: %s.", key_names(table))));
}

static char *key_values(const SubsetTable *table, List *key) {
  StringInfoData values;
  initStringInfo(&values);
  ListCell *value = list_head(key);
  for (const KeyColumn *column : each<KeyColumn>(table->table->extent->key)) {
    appendStringInfo(&values, "%s%s::%s", values.len > 0 ? ", " : "",
                     quote_literal_cstr(static_cast<char *>(lfirst(value))), column->type);
    value = lnext(key, value);
  }
  return values.data;
}

static const SubsetLeaf *leaf_of(const SubsetTable *table, const char *oid) {
  for (const SubsetLeaf *leaf : each<SubsetLeaf>(table->leaves))
    if (strcmp(leaf->extent->oid, oid) == 0) return leaf;
  return nullptr;
}

static PlacedRow locate(const Subset *subset, const SubsetTable *table, List *key) {
  check_key(table, key);
  const SourceTable *source = table->table->plan->source;
  const char *sql =
      psprintf("SELECT tableoid, ctid FROM %s%s WHERE (%s) OPERATOR(%s.=) (%s)", only_itself(source->kind),
               source->qualified, key_names(table), table->table->extent->operators, key_values(table, key));
  PGresult *result = expect_shape(subset->source, source_query_rows(subset->source, sql), 2, -1);
  if (PQntuples(result) == 0)
    ereport(ERROR,
            (errcode(ERRCODE_NO_DATA_FOUND), errmsg("the source has no row of %s with this key", name_of(table))));
  PlacedRow row = {leaf_of(table, PQgetvalue(result, 0, 0)), 0, 0, false};
  if (sscanf(PQgetvalue(result, 0, 1), "(%u,%hu)", &row.block, &row.offset) != 2)
    raise_no_postgresql(subset->source, "It sends a position that is none.");
  return row;
}

// ---- a step back

static bool find_arrival(const Subset *subset, const PlacedRow *row, size_t *number) {
  return row->leaf != nullptr &&
         wall::row_sets_arrival(subset->sets, row->leaf->number, row->block, row->offset, row->followed, number);
}

static const SubsetLeaf *leaf_numbered(const Subset *subset, size_t number) {
  return static_cast<const SubsetLeaf *>(list_nth(subset->leaves, static_cast<int>(number)));
}

// The row that a step started from to bring this one: where several did, the first that the source sends.
static PlacedRow find_earlier(const Subset *subset, const PlacedRow *row, const SubsetStep *step, size_t number) {
  SubsetKey key = *step->key;
  key.rows_per_parent = 0;  // a row's parent is one of few children for nothing
  const SubsetStep back = {&key, !step->to_parents, false, row->leaf, psprintf("{\"%s\"}", position_of(row))};
  const SubsetTable *other = step->to_parents ? key.child : key.parent;
  bool was_followed = !step->to_parents && step->followed;
  read_positions(subset, other, &key, step_statement(subset, &back), [&](wall::Status *status) {
    return wall::row_sets_begin_search(subset->sets, other->number, was_followed, number, status);
  });
  size_t relation;
  PlacedRow earlier = {nullptr, 0, 0, was_followed};
  if (!wall::row_sets_found(subset->sets, &relation, &earlier.block, &earlier.offset))
    raise_no_postgresql(subset->source, "It no longer joins rows that it has joined before.");
  earlier.leaf = leaf_numbered(subset, relation);
  return earlier;
}

// ---- what is shown

static bool is_shown(const SubsetTable *table, const KeyColumn *column) {
  const PlanColumn *planned = find_column(table->table->plan, column->name);
  return planned != nullptr && planned->action == ColumnAction::pass;
}

// What is masked here is shown to nobody.
static List *shown_key(const Subset *subset, const PlacedRow *row) {
  const SubsetTable *table = row->leaf->table;
  StringInfoData sql;
  initStringInfo(&sql);
  for (const KeyColumn *column : each<KeyColumn>(table->table->extent->key)) {
    if (!is_shown(table, column)) return NIL;
    appendStringInfo(&sql, "%s%s::text", sql.len > 0 ? ", " : "SELECT ", column->quoted);
  }
  if (sql.len == 0) return NIL;
  appendStringInfo(&sql, " FROM %s%s WHERE ctid = '%s'", only_itself(row->leaf->extent->kind),
                   row->leaf->extent->qualified, position_of(row));
  int columns = list_length(table->table->extent->key);
  PGresult *result = expect_shape(subset->source, source_query_rows(subset->source, sql.data), columns, 1);
  List *key = NIL;
  for (int i = 0; i < columns; i++) key = append(key, PQgetvalue(result, 0, i));
  return key;
}

static const char *reason_of(const SubsetStep *step) {
  if (step->key == nullptr) return "seed";
  const SubsetKey *key = step->key;
  return step->to_parents ? psprintf("%s of %s references it", key->name, name_of(key->child))
                          : psprintf("references %s by %s", name_of(key->parent), key->name);
}

static ExplainedRow *explained(const SubsetTable *table, List *key, const char *reason) {
  return make<ExplainedRow>({table, key, reason});
}

List *explain_row(Subset *subset, const SubsetTable *table, List *key) {
  PlacedRow row = locate(subset, table, key);
  size_t number;
  List *path = NIL;
  if (!find_arrival(subset, &row, &number))
    return table->is_whole ? list_make1(explained(table, NIL, "the whole table is copied")) : NIL;
  for (;;) {
    if (!find_arrival(subset, &row, &number)) elog(ERROR, "a row on the path has not arrived");
    const SubsetStep *step = static_cast<SubsetStep *>(list_nth(subset->steps, static_cast<int>(number)));
    path = lcons(explained(row.leaf->table, shown_key(subset, &row), reason_of(step)), path);
    if (step->key == nullptr) return path;
    const SubsetTable *other = step->to_parents ? step->key->child : step->key->parent;
    if (step->leaf == nullptr) return lcons(explained(other, NIL, "the whole table is copied"), path);
    row = find_earlier(subset, &row, step, number);
  }
}

}  // namespace confiture
