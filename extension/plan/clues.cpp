// The part of the plan about options that name other columns of the row. With `entity` masked values hang on these, so
// that all columns with this option tell of one person; with `gender` one says whether the person is a man or a woman.
// The source sends each as a text, in a side column.
#include "pg/list.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

static const char names_query[] = R"(
  SELECT n
  FROM jsonb_array_elements_text(
    CASE jsonb_typeof($1::jsonb -> $2)
      WHEN 'array' THEN $1::jsonb -> $2
      WHEN 'string' THEN jsonb_build_array($1::jsonb -> $2)
      WHEN 'object' THEN jsonb_build_array($1::jsonb -> $2 -> 'column')
      ELSE '[]'
    END) WITH ORDINALITY u(n, number)
  ORDER BY number)";

List *option_columns(const char *options, const char *option) {
  List *names = NIL;
  for (Row row : spi_run(names_query, {arg(options), arg(option)}))
    if (const char *name = row.next<const char *>(); name != nullptr) names = append(names, name);
  return names;
}

List *clue_columns(const char *options, wall::Clue clue) {
  return option_columns(options, wall::clue_names[static_cast<size_t>(clue)]);
}

// By the name that the target has for it.
static const SourceColumn *find_source(const SourceTable *table, const char *name) {
  for (int i = 0; i < table->n_columns; i++)
    if (strcmp(table->columns[i].target_name, name) == 0) return &table->columns[i];
  return nullptr;
}

// Equal entities must be equal bytes, whatever integer type they have.
static const char *as_text(const SourceColumn *column) {
  const char *name = source_name(column->name);
  if (strcmp(column->base_name, "citext") == 0) return psprintf("pg_catalog.lower(%s::pg_catalog.text)", name);
  return psprintf("%s::pg_catalog.text", name);
}

// The source's expression for the columns that the option names; nullptr: none, or refused.
static const char *expression_for(SyncPlan *plan, PlanColumn *column, wall::Clue clue) {
  const char *option = wall::clue_names[static_cast<size_t>(clue)];
  StringInfoData parts;
  initStringInfo(&parts);
  int n = 0;
  for (const char *name : each_text(clue_columns(column->mask->options, clue))) {
    const SourceColumn *told = find_source(plan->source, name);
    if (told == nullptr || !told->is_readable) {
      const char *named = psprintf("%s has the %s %s", masked_by(column), option, quote_identifier(name));
      refuse_column(plan, column,
                    told == nullptr ? psprintf("%s, and %s has no such column", named, plan->source->qualified)
                                    : psprintf("%s, which the source role may not SELECT", named));
      return nullptr;
    }
    appendStringInfo(&parts, "%s%s", n++ > 0 ? ", " : "", as_text(told));
  }
  if (n == 0) return nullptr;
  return n == 1 ? parts.data : psprintf("ROW(%s)::pg_catalog.text", parts.data);
}

static void plan_clue(SyncPlan *plan, PlanColumn *column, wall::Clue clue, const char *warning) {
  const char *expression = expression_for(plan, column, clue);
  if (expression == nullptr) return;
  auto number = static_cast<size_t>(clue);
  if (column->mask->is_in_reference)
    return refuse_column(plan, column,
                         psprintf("%s is part of a key, and hangs on the %s of its row, so that references would "
                                  "not join",
                                  masked_by(column), wall::clue_names[number]));
  column->clues[number] = expression;
  column->spec.has_clue[number] = true;
  column->warnings = append(column->warnings, warning);
}

// A gender is often a word of its own, "male": then no column is named.
static bool names_gender_column(const PlanColumn *column) {
  static const char sql[] = "SELECT jsonb_typeof($1::jsonb -> 'gender') = 'object'";
  return spi_run(sql, {arg(column->mask->options)}).first().next<bool>();
}

void plan_clues(SyncPlan *plan, PlanColumn *column) {
  if (column->strategy->takes_entity)
    plan_clue(plan, column, wall::Clue::entity, "one with all columns of the same entity, whose value is read for it");
  if (column->strategy->takes_gender && names_gender_column(column))
    plan_clue(plan, column, wall::Clue::gender,
              "shows the gender that another column says, whose value is read for it");
}

// ---- one person in all columns of a row

static const char differences_query[] = R"(
  SELECT string_agg(option, ' and ' ORDER BY option)
  FROM unnest($3) option
  WHERE $1::jsonb -> option IS DISTINCT FROM $2::jsonb -> option
    AND $1::jsonb -> 'masking_domain' IS NOT DISTINCT FROM $2::jsonb -> 'masking_domain')";

// The entity of a column that tells of a person; nullptr: it tells of none, or has none.
static const char *entity_of(const PlanColumn *column) {
  if (column->strategy == nullptr || !column->strategy->takes_gender) return nullptr;
  return column->clues[static_cast<size_t>(wall::Clue::entity)];
}

// A last name needs no gender of its own.
static bool has_gender(const PlanColumn *column) { return strcmp(column->strategy->name, "last_name") != 0; }

static const char *differing_options(const PlanColumn *one, const PlanColumn *other) {
  List *options = append(NIL, "locale");
  if (has_gender(one) && has_gender(other)) options = append(options, "gender");
  return spi_run(differences_query, {arg(one->mask->options), arg(other->mask->options), arg_texts(options)})
      .first()
      .next<const char *>();
}

void warn_of_other_people(SyncPlan *plan) {
  List *first_of = NIL;  // PlanColumn *, of each entity
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (entity_of(column) == nullptr) continue;
    const PlanColumn *first = nullptr;
    for (const PlanColumn *one : each<PlanColumn>(first_of))
      if (strcmp(entity_of(one), entity_of(column)) == 0) first = one;
    if (first == nullptr)
      first_of = append(first_of, column);
    else if (const char *options = differing_options(first, column); options != nullptr)
      column->warnings = append(column->warnings, psprintf("tells of another person than %s, of the same entity: "
                                                           "they differ in %s",
                                                           quote_identifier(first->name), options));
  }
}

}  // namespace confiture
