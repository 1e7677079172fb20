#include "rules/values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <sstream>

namespace client::rules {

namespace {

template <typename T>
std::optional<T> parsed(const std::string &text) {
  T value{};
  const char *end = text.data() + text.size();
  auto [at, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

constexpr int most_days = 36500;

}  // namespace

std::optional<Json> number_of(const Json &value) {
  if (value.is_number()) return std::optional<Json>(std::in_place, value);
  if (!value.is_string()) return std::nullopt;
  const std::string &text = value.get_ref<const std::string &>();
  if (auto whole = parsed<long long>(text)) return Json(*whole);
  auto real = parsed<double>(text);
  return real && std::isfinite(*real) ? std::optional(Json(*real)) : std::nullopt;
}

std::optional<std::string> day_of(const std::string &text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() < shape.size() || (text.size() > shape.size() && text[10] != ' ' && text[10] != 'T'))
    return std::nullopt;
  for (size_t i = 0; i < shape.size(); i++)
    if (shape[i] == '0' ? !std::isdigit(static_cast<unsigned char>(text[i])) : text[i] != '-') return std::nullopt;
  return text.substr(0, shape.size());
}

std::optional<int> days_of(const std::string &interval) {
  struct Unit {
    const char *name;
    int days;
  };
  constexpr std::array units = {Unit{"year", 365}, Unit{"mon", 30}, Unit{"month", 30}, Unit{"week", 7},
                                Unit{"day", 1},    Unit{"hour", 0}, Unit{"minute", 0}, Unit{"min", 0},
                                Unit{"second", 0}, Unit{"sec", 0}};
  std::istringstream words(interval);
  std::string word;
  long long days = 0;
  bool found = false;
  while (words >> word) {
    found = true;
    if (word.find(':') != std::string::npos) {
      if (word.find_first_not_of("0123456789:.") != std::string::npos) return std::nullopt;
      continue;
    }
    auto count = parsed<int>(word);
    std::string unit;
    if (!count || *count < 0 || !(words >> unit)) return std::nullopt;
    if (unit.ends_with('s')) unit.pop_back();
    auto known = std::ranges::find_if(units, [&](const Unit &each) { return unit == each.name; });
    if (known == units.end()) return std::nullopt;
    days += static_cast<long long>(*count) * known->days;
  }
  if (!found || days > most_days) return std::nullopt;
  return std::max(1, static_cast<int>(days));
}

bool is_reserved_domain(const std::string &domain) {
  std::string dotted = "." + domain;
  return std::ranges::any_of(
      std::array{".example.com", ".example.net", ".example.org", ".example", ".test", ".invalid", ".localhost"},
      [&](const char *end) { return dotted.ends_with(end); });
}

}  // namespace client::rules
