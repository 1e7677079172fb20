// The one exception type of the core, caught at the wall. Its text never holds a row value.
#pragma once

#include <string>
#include <utility>

#include "mask/vocabulary.h"

namespace confiture::mask {

struct Error {
  Code code;
  std::string message;  // lower case, no full stop
  std::string hint;     // a sentence, or empty
};

[[noreturn]] inline void fail(Code code, std::string message, std::string hint = {}) {
  throw Error{code, std::move(message), std::move(hint)};
}

}  // namespace confiture::mask
