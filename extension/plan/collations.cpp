// The part of the plan about masked columns under a nondeterministic collation, to which "Ana" and "ana" may be equal:
// masks see the text alone, so that equal values get different masks.
#include "pg/list.h"
#include "pg/relations.h"
#include "plan/plan.h"

namespace confiture {

static bool has_unique_index(const SyncPlan *plan, const PlanColumn *column) {
  for (Oid relation : each_oid(plan->tree))
    if (bms_is_member(get_attnum(relation, column->name), uniquely_indexed_columns(relation))) return true;
  return false;
}

static bool is_nondeterministic_here(const SyncPlan *plan, const PlanColumn *column) {
  Oid type, collation;
  int32 typmod;
  get_atttypetypmodcoll(plan->request.relation, column->number, &type, &typmod, &collation);
  return OidIsValid(collation) && !get_collation_isdeterministic(collation);
}

void check_collation(SyncPlan *plan, PlanColumn *column) {
  if (!column->strategy->keyed || !column->strategy->deterministic || !column->strategy->needs_value) return;
  const char *side = column->source->is_nondeterministic      ? "on the source"
                     : is_nondeterministic_here(plan, column) ? "here"
                                                              : nullptr;
  if (side == nullptr) return;
  const char *reason =
      psprintf("its collation %s is nondeterministic, so that equal values may get different masks", side);
  if (column->mask->is_in_reference || has_unique_index(plan, column))
    refuse_column(plan, column, psprintf("%s is part of a key, and %s", masked_by(column), reason),
                  psprintf("-- give it a deterministic collation on both sides; or %s or confiture.keep()",
                           rule_statement(plan->relation_name, "set_rule", column->name, "null")));
  else
    column->warnings = append(column->warnings, reason);
}

}  // namespace confiture
