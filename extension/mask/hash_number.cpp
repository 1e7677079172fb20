#include "mask/hash_number.h"

#include <algorithm>
#include <vector>

#include "mask/bits.h"
#include "mask/digest_text.h"

namespace confiture::mask {

namespace {

constexpr int bigint_digits = 19, whole_digits = 38;
constexpr int group_digits = 4;  // of Numeric
constexpr int powers[group_digits] = {1, 10, 100, 1000};

// Rounded down.
constexpr int group_of(int exponent) {
  return exponent >= 0 ? exponent / group_digits : -((group_digits - 1 - exponent) / group_digits);
}
constexpr int power_in_group(int exponent) { return powers[exponent - group_of(exponent) * group_digits]; }

// The decimal digits of a number, or back, from 10^highest on.
void read_digits(const Numeric &number, int highest, std::span<uint8_t> digits) {
  for (size_t i = 0; i < digits.size(); i++) {
    const int exponent = highest - static_cast<int>(i);
    digits[i] = static_cast<uint8_t>(number.digit(number.weight - group_of(exponent)) / power_in_group(exponent) % 10);
  }
}

void write_digits(std::span<const uint8_t> digits, int highest, Numeric &number) {
  number.weight = group_of(highest);
  number.size = number.weight - group_of(highest + 1 - static_cast<int>(digits.size())) + 1;
  int16_t *group = number.digits;
  int value = 0, exponent = highest;
  for (const uint8_t digit : digits) {
    value = 10 * value + digit;
    if (exponent-- % group_digits != 0) continue;
    *group++ = static_cast<int16_t>(value);
    value = 0;
  }
  const int lowest = exponent + 1;
  if (lowest % group_digits != 0) *group = static_cast<int16_t>(value * power_in_group(lowest));
  number.normalize();
}

}  // namespace

HashInteger::HashInteger(const Subkey &key)
    : small_{{Prf128(key), 15, 0}, {Prf128(key), 15, 1}},
      medium_{{Prf128(key), 31, 0}, {Prf128(key), 31, 1}},
      large_{{Prf128(key), 63, 0}, {Prf128(key), 63, 1}} {}

template <class Step>
int64_t HashInteger::walk(int64_t value, int bits, Step step) const {
  const bool negative = value < 0;
  const auto magnitude = static_cast<uint64_t>(negative ? ~value : value);
  uint64_t masked = 0;
  if (bits == 16) {
    masked = step(small_[negative], magnitude);
  } else {
    const Feistel &network = network_of(magnitude, negative);
    masked = step(network, magnitude);
    // Cycle walking (Black, Rogaway, 2002): once in 2^32 values a second step is needed.
    while (magnitude >= medium_end && masked < medium_end) masked = step(network, masked);
  }
  const auto result = static_cast<int64_t>(masked);
  return negative ? ~result : result;
}

int64_t HashInteger::mask_integer(int64_t value, int bits) const {
  const auto masked = [&] {
    return walk(value, bits, [](const Feistel &feistel, uint64_t number) { return feistel(number); });
  };
  if (bits != 16) return masked();
  if (known_.empty()) known_.assign(size_t{1} << 16, unknown);
  int32_t &known = known_[static_cast<uint16_t>(value)];
  if (known == unknown) known = static_cast<int32_t>(masked());
  return known;
}

void HashInteger::mask_integers(std::span<int64_t> values, int bits) const {
  if (bits == 16) return Strategy::mask_integers(values, bits);
  const Feistel *networks[side_by_side];
  uint64_t masked[side_by_side];
  for (size_t i = 0; i < values.size(); i++) {
    masked[i] = static_cast<uint64_t>(values[i] < 0 ? ~values[i] : values[i]);
    networks[i] = &network_of(masked[i], values[i] < 0);
  }
  Feistel::permute({networks, values.size()}, {masked, values.size()});
  for (size_t i = 0; i < values.size(); i++) {
    const bool negative = values[i] < 0, large = networks[i] == &large_[negative];
    while (large && masked[i] < medium_end) masked[i] = (*networks[i])(masked[i]);
    const auto result = static_cast<int64_t>(masked[i]);
    values[i] = negative ? ~result : result;
  }
}

bool HashInteger::unmask_integer(int64_t &value, int bits) const {
  value = walk(value, bits, [](const Feistel &feistel, uint64_t number) { return feistel.inverse(number); });
  return true;
}

HashNumeric::HashNumeric(const Subkey &key, const ColumnFit &fit)
    : integers_(key),
      hmac_({reinterpret_cast<const char *>(key.data()), key.size()}),
      limit_(fit),
      precision_(static_cast<int>(fit.precision)),
      scale_(fit.scale),
      takes_bigint_(precision_ == 0 || (scale_ >= 0 && precision_ - scale_ >= bigint_digits)) {
  if (precision_ != 0) digits_.emplace(key, 10, uint8_t{0});
}

// -2^63 is none: its image may be any negative number, and it cannot be told from one that is too large.
bool HashNumeric::is_bigint(const Numeric &value, int64_t &number) const {
  return takes_bigint_ && to_units(value, 0, number) && number > INT64_MIN;
}

void HashNumeric::mask_numeric(Numeric &value) const {
  limit_.apply(value);
  value.normalize();
  int64_t number = 0;
  if (is_bigint(value, number)) {
    do number = integers_.mask_integer(number, 64);
    while (number == INT64_MIN);
    value = Numeric(number, 0);
  } else if (digits_) {
    permute_digits(value);
  } else {
    write_whole(value);
  }
  value.scale = precision_ == 0 ? 0 : std::max(scale_, 0);
}

// Walks the cycle on, past whole numbers, which have a permutation of their own, and past a negative zero.
void HashNumeric::permute_digits(Numeric &value) const {
  const int highest = precision_ - scale_ - 1;
  uint8_t room[40];
  std::vector<uint8_t> heap(precision_ > static_cast<int>(sizeof room) ? static_cast<size_t>(precision_) : 0);
  const std::span<uint8_t> digits(heap.empty() ? room : heap.data(), static_cast<size_t>(precision_));
  const bool negative = value.is_negative;
  read_digits(value, highest, digits);
  int64_t number = 0;
  do {
    digits_->permute(digits);
    write_digits(digits, highest, value);
    value.is_negative = negative;
  } while ((negative && value.is_zero()) || is_bigint(value, number));
}

// Larger than any bigint.
void HashNumeric::write_whole(Numeric &value) const {
  text_.clear();
  text_.append(std::string_view(reinterpret_cast<const char *>(value.digits), 2 * static_cast<size_t>(value.size)));
  char weight[8];
  store_le64(weight, static_cast<uint64_t>(value.weight));
  text_.append(std::string_view(weight, sizeof weight));
  char digits[longest_digest_text];
  digest_formats().back().write(hmac_(text_.view()), digits);
  digits[0] = static_cast<char>('1' + (digits[0] - '0') % 9);
  value.weight = (whole_digits - 1) / group_digits;
  value.size = value.weight + 1;
  // The first group has the digits that are over.
  const char *p = digits;
  for (int i = 0; i < value.size; i++) {
    const int count = i == 0 ? (whole_digits - 1) % group_digits + 1 : group_digits;
    int group = 0;
    for (int j = 0; j < count; j++) group = group * 10 + (*p++ - '0');
    value.digits[i] = static_cast<int16_t>(group);
  }
  value.normalize();
}

}  // namespace confiture::mask
