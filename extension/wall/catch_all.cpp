#include "wall/catch_all.h"

#include <cstring>

namespace confiture::wall {

namespace {

// A byte that goes on with a UTF-8 character another byte started.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Appends to the NUL-terminated text of `used` bytes in `to`, as much as fits in whole characters.
size_t append_cut(char *to, size_t capacity, size_t used, std::string_view text) {
  size_t size = text.size();
  if (size > capacity - 1 - used) {
    size = capacity - 1 - used;
    // Step back at most over one character, so that text in another encoding is cut as well, not dropped.
    for (int i = 0; i < 3 && size > 0 && is_continuation(text[size]); ++i) --size;
  }
  if (size > 0) std::memcpy(to + used, text.data(), size);
  to[used + size] = '\0';
  return used + size;
}

void set_status_parts(Status *st, Code what, std::string_view where, std::string_view message, std::string_view hint) {
  if (st == nullptr) return;
  st->what = what;
  append_cut(st->message, sizeof st->message, append_cut(st->message, sizeof st->message, 0, where), message);
  append_cut(st->hint, sizeof st->hint, 0, hint);
}

}  // namespace

void set_status(Status *st, Code what, std::string_view message, std::string_view hint) noexcept {
  set_status_parts(st, what, {}, message, hint);
}

void set_status_from_exception(Status *st, std::string_view where) noexcept {
  try {
    throw;
  } catch (const mask::Error &failure) {
    set_status_parts(st, failure.what, where, failure.message, failure.hint);
  } catch (const std::bad_alloc &) {
    set_status_parts(st, Code::out_of_memory, {}, "out of memory", {});
  } catch (...) {
    // Not what(): the text of a foreign exception may quote a value.
    set_status_parts(st, Code::internal, where, "unexpected failure in the mask core", {});
  }
}

}  // namespace confiture::wall
