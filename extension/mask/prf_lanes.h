// The PRF of several inputs side by side, in the lanes of vector registers.
#pragma once

#include <cstddef>
#include <span>

#include "mask/siphash.h"

namespace confiture::mask {

// Hashes `hash_lanes` inputs. One that is too long for a lane counts as empty.
constexpr size_t hash_lanes = 8;
using LaneHash = void (*)(uint64_t k0, uint64_t k1, const std::string_view *inputs, PrfOutput *outputs);
constexpr size_t longest_in_lane = 63;

// The implementations this processor has instructions for, best first; none on processors other than x86-64.
std::span<const LaneHash> lane_hashes();

}  // namespace confiture::mask
