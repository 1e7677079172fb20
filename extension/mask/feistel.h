// A keyed permutation of the numbers of n bits.
//
// An alternating Feistel network in the manner of FF1 (NIST SP 800-38G): the halves have n/2 and n - n/2 bits, so any
// n works without cycle walking; the round function is SipHash instead of AES. Four rounds make a strong
// pseudorandom permutation (Luby, Rackoff, 1988); FF1 runs ten. Domains below a million, which FF1 rules out, get 24,
// against the attacks on small domains (Bellare, Hoang, Tessaro, 2016). No cipher can hide which values exist when
// there are 32,768 of them; it can hide which is which.
#pragma once

#include <span>

#include "mask/feistel_lanes.h"
#include "mask/prf.h"

namespace confiture::mask {

class Feistel {
 public:
  // `tweak` (8 bits) separates permutations under one key.
  Feistel(const Prf128 &prf, int bits, uint8_t tweak)
      : prf_(prf),
        high_bits_(bits / 2),
        low_bits_(bits - bits / 2),
        rounds_(bits < 20 ? 24 : 10),
        label_(uint64_t{tweak} << 56 | uint64_t(bits) << 48) {}

  uint64_t operator()(uint64_t value) const {
    uint64_t high = value >> low_bits_, low = value & mask(low_bits_);
    for (int round = 0; round < rounds_; round++) {
      int width = round % 2 == 0 ? high_bits_ : low_bits_;
      uint64_t mixed = high ^ (prf_(label_ | uint64_t(round) << 40 | low).lo & mask(width));
      high = low;
      low = mixed;
    }
    return high << low_bits_ | low;
  }

  // Of several numbers side by side, at most `hash_lanes`.
  void permute(std::span<uint64_t> values) const;
  // The same, each through a network of its own; all have one key and as many rounds.
  static void permute(std::span<const Feistel *const> networks, std::span<uint64_t> values);
  static void permute_by(LaneFeistel way, std::span<const Feistel *const> networks, std::span<uint64_t> values);

  uint64_t inverse(uint64_t value) const {
    uint64_t high = value >> low_bits_, low = value & mask(low_bits_);
    for (int round = rounds_; round-- > 0;) {
      int width = round % 2 == 0 ? high_bits_ : low_bits_;
      uint64_t mixed = low ^ (prf_(label_ | uint64_t(round) << 40 | high).lo & mask(width));
      low = high;
      high = mixed;
    }
    return high << low_bits_ | low;
  }

 private:
  static uint64_t mask(int bits) { return (uint64_t{1} << bits) - 1; }

  Prf128 prf_;
  int high_bits_, low_bits_, rounds_;
  uint64_t label_;
};

}  // namespace confiture::mask
