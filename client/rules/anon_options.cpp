#include "rules/anon_options.h"

#include <array>
#include <chrono>

#include "rules/values.h"

namespace client::rules {

namespace {

using Options = std::optional<Json>;

// The functions of a value are masks of that of the column.
void check_value(Call &call) {
  bool is_own = !call.arguments.empty() && column_in(call.arguments[0]) == call.column;
  if (!is_own && !call.column.empty()) call.left.emplace_back("the value");
}

Options none(Call &) { return Json::object(); }

Options of_value(Call &call) {
  check_value(call);
  return Json::object();
}

// partial(column, first, padding, last)
Options partial(Call &call) {
  if (call.arguments.size() != 4) return std::nullopt;
  auto first = count_of(call.arguments[1]);
  auto padding = sql_literal(call.arguments[2]);
  auto last = count_of(call.arguments[3]);
  if (!first || !last || !padding) return std::nullopt;
  check_value(call);
  Json options = {{"keep_first", *first}, {"keep_last", *last}};
  constexpr size_t most_marks = 100;
  bool one_mark = !padding->empty() && padding->find_first_not_of((*padding)[0]) == std::string::npos;
  if (one_mark && static_cast<unsigned char>((*padding)[0]) < 0x80 && padding->size() <= most_marks) {
    options["mask"] = padding->substr(0, 1);
    options["padding"] = padding->size();
  } else {
    call.left.emplace_back("the padding");
  }
  return options;
}

// noise(column, ratio)
Options noise(Call &call) {
  auto ratio = call.arguments.size() == 2 ? number_in(call.arguments[1]) : std::nullopt;
  if (!ratio || ratio->get<double>() <= 0 || ratio->get<double>() > 1) return std::nullopt;
  check_value(call);
  return Json{{"relative", *ratio}};
}

// dnoise(column, interval)
Options shift(Call &call) {
  if (call.arguments.size() != 2) return std::nullopt;
  check_value(call);
  std::string text = trimmed(call.arguments[1]);
  if (lower_case(text).starts_with("interval ")) text = text.substr(std::string("interval ").size());
  auto interval = sql_literal(text);
  auto days = interval ? days_of(*interval) : std::nullopt;
  return days ? std::optional(Json{{"days", *days}}) : std::nullopt;
}

// random_int_between(least, most)
Options between_numbers(Call &call) {
  if (call.arguments.size() != 2) return std::nullopt;
  auto least = number_in(call.arguments[0]);
  auto most = number_in(call.arguments[1]);
  return least && most ? std::optional(Json{{"min", *least}, {"max", *most}}) : std::nullopt;
}

Options between_days(Call &call) {
  if (call.arguments.size() != 2) return std::nullopt;
  auto first = sql_literal(call.arguments[0]);
  auto last = sql_literal(call.arguments[1]);
  if (!first || !last || !day_of(*first) || !day_of(*last)) return std::nullopt;
  return Json{{"min", *day_of(*first)}, {"max", *day_of(*last)}};
}

std::optional<Bounds> one_range(const Call &call) {
  return call.arguments.size() == 1 ? bounds_in(call.arguments[0]) : std::nullopt;
}

// random_in_int4range('[5,9)'): with a bound that does not belong to it, the next integer does.
Options in_integers(Call &call) {
  auto range = one_range(call);
  auto least = range ? number_of(range->least) : std::nullopt;
  auto most = range ? number_of(range->most) : std::nullopt;
  if (!least || !most || !least->is_number_integer() || !most->is_number_integer()) return std::nullopt;
  constexpr long long far = 1LL << 62;
  long long from = least->get<long long>() + (!range->with_least && *least < far ? 1 : 0);
  long long to = most->get<long long>() - (!range->with_most && *most > -far ? 1 : 0);
  if (from > to) return std::nullopt;
  return Json{{"min", from}, {"max", to}};
}

// random_in_numrange('[0.1,0.9]')
Options in_numbers(Call &call) {
  auto range = one_range(call);
  auto least = range ? number_of(range->least) : std::nullopt;
  auto most = range ? number_of(range->most) : std::nullopt;
  return least && most && *least < *most ? std::optional(Json{{"min", *least}, {"max", *most}}) : std::nullopt;
}

// The day before, or the one behind; nothing if there is no such day.
std::optional<std::string> day_beside(const std::string &day, int step) {
  using namespace std::chrono;
  year_month_day date{year{std::stoi(day.substr(0, 4))}, month{static_cast<unsigned>(std::stoi(day.substr(5, 2)))},
                      std::chrono::day{static_cast<unsigned>(std::stoi(day.substr(8, 2)))}};
  if (!date.ok()) return std::nullopt;
  date = sys_days{date} + days{step};
  auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  std::string year = std::to_string(static_cast<int>(date.year()));
  return std::string(4 - std::min<size_t>(4, year.size()), '0') + year + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

// random_in_daterange('[2001-01-01, 2001-12-31)'): as with integers. Of moments the days count.
Options in_days(Call &call) {
  auto range = one_range(call);
  auto first = range ? day_of(range->least) : std::nullopt;
  auto last = range ? day_of(range->most) : std::nullopt;
  if (!first || !last) return std::nullopt;
  bool is_date = call.function == "random_in_daterange";
  if (!range->with_least && is_date) first = day_beside(*first, 1);
  bool at_midnight = range->most.find_first_of("123456789", last->size()) == std::string::npos;
  if (!range->with_most && at_midnight) last = day_beside(*last, -1);
  return first && last && *first <= *last ? std::optional(Json{{"min", *first}, {"max", *last}}) : std::nullopt;
}

// random_in(ARRAY['a', 'b'])
Options one_of(Call &call) {
  if (call.arguments.size() != 1) return std::nullopt;
  const std::string &array = call.arguments[0];
  size_t open = array.find('[');
  size_t close = array.rfind(']');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  if (lower_case(trimmed(array.substr(0, open))) != "array") return std::nullopt;
  // ARRAY[...]::text[]
  if (size_t cast = array.rfind("::", close); cast != std::string::npos && cast > open && array[cast - 1] == ']')
    close = cast - 1;
  Json values = Json::array();
  for (const std::string &each : split_arguments(array.substr(open + 1, close - open - 1))) {
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
Options string_of(Call &call) {
  auto length = call.arguments.size() == 1 ? count_of(call.arguments[0]) : std::nullopt;
  if (!length || *length < 1 || *length > longest_hash) return std::nullopt;
  return Json{{"length", *length}};
}

// lorem_ipsum( words := 20 ); of characters as many as the value has.
Options lorem(Call &call) {
  if (call.arguments.empty()) return Json::object();
  std::string argument = trimmed(call.arguments[0]);
  size_t sign = std::min(argument.find(":="), argument.find("=>"));
  std::string name = sign == std::string::npos ? "paragraphs" : lower_case(trimmed(argument.substr(0, sign)));
  std::string value = sign == std::string::npos ? argument : trimmed(argument.substr(sign + 2));
  auto count = count_of(value);
  constexpr int most_words = 10000;
  if (name == "words" && count && *count >= 1 && *count <= most_words) return Json{{"words", *count}};
  if (name != "characters" || value.find("length(") == std::string::npos) call.left.push_back("the number of " + name);
  return Json::object();
}

// dummy_words('[5,10)')
Options words(Call &call) {
  auto range = in_integers(call);
  if (range && (*range)["max"] >= 1) return Json{{"words", (*range)["max"]}};
  call.left.emplace_back("the number of words");
  return Json::object();
}

Options one_word(Call &) { return Json{{"words", 1}}; }

// random_phone(prefix)
Options prefixed(Call &call) {
  if (!call.arguments.empty()) call.left.emplace_back("the prefix");
  return Json::object();
}

Options siret(Call &call) {
  bool is_own = call.arguments.empty() || call.column.empty() || column_in(call.arguments[0]) == call.column;
  if (!is_own) call.left.emplace_back("the seed");
  return Json{{"kind", "fr_siret"}};
}

// Salts and algorithms have no counterpart.
struct WithOptions {
  const char *function;
  const char *strategy;
  Options (*options)(Call &);
};
constexpr std::array functions = {
    WithOptions{"hash", "hash", of_value},
    WithOptions{"digest", "hash", of_value},
    WithOptions{"random_hash", "hash", none},
    WithOptions{"random_in_enum", "choice", none},
    WithOptions{"partial_email", "email", of_value},
    WithOptions{"partial", "partial", partial},
    WithOptions{"noise", "noise", noise},
    WithOptions{"dnoise", "shift", shift},
    WithOptions{"random_int_between", "random_number", between_numbers},
    WithOptions{"random_bigint_between", "random_number", between_numbers},
    WithOptions{"random_date_between", "random_date", between_days},
    WithOptions{"random_in_int4range", "random_number", in_integers},
    WithOptions{"random_in_int8range", "random_number", in_integers},
    WithOptions{"random_in_numrange", "random_number", in_numbers},
    WithOptions{"random_in_daterange", "random_date", in_days},
    WithOptions{"random_in_tsrange", "random_date", in_days},
    WithOptions{"random_in_tstzrange", "random_date", in_days},
    WithOptions{"random_in", "choice", one_of},
    WithOptions{"random_string", "hash", string_of},
    WithOptions{"random_phone", "phone", prefixed},
    WithOptions{"lorem_ipsum", "lorem", lorem},
    WithOptions{"dummy_words", "lorem", words},
    WithOptions{"dummy_word", "lorem", one_word},
    WithOptions{"fake_siret", "national_id", siret},
    WithOptions{"pseudo_siret", "national_id", siret},
};

const WithOptions *find(const std::string &function) {
  for (const WithOptions &each : functions)
    if (function == each.function) return &each;
  return nullptr;
}

}  // namespace

bool has_anon_options(const std::string &function) { return find(function) != nullptr; }

std::optional<ColumnRule> rule_with_anon_options(Call &call) {
  const WithOptions *known = find(call.function);
  auto options = known->options(call);
  return options ? std::optional(ColumnRule{call.column, known->strategy, *options}) : std::nullopt;
}

}  // namespace client::rules
