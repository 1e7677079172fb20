// Prefix-preserving encryption of IP addresses: two that share their first n bits share them masked, and no more.
//
// Crypto-PAn (Fan, Xu, Ammar, Moon: Prefix-Preserving IP Address Anonymization, Computer Networks 46, 2004): bit i is
// flipped by the first bit of AES over the i bits before it, filled up with a secret pad. A bijection. As in Lucent's
// implementation the key is 32 bytes: of AES-128, and of the pad. IPv6 takes 128 steps of the same function.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <openssl/evp.h>

#include "mask/keys.h"
#include "mask/value/network.h"

namespace confiture::mask {

class CryptoPan {
 public:
  explicit CryptoPan(const Subkey &key);

  // Encrypts the bits behind the first `kept`, which stay.
  void encrypt(IpAddress &address, int kept) const;

 private:
  using Block = std::array<uint8_t, 16>;

  void run_aes(const Block *in, Block *out, int count) const;
  // The input for the step behind `bits` bits of an address.
  Block input_for(const uint8_t *address, int bits) const;

  // Most addresses of a table share their first bytes: their flips are kept, all 255 of the eight levels under a
  // prefix. Node 1 of a subtree is its root, and the children of node n are 2n and 2n + 1; a bit for each.
  static constexpr size_t subtree_size = 32;
  struct Subtrees {
    std::vector<uint8_t> flips;  // 2 MB under prefixes of 16 bits, of which those are touched that come
    std::vector<bool> is_known;
  };
  // Addresses come again and again.
  struct KnownFlips {
    int size = 0;  // of the address; 0: none
    Block address{}, flips{};
  };
  const Block &recent_flips_of(const uint8_t *address, int size) const;
  Block flips_of(const uint8_t *address, int size) const;
  // Under the first `bytes` (0 to 2) of the address.
  const uint8_t *subtree(const uint8_t *address, int bytes) const;
  void fill_subtree(const uint8_t *address, int bits, uint8_t *flips) const;

  struct CipherDeleter {
    void operator()(EVP_CIPHER_CTX *context) const { EVP_CIPHER_CTX_free(context); }
  };

  std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter> aes_;
  Block pad_;
  static constexpr int cached_bytes = 3;
  static constexpr size_t cached_addresses = 4096;
  mutable std::array<Subtrees, cached_bytes> known_;
  mutable std::vector<KnownFlips> recent_;
};

}  // namespace confiture::mask
