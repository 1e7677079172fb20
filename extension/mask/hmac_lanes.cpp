#include "mask/hmac_lanes.h"

#include <cstring>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace confiture::mask {

#ifdef __x86_64__

namespace {

using Words = uint32_t __attribute__((vector_size(32)));
static_assert(sizeof(Words) == hmac_lanes * sizeof(uint32_t));

constexpr size_t block_words = 16, state_words = 8;
constexpr uint32_t end_mark = 0x80000000;

// FIPS 180-4, 4.2.2
constexpr uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// No function: one that returns a vector has another calling convention in each instruction set.
#define ROTATED(x, n) ((x) >> (n) | (x) << (32 - (n)))

// These are inlined, so that all is compiled for the instruction set of the caller.
[[gnu::always_inline]] inline void load_states(const uint32_t *from, Words *state) {
  for (size_t i = 0; i < state_words; i++) state[i] = from[i] + Words{};
}

// FIPS 180-4, 6.2.2. Overwrites the block with its schedule.
[[gnu::always_inline]] inline void compress(Words *state, Words *block) {
  Words a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (size_t round = 0; round < 64; round += block_words) {
#pragma GCC unroll 16
    for (size_t i = 0; i < block_words; i++) {
      if (round > 0) {
        const Words &before = block[(i + 1) % block_words], &late = block[(i + 14) % block_words];
        block[i] += (ROTATED(before, 7) ^ ROTATED(before, 18) ^ before >> 3) + block[(i + 9) % block_words] +
                    (ROTATED(late, 17) ^ ROTATED(late, 19) ^ late >> 10);
      }
      const Words one = h + (ROTATED(e, 6) ^ ROTATED(e, 11) ^ ROTATED(e, 25)) + (g ^ (e & (f ^ g))) +
                        (constants[round + i] + block[i]);
      const Words two = (ROTATED(a, 2) ^ ROTATED(a, 13) ^ ROTATED(a, 22)) + ((a & b) | (c & (a | b)));
      h = g;
      g = f;
      f = e;
      e = d + one;
      d = c;
      c = b;
      b = a;
      a = one + two;
    }
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// The block of each message, with the end mark and the length in bits, pad included.
[[gnu::always_inline]] inline void load_blocks(const std::string_view *messages, Words *block) {
  alignas(sizeof(Words)) uint32_t words[block_words][hmac_lanes];
  for (size_t lane = 0; lane < hmac_lanes; lane++) {
    const std::string_view message = messages[lane].size() <= longest_for_lane ? messages[lane] : std::string_view();
    char bytes[4 * block_words] = {};
    if (!message.empty()) std::memcpy(bytes, message.data(), message.size());
    bytes[message.size()] = '\x80';
    for (size_t i = 0; i < block_words; i++) {
      uint32_t word = 0;
      std::memcpy(&word, bytes + 4 * i, sizeof word);
      words[i][lane] = __builtin_bswap32(word);
    }
    words[block_words - 1][lane] = static_cast<uint32_t>(8 * (4 * block_words + message.size()));
  }
  std::memcpy(block, words, sizeof words);
}

#undef ROTATED

[[gnu::always_inline]] inline void hash(const uint32_t *inner, const uint32_t *outer, const std::string_view *messages,
                                        Sha256Digest *digests) {
  Words block[block_words], state[state_words];
  load_blocks(messages, block);
  load_states(inner, state);
  compress(state, block);

  for (size_t i = 0; i < state_words; i++) block[i] = state[i];
  for (size_t i = state_words; i < block_words; i++) block[i] = Words{};
  block[state_words] += end_mark;
  block[block_words - 1] += static_cast<uint32_t>(8 * 4 * (block_words + state_words));
  load_states(outer, state);
  compress(state, block);

  for (size_t lane = 0; lane < hmac_lanes; lane++)
    for (size_t i = 0; i < state_words; i++) {
      const uint32_t word = __builtin_bswap32(state[i][lane]);
      std::memcpy(digests[lane].data() + 4 * i, &word, sizeof word);
    }
}

[[gnu::target("avx512f,avx512vl")]] void hash_avx512(const uint32_t *inner, const uint32_t *outer,
                                                     const std::string_view *messages, Sha256Digest *digests) {
  hash(inner, outer, messages, digests);
}

[[gnu::target("avx2")]] void hash_avx2(const uint32_t *inner, const uint32_t *outer, const std::string_view *messages,
                                       Sha256Digest *digests) {
  hash(inner, outer, messages, digests);
}

constexpr LaneHmac hashes[] = {hash_avx512, hash_avx2};

bool has_rotations() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"); }

// Leaf 7 of CPUID, EBX bit 29.
bool has_sha_instructions() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & 1U << 29) != 0;
}

}  // namespace

std::span<const LaneHmac> lane_hmacs() {
  const std::span all(hashes);
  if (has_rotations()) return all;
  return __builtin_cpu_supports("avx2") ? all.subspan(1) : all.subspan(2);
}

LaneHmac fastest_lane_hmac() {
  if (has_rotations()) return hash_avx512;
  return lane_hmacs().empty() || has_sha_instructions() ? nullptr : hash_avx2;
}

#else

std::span<const LaneHmac> lane_hmacs() { return {}; }
LaneHmac fastest_lane_hmac() { return nullptr; }

#endif

}  // namespace confiture::mask
