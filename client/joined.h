// Lists as text.
#pragma once

#include <string>
#include <vector>

namespace client {

inline std::string joined(const std::vector<std::string> &words, const std::string &between = ", ") {
  std::string text;
  for (const std::string &each : words) text += (text.empty() ? "" : between) + each;
  return text;
}

}  // namespace client
