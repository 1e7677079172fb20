// mac: another hardware address. The bits for multicast and for local administration stay (IEEE 802, 8.2).
#include <algorithm>
#include <array>
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

// What a character is in a written address: a table, since branches would guess wrong.
struct MacCharacter {
  static constexpr uint8_t digit = 0x10, capital = 0x20, small = 0x40, separator = 0x80;
};
constexpr auto mac_characters = [] {
  std::array<uint8_t, 256> table{};
  for (const char c : {':', '-', '.', ' '}) table[static_cast<uint8_t>(c)] = MacCharacter::separator;
  for (uint8_t i = 0; i < 10; i++) table['0' + i] = MacCharacter::digit | i;
  for (uint8_t i = 0; i < 6; i++) {
    table['A' + i] = MacCharacter::digit | MacCharacter::capital | (10 + i);
    table['a' + i] = MacCharacter::digit | MacCharacter::small | (10 + i);
  }
  return table;
}();

// The digits of an address as people write it, with colons, hyphens, points, blanks or nothing between them.
class WrittenMac {
 public:
  explicit WrittenMac(std::string_view text) {
    for (const char c : text) {
      const uint8_t is = mac_characters[static_cast<uint8_t>(c)];
      seen_ |= is;
      if ((is & MacCharacter::digit) == 0) {
        if (is == 0 || n_digits_ == 0) return;
        continue;
      }
      if (n_digits_ == most_digits) return;
      number_ = number_ << 4 | (is & 15);
      n_digits_++;
    }
    is_address = n_digits_ == 12 || n_digits_ == most_digits;
  }
  MacAddress address() const {
    MacAddress address{static_cast<uint8_t>(n_digits_ / 2), {}};
    for (size_t i = 0; i < address.size; i++)
      address.bytes[i] = static_cast<uint8_t>(number_ >> byte_bits * (address.size - 1 - i));
    return address;
  }
  void set(const MacAddress &address) {
    n_digits_ = 2 * size_t{address.size};
    for (size_t i = 0; i < address.size; i++) number_ = number_ << byte_bits | address.bytes[i];
  }
  // As it was written, in capitals if it had one.
  void write_like(std::string_view text, ByteSink &out) const {
    char *p = out.reserve(text.size());
    size_t at = 0;
    for (const char c : text)
      *p++ = mac_characters[static_cast<uint8_t>(c)] < MacCharacter::separator ? hex_digit(at++) : c;
    out.commit(text.size());
  }
  char hex_digit(size_t at) const {
    return (is_upper() ? "0123456789ABCDEF" : "0123456789abcdef")[number_ >> 4 * (n_digits_ - 1 - at) & 15];
  }
  // A digit above 9 has its highest bit and one of the two next to it.
  bool has_letters() const { return (number_ & (number_ << 1 | number_ << 2) & 0x8888888888888888) != 0; }
  bool is_upper() const { return (seen_ & MacCharacter::capital) != 0; }
  bool is_in_two_cases() const { return is_upper() && (seen_ & MacCharacter::small) != 0; }

  bool is_address = false;

 private:
  static constexpr size_t most_digits = 16;
  uint64_t number_ = 0;
  size_t n_digits_ = 0;
  uint8_t seen_ = 0;
};

constexpr size_t least_room = 12, usual_room = 17;  // without colons, and with

class MacText final : public Strategy {
 public:
  MacText(const StrategyArgs &args, bool keep_vendor, bool unique)
      : prf_(args.key),
        six_(args.key, 6 * byte_bits, keep_vendor),
        eight_(args.key, 8 * byte_bits, keep_vendor),
        room_(args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars),
        unique_(unique) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    WrittenMac written(value);
    const bool is_other = !written.is_address || value.size() > room_ || (unique_ && written.is_in_two_cases());
    if (is_other) return write_other(prf_(value), out);
    MacAddress address = written.address();
    // One address in capitals and in small letters stays two texts: walks the cycle on to one that shows capitals.
    do {
      (address.size == 6 ? six_ : eight_).mask_mac(address);
      written.set(address);
    } while (unique_ && written.is_upper() && !written.has_letters());
    written.write_like(value, out);
  }
  void expect_texts(std::span<const std::string_view> values) const override {
    MacAddress addresses[2][side_by_side];
    size_t n[2] = {};
    for (const std::string_view value : values)
      if (const WrittenMac written(value); written.is_address) {
        const MacAddress address = written.address();
        const bool is_long = address.size == 8;
        addresses[is_long][n[is_long]++] = address;
      }
    if (n[0] > 0) six_.mask_macs({addresses[0], n[0]});
    if (n[1] > 0) eight_.mask_macs({addresses[1], n[1]});
  }
  bool keeps_unique() const override { return unique_; }

 private:
  // Of what is no address: one that no vendor has given to a device.
  void write_other(const PrfOutput &random, ByteSink &out) const {
    MacAddress address;
    store_le64(address.bytes.data(), random.lo);
    address.bytes[0] = static_cast<uint8_t>((address.bytes[0] & 0xfc) | 2);
    WrittenMac written({});
    written.set(address);
    for (size_t at = 0; at < 12; at++) {
      if (at > 0 && at % 2 == 0 && room_ >= usual_room) out.append(':');
      out.append(written.hex_digit(at));
    }
  }

  Prf128 prf_;
  MacMask six_, eight_;
  size_t room_;
  bool unique_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool keep_vendor = args.options.boolean("keep_vendor", false), unique = args.options.boolean("unique", false);
  if (args.fit.kind != ValueKind::text)
    return std::make_unique<MacMask>(args.key, byte_bits * traits_of(args.fit.kind).binary_size, keep_vendor);
  if (args.fit.max_chars != 0 && args.fit.max_chars < least_room)
    fail(Code::does_not_fit,
         "strategy \"mac\": an address does not fit a column of " + std::to_string(args.fit.max_chars) + " characters",
         "It takes 12 characters, with colons 17; strategies hash and redact fit any column.");
  return std::make_unique<MacText>(args, keep_vendor, unique);
}

}  // namespace

extern constinit const RegistryEntry mac_strategy = {
    {.name = "mac",
     .summary = "Another hardware address, or another one of the same vendor",
     .options_help = "keep_vendor: true to keep the first three bytes (default false); unique: of texts too, distinct "
                     "ones stay so (default false)",
     .example = "54:ac:75:6b:4c:66",
     .example_of = "08:00:2b:01:02:03",
     .kinds = kinds_of(ValueKind::text, ValueKind::macaddr, ValueKind::macaddr8),
     .keeps_unique = true,
     .when_unique = "mac",
     .when_unique_options = R"({"unique": true})"},
    make};

}  // namespace confiture::mask
