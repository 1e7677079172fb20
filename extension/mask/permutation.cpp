#include "mask/permutation.h"

#include <algorithm>
#include <bit>

#include "mask/bits.h"
#include "mask/feistel.h"

namespace confiture::mask {

namespace {

constexpr uint64_t smallest_ff1_domain = 1000000;

size_t least_numerals(uint32_t radix) {
  size_t n = 1;
  for (uint64_t domain = radix; domain < smallest_ff1_domain; domain *= radix) n++;
  return std::max<size_t>(n, 2);
}

}  // namespace

Permutation::Permutation(const Subkey &key, uint32_t radix, uint8_t tweak)
    : radix_(radix), tweak_(tweak), least_for_ff1_(least_numerals(radix)), prf_(key), ff1_(key, radix) {}

void Permutation::permute(std::span<uint8_t> numerals) const {
  if (numerals.size() <= Ff1::longest) return permute_piece(numerals, 0);
  // Pieces of equal size, give or take one, so that none is a small domain.
  const size_t pieces = (numerals.size() + Ff1::longest - 1) / Ff1::longest;
  uint64_t position = numerals.size();
  for (size_t i = 0, at = 0; i < pieces; i++) {
    const size_t end = numerals.size() / pieces * (i + 1) + std::min(i + 1, numerals.size() % pieces);
    const std::span<uint8_t> piece = numerals.subspan(at, end - at);
    permute_piece(piece, position);
    const std::string_view done(reinterpret_cast<const char *>(piece.data()), piece.size());
    position = prf_(done).lo ^ prf_(position).hi;
    at = end;
  }
}

void Permutation::permute_piece(std::span<uint8_t> numerals, uint64_t position) const {
  if (numerals.size() >= least_for_ff1_) {
    uint8_t tweak[9] = {tweak_};
    store_le64(tweak + 1, position);
    return ff1_.encrypt(numerals, {tweak, position == 0 ? size_t{1} : sizeof tweak});
  }
  walk_number(numerals, [](const Feistel &feistel, uint64_t number) { return feistel(number); });
}

bool Permutation::unpermute(std::span<uint8_t> numerals) const {
  if (numerals.size() > Ff1::longest) return false;
  if (numerals.size() >= least_for_ff1_) return ff1_.decrypt(numerals, {&tweak_, 1});
  walk_number(numerals, [](const Feistel &feistel, uint64_t number) { return feistel.inverse(number); });
  return true;
}

template <class Step>
void Permutation::walk_number(std::span<uint8_t> numerals, Step step) const {
  uint64_t number = 0, domain = 1;
  for (const uint8_t numeral : numerals) {
    number = number * radix_ + numeral;
    domain *= radix_;
  }
  if (domain > 1) {
    const auto label = static_cast<uint8_t>(tweak_ << 5 | numerals.size());
    const Feistel feistel(prf_, static_cast<int>(std::bit_width(domain - 1)), label);
    do number = step(feistel, number);
    while (number >= domain);
  }
  for (size_t i = numerals.size(); i-- > 0; number /= radix_) numerals[i] = static_cast<uint8_t>(number % radix_);
}

}  // namespace confiture::mask
