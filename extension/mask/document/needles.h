// Values that are looked for inside texts: in any case of ASCII letters, with any kind of blank for another, and where
// they are no part of a longer word. One pass for each value, in time linear in value and text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mask/strategy.h"

namespace confiture::mask {

class Needles {
 public:
  static constexpr size_t fewest_characters = 3;  // of a value; shorter ones are in too many words

  struct Needle {
    std::string folded;
    std::vector<uint32_t> border;  // of each prefix: the size of its longest end that it begins with too
    std::string_view masked;
  };

  explicit Needles(CharEncoding encoding) : encoding_(encoding) {}

  // The values for the texts to come; what becomes of them must be there as long. Blanks around them do not count.
  void set(std::span<const RowValue> values);
  std::span<const Needle> all() const { return {needles_.data(), count_}; }
  CharEncoding encoding() const { return encoding_; }

 private:
  const CharEncoding encoding_;
  std::vector<Needle> needles_;  // the first count_ of them; the rest is kept for its memory
  size_t count_ = 0;
};

struct Occurrence {
  size_t begin = 0, end = 0;
  const Needles::Needle *needle = nullptr;  // nullptr: there is none
};

// The values inside one text, from its front.
class NeedleScan {
 public:
  NeedleScan(const Needles &needles, std::string_view text);

  // The first one that ends behind `done`, of those that begin there the longest.
  Occurrence next(size_t done);

 private:
  struct Search {
    Occurrence found;
    size_t read = 0, matched = 0;  // bytes of the text that are read, and of the value that they end in
  };

  void advance(Search &search) const;
  bool is_inside_word(size_t at) const;

  const std::string_view text_;
  const CharEncoding encoding_;
  std::vector<Search> searches_;
};

}  // namespace confiture::mask
