#include "plan/rules.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/column_patterns.h"

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

static const char stored_rules_query[] = "WITH " SQL_HELD_RULES R"(
  SELECT u.number, r.column_name, r.strategy, r.options::text, a.attname, t.relation
  FROM unnest($1) WITH ORDINALITY u(relation, number)
  CROSS JOIN LATERAL (
    SELECT u.relation, 0
    UNION ALL
    SELECT * FROM pg_partition_ancestors(u.relation) WITH ORDINALITY) t(relation, distance)
  JOIN held r ON r.holder = t.relation
  LEFT JOIN pg_attribute a ON a.attrelid = r.relation
    AND a.attnum = r.column_number
    AND NOT a.attisdropped
    AND a.attname <> r.column_name
  ORDER BY u.number, t.distance, r.relation <> t.relation, r.column_number, r.column_name)";

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
        .pattern = match->pattern,
        .rival = match->rival,
    });
    *those = append(*those, rule);
  }
}

List *load_stored_rules(List *relations) {
  int n = list_length(relations);
  List **rules = make_array<List *>(n);
  for (Row row : spi_run(stored_rules_query, {arg_oids(relations)})) {
    int64 number = row.next<int64>() - 1;
    Rule rule = {
        .column = row.next<const char *>(),
        .strategy = row.next<const char *>(),
        .options = row.next<const char *>(),
        .renamed_to = row.next<const char *>(),
        .relation = qualified_name(row.next<Oid>()),
    };
    if (find_rule(rules[number], rule.column) == nullptr) rules[number] = append(rules[number], make<Rule>(rule));
  }
  add_pattern_rules(relations, rules);
  List *result = NIL;
  for (int i = 0; i < n; i++) result = append(result, rules[i]);
  return result;
}

static const char inline_rules_query[] = R"(
  SELECT key,
    CASE pg_catalog.jsonb_typeof(value)
      WHEN 'string' THEN value #>> '{}'
      WHEN 'object' THEN CASE pg_catalog.jsonb_typeof(value -> 'strategy') WHEN 'string' THEN value ->> 'strategy' END
    END,
    CASE pg_catalog.jsonb_typeof(value) WHEN 'object' THEN (value - 'strategy')::pg_catalog.text ELSE '{}' END
  FROM pg_catalog.jsonb_each($1))";

static void check_inline_rule(const Rule *rule) {
  if (rule->strategy == nullptr)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules: column \"%s\" has no strategy", rule->column),
             errhint("Give a strategy's name, or an object with \"strategy\" and its options.")));
  if ((is_keep(rule) || is_drop(rule)) && strcmp(rule->options, "{}") != 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("rules: column \"%s\": \"%s\" takes no options", rule->column, rule->strategy)));
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
  List *rules = stored;
  for (Row row : spi_run(inline_rules_query, {arg(inline_rules)})) {
    Rule *rule = make<Rule>({
        .column = row.next<const char *>(),
        .strategy = row.next<const char *>(),
        .options = row.next<const char *>(),
        .renamed_to = nullptr,
        .relation = nullptr,
    });
    check_inline_rule(rule);
    rules = append(remove_rule(rules, rule->column), rule);
  }
  return rules;
}

const Rule *find_rule(List *rules, const char *column) {
  for (const Rule *rule : each<Rule>(rules))
    if (strcmp(rule->column, column) == 0) return rule;
  return nullptr;
}

bool is_keep(const Rule *rule) { return rule != nullptr && strcmp(rule->strategy, "keep") == 0; }
bool is_mask(const Rule *rule) { return rule != nullptr && !is_keep(rule) && !is_drop(rule); }
bool is_drop(const Rule *rule) { return rule != nullptr && strcmp(rule->strategy, "drop") == 0; }

}  // namespace confiture
