#include "mask/document/leaf_mask.h"

#include <algorithm>
#include <charconv>

#include "mask/characters.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

constexpr std::string_view redacted = "[REDACTED]";
// What strings say, and numbers, in the order in which it is tried.
constexpr ValueKind string_kinds[] = {ValueKind::uuid, ValueKind::date,    ValueKind::timestamptz, ValueKind::timestamp,
                                      ValueKind::time, ValueKind::timetz,  ValueKind::interval,    ValueKind::inet,
                                      ValueKind::cidr, ValueKind::macaddr, ValueKind::macaddr8,    ValueKind::numeric};
constexpr ValueKind number_kinds_tried[] = {ValueKind::int8, ValueKind::numeric, ValueKind::float8};

bool is_one_of(ValueKind kind, KindSet kinds) { return (kind_bit(kind) & kinds) != 0; }

ValueKind kind_of(std::string_view strategy, std::string_view type) {
  constexpr KindSet possible = number_kinds | day_kinds | time_kinds |
                               kinds_of(ValueKind::text, ValueKind::uuid, ValueKind::interval, ValueKind::inet,
                                        ValueKind::cidr, ValueKind::macaddr, ValueKind::macaddr8);
  std::string names;
  for (size_t i = 0; i < kind_count; i++) {
    const auto kind = static_cast<ValueKind>(i);
    if (!is_one_of(kind, possible)) continue;
    if (type == traits_of(kind).type) return kind;
    names.append(names.empty() ? "" : ", ").append(traits_of(kind).type);
  }
  fail(Code::bad_option, "strategy " + in_quotes(strategy) + ": there is no \"type\" " + in_quotes(type),
       "Types in documents are " + names + ".");
}

// 1985-03-17T12:34:56Z, as programs write what PostgreSQL prints as 1985-03-17 12:34:56+00.
bool is_iso_timestamp(std::string_view text) {
  constexpr size_t letter = 10, shortest = 19, longest = 40;
  return text.size() >= shortest && text.size() <= longest && text[letter] == 'T' && text[4] == '-';
}

// 1.5e3 as 1500: decimal() of the core wants no exponent.
bool expand(std::string_view token, std::string &decimal) {
  const size_t e = token.find_first_of("eE");
  if (e == std::string_view::npos) {
    decimal = token;
    return true;
  }
  int exponent = 0;
  std::string_view power = token.substr(e + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  const auto [stop, problem] = std::from_chars(power.data(), power.data() + power.size(), exponent);
  constexpr int largest = 400;
  if (problem != std::errc() || stop != power.data() + power.size() || exponent > largest || exponent < -largest)
    return false;
  std::string digits;
  int point = 0;
  bool behind = false;
  for (const char c : token.substr(0, e)) {
    if (c == '.') behind = true;
    if (!is_digit(c)) continue;
    digits += c;
    point += !behind;
  }
  point += exponent;
  if (point <= 0) digits.insert(0, static_cast<size_t>(1 - point), '0'), point = 1;
  if (static_cast<size_t>(point) > digits.size()) digits.append(static_cast<size_t>(point) - digits.size(), '0');
  const size_t zeros = std::min(digits.find_first_not_of('0'), static_cast<size_t>(point) - 1);
  decimal = token.starts_with('-') ? "-" : "";
  decimal.append(digits, zeros, static_cast<size_t>(point) - zeros);
  if (static_cast<size_t>(point) < digits.size()) decimal.append(".").append(digits, static_cast<size_t>(point));
  return true;
}

}  // namespace

LeafMask::LeafMask(std::string_view name, std::string_view options, std::string_view type, CharEncoding encoding,
                   std::string_view masking_key) {
  const RegistryEntry *entry = find_strategy(name);
  ColumnFit fit{.kind = ValueKind::text, .encoding = encoding};
  if (entry != nullptr && !entry->row.deterministic)
    fail(Code::bad_option,
         "strategy " + in_quotes(name) + " draws a value by row, which no value inside a document can",
         "Use one that gives equal values equal masks, such as \"map\".");
  if (entry != nullptr && entry->row.names_columns)
    fail(Code::bad_option,
         "strategy " + in_quotes(name) + " is made of columns, which no value inside a document can be");
  if (entry == nullptr || !type.empty()) {
    if (!type.empty()) fit.kind = kind_of(name, type);
    add(name, options, fit, masking_key);  // or fails
    return;
  }
  const KindSet kinds = entry->row.kinds;
  Error first{Code::ok, {}, {}};
  bool any = false;
  // An option may hold for dates and not for times.
  const auto try_kind = [&](ValueKind kind) {
    fit.kind = kind;
    if (!is_one_of(kind, kinds)) return;
    try {
      add(name, options, fit, masking_key);
      any = true;
    } catch (const Error &e) {
      if (first.code == Code::ok) first = e;
    }
  };
  if (is_one_of(ValueKind::text, kinds)) {
    try_kind(ValueKind::text);
    if (!any) throw Error(first);
  } else {
    for (const ValueKind kind : string_kinds) try_kind(kind);
  }
  for (const ValueKind kind : number_kinds_tried) try_kind(kind);
  try_kind(ValueKind::boolean);
  if (!any && first.code != Code::ok) throw Error(first);
  if (!any)
    fail(Code::unsuitable_type, "strategy " + in_quotes(name) + " takes nothing that is in documents",
         "They hold texts, numbers and booleans.");
}

void LeafMask::add(std::string_view name, std::string_view options, ColumnFit fit, std::string_view masking_key) {
  std::unique_ptr<Strategy> made = make_strategy(name, options, fit, masking_key);
  refuse_column_option(*made, name, options, fit.encoding);
  if (made->may_give_null())
    fail(Code::bad_option, "the options of strategy " + in_quotes(name) + " make NULL of some values of a document");
  if (made->makes_null()) {
    is_fixed_ = is_null_ = true;
    fixed_ = "null";
  } else if (made->is_literal()) {
    // A constant that reads as a number or a truth value is one.
    is_fixed_ = true;
    ByteSink constant, quoted;
    made->mask_text({}, constant);
    const std::string_view text = constant.view();
    const bool is_bare = text == "true" || text == "false" || (!text.empty() && json_number_size(text) == text.size());
    if (is_bare)
      quoted.append(text);
    else
      write_json_string(text, quoted);
    fixed_ = quoted.view();
    constant_ = text;
  } else if (fit.kind == ValueKind::boolean) {
    boolean_ = std::move(made);
  } else if (is_one_of(fit.kind, number_kinds)) {
    numbers_.push_back({fit.kind, std::move(made)});
    if (fit.kind != ValueKind::int8 || strings_.empty())
      if (fit.kind != ValueKind::float8) strings_.push_back({fit.kind, make_strategy(name, options, fit, masking_key)});
  } else {
    strings_.push_back({fit.kind, std::move(made)});
  }
}

bool LeafMask::mask_as(const Reading &reading, std::string_view text, ByteSink &out) const {
  const size_t start = out.size();
  const bool is_day = is_one_of(reading.kind, day_kinds) && is_iso_timestamp(text);
  if (!is_day) return text_codec::mask_value(*reading.strategy, reading.kind, text, out);
  std::string printed(text);
  printed[10] = ' ';
  const bool has_zulu = printed.ends_with('Z');
  if (has_zulu) printed.replace(printed.size() - 1, 1, "+00");
  if (!text_codec::mask_value(*reading.strategy, reading.kind, printed, out)) return false;
  const std::string_view masked = out.view().substr(start);
  if (masked.size() > 10 && masked[10] == ' ') *out.at(start + 10) = 'T';
  if (has_zulu && masked.ends_with("+00")) {
    out.truncate(out.size() - 3);
    out.append('Z');
  }
  return true;
}

bool LeafMask::try_text(std::string_view text, ByteSink &out) const {
  return std::ranges::any_of(strings_, [&](const Reading &reading) { return mask_as(reading, text, out); });
}

bool LeafMask::mask_text(std::string_view text, ByteSink &out) const {
  if (is_null_) return false;
  if (is_fixed_)
    out.append(constant_);
  else if (!text.empty() && !try_text(text, out))
    out.append(redacted);
  return true;
}

bool LeafMask::try_string(std::string_view text, ByteSink &out) const {
  const size_t start = out.size();
  if (!try_text(text, out)) return false;
  quote_json_string(start, out, scratch_);
  return true;
}

void LeafMask::mask_string(std::string_view text, ByteSink &out) const {
  if (is_fixed_) return write_fixed(out);
  if (!try_string(text, out)) write_json_string(text.empty() ? text : redacted, out);
}

void LeafMask::mask_number(std::string_view token, ByteSink &out) const {
  if (is_fixed_) return write_fixed(out);
  std::string decimal;
  if (!numbers_.empty() && expand(token, decimal)) {
    if (decimal == "-0") decimal = "0";
    for (const Reading &reading : numbers_)
      if (text_codec::mask_value(*reading.strategy, reading.kind, decimal, out)) return;
  }
  out.append('0');
}

void LeafMask::mask_boolean(bool value, ByteSink &out) const {
  if (is_fixed_) return write_fixed(out);
  const bool masked = boolean_ != nullptr && boolean_->mask_boolean(value);
  out.append(masked ? "true" : "false");
}

std::unique_ptr<LeafMask> read_leaf_mask(std::string_view strategy, const OptionReader::Member &member,
                                         CharEncoding encoding, std::string_view masking_key) {
  if (!member.is_object) return std::make_unique<LeafMask>(member.text, "{}", "", encoding, masking_key);
  OptionReader rule(strategy, member.text,
                    "a mask of its own has strategy: its name (required); options: its options; type: how to read the "
                    "value",
                    encoding);
  const std::string name = rule.string("strategy", ""), type = rule.string("type", ""), json = rule.json("options");
  if (name.empty()) rule.refuse("strategy", "is missing");
  rule.finish();
  return std::make_unique<LeafMask>(name, json, type, encoding, masking_key);
}

}  // namespace confiture::mask
