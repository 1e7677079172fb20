// Masks JSON documents in one pass: what is not masked stays byte for byte.
#pragma once

#include <memory>
#include <vector>

#include "mask/document/key_verdicts.h"
#include "mask/document/path_set.h"
#include "mask/document/scrubber.h"

namespace confiture::mask {

struct JsonRules {
  enum class Action : uint8_t { drop, mask, keep };  // from the strictest on
  struct Ruling {
    Action action;
    std::unique_ptr<LeafMask> mask;
  };

  PathSet paths;
  std::vector<Ruling> rulings;  // by the targets of the paths
  Others others = Others::guard;
  CharEncoding encoding = CharEncoding::utf8;
  std::unique_ptr<KeyVerdicts> verdicts;     // of `guard`
  std::unique_ptr<const Scrubber> scrubber;  // of strings and keys that no rule is for
};

// Appends the masked document. Throws malformed_stream for what is no JSON.
class JsonMasker {
 public:
  explicit JsonMasker(JsonRules rules);
  ~JsonMasker();
  void mask(std::string_view document, ByteSink &out) const;

 private:
  class Run;
  struct Frame;

  const JsonRules rules_;
  // Kept from one document to the next for their memory.
  mutable std::vector<Frame> stack_;
  mutable ByteSink keys_, scratch_;
};

}  // namespace confiture::mask
