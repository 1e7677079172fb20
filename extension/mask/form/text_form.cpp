#include "mask/form/text_form.h"

namespace confiture::mask {

namespace {

constexpr size_t uuid_text_size = 36;
constexpr char hex[] = "0123456789abcdef";

bool is_uuid_dash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

// Two digits as a byte, -1 if they are none.
int hex_byte(const char *digits) {
  const int high = hex_digit(digits[0]), low = hex_digit(digits[1]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

}  // namespace

bool TextForm::read_uuid(std::string_view value, Uuid &uuid) {
  if (value.size() != uuid_text_size) return false;
  size_t digits = 0;
  for (size_t i = 0; i < uuid_text_size; ++i) {
    if (is_uuid_dash(i)) {
      if (value[i] != '-') return false;
      continue;
    }
    const int digit = hex_digit(value[i]);
    if (digit < 0) return false;
    uuid[digits / 2] = static_cast<uint8_t>(uuid[digits / 2] << 4 | digit);
    ++digits;
  }
  return true;
}

void TextForm::write_uuid(const Uuid &uuid, ByteSink &out) {
  char *room = out.reserve(uuid_text_size);
  size_t digits = 0;
  for (size_t i = 0; i < uuid_text_size; ++i) {
    if (is_uuid_dash(i)) {
      room[i] = '-';
      continue;
    }
    const uint8_t byte = uuid[digits / 2];
    room[i] = hex[digits % 2 == 0 ? byte >> 4 : byte & 15];
    ++digits;
  }
  out.commit(uuid_text_size);
}

bool TextForm::read_mac(std::string_view value, MacAddress &mac) {
  if (value.size() != size_t{3} * mac.size - 1) return false;
  for (size_t i = 0; i < mac.size; ++i) {
    const int byte = hex_byte(value.data() + 3 * i);
    if (byte < 0 || (i > 0 && value[3 * i - 1] != ':')) return false;
    mac.bytes[i] = static_cast<uint8_t>(byte);
  }
  return true;
}

void TextForm::write_mac(const MacAddress &mac, ByteSink &out) {
  char *p = out.reserve(size_t{3} * mac.size);
  for (size_t i = 0; i < mac.size; ++i) {
    *p++ = hex[mac.bytes[i] >> 4];
    *p++ = hex[mac.bytes[i] & 15];
    *p++ = ':';
  }
  out.commit(size_t{3} * mac.size - 1);
}

bool TextForm::read_hex(std::string_view value, ByteSink &bytes) {
  if (!value.starts_with("\\x") || value.size() % 2 != 0) return false;
  const size_t size = value.size() / 2 - 1;
  char *room = bytes.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    const int byte = hex_byte(value.data() + 2 + 2 * i);
    if (byte < 0) return false;
    room[i] = static_cast<char>(byte);
  }
  bytes.commit(size);
  return true;
}

void TextForm::write_hex(std::string_view bytes, ByteSink &out) {
  char *p = out.reserve(2 + 2 * bytes.size());
  *p++ = '\\';
  *p++ = 'x';
  for (const char c : bytes) {
    *p++ = hex[static_cast<unsigned char>(c) >> 4];
    *p++ = hex[static_cast<unsigned char>(c) & 15];
  }
  out.commit(2 + 2 * bytes.size());
}

}  // namespace confiture::mask
