#include "mask/hmac.h"

#include <cstring>

#include <openssl/crypto.h>

namespace confiture::mask {

HmacSha256::HmacSha256(std::string_view key) {
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
  Sha256Digest digest;
  SHA256_CTX context = inner_;
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  context = outer_;
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace confiture::mask
