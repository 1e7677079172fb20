// Columns that option `columns` of another one names: what becomes of their values, row by row. These come in side
// columns, as texts, with all that their masks hang on.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "mask/row_masker.h"

namespace confiture::mask {

class NamedColumns {
 public:
  // `first_side`: where side columns begin on the wire.
  NamedColumns(WireFormat format, std::vector<CompiledColumn> columns, size_t first_side);

  // Positions on the wire of the fields that tell() wants.
  std::span<const size_t> fields() const { return fields_; }

  // Gives a strategy the values of a row and their masks, which are there until the next call. The fields come as they
  // are on the wire, NULL in binary without data. Throws malformed_stream if a value is not of its column's type.
  void tell(std::span<const std::string_view> fields, Strategy &strategy);

 private:
  struct Named {
    CompiledColumn column;
    ClueSides clues;  // of a column with cases, one for all
    ByteSink value, masked;
  };

  std::string_view plain(std::string_view field, ByteSink &storage) const;
  // The field of a row that its column has for what is left of `fields`.
  std::string_view next(std::span<const std::string_view> &fields, ByteSink &storage) const;
  static const CompiledColumn *chosen_case(const CompiledColumn &column, std::string_view side);
  static void write_masked(const CompiledColumn *column, std::string_view value, ByteSink &out);

  const WireFormat format_;
  std::vector<std::unique_ptr<Named>> columns_;
  std::vector<size_t> fields_;
  std::vector<RowValue> values_;
  ByteSink scratch_;
};

}  // namespace confiture::mask
