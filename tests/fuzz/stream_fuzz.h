// What both stream fuzzers check: the slicing of a stream changes nothing, and an unmasked stream comes out as it
// went in. The first bytes of the input choose the columns and the slices, the rest is the stream.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "../unit/row_masker_fixture.h"
#include "../unit/strategy_fixture.h"
#include "../unit/value_fixture.h"
#include "mask/shown_value.h"
#include "mask/template_strategy.h"

namespace confiture::fuzz {

using namespace test;

// Behind the special columns each kind by itself and in arrays, as it comes; then texts that hang on other columns.
constexpr unsigned n_special = 12, passed = 9, templated = n_special + 2 * (kind_count - 1), scrubbed = templated + 1;
inline unsigned kind_of(char choice) { return static_cast<unsigned char>(choice) % (scrubbed + 1); }

inline CompiledColumn column_of(unsigned kind) {
  if (kind >= templated) return masked(ValueKind::text);
  if (kind >= n_special)
    return masked<Copier>(ValueType(static_cast<ValueKind>((kind - n_special) / 2), kind % 2 == 0, 0x01020304));
  switch (kind) {
    case 0:
      return make_null();
    case 1:
      return literal("l\t\\");
    case 2:
      return element_oid(0x01020304);
    case 3:
      return masked(ValueKind::text);
    case 4:
      return masked<FixedStrategy>(ValueKind::text, "\\N\n\t");
    case 5:
      return masked(ValueKind::int2);
    case 6:
      return masked(ValueKind::int4);
    case 7:
      return masked(ValueKind::int8);
    case 8:
      return masked(ValueKind::uuid);
    case passed:
      return pass();
    case 10:
      return masked<DigestedStrategy>();
    default:
      return masked<HashedStrategy>();
  }
}

// A template of the column before it, or of the last one, and of that.
inline void make_template(std::vector<CompiledColumn> &columns, size_t at) {
  columns[at] = masked(ValueKind::text);
  columns[at].strategy = make_for("template", R"({"template": "{a}-{b}"})");
  for (const size_t part : {(at == 0 ? columns.size() : at) - 1, columns.size() - 1}) {
    const ValueType type = columns[part].type;
    if (type.is_array || (kind_bit(type.kind) & shown_kinds) == 0) {
      columns[part] = pass();
      columns[part].type = ValueKind::text;
    }
    columns[at].strategy->as_template_strategy()->set_type(columns[at].parts.size(), columns[part].type);
    columns[at].parts.push_back(part);
  }
}

// Text in which the first side column's value is looked for.
inline CompiledColumn scrub_of(size_t side) {
  CompiledColumn made = masked(ValueKind::text), named = masked(ValueKind::text);
  made.strategy = make_for("scrub", R"({"columns": ["a"]})");
  named.value_side = side;
  made.named.push_back(std::move(named));
  return made;
}

// `has_side`: a side column says whether the first column is treated as it would be, or copied, and has what texts are
// searched for. `by_rows`: they are taken, in place of a stream.
inline std::string outcome(WireFormat format, std::string_view choices, std::string_view stream,
                           const std::vector<size_t> &sizes, bool has_side = false, bool by_rows = false) {
  std::vector<CompiledColumn> columns;
  for (const char choice : choices) columns.push_back(column_of(kind_of(choice)));
  for (size_t i = 0; i < choices.size(); ++i) {
    const unsigned kind = kind_of(choices[i]);
    if (kind == templated) make_template(columns, i);
    if (kind == scrubbed && has_side) columns[i] = scrub_of(0);
  }
  if (has_side) columns[0] = choose(0, std::move(columns[0]), pass());
  try {
    const auto masker = make_row_masker(format, std::move(columns), has_side ? 1 : 0);
    if (by_rows) return "done: " + take_in_slices(*masker, choices.size(), stream, sizes);
    return "done: " + feed_in_slices(*masker, stream, sizes);
  } catch (const Error &failure) {
    return "refused: " + failure.message;
  }
}

inline void check(bool held, const char *what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// `prologue` goes before the stream, so that inputs need not find it by chance.
inline void check_stream(WireFormat format, std::string_view input, std::string_view prologue) {
  if (input.size() < 4) return;
  const size_t n_columns = std::min<size_t>(static_cast<unsigned char>(input[0]) % 8, input.size() - 4);
  const bool add_prologue = input[0] >= 0;
  const size_t first = 1 + static_cast<unsigned char>(input[1]);
  const size_t second = 1 + static_cast<unsigned char>(input[2]) % 32;
  const bool has_side = n_columns > 0 && input[2] < 0;
  const std::string_view choices = input.substr(3, n_columns);
  const std::string stream =
      std::string(add_prologue ? prologue : std::string_view()) + std::string(input.substr(3 + n_columns));

  const std::string whole = outcome(format, choices, stream, {stream.size() + 1}, has_side);
  check(outcome(format, choices, stream, {first, second}, has_side) == whole, "slices give what the whole gives");
  if (stream.size() <= 256)
    check(outcome(format, choices, stream, {1}, has_side) == whole, "single bytes give what the whole gives");

  const std::string all_pass(n_columns, static_cast<char>(passed));
  const std::string taken = outcome(format, choices, stream, {first, second}, has_side, true);
  if (!whole.starts_with("done: ")) {
    check(taken == whole, "rows are taken up to the same mistake");
  } else {
    check(outcome(format, all_pass, whole.substr(6), {whole.size()}) == whole, "a masked stream is a stream");
    check(outcome(format, all_pass, whole.substr(6), {whole.size()}, false, true) == taken,
          "rows that are taken are those of the stream");
    // What was copied once has the form that is written.
    const bool is_copied = std::all_of(choices.begin(), choices.end(), [](char c) {
      return kind_of(c) == passed || (kind_of(c) >= n_special && kind_of(c) < templated);
    });
    if (is_copied && !has_side)
      check(outcome(format, choices, whole.substr(6), {whole.size()}) == whole, "a copied stream is copied as it is");
  }

  const std::string untouched = outcome(format, all_pass, stream, {first, second});
  check(untouched.starts_with("refused: ") || untouched == "done: " + stream, "an unmasked stream is not changed");
}

}  // namespace confiture::fuzz
