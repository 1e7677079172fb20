// The part of the plan about option `columns`: a strategy looks in a text for the values of other columns of the row,
// and puts in their place what they become there. Their raw values come along in side columns, as texts.
#include "pg/list.h"
#include "plan/plan.h"

namespace confiture {

static constexpr wall::KindSet sought_kinds =
    mask::integer_kinds |
    mask::kinds_of(wall::ValueKind::text, wall::ValueKind::numeric, wall::ValueKind::uuid, wall::ValueKind::date);

// The column as each of its rules would have it.
static List *rulings(PlanColumn *column) { return column->cases != NIL ? column->cases : list_make1(column); }

static bool is_masked(const PlanColumn *column) {
  return column->action == ColumnAction::mask && column->strategy != nullptr && !is_sql(column->mask) &&
         !is_function(column->mask);
}

static List *names_of(const PlanColumn *planned) {
  return is_masked(planned) && planned->strategy->takes_columns ? option_columns(planned->mask->options, "columns")
                                                                : NIL;
}

static bool is_same(List *names, List *others) {
  if (list_length(names) != list_length(others)) return false;
  for (int i = 0; i < list_length(names); i++)
    if (strcmp(static_cast<char *>(list_nth(names, i)), static_cast<char *>(list_nth(others, i))) != 0) return false;
  return true;
}

// Why values of the column cannot be looked for, nullptr if they can.
static const char *why_not(const PlanColumn *named) {
  if (named == nullptr) return "the table has no such column";
  if (named->action != ColumnAction::mask) return "it is not masked";
  if (is_sql(named->mask)) return "its values are masked on the source";
  if (is_function(named->mask)) return "its values are masked by a function, behind the others";
  if (!named->source->is_readable) return "the source role may not SELECT it";
  if (named->spec.is_array || (wall::kind_bit(named->spec.kind) & sought_kinds) == 0)
    return "its values are no texts, whole numbers, numerics, dates or uuids";
  for (const PlanColumn *planned : each<PlanColumn>(rulings(const_cast<PlanColumn *>(named)))) {
    if (planned->action != ColumnAction::mask || planned->strategy == nullptr) continue;
    if (!planned->strategy->deterministic) return "its masked values are drawn by row";
    if (names_of(planned) != NIL || planned->parts != NIL) return "it names columns itself";
  }
  return nullptr;
}

// The columns that its rules name, the same for all of them; NIL: none, or refused.
static List *named_by(SyncPlan *plan, PlanColumn *column) {
  List *all = NIL;
  for (const PlanColumn *planned : each<PlanColumn>(rulings(column))) {
    List *names = names_of(planned);
    if (names == NIL) continue;
    if (all != NIL && !is_same(all, names)) {
      refuse_column(plan, column, R"(has rules whose options "columns" name different columns)");
      return NIL;
    }
    all = names;
  }
  return all;
}

static const char *list_of(List *names) {
  StringInfoData list;
  initStringInfo(&list);
  for (const char *name : each_text(names))
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_identifier(name));
  return list.data;
}

static void plan_named(SyncPlan *plan, PlanColumn *column) {
  List *names = named_by(plan, column);
  if (names == NIL) return;
  if (column->mask->is_in_reference)
    return refuse_column(plan, column,
                         psprintf("%s is part of a key, and hangs on other columns of its row, so that references "
                                  "would not join",
                                  masked_by(column)));
  for (const char *name : each_text(names)) {
    PlanColumn *named = find_column(plan, name);
    if (named != nullptr && named->action == ColumnAction::refuse) continue;  // it has a problem of its own
    if (const char *why = why_not(named); why != nullptr)
      return refuse_column(
          plan, column,
          psprintf(R"(%s has %s in option "columns", but %s)", masked_by(column), quote_identifier(name), why));
    named->raw_leaves_source = true;
    column->named = append(column->named, named);
  }
  column->warnings =
      append(column->warnings, psprintf("looks for the values of %s, which are read for it", list_of(names)));
}

void plan_named_columns(SyncPlan *plan) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns))
    if (column->action == ColumnAction::mask && column->mask != nullptr) plan_named(plan, column);
}

}  // namespace confiture
