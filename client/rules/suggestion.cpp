#include "rules/suggestion.h"

namespace client::rules {

namespace {

// The literals in the brackets of a call. The extension writes them with quote_literal().
std::vector<std::string> literals(const std::string &text, size_t at) {
  std::vector<std::string> all;
  bool inside = false;
  bool escapes = false;
  for (size_t i = at; i < text.size(); i++) {
    char c = text[i];
    if (!inside) {
      if (c == ')') break;
      if (c != '\'') continue;
      inside = true;
      escapes = i > 0 && text[i - 1] == 'E';
      all.emplace_back();
    } else if (i + 1 < text.size() && text[i + 1] == c && (c == '\'' || (c == '\\' && escapes))) {
      all.back() += text[i++];
    } else if (c == '\'') {
      inside = false;
    } else {
      all.back() += c;
    }
  }
  return all;
}

}  // namespace

std::optional<ColumnRule> rule_of_fix(const std::string &column, const std::string &fix) {
  const std::string set = "SELECT confiture.set_rule(";
  const std::string keep = "SELECT confiture.keep(";
  if (fix.starts_with(keep)) return ColumnRule{column, "keep"};
  if (!fix.starts_with(set)) return std::nullopt;
  std::vector<std::string> arguments = literals(fix, set.size());
  // A fix for a renamed column names the new column.
  if (arguments.size() < 3 || arguments[1] != column) return std::nullopt;
  ColumnRule rule{column, arguments[2]};
  if (arguments.size() > 3) rule.options = Json::parse(arguments[3]);
  if (arguments.size() > 4) rule.when = arguments[4];
  return rule;
}

}  // namespace client::rules
