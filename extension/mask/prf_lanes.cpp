#include "mask/prf_lanes.h"

#include <algorithm>

#include "mask/siphash.h"

namespace confiture::mask {

#ifdef __x86_64__

namespace {

using FourWords = uint64_t __attribute__((vector_size(32)));
using EightWords = uint64_t __attribute__((vector_size(64)));

// Inlined, so that it is compiled for the instruction set of its caller. Only there is a vector a register when its
// value is made of numbers unknown before: the keys come as vectors, and `left` is counted down.
template <typename Vector>
[[gnu::always_inline]] inline void hash(const Vector &k0, const Vector &k1, const std::string_view *inputs,
                                        PrfOutput *outputs) {
  constexpr size_t lanes = sizeof(Vector) / sizeof(uint64_t);
  constexpr size_t most_words = longest_in_lane / 8 + 1;
  Vector words[most_words], left;
#pragma GCC unroll 8
  for (Vector &word : words) word = Vector{};
  size_t least = most_words, most = 0;
  for (size_t i = 0; i < lanes; i++) {
    const std::string_view input = inputs[i].size() <= longest_in_lane ? inputs[i] : std::string_view();
    const size_t whole = input.size() / 8;
    for (size_t word = 0; word < whole; word++) words[word][i] = load_le64(input.data() + 8 * word);
    words[whole][i] = last_word(input);
    left[i] = whole + 1;
    least = std::min(least, whole + 1);
    most = std::max(most, whole + 1);
  }

  SipState<Vector> state(k0, k1);
  for (size_t at = 0; at < least; at++) {
    state.absorb(words[at]);
    left -= 1;
  }
  // Shorter inputs are finished: their lanes keep their state.
  for (size_t at = least; at < most; at++) {
    const SipState<Vector> before = state;
    state.absorb(words[at]);
    const auto continues = reinterpret_cast<Vector>(left != 0);
    state.v0 = (state.v0 & continues) | (before.v0 & ~continues);
    state.v1 = (state.v1 & continues) | (before.v1 & ~continues);
    state.v2 = (state.v2 & continues) | (before.v2 & ~continues);
    state.v3 = (state.v3 & continues) | (before.v3 & ~continues);
    left += continues;
  }
  Vector lo, hi;
  state.finish(lo, hi);
  for (size_t i = 0; i < lanes; i++) outputs[i] = {lo[i], hi[i]};
}

[[gnu::target("avx512f")]] void hash_avx512(uint64_t k0, uint64_t k1, const std::string_view *inputs,
                                            PrfOutput *outputs) {
  hash(k0 + EightWords{}, k1 + EightWords{}, inputs, outputs);
}

[[gnu::target("avx2")]] void hash_avx2(uint64_t k0, uint64_t k1, const std::string_view *inputs, PrfOutput *outputs) {
  for (size_t i = 0; i < hash_lanes; i += 4) hash(k0 + FourWords{}, k1 + FourWords{}, inputs + i, outputs + i);
}

static_assert(sizeof(EightWords) == hash_lanes * sizeof(uint64_t));
constexpr LaneHash hashes[] = {hash_avx512, hash_avx2};

}  // namespace

std::span<const LaneHash> lane_hashes() {
  const std::span all(hashes);
  if (__builtin_cpu_supports("avx512f")) return all;
  return __builtin_cpu_supports("avx2") ? all.subspan(1) : all.subspan(2);
}

#else

std::span<const LaneHash> lane_hashes() { return {}; }

#endif

}  // namespace confiture::mask
