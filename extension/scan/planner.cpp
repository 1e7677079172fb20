#include "pg/list.h"
#include "pg/memory.h"
#include "scan/conditions.h"
#include "scan/inverse.h"
#include "scan/push_down.h"
#include "scan/remote_estimate.h"
#include "scan/scan.h"

namespace confiture {

// What a scan costs besides its rows: the statement's way there and back.
static constexpr double startup_cost = 100.0, cost_of_row = 0.01;

// What the planner keeps of a relation: its plan, which is all that others look at, and the source's estimate.
struct PlannedRelation {
  ScanPlan plan;
  RemoteEstimate estimate;
};

static RemoteEstimate estimate_of(const RelOptInfo *relation) {
  return static_cast<PlannedRelation *>(relation->fdw_private)->estimate;
}

static double rows_of(const ScanPlan *plan, const RelOptInfo *relation) {
  if (plan->estimated_rows >= 0) return Max(plan->estimated_rows, 1);
  return relation->tuples > 0 ? relation->tuples : 1000;
}

static Selectivity selectivity_of(PlannerInfo *root, const RelOptInfo *relation, List *conditions) {
  return clauselist_selectivity(root, conditions, static_cast<int>(relation->relid), JOIN_INNER, nullptr);
}

void estimate_foreign_rel(PlannerInfo *root, RelOptInfo *relation, Oid table) {
  const ScanPlan *plan = scan_plan(table, planning_role(root, relation));
  PlannedRelation *planned = make<PlannedRelation>({*plan, {-1, 0, 0}});
  relation->fdw_private = planned;
  relation->tuples = rows_of(plan, relation);
  set_baserel_size_estimates(root, relation);
  if (!uses_remote_estimate(table)) return;
  List *conditions = extract_actual_clauses(relation->baserestrictinfo, false);
  List *shipped = shipped_conditions(plan, relation->relid, conditions, false);
  planned->estimate = remote_estimate(plan, shipped);
  relation->tuples = Max(relation->tuples, planned->estimate.rows);
  List *others = list_difference(conditions, shipped);
  relation->rows = clamp_row_est(planned->estimate.rows * selectivity_of(root, relation, others));
}

// Of the conditions, those that are shipped lessen the rows that travel.
static double travelling_rows(PlannerInfo *root, const RelOptInfo *relation, List *conditions, bool with_others) {
  const ScanPlan *plan = static_cast<ScanPlan *>(relation->fdw_private);
  List *actual = extract_actual_clauses(conditions, false);
  List *inverted = invertible_conditions(plan, relation->relid, actual, with_others);
  if (!with_others && estimate_of(relation).rows >= 0)
    return clamp_row_est(estimate_of(relation).rows * selectivity_of(root, relation, inverted));
  List *shipped = list_concat(shipped_conditions(plan, relation->relid, actual, with_others), inverted);
  return clamp_row_est(relation->tuples * selectivity_of(root, relation, shipped));
}

static void add_path_of(PlannerInfo *root, RelOptInfo *relation, ParamPathInfo *parameters) {
  List *conditions = relation->baserestrictinfo;
  if (parameters != nullptr) conditions = list_concat_copy(conditions, parameters->ppi_clauses);
  double travelling = travelling_rows(root, relation, conditions, parameters != nullptr);
  QualCost each_row;
  cost_qual_eval(&each_row, conditions, root);
  Cost startup = startup_cost + each_row.startup, work = 0;
  if (parameters == nullptr && estimate_of(relation).rows >= 0) {
    startup += estimate_of(relation).startup;
    work = estimate_of(relation).total - estimate_of(relation).startup;
  }
  Cost row = cost_of_row + cpu_tuple_cost + each_row.per_tuple;
  double rows = parameters != nullptr ? parameters->ppi_rows : relation->rows;
  Relids outer = parameters != nullptr ? parameters->ppi_req_outer : relation->lateral_relids;
  auto add = [&](List *order, double sent, const PushDown *push_down) {
    add_path(relation,
             reinterpret_cast<Path *>(make_foreign_path(root, relation, Min(rows, sent), startup,
                                                        startup + work * Min(sent / travelling, 1) + sent * row, order,
                                                        outer, push_down_to_list(push_down))));
  };
  PushDown push_down = {};
  push_down.varno = relation->relid;
  push_down.limit = -1;
  add(NIL, travelling, &push_down);
  if (parameters != nullptr) return;
  bool is_sorted = push_order(&push_down, root, relation);
  if (!is_sorted) push_down.order = push_down.directions = NIL;
  push_down.limit = pushed_limit(root, relation, is_sorted);
  if (!is_sorted && push_down.limit < 0) return;
  // What sorting costs the source, which may have an index, is little besides what a row costs on its way.
  constexpr double sorting = 1.05;
  double sent = push_down.limit >= 0 ? Min(travelling, static_cast<double>(push_down.limit)) : travelling * sorting;
  add(is_sorted ? root->query_pathkeys : NIL, sent, &push_down);
}

// The clauses of joins that would be shipped with the other side's values as parameters.
static List *joins_to_ship(PlannerInfo *root, RelOptInfo *relation) {
  const ScanPlan *plan = static_cast<ScanPlan *>(relation->fdw_private);
  List *clauses = list_copy(relation->joininfo);
  if (relation->has_eclass_joins) {
    auto takes_any = [](PlannerInfo *, RelOptInfo *, EquivalenceClass *, EquivalenceMember *member, void *relids) {
      return bms_equal(member->em_relids, static_cast<Relids>(relids));
    };
    clauses = list_concat(clauses, generate_implied_equalities_for_column(root, relation, takes_any, relation->relids,
                                                                          relation->lateral_referencers));
  }
  List *shipped = NIL;
  for (RestrictInfo *clause : each<RestrictInfo>(clauses)) {
    if (!join_clause_is_movable_to(clause, relation)) continue;
    List *condition = list_make1(clause->clause);
    if (shipped_conditions(plan, relation->relid, condition, true) != NIL ||
        invertible_conditions(plan, relation->relid, condition, true) != NIL)
      shipped = append(shipped, clause);
  }
  return shipped;
}

void add_foreign_paths(PlannerInfo *root, RelOptInfo *relation, Oid) {
  add_path_of(root, relation, nullptr);
  List *added = NIL;
  for (const RestrictInfo *clause : each<RestrictInfo>(joins_to_ship(root, relation))) {
    Relids outer = bms_union(clause->clause_relids, relation->lateral_relids);
    outer = bms_del_member(outer, static_cast<int>(relation->relid));
    if (bms_is_empty(outer)) continue;
    ParamPathInfo *parameters = get_baserel_parampathinfo(root, relation, outer);
    if (list_member_ptr(added, parameters)) continue;
    added = append(added, parameters);
    add_path_of(root, relation, parameters);
  }
}

// Numbers of the columns that the query looks at, as Integers.
static List *needed_columns(const RelOptInfo *relation, List *conditions) {
  constexpr int offset = FirstLowInvalidHeapAttributeNumber;
  Bitmapset *found = nullptr;
  pull_varattnos(reinterpret_cast<Node *>(relation->reltarget->exprs), relation->relid, &found);
  pull_varattnos(reinterpret_cast<Node *>(conditions), relation->relid, &found);
  const ScanPlan *plan = static_cast<ScanPlan *>(relation->fdw_private);
  bool is_whole_row = bms_is_member(0 - offset, found);
  List *numbers = NIL;
  for (int number = 1; number <= plan->n_columns; number++)
    if (is_whole_row || bms_is_member(number - offset, found)) numbers = lappend_int(numbers, number);
  return numbers;
}

// ---- count(*)

static bool collect_parameters(Node *node, void *parameters) {
  if (node == nullptr) return false;
  List **list = static_cast<List **>(parameters);
  if (IsA(node, Param)) *list = list_append_unique(*list, node);
  return walk_expression(node, collect_parameters, parameters);
}

void add_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *) {
  if (stage != UPPERREL_GROUP_AGG || pushed_counts(root, input, output) == NIL) return;
  const ScanPlan *plan = static_cast<ScanPlan *>(input->fdw_private);
  List *conditions = extract_actual_clauses(input->baserestrictinfo, false);
  List *shipped = shipped_conditions(plan, input->relid, conditions, false);
  if (list_length(shipped) != list_length(input->baserestrictinfo)) return;
  PushDown push_down = {};
  push_down.varno = input->relid;
  push_down.is_count = true;
  push_down.conditions = conditions;
  push_down.limit = -1;
  // Finding the rows costs the source the same in either case.
  Cost cost = startup_cost + input->rows * cpu_operator_cost;
  add_path(output, reinterpret_cast<Path *>(make_aggregate_path(root, output, cost, push_down_to_list(&push_down))));
}

static ForeignScan *make_count_plan(PlannerInfo *root, const RelOptInfo *relation, const PushDown *push_down,
                                    List *targets) {
  List *counts = pull_var_clause(reinterpret_cast<Node *>(relation->reltarget->exprs),
                                 PVC_INCLUDE_AGGREGATES | PVC_RECURSE_WINDOWFUNCS | PVC_INCLUDE_PLACEHOLDERS);
  List *parameters = NIL;
  (void)collect_parameters(reinterpret_cast<Node *>(push_down->conditions), &parameters);
  depend_on_rules(root);
  return make_foreignscan(targets, NIL, 0, parameters, push_down_to_list(push_down), add_to_flat_tlist(NIL, counts),
                          NIL, nullptr);
}

ForeignScan *make_foreign_plan(PlannerInfo *root, RelOptInfo *relation, Oid, ForeignPath *path, List *targets,
                               List *conditions, Plan *outer) {
  PushDown *push_down = push_down_from_list(path->fdw_private);
  if (push_down->is_count) return make_count_plan(root, relation, push_down, targets);
  if (push_down->order != NIL || push_down->limit >= 0) depend_on_rules(root);
  conditions = extract_actual_clauses(conditions, false);
  push_down->columns = needed_columns(relation, conditions);
  return make_foreignscan(targets, conditions, relation->relid, NIL, push_down_to_list(push_down), NIL, NIL, outer);
}

}  // namespace confiture
