#include "mask/letter_case.h"

#include "mask/characters.h"
#include "mask/data/letters.h"

namespace confiture::mask {

namespace {

// Returns the letter of one or two bytes at the front, 0 for any other character; `size` is its bytes.
uint32_t first_letter(std::string_view text, size_t &size) {
  size = utf8_character_size(text);
  if (size == 1) return static_cast<uint8_t>(text[0]) < 0x80 ? static_cast<uint8_t>(text[0]) : 0;
  if (size != 2) return 0;
  return (static_cast<uint8_t>(text[0]) & 0x1fU) << 6 | (static_cast<uint8_t>(text[1]) & 0x3fU);
}

}  // namespace

LetterCase case_of(std::string_view value) {
  bool has_upper = false, has_lower = false;
  for (size_t size; !value.empty(); value.remove_prefix(size)) {
    const uint32_t letter = first_letter(value, size);
    has_upper |= letter_in_case(letter, false) != letter;
    has_lower |= letter_in_case(letter, true) != letter;
  }
  if (has_upper == has_lower) return LetterCase::title;
  return has_upper ? LetterCase::upper : LetterCase::lower;
}

void append_in_case(std::string_view text, LetterCase letter_case, bool is_turkish, ByteSink &out) {
  if (letter_case == LetterCase::title) return out.append(text);
  const bool upper = letter_case == LetterCase::upper;
  for (size_t size; !text.empty(); text.remove_prefix(size)) {
    const uint32_t letter = first_letter(text, size);
    if (letter == 0xdf && upper) {
      out.append("\u1e9e");  // sharp s has had a capital form since 2017
    } else if (letter == 0x131 && upper) {
      out.append('I');
    } else if (is_turkish && letter == 'i' && upper) {
      out.append("\u0130");
    } else if (letter == 0x130 && !upper) {
      out.append('i');
    } else if (is_turkish && letter == 'I' && !upper) {
      out.append("\u0131");
    } else if (const uint32_t changed = letter_in_case(letter, upper); changed == letter) {
      out.append(text.substr(0, size));
    } else if (changed < 0x80) {
      out.append(static_cast<char>(changed));
    } else {
      out.append(static_cast<char>(0xc0 | changed >> 6));
      out.append(static_cast<char>(0x80 | (changed & 0x3f)));
    }
  }
}

}  // namespace confiture::mask
