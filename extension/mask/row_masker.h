// Turns a raw COPY stream into a masked one: finds the fields of a row, hands each masked column's value to its
// strategy, copies the rest byte for byte.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mask/strategy.h"

namespace confiture::mask {

// What happens to the values of a column.
enum class Treatment : uint8_t { pass, make_null, literal, mask, set_element_oid, choose };

// Which side columns have what a strategy is to know of a row, by Clue.
struct ClueSides {
  bool is_given[clue_count] = {};
  size_t side[clue_count] = {};  // from 0

  bool any() const { return std::any_of(std::begin(is_given), std::end(is_given), std::identity()); }
};

// A column of the stream, ready for rows.
struct CompiledColumn {
  Treatment treatment = Treatment::pass;
  ValueType type;                      // set_element_oid: element_oid is all that matters
  std::string literal;                 // literal: the constant in the type's wire form
  std::unique_ptr<Strategy> strategy;  // mask
  std::vector<CompiledColumn> cases;   // choose: one of these, by the number in a side column
  size_t side = 0;                     // choose: which of the side columns, from 0
  ClueSides clues;                     // mask: what other side columns say of the value
  std::vector<size_t> parts;           // mask, by a template: the columns that it names, from 0, as it numbers them
  std::vector<CompiledColumn> named;   // mask, choose: the columns whose values in the row a strategy asks for
  size_t value_side = 0;               // of one of these: the side column that has its value
};

// Splits a stream into rows, whatever the slicing of the input. Throws malformed_stream, limit_exceeded or no_rule; the
// message names row number and column position, never a value.
class RowMasker {
 public:
  virtual ~RowMasker() = default;
  // Appends the masked form of all rows that are complete with these bytes.
  virtual void feed(std::string_view bytes, ByteSink &out) = 0;
  // The same without writing a stream: takes a few rows off the front of the bytes and returns their masked fields,
  // those of texts without escapes, which lie there until the next call, as those bytes do. No rows: it has taken all
  // of them.
  virtual FieldRows take_rows(std::string_view &bytes) = 0;
  virtual void finish() = 0;  // throws when the stream ended inside a row
  uint64_t rows() const { return rows_; }

 protected:
  uint64_t rows_ = 0;
};

// Behind its columns each row has `n_sides` side columns, which the masker reads and leaves out. Of type integer: the
// number of a case from 0, or NULL when no case takes the row. Of type text: a clue, or NULL for none, and all sides of
// named columns. Throws unsuitable_type when a strategy is to mask a kind the core cannot read, bad_option when columns
// are made of each other.
std::unique_ptr<RowMasker> make_row_masker(WireFormat format, std::vector<CompiledColumn> columns, size_t n_sides = 0);

}  // namespace confiture::mask
