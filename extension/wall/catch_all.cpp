#include "wall/catch_all.h"

#include <cstring>

namespace confiture::wall {

namespace {

// Is it a byte inside a UTF-8 character, not its first?
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Writes as much of the text as fits in whole characters, and a NUL.
void copy_cut(char *buffer, size_t capacity, std::string_view text) {
  size_t size = text.size();
  if (size > capacity - 1) {
    size = capacity - 1;
    // Steps back over one character at most, so that text in another encoding is cut as well, not dropped.
    for (int i = 0; i < 3 && size > 0 && is_continuation(text[size]); ++i) --size;
  }
  if (size > 0) std::memcpy(buffer, text.data(), size);
  buffer[size] = '\0';
}

}  // namespace

void set_status(Status *status, Code code, std::string_view message, std::string_view hint) noexcept {
  if (status == nullptr) return;
  status->code = code;
  copy_cut(status->message, sizeof status->message, message);
  copy_cut(status->hint, sizeof status->hint, hint);
}

void set_status_from_exception(Status *status) noexcept {
  try {
    throw;
  } catch (const mask::Error &failure) {
    set_status(status, failure.code, failure.message, failure.hint);
  } catch (const std::bad_alloc &) {
    set_status(status, Code::out_of_memory, "out of memory");
  } catch (...) {
    // Not what(): the text of a foreign exception may quote a value.
    set_status(status, Code::internal, "unexpected failure in the mask core");
  }
}

}  // namespace confiture::wall
