#include <array>
#include <cctype>

#include "rules/greenmask.h"
#include "rules/values.h"

namespace client::rules {

namespace {

using Rule = std::optional<ColumnRule>;

// With the parameters that all have, and no others.
struct Equivalent {
  const char *transformer;
  const char *strategy;
  const char *options;
};
constexpr std::array equivalents = {
    Equivalent{"SetNull", "null", "{}"},
    Equivalent{"RandomUuid", "hash", "{}"},
    Equivalent{"RandomBool", "boolean", "{}"},
    Equivalent{"RandomIp", "ip", "{}"},
    Equivalent{"RandomIPv4", "ip", "{}"},
    Equivalent{"RandomIPv6", "ip", "{}"},
    Equivalent{"RandomMacAddress", "mac", "{}"},
    Equivalent{"RandomLatitude", "random_number", R"({"min": -90, "max": 90, "decimals": 6})"},
    Equivalent{"RandomLongitude", "random_number", R"({"min": -180, "max": 180, "decimals": 6})"},
    Equivalent{"RandomFirstName", "first_name", "{}"},
    Equivalent{"RandomFirstNameMale", "first_name", R"({"gender": "male"})"},
    Equivalent{"RandomFirstNameFemale", "first_name", R"({"gender": "female"})"},
    Equivalent{"RandomLastName", "last_name", "{}"},
    Equivalent{"RandomName", "name", "{}"},
    Equivalent{"RandomTitleMale", "title", R"({"gender": "male"})"},
    Equivalent{"RandomTitleFemale", "title", R"({"gender": "female"})"},
    Equivalent{"RandomUsername", "username", "{}"},
    Equivalent{"RandomPhoneNumber", "phone", "{}"},
    Equivalent{"RandomTollFreePhoneNumber", "phone", "{}"},
    Equivalent{"RandomE164PhoneNumber", "phone", "{}"},
    Equivalent{"RandomCCNumber", "card", "{}"},
    Equivalent{"RandomURL", "url", "{}"},
    Equivalent{"RandomDomainName", "hostname", "{}"},
    Equivalent{"RandomWord", "lorem", R"({"words": 1})"},
    Equivalent{"RandomSentence", "lorem", R"({"sentences": 1})"},
    Equivalent{"RandomParagraph", "lorem", R"({"sentences": 5})"},
};

Rule hash(Transformer &from) {
  ColumnRule rule{"", "hash"};
  auto length = from.take("max_length");
  auto number = length ? number_of(*length) : std::nullopt;
  if (number && number->is_number_integer() && *number >= 1 && *number <= 64)
    rule.options["length"] = *number;
  else if (length && (!number || *number != 0))  // 0: all of it
    from.put_back("max_length");
  return rule;
}

Rule noise(Transformer &from) {
  ColumnRule rule{"", "noise"};
  from.take_as(rule.options, "ratio", "relative", number_of);
  from.take_as(rule.options, "max_ratio", "relative", number_of);
  from.take_as(rule.options, "decimal", "decimals", number_of);
  from.take_as(rule.options, "min", "min", number_of);
  from.take_as(rule.options, "max", "max", number_of);
  return rule;
}

std::optional<Json> days(const Json &interval) {
  auto days = interval.is_string() ? days_of(interval.get<std::string>()) : std::nullopt;
  return days ? std::optional(Json(*days)) : std::nullopt;
}

Rule noise_date(Transformer &from) {
  ColumnRule rule{"", "shift"};
  from.take_as(rule.options, "ratio", "days", days);
  from.take_as(rule.options, "max_ratio", "days", days);
  return rule;
}

Rule email(Transformer &from) {
  ColumnRule rule{"", "email"};
  if (from.take_flag("keep_original_domain"))
    return ColumnRule{"", "email", {{"keep_domain", "full"}, {"allow_real_domain", true}}};
  auto domains = from.take("domains");
  if (!domains) return rule;
  bool usable = domains->is_array() && domains->size() == 1 && domains->front().is_string() &&
                is_reserved_domain(domains->front().get<std::string>());
  if (usable)
    rule.options["domain"] = domains->front();
  else
    from.put_back("domains");
  return rule;
}

Rule mac(Transformer &from) {
  ColumnRule rule{"", "mac"};
  if (from.take_flag("keep_original_vendor")) rule.options["keep_vendor"] = true;
  for (const char *bit : {"cast_type", "management_type"})
    if (from.has(bit) && from.take_text(bit) != "any") from.put_back(bit);
  return rule;
}

// Go's replacement ($1, ${1}, $$) as RE2's (\1, \\); a named group has no counterpart.
std::optional<std::string> replacement(const std::string &go) {
  std::string text;
  for (size_t i = 0; i < go.size(); i++) {
    if (go[i] == '\\') {
      text += "\\\\";
    } else if (go[i] != '$') {
      text += go[i];
    } else if (go.compare(i, 2, "$$") == 0) {
      text += go[i++];
    } else {
      bool braces = go.compare(i, 2, "${") == 0;
      size_t digit = i + (braces ? 2 : 1);
      size_t end = digit + 1;
      if (digit >= go.size() || go[digit] < '0' || go[digit] > '9') return std::nullopt;
      if (braces ? end >= go.size() || go[end] != '}'
                 : end < go.size() && (std::isalnum(static_cast<unsigned char>(go[end])) || go[end] == '_'))
        return std::nullopt;
      text += "\\" + std::string(1, go[digit]);
      i = braces ? end : digit;
    }
  }
  return text;
}

Rule regexp(Transformer &from) {
  std::string pattern = from.take_text("regexp");
  auto with = replacement(from.take_text("replace"));
  if (pattern.empty() || !with) return std::nullopt;
  return ColumnRule{"", "regexp", {{"pattern", pattern}, {"with", *with}, {"keep_others", true}}};
}

Rule dict(Transformer &from) {
  auto values = from.take("values");
  auto otherwise = from.take("default");
  auto fails = from.take("fail_not_matched");
  if (!values || !values->is_object() || values->empty()) return std::nullopt;
  for (const auto &[key, value] : values->items())
    if (key == "\\N" || value == "\\N" || value.is_structured() || value.is_null()) return std::nullopt;
  ColumnRule rule{"", "map", {{"values", *values}}};
  if (otherwise && otherwise->is_string() && *otherwise != "\\N")
    rule.options["otherwise"] = *otherwise;
  else if (otherwise)
    from.put_back("default");
  else if (fails && (*fails == false || *fails == "false"))
    rule.options["keep_others"] = true;
  return rule;
}

Rule random_date_rule(Transformer &from) { return random_date(from, "min", "max"); }
Rule random_number_rule(Transformer &from) { return random_number(from, "min", "max"); }
Rule choice_rule(Transformer &from) { return choice(from, "values"); }
Rule replace(Transformer &from) { return constant(from, "value"); }

struct WithParameters {
  const char *transformer;
  Rule (*rule)(Transformer &);
};
constexpr std::array with_parameters = {
    WithParameters{"Hash", hash},
    WithParameters{"Masking", masking},
    WithParameters{"NoiseDate", noise_date},
    WithParameters{"NoiseFloat", noise},
    WithParameters{"NoiseInt", noise},
    WithParameters{"NoiseNumeric", noise},
    WithParameters{"RandomDate", random_date_rule},
    WithParameters{"RandomInt", random_number_rule},
    WithParameters{"RandomFloat", random_number_rule},
    WithParameters{"RandomNumeric", random_number_rule},
    WithParameters{"RandomUnixTimestamp", random_number_rule},
    WithParameters{"RandomString", random_text},
    WithParameters{"RandomChoice", choice_rule},
    WithParameters{"RandomEmail", email},
    WithParameters{"RandomMac", mac},
    WithParameters{"RegexpReplace", regexp},
    WithParameters{"Replace", replace},
    WithParameters{"Dict", dict},
};

}  // namespace

Rule rule_for_greenmask(Transformer &from) {
  for (const WithParameters &each : with_parameters)
    if (from.name() == each.transformer) return each.rule(from);
  for (const Equivalent &each : equivalents)
    if (from.name() == each.transformer) return ColumnRule{"", each.strategy, Json::parse(each.options)};
  return std::nullopt;
}

}  // namespace client::rules
