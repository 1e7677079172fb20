// The values of a column in a few rows: what can be computed of several of them side by side is.
#pragma once

#include <string_view>
#include <vector>

#include "mask/hmac_lanes.h"
#include "mask/prf_lanes.h"
#include "mask/row_plan.h"

namespace confiture::mask {

// As many as are hashed side by side. With more of them a processor would drop some of the prefetches.
constexpr size_t block_rows = hash_lanes;
static_assert(block_rows == hmac_lanes && block_rows == Strategy::side_by_side);

class ColumnBlock {
 public:
  explicit ColumnBlock(const ColumnWork &work);

  // Computes what the work needs of the first `n_rows` values.
  void prepare(const ColumnWork &work, size_t n_rows);
  std::string_view masked(size_t row) const { return {masked_[row], fixed_size_}; }

  size_t field;                                    // on the wire, from 0
  bool hangs_on_others;                            // the work, on more of the row than the value
  bool is_masked = false;                          // the values, in masked()
  std::string_view values[block_rows];             // in wire form; without data: NULL
  PrfOutput random[block_rows];                    // of work that has a PRF
  Sha256Digest digests[block_rows];                // of work that has a digest
  std::string_view sides[block_rows];              // of work that chooses
  std::string_view clues[clue_count][block_rows];  // of work that has them
  std::vector<std::string_view> named;             // of work that has named columns: row by row, their fields

 private:
  void hash(const PrfStrategy &strategy, size_t n_rows);
  template <typename Value, typename Read, typename Mask, typename Write>
  void mask_each(size_t n_rows, Read read, Mask mask, Write write);
  void mask_fixed(const ColumnWork &work, size_t n_rows);

  size_t fixed_size_ = 0;  // of values that are masked side by side
  bool is_expected_ = false;
  char masked_[block_rows][sizeof(int64_t)];
};

}  // namespace confiture::mask
