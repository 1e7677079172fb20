#include "mask/hmac.h"

#include <cstring>

#include <openssl/crypto.h>

namespace confiture::mask {

HmacSha256::HmacSha256(std::string_view key) : lanes_(fastest_lane_hmac()) {
  std::array<uint8_t, SHA256_CBLOCK> pad{};
  if (key.size() > pad.size())
    SHA256(reinterpret_cast<const uint8_t *>(key.data()), key.size(), pad.data());
  else if (!key.empty())
    std::memcpy(pad.data(), key.data(), key.size());

  for (auto &byte : pad) byte ^= 0x36;
  SHA256_Init(&inner_);
  SHA256_Update(&inner_, pad.data(), pad.size());
  for (auto &byte : pad) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(&outer_);
  SHA256_Update(&outer_, pad.data(), pad.size());
  OPENSSL_cleanse(pad.data(), pad.size());
}

Sha256Digest HmacSha256::operator()(std::string_view message) const {
  if (message.size() <= longest_for_lane) return of_short(message);
  SHA256_CTX context = inner_;
  Sha256Digest digest;
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  context = outer_;
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

// Two blocks, completed here: SHA256_Final() takes longer than it takes to hash one.
Sha256Digest HmacSha256::of_short(std::string_view message) const {
  uint8_t block[SHA256_CBLOCK] = {};
  const auto finish = [&block](SHA256_CTX &context, size_t size) {
    const size_t bits = 8 * (SHA256_CBLOCK + size);
    block[size] = 0x80;
    block[SHA256_CBLOCK - 2] = static_cast<uint8_t>(bits >> 8);
    block[SHA256_CBLOCK - 1] = static_cast<uint8_t>(bits);
    SHA256_Transform(&context, block);
  };
  const auto write = [](const SHA256_CTX &context, uint8_t *to) {
    for (size_t i = 0; i < 8; i++) {
      const auto word = static_cast<uint32_t>(context.h[i]);
      for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<uint8_t>(word >> shift);
    }
  };
  if (!message.empty()) std::memcpy(block, message.data(), message.size());
  SHA256_CTX context = inner_;
  finish(context, message.size());
  Sha256Digest digest;
  std::memset(block + digest.size(), 0, sizeof block - digest.size());
  write(context, block);
  context = outer_;
  finish(context, digest.size());
  write(context, digest.data());
  return digest;
}

void HmacSha256::operator()(std::span<const std::string_view> messages, Sha256Digest *digests) const {
  size_t hashed = 0;
  for (; lanes_ != nullptr && hashed + hmac_lanes <= messages.size(); hashed += hmac_lanes)
    lanes_(inner_.h, outer_.h, messages.data() + hashed, digests + hashed);
  for (size_t i = 0; i < messages.size(); i++)
    if (i >= hashed || messages[i].size() > longest_for_lane) digests[i] = (*this)(messages[i]);
}

}  // namespace confiture::mask
