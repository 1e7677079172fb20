// Replaces what findings.h finds inside text, each by what the strategy of its kind makes of it with default options:
// an address in a letter becomes what it becomes in a column of addresses.
#pragma once

#include <memory>

#include "mask/document/findings.h"
#include "mask/document/needles.h"
#include "mask/registry.h"

namespace confiture::mask {

class Scrubber {
 public:
  Scrubber(CharEncoding encoding, std::string_view masking_key, bool sure);

  // Appends the text, scrubbed. Returns false, with nothing appended, if there is nothing to replace.
  bool scrub(std::string_view text, ByteSink &out) const { return scrub(text, Needles(encoding_), out); }
  // The same with values of the row, which come before what is found and is no longer. Where two overlap, both are
  // replaced.
  bool scrub(std::string_view text, const Needles &needles, ByteSink &out) const;

 private:
  const Strategy &strategy_for(Found what) const;
  void write_masked(Found what, std::string_view found, const Needles &needles, ByteSink &out) const;

  CharEncoding encoding_;
  bool sure_;
  std::unique_ptr<Strategy> email_, url_, ip_, iban_, card_, phone_, id_;
};

}  // namespace confiture::mask
