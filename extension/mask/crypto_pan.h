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
    std::vector<uint8_t> uses;   // so far, until the subtree is filled
  };
  // Addresses come again and again.
  struct KnownFlips {
    bool is_known = false;
    Block address{}, flips{};
  };
  uint32_t flips_of_v4(uint32_t address) const;
  const Block &flips_of_v6(const Block &address) const;
  Block compute_flips(const uint8_t *address, int size) const;
  // Under the first `bytes` (0 to 2) of the address; nullptr: it has not been worth it yet.
  const uint8_t *subtree(const uint8_t *address, int bytes) const;
  void fill_subtree(const uint8_t *address, int bits, uint8_t *flips) const;

  struct CipherDeleter {
    void operator()(EVP_CIPHER_CTX *context) const { EVP_CIPHER_CTX_free(context); }
  };

  std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter> aes_;
  Block pad_;
  static constexpr int cached_bytes = 3;
  // Few, so that they stay in the processor's cache while rows pass through it: a miss takes as long as what it saves.
  static constexpr int cache_bits = 9;
  mutable std::array<Subtrees, cached_bytes> known_;
  mutable std::vector<uint64_t> recent_v4_;  // the address above its flips
  mutable std::vector<KnownFlips> recent_v6_;
};

}  // namespace confiture::mask
