#include "plan/rules.h"

#include "pg/spi.h"

namespace confiture {

static Rule *make_rule(uint64 row) {
  Rule *made = static_cast<Rule *>(palloc0(sizeof(Rule)));
  made->column = old_spi_text(row, 1);
  made->strategy = old_spi_text(row, 2);
  made->options = old_spi_text(row, 3);
  return made;
}

static List *remove_rule(List *rules, const char *column) {
  ListCell *cell;
  foreach (cell, rules)
    if (strcmp(static_cast<Rule *>(lfirst(cell))->column, column) == 0) return list_delete_cell(rules, cell);
  return rules;
}

List *load_stored_rules(List *relations) {
  Oid types[] = {OIDARRAYOID};
  Datum values[] = {oid_array(relations)};
  uint64 n = old_spi_run(
      "SELECT r.column_name, r.strategy, r.options::text, a.attname, t.relation, u.number "
      "FROM unnest($1) WITH ORDINALITY u(relation, number) CROSS JOIN LATERAL (SELECT u.relation, 0 "
      "  UNION ALL SELECT * FROM pg_partition_ancestors(u.relation) WITH ORDINALITY) t(relation, distance) "
      "JOIN pg_class c ON c.oid = t.relation JOIN pg_namespace s ON s.oid = c.relnamespace "
      // Rules of a dropped table are those of the one that has its name now.
      "JOIN confiture.rule r ON r.relation = t.relation OR r.relation_name = format('%I.%I', s.nspname, c.relname) "
      "  AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = r.relation) "
      "LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attnum = r.column_number AND NOT a.attisdropped "
      "  AND a.attname <> r.column_name "
      "ORDER BY u.number, t.distance, r.relation <> t.relation, r.column_number, r.column_name",
      1, types, values);
  List *result = NIL;
  uint64 row = 0;
  bool is_null;
  for (int64 number = 1; number <= list_length(relations); number++) {
    List *rules = NIL;
    for (; row < n && DatumGetInt64(old_spi_datum(row, 6, &is_null)) == number; row++) {
      Rule *stored = make_rule(row);
      stored->renamed_to = old_spi_text(row, 4);
      stored->relation = qualified_name(DatumGetObjectId(old_spi_datum(row, 5, &is_null)));
      if (find_rule(rules, stored->column) == nullptr) rules = lappend(rules, stored);
    }
    result = lappend(result, rules);
  }
  return result;
}

List *override_rules(List *stored, const Jsonb *inline_rules) {
  List *rules = stored;
  if (inline_rules == nullptr) return rules;

  if (!JB_ROOT_IS_OBJECT(inline_rules))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules must be a JSON object"),
                    errhint("For example {\"email\": \"email\", \"ssn\": {\"strategy\": \"hash\", \"length\": 16}}.")));
  Oid types[] = {JSONBOID};
  Datum values[] = {JsonbPGetDatum(inline_rules)};
  uint64 n = old_spi_run(
      "SELECT key, CASE pg_catalog.jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' "
      "WHEN 'object' THEN CASE pg_catalog.jsonb_typeof(value -> 'strategy') WHEN 'string' "
      "THEN value ->> 'strategy' END END, "
      "CASE pg_catalog.jsonb_typeof(value) WHEN 'object' "
      "THEN (value - 'strategy')::pg_catalog.text ELSE '{}' END "
      "FROM pg_catalog.jsonb_each($1)",
      1, types, values);
  for (uint64 row = 0; row < n; row++) {
    Rule *given = make_rule(row);
    if (given->strategy == nullptr)
      ereport(ERROR,
              (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules: column \"%s\" has no strategy", given->column),
               errhint("Give a strategy's name, or an object with \"strategy\" and its options.")));
    if ((is_keep(given) || is_drop(given)) && strcmp(given->options, "{}") != 0)
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("rules: column \"%s\": \"%s\" takes no options", given->column, given->strategy)));
    rules = lappend(remove_rule(rules, given->column), given);
  }
  return rules;
}

const Rule *find_rule(List *rules, const char *column) {
  ListCell *cell;
  foreach (cell, rules) {
    Rule *candidate = static_cast<Rule *>(lfirst(cell));
    if (strcmp(candidate->column, column) == 0) return candidate;
  }
  return nullptr;
}

bool is_keep(const Rule *r) { return r != nullptr && strcmp(r->strategy, "keep") == 0; }
bool is_drop(const Rule *r) { return r != nullptr && strcmp(r->strategy, "drop") == 0; }

}  // namespace confiture
