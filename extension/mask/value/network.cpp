#include "mask/value/network.h"

#include <algorithm>
#include <charconv>

namespace confiture::mask {

namespace {

constexpr size_t groups = 8;

// A decimal number without leading zeros, taken from the front.
bool take_number(std::string_view &text, unsigned most, unsigned &number) {
  const char *end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || number > most) return false;
  const auto digits = static_cast<size_t>(stop - text.data());
  if (digits > 1 && text[0] == '0') return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view &text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_v4(std::string_view &text, uint8_t *bytes) {
  for (int i = 0; i < 4; i++) {
    unsigned byte = 0;
    if ((i > 0 && !take(text, '.')) || !take_number(text, 255, byte)) return false;
    bytes[i] = static_cast<uint8_t>(byte);
  }
  return true;
}

// RFC 4291, 2.2: eight groups, :: once for a run of zeros, the last two perhaps as IPv4.
bool read_v6(std::string_view text, std::array<uint8_t, 16> &bytes) {
  size_t count = 0, gap = groups;  // in groups
  if (text.starts_with("::")) {
    text.remove_prefix(2);
    gap = 0;
  }
  while (!text.empty()) {
    const std::string_view group = text.substr(0, text.find(':'));
    if (group.find('.') != group.npos) {
      if (count > groups - 2 || !take_v4(text, bytes.data() + 2 * count) || !text.empty()) return false;
      count += 2;
      break;
    }
    unsigned number = 0;
    const char *end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number, 16);
    const auto digits = static_cast<size_t>(stop - text.data());
    if (failure != std::errc() || digits != group.size() || digits > 4) return false;
    bytes[2 * count] = static_cast<uint8_t>(number >> 8);
    bytes[2 * count + 1] = static_cast<uint8_t>(number);
    count++;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (count == groups) return false;
    text.remove_prefix(1);
    if (take(text, ':')) {
      if (gap != groups) return false;
      gap = count;
    } else if (text.empty()) {
      return false;
    }
  }
  if (gap == groups) return count == groups;
  if (count == groups) return false;
  const size_t behind = 2 * (count - gap);
  std::memmove(bytes.data() + 16 - behind, bytes.data() + 2 * gap, behind);
  std::memset(bytes.data() + 2 * gap, 0, 16 - behind - 2 * gap);
  return true;
}

char *write_number(char *p, unsigned number, int base = 10) { return std::to_chars(p, p + 4, number, base).ptr; }

char *write_v4(char *p, const uint8_t *bytes) {
  for (int i = 0; i < 4; i++) {
    if (i > 0) *p++ = '.';
    p = write_number(p, bytes[i]);
  }
  return p;
}

// The longest run of zeros is written ::, the first of equals, if it is longer than one (PostgreSQL, inet_net_ntop.c;
// BIND). Compatible and mapped addresses end in IPv4.
char *write_v6(char *p, const std::array<uint8_t, 16> &bytes) {
  unsigned group[groups];
  for (size_t i = 0; i < groups; i++) group[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  size_t best = groups, best_size = 1;
  for (size_t i = 0, size = 0; i < groups; i++) {
    size = group[i] == 0 ? size + 1 : 0;
    if (size > best_size) {
      best = i + 1 - size;
      best_size = size;
    }
  }
  const bool ends_in_v4 =
      best == 0 && (best_size == 6 || (best_size == 7 && group[7] != 1) || (best_size == 5 && group[5] == 0xffff));
  for (size_t i = 0; i < groups; i++) {
    if (best != groups && i >= best && i < best + best_size) {
      if (i == best) *p++ = ':';
      continue;
    }
    if (i > 0) *p++ = ':';
    if (i == 6 && ends_in_v4) return write_v4(p, &bytes[12]);
    p = write_number(p, group[i], 16);
  }
  if (best != groups && best + best_size == groups) *p++ = ':';
  return p;
}

}  // namespace

void IpAddress::clear_host() {
  for (size_t i = 0; i < size(); i++) {
    const int kept = std::clamp(bits - 8 * static_cast<int>(i), 0, 8);
    bytes[i] = static_cast<uint8_t>(bytes[i] & (0xff00 >> kept));
  }
}

bool read_address(std::string_view text, IpAddress &address) {
  const size_t slash = std::min(text.find('/'), text.size());
  std::string_view host = text.substr(0, slash), network = text.substr(slash);
  address = {};
  address.is_v6 = host.find(':') != host.npos;
  const bool is_read =
      address.is_v6 ? read_v6(host, address.bytes) : take_v4(host, address.bytes.data()) && host.empty();
  if (!is_read) return false;
  address.bits = address.longest();
  if (network.empty()) return true;
  network.remove_prefix(1);
  unsigned bits = 0;
  if (!take_number(network, address.longest(), bits) || !network.empty()) return false;
  address.bits = static_cast<uint8_t>(bits);
  return true;
}

void write_address(const IpAddress &address, bool with_bits, ByteSink &out) {
  char *const start = out.reserve(longest_address);
  char *p = address.is_v6 ? write_v6(start, address.bytes) : write_v4(start, address.bytes.data());
  if (with_bits || address.bits != address.longest()) {
    *p++ = '/';
    p = write_number(p, address.bits);
  }
  out.commit(static_cast<size_t>(p - start));
}

}  // namespace confiture::mask
