// Identifiers with a fixed shape and check characters: national identity numbers, tax numbers. The kinds are data
// (mask/data/); this generates a number of a kind, says which kind a value is of, and writes one in the value's form.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/draws.h"

namespace confiture::mask {

// Digits `at` .. `at` + `size` - 1 are a number of `low` to `high`.
struct IdRange {
  uint8_t at = 0, size = 0;
  uint32_t low = 0, high = 0;
};

// A character for each of an identifier: # a digit, @ a letter, x y z a digit of sets[0..2], a b c a letter of them,
// any other digit or letter itself. Of a value read, a set stands for all digits or letters.
struct IdShape {
  std::string_view text;
  uint32_t letters = 0, fixed = 0;  // bit i: character i is a letter; is itself

  constexpr IdShape(const char *shape) : text(shape) {
    for (size_t i = 0; i < text.size(); i++) {
      const char c = text[i];
      const bool itself = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
      letters |= uint32_t{c == '@' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'c')} << i;
      fixed |= uint32_t{itself} << i;
    }
  }
  constexpr size_t size() const { return text.size(); }
};

struct IdKind {
  std::string_view name;
  IdShape shape;
  std::string_view format = {};  // how it is usually written: x for a character, the rest itself; empty: as the shape
  std::string_view sets[3] = {};
  IdRange ranges[4] = {};                // of what is generated
  void (*arrange)(char *id) = nullptr;   // gives random characters a form that neither shape nor range can say
  void (*complete)(char *id) = nullptr;  // writes the check characters, and changes a payload that can have none
  bool (*accepts)(std::string_view id) = nullptr;  // of what is read, where check digits alone say little
};

constexpr size_t longest_id = 24, longest_formatted_id = 32;

// The letters and digits of a value, in upper case.
class IdCharacters {
 public:
  // More than longest_id of them are none.
  explicit IdCharacters(std::string_view value);
  std::string_view view() const { return {text_, size_}; }
  uint32_t letters() const { return letters_; }  // bit i: character i is a letter

 private:
  char text_[longest_id + 1];
  size_t size_ = 0;
  uint32_t letters_ = 0;
};

// Can these be a number of the kind, as far as the shape says? `skipped`: characters left out at its front. The first
// has found size and letters right.
bool has_fixed_of(const IdKind &kind, const IdCharacters &characters, size_t skipped);
inline bool has_shape_of(const IdKind &kind, const IdCharacters &characters, size_t skipped = 0) {
  return characters.view().size() + skipped == kind.shape.size() &&
         characters.letters() == kind.shape.letters >> skipped && has_fixed_of(kind, characters, skipped);
}
// If they can: are the check characters right?
bool has_right_checks(const IdKind &kind, std::string_view characters);
// Is the value written as the kind usually is?
bool is_formatted_as(const IdKind &kind, std::string_view value);

// Writes kind.shape.size() characters.
void generate_id(const IdKind &kind, Draws &draws, char *id);

// Appends an identifier with the blanks, punctuation and case of the value, if that has as many letters and digits,
// else in the usual format, or without one where that has no room.
void write_id(const IdKind &kind, std::string_view id, std::string_view value, uint32_t max_chars, ByteSink &out);

}  // namespace confiture::mask
