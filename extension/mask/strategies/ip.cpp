// ip: another address. By default networks stay networks: addresses that share a prefix share one masked
// (mask/crypto_pan.h).
#include <algorithm>

#include "mask/bits.h"
#include "mask/crypto_pan.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr size_t longest_v4 = 15;

// Ranges that are never routed: RFC 5737 and RFC 3849.
constexpr uint8_t documentation_v4[][3] = {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}};
constexpr uint8_t documentation_v6[] = {0x20, 0x01, 0x0d, 0xb8};

class IpMask : public Strategy {
 public:
  IpMask(const Subkey &key, uint32_t room) : prf_(key), room_(room) {}

  // Text that is no address becomes one for documentation. So does one of IPv6 in a column for IPv4.
  void mask_text(std::string_view value, ByteSink &out) const final {
    if (value.empty()) return;
    IpAddress address;
    const size_t start = out.size();
    if (read_address(value, address)) {
      mask_address(address);
      write_address(address, value.find('/') != value.npos, out);
      if (room_ == 0 || out.size() - start <= room_) return;
      out.truncate(start);
    }
    address = {};
    write_documentation(address, prf_(value));
    write_address(address, false, out);
  }

 protected:
  static void write_documentation(IpAddress &address, const PrfOutput &random) {
    uint8_t *bytes = address.bytes.data();
    if (address.is_v6) {
      store_le64(bytes, random.lo);
      store_le64(bytes + 8, random.hi);
      std::copy_n(documentation_v6, sizeof documentation_v6, bytes);
    } else {
      std::copy_n(documentation_v4[scale(random.lo, std::size(documentation_v4))], 3, bytes);
      bytes[3] = static_cast<uint8_t>(random.hi);
    }
  }
  PrfOutput prf_of(const IpAddress &address) const {
    return prf_(std::string_view(reinterpret_cast<const char *>(address.bytes.data()), address.size()));
  }

 private:
  Prf128 prf_;
  size_t room_;
};

class PrefixIp final : public IpMask {
 public:
  PrefixIp(const Subkey &key, uint32_t room, int kept_v4, int kept_v6, bool is_text)
      : IpMask(key, room), pan_(key), kept_v4_(kept_v4), kept_v6_(kept_v6), is_text_(is_text) {}

  void mask_address(IpAddress &address) const override { pan_.encrypt(address, address.is_v6 ? kept_v6_ : kept_v4_); }
  // One address is written in several ways, and what is no address may meet another one that is none.
  bool keeps_unique() const override { return !is_text_; }

 private:
  CryptoPan pan_;
  int kept_v4_, kept_v6_;
  bool is_text_;
};

class DocumentationIp final : public IpMask {
 public:
  using IpMask::IpMask;
  void mask_address(IpAddress &address) const override { write_documentation(address, prf_of(address)); }
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const uint32_t room = args.fit.max_chars;
  const bool is_text = args.fit.kind == ValueKind::text;
  if (is_text && room != 0 && room < longest_v4)
    fail(Code::does_not_fit,
         "strategy \"ip\": an address does not fit a column of " + std::to_string(room) + " characters",
         "It takes 15 characters, one of IPv6 39; strategies hash and redact fit any column.");
  const bool has_kept = args.options.has("keep_prefix") || args.options.has("keep_prefix_v6");
  const auto kept_v4 = static_cast<int>(args.options.integer("keep_prefix", 0, 0, 32));
  const auto kept_v6 = static_cast<int>(args.options.integer("keep_prefix_v6", 0, 0, 128));
  if (!args.options.boolean("documentation", false))
    return std::make_unique<PrefixIp>(args.key, room, kept_v4, kept_v6, is_text);
  if (has_kept) args.options.refuse("documentation", "does not go with options that keep a prefix");
  return std::make_unique<DocumentationIp>(args.key, room);
}

}  // namespace

extern constinit const RegistryEntry ip_strategy = {
    {.name = "ip",
     .summary = "Another IP address; what shares a network shares one masked",
     .options_help = "keep_prefix, keep_prefix_v6: bits that stay (default 0); documentation: true for addresses from "
                     "ranges that are never routed (default false)",
     .example = "216.51.132.39",
     .example_of = "198.51.100.7",
     .kinds = kinds_of(ValueKind::text, ValueKind::inet, ValueKind::cidr),
     .keeps_unique = true,
     .when_unique = "ip"},
    make};

}  // namespace confiture::mask
