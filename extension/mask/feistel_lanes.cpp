#include "mask/feistel_lanes.h"

#include <cstring>

#include "mask/siphash.h"

namespace confiture::mask {

#ifdef __x86_64__

namespace {

using FourWords = uint64_t __attribute__((vector_size(32)));
using EightWords = uint64_t __attribute__((vector_size(64)));

template <typename Vector>
[[gnu::always_inline]] inline void load(const uint64_t *words, Vector &vector) {
  std::memcpy(&vector, words, sizeof vector);
}

// As the PRF hashes one word. Inlined, like all here, for the instruction set of the caller.
template <typename Vector>
[[gnu::always_inline]] inline void hash(const Vector &k0, const Vector &k1, const Vector &word, Vector &lo) {
  SipState<Vector> state(k0, k1);
  state.absorb(word);
  state.absorb((uint64_t{sizeof(uint64_t)} << 56) + Vector{});
  Vector hi;
  state.finish(lo, hi);
}

// All vectors that the lanes take go through a round before the next one: each step waits for the one before.
template <typename Vector>
[[gnu::always_inline]] inline void permute(const Vector &k0, const Vector &k1, int rounds, FeistelLanes &lanes) {
  constexpr size_t width = sizeof(Vector) / sizeof(uint64_t), count = hash_lanes / width;
  Vector high[count], low[count], label[count], high_mask[count], low_mask[count], low_bits[count], mixed;
#pragma GCC unroll 2
  for (size_t i = 0; i < count; i++) {
    load(lanes.values + i * width, high[i]);
    load(lanes.labels + i * width, label[i]);
    load(lanes.high_bits + i * width, mixed);
    load(lanes.low_bits + i * width, low_bits[i]);
    high_mask[i] = ((1 + Vector{}) << mixed) - 1;
    low_mask[i] = ((1 + Vector{}) << low_bits[i]) - 1;
    low[i] = high[i] & low_mask[i];
    high[i] = high[i] >> low_bits[i];
  }
  for (uint64_t round = 0; round < static_cast<uint64_t>(rounds); round += 2) {
#pragma GCC unroll 2
    for (size_t i = 0; i < count; i++) {
      hash<Vector>(k0, k1, label[i] | round << 40 | low[i], mixed);
      high[i] ^= mixed & high_mask[i];
    }
#pragma GCC unroll 2
    for (size_t i = 0; i < count; i++) {
      hash<Vector>(k0, k1, label[i] | (round + 1) << 40 | high[i], mixed);
      low[i] ^= mixed & low_mask[i];
    }
  }
#pragma GCC unroll 2
  for (size_t i = 0; i < count; i++) {
    mixed = high[i] << low_bits[i] | low[i];
    std::memcpy(lanes.values + i * width, &mixed, sizeof mixed);
  }
}

[[gnu::target("avx512f")]] void permute_avx512(uint64_t k0, uint64_t k1, int rounds, FeistelLanes &lanes) {
  permute(k0 + EightWords{}, k1 + EightWords{}, rounds, lanes);
}

[[gnu::target("avx2")]] void permute_avx2(uint64_t k0, uint64_t k1, int rounds, FeistelLanes &lanes) {
  permute(k0 + FourWords{}, k1 + FourWords{}, rounds, lanes);
}

static_assert(sizeof(EightWords) == hash_lanes * sizeof(uint64_t));
constexpr LaneFeistel feistels[] = {permute_avx512, permute_avx2};

}  // namespace

std::span<const LaneFeistel> lane_feistels() {
  const std::span all(feistels);
  if (__builtin_cpu_supports("avx512f")) return all;
  return __builtin_cpu_supports("avx2") ? all.subspan(1) : all.subspan(2);
}

#else

std::span<const LaneFeistel> lane_feistels() { return {}; }

#endif

}  // namespace confiture::mask
