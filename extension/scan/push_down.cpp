#include "scan/push_down.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "scan/conditions.h"

namespace confiture {

List *push_down_to_list(const PushDown *push_down) {
  Node *limit = reinterpret_cast<Node *>(
      makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(push_down->limit), false, FLOAT8PASSBYVAL));
  List *head = list_make2_int(static_cast<int>(push_down->varno), push_down->is_count);
  List *list = list_make5(push_down->columns, head, push_down->conditions, push_down->order, push_down->directions);
  return lappend(list, limit);
}

PushDown *push_down_from_list(List *list) {
  List *head = static_cast<List *>(lsecond(list));
  return make<PushDown>({
      .columns = static_cast<List *>(linitial(list)),
      .varno = static_cast<Index>(linitial_int(head)),
      .is_count = lsecond_int(head) != 0,
      .conditions = static_cast<List *>(lthird(list)),
      .order = static_cast<List *>(lfourth(list)),
      .directions = static_cast<List *>(list_nth(list, 4)),
      .limit = DatumGetInt64(static_cast<Const *>(llast(list))->constvalue),
  });
}

// ---- order

// Texts are sorted by C, which is the same everywhere; any other collation would have to be of one version.
static bool is_shipped_order(Oid collation) { return !OidIsValid(collation) || is_c_collation(collation); }

static EquivalenceMember *find_shipped_member(const PathKey *key, const RelOptInfo *relation) {
  const ScanPlan *plan = static_cast<ScanPlan *>(relation->fdw_private);
  const EquivalenceClass *values = key->pk_eclass;
  if (values->ec_has_volatile || !is_shipped_order(values->ec_collation)) return nullptr;
  for (EquivalenceMember *member : each<EquivalenceMember>(values->ec_members)) {
    if (member->em_is_const || !bms_equal(member->em_relids, relation->relids)) continue;
    if (!is_shipped_value(plan, relation->relid, reinterpret_cast<Node *>(member->em_expr))) continue;
    // ORDER BY means the type's own order.
    if (lookup_type_cache(exprType(reinterpret_cast<Node *>(member->em_expr)), TYPECACHE_BTREE_OPFAMILY)->btree_opf ==
        key->pk_opfamily)
      return member;
  }
  return nullptr;
}

bool push_order(PushDown *push_down, PlannerInfo *root, const RelOptInfo *relation) {
  push_down->order = push_down->directions = NIL;
  for (const PathKey *key : each<PathKey>(root->query_pathkeys)) {
    const EquivalenceMember *member = find_shipped_member(key, relation);
    if (member == nullptr) return false;
    push_down->order = append(push_down->order, member->em_expr);
    push_down->directions = lappend_int(
        push_down->directions, (is_descending(key) ? descending : 0) | (key->pk_nulls_first ? nulls_first : 0));
  }
  return push_down->order != NIL;
}

const char *order_sql(const PushDown *push_down, const ScanPlan *plan) {
  if (push_down->order == NIL) return nullptr;
  StringInfoData sql;
  initStringInfo(&sql);
  int i = 0;
  for (Node *value : each<Node>(push_down->order)) {
    int direction = list_nth_int(push_down->directions, i++);
    bool is_text = OidIsValid(get_typcollation(exprType(value)));
    appendStringInfo(&sql, "%s%s%s %s NULLS %s", sql.len > 0 ? ", " : "", value_sql(plan, value),
                     is_text ? " COLLATE pg_catalog.\"C\"" : "", (direction & descending) != 0 ? "DESC" : "ASC",
                     (direction & nulls_first) != 0 ? "FIRST" : "LAST");
  }
  return sql.data;
}

// ---- limit and count

int64 pushed_limit(PlannerInfo *root, const RelOptInfo *relation, bool is_sorted) {
  constexpr double most = 1e15;
  const Query *query = root->parse;
  bool is_of_rows = root->limit_tuples > 0 && root->limit_tuples < most && query->limitOption == LIMIT_OPTION_COUNT &&
                    query->rowMarks == NIL;
  bool is_alone = relation->reloptkind == RELOPT_BASEREL && bms_equal(root->all_baserels, relation->relids) &&
                  query->setOperations == nullptr;
  if (!is_of_rows || !is_alone || (root->sort_pathkeys != NIL && !is_sorted)) return -1;
  const ScanPlan *plan = static_cast<ScanPlan *>(relation->fdw_private);
  List *conditions = extract_actual_clauses(relation->baserestrictinfo, false);
  List *shipped = shipped_conditions(plan, relation->relid, conditions, false);
  return list_length(shipped) == list_length(relation->baserestrictinfo) ? static_cast<int64>(root->limit_tuples) : -1;
}

static bool is_bare_count(const Node *node) {
  if (!IsA(node, Aggref)) return false;
  const Aggref *aggregate = reinterpret_cast<const Aggref *>(node);
  return aggregate->aggfnoid == F_COUNT_ && aggregate->aggfilter == nullptr && aggregate->agglevelsup == 0 &&
         aggregate->aggsplit == AGGSPLIT_SIMPLE;
}

List *pushed_counts(PlannerInfo *root, const RelOptInfo *input, const RelOptInfo *output) {
  const Query *query = root->parse;
  if (input->reloptkind != RELOPT_BASEREL || input->fdw_private == nullptr || !bms_is_empty(input->lateral_relids))
    return NIL;
  if (!query->hasAggs || query->groupClause != NIL || query->groupingSets != NIL || root->hasHavingQual) return NIL;
  List *counts = pull_var_clause(reinterpret_cast<Node *>(output->reltarget->exprs),
                                 PVC_INCLUDE_AGGREGATES | PVC_RECURSE_WINDOWFUNCS | PVC_INCLUDE_PLACEHOLDERS);
  for (const Node *node : each<Node>(counts))
    if (!is_bare_count(node)) return NIL;
  return counts;
}

// ---- rules

// The relations whose changes are announced to all sessions.
void depend_on_rules(PlannerInfo *root) {
  for (const char *name : {"rule", "pattern", "reference", "masking_key"})
    root->glob->relationOids = lappend_oid(root->glob->relationOids, own_relation(name));
}

void check_push_down(const PushDown *push_down, const ScanPlan *plan, List *conditions, List *shipped) {
  bool needs_all = push_down->is_count || push_down->limit >= 0;
  bool is_right = !needs_all || list_length(conditions) == list_length(shipped);
  for (Node *value : each<Node>(push_down->order)) is_right &= is_shipped_value(plan, push_down->varno, value);
  if (is_right) return;
  ResetPlanCache();
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("what happens to the columns of %s has changed since the query was planned",
                         qualified_name(plan->relation)),
                  errhint("Repeat the query.")));
}

}  // namespace confiture
