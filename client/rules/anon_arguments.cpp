#include "rules/anon_arguments.h"

#include <algorithm>
#include <cctype>

#include "rules/values.h"

namespace client::rules {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string trimmed(const std::string &text) {
  auto begin = text.find_first_not_of(" \t\n\r;");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n\r;") - begin + 1);
}

std::optional<std::string> sql_literal(const std::string &given) {
  std::string text = trimmed(given);
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
    if (open && (text[i] == '(' || text[i] == '[')) depth++;
    if (open && (text[i] == ')' || text[i] == ']')) depth--;
    if (open && depth == 0 && text[i] == ',')
      parts.emplace_back();
    else
      parts.back() += text[i];
  }
  return parts;
}

std::optional<Call> call_of(const std::string &column, const std::string &text) {
  size_t open = text.find('(');
  size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  Call call{column, lower_case(trimmed(text.substr(0, open)))};
  std::string arguments = text.substr(open + 1, close - open - 1);
  if (!trimmed(arguments).empty()) call.arguments = split_arguments(arguments);
  return call;
}

std::optional<int> count_of(const std::string &text) {
  std::string digits = trimmed(text);
  if (digits.empty() || digits.size() > 4 ||
      !std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); }))
    return std::nullopt;
  return std::stoi(digits);
}

std::optional<Json> number_in(const std::string &argument) {
  auto value = sql_literal(argument);
  return value ? number_of(*value) : std::nullopt;
}

std::string column_in(const std::string &argument) {
  std::string text = trimmed(argument);
  std::string name;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '"') {
      for (i++; i < text.size() && (text[i] != '"' || text.compare(i, 2, "\"\"") == 0); i++) {
        name += text[i];
        if (text[i] == '"') i++;
      }
    } else if (c == '.') {
      name.clear();
    } else if (c == ':' && !name.empty()) {
      return name;
    } else if (std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c < 0 || (!name.empty() && std::isdigit(c))) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else {
      return "";
    }
  }
  return name;
}

std::optional<Bounds> bounds_in(const std::string &argument) {
  auto range = sql_literal(argument);
  if (!range || range->size() < 2 || (range->front() != '[' && range->front() != '(') ||
      (range->back() != ']' && range->back() != ')'))
    return std::nullopt;
  std::vector<std::string> bounds = split_arguments(range->substr(1, range->size() - 2));
  if (bounds.size() != 2) return std::nullopt;
  return Bounds{trimmed(bounds[0]), trimmed(bounds[1]), range->front() == '[', range->back() == ']'};
}

}  // namespace client::rules
