// hash: text becomes digits of HMAC-SHA-256, bytes its bytes; numbers go through a keyed bijection; a UUID becomes
// another.
#include <algorithm>
#include <string>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/digest_strategy.h"
#include "mask/digest_text.h"
#include "mask/error.h"
#include "mask/hash_number.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr size_t most_prefix = 40;

class HashText final : public DigestStrategy {
 public:
  HashText(const Subkey &key, const DigestFormat &format, size_t length, std::string prefix)
      : DigestStrategy(key), format_(format), length_(length), prefix_(std::move(prefix)) {}

  void write(const Sha256Digest &digest, ByteSink &out) const override {
    out.append(prefix_);
    format_.write(digest, out.reserve(longest_digest_text));
    out.commit(length_);
  }
  bool keeps_unique() const override { return length_ >= format_.unique; }

 private:
  const DigestFormat &format_;
  size_t length_;
  std::string prefix_;
};

class HashBytes final : public DigestStrategy {
 public:
  using DigestStrategy::DigestStrategy;
  void write(const Sha256Digest &digest, ByteSink &out) const override {
    out.append(std::string_view(reinterpret_cast<const char *>(digest.data()), digest.size()));
  }
  bool keeps_unique() const override { return true; }
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
  bool is_permutation() const override { return false; }

 private:
  Prf128 prf_;
};

std::unique_ptr<Strategy> make_text(const StrategyArgs &args) {
  std::string_view names[4];
  std::transform(digest_formats().begin(), digest_formats().end(), names,
                 [](const auto &format) { return format.name; });
  const DigestFormat &format = digest_formats()[args.options.word("format", names[0], names)];
  std::string prefix = args.options.string("prefix", "");
  const size_t before = count_characters(prefix, args.fit.encoding);
  if (before > most_prefix) args.options.refuse("prefix", "is longer than 40 characters");

  const bool asked = args.options.has("length");
  const int64_t longest = format.longest, length = args.options.integer("length", longest, 1, longest);
  const int64_t room = args.fit.max_chars == 0 ? longest : int64_t{args.fit.max_chars} - static_cast<int64_t>(before);
  if (room < (asked ? length : 1))
    fail(Code::does_not_fit,
         "strategy \"hash\": " + std::to_string(asked ? length : 1) + " digits" +
             (before > 0 ? " behind the prefix" : "") + " do not fit a column of " +
             std::to_string(args.fit.max_chars) + " characters",
         room < 1 ? "Give a shorter option \"prefix\"."
                  : "Set option \"length\" to at most " + std::to_string(room) + ", or leave it out.");
  return std::make_unique<HashText>(args.key, format, std::min(length, room), std::move(prefix));
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (args.fit.kind == ValueKind::text) return make_text(args);
  for (const char *option : {"length", "format", "prefix"})
    if (args.options.has(option)) args.options.refuse(option, "is for text columns only");
  if (args.fit.kind == ValueKind::uuid) return std::make_unique<HashUuid>(args.key);
  if (args.fit.kind == ValueKind::bytea) return std::make_unique<HashBytes>(args.key);
  if (args.fit.kind == ValueKind::numeric) return std::make_unique<HashNumeric>(args.key, args.fit);
  return std::make_unique<HashInteger>(args.key);
}

}  // namespace

extern constinit const RegistryEntry hash_strategy = {
    {.name = "hash",
     .summary = "Keyed hash: HMAC-SHA-256 of text in hexadecimal and of bytes, another number, another UUID",
     .options_help =
         "of text columns only: format: hex (default), base32, base64 or digits; length: characters, 1 to 64, "
         "52, 43 or 40 (default all, or what the column takes); prefix: text in front of them",
     .example = "a011d218528aa775a944ec05bec9293f07d5f2c751c5ae4c34e82d4b100f5044",
     .kinds = integer_kinds | kinds_of(ValueKind::text, ValueKind::numeric, ValueKind::uuid, ValueKind::bytea),
     .keeps_unique = true},
    make};

}  // namespace confiture::mask
