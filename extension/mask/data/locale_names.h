// Makes the lists of a locale from text when compiled: names with a blank in between, "Chloé Zoé". A name
// whose ASCII form does not follow from its letters has it behind it: "佐藤=Sato".
#pragma once

#include "mask/data/letters.h"
#include "mask/data/locale.h"

namespace confiture::mask {

constexpr size_t count_names(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

template <size_t n>
struct LocaleNames {
  std::array<ListedName, n> ascii;
  std::array<NativeName, n> native;
};

// What a rule makes of a man's last name.
using FeminineRule = void (*)(Letters &name);

// Sorted by length, of whichever form is longer.
template <size_t n>
constexpr LocaleNames<n> make_names(std::string_view text, Umlauts umlauts = Umlauts::bare,
                                    FeminineRule feminine = nullptr) {
  LocaleNames<n> parsed{}, sorted{};
  for (size_t i = 0; i < n; i++) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t sign = std::min(item.find('='), item.size());
    Letters native, ascii;
    native.add(item.substr(0, sign));
    if (feminine != nullptr) feminine(native);
    if (sign < item.size())
      ascii.add(item.substr(sign + 1));
    else
      add_in_ascii(native.view(), umlauts, ascii);
    std::copy_n(native.bytes, native.size, parsed.native[i].letters);
    parsed.native[i].size = static_cast<uint8_t>(native.size);
    parsed.native[i].characters = static_cast<uint8_t>(native.characters());
    if (ascii.size > sizeof ListedName::letters || native.size > sizeof NativeName::letters) throw "too long a name";
    if (ascii.size < NameList::shortest) throw "too short a name";
    std::copy_n(ascii.bytes, ascii.size, parsed.ascii[i].letters);
    parsed.ascii[i].size = static_cast<uint8_t>(ascii.size);
  }
  size_t to = 0;
  for (size_t width = 1; to < n; width++)
    for (size_t i = 0; i < n; i++)
      if (std::max(parsed.ascii[i].size, parsed.native[i].characters) == width) {
        sorted.ascii[to] = parsed.ascii[i];
        sorted.native[to++] = parsed.native[i];
      }
  return sorted;
}

// A list called <name>_list of this text.
#define LOCALE_NAMES(name, text, ...)                                                           \
  constexpr std::string_view name##_text = text;                                                \
  constexpr auto name##_names = make_names<count_names(name##_text)>(name##_text, __VA_ARGS__); \
  constexpr NameList name##_list(name##_names.ascii, name##_names.native)

#define LOCALE_TITLES(name, text)                                                                       \
  constexpr std::string_view name##_titles_text = text;                                                 \
  constexpr auto name##_title_words = split_words<count_words(name##_titles_text)>(name##_titles_text); \
  constexpr WordList name##_titles(name##_title_words)

}  // namespace confiture::mask
