// Letters of European languages in UTF-8, and what stands for them in ASCII.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confiture::mask {

// A word in the making, in UTF-8.
struct Letters {
  static constexpr size_t most = 64;
  char bytes[most] = {};
  size_t size = 0;

  constexpr void add(std::string_view text) {
    const size_t n = std::min(text.size(), most - size);
    std::copy_n(text.data(), n, bytes + size);
    size += n;
  }
  constexpr std::string_view view() const { return {bytes, size}; }
  constexpr size_t characters() const {
    size_t n = 0;
    for (size_t i = 0; i < size; i++) n += (static_cast<uint8_t>(bytes[i]) & 0xc0) != 0x80;
    return n;
  }
  // Puts `instead` in the place of an ending, if it has that.
  constexpr bool change_ending(std::string_view ending, std::string_view instead) {
    if (!view().ends_with(ending)) return false;
    size -= ending.size();
    add(instead);
    return true;
  }
};

// How a and o with two dots are written in ASCII: as in Finnish, or as in German.
enum class Umlauts : uint8_t { bare, with_e };

// Appends what stands for the text in ASCII; letters of other scripts than Latin and Cyrillic are left out.
constexpr void add_in_ascii(std::string_view text, Umlauts umlauts, Letters &ascii) {
  constexpr std::string_view latin1 = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";
  constexpr std::string_view latin_a =
      "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUu"
      "UuUuWwYyYZzZzZzs";
  static_assert(latin1.size() == 64 && latin_a.size() == 128);
  constexpr std::string_view cyrillic[] = {"a",  "b",  "v",  "g",    "d", "e", "zh", "z", "i",  "y", "k",
                                           "l",  "m",  "n",  "o",    "p", "r", "s",  "t", "u",  "f", "kh",
                                           "ts", "ch", "sh", "shch", "",  "y", "",   "e", "yu", "ya"};
  for (size_t i = 0; i < text.size(); i++) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte < 0x80) {
      ascii.add(text.substr(i, 1));
      continue;
    }
    if ((byte & 0xe0) != 0xc0 || i + 1 == text.size()) continue;
    const uint32_t letter = (byte & 0x1fU) << 6 | (static_cast<uint8_t>(text[++i]) & 0x3fU);
    if (letter >= 0xc0 && letter < 0x100) {
      ascii.add(latin1.substr(letter - 0xc0, 1));
      if (letter == 0xdf) ascii.add("s");
      if (letter == 0xe6 || (umlauts == Umlauts::with_e && (letter == 0xe4 || letter == 0xf6 || letter == 0xfc ||
                                                            letter == 0xc4 || letter == 0xd6 || letter == 0xdc)))
        ascii.add("e");
    } else if (letter >= 0x100 && letter < 0x180) {
      ascii.add(latin_a.substr(letter - 0x100, 1));
      if (letter == 0x153) ascii.add("e");
    } else if (letter == 0x401 || letter == 0x451) {
      ascii.add(letter == 0x401 ? "E" : "e");
    } else if (letter >= 0x410 && letter < 0x450) {
      const std::string_view latin = cyrillic[(letter - 0x410) % 32];
      if (letter >= 0x430 || latin.empty()) {
        ascii.add(latin);
      } else {
        const char upper = static_cast<char>(latin[0] - 'a' + 'A');
        ascii.add({&upper, 1});
        ascii.add(latin.substr(1));
      }
    }
  }
}

// What a letter of one or two bytes is in the other case, itself where there is none. All of these take as many bytes.
constexpr uint32_t letter_in_case(uint32_t letter, bool upper) {
  const auto pairs = [&](bool odd_is_lower) {
    const bool is_lower = (letter % 2 == 1) == odd_is_lower;
    return is_lower == upper ? (upper ? letter - 1 : letter + 1) : letter;
  };
  const auto apart = [&](uint32_t first_upper, uint32_t last_upper, uint32_t distance) {
    if (upper && letter >= first_upper + distance && letter <= last_upper + distance) return letter - distance;
    if (!upper && letter >= first_upper && letter <= last_upper) return letter + distance;
    return letter;
  };
  if (letter < 0x80) return apart('A', 'Z', 0x20);
  if (letter == 0xd7 || letter == 0xf7 || letter == 0xdf) return letter;
  if (letter < 0x100) return letter == 0xff ? letter : apart(0xc0, 0xde, 0x20);
  if (letter == 0x130 || letter == 0x131 || letter == 0x138 || letter == 0x149 || letter == 0x178 || letter == 0x17f)
    return letter;
  if (letter < 0x139 || (letter > 0x149 && letter < 0x178)) return pairs(true);
  if (letter < 0x180) return pairs(false);
  if (letter >= 0x400 && letter < 0x410) return upper ? letter : letter + 0x50;
  if (letter >= 0x450 && letter < 0x460) return upper ? letter - 0x50 : letter;
  if (letter >= 0x410 && letter < 0x450) return apart(0x410, 0x42f, 0x20);
  return letter;
}

}  // namespace confiture::mask
