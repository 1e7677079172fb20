// scrub: free text, in which what tells itself by its form (addresses, numbers) becomes what it becomes in a column of
// its own, and values of other columns of the row what they become there.
#include "mask/characters.h"
#include "mask/document/scrubber.h"

namespace confiture::mask {

namespace {

class ScrubMask final : public Strategy {
 public:
  ScrubMask(const ColumnFit &fit, std::string_view masking_key, bool has_columns)
      : scrubber_(fit.encoding, masking_key, false),
        row_values_(fit.encoding),
        has_columns_(has_columns),
        max_chars_(fit.max_chars),
        encoding_(fit.encoding) {}

  void set_row_values(std::span<const RowValue> values) override { row_values_.set(values); }
  bool wants_row_values() const override { return has_columns_; }

  void mask_text(std::string_view value, ByteSink &out) const override {
    const size_t start = out.size();
    if (!scrubber_.scrub(value, row_values_, out)) out.append(value);
    out.truncate(start + cut_to(out.view().substr(start), max_chars_, encoding_).size());
  }

 private:
  Scrubber scrubber_;
  Needles row_values_;
  bool has_columns_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool has_columns = !args.options.strings("columns").empty();
  return std::make_unique<ScrubMask>(args.fit, args.masking_key, has_columns);
}

}  // namespace

extern constinit const RegistryEntry scrub_strategy = {
    {.name = "scrub",
     .summary = "Text in which addresses and numbers of persons are masked as in columns of their own; names stay",
     .options_help = "columns: masked columns of the row, whose values become in the text what they become there",
     .example = "Ada Lovelace, osei.iliidis.yxw64eti6lhclagqj7ep@example.com",
     .example_of = "Ada Lovelace, ada@example.com",
     .takes_columns = true,
     .shows_part = true},
    make};

}  // namespace confiture::mask
