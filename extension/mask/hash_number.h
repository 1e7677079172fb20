// Keyed permutations of numbers, for hash: distinct ones stay distinct, and the sign stays.
#pragma once

#include <optional>
#include <vector>

#include "mask/feistel.h"
#include "mask/hmac.h"
#include "mask/number_column.h"
#include "mask/permutation.h"

namespace confiture::mask {

// Serial and identity columns stay plausible. Maps integer and bigint alike where they share values, so that a bigint
// column may reference an integer one and still join. For that, what fits in 31 bits stays within 31 bits, and what
// does not stays outside. smallint is a separate domain.
class HashInteger final : public Strategy {
 public:
  explicit HashInteger(const Subkey &key);

  int64_t mask_integer(int64_t value, int bits) const override;
  void mask_integers(std::span<int64_t> values, int bits) const override;
  bool unmask_integer(int64_t &value, int bits) const override;
  bool keeps_unique() const override { return true; }

 private:
  // With `step`, a function of (feistel, number), one way or the other.
  template <class Step>
  int64_t walk(int64_t value, int bits, Step step) const;
  // Of a number of more than 16 bits that is not negative, or of ~number.
  const Feistel &network_of(uint64_t magnitude, bool negative) const {
    return (magnitude < medium_end ? medium_ : large_)[negative];
  }

  // The masks of smallints that have come: there are few of them, and 24 rounds take their time.
  static constexpr int32_t unknown = INT32_MIN;
  mutable std::vector<int32_t> known_;

  static constexpr uint64_t medium_end = uint64_t{1} << 31;
  Feistel small_[2], medium_[2], large_[2];
};

// Whole numbers of 63 bits are permuted as those of a bigint column, where the column has room for all of them. Other
// values go among themselves: with a precision by FF1 over all digits that the column has, else to whole numbers of 38
// digits.
class HashNumeric final : public Strategy {
 public:
  HashNumeric(const Subkey &key, const ColumnFit &fit);

  void mask_numeric(Numeric &value) const override;
  bool keeps_unique() const override { return true; }

 private:
  void permute_digits(Numeric &value) const;
  void write_whole(Numeric &value) const;
  bool is_bigint(const Numeric &value, int64_t &number) const;

  HashInteger integers_;
  HmacSha256 hmac_;
  std::optional<Permutation> digits_;
  NumericLimit limit_;
  int precision_, scale_;
  bool takes_bigint_;
  mutable ByteSink text_;  // that is hashed
};

}  // namespace confiture::mask
