// Reads and writes whole files.
#pragma once

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "error.h"

namespace client {

// Reads everything, but stops soon after `most` bytes.
inline std::string read_text(std::istream &stream, size_t most) {
  std::string text;
  std::array<char, 4096> part = {};
  // Unlike iterators, read() does not throw when the file is a directory.
  while (text.size() < most && stream.read(part.data(), part.size()).gcount() > 0)
    text.append(part.data(), static_cast<size_t>(stream.gcount()));
  return text;
}

inline void write_file(const std::string &name, const std::string &text) {
  std::ofstream file(name, std::ios::binary);
  file << text << std::flush;
  if (!file) throw Error(ExitCode::failed, "cannot write " + name + ": " + std::strerror(errno));
}

}  // namespace client
