#include "plan/column_patterns.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/relation_patterns.h"

namespace confiture {

struct ColumnPattern {
  const RelationPattern *relations, *columns;
  const char *strategy, *options, *set_by;
};

static const char *label(const ColumnPattern *pattern) {
  return psprintf("%s, %s", quote_literal_cstr(pattern->relations->written),
                  quote_literal_cstr(pattern->columns->written));
}

static const RelationPattern *parse_relations(const char *written) {
  List *patterns = parse_patterns(list_make1(const_cast<char *>(written)), "relations");
  return static_cast<const RelationPattern *>(linitial(patterns));
}

static void try_regex(text *regex) {
  if (regex == nullptr) return;
  char empty[] = "";
  RE_compile_and_execute(regex, empty, 0, REG_ADVANCED, C_COLLATION_OID, 0, nullptr);
}

void check_pattern(const char *relations, const char *columns) {
  const RelationPattern *pattern = parse_relations(relations);
  try_regex(pattern->schema);
  try_regex(pattern->name);
  try_regex(parse_name_pattern(columns, "columns")->name);
}

static List *load_patterns() {
  List *patterns = NIL;
  for (Row row : spi_run(R"(
      SELECT relations, columns, strategy, options::text, set_by
      FROM confiture.pattern
      ORDER BY relations, columns)")) {
    const RelationPattern *relations = parse_relations(row.next<const char *>());
    const RelationPattern *columns = parse_name_pattern(row.next<const char *>(), "columns");
    const char *strategy = row.next<const char *>(), *options = row.next<const char *>();
    patterns = append(patterns, make<ColumnPattern>({relations, columns, strategy, options, row.next<const char *>()}));
  }
  return patterns;
}

// The regular expressions of patterns, for a query: arrays $2 to $4.
struct PatternArrays {
  List *schemas, *names, *columns;
};

static PatternArrays arrays_of(List *patterns) {
  PatternArrays arrays = {};
  for (const ColumnPattern *pattern : each<ColumnPattern>(patterns)) {
    const text *schema = pattern->relations->schema;
    arrays.schemas = append(arrays.schemas, schema != nullptr ? text_to_cstring(schema) : "");
    arrays.names = append(arrays.names, text_to_cstring(pattern->relations->name));
    arrays.columns = append(arrays.columns, text_to_cstring(pattern->columns->name));
  }
  return arrays;
}

// Names are compared byte by byte, as where runs include and exclude tables. Generated columns hold what their table
// computes of others.
static const char matches_query[] = R"(
  SELECT DISTINCT u.number, a.attnum, a.attname, p.number
  FROM unnest($1) WITH ORDINALITY u(relation, number)
  CROSS JOIN LATERAL (
    SELECT u.relation
    UNION ALL
    SELECT pg_partition_ancestors(u.relation)) t(relation)
  JOIN pg_class c ON c.oid = t.relation
  JOIN pg_namespace s ON s.oid = c.relnamespace
  JOIN unnest($2, $3, $4) WITH ORDINALITY p(schema, name, columns, number)
    ON s.nspname ~ (p.schema COLLATE "C") AND c.relname ~ (p.name COLLATE "C")
  JOIN pg_attribute a ON a.attrelid = u.relation
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND a.attgenerated = ''
    AND a.attname ~ (p.columns COLLATE "C")
  ORDER BY u.number, a.attnum, p.number)";

static const char relations_query[] = R"(
  SELECT DISTINCT c.oid
  FROM pg_class c
  JOIN pg_namespace s ON s.oid = c.relnamespace
  JOIN unnest($1, $2, $3) p(schema, name, columns)
    ON s.nspname ~ (p.schema COLLATE "C") AND c.relname ~ (p.name COLLATE "C")
  WHERE c.relkind IN ('r', 'p', 'f')
    AND s.nspname NOT IN ('pg_catalog', 'information_schema', 'confiture', 'pg_toast')
    AND EXISTS (
      SELECT
      FROM pg_attribute a
      WHERE a.attrelid = c.oid
        AND a.attnum > 0
        AND NOT a.attisdropped
        AND a.attname ~ (p.columns COLLATE "C"))
  ORDER BY 1)";

List *load_patterned_relations() {
  PatternArrays arrays = arrays_of(load_patterns());
  List *relations = NIL;
  if (arrays.names == NIL) return NIL;
  for (Row row :
       spi_run(relations_query, {arg_texts(arrays.schemas), arg_texts(arrays.names), arg_texts(arrays.columns)}))
    relations = lappend_oid(relations, row.next<Oid>());
  return relations;
}

// Positive where the left part is more specific, 0 where they are equally so.
static int compare_parts(const RelationPattern *left, const RelationPattern *right) {
  if (left->has_wildcard != right->has_wildcard) return right->has_wildcard ? 1 : -1;
  return left->letters - right->letters;
}

static bool is_more_specific(const ColumnPattern *left, const ColumnPattern *right) {
  int relations = compare_parts(left->relations, right->relations);
  int columns = compare_parts(left->columns, right->columns);
  return relations >= 0 && columns >= 0 && relations + columns > 0;
}

static bool is_outdone(const ColumnPattern *pattern, List *patterns) {
  for (const ColumnPattern *other : each<ColumnPattern>(patterns))
    if (is_more_specific(other, pattern)) return true;
  return false;
}

static bool say_the_same(const ColumnPattern *left, const ColumnPattern *right) {
  return strcmp(left->strategy, right->strategy) == 0 && strcmp(left->options, right->options) == 0;
}

// `patterns`: all that take the column.
static PatternMatch *match_column(int number, const char *column, List *patterns) {
  const ColumnPattern *first = nullptr;
  const char *rival = nullptr;
  for (const ColumnPattern *pattern : each<ColumnPattern>(patterns)) {
    if (is_outdone(pattern, patterns)) continue;
    if (first == nullptr)
      first = pattern;
    else if (rival == nullptr && !say_the_same(first, pattern))
      rival = psprintf("%s (%s)", label(pattern), pattern->strategy);
  }
  return make<PatternMatch>({
      .number = number,
      .column = column,
      .strategy = first->strategy,
      .options = first->options,
      .set_by = first->set_by,
      .pattern = label(first),
      .rival = rival,
  });
}

List *match_patterns(List *relations) {
  List *patterns = load_patterns(), *matching = NIL, *matches = NIL;
  if (patterns == NIL || relations == NIL) return NIL;
  PatternArrays arrays = arrays_of(patterns);
  int number = -1;
  const char *column = nullptr;
  for (Row row : spi_run(matches_query, {arg_oids(relations), arg_texts(arrays.schemas), arg_texts(arrays.names),
                                         arg_texts(arrays.columns)})) {
    int next_number = static_cast<int>(row.next<int64>()) - 1;
    row.next<int16>();
    const char *next_column = row.next<const char *>();
    if (matching != NIL && (next_number != number || strcmp(next_column, column) != 0)) {
      matches = append(matches, match_column(number, column, matching));
      matching = NIL;
    }
    number = next_number;
    column = next_column;
    matching = append(matching, list_nth(patterns, static_cast<int>(row.next<int64>()) - 1));
  }
  return matching != NIL ? append(matches, match_column(number, column, matching)) : matches;
}

}  // namespace confiture
