#include "mask/value/numeric.h"

#include <algorithm>
#include <cstring>

namespace confiture::mask {

namespace {

constexpr int base = 10000;
constexpr int digit_decimals = 4;
constexpr int powers[] = {1, 10, 100, 1000, 10000};

int floor_divide(int number, int by) { return number / by - (number % by < 0 ? 1 : 0); }

// Puts what is carried before the other digits.
void prepend(Numeric &number, uint64_t carry) {
  int count = 0;
  for (uint64_t rest = carry; rest > 0; rest /= base) count++;
  // As long as there are few digits, a loop beats a call.
  for (int i = number.size - 1; i >= 0; i--) number.digits[i + count] = number.digits[i];
  for (int i = count - 1; i >= 0; i--, carry /= base) number.digits[i] = static_cast<int16_t>(carry % base);
  number.size += count;
  number.weight += count;
}

// Where the decimal of 10^exponent is: which digit, and which power of ten within it.
struct Place {
  int digit, unit;
};
Place place_of(const Numeric &number, int exponent) {
  const int weight = floor_divide(exponent, digit_decimals);
  return {number.weight - weight, powers[exponent - weight * digit_decimals]};
}

// Adds 10^exponent to the magnitude, which has no digits behind it.
void increment(Numeric &number, int exponent) {
  if (number.is_zero()) number.weight = floor_divide(exponent, digit_decimals);
  const Place place = place_of(number, exponent);
  while (number.size <= place.digit) number.digits[number.size++] = 0;
  int carry = place.unit;
  for (int i = place.digit; i >= 0 && carry > 0; i--) {
    const int sum = number.digits[i] + carry;
    number.digits[i] = static_cast<int16_t>(sum % base);
    carry = sum / base;
  }
  if (carry > 0) prepend(number, carry);
}

// Of magnitudes: number += other, or number = |number - other| where is_subtracted; the smaller one second.
void combine(Numeric &number, const Numeric &other, bool is_subtracted) {
  const int top = std::max(number.weight, other.weight);
  const int bottom = std::min(number.weight - number.size, other.weight - other.size);  // below the last digits
  const int size = std::min(top - bottom, Numeric::most_digits);
  const int shift = top - number.weight;
  std::memmove(number.digits + shift, number.digits, sizeof number.digits[0] * static_cast<size_t>(number.size));
  std::fill_n(number.digits, shift, int16_t{0});
  if (size > shift + number.size) std::fill(number.digits + shift + number.size, number.digits + size, int16_t{0});
  number.weight = top;
  number.size = size;
  int carry = 0;
  for (int i = size - 1; i >= 0; i--) {
    const int digit = other.digit(i - (top - other.weight));
    int sum = number.digits[i] + (is_subtracted ? -digit : digit) + carry;
    carry = sum < 0 ? -1 : sum >= base ? 1 : 0;
    number.digits[i] = static_cast<int16_t>(sum - carry * base);
  }
  if (carry > 0) prepend(number, carry);
}

}  // namespace

Numeric &Numeric::operator=(const Numeric &other) {
  if (this == &other) return *this;
  special = other.special;
  is_negative = other.is_negative;
  weight = other.weight;
  scale = other.scale;
  size = other.size;
  std::memcpy(digits, other.digits, sizeof digits[0] * static_cast<size_t>(size));
  return *this;
}

Numeric::Numeric(int64_t number, int decimals) : is_negative(number < 0), scale(decimals) {
  uint64_t magnitude = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  const int places = (decimals + digit_decimals - 1) / digit_decimals;
  // The last digit is filled up with zeros.
  const auto filled = static_cast<unsigned>(powers[places * digit_decimals - decimals]);
  int16_t reversed[8];
  if (magnitude <= UINT64_MAX / base) {
    magnitude *= filled;
  } else if (filled > 1) {
    const unsigned taken = base / filled;
    reversed[size++] = static_cast<int16_t>(magnitude % taken * filled);
    magnitude /= taken;
  }
  for (; magnitude > 0; magnitude /= base) reversed[size++] = static_cast<int16_t>(magnitude % base);
  for (int i = 0; i < size; i++) digits[i] = reversed[size - 1 - i];
  weight = size - 1 - places;
  normalize();
}

void Numeric::normalize() {
  int zeros = 0;
  while (zeros < size && digits[zeros] == 0) zeros++;
  while (size > zeros && digits[size - 1] == 0) size--;
  size -= zeros;
  weight -= zeros;
  if (zeros > 0) std::memmove(digits, digits + zeros, sizeof digits[0] * static_cast<size_t>(size));
  if (size > 0) return;
  weight = 0;
  is_negative = false;
}

bool Numeric::has_no_more_than(int decimals) const {
  if (size == 0) return weight == 0 && !is_negative;
  if (digits[0] == 0 || digits[size - 1] == 0) return false;
  const int hidden = (size - 1 - weight) * digit_decimals - decimals;
  return hidden <= 0 || (hidden < digit_decimals && digits[size - 1] % powers[hidden] == 0);
}

void Numeric::truncate(int decimals) {
  if (has_no_more_than(decimals)) {
    scale = std::clamp(decimals, 0, most_scale);
    return;
  }
  const Place last = place_of(*this, -decimals);
  scale = std::clamp(decimals, 0, most_scale);
  if (last.digit < 0) {
    size = 0;
  } else if (last.digit < size) {
    size = last.digit + 1;
    digits[last.digit] = static_cast<int16_t>(digits[last.digit] - digits[last.digit] % last.unit);
  }
  normalize();
}

void Numeric::round(int decimals) {
  if (has_no_more_than(decimals)) return truncate(decimals);
  const Place next = place_of(*this, -decimals - 1);
  const bool is_up = digit(next.digit) / next.unit % 10 >= 5;
  const bool was_negative = is_negative;
  truncate(decimals);
  if (!is_up) return;
  increment(*this, -decimals);
  is_negative = was_negative;
  normalize();
}

// 10^8 are two digits, so that the quotient is a matter of weight.
void Numeric::multiply(uint64_t hundred_millionths) {
  uint64_t carry = 0;
  for (int i = size - 1; i >= 0; i--) {
    const uint64_t product = static_cast<uint64_t>(digits[i]) * hundred_millionths + carry;
    digits[i] = static_cast<int16_t>(product % base);
    carry = product / base;
  }
  weight -= 2;
  size = std::min(size, most_digits - 4);  // 2^40 has four digits
  prepend(*this, carry);
  scale = std::min(scale + 2 * digit_decimals, most_scale);
  normalize();
}

// Most numbers, and what becomes of them, fit 63 bits.
void Numeric::multiply(uint64_t hundred_millionths, int decimals) {
  static constexpr uint64_t units[] = {1,
                                       10,
                                       100,
                                       1000,
                                       10000,
                                       100000,
                                       1000000,
                                       10000000,
                                       100000000,
                                       1000000000,
                                       10000000000,
                                       100000000000,
                                       1000000000000,
                                       10000000000000,
                                       100000000000000,
                                       1000000000000000,
                                       10000000000000000};
  constexpr uint64_t largest = 45000000000, largest_factor = 200000000;
  constexpr int most_size = 3, most_places = 2, factor_decimals = 8;
  const int places = size - 1 - weight;
  const bool is_small = size > 0 && size <= most_size && places >= 0 && places <= most_places && decimals >= 0 &&
                        decimals <= factor_decimals && hundred_millionths <= largest_factor;
  uint64_t number = 0;
  for (int i = 0; is_small && i < size; i++) number = number * base + static_cast<unsigned>(digits[i]);
  if (!is_small || number > largest) {
    multiply(hundred_millionths);
    return round(decimals);
  }
  const uint64_t unit = units[places * digit_decimals + factor_decimals - decimals];
  const auto rounded = static_cast<int64_t>((number * hundred_millionths + unit / 2) / unit);
  *this = Numeric(is_negative ? -rounded : rounded, decimals);
}

void Numeric::add(const Numeric &other) {
  scale = std::max(scale, other.scale);
  if (other.is_zero()) return;
  if (is_zero()) {
    const int shown = scale;
    *this = other;
    scale = shown;
    return;
  }
  if (is_negative == other.is_negative) {
    combine(*this, other, false);
  } else if (compare_magnitudes(*this, other) >= 0) {
    combine(*this, other, true);
  } else {
    const Numeric smaller(*this);
    const int shown = scale;
    *this = other;
    scale = shown;
    combine(*this, smaller, true);
  }
  normalize();
}

// No product passes 10^19, which fits 64 bits.
uint64_t Numeric::remainder(uint64_t divisor, int decimals) const {
  const Place last = place_of(*this, -decimals);
  if (last.digit < 0) return 0;
  uint64_t rest = 0;
  for (int i = 0; i < last.digit; i++) rest = (rest * base + static_cast<unsigned>(digit(i))) % divisor;
  const auto factor = static_cast<unsigned>(base / last.unit),
             kept = static_cast<unsigned>(digit(last.digit) / last.unit);
  return (rest * factor + kept) % divisor;
}

int compare_magnitudes(const Numeric &left, const Numeric &right) {
  if (left.is_zero() || right.is_zero()) return (left.is_zero() ? 0 : 1) - (right.is_zero() ? 0 : 1);
  if (left.weight != right.weight) return left.weight < right.weight ? -1 : 1;
  for (int i = 0; i < std::max(left.size, right.size); i++)
    if (left.digit(i) != right.digit(i)) return left.digit(i) < right.digit(i) ? -1 : 1;
  return 0;
}

int compare(const Numeric &left, const Numeric &right) {
  if (left.is_negative != right.is_negative) return left.is_negative ? -1 : 1;
  const int order = compare_magnitudes(left, right);
  return left.is_negative ? -order : order;
}

bool read_decimal(std::string_view text, Numeric &number) {
  number.special = Numeric::Special::none;
  number.is_negative = text.starts_with('-');
  if (number.is_negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == text.size() ? std::string_view() : text.substr(point + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || (point != text.size() && fraction.empty()) ||
      whole.size() > size_t{digit_decimals} * (Numeric::most_weight + 1) ||
      fraction.size() > size_t{Numeric::most_scale} || !std::all_of(whole.begin(), whole.end(), is_digit) ||
      !std::all_of(fraction.begin(), fraction.end(), is_digit))
    return false;

  number.scale = static_cast<int>(fraction.size());
  number.weight = (static_cast<int>(whole.size()) - 1) / digit_decimals;
  number.size = 0;
  // The first digit may have less than four decimals, the last one is filled up with zeros.
  int taken = static_cast<int>(whole.size() - 1) % digit_decimals + 1;
  for (size_t at = 0; at < whole.size(); at += static_cast<size_t>(taken), taken = digit_decimals) {
    int digit = 0;
    for (int i = 0; i < taken; i++) digit = digit * 10 + (whole[at + static_cast<size_t>(i)] - '0');
    number.digits[number.size++] = static_cast<int16_t>(digit);
  }
  for (size_t at = 0; at < fraction.size(); at += digit_decimals) {
    int digit = 0;
    for (size_t i = at; i < at + digit_decimals; i++)
      digit = digit * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    number.digits[number.size++] = static_cast<int16_t>(digit);
  }
  number.normalize();
  return true;
}

void write_decimal(const Numeric &number, ByteSink &out) {
  const auto write = [](char *p, int digit) {
    for (int i = digit_decimals - 1; i >= 0; i--, digit /= 10) p[i] = static_cast<char>('0' + digit % 10);
    return p + digit_decimals;
  };
  const int whole_digits = std::max(number.weight, 0) + 1;
  const int fraction_digits = (number.scale + digit_decimals - 1) / digit_decimals;
  char *const start = out.reserve(size_t{digit_decimals} * static_cast<size_t>(whole_digits + fraction_digits) + 2);
  char *p = start;
  if (number.is_negative) *p++ = '-';
  char *const first = p;
  for (int i = number.weight - whole_digits + 1; i <= number.weight; i++) p = write(p, number.digit(i));
  char *leading = first;
  while (leading < p - 1 && *leading == '0') leading++;
  std::memmove(first, leading, static_cast<size_t>(p - leading));
  p -= leading - first;
  if (number.scale > 0) {
    *p++ = '.';
    char *const fraction = p;
    for (int i = 0; i < fraction_digits; i++) p = write(p, number.digit(number.weight + 1 + i));
    p = fraction + number.scale;
  }
  out.commit(static_cast<size_t>(p - start));
}

}  // namespace confiture::mask
