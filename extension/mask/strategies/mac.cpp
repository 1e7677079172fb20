// mac: another hardware address. The bits for multicast and for local administration stay (IEEE 802, 8.2).
#include <algorithm>
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
  void mask_mac(MacAddress &value) const override { mask_macs({&value, 1}); }
  void mask_macs(std::span<MacAddress> values) const override {
    const uint64_t masked = (uint64_t{1} << bits_) - 1;
    uint64_t kept[side_by_side], numbers[side_by_side];
    for (size_t i = 0; i < values.size(); i++) {
      const uint64_t number = read(values[i]);
      kept[i] = number & ~masked;
      numbers[i] = number & masked;
    }
    permute({numbers, values.size()});
    for (size_t i = 0; i < values.size(); i++) write(kept[i] | numbers[i], values[i]);
  }
  bool keeps_unique() const override { return true; }

 private:
  // Devices come again and again: of those that came lately the permuted numbers are kept.
  struct Known {
    uint64_t number = UINT64_MAX, permuted = 0;
  };
  void permute(std::span<uint64_t> numbers) const {
    if (known_.empty()) known_.resize(size_t{1} << known_bits);
    uint64_t new_ones[side_by_side];
    size_t place[side_by_side], n = 0;
    for (size_t i = 0; i < numbers.size(); i++) {
      const Known &known = known_of(numbers[i]);
      new_ones[n] = numbers[i];
      place[n] = i;
      n += known.number != numbers[i];
      numbers[i] = known.permuted;
    }
    uint64_t permuted[side_by_side];
    std::copy_n(new_ones, n, permuted);
    permute_.permute({permuted, n});
    for (size_t i = 0; i < n; i++) {
      known_of(new_ones[i]) = {new_ones[i], permuted[i]};
      numbers[place[i]] = permuted[i];
    }
  }
  Known &known_of(uint64_t number) const { return known_[number * 0x9e3779b97f4a7c15 >> (64 - known_bits)]; }

  uint64_t read(const MacAddress &address) const {
    uint64_t number = keep_vendor_ ? address.bytes[0] : swap_flags(address.bytes[0]);
    for (size_t i = 1; i < address.size; i++) number = number << byte_bits | address.bytes[i];
    return number;
  }
  void write(uint64_t number, MacAddress &address) const {
    for (size_t i = address.size; i-- > 0; number >>= byte_bits) address.bytes[i] = static_cast<uint8_t>(number);
    if (!keep_vendor_) address.bytes[0] = swap_flags_back(address.bytes[0]);
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
