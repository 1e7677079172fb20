// hash: hexadecimal text, permuted integers, UUIDs.
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "mask/digest_text.h"
#include "mask/number_column.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

constexpr ColumnFit int2{ValueKind::int2}, int4{ValueKind::int4}, int8{ValueKind::int8}, uuid{ValueKind::uuid};

TEST(hash, text_is_hex_of_the_asked_length) {
  EXPECT_EQ(mask("hash", "{}", "x").size(), 64U);
  EXPECT_EQ(mask("hash", R"({"length": 16})", "x"), mask("hash", "{}", "x").substr(0, 16));
  EXPECT_EQ(mask("hash", "{}", "x", room(10)).size(), 10U);
  EXPECT_TRUE(make_for("hash", R"({"length": 24})")->keeps_unique());
  EXPECT_FALSE(make_for("hash", R"({"length": 23})")->keeps_unique());
  EXPECT_FALSE(make_for("hash", "{}", room(23))->keeps_unique());
  for (const char *bad : {R"({"length": 0})", R"({"length": 65})", R"({"length": "16"})"})
    EXPECT_EQ(make_error("hash", bad).code, Code::bad_option) << bad;
  Error e = make_error("hash", R"({"length": 20})", room(19));
  EXPECT_EQ(e.code, Code::does_not_fit);
  EXPECT_EQ(e.hint, "Set option \"length\" to at most 19, or leave it out.");
  EXPECT_EQ(make_error("hash", R"({"length": 20})", int4).message,
            "strategy \"hash\": option \"length\" is for text columns only");
}

// What `base32` and `basenc --base64url` print of the digest, and Python's int.from_bytes(word, 'little') * 10**10
// >> 64.
TEST(hash, formats_write_the_same_digest) {
  EXPECT_EQ(mask("hash", "{}", "ada@example.com"), "bbf5e457989a24ac3fd50ef01024d93df5dbdfe6db2807f6cbcc76ea3e607383");
  EXPECT_EQ(mask("hash", R"({"format": "base32"})", "ada@example.com"),
            "xp26iv4ytiskyp6vb3ybajgzhx25xx7g3muap5wlzr3ouptaoobq");
  EXPECT_EQ(mask("hash", R"({"format": "base64"})", "ada@example.com"), "u_XkV5iaJKw_1Q7wECTZPfXb3-bbKAf2y8x26j5gc4M");
  EXPECT_EQ(mask("hash", R"({"format": "digits"})", "ada@example.com"), "6724335309241594556996104674695134792474");
  for (const DigestFormat &format : digest_formats()) {
    const std::string option = R"("format": ")" + std::string(format.name) + "\"";
    const std::string whole = mask("hash", "{" + option + "}", "x");
    EXPECT_EQ(whole.size(), format.longest);
    EXPECT_EQ(mask("hash", "{" + option + R"(, "length": 7, "prefix": "cus_"})", "x"), "cus_" + whole.substr(0, 7));
    EXPECT_EQ(mask("hash", "{" + option + R"(, "prefix": "cus_"})", "x", room(9)), "cus_" + whole.substr(0, 5));
    const auto unique_at = [&](uint32_t n) { return make_for("hash", "{" + option + "}", room(n))->keeps_unique(); };
    EXPECT_TRUE(unique_at(format.unique));
    EXPECT_FALSE(unique_at(format.unique - 1));
  }
  EXPECT_EQ(mask("hash", R"({"prefix": "\u00e9"})", "x", room(3)).substr(0, 2), "\u00e9");
  EXPECT_EQ(make_error("hash", R"({"prefix": "cus_"})", room(4)).hint, "Give a shorter option \"prefix\".");
  EXPECT_EQ(make_error("hash", R"({"prefix": "cus_", "length": 5})", room(8)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("hash", R"({"format": "base58"})").code, Code::bad_option);
  EXPECT_EQ(make_error("hash", R"({"format": "digits", "length": 41})").code, Code::bad_option);
}

TEST(hash, numeric_maps_whole_numbers_as_bigint_and_the_rest_elsewhere) {
  const auto masked = [](const char *value, ColumnFit fit = {.kind = ValueKind::numeric}) {
    return masked_as(ValueKind::numeric, *make_for("hash", "{}", fit), value);
  };
  auto eight = make_for("hash", "{}", int8);
  for (const char *value : {"0", "42", "-1", "2147483648", "-9223372036854775807"})
    EXPECT_EQ(masked(value), std::to_string(eight->mask_integer(std::stoll(value), 64))) << value;
  EXPECT_EQ(masked("1.00"), masked("1"));
  std::unordered_set<std::string> seen;
  for (const char *value : {"0.5", "-0.5", "0.00005", "50000.5", "-9223372036854775808", "9223372036854775808",
                            "1000000000000000000000000000000000000000000"}) {
    const std::string result = masked(value);
    EXPECT_TRUE(seen.insert(result).second) << value;
    EXPECT_EQ(result[0] == '-', value[0] == '-');
    EXPECT_EQ(result.size(), value[0] == '-' ? 39U : 38U) << result;
  }
}

TEST(hash, numeric_fits_its_column_and_stays_distinct) {
  struct {
    uint32_t precision;
    int32_t scale;
  } columns[] = {{1, 0}, {3, 0},  {3, 2},  {4, 4},  {3, 5},  {3, -2},
                 {7, 2}, {10, 0}, {19, 0}, {20, 0}, {40, 5}, {300, 10}};
  for (const auto &column : columns) {
    const ColumnFit fit = {.kind = ValueKind::numeric, .precision = column.precision, .scale = column.scale};
    auto made = make_for("hash", "{}", fit);
    const NumericLimit limit(fit);
    std::unordered_set<std::string> seen;
    const int64_t most = column.precision > 3 ? 1000 : column.precision == 3 ? 999 : 9;
    for (int64_t i = -most; i <= most; i++) {
      Numeric number(i, std::max(column.scale, 0));
      for (int zeros = column.scale; zeros < 0; zeros++) {
        Numeric sum = number;
        for (int times = 0; times < 9; times++) sum.add(number);
        number = sum;
      }
      const bool negative = number.is_negative;
      made->mask_numeric(number);
      ASSERT_TRUE(limit.takes(number)) << column.precision << " " << column.scale << " " << i;
      ASSERT_EQ(number.is_negative, negative) << column.precision << " " << column.scale << " " << i;
      ByteSink text;
      write_decimal(number, text);
      ASSERT_TRUE(seen.emplace(text.view()).second) << text.view();
    }
    // Both images of classes in a column that has bigints and larger numbers.
    if (column.precision != 19) continue;
    for (const char *value : {"9223372036854775808", "9999999999999999999", "9500000000000000000"})
      ASSERT_TRUE(seen.insert(masked_as(ValueKind::numeric, *made, value)).second) << value;
  }
}

TEST(hash, smallint_is_a_bijection_that_keeps_the_sign) {
  auto made = make_for("hash", "{}", int2);
  std::vector<bool> seen(65536);
  int fixed = 0;
  for (int value = -32768; value <= 32767; value++) {
    int64_t masked = made->mask_integer(value, 16);
    ASSERT_GE(masked, -32768);
    ASSERT_LE(masked, 32767);
    ASSERT_EQ(masked < 0, value < 0);
    ASSERT_FALSE(seen[static_cast<size_t>(masked + 32768)]);
    seen[static_cast<size_t>(masked + 32768)] = true;
    fixed += masked == value;
  }
  EXPECT_LT(fixed, 12) << "a random permutation has two fixed points in the mean, one for each sign";
}

TEST(hash, integer_and_bigint_agree_where_they_share_values) {
  auto four = make_for("hash", "{}", int4), eight = make_for("hash", "{}", int8);
  constexpr int64_t lowest4 = std::numeric_limits<int32_t>::min(), highest4 = std::numeric_limits<int32_t>::max();
  std::mt19937_64 random(1);
  std::vector<int64_t> values = {0, 1, -1, lowest4, highest4, lowest4 + 1, highest4 - 1};
  for (int i = 0; i < 20000; i++) values.push_back(static_cast<int32_t>(random()));
  for (int64_t value : values) {
    int64_t masked = four->mask_integer(value, 32);
    ASSERT_TRUE(masked >= lowest4 && masked <= highest4) << value;
    ASSERT_EQ(masked < 0, value < 0);
    ASSERT_EQ(masked, eight->mask_integer(value, 64));
  }
}

TEST(hash, big_integers_stay_apart_from_small_ones) {
  auto made = make_for("hash", "{}", int8);
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min(), highest = std::numeric_limits<int64_t>::max();
  constexpr int64_t edge = int64_t{1} << 31;
  std::mt19937_64 random(2);
  std::vector<int64_t> values = {lowest, lowest + 1, highest, highest - 1, edge, edge + 1, -edge - 1, -edge - 2};
  for (int i = 0; i < 20000; i++) values.push_back(static_cast<int64_t>(random()));
  for (int64_t value : values) {
    if (value < edge && value >= -edge) continue;
    int64_t masked = made->mask_integer(value, 64);
    ASSERT_TRUE(masked >= edge || masked < -edge);
    ASSERT_EQ(masked < 0, value < 0);
  }
}

TEST(hash, serial_numbers_stay_distinct) {
  auto made = make_for("hash", "{}", int4);
  std::unordered_set<int64_t> seen;
  for (int64_t id = 1; id <= 100000; id++) ASSERT_TRUE(seen.insert(made->mask_integer(id, 32)).second) << id;
}

TEST(hash, integers_and_uuids_never_change_by_accident) {
  auto two = make_for("hash", "{}", int2), eight = make_for("hash", "{}", int8);
  EXPECT_EQ(two->mask_integer(42, 16), 6122);
  EXPECT_EQ(two->mask_integer(-1, 16), -4668);
  EXPECT_EQ(eight->mask_integer(42, 64), 1322823979);
  EXPECT_EQ(eight->mask_integer(-1, 64), -154739266);
  EXPECT_EQ(eight->mask_integer(int64_t{1} << 31, 64), 4962517475700595212);
  EXPECT_EQ(eight->mask_integer(std::numeric_limits<int64_t>::min(), 64), -2011681878539448449);
  std::array<uint8_t, 16> value;
  for (uint8_t i = 0; i < 16; i++) value[i] = i;
  make_for("hash", "{}", uuid)->mask_uuid(value);
  std::array<uint8_t, 16> expected = {0xa5, 0x7d, 0xb1, 0x90, 0x40, 0x7f, 0x4c, 0x99,
                                      0xbe, 0xb3, 0x95, 0xcf, 0xca, 0xa0, 0xc1, 0xef};
  EXPECT_EQ(value, expected);
}

TEST(hash, uuids_have_the_shape_of_version_4) {
  auto made = make_for("hash", "{}", uuid);
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 10000; i++) {
    std::array<uint8_t, 16> value{};
    std::memcpy(value.data(), &i, sizeof i);
    made->mask_uuid(value);
    ASSERT_EQ(value[6] >> 4, 4);
    ASSERT_EQ(value[8] >> 6, 2);
    ASSERT_TRUE(seen.emplace(value.begin(), value.end()).second);
  }
}

TEST(hash, of_bytes_is_the_digest_that_text_shows) {
  const std::string digits = mask("hash", "{}", "ab");
  EXPECT_EQ(mask_as(ValueKind::bytea, "hash", "{}", "\\x6162"), "\\x" + digits);
  EXPECT_EQ(mask_as(ValueKind::bytea, "hash", "{}", "\\x"), "\\x");
  EXPECT_TRUE(make_for("hash", "{}", {.kind = ValueKind::bytea})->keeps_unique());
  EXPECT_EQ(make_error("hash", R"({"length": 8})", {.kind = ValueKind::bytea}).code, Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask
