// The one exception type of the core. Caught at the wall; text never holds a row value.
#pragma once

#include <string>
#include <utility>

#include "../wall/wall.h"

namespace confiture::mask {

struct error {
  wall::code what;
  std::string message;
  std::string hint;
};

[[noreturn]] inline void fail(wall::code what, std::string message, std::string hint = {}) {
  throw error{what, std::move(message), std::move(hint)};
}

}  // namespace confiture::mask
