// Letters in encodings that have one byte for each.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/vocabulary.h"

namespace confiture::mask {

class ByteLetters {
 public:
  // `letters`, in UTF-8, are what the bytes from `first` on mean; a blank: no letter.
  constexpr ByteLetters(uint8_t first, std::string_view letters) {
    for (size_t at = 0; at < letters.size(); first++)
      if (const uint32_t letter = next_letter(letters, at); letter >= 0x80) bytes_[place(letter)] = first;
  }
  // Appends text that is in UTF-8. False, and nothing is appended, where a letter is missing.
  bool append(std::string_view text, ByteSink &out) const {
    const size_t start = out.size();
    for (size_t at = 0; at < text.size();) {
      const uint32_t letter = next_letter(text, at);
      const uint8_t byte = letter < 0x80 ? static_cast<uint8_t>(letter) : bytes_[place(letter)];
      if (byte == 0) return out.truncate(start), false;
      out.append(static_cast<char>(byte));
    }
    return true;
  }

 private:
  // 0: the letter has more than two bytes.
  static constexpr uint32_t next_letter(std::string_view text, size_t &at) {
    const auto lead = static_cast<uint8_t>(text[at++]);
    if (lead < 0x80) return lead;
    if (lead >= 0xe0 || at == text.size()) return 0;
    return (lead & 0x1fU) << 6 | (static_cast<uint8_t>(text[at++]) & 0x3fU);
  }
  static constexpr uint32_t latin_end = 0x180, cyrillic = 0x400, cyrillic_end = 0x460;
  static constexpr size_t place(uint32_t letter) {
    if (letter < latin_end) return letter - 0x80;
    return letter >= cyrillic && letter < cyrillic_end ? latin_end + letter - cyrillic : 0;  // 0x80 is no letter
  }
  std::array<uint8_t, latin_end + cyrillic_end - cyrillic> bytes_{};
};

// nullptr: not known.
const ByteLetters *byte_letters(CharEncoding encoding);

}  // namespace confiture::mask
