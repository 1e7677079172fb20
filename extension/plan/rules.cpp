#include "plan/rules.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/column_patterns.h"
#include "plan/sql_rule.h"

namespace confiture {

// Rules of a dropped table are those of the one that has its name now.
#define SQL_HELD_RULES                                                           \
  "held AS ("                                                                    \
  " SELECT r.*, coalesce(o.oid, ("                                               \
  "   SELECT c.oid"                                                              \
  "   FROM pg_class c"                                                           \
  "   JOIN pg_namespace s ON s.oid = c.relnamespace"                             \
  "   WHERE format('%I.%I', s.nspname, c.relname) = r.relation_name)) AS holder" \
  " FROM confiture.rule r"                                                       \
  " LEFT JOIN pg_class o ON o.oid = r.relation)"

// Of each column those of the nearest table that has any, in the order in which their conditions are asked. A condition
// or an expression of strategy sql runs on the source with the reader's rights: $2.
static const char stored_rules_query[] = "WITH " SQL_HELD_RULES R"(,
  nearest AS (
    SELECT u.number, t.distance, t.relation AS ruled, r.*,
      rank() OVER (
        PARTITION BY u.number, r.column_name
        ORDER BY t.distance, r.relation <> t.relation, r.relation) AS place
    FROM unnest($1) WITH ORDINALITY u(relation, number)
    CROSS JOIN LATERAL (
      SELECT u.relation, 0
      UNION ALL
      SELECT * FROM pg_partition_ancestors(u.relation) WITH ORDINALITY) t(relation, distance)
    JOIN held r ON r.holder = t.relation)
  SELECT r.number, r.column_name, r.strategy, r.options::text, a.attname, r.ruled, r.condition,
    CASE
      WHEN (r.condition IS NOT NULL OR r.strategy = 'sql')
        AND r.set_by IS DISTINCT FROM (SELECT rolname FROM pg_roles WHERE oid = $2)
        AND NOT coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = r.set_by), false)
      THEN r.set_by END,
    r.set_by
  FROM nearest r
  LEFT JOIN pg_attribute a ON a.attrelid = r.relation
    AND a.attnum = r.column_number
    AND NOT a.attisdropped
    AND a.attname <> r.column_name
  WHERE r.place = 1
  ORDER BY r.number, r.distance, r.relation <> r.ruled, r.column_number, r.column_name, r.condition IS NULL, r.position)";

List *load_ruled_relations() {
  List *relations = NIL;
  for (Row row : spi_run("WITH " SQL_HELD_RULES R"(
      SELECT DISTINCT c.oid
      FROM held r
      JOIN pg_class c ON c.oid = r.holder
      WHERE c.relkind IN ('r', 'p', 'f')
      ORDER BY 1)"))
    relations = lappend_oid(relations, row.next<Oid>());
  return list_concat_unique_oid(relations, load_patterned_relations());
}

static void add_pattern_rules(List *relations, List **rules) {
  for (const PatternMatch *match : each<PatternMatch>(match_patterns(relations))) {
    List **those = &rules[match->number];
    if (find_rule(*those, match->column) != nullptr) continue;
    Rule *rule = make<Rule>({
        .column = match->column,
        .strategy = match->strategy,
        .options = match->options,
        .renamed_to = nullptr,
        .relation = qualified_name(list_nth_oid(relations, match->number)),
        .set_by = match->set_by,
        .pattern = match->pattern,
        .rival = match->rival,
    });
    *those = append(*those, rule);
  }
}

// The rules of a column as one.
static const Rule *as_one(List *cases) {
  const Rule *first = static_cast<Rule *>(linitial(cases));
  if (list_length(cases) == 1 && first->when == nullptr) return first;
  StringInfoData strategies;
  initStringInfo(&strategies);
  for (const Rule *rule : each<Rule>(cases))
    appendStringInfo(&strategies, "%s%s", strategies.len > 0 ? ", " : "", rule->strategy);
  Rule *whole = make<Rule>(*first);
  whole->strategy = strategies.data;
  whole->options = "{}";
  whole->cases = cases;
  whole->when = nullptr;
  return whole;
}

// The same for rules (Rule *) of many columns, those of each in a row.
static List *as_one_each(List *rules) {
  List *columns = NIL, *cases = NIL;
  for (const Rule *rule : each<Rule>(rules)) {
    bool is_next = cases != NIL && strcmp(static_cast<Rule *>(linitial(cases))->column, rule->column) != 0;
    if (is_next) columns = append(columns, as_one(cases));
    cases = is_next ? list_make1(const_cast<Rule *>(rule)) : append(cases, rule);
  }
  return cases != NIL ? append(columns, as_one(cases)) : columns;
}

List *load_stored_rules(List *relations, Oid reader) {
  int n = list_length(relations);
  List **rules = make_array<List *>(n);
  for (Row row : spi_run(stored_rules_query, {arg_oids(relations), arg(reader)})) {
    int64 number = row.next<int64>() - 1;
    Rule *rule = make<Rule>({
        .column = row.next<const char *>(),
        .strategy = row.next<const char *>(),
        .options = row.next<const char *>(),
        .renamed_to = row.next<const char *>(),
        .relation = qualified_name(row.next<Oid>()),
        .when = row.next<const char *>(),
    });
    rule->distrusted = row.next<const char *>();
    rule->set_by = row.next<const char *>();
    rules[number] = append(rules[number], rule);
  }
  for (int i = 0; i < n; i++) rules[i] = as_one_each(rules[i]);
  add_pattern_rules(relations, rules);
  List *result = NIL;
  for (int i = 0; i < n; i++) result = append(result, rules[i]);
  return result;
}

// A list of rules has a row for each, an empty one a row without a strategy.
static const char inline_rules_query[] = R"(
  SELECT c.key,
    CASE pg_catalog.jsonb_typeof(r.value)
      WHEN 'string' THEN r.value #>> '{}'
      WHEN 'object' THEN CASE pg_catalog.jsonb_typeof(r.value -> 'strategy') WHEN 'string' THEN r.value ->> 'strategy' END
    END,
    CASE pg_catalog.jsonb_typeof(r.value) WHEN 'object' THEN (r.value - 'strategy' - 'when')::pg_catalog.text ELSE '{}' END,
    CASE pg_catalog.jsonb_typeof(r.value) WHEN 'object' THEN r.value ->> 'when' END,
    CASE pg_catalog.jsonb_typeof(r.value) WHEN 'object' THEN pg_catalog.jsonb_typeof(r.value -> 'when') <> 'string' END
  FROM pg_catalog.jsonb_each($1) c
  LEFT JOIN LATERAL pg_catalog.jsonb_array_elements(
    CASE pg_catalog.jsonb_typeof(c.value)
      WHEN 'array' THEN c.value
      ELSE pg_catalog.jsonb_build_array(c.value)
    END) WITH ORDINALITY r(value, number) ON true
  ORDER BY c.key, r.number)";

static void check_inline_rule(const Rule *rule, bool has_other_when) {
  if (rule->strategy == nullptr)
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules: column \"%s\" has no strategy", rule->column),
         errhint("Give a strategy's name, or an object with \"strategy\" and its options, or a list of objects with "
                 "\"when\" too.")));
  if (has_other_when)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("rules: column \"%s\": \"when\" must be an SQL condition in a string", rule->column)));
  if (is_sql(rule)) (void)read_sql_rule(rule->options, rule->when);
  if (is_function(rule)) (void)read_function_rule(rule->options, rule->when);
  if ((is_keep(rule) || is_drop(rule)) && strcmp(rule->options, "{}") != 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("rules: column \"%s\": \"%s\" takes no options", rule->column, rule->strategy)));
}

// Rules behind one without a condition would never be asked, and rows have no columns of their own.
static void check_order(const Rule *whole) {
  for (const Rule *rule : each<Rule>(whole->cases)) {
    if (is_drop(rule))
      ereport(ERROR,
              (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
               errmsg("rules: column \"%s\": \"%s\" leaves a column out of all rows, so that it takes no condition",
                      whole->column, rule->strategy),
               errhint("Strategy \"null\" leaves a value out.")));
    if (rule->when == nullptr && rule != llast(whole->cases))
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("rules: column \"%s\": a rule without \"when\" must be the last one", whole->column)));
  }
}

static List *remove_rule(List *rules, const char *column) {
  List *others = NIL;
  for (const Rule *rule : each<Rule>(rules))
    if (strcmp(rule->column, column) != 0) others = append(others, rule);
  return others;
}

List *override_rules(List *stored, const Jsonb *inline_rules) {
  if (inline_rules == nullptr) return stored;
  if (!JB_ROOT_IS_OBJECT(inline_rules))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules must be a JSON object"),
                    errhint("For example {\"email\": \"email\", \"ssn\": {\"strategy\": \"hash\", \"length\": 16}}.")));
  List *own = NIL, *rules = stored;
  for (Row row : spi_run(inline_rules_query, {arg(inline_rules)})) {
    Rule *rule = make<Rule>({
        .column = row.next<const char *>(),
        .strategy = row.next<const char *>(),
        .options = row.next<const char *>(),
        .renamed_to = nullptr,
        .relation = nullptr,
        .when = row.next<const char *>(),
    });
    check_inline_rule(rule, row.next<bool>());
    own = append(own, rule);
  }
  for (const Rule *rule : each<Rule>(as_one_each(own))) {
    check_order(rule);
    rules = append(remove_rule(rules, rule->column), rule);
  }
  return rules;
}

const Rule *find_rule(List *rules, const char *column) {
  for (const Rule *rule : each<Rule>(rules))
    if (strcmp(rule->column, column) == 0) return rule;
  return nullptr;
}

static bool is_called(const Rule *rule, const char *word) {
  return rule != nullptr && rule->cases == NIL && strcmp(rule->strategy, word) == 0;
}

bool is_keep(const Rule *rule) { return is_called(rule, "keep"); }
bool is_sql(const Rule *rule) { return is_called(rule, "sql"); }
bool is_function(const Rule *rule) { return is_called(rule, "function"); }
bool is_mask(const Rule *rule) { return rule != nullptr && !is_keep(rule) && !is_drop(rule); }
bool is_default(const Rule *rule) { return is_called(rule, "default"); }
bool is_drop(const Rule *rule) { return is_called(rule, "drop") || is_default(rule); }

}  // namespace confiture
