// The part of the plan about masked columns under unique indexes: may masked values meet where the index forbids it?
#include "pg/list.h"
#include "pg/memory.h"
#include "plan/expressions.h"
#include "plan/plan.h"

namespace confiture {

// May masked values of this column of a table in the tree meet?
static bool may_collide(const SyncPlan *plan, Relation table, AttrNumber number, const PlanColumn *masked) {
  const char *name = NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname);
  if (strcmp(name, masked->name) == 0) return true;
  const PlanColumn *other = find_column(plan, name);
  return other != nullptr && other->mask != nullptr;
}

struct UniqueIndex {
  const char *name;
  IndexedColumns columns;
  bool is_partial, is_exclusion;
  bool nulls_are_equal;
};

static List *unique_indexes(Relation table) {
  List *indexes = NIL;
  for (Oid oid : each_oid(RelationGetIndexList(table))) {
    Relation index = index_open(oid, AccessShareLock);
    const FormData_pg_index *form = index->rd_index;
    bool is_exclusion = form->indisexclusion && !form->indisunique;
    if (form->indisunique || is_exclusion)
      indexes = append(indexes, make<UniqueIndex>({
                                    .name = pstrdup(RelationGetRelationName(index)),
                                    .columns = read_indexed_columns(table, index),
                                    .is_partial = RelationGetIndexPredicate(index) != NIL,
                                    .is_exclusion = is_exclusion,
                                    .nulls_are_equal = form->indnullsnotdistinct,
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
    if (other->is_partial || other->is_exclusion || !bms_is_subset(other->columns.all, index->columns.all)) continue;
    bool safe = true;
    int member = -1;
    while (safe && (member = bms_next_member(other->columns.all, member)) >= 0)
      safe = !may_collide(plan, table, static_cast<AttrNumber>(member), masked);
    if (safe) return true;
  }
  return false;
}

// May masked values of the column be equal to the index where raw ones are not, or be in it where raw ones are not?
static bool breaks(const UniqueIndex *index, AttrNumber number, const PlanColumn *column, bool keeps_unique) {
  bool is_in = bms_is_member(number, index->columns.all);
  bool meets_null = (is_in && index->nulls_are_equal) || bms_is_member(number, index->columns.nulled);
  if (column->strategy->gives_null) return meets_null;
  if (column->may_give_null && meets_null) return true;
  return bms_is_member(number, index->columns.lossy) || (is_in && !keeps_unique);
}

static const UniqueIndex *find_broken_index(const SyncPlan *plan, Oid relation, const PlanColumn *column,
                                            bool keeps_unique) {
  Relation table = table_open(relation, AccessShareLock);
  List *indexes = unique_indexes(table);
  AttrNumber number = get_attnum(relation, column->name);
  const UniqueIndex *broken = nullptr;
  for (const UniqueIndex *index : each<UniqueIndex>(indexes)) {
    if (!breaks(index, number, column, keeps_unique) || is_covered(plan, table, index, indexes, column)) continue;
    broken = index;
    break;
  }
  table_close(table, NoLock);
  return broken;
}

static const char *kind_of(const UniqueIndex *index) {
  return index->is_exclusion ? "exclusion constraint" : "unique index";
}

// Partitions may have indexes that the table lacks.
static const UniqueIndex *find_broken_in_tree(const SyncPlan *plan, const PlanColumn *column, bool keeps_unique) {
  const UniqueIndex *broken = nullptr;
  for (Oid relation : each_oid(plan->tree))
    if ((broken = find_broken_index(plan, relation, column, keeps_unique)) != nullptr) break;
  return broken;
}

static bool is_same_mask(const PlanColumn *left, const PlanColumn *right) {
  return strcmp(left->mask->strategy, right->mask->strategy) == 0 &&
         strcmp(left->mask->options, right->mask->options) == 0;
}

// A value kept may be what a permutation makes of another one, and so may be what another permutation makes.
static PlanColumn *find_rival(const PlanColumn *column, const PlanColumn *permuted) {
  for (PlanColumn *other : each<PlanColumn>(column->cases)) {
    bool is_permuted = other->action == ColumnAction::mask && other->keeps_unique && other->is_permutation;
    if (other->action == ColumnAction::pass || (is_permuted && !is_same_mask(other, permuted))) return other;
  }
  return nullptr;
}

void check_unique_cases(SyncPlan *plan, PlanColumn *column) {
  for (const PlanColumn *permuted : each<PlanColumn>(column->cases)) {
    if (permuted->action != ColumnAction::mask || !permuted->keeps_unique || !permuted->is_permutation) continue;
    const PlanColumn *rival = find_rival(column, permuted);
    const UniqueIndex *broken = rival != nullptr ? find_broken_in_tree(plan, permuted, false) : nullptr;
    if (broken == nullptr) continue;
    const char *other = rival->mask != nullptr ? psprintf("masked with %s", rival->mask->strategy) : "kept";
    return refuse_column(
        plan, column,
        psprintf("is under the %s %s, and a value masked with %s in one row may be one that is %s in another",
                 kind_of(broken), quote_identifier(broken->name), permuted->mask->strategy, other),
        psprintf("-- give all rows of %s one rule, or those of the index a NULL", quote_identifier(column->name)));
  }
}

void check_unique(SyncPlan *plan, PlanColumn *column, bool keeps_unique) {
  const UniqueIndex *broken = find_broken_in_tree(plan, column, keeps_unique);
  if (broken == nullptr) return;
  if (keeps_unique)
    return refuse_column(
        plan, column,
        psprintf("%s is in an expression or condition of the %s %s, to which different masked values may be equal",
                 masked_by(column), kind_of(broken), quote_identifier(broken->name)),
        psprintf("-- drop %s here, or make it an index on the column itself; or %s", quote_identifier(broken->name),
                 rule_statement(plan->relation_name, "keep", column->name)));
  if (column->is_narrowed)
    return refuse_column(
        plan, column,
        psprintf(
            "%s is under the %s %s, and masked values of %u characters, the width of %s in the same masking domain, "
            "could collide",
            masked_by(column), kind_of(broken), quote_identifier(broken->name), column->mask->max_chars,
            column->mask->narrowest),
        psprintf("-- widen %s, or give the rule of one of the two its own \"masking_domain\"",
                 column->mask->narrowest));
  refuse_column(plan, column,
                psprintf("%s is under the %s %s, and masked values could collide", masked_by(column), kind_of(broken),
                         quote_identifier(broken->name)),
                propose_rule(plan, column, column->strategy->when_unique));
}

}  // namespace confiture
