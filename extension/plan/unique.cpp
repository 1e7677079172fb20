// The part of the plan about masked columns under unique indexes: may masked values meet where the index forbids it?
#include "pg/list.h"
#include "pg/memory.h"
#include "plan/plan.h"

namespace confiture {

// May masked values of this column of a table in the tree meet?
static bool may_collide(const SyncPlan *plan, Relation table, AttrNumber number, const PlanColumn *masked) {
  const char *name = NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname);
  if (strcmp(name, masked->name) == 0) return true;
  const PlanColumn *other = find_column(plan, name);
  return other != nullptr && other->mask != nullptr;
}

// The columns an index is made of, those behind expressions and generated columns too.
static Bitmapset *indexed_columns(Relation table, Relation index) {
  Bitmapset *columns = nullptr;
  Bitmapset *in_expressions = nullptr;
  for (int i = 0; i < index->rd_index->indnkeyatts; i++) {
    AttrNumber number = index->rd_index->indkey.values[i];
    if (number <= 0) continue;
    if (TupleDescAttr(RelationGetDescr(table), number - 1)->attgenerated != '\0')
      pull_varattnos(build_column_default(table, number), 1, &in_expressions);
    else
      columns = bms_add_member(columns, number);
  }
  pull_varattnos(reinterpret_cast<Node *>(RelationGetIndexExpressions(index)), 1, &in_expressions);
  int member = -1;
  while ((member = bms_next_member(in_expressions, member)) >= 0)
    columns = bms_add_member(columns, member + FirstLowInvalidHeapAttributeNumber);
  return columns;
}

struct UniqueIndex {
  const char *name;
  Bitmapset *columns;
  bool is_partial, is_exclusion;
};

static List *unique_indexes(Relation table, bool nulls_only) {
  List *indexes = NIL;
  for (Oid oid : each_oid(RelationGetIndexList(table))) {
    Relation index = index_open(oid, AccessShareLock);
    const FormData_pg_index *form = index->rd_index;
    bool is_exclusion = form->indisexclusion && !form->indisunique;
    if ((form->indisunique || is_exclusion) && (!nulls_only || form->indnullsnotdistinct))
      indexes = append(indexes, make<UniqueIndex>({
                                    .name = pstrdup(RelationGetRelationName(index)),
                                    .columns = indexed_columns(table, index),
                                    .is_partial = RelationGetIndexPredicate(index) != NIL,
                                    .is_exclusion = is_exclusion,
                                }));
    index_close(index, AccessShareLock);
  }
  return indexes;
}

// A unique index holds when the values of one of its columns cannot meet anyway, or when the rest of it is covered by
// another unique index, of all rows, whose columns stay as they are (UNIQUE (id, email) beside PRIMARY KEY (id)).
static bool is_covered(const SyncPlan *plan, Relation table, const UniqueIndex *index, List *indexes,
                       const PlanColumn *masked) {
  for (const UniqueIndex *other : each<UniqueIndex>(indexes)) {
    if (other->is_partial || other->is_exclusion || !bms_is_subset(other->columns, index->columns)) continue;
    bool safe = true;
    int member = -1;
    while (safe && (member = bms_next_member(other->columns, member)) >= 0)
      safe = !may_collide(plan, table, static_cast<AttrNumber>(member), masked);
    if (safe) return true;
  }
  return false;
}

static const UniqueIndex *find_broken_index(const SyncPlan *plan, Oid relation, const PlanColumn *column) {
  Relation table = table_open(relation, AccessShareLock);
  List *indexes = unique_indexes(table, column->strategy->gives_null);
  const UniqueIndex *broken = nullptr;
  for (const UniqueIndex *index : each<UniqueIndex>(indexes)) {
    bool has_column = bms_is_member(get_attnum(relation, column->name), index->columns);
    if (!has_column || is_covered(plan, table, index, indexes, column)) continue;
    broken = index;
    break;
  }
  table_close(table, NoLock);
  return broken;
}

// Partitions may have indexes that the table lacks.
void check_unique(SyncPlan *plan, PlanColumn *column) {
  const UniqueIndex *broken = nullptr;
  for (Oid relation : each_oid(plan->tree))
    if ((broken = find_broken_index(plan, relation, column)) != nullptr) break;
  if (broken == nullptr) return;
  if (column->is_narrowed)
    return refuse_column(
        plan, column,
        psprintf(
            "%s is under the %s %s, and masked values of %u characters, the width of %s in the same masking domain, "
            "could collide",
            masked_by(column), broken->is_exclusion ? "exclusion constraint" : "unique index",
            quote_identifier(broken->name), column->mask->max_chars, column->mask->narrowest),
        psprintf("-- widen %s, or give the rule of one of the two its own \"masking_domain\"",
                 column->mask->narrowest));
  refuse_column(
      plan, column,
      psprintf("%s is under the %s %s, and masked values could collide", masked_by(column),
               broken->is_exclusion ? "exclusion constraint" : "unique index", quote_identifier(broken->name)),
      rule_statement(plan->relation_name, "set_rule", column->name, column->strategy->when_unique));
}

}  // namespace confiture
