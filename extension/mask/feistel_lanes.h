// Feistel networks over several numbers side by side, in the lanes of vector registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mask/prf_lanes.h"

namespace confiture::mask {

// Of each lane: its number, and the network it goes through.
struct FeistelLanes {
  uint64_t values[hash_lanes] = {};
  uint64_t labels[hash_lanes] = {}, high_bits[hash_lanes] = {}, low_bits[hash_lanes] = {};
};

// Permutes the values by that many rounds, an even number. All networks have the same key.
using LaneFeistel = void (*)(uint64_t k0, uint64_t k1, int rounds, FeistelLanes &lanes);

// The implementations this processor has instructions for, best first; none on processors other than x86-64.
std::span<const LaneFeistel> lane_feistels();

}  // namespace confiture::mask
