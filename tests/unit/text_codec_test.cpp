#include "mask/text_codec.h"

#include <gtest/gtest.h>

#include "mask/byte_scan.h"
#include "row_masker_fixture.h"

namespace confiture::test {
namespace {

std::string unescaped(std::string_view field) {
  ByteSink out;
  text_codec::unescape(field, out);
  return std::string(out.view());
}
std::string escaped(std::string_view text) {
  ByteSink out;
  text_codec::escape(text, out);
  return std::string(out.view());
}
Value mask(ValueKind kind, std::string_view text) {
  ByteSink out;
  if (!text_codec::mask_value(BracketStrategy(), kind, text, out)) {
    EXPECT_EQ(out.size(), 0U);
    return std::nullopt;
  }
  return std::string(out.view());
}

TEST(text_codec, unescapes_as_the_server_does) {
  EXPECT_EQ(unescaped(""), "");
  EXPECT_EQ(unescaped("plain"), "plain");
  EXPECT_EQ(unescaped("\\b\\f\\n\\r\\t\\v"), "\b\f\n\r\t\v");
  EXPECT_EQ(unescaped("a\\\\b"), "a\\b");
  EXPECT_EQ(unescaped("\\101\\60\\7"), "A0\a");
  EXPECT_EQ(unescaped("\\1011"), "A1");
  EXPECT_EQ(unescaped("\\777"), "\xff");
  EXPECT_EQ(unescaped("\\0"), std::string(1, '\0'));
  EXPECT_EQ(unescaped("\\8"), "8");
  EXPECT_EQ(unescaped("\\x41\\x4\\xzz\\x"), "A\x04xzzx");
  EXPECT_EQ(unescaped("\\xe9\\xC3"), "\xe9\xc3");
  EXPECT_EQ(unescaped("\\q\\.\\N\\\t\\\n"), "q.N\t\n");
  EXPECT_EQ(unescaped("end\\"), "end");
}

TEST(text_codec, escapes_as_the_server_does) {
  EXPECT_EQ(escaped(""), "");
  EXPECT_EQ(escaped("\b\f\n\r\t\v\\"), "\\b\\f\\n\\r\\t\\v\\\\");
  EXPECT_EQ(escaped("\\N"), "\\\\N");
  const std::string untouched = std::string("\0\x01\x07\x0e\x1f\x7f", 6) + "\xc3\xa9 '\"";
  EXPECT_EQ(escaped(untouched), untouched);
}

TEST(text_codec, every_byte_survives_at_every_place) {
  for (int byte = 0; byte < 256; ++byte)
    for (size_t at : {0, 1, 14, 15, 16, 17, 31, 39}) {
      std::string text(40, 'a');
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(unescaped(escaped(text)), text);
      EXPECT_EQ(escaped(text).find_first_of("\n\t\r"), std::string::npos);
    }
}

template <typename byte_class>
void expect_same_as_byte_by_byte() {
  for (int byte = 0; byte < 256; ++byte)
    for (size_t size : {0, 1, 15, 16, 17, 48, 50})
      for (size_t at = 0; at <= size; ++at) {
        std::vector<char> text(size, 'a');
        if (at < size) text[at] = static_cast<char>(byte);
        const char *begin = text.data();
        const char *slow = begin;
        while (slow != begin + size && !byte_class::one(*slow)) ++slow;
        ASSERT_EQ(scan_bytes<byte_class>(begin, begin + size), slow) << byte << ' ' << size << ' ' << at;
      }
}

TEST(byte_scan, sixteen_at_a_step_finds_what_one_by_one_finds) {
  expect_same_as_byte_by_byte<IsStructural>();
  expect_same_as_byte_by_byte<IsEscapable>();
}

TEST(text_codec, masks_integers_of_each_width) {
  EXPECT_EQ(mask(ValueKind::int2, "0"), "-1");
  EXPECT_EQ(mask(ValueKind::int2, "32767"), "-32768");
  EXPECT_EQ(mask(ValueKind::int4, "-2147483648"), "2147483647");
  EXPECT_EQ(mask(ValueKind::int8, "-9223372036854775808"), "9223372036854775807");
  EXPECT_EQ(mask(ValueKind::int8, "9223372036854775807"), "-9223372036854775808");
}

TEST(text_codec, refuses_what_is_no_integer) {
  for (const char *text : {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "one", "--1", "99999999999999999999"})
    EXPECT_EQ(mask(ValueKind::int8, text), std::nullopt) << text;
  EXPECT_EQ(mask(ValueKind::int2, "32768"), std::nullopt);
  EXPECT_EQ(mask(ValueKind::int2, "-32769"), std::nullopt);
  EXPECT_EQ(mask(ValueKind::int4, "2147483648"), std::nullopt);
}

TEST(text_codec, a_strategy_cannot_leave_the_range_of_the_column) {
  ByteSink out;
  EXPECT_THROW(text_codec::mask_value(FixedStrategy(""), ValueKind::int2, "1", out), Error);
}

TEST(text_codec, masks_uuids) {
  EXPECT_EQ(mask(ValueKind::uuid, "00112233-4455-6677-8899-aabbccddeeff"), "ffeeddcc-bbaa-9988-7766-554433221100");
  EXPECT_EQ(mask(ValueKind::uuid, "00112233-4455-6677-8899-AABBCCDDEEFF"), "ffeeddcc-bbaa-9988-7766-554433221100");
}

TEST(text_codec, refuses_what_is_no_uuid) {
  for (const char *text : {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
                           "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899_aabbccddeeff",
                           "0011223g-4455-6677-8899-aabbccddeeff"})
    EXPECT_EQ(mask(ValueKind::uuid, text), std::nullopt) << text;
}

TEST(text_codec, has_no_codec_for_other_types) { EXPECT_EQ(mask(ValueKind::other, "1"), std::nullopt); }

}  // namespace
}  // namespace confiture::test
