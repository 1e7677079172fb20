// Turns a raw COPY stream into a masked one: finds the fields of a row, hands each masked column's value to its
// strategy, copies the rest byte for byte.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mask/strategy.h"

namespace confiture::mask {

// What happens to the values of a column.
enum class Treatment : uint8_t { pass, make_null, literal, mask, set_element_oid };

// A column of the stream, ready for rows.
struct CompiledColumn {
  Treatment treatment = Treatment::pass;
  ValueType type;                      // set_element_oid: element_oid is all that matters
  std::string literal;                 // literal: the constant in the type's wire form
  std::unique_ptr<Strategy> strategy;  // mask
};

// Splits a stream into rows, whatever the slicing of the input. Throws malformed_stream or limit_exceeded; the message
// names row number and column position, never a value.
class RowMasker {
 public:
  virtual ~RowMasker() = default;
  // Appends the masked form of all rows that are complete with these bytes.
  virtual void feed(std::string_view bytes, ByteSink &out) = 0;
  virtual void finish() = 0;  // throws when the stream ended inside a row
  uint64_t rows() const { return rows_; }

 protected:
  uint64_t rows_ = 0;
};

// Throws unsuitable_type when a strategy is to mask a kind the core cannot read.
std::unique_ptr<RowMasker> make_row_masker(WireFormat format, std::vector<CompiledColumn> columns);

}  // namespace confiture::mask
