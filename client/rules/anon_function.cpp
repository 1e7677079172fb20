#include "rules/anon_function.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "rules/values.h"

namespace client::rules {

namespace {

using Arguments = std::vector<std::string>;

// By the name of the function without the prefixes fake_, pseudo_, dummy_ and random_.
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
    Equivalent{"title", "title"},
    Equivalent{"username", "username"},
    Equivalent{"phone", "phone"},
    Equivalent{"phone_number", "phone"},
    Equivalent{"cell_number", "phone"},
    Equivalent{"hash", "hash"},
    Equivalent{"digest", "hash"},
    Equivalent{"lorem_ipsum", "lorem"},
    Equivalent{"city", "city"},
    Equivalent{"city_name", "city"},
    Equivalent{"company", "company"},
    Equivalent{"company_name", "company"},
    Equivalent{"profession", "job_title"},
    Equivalent{"country", "country"},
    Equivalent{"country_name", "country"},
    Equivalent{"country_code", "country"},
    Equivalent{"region", "state"},
    Equivalent{"state_name", "state"},
    Equivalent{"state_abbr", "state"},
    Equivalent{"address", "address"},
    Equivalent{"street_name", "street"},
    Equivalent{"building_number", "house_number"},
    Equivalent{"postcode", "postcode"},
    Equivalent{"zip", "postcode"},
    Equivalent{"zip_code", "postcode"},
    Equivalent{"iban", "iban"},
    Equivalent{"bic", "bic"},
    Equivalent{"credit_card_number", "card"},
    Equivalent{"ip", "ip"},
    Equivalent{"ipv4", "ip"},
    Equivalent{"ipv6", "ip"},
    Equivalent{"mac_address", "mac"},
    Equivalent{"user_agent", "user_agent"},
    Equivalent{"uuidv4", "hash"},
    Equivalent{"date", "random_date"},
    Equivalent{"in_enum", "choice"},
};

// Splits at commas outside literals and brackets.
Arguments split_arguments(const std::string &text) {
  Arguments parts(1);
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

// partial(column, first, padding, last): there the padding has a fixed length, here each hidden character becomes one
// mark.
std::optional<Json> partial(const Arguments &arguments) {
  if (arguments.size() != 4) return std::nullopt;
  auto first = count_of(arguments[1]);
  auto padding = sql_literal(arguments[2]);
  auto last = count_of(arguments[3]);
  if (!first || !last || !padding) return std::nullopt;
  Json options = {{"first", *first}, {"last", *last}};
  bool one_mark = !padding->empty() && padding->find_first_not_of((*padding)[0]) == std::string::npos;
  if (one_mark && static_cast<unsigned char>((*padding)[0]) < 0x80) options["mask"] = padding->substr(0, 1);
  return options;
}

// noise(column, ratio)
std::optional<Json> noise(const Arguments &arguments) {
  auto ratio = arguments.size() == 2 ? number_in(arguments[1]) : std::nullopt;
  if (!ratio || ratio->get<double>() <= 0 || ratio->get<double>() > 1) return std::nullopt;
  return Json{{"relative", *ratio}};
}

// dnoise(column, interval)
std::optional<Json> shift(const Arguments &arguments) {
  if (arguments.size() != 2) return std::nullopt;
  std::string text = trimmed(arguments[1]);
  if (lower_case(text).starts_with("interval ")) text = text.substr(std::string("interval ").size());
  auto interval = sql_literal(text);
  auto days = interval ? days_of(*interval) : std::nullopt;
  return days ? std::optional(Json{{"days", *days}}) : std::nullopt;
}

// random_int_between(least, most)
std::optional<Json> between_numbers(const Arguments &arguments) {
  if (arguments.size() != 2) return std::nullopt;
  auto least = number_in(arguments[0]);
  auto most = number_in(arguments[1]);
  return least && most ? std::optional(Json{{"min", *least}, {"max", *most}}) : std::nullopt;
}

std::optional<Json> between_days(const Arguments &arguments) {
  if (arguments.size() != 2) return std::nullopt;
  auto first = sql_literal(arguments[0]);
  auto last = sql_literal(arguments[1]);
  if (!first || !last || !day_of(*first) || !day_of(*last)) return std::nullopt;
  return Json{{"min", *day_of(*first)}, {"max", *day_of(*last)}};
}

// random_in_int4range('[5,9)'): with a bound that does not belong to it, the next integer does.
std::optional<Json> in_range(const Arguments &arguments) {
  auto range = arguments.size() == 1 ? sql_literal(arguments[0]) : std::nullopt;
  if (!range || range->size() < 2 || (range->front() != '[' && range->front() != '(') ||
      (range->back() != ']' && range->back() != ')'))
    return std::nullopt;
  Arguments bounds = split_arguments(range->substr(1, range->size() - 2));
  if (bounds.size() != 2) return std::nullopt;
  auto least = number_of(trimmed(bounds[0]));
  auto most = number_of(trimmed(bounds[1]));
  if (!least || !most || !least->is_number_integer() || !most->is_number_integer()) return std::nullopt;
  constexpr long long far = 1LL << 62;
  long long from = least->get<long long>() + (range->front() == '(' && *least < far ? 1 : 0);
  long long to = most->get<long long>() - (range->back() == ')' && *most > -far ? 1 : 0);
  if (from > to) return std::nullopt;
  return Json{{"min", from}, {"max", to}};
}

// random_in(ARRAY['a', 'b'])
std::optional<Json> one_of(const Arguments &arguments) {
  if (arguments.size() != 1) return std::nullopt;
  size_t open = arguments[0].find('[');
  size_t close = arguments[0].rfind(']');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  if (lower_case(trimmed(arguments[0].substr(0, open))) != "array") return std::nullopt;
  Json values = Json::array();
  for (const std::string &each : split_arguments(arguments[0].substr(open + 1, close - open - 1))) {
    auto value = sql_literal(each);
    if (!value) return std::nullopt;
    bool is_text = trimmed(each)[0] == '\'' || trimmed(each)[0] == '$';
    auto number = is_text ? std::nullopt : number_of(*value);
    if (!is_text && !number) return std::nullopt;
    values.push_back(number ? *number : Json(*value));
  }
  return Json{{"values", values}};
}

// random_string(length)
std::optional<Json> string_of(const Arguments &arguments) {
  auto length = arguments.size() == 1 ? count_of(arguments[0]) : std::nullopt;
  if (!length || *length < 1 || *length > 64) return std::nullopt;
  return Json{{"length", *length}};
}

std::optional<Json> siret(const Arguments &) { return Json{{"kind", "fr_siret"}}; }

// Functions whose arguments become options, or which have no equivalent with other arguments.
struct WithOptions {
  const char *function;
  const char *strategy;
  std::optional<Json> (*options)(const Arguments &);
};
constexpr std::array with_options = {
    WithOptions{"partial", "partial", partial},
    WithOptions{"noise", "noise", noise},
    WithOptions{"dnoise", "shift", shift},
    WithOptions{"random_int_between", "random_number", between_numbers},
    WithOptions{"random_bigint_between", "random_number", between_numbers},
    WithOptions{"random_date_between", "random_date", between_days},
    WithOptions{"random_in_int4range", "random_number", in_range},
    WithOptions{"random_in_int8range", "random_number", in_range},
    WithOptions{"random_in", "choice", one_of},
    WithOptions{"random_string", "hash", string_of},
    WithOptions{"fake_siret", "national_id", siret},
    WithOptions{"pseudo_siret", "national_id", siret},
    WithOptions{"dummy_siret", "national_id", siret},
};

}  // namespace

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

std::optional<ColumnRule> rule_for_function(const std::string &column, const std::string &call) {
  size_t open = call.find('(');
  size_t close = call.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  std::string name = lower_case(trimmed(call.substr(0, open)));
  if (name == "pg_catalog.md5") return ColumnRule{column, "hash"};
  if (!name.starts_with("anon.")) return std::nullopt;
  name = name.substr(5);
  for (const WithOptions &each : with_options)
    if (name == each.function) {
      auto options = each.options(split_arguments(call.substr(open + 1, close - open - 1)));
      return options ? std::optional(ColumnRule{column, each.strategy, *options}) : std::nullopt;
    }
  for (const char *prefix : {"fake_", "pseudo_", "dummy_", "random_"})
    if (name.starts_with(prefix)) {
      name = name.substr(std::string(prefix).size());
      if (name.ends_with("_locale")) name.resize(name.size() - std::string("_locale").size());
      break;
    }
  for (const Equivalent &each : equivalents)
    if (name == each.function) return ColumnRule{column, each.strategy};
  return std::nullopt;
}

}  // namespace client::rules
