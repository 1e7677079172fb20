// A keyed permutation of strings of numerals, of every length: FF1 (NIST SP 800-38G) where the standard allows it, and
// below its minimum of a million strings (SP 800-38G revision 1) a Feistel network of 24 rounds over the number that
// the string is, walking the cycle until it is inside the domain (Black, Rogaway, 2002).
#pragma once

#include <cstdint>
#include <span>

#include "mask/ff1.h"
#include "mask/prf.h"

namespace confiture::mask {

class Permutation {
 public:
  // `radix`: 2 to 95. `tweak` separates permutations under one key.
  Permutation(const Subkey &key, uint32_t radix, uint8_t tweak);

  // Permutes the strings of one length, in place. A string of more numerals than FF1 takes here is permuted in pieces;
  // each hangs on what the pieces before it became.
  void permute(std::span<uint8_t> numerals) const;

  // The inverse. False, with nothing done, for strings that are long.
  bool unpermute(std::span<uint8_t> numerals) const;

 private:
  void permute_piece(std::span<uint8_t> numerals, uint64_t position) const;
  // With `step`, a function of (feistel, number), one way or the other.
  template <class Step>
  void walk_number(std::span<uint8_t> numerals, Step step) const;

  uint32_t radix_;
  uint8_t tweak_;
  size_t least_for_ff1_;  // numerals
  Prf128 prf_;
  Ff1 ff1_;
};

}  // namespace confiture::mask
