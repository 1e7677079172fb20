// What most of the core includes from outside, compiled once (tests/core.mk): halves the time of parsing.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <span>
