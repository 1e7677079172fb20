// The one place where exceptions of the core become a wall::Status.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "mask/error.h"
#include "wall/wall.h"

namespace confiture::wall {

// Fills the status; longer text is cut between two UTF-8 characters. Always NUL-terminated. `status` may be nullptr.
void set_status(Status *status, Code code, std::string_view message, std::string_view hint = {}) noexcept;

inline void set_ok(Status *status) noexcept {
  if (status == nullptr) return;
  status->code = Code::ok;
  status->message[0] = status->hint[0] = '\0';
}

// Fills the status from the exception being handled: call inside a catch block only.
void set_status_from_exception(Status *status) noexcept;

// Runs the body of a function of the wall. Returns what the body returns (true: done), false when it threw.
template <typename Function>
bool guarded(Status *status, Function body) noexcept {
  try {
    set_ok(status);
    return body();
  } catch (...) {
    set_status_from_exception(status);
  }
  return false;
}

}  // namespace confiture::wall
