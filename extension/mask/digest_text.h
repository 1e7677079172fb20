// A digest as text of some alphabet: hash writes as many characters of it as it is asked for.
#pragma once

#include <span>
#include <string_view>

#include "mask/hmac.h"

namespace confiture::mask {

struct DigestFormat {
  std::string_view name;
  uint32_t longest;  // characters of a whole digest
  // Characters from which on two outputs meet with odds of 2^-96, whatever the case of letters.
  uint32_t unique;
  void (*write)(const Sha256Digest &digest, char *to);  // all of them
};

// hex is first.
std::span<const DigestFormat> digest_formats();
constexpr uint32_t longest_digest_text = 64;

}  // namespace confiture::mask
