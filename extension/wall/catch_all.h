// The one place where exceptions of the core become a wall::status.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "mask/error.h"
#include "wall/wall.h"

namespace confiture::wall {

// Fills the status; longer text is cut between two UTF-8 characters. Always NUL-terminated. `st` may be nullptr.
void set_status(Status *st, Code what, std::string_view message, std::string_view hint = {}) noexcept;

inline void set_ok(Status *st) noexcept {
  if (st == nullptr) return;
  st->what = Code::ok;
  st->message[0] = st->hint[0] = '\0';
}

// Fills the status from the exception being handled: call inside a catch block only. `where` (may be empty) goes
// before the message of a mask::error, e.g. `column "email": `.
void set_status_from_exception(Status *st, std::string_view where = {}) noexcept;

// Runs the body of a function of the wall. Returns what it returns (true: done), false when it threw.
template <typename function>
bool guarded(Status *st, function body) noexcept {
  try {
    set_ok(st);
    return body();
  } catch (...) {
    set_status_from_exception(st);
  }
  return false;
}

}  // namespace confiture::wall
