// Counting characters the way the server does, and quoting text in messages.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "mask/vocabulary.h"

namespace confiture::mask {

// May a value that is not of the form that its strategy expects be copied as it is, where an option says so? Not where
// an address or a number of a telephone, an account or a card may be in it.
bool may_pass(std::string_view value);

// Bytes of the first character of a non-empty string. What is not well-formed UTF-8 counts byte by byte, so that
// hostile input cannot make a reader run over the end.
size_t utf8_character_size(std::string_view text);

// Characters in a text. In encodings of which we know no more than "multi-byte", bytes: never fewer than characters.
size_t count_characters(std::string_view text, CharEncoding encoding);

// Bytes of the first n characters.
size_t prefix_size(std::string_view text, size_t n, CharEncoding encoding);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_upper(c) || is_lower(c); }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// A letter or digit in upper case, 0 for any other character: a table, since values of many shapes make branches guess
// wrong.
constexpr auto upper_alphanumerics = [] {
  std::array<char, 256> table{};
  for (char c = '0'; c <= '9'; c++) table[static_cast<unsigned char>(c)] = c;
  for (char c = 'A'; c <= 'Z'; c++)
    table[static_cast<unsigned char>(c)] = table[static_cast<unsigned char>(to_lower(c))] = c;
  return table;
}();
constexpr char upper_alphanumeric(char c) { return upper_alphanumerics[static_cast<unsigned char>(c)]; }
constexpr bool is_alphanumeric(char c) { return upper_alphanumeric(c) != 0; }

// Appends the letters and digits of `text` in the places that `value` has for such, in the value's case, the rest of
// the value as it is. There have to be as many.
void write_in_form_of(std::string_view value, std::string_view text, class ByteSink &out);

// A value cut to a column's width; 0: no limit.
std::string_view cut_to(std::string_view text, uint32_t max_chars, CharEncoding encoding);

bool is_ascii(std::string_view text);
bool is_printable_ascii(std::string_view text);

// "text" in double quotes, at most 60 bytes of it, control characters replaced: for option names and values.
std::string in_quotes(std::string_view text);

}  // namespace confiture::mask
