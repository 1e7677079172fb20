#include "rules/transformer.h"

#include <algorithm>
#include <array>

#include "rules/anon_arguments.h"
#include "rules/values.h"

namespace client::rules {

namespace {

constexpr int longest_hash = 64;
constexpr int longest_digits = 40;

std::optional<Json> day_option(const Json &value) {
  auto day = value.is_string() ? day_of(value.get<std::string>()) : std::nullopt;
  return day ? std::optional(Json(*day)) : std::nullopt;
}

}  // namespace

Transformer::Transformer(std::string name, const Json &parameters, const std::string &file, const std::string &place)
    : name_(std::move(name)), parameters_(parameters.is_null() ? Json::object() : parameters) {
  if (!parameters_.is_object()) throw Error(ExitCode::usage, file + ": " + place + ": parameters must be an object");
}

std::optional<Json> Transformer::take(const std::string &parameter) {
  taken_.insert(parameter);
  auto found = parameters_.find(parameter);
  return found == parameters_.end() || found->is_null() ? std::nullopt : std::optional(*found);
}

std::string Transformer::take_text(const std::string &parameter) {
  auto value = take(parameter);
  return value && value->is_string() ? value->get<std::string>() : "";
}

bool Transformer::take_flag(const std::string &parameter) {
  auto value = take(parameter);
  return value && (*value == true || *value == "true");
}

void Transformer::ignore(const std::vector<std::string> &parameters) {
  taken_.insert(parameters.begin(), parameters.end());
}

void Transformer::take_as(Json &options, const std::string &parameter, const std::string &option,
                          std::optional<Json> (*read)(const Json &)) {
  auto value = take(parameter);
  if (!value) return;
  if (auto usable = read(*value))
    options[option] = *usable;
  else
    put_back(parameter);
}

std::vector<std::string> Transformer::left() const {
  std::vector<std::string> all = left_;
  for (const auto &[key, value] : parameters_.items())
    if (!taken_.contains(key)) all.push_back("parameter " + key);
  return all;
}

void add_translated(Imported &to, const std::string &table, const std::string &column, const Transformer &from,
                    const std::optional<ColumnRule> &rule) {
  std::string place = table + "." + sql_name(column);
  if (!rule) return to.list(place, from.name(), nearest_strategy(from.name()));
  to.add(table, *rule);
  for (const std::string &each : from.left())
    to.list(place, each + " of " + from.name(), rule->strategy + " without it");
}

void take_gender(Transformer &from, Json &options) {
  std::string gender = lower_case(from.take_text("gender"));
  if (gender == "male" || gender == "female")
    options["gender"] = gender;
  else if (!gender.empty() && gender != "any")
    from.put_back("gender");
}

std::optional<ColumnRule> random_number(Transformer &from, const char *min, const char *max) {
  ColumnRule rule{"", "random_number"};
  from.take_as(rule.options, min, "min", number_of);
  from.take_as(rule.options, max, "max", number_of);
  from.take_as(rule.options, "decimal", "decimals", number_of);
  return rule;
}

std::optional<ColumnRule> random_date(Transformer &from, const char *min, const char *max) {
  ColumnRule rule{"", "random_date"};
  from.take_as(rule.options, min, "min", day_option);
  from.take_as(rule.options, max, "max", day_option);
  return rule;
}

std::optional<ColumnRule> choice(Transformer &from, const char *values) {
  auto given = from.take(values);
  if (!given || !given->is_array() || given->empty()) return std::nullopt;
  for (const Json &each : *given)
    if ((!each.is_string() && !each.is_number()) || each == "\\N") return std::nullopt;  // \N is NULL
  return ColumnRule{"", "choice", {{"values", *given}}};
}

std::optional<ColumnRule> random_text(Transformer &from) {
  ColumnRule rule{"", "hash"};
  std::string symbols = from.take_text("symbols");
  bool digits = !symbols.empty() && symbols.find_first_not_of("0123456789") == std::string::npos;
  if (digits)
    rule.options["format"] = "digits";
  else if (!symbols.empty())
    from.put_back("symbols");
  from.ignore({"min_length"});
  from.take_as(rule.options, "max_length", "length", number_of);
  const Json &length = rule.options.value("length", Json(1));
  if (!length.is_number_integer() || length < 1 || length > (digits ? longest_digits : longest_hash)) {
    rule.options.erase("length");
    from.put_back("max_length");
  }
  return rule;
}

// pgstream's: the first characters are shown. Of other parts only those by their place are, and ours go from the end.
static std::optional<ColumnRule> custom_masking(Transformer &from) {
  for (const char *shown : {"unmask_end", "mask_begin"}) {
    bool is_alone = true;
    for (const char *other : {"mask_begin", "mask_end", "unmask_begin", "unmask_end"})
      is_alone = is_alone && from.has(other) == (std::string(other) == shown);
    ColumnRule rule{"", "partial"};
    if (is_alone) from.take_as(rule.options, shown, "keep_first", number_of);
    if (!rule.options.contains("keep_first")) continue;
    rule.options["keep_last"] = 0;
    return rule;
  }
  return std::nullopt;
}

// Those of https://github.com/ggwhite/go-masker.
std::optional<ColumnRule> masking(Transformer &from) {
  struct Type {
    const char *name;
    const char *strategy;
    const char *options;
  };
  constexpr std::array types = {
      Type{"", "partial", R"({"keep_first": 0, "keep_last": 0})"},
      Type{"default", "partial", R"({"keep_first": 0, "keep_last": 0})"},
      Type{"password", "redact", R"({"text": "************"})"},
      Type{"name", "partial", "{}"},
      Type{"addr", "partial", R"({"keep_first": 6, "keep_last": 0})"},
      Type{"address", "partial", R"({"keep_first": 6, "keep_last": 0})"},
      Type{"id", "partial", R"({"keep_first": 5, "keep_last": 0})"},
      Type{"email", "partial", R"({"preset": "email"})"},
      Type{"mobile", "partial", R"({"preset": "phone"})"},
      Type{"tel", "partial", R"({"preset": "phone"})"},
      Type{"telephone", "partial", R"({"preset": "phone"})"},
      Type{"credit", "partial", R"({"preset": "card"})"},
      Type{"credit_card", "partial", R"({"preset": "card"})"},
      Type{"credit_cart", "partial", R"({"preset": "card"})"},
      Type{"postcode", "partial", R"({"preset": "postcode"})"},
      Type{"url", "url", R"({"host": "keep", "path": "keep", "query": "keep"})"},
  };
  std::string type = from.take_text("type");
  if (type == "custom") return custom_masking(from);
  auto found = std::ranges::find_if(types, [&](const Type &each) { return type == each.name; });
  if (found == types.end()) return std::nullopt;
  return ColumnRule{"", found->strategy, Json::parse(found->options)};
}

std::optional<ColumnRule> constant(Transformer &from, const char *value) {
  auto given = from.take(value);
  if (!given || given->is_structured()) return std::nullopt;
  if (*given == "\\N") return ColumnRule{"", "null"};
  return ColumnRule{"", "constant", {{"value", *given}}};
}

std::optional<Json> gender_of_column(const Json &dynamic) {
  if (!dynamic.is_object() || dynamic.size() != 1 || !dynamic.contains("column") || !dynamic["column"].is_string())
    return std::nullopt;
  return Json{{"column", dynamic["column"]}};
}

}  // namespace client::rules
