// FF1 against the samples that NIST publishes with SP 800-38G ("FF1samples", Cryptographic Standards and Guidelines,
// Examples with Intermediate Values), and permutations of every size.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/ff1.h"
#include "mask/permutation.h"

namespace confiture::mask {
namespace {

constexpr uint8_t key_bytes[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15,
                                 0x88, 0x09, 0xcf, 0x4f, 0x3c, 0xef, 0x43, 0x59, 0xd8, 0xd5, 0x80,
                                 0xaa, 0x4f, 0x7f, 0x03, 0x6d, 0x6f, 0x04, 0xfc, 0x6a, 0x94};

std::vector<uint8_t> numerals_of(std::string_view text) {
  std::vector<uint8_t> numerals;
  for (char c : text) numerals.push_back(static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10));
  return numerals;
}

std::string encrypted(size_t key_size, uint32_t radix, std::string_view plain, std::string_view tweak) {
  std::vector<uint8_t> numerals = numerals_of(plain);
  Ff1({key_bytes, key_size}, radix).encrypt(numerals, {reinterpret_cast<const uint8_t *>(tweak.data()), tweak.size()});
  std::string text;
  for (uint8_t numeral : numerals) text += static_cast<char>(numeral < 10 ? '0' + numeral : 'a' + numeral - 10);
  return text;
}

TEST(ff1, nist_samples) {
  constexpr std::string_view digits = "0123456789", long_text = "0123456789abcdefghi", none = "";
  constexpr std::string_view tweak = "9876543210", long_tweak = "7777pqrs777";
  EXPECT_EQ(encrypted(16, 10, digits, none), "2433477484");
  EXPECT_EQ(encrypted(16, 10, digits, tweak), "6124200773");
  EXPECT_EQ(encrypted(16, 36, long_text, long_tweak), "a9tv40mll9kdu509eum");
  EXPECT_EQ(encrypted(24, 10, digits, none), "2830668132");
  EXPECT_EQ(encrypted(24, 10, digits, tweak), "2496655549");
  EXPECT_EQ(encrypted(24, 36, long_text, long_tweak), "xbj3kv35jrawxv32ysr");
  EXPECT_EQ(encrypted(32, 10, digits, none), "6657667009");
  EXPECT_EQ(encrypted(32, 10, digits, tweak), "1001623463");
  EXPECT_EQ(encrypted(32, 36, long_text, long_tweak), "xs8a0azh2avyalyzuwd");
}

Subkey counting_key() {
  Subkey key;
  for (uint8_t i = 0; i < key.size(); i++) key[i] = i;
  return key;
}

// Every string of a length becomes another of that length, and no two the same: below FF1's minimum and above.
TEST(permutation, is_one) {
  for (uint32_t radix : {2U, 3U, 10U, 36U, 62U, 95U}) {
    const Permutation permutation(counting_key(), radix, 0);
    uint64_t domain = radix;
    for (size_t length = 1; domain <= 2000000; length++, domain *= radix) {
      if (domain > 200000 && radix != 10) continue;
      std::vector<bool> seen(domain);
      for (uint64_t i = 0; i < domain; i++) {
        std::vector<uint8_t> numerals(length);
        uint64_t rest = i, number = 0;
        for (size_t at = length; at-- > 0; rest /= radix) numerals[at] = static_cast<uint8_t>(rest % radix);
        permutation.permute(numerals);
        for (uint8_t numeral : numerals) number = number * radix + numeral;
        ASSERT_LT(number, domain);
        ASSERT_FALSE(seen[number]) << radix << " " << length << " " << i;
        seen[number] = true;
      }
    }
  }
}

// At each length one changed numeral changes many, wherever it is: halves as machine numbers, as long numbers, pieces.
TEST(permutation, every_numeral_counts) {
  const Permutation permutation(counting_key(), 10, 0);
  std::set<std::vector<uint8_t>> seen;
  for (size_t length : {6, 7, 19, 20, 38, 39, 40, 41, 56, 57, 58, 60, 61, 100, 255, 256}) {
    for (size_t changed : {size_t{0}, length / 2, length - 1}) {
      std::vector<uint8_t> numerals(length, 7);
      numerals[changed] = 3;
      permutation.permute(numerals);
      for (uint8_t numeral : numerals) ASSERT_LT(numeral, 10);
      EXPECT_TRUE(seen.insert(numerals).second) << length;
      std::vector<uint8_t> other(length, 7);
      permutation.permute(other);
      size_t equal = 0;
      for (size_t i = 0; i < length; i++) equal += numerals[i] == other[i];
      EXPECT_LT(equal, length * 6 / 10 + 2) << length;
    }
  }
}

TEST(permutation, takes_long_strings_in_pieces) {
  const Permutation permutation(counting_key(), 10, 0);
  std::vector<uint8_t> one(1000, 1), other = one;
  other[0] = 2;
  permutation.permute(one);
  permutation.permute(other);
  size_t equal = 0;
  for (size_t i = 900; i < 1000; i++) equal += one[i] == other[i];
  EXPECT_LT(equal, 30U) << "the last piece hangs on the first";
  std::vector<uint8_t> longer(1001, 1);
  permutation.permute(longer);
  EXPECT_FALSE(std::equal(one.begin(), one.end(), longer.begin()));
}

}  // namespace
}  // namespace confiture::mask
