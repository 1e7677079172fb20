// The part of the plan about columns that are made of other columns of the row, as these are masked.
#include "pg/list.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

// Does a unique index of its own keep the column's values apart, in all rows?
static bool is_key(Oid relation, AttrNumber number) {
  static const char sql[] = R"(
    SELECT
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = $1
      AND i.indkey[0] = $2
      AND i.indnkeyatts = 1
      AND i.indisunique
      AND i.indisvalid
      AND i.indpred IS NULL
      AND a.attnotnull)";
  return !spi_run(sql, {arg(relation), arg(number)}).is_empty();
}

static bool plan_part(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker, size_t part) {
  const char *name = pstrdup(wall::value_masker_part(masker, part));
  Oid relation = plan->request.relation;
  AttrNumber number = get_attnum(relation, name);
  if (number <= 0) {
    refuse_column(plan, column,
                  psprintf("%s names %s, and %s has no such column", masked_by(column), quote_identifier(name),
                           plan->relation_name));
    return false;
  }
  Oid type, collation;
  int32 typmod;
  get_atttypetypmodcoll(relation, number, &type, &typmod, &collation);
  const wall::ColumnSpec spec = spec_of_type(type, typmod);
  wall::Status status;
  if (!wall::value_masker_set_part(masker, part, spec.kind, spec.is_array, &status)) {
    refuse_column(plan, column, psprintf("%s: %s. %s", masked_by(column), status.message, status.hint));
    return false;
  }
  // A permutation of values that others may have: of the key's.
  if (wall::value_masker_told_apart(masker, part) && is_key(relation, number))
    column->keeps_unique = column->is_permutation = true;
  column->parts = append(column->parts, name);
  return true;
}

bool plan_template(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker) {
  size_t n = wall::value_masker_parts(masker);
  column->parts = NIL;
  if (n == 0) return true;
  if (column->mask->is_in_reference) {
    refuse_column(plan, column,
                  psprintf("%s is part of a key, and made of other columns of its row, so that references would not "
                           "join",
                           masked_by(column)));
    return false;
  }
  for (size_t i = 0; i < n; i++)
    if (!plan_part(plan, column, masker, i)) return false;
  return true;
}

// Is `column` made of `part`, or of what is made of it? `seen`: the columns that were looked at.
static bool is_made_of(const SyncPlan *plan, const PlanColumn *column, const PlanColumn *part, Bitmapset **seen) {
  if (bms_is_member(column->number, *seen)) return false;
  *seen = bms_add_member(*seen, column->number);
  for (const char *name : each_text(column->parts)) {
    const PlanColumn *named = find_column(plan, name);
    if (named == nullptr) continue;
    if (named == part || is_made_of(plan, named, part, seen)) return true;
  }
  return false;
}

static void check_part(SyncPlan *plan, PlanColumn *column, PlanColumn *named) {
  if (named->action == ColumnAction::drop || named->action == ColumnAction::use_default)
    return refuse_column(
        plan, column,
        psprintf("has a template that names %s, which gets no value of the source", quote_identifier(named->name)));
  if (is_function(named->mask))
    return refuse_column(plan, column,
                         psprintf("has a template that names %s, which a function masks behind all others",
                                  quote_identifier(named->name)));
  if (named->action == ColumnAction::pass)
    column->warnings =
        append(column->warnings, psprintf("shows column %s, which is kept as it is", quote_identifier(named->name)));
  // What is copied as it is has no kind yet: the masker looked at none of its values.
  if (named->cases == NIL && named->spec.strategy == nullptr)
    named->spec.kind = spec_of_type(named->type, named->typmod).kind;
}

void check_templates(SyncPlan *plan) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (column->parts == NIL || column->action == ColumnAction::refuse) continue;
    Bitmapset *seen = nullptr;
    if (is_made_of(plan, column, column, &seen)) {
      refuse_column(plan, column, "has a template that names the column itself, or one that is made of it");
      continue;
    }
    for (const char *name : each_text(column->parts))
      if (PlanColumn *named = find_column(plan, name); named != nullptr) check_part(plan, column, named);
  }
}

}  // namespace confiture
