// Making and naming masking keys.
#include "wall/wall.h"

#include <openssl/rand.h>

#include "mask/hmac.h"
#include "mask/keys.h"
#include "wall/catch_all.h"

namespace confiture::wall {

// The private generator of OpenSSL is seeded by the operating system, and again after a fork.
bool random_key(unsigned char *out, size_t size) noexcept {
  return size <= INT32_MAX && RAND_priv_bytes(out, static_cast<int>(size)) == 1;
}

// Writes the first `count` bytes of a digest in hex, and a NUL.
static void write_hex(const mask::Sha256Digest &digest, size_t count, char *out) noexcept {
  static constexpr char hex[] = "0123456789abcdef";
  for (size_t i = 0; i < count; i++) {
    *out++ = hex[digest[i] >> 4];
    *out++ = hex[digest[i] & 15];
  }
  *out = '\0';
}

// A fingerprint to compare keys by. HMAC, so that it reveals nothing about the key.
bool key_id(const unsigned char *masking_key, size_t size, char out[key_id_size]) noexcept {
  out[0] = '\0';
  if (masking_key == nullptr || size == 0) return false;
  mask::HmacSha256 hmac({reinterpret_cast<const char *>(masking_key), size});
  write_hex(hmac("confiture/key-id"), (key_id_size - 1) / 2, out);
  return true;
}

bool make_seal(const unsigned char *masking_key, size_t key_size, const char *message, size_t size,
               char out[seal_size]) noexcept {
  out[0] = '\0';
  return guarded(nullptr, [&] {
    // No strategy has a name with a space.
    mask::Subkey key =
        mask::derive_subkey({reinterpret_cast<const char *>(masking_key), key_size}, "control tables", "");
    mask::HmacSha256 hmac({reinterpret_cast<const char *>(key.data()), key.size()});
    write_hex(hmac({message, size}), (seal_size - 1) / 2, out);
    return true;
  });
}

}  // namespace confiture::wall
