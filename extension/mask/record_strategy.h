// A strategy for composite types: what becomes of each of their fields. The codecs take rows apart, have the strategies
// of the fields mask their values, and put them together again.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "mask/strategy.h"

namespace confiture::mask {

struct RecordField {
  ValueType type;
  uint32_t oid = 0;                    // what rows say in binary that its type is; 0: as they come
  std::unique_ptr<Strategy> strategy;  // null: the value stays
  bool becomes_null = false;
};

class RecordStrategy : public Strategy {
 public:
  explicit RecordStrategy(std::vector<RecordField> fields) : fields_(std::move(fields)) {}
  std::span<const RecordField> fields() const { return fields_; }
  const RecordStrategy *as_record_strategy() const final { return this; }

  // Kept from one row to the next for their memory. A type is never part of itself.
  struct Scratch {
    ByteSink value, masked;
  };
  Scratch &scratch() const { return scratch_; }

 private:
  mutable Scratch scratch_;
  const std::vector<RecordField> fields_;
};

}  // namespace confiture::mask
