#include "keys.h"

#include <memory>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "bits.h"
#include "error.h"

namespace confiture::mask {

namespace {

constexpr size_t smallest_masking_key = 32;

struct kdf_deleter {
  void operator()(EVP_KDF *p) const { EVP_KDF_free(p); }
  void operator()(EVP_KDF_CTX *p) const { EVP_KDF_CTX_free(p); }
};

// The SipHash state: four words and the ARX round of the paper's figure 2.1.
struct sip_state {
  uint64_t v0, v1, v2, v3;

  // 128-bit output differs from the 64-bit one in three constants: 0xee here, 0xee and 0xdd in finish().
  sip_state(uint64_t k0, uint64_t k1)
      : v0(k0 ^ 0x736f6d6570736575U),
        v1(k1 ^ 0x646f72616e646f6dU ^ 0xee),
        v2(k0 ^ 0x6c7967656e657261U),
        v3(k1 ^ 0x7465646279746573U) {}

  void round() {
    v0 += v1, v1 = rotate_left(v1, 13) ^ v0, v0 = rotate_left(v0, 32);
    v2 += v3, v3 = rotate_left(v3, 16) ^ v2;
    v0 += v3, v3 = rotate_left(v3, 21) ^ v0;
    v2 += v1, v1 = rotate_left(v1, 17) ^ v2, v2 = rotate_left(v2, 32);
  }
  void absorb(uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  }
  prf_output finish() {
    v2 ^= 0xee;
    round(), round(), round(), round();
    uint64_t lo = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= 0xdd;
    round(), round(), round(), round();
    return {lo, v0 ^ v1 ^ v2 ^ v3};
  }
};

}  // namespace

subkey derive_subkey(std::string_view masking_key, std::string_view strategy, std::string_view domain) {
  if (masking_key.size() < smallest_masking_key) fail(wall::code::internal, "the masking key is shorter than 32 bytes");

  std::string info = "confiture/v1/";
  info.append(strategy).append("/").append(domain);

  std::unique_ptr<EVP_KDF, kdf_deleter> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  std::unique_ptr<EVP_KDF_CTX, kdf_deleter> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  char digest[] = "SHA256";
  // OSSL_PARAM wants non-const pointers but only reads through them.
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char *>(masking_key.data()), masking_key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end(),
  };
  subkey key;
  if (!context || EVP_KDF_derive(context.get(), key.data(), key.size(), parameters) != 1)
    fail(wall::code::internal, "OpenSSL could not derive a key (HKDF-SHA-256)");
  return key;
}

prf128::prf128(const subkey &key) : k0_(load_le64(key.data())), k1_(load_le64(key.data() + 8)) {}

prf_output prf128::operator()(std::string_view input) const {
  sip_state state(k0_, k1_);
  const char *p = input.data();
  size_t left = input.size();
  for (; left >= 8; p += 8, left -= 8) state.absorb(load_le64(p));
  // The last block: what is left over, and the length modulo 256 in the top byte. Values of many lengths would make a
  // loop over bytes guess wrong at each: the 8 bytes before the end hold them too.
  uint64_t last = uint64_t{input.size()} << 56;
  if (input.size() >= 8)
    last |= left == 0 ? 0 : load_le64(p + left - 8) >> (64 - 8 * left);
  else
    for (size_t i = 0; i < left; i++) last |= uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  state.absorb(last);
  return state.finish();
}

// The same as hashing the number's 8 little-endian bytes.
prf_output prf128::operator()(uint64_t input) const {
  sip_state state(k0_, k1_);
  state.absorb(input);
  state.absorb(uint64_t{8} << 56);
  return state.finish();
}

}  // namespace confiture::mask
