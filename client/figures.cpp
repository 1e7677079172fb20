#include "figures.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace client {

namespace {

template <typename... Arguments>
std::string format(const char *pattern, Arguments... arguments) {
  std::array<char, 64> text = {};
  std::snprintf(text.data(), text.size(), pattern, arguments...);
  return text.data();
}

}  // namespace

std::string grouped(double number) {
  std::string digits = format("%.0f", std::max(0.0, number));
  std::string text;
  for (size_t i = 0; i < digits.size(); i++) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(double number, const std::string &noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string bytes_text(double bytes) {
  constexpr std::array units = {"B", "kB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1000;
    unit++;
  }
  return format(unit > 0 && bytes < 10 ? "%.1f %s" : "%.0f %s", bytes, units.at(unit));
}

std::string clock(double seconds) {
  auto rounded = static_cast<long long>(std::min(seconds, 1e9) + 0.5);
  return rounded < 3600 ? format("%lld:%02lld", rounded / 60, rounded % 60)
                        : format("%lld:%02lld:%02lld", rounded / 3600, rounded / 60 % 60, rounded % 60);
}

std::string duration_text(double seconds) {
  if (seconds < 0.095) return format("%.0f ms", std::max(1.0, seconds * 1000));
  if (seconds < 9.95) return format("%.1f s", seconds);
  return seconds < 59.5 ? format("%.0f s", seconds) : clock(seconds);
}

}  // namespace client
