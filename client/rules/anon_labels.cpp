#include "rules/anon_labels.h"

#include "rules/anon_function.h"

namespace client::rules {

namespace {

constexpr const char *labels =
    R"(
SELECT format('%I.%I', n.nspname, c.relname), coalesce(a.attname, ''), l.label
FROM pg_seclabel l
JOIN pg_class c ON l.classoid = 'pg_class'::regclass AND c.oid = l.objoid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = l.objsubid AND l.objsubid <> 0
WHERE l.provider = 'anon'
ORDER BY n.nspname, c.relname, l.objsubid)";

constexpr const char *masked_when = "masked when ";
constexpr const char *masked_with_function = "masked with function ";
constexpr const char *masked_with_value = "masked with value ";

std::string nearest_of_table(const std::string &label) {
  std::string words = lower_case(trimmed(label));
  if (words.starts_with("tablesample")) return "a filter of the table";
  return words.starts_with(masked_when) ? "\"when\" in the rules of its columns" : "rules of its columns";
}

}  // namespace

std::optional<ColumnRule> rule_for_label(const std::string &column, const std::string &label) {
  std::string text = trimmed(label);
  std::string words = lower_case(text);
  if (words == "not masked") return ColumnRule{column, "keep"};
  if (words.starts_with(masked_with_function))
    return rule_for_function(column, text.substr(std::string(masked_with_function).size()));
  if (!words.starts_with(masked_with_value)) return std::nullopt;
  auto constant = sql_literal(text.substr(std::string(masked_with_value).size()));
  if (!constant) return std::nullopt;
  if (lower_case(*constant) == "null") return ColumnRule{column, "null"};
  return ColumnRule{column, "constant", {{"value", *constant}}};
}

void add_label(Imported &to, const std::string &table, const std::string &column, const std::string &label) {
  if (column.empty()) return to.list(table, trimmed(label), nearest_of_table(label));
  auto rule = rule_for_label(column, label);
  if (rule) return to.add(table, *rule);
  std::string words = lower_case(trimmed(label));
  std::string function;
  if (words.starts_with(masked_with_function)) function = words.substr(std::string(masked_with_function).size());
  to.list(table + "." + sql_name(column), trimmed(label), nearest_strategy(function.substr(0, function.find('('))));
}

Imported read_anon_labels(Connection &connection) {
  Imported all;
  Result found = connection.query(labels);
  for (int row = 0; row < found.rows(); row++)
    add_label(all, found.text(row, 0), found.text(row, 1), found.text(row, 2));
  return all;
}

}  // namespace client::rules
