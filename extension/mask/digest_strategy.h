// A strategy whose masked bytes depend on the HMAC of the value alone: a row masker can hash many values side by side
// and then write each. An empty value stays empty and never gets here.
#pragma once

#include "mask/hmac.h"
#include "mask/strategy.h"

namespace confiture::mask {

class DigestStrategy : public Strategy {
 public:
  explicit DigestStrategy(const Subkey &key) : hmac({reinterpret_cast<const char *>(key.data()), key.size()}) {}
  void mask_text(std::string_view value, ByteSink &out) const final {
    if (!value.empty()) write(hmac(value), out);
  }
  virtual void write(const Sha256Digest &digest, ByteSink &out) const = 0;
  bool is_permutation() const override { return false; }
  const DigestStrategy *as_digest_strategy() const final { return this; }

  const HmacSha256 hmac;
};

}  // namespace confiture::mask
