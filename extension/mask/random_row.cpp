#include "mask/random_row.h"

#include <openssl/rand.h>

#include "mask/error.h"

namespace confiture::mask {

static Subkey random_subkey() {
  Subkey key;
  if (RAND_priv_bytes(key.data(), static_cast<int>(key.size())) != 1)
    fail(Code::internal, "OpenSSL could not generate random numbers");
  return key;
}

RandomRow::RandomRow() : prf_(random_subkey()) {}

}  // namespace confiture::mask
