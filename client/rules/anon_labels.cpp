#include "rules/anon_labels.h"

#include "rules/anon_arguments.h"

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

// The words behind a prefix in lower case; nothing if the label does not begin with it.
std::optional<std::string> behind(const std::string &label, const std::string &prefix) {
  std::string text = trimmed(label);
  if (!lower_case(text).starts_with(prefix)) return std::nullopt;
  return trimmed(text.substr(prefix.size()));
}

}  // namespace

std::optional<AnonRules> rules_for_label(const std::string &column, const std::string &label) {
  if (lower_case(trimmed(label)) == "not masked") return AnonRules{{{column, "keep"}}};
  if (auto call = behind(label, masked_with_function)) return rules_for_function(column, *call);
  auto value = behind(label, masked_with_value);
  auto rule = value ? rule_for_value(column, *value) : std::nullopt;
  return rule ? std::optional(AnonRules{{*rule}}) : std::nullopt;
}

void add_label(Imported &to, const std::string &table, const std::string &column, const std::string &label) {
  if (column.empty()) {
    if (auto condition = behind(label, masked_when)) return to.limit(table, *condition);
    bool is_sample = lower_case(trimmed(label)).starts_with("tablesample");
    return to.list(table, trimmed(label), is_sample ? "a filter of the table" : "rules of its columns");
  }
  std::string place = table + "." + sql_name(column);
  std::string call = behind(label, masked_with_function).value_or("");
  std::string function = lower_case(trimmed(call.substr(0, call.find('('))));
  auto made = rules_for_label(column, label);
  if (!made) return to.list(place, trimmed(label), nearest_strategy(function));
  to.add(table, made->rules);
  for (const std::string &each : made->left)
    to.list(place, each + " of " + function, made->rules[0].strategy + " without it");
}

Imported read_anon_labels(Connection &connection) {
  Imported all;
  Result found = connection.query(labels);
  for (int row = 0; row < found.rows(); row++)
    add_label(all, found.text(row, 0), found.text(row, 1), found.text(row, 2));
  all.apply_limits();
  return all;
}

}  // namespace client::rules
