// scrub: free text, in which what tells itself by its form (addresses, numbers) becomes what it becomes in a column of
// its own.
#include "mask/characters.h"
#include "mask/document/scrubber.h"

namespace confiture::mask {

namespace {

class ScrubMask final : public Strategy {
 public:
  ScrubMask(const ColumnFit &fit, std::string_view masking_key)
      : scrubber_(fit.encoding, masking_key, false), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    const size_t start = out.size();
    if (!scrubber_.scrub(value, out)) out.append(value);
    out.truncate(start + cut_to(out.view().substr(start), max_chars_, encoding_).size());
  }

 private:
  Scrubber scrubber_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  return std::make_unique<ScrubMask>(args.fit, args.masking_key);
}

}  // namespace

extern constinit const RegistryEntry scrub_strategy = {
    {.name = "scrub",
     .summary = "Text in which addresses and numbers of persons are masked as in columns of their own; names stay",
     .example = "Ada Lovelace, osei.iliidis.yxw64eti6lhclagqj7ep@example.com",
     .example_of = "Ada Lovelace, ada@example.com",
     .shows_part = true},
    make};

}  // namespace confiture::mask
