// mac: another hardware address. The bits for multicast and for local administration stay (IEEE 802, 8.2).
#include <algorithm>
#include <string>
#include <vector>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/error.h"
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

// The digits of an address as people write it, with colons, hyphens, points, blanks or nothing between them.
class WrittenMac {
 public:
  explicit WrittenMac(std::string_view text) {
    for (const char c : text) {
      const int digit = hex_value(c);
      if (digit < 0 && (n_digits_ == 0 || std::string_view(":-. ").find(c) == std::string_view::npos)) return;
      if (digit < 0) continue;
      if (n_digits_ == most_digits) return;
      uint8_t &byte = address.bytes[n_digits_++ / 2];
      byte = static_cast<uint8_t>(byte << 4 | digit);
      is_upper_ |= is_upper(c);
    }
    is_address = n_digits_ == 12 || n_digits_ == most_digits;
    address.size = static_cast<uint8_t>(n_digits_ / 2);
  }
  // As it was written, in capitals if it had one.
  void write_like(std::string_view text, ByteSink &out) const {
    size_t at = 0;
    for (const char c : text) out.append(hex_value(c) < 0 ? c : hex_digit(at++));
  }
  char hex_digit(size_t at) const {
    const int digit = address.bytes[at / 2] >> (at % 2 == 0 ? 4 : 0) & 15;
    return (is_upper_ ? "0123456789ABCDEF" : "0123456789abcdef")[digit];
  }

  MacAddress address;
  bool is_address = false;

 private:
  static constexpr size_t most_digits = 16;
  static int hex_value(char c) {
    const char lower = to_lower(c);
    return is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
  size_t n_digits_ = 0;
  bool is_upper_ = false;
};

constexpr size_t least_room = 12, usual_room = 17;  // without colons, and with

class MacText final : public Strategy {
 public:
  MacText(const StrategyArgs &args, bool keep_vendor)
      : prf_(args.key),
        six_(args.key, 6 * byte_bits, keep_vendor),
        eight_(args.key, 8 * byte_bits, keep_vendor),
        room_(args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    WrittenMac written(value);
    if (!written.is_address || value.size() > room_) return write_other(prf_(value), out);
    (written.address.size == 6 ? six_ : eight_).mask_mac(written.address);
    written.write_like(value, out);
  }

 private:
  // Of what is no address: one that no vendor has given to a device.
  void write_other(const PrfOutput &random, ByteSink &out) const {
    WrittenMac written({});
    store_le64(written.address.bytes.data(), random.lo);
    written.address.bytes[0] = static_cast<uint8_t>((written.address.bytes[0] & 0xfc) | 2);
    for (size_t at = 0; at < 12; at++) {
      if (at > 0 && at % 2 == 0 && room_ >= usual_room) out.append(':');
      out.append(written.hex_digit(at));
    }
  }

  Prf128 prf_;
  MacMask six_, eight_;
  size_t room_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool keep_vendor = args.options.boolean("keep_vendor", false);
  if (args.fit.kind != ValueKind::text)
    return std::make_unique<MacMask>(args.key, byte_bits * traits_of(args.fit.kind).binary_size, keep_vendor);
  if (args.fit.max_chars != 0 && args.fit.max_chars < least_room)
    fail(Code::does_not_fit,
         "strategy \"mac\": an address does not fit a column of " + std::to_string(args.fit.max_chars) + " characters",
         "It takes 12 characters, with colons 17; strategies hash and redact fit any column.");
  return std::make_unique<MacText>(args, keep_vendor);
}

}  // namespace

extern constinit const RegistryEntry mac_strategy = {
    {.name = "mac",
     .summary = "Another hardware address, or another one of the same vendor",
     .options_help = "keep_vendor: true to keep the first three bytes (default false)",
     .example = "54:ac:75:6b:4c:66",
     .example_of = "08:00:2b:01:02:03",
     .kinds = kinds_of(ValueKind::text, ValueKind::macaddr, ValueKind::macaddr8),
     .keeps_unique = true,
     .when_unique = "mac"},
    make};

}  // namespace confiture::mask
