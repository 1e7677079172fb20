#include "rules/anon_labels.h"

#include <algorithm>
#include <array>
#include <cctype>

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

// Strategies for functions, by the name of the function without the prefixes fake_, pseudo_, dummy_ and random_.
struct Equivalent {
  const char *function;
  const char *strategy;
};
constexpr std::array equivalents = {
    Equivalent{"email", "email"},
    Equivalent{"free_email", "email"},
    Equivalent{"safe_email", "email"},
    Equivalent{"partial_email", "email"},
    Equivalent{"first_name", "first_name"},
    Equivalent{"last_name", "last_name"},
    Equivalent{"name", "name"},
    Equivalent{"name_with_title", "name"},
    Equivalent{"phone", "phone"},
    Equivalent{"phone_number", "phone"},
    Equivalent{"cell_number", "phone"},
    Equivalent{"hash", "hash"},
    Equivalent{"digest", "hash"},
    Equivalent{"lorem_ipsum", "lorem"},
    Equivalent{"city", "city"},
    Equivalent{"company", "company"},
    Equivalent{"country", "country"},
    Equivalent{"address", "address"},
    Equivalent{"postcode", "postcode"},
    Equivalent{"iban", "iban"},
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string trim(const std::string &text) {
  auto begin = text.find_first_not_of(" \t\n\r;");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n\r;") - begin + 1);
}

// Reads an SQL literal: 'it''s', $$text$$, $tag$text$tag$, a number, or a word such as NULL. Casts after it are
// ignored.
std::optional<std::string> literal(std::string text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (text[0] == '\'') {
    std::string value;
    for (size_t i = 1; i < text.size(); i++) {
      if (text[i] == '\'' && i + 1 < text.size() && text[i + 1] == '\'')
        i++;
      else if (text[i] == '\'')
        return value;
      value += text[i];
    }
    return std::nullopt;
  }
  if (text[0] == '$') {
    size_t tag = text.find('$', 1);
    if (tag == std::string::npos) return std::nullopt;
    size_t end = text.find(text.substr(0, tag + 1), tag + 1);
    return end == std::string::npos ? std::nullopt : std::optional(text.substr(tag + 1, end - tag - 1));
  }
  return text.substr(0, text.find("::"));
}

// Splits at commas outside literals and brackets.
std::vector<std::string> split_arguments(const std::string &text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  bool dollars = false;
  for (size_t i = 0; i < text.size(); i++) {
    if (!dollars && text[i] == '\'') quoted = !quoted;
    if (!quoted && text.compare(i, 2, "$$") == 0) {
      dollars = !dollars;
      parts.back() += text[i++];
    }
    bool open = !quoted && !dollars;
    if (open && text[i] == '(') depth++;
    if (open && text[i] == ')') depth--;
    if (open && depth == 0 && text[i] == ',')
      parts.emplace_back();
    else
      parts.back() += text[i];
  }
  return parts;
}

std::optional<int> number(const std::string &text) {
  std::string digits = trim(text);
  if (digits.empty() || digits.size() > 4 ||
      !std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); }))
    return std::nullopt;
  return std::stoi(digits);
}

// partial(column, first, padding, last): there the padding has a fixed length, here each hidden character becomes one
// mark.
std::optional<ColumnRule> partial(const std::string &column, const std::vector<std::string> &arguments) {
  if (arguments.size() != 4) return std::nullopt;
  auto first = number(arguments[1]);
  auto padding = literal(arguments[2]);
  auto last = number(arguments[3]);
  if (!first || !last || !padding) return std::nullopt;
  Json options = {{"first", *first}, {"last", *last}};
  bool one_mark = !padding->empty() && padding->find_first_not_of((*padding)[0]) == std::string::npos;
  if (one_mark && static_cast<unsigned char>((*padding)[0]) < 0x80) options["mask"] = padding->substr(0, 1);
  return ColumnRule{column, "partial", options};
}

std::optional<ColumnRule> for_function(const std::string &column, const std::string &call) {
  size_t open = call.find('(');
  size_t close = call.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  std::string name = lower(trim(call.substr(0, open)));
  if (!name.starts_with("anon.")) return std::nullopt;
  name = name.substr(5);
  if (name == "partial") return partial(column, split_arguments(call.substr(open + 1, close - open - 1)));
  for (const char *prefix : {"fake_", "pseudo_", "dummy_", "random_"})
    if (name.starts_with(prefix)) {
      name = name.substr(std::string(prefix).size());
      break;
    }
  for (const Equivalent &each : equivalents)
    if (name == each.function) return ColumnRule{column, each.strategy};
  return std::nullopt;
}

}  // namespace

std::optional<ColumnRule> rule_for_label(const std::string &column, const std::string &label) {
  std::string text = trim(label);
  std::string words = lower(text);
  constexpr const char *function = "masked with function ";
  constexpr const char *value = "masked with value ";
  if (words == "not masked") return ColumnRule{column, "keep"};
  if (words.starts_with(function)) return for_function(column, text.substr(std::string(function).size()));
  if (!words.starts_with(value)) return std::nullopt;
  auto constant = literal(text.substr(std::string(value).size()));
  if (!constant) return std::nullopt;
  if (lower(*constant) == "null") return ColumnRule{column, "null"};
  return ColumnRule{column, "constant", {{"value", *constant}}};
}

AnonLabels read_anon_labels(Connection &connection) {
  AnonLabels parts;
  Result found = connection.query(labels);
  for (int row = 0; row < found.rows(); row++) {
    std::string table = found.text(row, 0);
    std::string column = found.text(row, 1);
    auto rule = column.empty() ? std::nullopt : rule_for_label(column, found.text(row, 2));
    if (!rule) {
      parts.unmatched.push_back(table + (column.empty() ? "" : "." + column) + ": " + found.text(row, 2));
      continue;
    }
    if (parts.rules.tables.empty() || parts.rules.tables.back().table != table) parts.rules.tables.push_back({table});
    parts.rules.tables.back().columns.push_back(*rule);
  }
  return parts;
}

}  // namespace client::rules
