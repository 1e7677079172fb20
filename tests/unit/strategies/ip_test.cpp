// ip: Crypto-PAn, kept prefixes, documentation ranges.
#include <set>

#include <gtest/gtest.h>

#include "mask/crypto_pan.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// The key and a part of the trace that Crypto-PAn 1.0 comes with.
constexpr Subkey reference_key = {21,  34,  23,  141, 51,  164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
                                  216, 152, 143, 131, 121, 121, 101, 39,  98, 87, 76, 45, 42, 132, 34,  2};

std::string encrypted(const CryptoPan &pan, std::string_view text, int kept = 0) {
  IpAddress address;
  EXPECT_TRUE(read_address(text, address)) << text;
  pan.encrypt(address, kept);
  ByteSink out;
  write_address(address, false, out);
  return std::string(out.view());
}

TEST(ip, crypto_pan_agrees_with_its_authors) {
  const CryptoPan pan(reference_key);
  const struct {
    const char *plain, *masked;
  } trace[] = {{"128.11.68.132", "135.242.180.132"},   {"129.118.74.4", "134.136.186.123"},
               {"130.132.252.244", "133.68.164.234"},  {"141.223.7.43", "141.167.8.160"},
               {"141.233.145.108", "141.129.237.235"}, {"152.163.225.39", "151.140.114.167"},
               {"156.29.3.236", "147.225.12.42"},      {"165.247.96.84", "162.9.99.234"},
               {"166.107.77.190", "160.132.178.185"},  {"192.102.249.13", "252.138.62.131"},
               {"24.0.250.221", "100.15.198.226"},     {"38.15.67.68", "64.3.66.187"},
               {"4.3.88.225", "124.60.155.63"},        {"64.39.15.238", "0.219.7.41"}};
  for (int round = 0; round < 2; ++round)  // the second one from the cache
    for (const auto &line : trace) EXPECT_EQ(encrypted(pan, line.plain), line.masked) << line.plain;
}

int common_bits(const IpAddress &left, const IpAddress &right) {
  int bits = 0;
  while (bits < left.longest() &&
         ((left.bytes[static_cast<size_t>(bits / 8)] ^ right.bytes[static_cast<size_t>(bits / 8)]) >> (7 - bits % 8) &
          1) == 0)
    bits++;
  return bits;
}

TEST(ip, shares_of_prefixes_stay) {
  const CryptoPan pan(reference_key);
  const char *const lists[][5] = {{"10.1.2.3", "10.1.2.4", "10.1.3.3", "10.2.2.3", "138.1.2.3"},
                                  {"2001:db8::1", "2001:db8::2", "2001:db8:1::1", "2001:db9::", "::1"}};
  for (const auto &list : lists)
    for (const char *one : list)
      for (const char *other : list) {
        IpAddress left, right;
        ASSERT_TRUE(read_address(one, left) && read_address(other, right));
        const int before = common_bits(left, right);
        pan.encrypt(left, 0), pan.encrypt(right, 0);
        EXPECT_EQ(common_bits(left, right), before) << one << " " << other;
      }
}

// The first and the last address, before any other came and after.
TEST(ip, extremes_are_as_others) {
  const CryptoPan first(reference_key), other(reference_key);
  const std::string zero = encrypted(first, "0.0.0.0"), one = encrypted(first, "0.0.0.1");
  EXPECT_NE(zero, "0.0.0.0");
  EXPECT_EQ(zero.substr(0, zero.rfind('.')), one.substr(0, one.rfind('.')));
  EXPECT_EQ(encrypted(other, "255.255.255.255"), encrypted(first, "255.255.255.255"));
  EXPECT_EQ(encrypted(other, "0.0.0.0"), zero);
  EXPECT_EQ(encrypted(first, "0.0.0.0"), zero);
}

// What is kept of networks once they are worth it changes nothing.
TEST(ip, hangs_on_no_address_before) {
  const CryptoPan used(reference_key);
  for (int i = 0; i < 100; i++) {
    const std::string v4 = "10.1." + std::to_string(i * 37 % 256) + "." + std::to_string(i);
    const std::string v6 = "2001:db8::" + std::to_string(i);
    EXPECT_EQ(encrypted(used, v4), encrypted(CryptoPan(reference_key), v4));
    EXPECT_EQ(encrypted(used, v6), encrypted(CryptoPan(reference_key), v6));
  }
}

TEST(ip, is_a_bijection_within_kept_prefixes) {
  auto made = make_for("ip", R"({"keep_prefix": 24, "keep_prefix_v6": 120})", {.kind = ValueKind::inet});
  EXPECT_TRUE(made->keeps_unique());
  std::set<std::string> seen;
  for (int i = 0; i < 256; ++i) {
    const std::string masked = masked_as(ValueKind::inet, *made, "192.0.2." + std::to_string(i));
    EXPECT_EQ(masked.substr(0, 8), "192.0.2.");
    seen.insert(masked);
  }
  EXPECT_EQ(seen.size(), 256U);
  EXPECT_EQ(masked_as(ValueKind::inet, *made, "2001:db8::7").substr(0, 10), "2001:db8::");
  auto all = make_for("ip", R"({"keep_prefix": 32})", {.kind = ValueKind::inet});
  EXPECT_EQ(masked_as(ValueKind::inet, *all, "192.0.2.7"), "192.0.2.7");
}

TEST(ip, networks_stay_networks) {
  auto inet = make_for("ip", "{}", {.kind = ValueKind::inet}), cidr = make_for("ip", "{}", {.kind = ValueKind::cidr});
  const std::string host = masked_as(ValueKind::inet, *inet, "10.1.2.3/8"),
                    network = masked_as(ValueKind::cidr, *cidr, "10.0.0.0/8");
  EXPECT_EQ(host.substr(host.find('/')), "/8");
  EXPECT_EQ(network, host.substr(0, host.find('.')) + ".0.0.0/8");
  EXPECT_EQ(masked_as(ValueKind::cidr, *cidr, "0.0.0.0/0"), "0.0.0.0/0");
}

TEST(ip, of_text_takes_anything) {
  auto made = make_for("ip");
  EXPECT_EQ(masked_by(*made, "198.51.100.7"), mask_as(ValueKind::inet, "ip", "{}", "198.51.100.7"));
  EXPECT_EQ(masked_by(*made, "10.1.2.3/32").substr(masked_by(*made, "10.1.2.3").size()), "/32") << "as it is written";
  const std::string none = masked_by(*made, "unknown");
  EXPECT_TRUE(none.starts_with("192.0.2.") || none.starts_with("198.51.100.") || none.starts_with("203.0.113."))
      << none;
  EXPECT_EQ(masked_by(*make_for("ip", "{}", room(15)), "2001:db8:1:2:3:4:5:6").find(':'), std::string::npos);
  EXPECT_NE(masked_by(*make_for("ip", "{}", room(39)), "2001:db8:1:2:3:4:5:6").find(':'), std::string::npos);
  EXPECT_EQ(make_error("ip", "{}", room(14)).code, Code::does_not_fit);
  EXPECT_FALSE(made->keeps_unique());
}

TEST(ip, documentation_ranges_are_never_routed) {
  auto made = make_for("ip", R"({"documentation": true})", {.kind = ValueKind::inet});
  std::set<std::string> seen;
  for (int i = 0; i < 256; ++i) {
    const std::string masked = masked_as(ValueKind::inet, *made, "10.0.0." + std::to_string(i));
    EXPECT_TRUE(masked.starts_with("192.0.2.") || masked.starts_with("198.51.100.") ||
                masked.starts_with("203.0.113."));
    seen.insert(masked.substr(0, masked.rfind('.')));
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_EQ(masked_as(ValueKind::inet, *made, "fe80::1").substr(0, 9), "2001:db8:");
  EXPECT_FALSE(made->keeps_unique());
}

TEST(ip, options_are_checked) {
  for (const char *bad : {R"({"keep_prefix": 33})", R"({"keep_prefix_v6": 129})", R"({"keep_prefix": -1})",
                          R"({"documentation": true, "keep_prefix": 8})"})
    EXPECT_EQ(make_error("ip", bad, {.kind = ValueKind::inet}).code, Code::bad_option) << bad;
}

}  // namespace
}  // namespace confiture::mask
