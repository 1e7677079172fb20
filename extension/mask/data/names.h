// Lists of names, kept by length: what fits a column is then the front of the list, and no index table is needed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

class name_list {
 public:
  static constexpr uint32_t shortest = 2, longest = 12;

  // by_length[i] holds the names of i + 2 letters, each with a blank behind it.
  constexpr explicit name_list(const std::string_view (&by_length)[longest - shortest + 1]) {
    for (uint32_t length = shortest; length <= longest; length++) {
      text_[length] = by_length[length - shortest].data();
      end_[length] = end_[length - 1] + static_cast<uint32_t>(by_length[length - shortest].size() / (length + 1));
    }
  }

  // How many names have at most so many letters.
  constexpr uint32_t count(uint32_t letters = longest) const { return end_[letters < longest ? letters : longest]; }

  constexpr std::string_view operator[](uint32_t index) const {
    uint32_t length = shortest;
    while (index >= end_[length]) length++;
    return {text_[length] + (index - end_[length - 1]) * (length + 1), length};
  }

 private:
  const char *text_[longest + 1] = {};
  uint32_t end_[longest + 1] = {};
};

extern const name_list first_names, last_names;

}  // namespace confiture::mask
