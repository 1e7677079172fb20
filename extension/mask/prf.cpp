#include "mask/prf.h"

#include "mask/bits.h"
#include "mask/prf_lanes.h"
#include "mask/siphash.h"

namespace confiture::mask {

Prf128::Prf128(const Subkey &key) : k0_(load_le64(key.data())), k1_(load_le64(key.data() + 8)) {}

PrfOutput Prf128::operator()(std::string_view input) const {
  SipState<uint64_t> state(k0_, k1_);
  const char *p = input.data();
  const char *const last = p + input.size() / 8 * 8;
  for (; p != last; p += 8) state.absorb(load_le64(p));
  state.absorb(last_word(input));
  PrfOutput out;
  state.finish(out.lo, out.hi);
  return out;
}

void Prf128::operator()(std::span<const std::string_view> inputs, PrfOutput *outputs) const {
  const std::span<const LaneHash> ways = lane_hashes();
  size_t hashed = 0;
  if (!ways.empty())
    for (; hashed + hash_lanes <= inputs.size(); hashed += hash_lanes)
      ways.front()(k0_, k1_, inputs.data() + hashed, outputs + hashed);
  for (size_t i = 0; i < inputs.size(); i++)
    if (i >= hashed || inputs[i].size() > longest_in_lane) outputs[i] = (*this)(inputs[i]);
}

}  // namespace confiture::mask
