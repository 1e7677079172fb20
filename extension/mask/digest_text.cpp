#include "mask/digest_text.h"

#include <cstring>

#include "mask/bits.h"

namespace confiture::mask {

namespace {

constexpr auto hex_pairs = [] {
  constexpr char hex[] = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (size_t i = 0; i < 256; i++) {
    pairs[2 * i] = hex[i / 16];
    pairs[2 * i + 1] = hex[i % 16];
  }
  return pairs;
}();

void write_hex(const Sha256Digest &digest, char *to) {
  for (const uint8_t byte : digest) {
    std::memcpy(to, hex_pairs.data() + size_t{2} * byte, 2);
    to += 2;
  }
}

// RFC 4648 without padding: `bits` at a time, from the highest bit of the first byte on.
template <int bits>
void write_base(std::string_view alphabet, const Sha256Digest &digest, char *to) {
  uint32_t left = 0;
  int n = 0;
  for (const uint8_t byte : digest) {
    left = left << 8 | byte;
    for (n += 8; n >= bits; n -= bits) *to++ = alphabet[left >> (n - bits) & ((1U << bits) - 1)];
  }
  if (n > 0) *to = alphabet[left << (bits - n) & ((1U << bits) - 1)];
}

void write_base32(const Sha256Digest &digest, char *to) {
  write_base<5>("abcdefghijklmnopqrstuvwxyz234567", digest, to);
}

void write_base64(const Sha256Digest &digest, char *to) {
  write_base<6>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", digest, to);
}

// Ten digits of each 64 bits: the bias is 10^10 / 2^64. Halves, whose divisions do not wait for each other.
void write_digits(const Sha256Digest &digest, char *to) {
  constexpr uint32_t half = 100'000;
  constexpr size_t of_half = 5;
  for (size_t at = 0; at < digest.size(); at += 8, to += 2 * of_half) {
    const uint64_t number = scale(load_le64(digest.data() + at), uint64_t{half} * half);
    auto high = static_cast<uint32_t>(number / half), low = static_cast<uint32_t>(number % half);
    for (size_t i = of_half; i-- > 0; high /= 10, low /= 10) {
      to[i] = static_cast<char>('0' + high % 10);
      to[of_half + i] = static_cast<char>('0' + low % 10);
    }
  }
}

// Case aside, a character of base64 has 5.1 bits.
constexpr DigestFormat formats[] = {{"hex", 64, 24, write_hex},
                                    {"base32", 52, 20, write_base32},
                                    {"base64", 43, 19, write_base64},
                                    {"digits", 40, 29, write_digits}};

}  // namespace

std::span<const DigestFormat> digest_formats() { return formats; }

}  // namespace confiture::mask
