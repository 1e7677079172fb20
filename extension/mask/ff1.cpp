#include "mask/ff1.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "mask/error.h"

namespace confiture::mask {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr size_t block_size = 16;
constexpr size_t most_wide_bytes = 12;  // a half of so many bytes, and the random number added to it, fit a Wide
constexpr int rounds = 10;
constexpr size_t longest_half = Ff1::longest / 2;
constexpr size_t most_number_bytes = longest_half;       // radix below 256
constexpr size_t most_random_bytes = longest_half + 16;  // 4 * ceil(b / 4) + 4, in whole blocks

const EVP_CIPHER *aes_of(size_t key_size) {
  return key_size == 16 ? EVP_aes_128_ecb() : key_size == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
}

void store_be32(uint8_t *to, size_t number) {
  for (size_t i = 0; i < 4; i++) to[i] = static_cast<uint8_t>(number >> (24 - 8 * i));
}

}  // namespace

Ff1::Ff1(std::span<const uint8_t> key, uint32_t radix)
    : radix_(radix), bits_per_numeral_(std::log2(radix)), cipher_(EVP_CIPHER_CTX_new()) {
  if (!cipher_ || EVP_EncryptInit_ex(cipher_.get(), aes_of(key.size()), nullptr, key.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(cipher_.get(), 0) != 1)
    fail(Code::internal, "OpenSSL could not set up AES");
}

// Without padding ECB keeps nothing between two blocks, so that one context serves all values.
void Ff1::encipher(Block &block) const {
  int size = 0;
  if (EVP_EncryptUpdate(cipher_.get(), block, &size, block, block_size) != 1 || size != int{block_size})
    fail(Code::internal, "OpenSSL could not encrypt a block");
}

// What the rounds of one value have in common: the standard's P, T, b and d, and the CBC-MAC over all that comes before
// the last block of Q.
class Ff1::Round {
 public:
  Round(const Ff1 &ff1, size_t n, std::span<const uint8_t> tweak)
      : ff1_(ff1), bytes_(number_bytes(ff1, n - n / 2)), random_bytes_((bytes_ + 3) / 4 * 4 + 4) {
    Block p = {1, 2, 1, 0, 0, 0, rounds};
    p[5] = static_cast<uint8_t>(ff1.radix_);
    p[7] = static_cast<uint8_t>(n / 2);
    store_be32(p + 8, n);
    store_be32(p + 12, tweak.size());
    ff1.encipher(p);
    std::memcpy(state_, p, block_size);
    // Q is the tweak, zeros up to a block's end, the round's number and the half. All but its tail stays.
    const size_t zeros = (block_size - (tweak.size() + bytes_ + 1) % block_size) % block_size;
    const size_t fixed = tweak.size() + zeros;
    head_ = fixed % block_size;
    size_t at = 0;
    for (; at < fixed; at++) {
      state_[at % block_size] ^= at < tweak.size() ? tweak[at] : 0;
      if (at % block_size == block_size - 1) ff1.encipher(state_);
    }
  }

  size_t bytes() const { return bytes_; }
  size_t random_bytes() const { return random_bytes_; }

  // Fills `random` (random_bytes(), rounded up to a block) for a round whose half is `number`, of bytes() bytes.
  void operator()(int round, const uint8_t *number, uint8_t *random) const {
    Block r;
    std::memcpy(r, state_, block_size);
    size_t at = head_;
    const auto absorb = [&](uint8_t byte) {
      r[at++] ^= byte;
      if (at < block_size) return;
      ff1_.encipher(r);
      at = 0;
    };
    absorb(static_cast<uint8_t>(round));
    for (size_t i = 0; i < bytes_; i++) absorb(number[i]);
    std::memcpy(random, r, block_size);
    for (size_t block = 1; block * block_size < random_bytes_; block++) {
      Block next;
      std::memcpy(next, r, block_size);
      next[block_size - 1] ^= static_cast<uint8_t>(block);
      ff1_.encipher(next);
      std::memcpy(random + block * block_size, next, block_size);
    }
  }

 private:
  static size_t number_bytes(const Ff1 &ff1, size_t numerals) {
    const auto bits = static_cast<size_t>(std::ceil(static_cast<double>(numerals) * ff1.bits_per_numeral_));
    return (bits + 7) / 8;
  }

  const Ff1 &ff1_;
  size_t bytes_, random_bytes_;
  size_t head_;  // bytes of the last blocks that `state_` has taken in
  Block state_;
};

void Ff1::encrypt(std::span<uint8_t> numerals, std::span<const uint8_t> tweak) const {
  const Round round(*this, numerals.size(), tweak);
  if (round.bytes() <= most_wide_bytes)
    encrypt_short(numerals, round);
  else
    encrypt_long(numerals, round);
}

bool Ff1::decrypt(std::span<uint8_t> numerals, std::span<const uint8_t> tweak) const {
  const Round round(*this, numerals.size(), tweak);
  if (round.bytes() > most_wide_bytes) return false;
  decrypt_short(numerals, round);
  return true;
}

namespace {

// Both halves as numbers, which stay numbers through all rounds.
struct Halves {
  Wide half[2] = {0, 0}, limit[2] = {1, 1};

  Halves(std::span<const uint8_t> numerals, uint32_t radix) {
    const size_t u = numerals.size() / 2;
    for (size_t i = 0; i < numerals.size(); i++) {
      const size_t which = i < u ? 0 : 1;
      half[which] = half[which] * radix + numerals[i];
      limit[which] *= radix;
    }
  }

  void write(std::span<uint8_t> numerals, uint32_t radix) {
    const size_t u = numerals.size() / 2;
    for (size_t i = numerals.size(); i-- > 0;) {
      Wide &number = half[i < u ? 0 : 1];
      numerals[i] = static_cast<uint8_t>(number % radix);
      number /= radix;
    }
  }
};

// The round's random number for a half, below the other's limit.
template <class Round>
Wide random_below(const Round &round, int i, Wide half, Wide limit) {
  uint8_t number[most_wide_bytes], random[block_size];
  for (size_t byte = 0; byte < round.bytes(); byte++)
    number[byte] = static_cast<uint8_t>(half >> (8 * (round.bytes() - 1 - byte)));
  round(i, number, random);
  Wide y = 0;
  for (size_t byte = 0; byte < round.random_bytes(); byte++) y = y << 8 | random[byte];
  // A division of 64 bits where it will do, which is several times as fast.
  return y >> 64 == 0 && limit >> 64 == 0 ? static_cast<uint64_t>(y) % static_cast<uint64_t>(limit) : y % limit;
}

}  // namespace

void Ff1::encrypt_short(std::span<uint8_t> numerals, const Round &round) const {
  Halves halves(numerals, radix_);
  for (int i = 0; i < rounds; i++) {
    const Wide limit = halves.limit[i % 2];
    Wide sum = halves.half[0] + random_below(round, i, halves.half[1], limit);
    if (sum >= limit) sum -= limit;
    halves.half[0] = halves.half[1];
    halves.half[1] = sum;
  }
  halves.write(numerals, radix_);
}

void Ff1::decrypt_short(std::span<uint8_t> numerals, const Round &round) const {
  Halves halves(numerals, radix_);
  for (int i = rounds; i-- > 0;) {
    const Wide limit = halves.limit[i % 2];
    const Wide random = random_below(round, i, halves.half[0], limit);
    const Wide difference = halves.half[1] + (halves.half[1] < random ? limit : 0) - random;
    halves.half[1] = halves.half[0];
    halves.half[0] = difference;
  }
  halves.write(numerals, radix_);
}

// Numbers of any size, as numerals, by the arithmetic of paper and pencil.
void Ff1::encrypt_long(std::span<uint8_t> numerals, const Round &round) const {
  const size_t u = numerals.size() / 2, v = numerals.size() - u;
  uint8_t a[longest_half], b[longest_half];
  std::copy_n(numerals.begin(), u, a);
  std::copy_n(numerals.begin() + static_cast<ptrdiff_t>(u), v, b);
  size_t a_size = u, b_size = v;

  for (int i = 0; i < rounds; i++) {
    uint8_t number[most_number_bytes] = {};
    for (size_t digit = 0; digit < b_size; digit++) {
      uint32_t carry = b[digit];
      for (size_t byte = round.bytes(); byte-- > 0;) {
        carry += number[byte] * radix_;
        number[byte] = static_cast<uint8_t>(carry);
        carry >>= 8;
      }
    }
    uint8_t random[most_random_bytes];
    round(i, number, random);
    // Adds the random number modulo radix^a_size: its last a_size numerals.
    uint32_t carry = 0;
    for (size_t digit = a_size; digit-- > 0;) {
      uint32_t remainder = 0;
      for (size_t byte = 0; byte < round.random_bytes(); byte++) {
        remainder = remainder << 8 | random[byte];
        random[byte] = static_cast<uint8_t>(remainder / radix_);
        remainder %= radix_;
      }
      const uint32_t sum = a[digit] + remainder + carry;
      a[digit] = static_cast<uint8_t>(sum % radix_);
      carry = sum / radix_;
    }
    std::swap(a, b);
    std::swap(a_size, b_size);
  }
  std::copy_n(a, a_size, numerals.begin());
  std::copy_n(b, b_size, numerals.begin() + static_cast<ptrdiff_t>(a_size));
}

}  // namespace confiture::mask
