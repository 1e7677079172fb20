// inet, cidr, macaddr and macaddr8: addresses in network byte order.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mask/byte_sink.h"

namespace confiture::mask {

struct IpAddress {
  bool is_v6 = false;
  uint8_t bits = 32;                // of the network: those after a slash
  std::array<uint8_t, 16> bytes{};  // IPv4: the first four

  size_t size() const { return is_v6 ? 16 : 4; }
  uint8_t longest() const { return is_v6 ? 128 : 32; }
  // Zeroes what is behind the network's bits, as every cidr has it.
  void clear_host();
};

struct MacAddress {
  uint8_t size = 6;  // or 8
  std::array<uint8_t, 8> bytes{};
};

constexpr size_t longest_address = 49;  // ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128

// Reads what PostgreSQL prints, and other ways to write IPv6. Without a slash, `bits` is the address's length. Returns
// false for anything else.
bool read_address(std::string_view text, IpAddress &address);
// Writes it as PostgreSQL does; with_bits: always with a slash, else only where a network is shorter than the address.
void write_address(const IpAddress &address, bool with_bits, ByteSink &out);

}  // namespace confiture::mask
