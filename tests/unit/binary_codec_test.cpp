#include "mask/binary_codec.h"

#include <gtest/gtest.h>

#include "row_masker_fixture.h"

namespace confiture::test {
namespace {

Value mask(ValueKind kind, std::string_view bytes) {
  ByteSink out;
  if (!binary_codec::mask_value(BracketStrategy(), kind, bytes, out)) {
    EXPECT_EQ(out.size(), 0U);
    return std::nullopt;
  }
  return std::string(out.view());
}

TEST(binary_codec, numbers_are_in_network_order) {
  EXPECT_EQ(binary_codec::load_int16("\x01\x02"), 0x0102);
  EXPECT_EQ(binary_codec::load_int16("\xff\xff"), -1);
  EXPECT_EQ(binary_codec::load_int32("\x01\x02\x03\x04"), 0x01020304);
  EXPECT_EQ(binary_codec::load_int32("\xff\xff\xff\xfe"), -2);
  char bytes[4];
  binary_codec::store_int32(bytes, -2);
  EXPECT_EQ(std::string_view(bytes, 4), "\xff\xff\xff\xfe");
}

TEST(binary_codec, masks_integers_of_each_width) {
  EXPECT_EQ(mask(ValueKind::int2, be16(32767)), be16(-32768));
  EXPECT_EQ(mask(ValueKind::int4, be32(0)), be32(-1));
  EXPECT_EQ(mask(ValueKind::int4, be32(INT32_MIN)), be32(INT32_MAX));
  EXPECT_EQ(mask(ValueKind::int8, be64(INT64_MAX)), be64(INT64_MIN));
  EXPECT_EQ(mask(ValueKind::int8, be64(0x0102030405060708)), be64(-1 - 0x0102030405060708));
}

TEST(binary_codec, refuses_values_of_another_size) {
  for (size_t size = 0; size < 20; ++size) {
    const std::string bytes(size, 'x');
    EXPECT_EQ(mask(ValueKind::int2, bytes).has_value(), size == 2);
    EXPECT_EQ(mask(ValueKind::int4, bytes).has_value(), size == 4);
    EXPECT_EQ(mask(ValueKind::int8, bytes).has_value(), size == 8);
    EXPECT_EQ(mask(ValueKind::uuid, bytes).has_value(), size == 16);
    EXPECT_EQ(mask(ValueKind::text, bytes), "<" + bytes + ">");
    EXPECT_EQ(mask(ValueKind::other, bytes), std::nullopt);
  }
}

TEST(binary_codec, a_strategy_cannot_leave_the_range_of_the_column) {
  ByteSink out;
  EXPECT_THROW(binary_codec::mask_value(FixedStrategy(""), ValueKind::int2, be16(1), out), Error);
}

TEST(binary_codec, masks_uuids) { EXPECT_EQ(mask(ValueKind::uuid, "0123456789abcdef"), "fedcba9876543210"); }

}  // namespace
}  // namespace confiture::test
