// Turns a raw COPY stream into a masked one: find the fields of a row, hand each masked column's value to its
// strategy, copy the rest byte for byte.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "strategy.h"

namespace confiture::mask {

// A column of the plan, compiled.
struct column_action {
  enum class what : uint8_t { pass, make_null, literal, mask, set_element_oid };
  what action = what::pass;
  value_kind kind = value_kind::other;
  uint32_t element_oid = 0;
  std::string literal;
  std::unique_ptr<strategy> mask;
};

// Splits a stream into rows, whatever the slicing of the input. Throws malformed_stream or limit_exceeded; text of
// the error names row number and column position, never a value.
class row_masker {
 public:
  virtual ~row_masker() = default;
  virtual void feed(std::string_view bytes, byte_sink &out) = 0;
  virtual void finish() = 0;  // throws when the stream ended inside a row
  uint64_t rows() const { return rows_; }

 protected:
  uint64_t rows_ = 0;
};

std::unique_ptr<row_masker> make_row_masker(wall::wire_format format, std::vector<column_action> columns);

}  // namespace confiture::mask
