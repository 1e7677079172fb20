#include "rules/greenmask.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "rules/transformer.h"
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
    Equivalent{"RandomWord", "lorem", "{}"},
    Equivalent{"RandomSentence", "lorem", "{}"},
    Equivalent{"RandomParagraph", "lorem", "{}"},
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

Rule rule_for(Transformer &from) {
  for (const WithParameters &each : with_parameters)
    if (from.name() == each.transformer) return each.rule(from);
  for (const Equivalent &each : equivalents)
    if (from.name() == each.transformer) return ColumnRule{"", each.strategy, Json::parse(each.options)};
  return std::nullopt;
}

// "{{ .FirstName }} {{ .LastName }}" as ".FirstName .LastName"
std::string fields_of(const std::string &text) {
  std::string fields;
  for (char c : text)
    if (c != '{' && c != '}' && (c != ' ' || (!fields.empty() && fields.back() != ' '))) fields += c;
  while (fields.ends_with(' ')) fields.pop_back();
  return fields;
}

// Transformers of several columns, by the template of each.
struct Field {
  const char *transformer;
  const char *fields;
  const char *strategy;
};
constexpr std::array templates = {
    Field{"RandomPerson", ".FirstName", "first_name"},
    Field{"RandomPerson", ".LastName", "last_name"},
    Field{"RandomPerson", ".FirstName .LastName", "name"},
    Field{"RandomPerson", ".Title", "title"},
    Field{"RandomCompany", ".CompanyName", "company"},
    Field{"RandomCompany", ".CompanyName .CompanySuffix", "company"},
    Field{"RealAddress", ".Address", "street"},
    Field{"RealAddress", ".City", "city"},
    Field{"RealAddress", ".State", "state"},
    Field{"RealAddress", ".PostalCode", "postcode"},
};

class ConfigurationReader {
 public:
  explicit ConfigurationReader(const std::string &file) : file_(file) {}

  Imported read(const Json &document) {
    if (!is_greenmask(document)) fail("", "there is no list dump: transformation:");
    for (const Json &each : document["dump"]["transformation"]) read_table(each);
    return all_;
  }

 private:
  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, file_ + ": " + (place.empty() ? "" : place + ": ") + problem);
  }

  std::string text(const std::string &place, const Json &object, const char *key) const {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string())
      fail(place, std::string(key) + " must be given, as a text");
    return object[key].get<std::string>();
  }

  void read_table(const Json &described) {
    std::string table = sql_name(text("transformation", described, "schema")) + "." +
                        sql_name(text("transformation", described, "name"));
    bool has_condition = described.contains("when") && !described["when"].is_null();
    for (const auto &[key, value] : described.items()) {
      if (key == "transformers" && value.is_array())
        for (const Json &each : value) read_transformer(table, each, has_condition);
      else if (key == "subset_conds" || key == "query")
        all_.list(table, key, "a filter of the table");
      else if (key == "when")
        all_.list(table, "when", "\"when\" in the rules of its columns, in SQL");
      else if (key == "columns_type_override")
        all_.list(table, key, "nothing: strategies read the column's own type");
      else if (key != "schema" && key != "name" && key != "apply_for_inherited" && !value.is_null())
        all_.list(table, "an unknown key, " + key, "nothing");
    }
  }

  void read_transformer(const std::string &table, const Json &described, bool has_condition) {
    std::string name = text(table, described, "name");
    const Json &parameters = described.contains("params") ? described["params"] : nothing_;
    Transformer from(name, parameters, file_, table + ": " + name);
    // Masks derive from the masking key, NULL stays NULL, and rules of keys hold for what references them.
    from.ignore({"engine", "salt", "function", "validate", "keep_null"});
    if (has_condition || (described.contains("when") && !described["when"].is_null()))
      return list_conditional(table, from);
    std::optional<Json> gender;
    for (const char *key : {"dynamic_params", "dynamicParams"})
      if (described.contains(key) && described[key].is_object())
        for (const auto &[parameter, value] : described[key].items()) {
          if (parameter == "gender") gender = gender_of_column(value);
          if (parameter != "gender" || !gender)
            all_.list(table, "dynamic parameter " + parameter + " of " + name, "sql");
        }
    if (auto columns = from.take("columns")) return read_columns(table, from, *columns, gender);
    std::string column = from.take_text("column");
    if (column.empty()) return all_.list(table, name, nearest_strategy(name));
    Rule rule = rule_for(from);
    if (rule) rule->column = column;
    add_translated(all_, table, column, from, rule);
  }

  // Its conditions are no SQL. Without one the rule would hold for all rows, which is another one.
  void list_conditional(const std::string &table, Transformer &from) {
    std::string column = from.take_text("column");
    Rule rule = rule_for(from);
    all_.list(table + (column.empty() ? "" : "." + sql_name(column)), from.name() + " with a condition",
              (rule ? rule->strategy : nearest_strategy(from.name())) + " with \"when\", in SQL");
  }

  void read_columns(const std::string &table, Transformer &from, const Json &columns,
                    const std::optional<Json> &gender_column) {
    if (!columns.is_array()) fail(table + ": " + from.name(), "columns must be a list");
    Json gender = Json::object();
    take_gender(from, gender);
    if (gender_column) {
      gender["gender"] = *gender_column;
      from.ignore({"fallback_gender"});
    }
    for (const Json &each : columns) {
      std::string column = text(table + ": " + from.name(), each, "name");
      std::string fields = each.contains("template") && each["template"].is_string()
                               ? fields_of(each["template"].get<std::string>())
                               : "";
      auto known = std::ranges::find_if(
          templates, [&](const Field &one) { return from.name() == one.transformer && fields == one.fields; });
      std::string strategy = known != templates.end() ? known->strategy : "";
      if (strategy.empty() && from.name() == "RealAddress" && fields.find(".Address") != std::string::npos)
        strategy = "address";
      if (strategy.empty()) {
        all_.list(table + "." + sql_name(column), from.name() + " by a template", nearest_strategy(from.name()));
        continue;
      }
      bool is_person = from.name() == "RandomPerson";
      all_.add(table, {column, strategy, is_person ? gender : Json::object()});
    }
    for (const std::string &each : from.left())
      all_.list(table, "parameter " + each + " of " + from.name(), "the rules without it");
  }

  const std::string &file_;
  const Json nothing_ = {};
  Imported all_;
};

}  // namespace

bool is_greenmask(const Json &document) {
  return document.is_object() && document.contains("dump") && document["dump"].is_object() &&
         document["dump"].contains("transformation") && document["dump"]["transformation"].is_array();
}

Imported read_greenmask(const Json &document, const std::string &file) {
  return ConfigurationReader(file).read(document);
}

}  // namespace client::rules
