// mac: another hardware address. The bits for multicast and for local administration stay (IEEE 802, 8.2).
#include <vector>

#include "mask/feistel.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int byte_bits = 8;
constexpr int vendor_bits = 24;  // organizationally unique identifier
constexpr int flag_bits = 2;     // the last of the first byte

class MacMask final : public Strategy {
 public:
  MacMask(const Subkey &key, int bits, bool keep_vendor)
      : bits_(bits - (keep_vendor ? vendor_bits : flag_bits)),
        keep_vendor_(keep_vendor),
        permute_(Prf128(key), bits_, 0) {}

  // A permutation of the bits that do not stay, which are the last ones once the flags are in front.
  void mask_mac(MacAddress &value) const override {
    if (!keep_vendor_) value.bytes[0] = swap_flags(value.bytes[0]);
    uint64_t number = 0;
    for (size_t i = 0; i < value.size; i++) number = number << byte_bits | value.bytes[i];
    const uint64_t masked = (uint64_t{1} << bits_) - 1;
    number = (number & ~masked) | permuted(number & masked);
    for (size_t i = value.size; i-- > 0; number >>= byte_bits) value.bytes[i] = static_cast<uint8_t>(number);
    if (!keep_vendor_) value.bytes[0] = swap_flags_back(value.bytes[0]);
  }
  bool keeps_unique() const override { return true; }

 private:
  // Devices come again and again: of those that came lately the permuted numbers are kept.
  struct Known {
    uint64_t number = UINT64_MAX, permuted = 0;
  };
  uint64_t permuted(uint64_t number) const {
    if (known_.empty()) known_.resize(size_t{1} << known_bits);
    Known &known = known_[number * 0x9e3779b97f4a7c15 >> (64 - known_bits)];
    if (known.number != number) known = {number, permute_(number)};
    return known.permuted;
  }

  static uint8_t swap_flags(uint8_t byte) {
    return static_cast<uint8_t>(byte << (byte_bits - flag_bits) | byte >> flag_bits);
  }
  static uint8_t swap_flags_back(uint8_t byte) {
    return static_cast<uint8_t>(byte << flag_bits | byte >> (byte_bits - flag_bits));
  }

  int bits_;
  bool keep_vendor_;
  Feistel permute_;
  static constexpr int known_bits = 12;
  mutable std::vector<Known> known_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const int bits = byte_bits * traits_of(args.fit.kind).binary_size;
  return std::make_unique<MacMask>(args.key, bits, args.options.boolean("keep_vendor", false));
}

}  // namespace

extern constinit const RegistryEntry mac_strategy = {
    {.name = "mac",
     .summary = "Another hardware address, or another one of the same vendor",
     .options_help = "keep_vendor: true to keep the first three bytes (default false)",
     .example = "54:ac:75:6b:4c:66",
     .example_of = "08:00:2b:01:02:03",
     .kinds = kinds_of(ValueKind::macaddr, ValueKind::macaddr8),
     .keeps_unique = true,
     .when_unique = "mac"},
    make};

}  // namespace confiture::mask
