// Replaces what findings.h finds inside text, each by what the strategy of its kind makes of it with default options:
// an address in a letter becomes what it becomes in a column of addresses.
#pragma once

#include <memory>

#include "mask/document/findings.h"
#include "mask/registry.h"

namespace confiture::mask {

class Scrubber {
 public:
  Scrubber(CharEncoding encoding, std::string_view masking_key, bool sure);

  // Appends the text, scrubbed. Returns false, with nothing appended, if there is nothing to replace.
  bool scrub(std::string_view text, ByteSink &out) const;

 private:
  const Strategy &strategy_for(Found what) const;

  bool sure_;
  std::unique_ptr<Strategy> email_, url_, ip_, iban_, card_, phone_, id_;
};

}  // namespace confiture::mask
