// Decimal arithmetic in base 10000.
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "mask/value/numeric.h"

namespace confiture::mask {
namespace {

Numeric number(std::string_view text) {
  Numeric result;
  EXPECT_TRUE(read_decimal(text, result)) << text;
  return result;
}

std::string printed(const Numeric &number) {
  ByteSink out;
  write_decimal(number, out);
  return std::string(out.view());
}

std::string rounded(std::string_view text, int decimals) {
  Numeric result = number(text);
  result.round(decimals);
  return printed(result);
}

std::string truncated(std::string_view text, int decimals) {
  Numeric result = number(text);
  result.truncate(decimals);
  return printed(result);
}

TEST(numeric, rounds_halves_away_from_zero) {
  EXPECT_EQ(rounded("1.005", 2), "1.01");
  EXPECT_EQ(rounded("-1.005", 2), "-1.01");
  EXPECT_EQ(rounded("1.0049999", 2), "1.00");
  EXPECT_EQ(rounded("9999.5", 0), "10000");
  EXPECT_EQ(rounded("99999999.9999", 0), "100000000");
  EXPECT_EQ(rounded("0.5", 0), "1");
  EXPECT_EQ(rounded("0.49", 0), "0");
  EXPECT_EQ(rounded("-0.5", 0), "-1");
  EXPECT_EQ(rounded("0.00005", 4), "0.0001");
  EXPECT_EQ(rounded("0.00004", 4), "0.0000");
  EXPECT_EQ(rounded("0.00000005", 4), "0.0000");
  EXPECT_EQ(rounded("1234", -2), "1200");
  EXPECT_EQ(rounded("1250", -2), "1300");
  EXPECT_EQ(rounded("5000", -4), "10000");
  EXPECT_EQ(rounded("4999", -4), "0");
  EXPECT_EQ(rounded("50", -4), "0");
  EXPECT_EQ(rounded("1.5", 5), "1.50000");
  EXPECT_EQ(rounded("0", -3), "0");
}

TEST(numeric, truncates_towards_zero) {
  EXPECT_EQ(truncated("1.999", 2), "1.99");
  EXPECT_EQ(truncated("-1.999", 0), "-1");
  EXPECT_EQ(truncated("-0.999", 0), "0");
  EXPECT_EQ(truncated("12999", -3), "12000");
  EXPECT_EQ(truncated("0.00019999", 4), "0.0001");
}

TEST(numeric, is_made_of_an_integer_and_decimals) {
  EXPECT_EQ(printed(Numeric(0, 0)), "0");
  EXPECT_EQ(printed(Numeric(12345, 2)), "123.45");
  EXPECT_EQ(printed(Numeric(-5, 3)), "-0.005");
  EXPECT_EQ(printed(Numeric(INT64_MIN, 0)), "-9223372036854775808");
  EXPECT_EQ(printed(Numeric(INT64_MAX, 18)), "9.223372036854775807");
  EXPECT_EQ(printed(Numeric(1, 20)), "0.00000000000000000001");
}

TEST(numeric, compares_by_value) {
  const char *const ordered[] = {"-10000", "-9999.9", "-1", "-0.0001", "0", "0.00001", "0.5", "1", "9999", "10000.1"};
  for (size_t i = 0; i < std::size(ordered); ++i)
    for (size_t j = 0; j < std::size(ordered); ++j) {
      const int order = compare(number(ordered[i]), number(ordered[j]));
      EXPECT_TRUE(i < j ? order < 0 : i > j ? order > 0 : order == 0) << ordered[i] << " " << ordered[j];
    }
  EXPECT_EQ(compare(number("1.0"), number("1.000")), 0);
}

// Against integers of 128 bits.
TEST(numeric, agrees_with_integer_arithmetic) {
  __extension__ using Wide = __int128;
  const auto text_of = [](Wide value, int decimals) {
    const bool is_negative = value < 0;
    if (is_negative) value = -value;
    std::string digits;
    for (; value > 0 || static_cast<int>(digits.size()) <= decimals; value /= 10)
      digits.insert(digits.begin(), static_cast<char>('0' + value % 10));
    if (decimals > 0) digits.insert(digits.size() - static_cast<size_t>(decimals), ".");
    return (is_negative ? "-" : "") + digits;
  };
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto left = static_cast<int64_t>(random()) >> (random() % 60),
               right = static_cast<int64_t>(random()) >> (random() % 60);
    const int decimals = static_cast<int>(random() % 10);
    Numeric sum(left, decimals);
    sum.add(Numeric(right, decimals));
    ASSERT_EQ(printed(sum), text_of(Wide{left} + right, decimals)) << left << " + " << right;

    const uint64_t factor = random() % (uint64_t{1} << 30);
    Numeric product(left, decimals);
    product.multiply(factor);
    ASSERT_EQ(printed(product), text_of(Wide{left} * static_cast<int64_t>(factor), decimals + 8));

    const uint64_t divisor = 1 + random() % 1000000000000000;
    const uint64_t magnitude = left < 0 ? 0 - static_cast<uint64_t>(left) : static_cast<uint64_t>(left);
    ASSERT_EQ(Numeric(left, decimals).remainder(divisor, decimals), magnitude % divisor) << left << " " << divisor;
  }
  EXPECT_EQ(number("17.999").remainder(10, 0), 7U);
  EXPECT_EQ(number("0.001").remainder(10, 0), 0U);
  EXPECT_EQ(number("17").remainder(50, 1), 20U);
}

// Small numbers are rounded in a word, and left alone where there is nothing to round.
TEST(numeric, rounds_a_product_as_in_two_steps) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200000; i++) {
    const int decimals = static_cast<int>(random() % 14), kept = static_cast<int>(random() % 12) - 2;
    const auto units = static_cast<int64_t>(random() >> (random() % 62 + 1)) * (i % 2 == 0 ? 1 : -1);
    const uint64_t factor = random() % 3 == 0 ? random() % 200000001 : 90000000 + random() % 20000000;
    Numeric once(units, decimals), twice(units, decimals);
    once.multiply(factor, kept);
    twice.multiply(factor);
    twice.round(kept);
    ASSERT_EQ(compare(once, twice), 0) << units << " " << decimals << " " << factor << " " << kept;
    ASSERT_EQ(once.scale, twice.scale);
    ASSERT_EQ(once.is_negative, twice.is_negative);
    ASSERT_EQ(once.weight, twice.weight);
    ASSERT_EQ(once.size, twice.size);
  }
}

TEST(numeric, the_longest_ones_stay_in_bounds) {
  Numeric longest = number(std::string(131072, '9') + "." + std::string(16383, '9'));
  longest.add(number("-" + std::string(131072, '9')));
  EXPECT_EQ(printed(longest), "0." + std::string(16383, '9'));
  Numeric product = number(std::string(131072, '9') + "." + std::string(16383, '9'));
  product.multiply(110000000);
  EXPECT_LE(product.size, Numeric::most_digits + 4);
  product.round(0);
  EXPECT_EQ(printed(product).size(), 131073U);
}

}  // namespace
}  // namespace confiture::mask
