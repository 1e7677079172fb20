// What tests of strategies share: a fixed masking key and short ways to mask one value.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "../../extension/mask/error.h"
#include "../../extension/mask/strategy.h"

namespace confiture::mask {

// 00 01 02 .. 1f: the key behind every example of the documentation and every golden value.
inline std::string test_key() {
  std::string key;
  for (char c = 0; c < 32; c++) key += c;
  return key;
}

inline std::unique_ptr<strategy> make_for(std::string_view name, std::string_view options = "{}", column_fit fit = {},
                                          const std::string &key = test_key()) {
  return make_strategy(name, options, fit, key);
}

inline std::string masked_by(const strategy &s, std::string_view value) {
  byte_sink out;
  s.mask_text(value, out);
  return std::string(out.view());
}

inline std::string mask(std::string_view name, std::string_view options, std::string_view value, column_fit fit = {}) {
  return masked_by(*make_for(name, options, fit), value);
}

inline column_fit room(uint32_t max_chars, char_encoding encoding = char_encoding::utf8) {
  return {value_kind::text, max_chars, encoding};
}

// The error that a call throws; code ok when it throws none.
template <class function>
error error_of(function call) {
  try {
    call();
  } catch (const error &e) {
    return e;
  }
  return {wall::code::ok, "no error", ""};
}

inline error make_error(std::string_view name, std::string_view options = "{}", column_fit fit = {}) {
  return error_of([&] { make_for(name, options, fit); });
}

}  // namespace confiture::mask
