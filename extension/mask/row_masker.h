// Turns a raw COPY stream into a masked one: find the fields of a row, hand each masked column's value to its
// strategy, copy the rest byte for byte.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mask/strategy.h"

namespace confiture::mask {

// A column of the plan, compiled.
struct ColumnAction {
  enum class What : uint8_t { pass, make_null, literal, mask, set_element_oid };
  What action = What::pass;
  ValueKind kind = ValueKind::other;
  uint32_t element_oid = 0;
  std::string literal;
  std::unique_ptr<Strategy> mask;
};

// Splits a stream into rows, whatever the slicing of the input. Throws malformed_stream or limit_exceeded; text of
// the error names row number and column position, never a value.
class RowMasker {
 public:
  virtual ~RowMasker() = default;
  virtual void feed(std::string_view bytes, ByteSink &out) = 0;
  virtual void finish() = 0;  // throws when the stream ended inside a row
  uint64_t rows() const { return rows_; }

 protected:
  uint64_t rows_ = 0;
};

std::unique_ptr<RowMasker> make_row_masker(wall::WireFormat format, std::vector<ColumnAction> columns);

}  // namespace confiture::mask
