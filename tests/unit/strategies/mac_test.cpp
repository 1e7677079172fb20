// mac: a permutation of hardware addresses.
#include <set>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

MacAddress masked_mac(const Strategy &strategy, MacAddress mac) {
  strategy.mask_mac(mac);
  return mac;
}

TEST(mac, keeps_the_flags_and_no_two_addresses_meet) {
  for (uint8_t size : {uint8_t{6}, uint8_t{8}}) {
    auto made = make_for("mac", "{}", {.kind = size == 6 ? ValueKind::macaddr : ValueKind::macaddr8});
    EXPECT_TRUE(made->keeps_unique());
    std::set<std::array<uint8_t, 8>> seen;
    for (int first = 0; first < 256; ++first)
      for (int last = 0; last < 256; last += 5) {
        MacAddress mac{size, {static_cast<uint8_t>(first), 1, 2, 3, 4}};
        mac.bytes[size - 1] = static_cast<uint8_t>(last);
        const MacAddress masked = masked_mac(*made, mac);
        ASSERT_EQ(masked.bytes[0] & 3, first & 3);
        ASSERT_TRUE(seen.insert(masked.bytes).second);
      }
  }
}

TEST(mac, keeps_the_vendor_when_asked) {
  const char *const options = R"({"keep_vendor": true})";
  for (int last = 10; last < 100; ++last) {
    const std::string masked = mask_as(ValueKind::macaddr, "mac", options, "08:00:2b:01:02:" + std::to_string(last));
    EXPECT_EQ(masked.substr(0, 9), "08:00:2b:");
    EXPECT_NE(masked.substr(9), "01:02:" + std::to_string(last));
  }
  EXPECT_EQ(mask_as(ValueKind::macaddr8, "mac", options, "08:00:2b:01:02:03:04:05").substr(0, 9), "08:00:2b:");
  EXPECT_NE(mask_as(ValueKind::macaddr, "mac", "{}", "08:00:2b:01:02:03").substr(0, 9), "08:00:2b:");
}

TEST(mac, of_text_keeps_the_way_it_is_written) {
  const std::string plain = mask_as(ValueKind::macaddr, "mac", "{}", "08:00:2b:01:02:03");
  EXPECT_EQ(mask("mac", "{}", "08:00:2b:01:02:03"), plain);
  std::string upper(plain), bare;
  for (char &c : upper) c = c == ':' ? '-' : c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const char c : plain)
    if (c != ':') bare += c;
  EXPECT_EQ(mask("mac", "{}", "08-00-2B-01-02-03"), upper);
  EXPECT_EQ(mask("mac", "{}", "08002b010203"), bare);
  EXPECT_EQ(mask("mac", "{}", "0800.2b01.0203"), bare.substr(0, 4) + "." + bare.substr(4, 4) + "." + bare.substr(8));
  EXPECT_EQ(mask("mac", "{}", "08:00:2b:01:02:03:04:05"),
            mask_as(ValueKind::macaddr8, "mac", "{}", "08:00:2b:01:02:03:04:05"));
  EXPECT_EQ(mask("mac", R"({"keep_vendor": true})", "0800.2b01.0203").substr(0, 7), "0800.2b");
  EXPECT_EQ(mask("mac", "{}", ""), "");
}

TEST(mac, of_text_keeps_all_apart_when_asked) {
  const auto strategy = make_for("mac", R"({"unique": true})"), plain = make_for("mac", "{}");
  EXPECT_TRUE(strategy->keeps_unique());
  EXPECT_FALSE(plain->keeps_unique());
  std::set<std::string> seen;
  int as_ever = 0;
  for (int i = 0; i < 4000; i++) {
    const std::string number = std::to_string(1000 + i);
    const std::string end = number.substr(0, 2) + ":" + number.substr(2), upper = "AA:00:2B:01:" + end;
    for (const std::string &text : {"aa:00:2b:01:" + end, upper, "10:00:20:01:" + end}) {
      const std::string masked = masked_by(*strategy, text);
      as_ever += masked == masked_by(*plain, text);
      EXPECT_TRUE(seen.insert(masked).second) << text;
      EXPECT_EQ(masked.size(), 17U);
    }
    EXPECT_TRUE(seen.insert(masked_by(*strategy, "aA" + upper.substr(2))).second);
  }
  EXPECT_GT(as_ever, 3 * 3900);  // all but those in capitals that would have lost all their letters
  EXPECT_EQ(mask_as(ValueKind::macaddr, "mac", R"({"unique": true})", "08:00:2b:01:02:03"),
            mask_as(ValueKind::macaddr, "mac", "{}", "08:00:2b:01:02:03"));
}

TEST(mac, of_other_text_is_an_address_of_no_vendor) {
  for (const char *value : {"n/a", "08:00:2b:01:02", "08:00:2b:01:02:03:04:05:06", "router 08:00:2b:01:02:03", "-"}) {
    EXPECT_EQ(mask("mac", "{}", value).size(), 17U) << value;
    EXPECT_EQ(mask("mac", "{}", value, room(12)).size(), 12U) << value;
    EXPECT_NE(std::string_view("26ae").find(mask("mac", "{}", value)[1]), std::string_view::npos) << value;
  }
  EXPECT_EQ(mask("mac", "{}", "08:00:2b:01:02:03", room(12)).size(), 12U);
  EXPECT_EQ(make_error("mac", "{}", room(11)).code, Code::does_not_fit);
}

}  // namespace
}  // namespace confiture::mask
