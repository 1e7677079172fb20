#include "mask/guard/words.h"

#include <algorithm>

#include "mask/guard/dictionary.h"

namespace confiture::mask {

namespace {

// Latin-1 Supplement and Latin Extended-A, U+00C0 to U+017F, without accents. Letters that fold to two (ae, oe, ss,
// th, ij) are written as the first one's capital: see fold().
constexpr std::string_view folded =
    "aaaaaaAceeeeiiii"   // U+00C0
    "dnooooo*ouuuuyTS"   // U+00D0
    "aaaaaaAceeeeiiii"   // U+00E0
    "dnooooo*ouuuuyTy"   // U+00F0
    "aaaaaaccccccccdd"   // U+0100
    "ddeeeeeeeeeegggg"   // U+0110
    "gggghhhhiiiiiiii"   // U+0120
    "iiIIjjkkkllllll"    // U+0130, one short: U+0138 has no capital
    "l"                  //
    "lllnnnnnnnnnoooo"   // U+0140
    "ooOOrrrrrrssssss"   // U+0150
    "ssttttttuuuuuuuu"   // U+0160
    "uuuuwwyyyzzzzzzs";  // U+0170
static_assert(folded.size() == 0x180 - 0xc0);

constexpr std::string_view little_words =
    "of|de|del|della|dell|der|des|du|di|da|do|dos|das|la|le|les|el|los|van|von|the|d|l";

constexpr std::string_view number_words =
    "one|two|three|five|uno|dos|tres|cuatro|cinco|um|dois|quatro|due|tre|quattro|un|deux|trois|quatre|"
    "eins|zwei|drei|vier|een|twee|drie|jeden|dwa|trzy";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// A letter of a name, folded. size 0: a byte that is no letter.
struct Letter {
  char text[2] = {0, 0};
  size_t size = 0;
  bool upper = false;
  size_t bytes = 1;  // taken from the name
};

Letter fold(std::string_view rest) {
  Letter result;
  auto lead = static_cast<unsigned char>(rest[0]);
  if (lead < 0x80) {
    if (is_upper(rest[0]) || is_lower(rest[0])) {
      result.upper = is_upper(rest[0]);
      result.text[0] = static_cast<char>(rest[0] | 0x20);
      result.size = 1;
    }
    return result;
  }
  auto continues = [&](size_t i) { return i < rest.size() && (static_cast<unsigned char>(rest[i]) & 0xc0) == 0x80; };
  if (lead >= 0xe0 && continues(1) && continues(2)) {  // another script
    result.bytes = lead >= 0xf0 && continues(3) ? 4 : 3;
    return result;
  }
  // A two-byte character, or else a byte of a Latin-1 database.
  unsigned code = lead;
  if (lead >= 0xc2 && lead < 0xe0 && continues(1)) {
    code = (lead & 0x1fU) << 6 | (static_cast<unsigned char>(rest[1]) & 0x3fU);
    result.bytes = 2;
  }
  if (code < 0xc0 || code >= 0x180) return result;
  char c = folded[code - 0xc0];
  if (c == '*') return result;  // multiplication and division signs
  result.upper = code < 0xdf || (code >= 0x100 && code % 2 == 0 && (code < 0x139 || code >= 0x14a));
  result.text[0] = static_cast<char>(c | 0x20);
  result.size = 1;
  if (is_upper(c)) {
    result.text[1] = c == 'A' || c == 'O' ? 'e' : c == 'T' ? 'h' : c == 'I' ? 'j' : 's';
    result.size = 2;
  }
  return result;
}

}  // namespace

NameWords::NameWords(std::string_view name) {
  bool previous_upper = false;
  for (size_t at = 0; at < name.size();) {
    Letter here = fold(name.substr(at));
    at += here.bytes;
    if (here.size == 0) {
      end_word();
      continue;
    }
    // A capital begins a word, but in a run of them only the last one does: HTTPProxy is http proxy.
    bool next_lower = at < name.size() && is_lower(name[at]);
    if (used_ > word_start_ && here.upper && (!previous_upper || next_lower)) end_word();
    previous_upper = here.upper;
    for (size_t i = 0; i < here.size; i++) put(here.text[i]);
  }
  end_word();

  // "phone_two" is "phone2".
  if (count_ > 1 && listed(words_[count_ - 1], number_words)) count_--;

  // Little words are left out where anything else is there.
  size_t kept = 0;
  std::array<std::string_view, most_words> big;
  for (std::string_view word : all())
    if (!listed(word, little_words)) big[kept++] = word;
  if (kept > 0) {
    words_ = big;
    count_ = kept;
  }
}

NameWords::NameWords(const NameWords &fused, Split) {
  std::array<std::string_view, most_pieces> pieces;
  for (std::string_view word : fused.all()) {
    size_t n = split_fused(word, pieces);
    if (n == 0) pieces[0] = word;
    for (size_t i = 0; i < std::max(n, size_t{1}) && count_ < most_words; i++)
      if (n == 0 || !listed(pieces[i], little_words)) words_[count_++] = pieces[i];
  }
}

NameWords::NameWords(const NameWords &other, size_t first, size_t count) : count_(count) {
  std::copy_n(other.words_.begin() + static_cast<ptrdiff_t>(first), count, words_.begin());
}

void NameWords::end_word() {
  if (used_ > word_start_ && count_ < most_words) words_[count_++] = {letters_ + word_start_, used_ - word_start_};
  word_start_ = used_;
}

bool listed(std::string_view word, std::string_view list) {
  while (!list.empty()) {
    size_t end = list.find('|');
    if (list.substr(0, end) == word) return true;
    list = end == list.npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

}  // namespace confiture::mask
