// The one exception type of the core. Caught at the wall; text never holds a row value.
#pragma once

#include <string>
#include <utility>

#include "wall/wall.h"

namespace confiture::mask {

struct Error {
  wall::Code what;
  std::string message;
  std::string hint;
};

[[noreturn]] inline void fail(wall::Code what, std::string message, std::string hint = {}) {
  throw Error{what, std::move(message), std::move(hint)};
}

}  // namespace confiture::mask
