#include "mask/feistel.h"

#include <algorithm>

namespace confiture::mask {

void Feistel::permute(std::span<uint64_t> values) const {
  const Feistel *networks[hash_lanes];
  std::fill_n(networks, values.size(), this);
  permute({networks, values.size()}, values);
}

void Feistel::permute(std::span<const Feistel *const> networks, std::span<uint64_t> values) {
  const std::span<const LaneFeistel> ways = lane_feistels();
  constexpr size_t worth_it = 3;  // all lanes take as long as two or three numbers one after the other
  if (!ways.empty() && values.size() >= worth_it) return permute_by(ways.front(), networks, values);
  for (size_t i = 0; i < values.size(); i++) values[i] = (*networks[i])(values[i]);
}

void Feistel::permute_by(LaneFeistel way, std::span<const Feistel *const> networks, std::span<uint64_t> values) {
  if (values.empty()) return;
  FeistelLanes lanes;
  for (size_t i = 0; i < values.size(); i++) {
    const Feistel &network = *networks[i];
    lanes.values[i] = values[i];
    lanes.labels[i] = network.label_;
    lanes.high_bits[i] = static_cast<uint64_t>(network.high_bits_);
    lanes.low_bits[i] = static_cast<uint64_t>(network.low_bits_);
  }
  const Feistel &first = *networks[0];
  way(first.prf_.k0(), first.prf_.k1(), first.rounds_, lanes);
  std::copy_n(lanes.values, values.size(), values.begin());
}

}  // namespace confiture::mask
