// FF1, the format-preserving encryption of NIST SP 800-38G (algorithm 7), over AES.
//
// A keyed permutation of the strings of n numerals in a radix: the same length, the same alphabet. Meant for domains of
// a million strings and more (the standard's revision 1); mask/permutation.h has another way for smaller ones.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <openssl/evp.h>

namespace confiture::mask {

class Ff1 {
 public:
  static constexpr size_t longest = 256;  // numerals

  // `key` is an AES key of 16, 24 or 32 bytes, `radix` 2 to 95. Throws on OpenSSL failure.
  Ff1(std::span<const uint8_t> key, uint32_t radix);

  // Encrypts 2 to `longest` numerals in place.
  void encrypt(std::span<uint8_t> numerals, std::span<const uint8_t> tweak) const;
  // The inverse. False, with nothing done, for strings whose halves do not fit 96 bits.
  bool decrypt(std::span<uint8_t> numerals, std::span<const uint8_t> tweak) const;

 private:
  using Block = uint8_t[16];
  class Round;

  void encipher(Block &block) const;
  void encrypt_short(std::span<uint8_t> numerals, const Round &round) const;
  void decrypt_short(std::span<uint8_t> numerals, const Round &round) const;
  void encrypt_long(std::span<uint8_t> numerals, const Round &round) const;

  struct CipherDeleter {
    void operator()(EVP_CIPHER_CTX *p) const { EVP_CIPHER_CTX_free(p); }
  };
  uint32_t radix_;
  double bits_per_numeral_;
  std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter> cipher_;
};

}  // namespace confiture::mask
