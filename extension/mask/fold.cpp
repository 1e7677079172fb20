#include "mask/fold.h"

#include "mask/letter_case.h"

namespace confiture::mask {

PrfOutput prf_of_folded(const Prf128 &prf, std::string_view value) {
  constexpr std::string_view blanks = " \t\n\r";
  const size_t begin = value.find_first_not_of(blanks);
  if (begin == value.npos) return prf(std::string_view());
  value = value.substr(begin, value.find_last_not_of(blanks) + 1 - begin);
  ByteSink folded;
  append_in_case(value, LetterCase::lower, false, folded);
  return prf(folded.view());
}

}  // namespace confiture::mask
