// Growable output buffer of the core: append at the end, take from the front. Bounded, so that a false length in a
// stream cannot exhaust the machine's memory.
#pragma once

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include "mask/error.h"

namespace confiture::mask {

class ByteSink {
 public:
  static constexpr size_t max_size = size_t{2} << 30;  // a 1 GiB row, escaped

  ByteSink() = default;
  ByteSink(const ByteSink &) = delete;
  ByteSink &operator=(const ByteSink &) = delete;
  ~ByteSink() { std::free(data_); }

  // Returns room for n bytes at the end; commit() what was written. Throws bad_alloc or limit_exceeded.
  char *reserve(size_t n) {
    if (capacity_ - end_ < n) grow(n);
    return data_ + end_;
  }
  void commit(size_t n) { end_ += n; }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }
  void append(char c) {
    *reserve(1) = c;
    commit(1);
  }

  std::string_view view() const { return {data_ + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  void consume(size_t n) {
    begin_ += n;
    if (begin_ == end_) clear();
  }
  // Forgets all bytes. The memory is kept for the next ones, unless one huge value made it large.
  void clear() {
    begin_ = end_ = 0;
    if (capacity_ > kept_size) {
      std::free(data_);
      data_ = nullptr;
      capacity_ = 0;
    }
  }
  // Gives back all bytes after the first n of view().
  void truncate(size_t n) { end_ = begin_ + n; }
  // A writable pointer to byte `at` of view(), for patching a length written earlier.
  char *at(size_t offset) { return data_ + begin_ + offset; }

 private:
  static constexpr size_t kept_size = size_t{4} << 20;

  void grow(size_t n) {
    // Moves only when that frees more than it copies: a slow reader would make it copy the same bytes again and again.
    if (begin_ >= end_ - begin_ && begin_ > 0) {
      std::memmove(data_, data_ + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      if (capacity_ - end_ >= n) return;
    }
    if (n > max_size - end_) fail(Code::limit_exceeded, "a row is larger than PostgreSQL can store");
    size_t wanted = capacity_ < 4096 ? 4096 : capacity_ * 2;
    if (wanted < end_ + n) wanted = end_ + n;
    void *bigger = std::realloc(data_, wanted);
    if (bigger == nullptr) throw std::bad_alloc();
    data_ = static_cast<char *>(bigger);
    capacity_ = wanted;
  }

  char *data_ = nullptr;
  size_t begin_ = 0, end_ = 0, capacity_ = 0;
};

}  // namespace confiture::mask
