// hash: text becomes hexadecimal digits of HMAC-SHA-256, bytes its bytes; integers go through a keyed bijection; a UUID
// becomes another.
#include <algorithm>
#include <string>

#include "mask/error.h"
#include "mask/feistel.h"
#include "mask/hmac.h"
#include "mask/bits.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_digits = 64;
constexpr int64_t unique_digits = 24;  // 96 bits

class HashText final : public Strategy {
 public:
  HashText(const Subkey &key, size_t digits)
      : hmac_({reinterpret_cast<const char *>(key.data()), key.size()}), digits_(digits) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    static constexpr char hex[] = "0123456789abcdef";
    Sha256Digest digest = hmac_(value);
    char *p = out.reserve(most_digits);
    for (uint8_t byte : digest) {
      *p++ = hex[byte >> 4];
      *p++ = hex[byte & 15];
    }
    out.commit(digits_);
  }
  bool keeps_unique() const override { return digits_ >= unique_digits; }

 private:
  HmacSha256 hmac_;
  size_t digits_;
};

class HashBytes final : public Strategy {
 public:
  explicit HashBytes(const Subkey &key) : hmac_({reinterpret_cast<const char *>(key.data()), key.size()}) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    const Sha256Digest digest = hmac_(value);
    out.append(std::string_view(reinterpret_cast<const char *>(digest.data()), digest.size()));
  }
  bool keeps_unique() const override { return true; }

 private:
  HmacSha256 hmac_;
};

// Keeps the sign, so that serial and identity columns stay plausible, and maps integer and bigint alike where they
// share values, so that a bigint column may reference an integer one and still join. For that, what fits in 31 bits
// stays within 31 bits, and what does not stays outside. smallint is a separate domain.
class HashInteger final : public Strategy {
 public:
  explicit HashInteger(const Subkey &key)
      : small_{{Prf128(key), 15, 0}, {Prf128(key), 15, 1}},
        medium_{{Prf128(key), 31, 0}, {Prf128(key), 31, 1}},
        large_{{Prf128(key), 63, 0}, {Prf128(key), 63, 1}} {}

  int64_t mask_integer(int64_t value, int bits) const override {
    bool negative = value < 0;
    auto magnitude = static_cast<uint64_t>(negative ? ~value : value);
    uint64_t masked;
    if (bits == 16) {
      masked = small_[negative](magnitude);
    } else if (magnitude < medium_end) {
      masked = medium_[negative](magnitude);
    } else {
      // Cycle walking (Black, Rogaway, 2002): once in 2^32 values a second step is needed.
      masked = large_[negative](magnitude);
      while (masked < medium_end) masked = large_[negative](masked);
    }
    auto result = static_cast<int64_t>(masked);
    return negative ? ~result : result;
  }
  bool keeps_unique() const override { return true; }

 private:
  static constexpr uint64_t medium_end = uint64_t{1} << 31;
  Feistel small_[2], medium_[2], large_[2];
};

// 122 bits of PRF in the shape of RFC 9562 version 4, "random or pseudorandom": version 8 would tell masked values
// apart, but much software in the field refuses it.
class HashUuid final : public Strategy {
 public:
  explicit HashUuid(const Subkey &key) : prf_(key) {}

  void mask_uuid(std::array<uint8_t, 16> &value) const override {
    PrfOutput random = prf_(std::string_view(reinterpret_cast<const char *>(value.data()), value.size()));
    store_le64(value.data(), random.lo);
    store_le64(value.data() + 8, random.hi);
    value[6] = (value[6] & 0x0f) | 0x40;
    value[8] = (value[8] & 0x3f) | 0x80;
  }
  bool keeps_unique() const override { return true; }

 private:
  Prf128 prf_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (args.fit.kind != ValueKind::text) {
    if (args.options.has("length")) args.options.refuse("length", "is for text columns only");
    if (args.fit.kind == ValueKind::uuid) return std::make_unique<HashUuid>(args.key);
    if (args.fit.kind == ValueKind::bytea) return std::make_unique<HashBytes>(args.key);
    return std::make_unique<HashInteger>(args.key);
  }
  bool asked = args.options.has("length");
  int64_t digits = args.options.integer("length", most_digits, 1, most_digits);
  int64_t room = args.fit.max_chars == 0 ? most_digits : int64_t{args.fit.max_chars};
  if (asked && digits > room)
    fail(Code::does_not_fit,
         "strategy \"hash\": " + std::to_string(digits) + " digits do not fit a column of " + std::to_string(room) +
             " characters",
         "Set option \"length\" to at most " + std::to_string(room) + ", or leave it out.");
  return std::make_unique<HashText>(args.key, std::min(digits, room));
}

}  // namespace

extern constinit const RegistryEntry hash_strategy = {
    {.name = "hash",
     .summary = "Keyed hash: HMAC-SHA-256 of text in hexadecimal and of bytes, another integer, another UUID",
     .options_help = "length: hexadecimal digits, 1 to 64 (default 64, or what the column takes); text columns only",
     .example = "a011d218528aa775a944ec05bec9293f07d5f2c751c5ae4c34e82d4b100f5044",
     .kinds = integer_kinds | kinds_of(ValueKind::text, ValueKind::uuid, ValueKind::bytea),
     .deterministic = true,
     .keyed = true,
     .needs_value = true,
     .keeps_unique = true,
     .when_unique = "hash"},
    make};

}  // namespace confiture::mask
