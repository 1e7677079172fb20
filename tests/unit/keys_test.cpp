// Keys and keyed functions against their specifications' vectors and against OpenSSL.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include "mask/error.h"
#include "mask/feistel.h"
#include "mask/hmac.h"
#include "mask/keys.h"
#include "mask/bits.h"
#include "mask/prf_lanes.h"
#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string bytes(std::string_view hex) {
  std::string result;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    result += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return result;
}

template <class container>
std::string hex(const container &data) {
  std::string result;
  char digits[3];
  for (auto byte : data) {
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
    result += digits;
  }
  return result;
}

Subkey counting_key() {
  Subkey key;
  for (size_t i = 0; i < key.size(); i++) key[i] = static_cast<uint8_t>(i);
  return key;
}

std::string prf_hex(std::string_view input) {
  PrfOutput out = Prf128(counting_key())(input);
  std::string result;
  for (uint64_t word : {out.lo, out.hi})
    for (int i = 0; i < 8; i++) result += static_cast<char>(word >> (8 * i));
  return hex(result);
}

// Messages of all lengths, in lanes and by themselves, against OpenSSL's HMAC.
TEST(hmac, is_what_openssl_makes) {
  const std::string key = "a key of some bytes";
  const HmacSha256 hmac(key);
  std::vector<std::string> messages;
  for (size_t i = 0; i < 203; i++) messages.emplace_back(i, static_cast<char>('a' + i % 26));
  std::vector<std::string> shuffled;
  for (size_t i = 0; i < messages.size(); i++) shuffled.push_back(messages[i * 57 % messages.size()]);
  const std::vector<std::string_view> views(shuffled.begin(), shuffled.end());
  std::vector<Sha256Digest> together(views.size());
  hmac(views, together.data());
  for (size_t i = 0; i < views.size(); i++) {
    Sha256Digest expected;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const uint8_t *>(views[i].data()),
         views[i].size(), expected.data(), nullptr);
    ASSERT_EQ(hmac(views[i]), expected) << views[i].size();
    ASSERT_EQ(together[i], expected) << views[i].size();
  }
}

TEST(hmac, each_implementation_is_what_openssl_makes) {
  if (lane_hmacs().empty()) GTEST_SKIP() << "no vector instructions";
  const std::string key = "another key";
  uint32_t pads[2][8];
  for (const int pad : {0, 1}) {
    uint8_t block[SHA256_CBLOCK];
    std::fill_n(block, sizeof block, static_cast<uint8_t>(pad == 0 ? 0x36 : 0x5c));
    for (size_t i = 0; i < key.size(); i++) block[i] ^= static_cast<uint8_t>(key[i]);
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Transform(&context, block);
    std::copy_n(context.h, 8, pads[pad]);
  }
  for (const LaneHmac lanes : lane_hmacs())
    for (size_t size = 0; size <= longest_for_lane + 1; size++) {
      std::string texts[hmac_lanes];
      std::string_view messages[hmac_lanes];
      for (size_t lane = 0; lane < hmac_lanes; lane++) {
        texts[lane] = std::string(lane % 3 == 2 ? size / 2 : size, static_cast<char>('A' + lane));
        messages[lane] = texts[lane];
      }
      Sha256Digest digests[hmac_lanes];
      lanes(pads[0], pads[1], messages, digests);
      for (size_t lane = 0; lane < hmac_lanes; lane++) {
        Sha256Digest expected;
        const std::string &text = texts[lane].size() > longest_for_lane ? "" : texts[lane];
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const uint8_t *>(text.data()),
             text.size(), expected.data(), nullptr);
        ASSERT_EQ(digests[lane], expected) << size << " in lane " << lane;
      }
    }
}

// vectors_sip128 of the reference implementation: key 00 01 .. 0f, input 00 01 .. n-1.
TEST(siphash, reference_vectors) {
  const char *expected[] = {"a3817f04ba25a8e66df67214c7550293", "da87c1d86b99af44347659119b22fc45",
                            "8177228da4a45dc7fca38bdef60affe4", "9c70b60c5267a94e5f33b6b02985ed51"};
  std::string input;
  for (const char *vector : expected) {
    EXPECT_EQ(prf_hex(input), vector);
    input += static_cast<char>(input.size());
  }
}

// Every length around the block size, and past 255 where the length byte wraps, against OpenSSL's SipHash.
TEST(siphash, agrees_with_openssl) {
  EVP_MAC *mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  ASSERT_NE(mac, nullptr);
  Subkey key = counting_key();
  std::string input;
  for (size_t size = 0; size < 300; size++) {
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    size_t out_size = 16;
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t("size", &out_size), OSSL_PARAM_construct_end()};
    unsigned char out[16];
    ASSERT_EQ(EVP_MAC_init(context, key.data(), 16, parameters), 1);
    ASSERT_EQ(EVP_MAC_update(context, reinterpret_cast<const unsigned char *>(input.data()), input.size()), 1);
    ASSERT_EQ(EVP_MAC_final(context, out, &out_size, sizeof out), 1);
    EXPECT_EQ(prf_hex(input), hex(std::string(reinterpret_cast<char *>(out), 16))) << size;
    EVP_MAC_CTX_free(context);
    input += static_cast<char>(size * 7);
  }
  EVP_MAC_free(mac);
}

TEST(siphash, a_number_is_its_little_endian_bytes) {
  Prf128 prf(counting_key());
  PrfOutput number = prf(uint64_t{0x0123456789abcdef});
  PrfOutput text = prf(std::string_view("\xef\xcd\xab\x89\x67\x45\x23\x01", 8));
  EXPECT_EQ(number.lo, text.lo);
  EXPECT_EQ(number.hi, text.hi);
}

// Inputs of every mixture of lengths, some too long for a lane.
std::vector<std::string> inputs_of_many_lengths() {
  std::vector<std::string> inputs;
  for (size_t i = 0; i < 4000; i++) {
    // Neighbours of similar lengths, as in real columns, and of any.
    const size_t size = i < 2000 ? i / 28 + i * 7 % 3 : i * 2654435761 % 72;
    inputs.emplace_back(size, '\0');
    for (size_t j = 0; j < size; j++) inputs.back()[j] = static_cast<char>(i * 31 + j * j);
  }
  return inputs;
}

TEST(siphash, every_way_to_hash_side_by_side_agrees) {
  const Subkey key = counting_key();
  const Prf128 prf(key);
  const std::vector<std::string> inputs = inputs_of_many_lengths();
  for (const LaneHash hash : lane_hashes())
    for (size_t i = 0; i + hash_lanes <= inputs.size(); i += hash_lanes) {
      const std::vector<std::string_view> views(inputs.begin() + i, inputs.begin() + i + hash_lanes);
      PrfOutput outputs[hash_lanes];
      hash(load_le64(key.data()), load_le64(key.data() + 8), views.data(), outputs);
      for (size_t lane = 0; lane < hash_lanes; lane++) {
        const PrfOutput expected = prf(views[lane].size() <= longest_in_lane ? views[lane] : std::string_view());
        ASSERT_EQ(outputs[lane].lo, expected.lo) << i << " " << lane;
        ASSERT_EQ(outputs[lane].hi, expected.hi) << i << " " << lane;
      }
    }
}

TEST(siphash, many_inputs_hash_as_each_alone) {
  const Prf128 prf(counting_key());
  const std::vector<std::string> inputs = inputs_of_many_lengths();
  for (size_t n = 0; n < 40; n++) {
    const std::vector<std::string_view> views(inputs.begin() + 50 * n, inputs.begin() + 51 * n);
    std::vector<PrfOutput> outputs(views.size());
    prf(views, outputs.data());
    for (size_t i = 0; i < views.size(); i++) {
      ASSERT_EQ(outputs[i].lo, prf(views[i]).lo) << n << " " << i;
      ASSERT_EQ(outputs[i].hi, prf(views[i]).hi) << n << " " << i;
    }
  }
}

// Numbers of several sizes in the lanes of one vector, as signs and sizes of a column's numbers mix.
TEST(feistel, every_way_to_permute_side_by_side_agrees) {
  const Subkey key = counting_key();
  const Prf128 prf(key);
  const Feistel networks[] = {{prf, 31, 0}, {prf, 31, 1}, {prf, 63, 0}, {prf, 46, 0}};
  const int bits[] = {31, 31, 63, 46};
  std::mt19937_64 random(7);
  for (size_t n = 0; n < 500; n++) {
    const size_t count = n % (hash_lanes + 1);
    const Feistel *chosen[hash_lanes];
    uint64_t values[hash_lanes], expected[hash_lanes];
    for (size_t i = 0; i < count; i++) {
      const size_t which = random() % std::size(networks);
      chosen[i] = &networks[which];
      values[i] = random() >> (64 - bits[which]);
      expected[i] = networks[which](values[i]);
    }
    for (const LaneFeistel permute : lane_feistels()) {
      uint64_t permuted[hash_lanes];
      std::copy_n(values, count, permuted);
      Feistel::permute_by(permute, {chosen, count}, {permuted, count});
      for (size_t i = 0; i < count; i++) ASSERT_EQ(permuted[i], expected[i]) << n << " " << i;
    }
    Feistel::permute({chosen, count}, {values, count});
    for (size_t i = 0; i < count; i++) ASSERT_EQ(values[i], expected[i]) << n << " " << i;
  }
}

TEST(hmac, rfc_4231) {
  struct Vector {
    std::string key, data, mac;
  } vectors[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {bytes("0102030405060708090a0b0c0d0e0f10111213141516171819"), std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
       "hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const Vector &v : vectors) EXPECT_EQ(hex(HmacSha256(v.key)(v.data)), v.mac);
}

TEST(hmac, agrees_with_openssl) {
  std::string key(32, 'k'), message;
  HmacSha256 ours(key);
  for (int size = 0; size < 300; size++, message += static_cast<char>(size)) {
    unsigned char theirs[32];
    unsigned theirs_size = 0;
    HMAC(EVP_sha256(), key.data(), 32, reinterpret_cast<const unsigned char *>(message.data()), message.size(), theirs,
         &theirs_size);
    ASSERT_EQ(0, std::memcmp(ours(message).data(), theirs, 32)) << size;
  }
}

// RFC 5869 spelled out with HMAC: no salt is a salt of zeros, 32 bytes are one block.
TEST(subkeys, are_hkdf_sha256) {
  auto as_text = [](const Sha256Digest &d) { return std::string(reinterpret_cast<const char *>(d.data()), d.size()); };
  std::string pseudorandom = as_text(HmacSha256(std::string(32, '\0'))(test_key()));
  Sha256Digest expected = HmacSha256(pseudorandom)("confiture/v1/email/customers\x01");
  EXPECT_EQ(hex(derive_subkey(test_key(), "email", "customers")), hex(expected));
}

TEST(subkeys, differ_by_strategy_domain_and_key) {
  Subkey key = derive_subkey(test_key(), "email", "email");
  EXPECT_EQ(key, derive_subkey(test_key(), "email", "email"));
  EXPECT_NE(key, derive_subkey(test_key(), "email", "email2"));
  EXPECT_NE(key, derive_subkey(test_key(), "hash", "email"));
  EXPECT_NE(key, derive_subkey(std::string(32, 'x'), "email", "email"));
}

TEST(subkeys, refuse_a_short_masking_key) {
  EXPECT_THROW(derive_subkey(std::string(31, 'x'), "email", "email"), Error);
  EXPECT_THROW(derive_subkey("", "email", "email"), Error);
}

TEST(feistel, is_a_permutation_of_every_width) {
  Prf128 prf(counting_key());
  for (int bits = 2; bits <= 17; bits++) {
    Feistel permute(prf, bits, 0);
    std::vector<bool> seen(size_t{1} << bits);
    for (uint64_t value = 0; value < seen.size(); value++) {
      uint64_t masked = permute(value);
      ASSERT_LT(masked, seen.size());
      ASSERT_FALSE(seen[masked]) << bits << " bits, value " << value;
      seen[masked] = true;
    }
  }
}

TEST(feistel, tweak_and_width_make_another_permutation) {
  Prf128 prf(counting_key());
  int same = 0;
  for (uint64_t value = 0; value < 1000; value++) {
    same += Feistel(prf, 31, 0)(value) == Feistel(prf, 31, 1)(value);
    same += Feistel(prf, 31, 0)(value) == Feistel(prf, 32, 0)(value);
  }
  EXPECT_LE(same, 1);
}

}  // namespace
}  // namespace confiture::mask
