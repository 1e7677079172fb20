// What both row maskers share: the columns that need work, in wire order, with all that can be written in advance, and
// the errors of a malformed stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mask/named_columns.h"
#include "mask/row_masker.h"

namespace confiture::mask {

// PostgreSQL builds a row of COPY in one allocation, so that none can be larger than MaxAllocSize.
constexpr size_t longest_row = 0x3fffffff;

// A column that is not simply copied.
struct ColumnWork {
  size_t column;        // position on the wire, from 0
  Treatment treatment;  // pass in a case alone, or because a template names the column
  ValueType type;
  std::string bytes;                       // literal, set_element_oid: what is written, in wire form
  std::unique_ptr<Strategy> strategy;      // mask
  const PrfStrategy *prf = nullptr;        // the same, when it is one and masks single texts
  const DigestStrategy *digest = nullptr;  // likewise, texts or bytea
  std::vector<ColumnWork> cases;           // choose
  size_t side_column = 0;                  // choose: position of the case's number on the wire
  bool may_give_null = false;              // mask: for some values
  ClueSides clues;                         // mask: what other columns say of the value; positions on the wire
  std::vector<size_t> parts;               // mask, by a template: where in the list the columns are that it names
  bool is_formed = false;                  // see RowWork
  bool wants_row_values = false;           // mask: those of `named`, of a case those of its column
  std::unique_ptr<NamedColumns> named;     // nullptr: no strategy asks for any

  // Does what becomes of a value hang on other columns of its row?
  bool hangs_on_others() const {
    return treatment == Treatment::choose || clues.any() || !parts.empty() || is_formed || wants_row_values ||
           named != nullptr;
  }
};

struct RowWork {
  std::vector<ColumnWork> columns;  // in wire order
  // Those whose masked values are formed before the row is written, since they are templates or in one: each behind
  // all that it is made of.
  std::vector<size_t> formed;
};

// Returns the columns that need work. Throws unsuitable_type when a strategy is to mask a kind that has no codec,
// bad_option when columns are made of each other.
RowWork compile_work(WireFormat format, std::vector<CompiledColumn> columns, size_t n_sides);

// All throw malformed_stream. Rows come counted from 1, columns from 0; messages count both from 1.
[[noreturn]] void fail_row(uint64_t row, const char *problem);
[[noreturn]] void fail_value(uint64_t row, size_t column, ValueType type);
[[noreturn]] void fail_column(uint64_t row, size_t column, const char *problem);
[[noreturn]] void fail_field_count(uint64_t row, size_t found, size_t expected);
[[noreturn]] void fail_case(uint64_t row, size_t column);
[[noreturn]] void fail_row_too_long(uint64_t row);                 // limit_exceeded
[[noreturn]] void fail_without_rule(uint64_t row, size_t column);  // no_rule

std::unique_ptr<RowMasker> make_text_row_masker(size_t n_columns, size_t n_sides, RowWork work);
std::unique_ptr<RowMasker> make_binary_row_masker(size_t n_columns, size_t n_sides, RowWork work);

}  // namespace confiture::mask
