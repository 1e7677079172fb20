// Randomness for strategies that draw a value for each row, whatever the value was: another one in each run.
#pragma once

#include "mask/prf.h"

namespace confiture::mask {

class RandomRow {
 public:
  RandomRow();
  PrfOutput next() const { return prf_(count_++); }

 private:
  Prf128 prf_;  // under a key that nothing else knows
  mutable uint64_t count_ = 0;
};

}  // namespace confiture::mask
