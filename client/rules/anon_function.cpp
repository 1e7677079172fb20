#include "rules/anon_function.h"

#include <algorithm>
#include <array>

#include "rules/anon_arguments.h"
#include "rules/anon_options.h"
#include "rules/values.h"

namespace client::rules {

namespace {

// What else a strategy takes of a function's arguments.
enum Takes : unsigned { nothing = 0, entity = 1, locale = 2, calling_country = 4, address_country = 8 };

// By the name of the function without the prefixes fake_, pseudo_, dummy_ and random_.
struct Equivalent {
  const char *function;
  const char *strategy;
  unsigned takes = nothing;
};
constexpr std::array equivalents = {
    Equivalent{"email", "email", entity | locale},
    Equivalent{"free_email", "email", locale},
    Equivalent{"safe_email", "email", locale},
    Equivalent{"first_name", "first_name", entity | locale},
    Equivalent{"last_name", "last_name", entity | locale},
    Equivalent{"name", "name", locale},
    Equivalent{"name_with_title", "name", locale},
    Equivalent{"title", "title", locale},
    Equivalent{"username", "username", locale},
    Equivalent{"phone_number", "phone", calling_country},
    Equivalent{"cell_number", "phone", calling_country},
    Equivalent{"city", "city", entity},
    Equivalent{"city_name", "city", address_country},
    Equivalent{"company", "company"},
    Equivalent{"company_name", "company"},
    Equivalent{"profession", "job_title"},
    Equivalent{"country", "country", entity},
    Equivalent{"country_name", "country"},
    Equivalent{"country_code", "country"},
    Equivalent{"region", "state"},
    Equivalent{"state_name", "state", address_country},
    Equivalent{"state_abbr", "state", address_country},
    Equivalent{"address", "address"},
    Equivalent{"street_name", "street", address_country},
    Equivalent{"building_number", "house_number", address_country},
    Equivalent{"postcode", "postcode"},
    Equivalent{"post_code", "postcode", address_country},
    Equivalent{"zip", "postcode"},
    Equivalent{"zip_code", "postcode", address_country},
    Equivalent{"iban", "iban"},
    Equivalent{"bic", "bic"},
    Equivalent{"credit_card_number", "card"},
    Equivalent{"ip", "ip"},
    Equivalent{"ipv4", "ip"},
    Equivalent{"ipv6", "ip"},
    Equivalent{"mac_address", "mac"},
    Equivalent{"user_agent", "user_agent"},
    Equivalent{"uuidv1", "hash"},
    Equivalent{"uuidv3", "hash"},
    Equivalent{"uuidv4", "hash"},
    Equivalent{"uuidv5", "hash"},
    Equivalent{"date", "random_date"},
    Equivalent{"id", "hash"},
    Equivalent{"id_int", "hash"},
    Equivalent{"id_small_int", "hash"},
};

struct Locale {
  const char *theirs, *ours, *country, *address_country;
};
constexpr std::array locales = {
    Locale{"en_us", "en", "US", "US"}, Locale{"fr_fr", "fr", "FR", "FR"}, Locale{"ja_jp", "ja", "JP", ""},
    Locale{"pt_br", "pt", "BR", ""},   Locale{"zh_cn", "zh", "CN", ""},   Locale{"zh_tw", "zh", "TW", ""},
};

// dummy_last_name_locale('fr_FR')
Json read_locale(Call &call, unsigned takes) {
  auto name = call.arguments.size() == 1 ? sql_literal(call.arguments[0]) : std::nullopt;
  auto known =
      std::ranges::find_if(locales, [&](const Locale &each) { return name && lower_case(*name) == each.theirs; });
  if (known != locales.end()) {
    if (takes & locale) return {{"locale", known->ours}};
    if (takes & calling_country) return {{"country", known->country}};
    if ((takes & address_country) && *known->address_country != '\0') return {{"country", known->address_country}};
  }
  call.left.emplace_back("the locale");
  return Json::object();
}

// pseudo_email(users.login, 'salt'): its person is that of another column. Salts have no counterpart. Without a column
// the call is one of pgstream's, which gives it the value.
Json read_seed(Call &call, unsigned takes) {
  if (call.column.empty()) return Json::object();
  std::string seed = call.arguments.empty() ? "" : column_in(call.arguments[0]);
  if (seed == call.column) return Json::object();
  if (!seed.empty() && (takes & entity)) return {{"entity", seed}};
  call.left.emplace_back("the seed");
  return Json::object();
}

std::optional<ColumnRule> rule_by_name(Call &call) {
  std::string name = call.function;
  std::string prefix;
  for (const char *each : {"fake_", "pseudo_", "dummy_", "random_"})
    if (name.starts_with(each)) prefix = each;
  name.erase(0, prefix.size());
  bool has_locale = prefix == "dummy_" && name.ends_with("_locale");
  if (has_locale) name.resize(name.size() - std::string("_locale").size());
  auto known = std::ranges::find_if(equivalents, [&](const Equivalent &each) { return name == each.function; });
  if (prefix.empty() || known == equivalents.end()) return std::nullopt;
  ColumnRule rule{call.column, known->strategy};
  if (has_locale)
    rule.options = read_locale(call, known->takes);
  else if (prefix == "pseudo_")
    rule.options = read_seed(call, known->takes);
  else if (!call.arguments.empty())
    call.left.emplace_back("the arguments");
  return rule;
}

// ternary(condition, rules where it holds, rules elsewhere). NULL stays NULL without a condition.
std::optional<AnonRules> ternary(const Call &call) {
  if (call.arguments.size() != 3) return std::nullopt;
  auto branch = [&](const std::string &text) -> std::optional<AnonRules> {
    if (auto made = rules_for_function(call.column, text)) return made;
    if (text.find('(') == std::string::npos && column_in(text) == call.column)
      return AnonRules{{{call.column, "keep"}}};
    bool is_literal = lower_case(trimmed(text)).starts_with("null") || text.find_first_of("'$0123456789") == 0;
    auto value = is_literal ? rule_for_value(call.column, text) : std::nullopt;
    return value ? std::optional(AnonRules{{*value}}) : std::nullopt;
  };
  std::string condition = trimmed(call.arguments[0]);
  auto first = branch(trimmed(call.arguments[1]));
  auto second = branch(trimmed(call.arguments[2]));
  if (!first || !second || first->rules.size() > 1) return std::nullopt;
  constexpr std::string_view is_null = " is null";
  std::string lower = lower_case(condition);
  bool keeps_null = first->rules[0].strategy == "null" && lower.ends_with(is_null) &&
                    column_in(condition.substr(0, condition.size() - is_null.size())) == call.column;
  if (keeps_null) return second;
  first->rules[0].when = condition;
  first->rules.insert(first->rules.end(), second->rules.begin(), second->rules.end());
  first->left.insert(first->left.end(), second->left.begin(), second->left.end());
  return first;
}

// left(anon.hash(phone), 12)
std::optional<AnonRules> shortened(const Call &call) {
  auto made = call.arguments.size() == 2 ? rules_for_function(call.column, call.arguments[0]) : std::nullopt;
  auto length = made ? count_of(call.arguments[1]) : std::nullopt;
  if (!length || *length < 1 || *length > longest_hash || made->rules[0].strategy != "hash" || made->rules.size() > 1)
    return std::nullopt;
  made->rules[0].options["length"] = *length;
  return made;
}

// date_trunc('year', born)
std::optional<AnonRules> truncated(const Call &call) {
  if (call.arguments.size() != 2 || column_in(call.arguments[1]) != call.column) return std::nullopt;
  auto to = sql_literal(call.arguments[0]);
  for (const char *unit : {"month", "quarter", "year", "decade"})
    if (to && lower_case(*to) == unit) return AnonRules{{{call.column, "truncate", {{"to", unit}}}}};
  return std::nullopt;
}

}  // namespace

std::optional<ColumnRule> rule_for_value(const std::string &column, const std::string &value) {
  auto constant = sql_literal(value);
  if (!constant) return std::nullopt;
  if (lower_case(*constant) == "null") return ColumnRule{column, "null"};
  return ColumnRule{column, "constant", {{"value", *constant}}};
}

std::optional<AnonRules> rules_for_function(const std::string &column, const std::string &text) {
  constexpr size_t longest_call = 4096;  // calls within calls are read by calls
  auto call = text.size() > longest_call ? std::nullopt : call_of(column, text);
  if (!call) return std::nullopt;
  for (const char *schema : {"pg_catalog.", "anon."}) {
    if (call->function == std::string(schema) + "md5") return AnonRules{{{column, "hash"}}};
    if (call->function == std::string(schema) + "date_trunc") return truncated(*call);
  }
  if (call->function == "pg_catalog.left") return shortened(*call);
  if (!call->function.starts_with("anon.")) return std::nullopt;
  call->function.erase(0, std::string("anon.").size());
  if (call->function == "ternary") return ternary(*call);
  if (call->function == "left") return shortened(*call);
  auto rule = has_anon_options(call->function) ? rule_with_anon_options(*call) : rule_by_name(*call);
  return rule ? std::optional(AnonRules{{*rule}, call->left}) : std::nullopt;
}

}  // namespace client::rules
