// Files as a whole.
#pragma once

#include <fstream>
#include <string>

#include "error.h"

namespace client {

inline void write_file(const std::string &name, const std::string &text) {
  std::ofstream file(name, std::ios::binary);
  file << text << std::flush;
  if (!file) throw error(exit_code::failed, "cannot write " + name);
}

}  // namespace client
