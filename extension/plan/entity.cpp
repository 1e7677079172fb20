// The part of the plan about option `entity`: masked values hang on another column of their row, or on several, so that
// all columns with this option tell of one person. The source sends it as a text, in a side column.
#include "pg/list.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

static const char names_query[] = R"(
  SELECT n
  FROM jsonb_array_elements_text(
    CASE jsonb_typeof($1::jsonb -> 'entity')
      WHEN 'array' THEN $1::jsonb -> 'entity'
      WHEN 'string' THEN jsonb_build_array($1::jsonb -> 'entity')
      ELSE '[]'
    END) WITH ORDINALITY u(n, number)
  ORDER BY number)";

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

void plan_entity(SyncPlan *plan, PlanColumn *column) {
  StringInfoData parts;
  initStringInfo(&parts);
  int n = 0;
  for (Row row : spi_run(names_query, {arg(column->mask->options)})) {
    const char *name = row.next<const char *>();
    const SourceColumn *entity = find_source(plan->source, name);
    if (entity == nullptr)
      return refuse_column(plan, column,
                           psprintf("%s has the entity %s, and %s has no such column", masked_by(column),
                                    quote_identifier(name), plan->source->qualified));
    if (!entity->is_readable)
      return refuse_column(plan, column,
                           psprintf("%s has the entity %s, which the source role may not SELECT", masked_by(column),
                                    quote_identifier(name)));
    appendStringInfo(&parts, "%s%s", n++ > 0 ? ", " : "", as_text(entity));
  }
  if (n == 0) return;
  if (column->mask->is_in_reference)
    return refuse_column(plan, column,
                         psprintf("%s is part of a key, and hangs on the entity of its row, so that references would "
                                  "not join",
                                  masked_by(column)));
  column->entity = n == 1 ? parts.data : psprintf("ROW(%s)::pg_catalog.text", parts.data);
  column->spec.has_entity = true;
  column->warnings = append(column->warnings, "one with all columns of the same entity, whose value is read for it");
}

}  // namespace confiture
