// HMAC-SHA-256 of several messages side by side, in the lanes of vector registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

using Sha256Digest = std::array<uint8_t, 32>;

// Hashes `hmac_lanes` messages. One that is too long for a lane counts as empty. `inner` and `outer` are the states of
// SHA-256 behind the pads of the key, eight words each.
constexpr size_t hmac_lanes = 8;
constexpr size_t longest_for_lane = 55;  // with its length, one block
using LaneHmac = void (*)(const uint32_t *inner, const uint32_t *outer, const std::string_view *messages,
                          Sha256Digest *digests);

// The implementations this processor has instructions for, best first; none on processors other than x86-64.
std::span<const LaneHmac> lane_hmacs();
// The best of them, nullptr where one message after the other is faster: where OpenSSL has instructions for SHA-256 and
// vectors cannot rotate. Slow, as it asks the processor.
LaneHmac fastest_lane_hmac();

}  // namespace confiture::mask
