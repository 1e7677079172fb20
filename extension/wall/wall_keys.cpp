// Making and naming masking keys.
#include "wall/wall.h"

#include <openssl/rand.h>

#include "mask/hmac.h"

namespace confiture::wall {

// The private generator of OpenSSL is seeded by the operating system, and again after a fork.
bool random_key(unsigned char *out, size_t size) noexcept {
  return size <= INT32_MAX && RAND_priv_bytes(out, static_cast<int>(size)) == 1;
}

// A fingerprint to compare keys by. HMAC, so that it reveals nothing about the key.
bool key_id(const unsigned char *masking_key, size_t size, char out[key_id_size]) noexcept {
  static constexpr char hex[] = "0123456789abcdef";
  out[0] = '\0';
  if (masking_key == nullptr || size == 0) return false;
  mask::HmacSha256 hmac({reinterpret_cast<const char *>(masking_key), size});
  mask::Sha256Digest digest = hmac("confiture/key-id");
  for (size_t i = 0; i < (key_id_size - 1) / 2; i++) {
    out[2 * i] = hex[digest[i] >> 4];
    out[2 * i + 1] = hex[digest[i] & 15];
  }
  out[key_id_size - 1] = '\0';
  return true;
}

}  // namespace confiture::wall
