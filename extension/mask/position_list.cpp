#include "mask/position_list.h"

#include <charconv>

#include "mask/error.h"

namespace confiture::mask {

namespace {

void append_number(std::string *bytes, uint32_t number) {
  for (; number >= 0x80; number >>= 7) bytes->push_back(static_cast<char>(number | 0x80));
  bytes->push_back(static_cast<char>(number));
}

[[noreturn]] void fail_damaged() { fail(Code::malformed_stream, "a list of row positions is damaged"); }

uint32_t take_number(std::string_view *bytes) {
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (bytes->empty()) fail_damaged();
    auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    number |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) {
      if (number > UINT32_MAX) fail_damaged();
      return static_cast<uint32_t>(number);
    }
  }
  fail_damaged();
}

void append_decimal(std::string *text, uint32_t number) {
  char digits[10];
  text->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_position(std::string *text, Position position) {
  text->append(text->size() > 1 ? ",\"(" : "\"(");
  append_decimal(text, block_of(position));
  text->push_back(',');
  append_decimal(text, offset_of(position));
  text->append(")\"");
}

}  // namespace

std::string pack_positions(std::span<const Position> positions) {
  std::string packed;
  Position previous = 0;
  for (Position position : positions) {
    uint32_t blocks = block_of(position) - block_of(previous);
    append_number(&packed, blocks);
    append_number(&packed,
                  blocks > 0 ? offset_of(position) : static_cast<uint32_t>(offset_of(position) - offset_of(previous)));
    previous = position;
  }
  return packed;
}

std::string positions_text(std::span<const Position> positions) {
  std::string text = "{";
  text.reserve(positions.size() * 14 + 2);
  for (Position position : positions) append_position(&text, position);
  text.push_back('}');
  return text;
}

std::string unpacked_text(std::string_view packed) {
  std::string text = "{";
  uint64_t block = 0, offset = 0;
  while (!packed.empty()) {
    uint32_t blocks = take_number(&packed), offsets = take_number(&packed);
    block += blocks;
    offset = blocks > 0 ? offsets : offset + offsets;
    if (block > UINT32_MAX || offset == 0 || offset > greatest_offset) fail_damaged();
    append_position(&text, make_position(static_cast<uint32_t>(block), static_cast<uint16_t>(offset)));
  }
  text.push_back('}');
  return text;
}

}  // namespace confiture::mask
