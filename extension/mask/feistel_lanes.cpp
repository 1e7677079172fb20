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

template <typename Vector>
[[gnu::always_inline]] inline void permute(const Vector &k0, const Vector &k1, int rounds, FeistelLanes &lanes,
                                           size_t first) {
  Vector value, label, high_bits, low_bits, mixed;
  load(lanes.values + first, value);
  load(lanes.labels + first, label);
  load(lanes.high_bits + first, high_bits);
  load(lanes.low_bits + first, low_bits);
  const Vector one = 1 + Vector{}, low_mask = (one << low_bits) - 1, high_mask = (one << high_bits) - 1;
  Vector high = value >> low_bits, low = value & low_mask;
  for (uint64_t round = 0; round < static_cast<uint64_t>(rounds); round += 2) {
    hash<Vector>(k0, k1, label | round << 40 | low, mixed);
    high ^= mixed & high_mask;
    hash<Vector>(k0, k1, label | (round + 1) << 40 | high, mixed);
    low ^= mixed & low_mask;
  }
  value = high << low_bits | low;
  std::memcpy(lanes.values + first, &value, sizeof value);
}

[[gnu::target("avx512f")]] void permute_avx512(uint64_t k0, uint64_t k1, int rounds, FeistelLanes &lanes) {
  permute(k0 + EightWords{}, k1 + EightWords{}, rounds, lanes, 0);
}

[[gnu::target("avx2")]] void permute_avx2(uint64_t k0, uint64_t k1, int rounds, FeistelLanes &lanes) {
  for (size_t i = 0; i < hash_lanes; i += 4) permute(k0 + FourWords{}, k1 + FourWords{}, rounds, lanes, i);
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
