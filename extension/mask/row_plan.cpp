#include "mask/row_plan.h"

#include "mask/binary_codec.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

std::string checked_constant(std::string value) {
  if (value.size() > static_cast<size_t>(binary_codec::longest_value))
    fail(Code::limit_exceeded, "a constant is larger than PostgreSQL can store");
  return value;
}

std::string escaped(std::string_view value) {
  ByteSink sink;
  text_codec::escape(value, sink);
  return std::string(sink.view());
}

std::string network_order(uint32_t number) {
  std::string bytes(sizeof number, '\0');
  binary_codec::store_int32(bytes.data(), static_cast<int32_t>(number));
  return bytes;
}

std::string in_row(uint64_t row) { return "row " + std::to_string(row) + " of the COPY stream"; }

}  // namespace

void fail_row(uint64_t row, const char *problem) {
  fail(Code::malformed_stream, in_row(row) + " is malformed: " + problem);
}

void fail_column(uint64_t row, size_t column, const char *problem) {
  fail(Code::malformed_stream, in_row(row) + " is malformed at column " + std::to_string(column + 1) + ": " + problem);
}

void fail_value(uint64_t row, size_t column, ValueType type) {
  const KindTraits &kind = traits_of(type.kind);
  const std::string expected = type.is_array ? std::string("an array of ") + kind.type : kind.value;
  fail(Code::malformed_stream,
       in_row(row) + " has something else than " + expected + " in column " + std::to_string(column + 1));
}

void fail_field_count(uint64_t row, size_t found, size_t expected) {
  fail(Code::malformed_stream, in_row(row) + (found > expected ? " has at least " : " has ") + std::to_string(found) +
                                   " columns instead of " + std::to_string(expected));
}

void fail_case(uint64_t row, size_t column) {
  fail(Code::malformed_stream,
       in_row(row) + " has something else than the number of a rule for column " + std::to_string(column + 1));
}

void fail_without_rule(uint64_t row, size_t column) {
  fail(Code::no_rule, "no rule of column " + std::to_string(column + 1) + " takes " + in_row(row),
       "Give the column a last rule without a condition.");
}

void fail_row_too_long(uint64_t row) {
  fail(Code::limit_exceeded, in_row(row) + " is larger than PostgreSQL can store");
}

static ColumnWork compile_one(WireFormat format, size_t at, CompiledColumn &column, size_t first_side) {
  const bool binary = format == WireFormat::binary;
  ColumnWork work{.column = at,
                  .treatment = column.treatment,
                  .type = column.type,
                  .bytes = {},
                  .strategy = std::move(column.strategy),
                  .cases = {},
                  .clues = {},
                  .parts = std::move(column.parts),
                  .named = nullptr};
  switch (column.treatment) {
    case Treatment::pass:
    case Treatment::make_null:
      break;
    case Treatment::literal:
      work.bytes = binary ? checked_constant(std::move(column.literal)) : escaped(column.literal);
      break;
    case Treatment::set_element_oid:
      // In text an array carries no OID, so that there is nothing to patch.
      if (!binary) work.treatment = Treatment::pass;
      work.bytes = network_order(column.type.element_oid);
      break;
    case Treatment::mask:
      if (work.strategy == nullptr) fail(Code::internal, "a masked column has no strategy");
      if (work.type.kind == ValueKind::other)
        fail(Code::unsuitable_type, "the strategy does not take columns of this type");
      work.may_give_null = work.strategy->may_give_null();
      work.clues = column.clues;
      for (size_t &side : work.clues.side) side += first_side;
      work.wants_row_values = work.strategy->wants_row_values();
      // What hangs on more than the value is hashed value by value.
      if (work.type.is_array || work.clues.any()) break;
      if (work.type.kind == ValueKind::text) work.prf = work.strategy->as_prf_strategy();
      if (work.type.kind == ValueKind::text || work.type.kind == ValueKind::bytea)
        work.digest = work.strategy->as_digest_strategy();
      break;
    case Treatment::choose:
      work.side_column = first_side + column.side;
      for (CompiledColumn &each : column.cases) {
        if (each.treatment == Treatment::choose) fail(Code::internal, "a case of a column has cases");
        work.cases.push_back(compile_one(format, at, each, first_side));
        // Which of the rows it takes is known when they are written.
        work.cases.back().prf = nullptr;
        work.cases.back().digest = nullptr;
        for (size_t clue = 0; clue < clue_count; ++clue) {  // one of each for all of them
          if (!work.cases.back().clues.is_given[clue]) continue;
          work.clues.is_given[clue] = true;
          work.clues.side[clue] = work.cases.back().clues.side[clue];
        }
      }
      break;
  }
  if (!column.named.empty()) work.named = std::make_unique<NamedColumns>(format, std::move(column.named), first_side);
  return work;
}

// Calls for each part of the column, in all of its cases.
template <typename Column, typename Call>
static void for_each_part(Column &column, Call call) {
  for (auto &part : column.parts) call(part);
  for (auto &each : column.cases) for_each_part(each, call);
}

// Which columns templates name.
static std::vector<bool> named_columns(const std::vector<CompiledColumn> &columns) {
  std::vector<bool> is_named(columns.size());
  for (const CompiledColumn &column : columns)
    for_each_part(column, [&](size_t part) {
      if (part >= columns.size()) fail(Code::internal, "a column is made of one that is not there");
      is_named[part] = true;
    });
  return is_named;
}

enum class Visit : uint8_t { none, begun, done };

// Adds the column to those that are formed, behind its parts.
static void form(RowWork &work, size_t at, std::vector<Visit> &visits) {
  if (visits[at] == Visit::done) return;
  ColumnWork &column = work.columns[at];
  if (visits[at] == Visit::begun)
    fail(Code::bad_option, "column " + std::to_string(column.column + 1) + " is made of itself");
  visits[at] = Visit::begun;
  for_each_part(column, [&](size_t part) { form(work, part, visits); });
  visits[at] = Visit::done;
  if (column.treatment == Treatment::pass) return;
  column.is_formed = true;
  work.formed.push_back(at);
}

static void check_sides(const CompiledColumn &column, size_t n_sides) {
  if (column.treatment == Treatment::choose && column.side >= n_sides)
    fail(Code::internal, "a column has no side column to choose by");
  for (size_t clue = 0; clue < clue_count; ++clue)
    if (column.clues.is_given[clue] && column.clues.side[clue] >= n_sides)
      fail(Code::internal, std::string("a column has no side column for its ") + clue_names[clue]);
  for (const CompiledColumn &each : column.cases) check_sides(each, n_sides);
  for (const CompiledColumn &each : column.named) {
    if (each.value_side >= n_sides) fail(Code::internal, "a named column has no side column for its value");
    check_sides(each, n_sides);
  }
}

// Values that are not looked for would stay.
static void check_named(const ColumnWork &work) {
  bool wants_row_values = work.wants_row_values;
  for (const ColumnWork &each : work.cases) wants_row_values |= each.wants_row_values;
  if (wants_row_values && work.named == nullptr) fail(Code::internal, "a strategy asks for columns that are not there");
}

RowWork compile_work(WireFormat format, std::vector<CompiledColumn> columns, size_t n_sides) {
  if (n_sides > 0 && columns.empty()) fail(Code::internal, "side columns belong to no column");
  const std::vector<bool> is_named = named_columns(columns);
  std::vector<size_t> place(columns.size());
  RowWork all;
  for (size_t i = 0; i < columns.size(); ++i) {
    check_sides(columns[i], n_sides);
    ColumnWork work = compile_one(format, i, columns[i], columns.size());
    check_named(work);
    place[i] = all.columns.size();
    if (work.treatment != Treatment::pass || is_named[i]) all.columns.push_back(std::move(work));
  }
  std::vector<Visit> visits(all.columns.size(), Visit::none);
  for (ColumnWork &column : all.columns) for_each_part(column, [&](size_t &part) { part = place[part]; });
  for (size_t i = 0; i < all.columns.size(); ++i) for_each_part(all.columns[i], [&](size_t) { form(all, i, visits); });
  return all;
}

std::unique_ptr<RowMasker> make_row_masker(WireFormat format, std::vector<CompiledColumn> columns, size_t n_sides) {
  const size_t n_columns = columns.size();
  RowWork work = compile_work(format, std::move(columns), n_sides);
  if (format == WireFormat::binary) return make_binary_row_masker(n_columns, n_sides, std::move(work));
  return make_text_row_masker(n_columns, n_sides, std::move(work));
}

}  // namespace confiture::mask
