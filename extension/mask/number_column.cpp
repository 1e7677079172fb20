#include "mask/number_column.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace confiture::mask {

bool to_units(const Numeric &number, int decimals, int64_t &units) {
  __extension__ using Wide = __int128;
  constexpr int digit_decimals = 4;
  // Up to the digit that holds the last decimal, and behind it nothing.
  const int places = (std::max(decimals, 0) + digit_decimals - 1) / digit_decimals;
  if (number.size - 1 - number.weight > places || number.weight > 5) return false;
  Wide total = 0;
  for (int i = 0; i <= number.weight + places; i++) {
    total = total * 10000 + number.digit(i);
    if (total > Wide{INT64_MAX} * 10000) return false;
  }
  for (int i = places * digit_decimals; i > decimals; i--) {
    if (total % 10 != 0) return false;
    total /= 10;
  }
  if (number.is_negative) total = -total;
  units = static_cast<int64_t>(total);
  return total >= INT64_MIN && total <= INT64_MAX;
}

double to_double(const Numeric &number) {
  double result = 0;
  const int used = std::min(number.size, 8);
  for (int i = 0; i < used; i++) result = result * 10000 + number.digits[i];
  if (number.weight > 80) return number.is_negative ? -DBL_MAX : DBL_MAX;
  result *= std::pow(10000.0, number.weight - used + 1);
  result = std::min(result, DBL_MAX);
  return number.is_negative ? -result : result;
}

NumericLimit::NumericLimit(const ColumnFit &fit) : is_limited_(fit.precision != 0), scale_(fit.scale) {
  // 10^precision - 1 in units of 10^-scale.
  const int whole = static_cast<int>(fit.precision) - fit.scale;
  std::string nines = "0";
  if (whole > 0)
    nines = std::string(std::min(fit.precision, static_cast<uint32_t>(whole)), '9') +
            std::string(std::max(-fit.scale, 0), '0');
  if (fit.scale > 0) {
    const auto zeros = static_cast<size_t>(std::max(-whole, 0));
    nines += "." + std::string(zeros, '0') + std::string(static_cast<size_t>(fit.scale) - zeros, '9');
  }
  (void)read_decimal(nines, largest_);
}

void NumericLimit::apply(Numeric &number) const {
  number.weight = std::min(number.weight, Numeric::most_weight);
  if (!is_limited_) return;
  number.round(scale_);
  if (compare_magnitudes(number, largest_) <= 0) return;
  const bool was_negative = number.is_negative;
  number = largest_;
  number.is_negative = was_negative;
}

bool NumericLimit::takes(const Numeric &number) const {
  Numeric applied(number);
  apply(applied);
  return compare(applied, number) == 0;
}

}  // namespace confiture::mask
