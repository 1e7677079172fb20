// constant: the same value in every row, of whatever type. Into a COPY stream goes the column's literal, which the
// type's own input and send functions made from option "value".
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

class ConstantMask final : public Strategy {
 public:
  explicit ConstantMask(std::string text) : text_(std::move(text)) {}
  void mask_text(std::string_view, ByteSink &out) const override { out.append(text_); }
  bool is_literal() const override { return true; }

 private:
  std::string text_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (!args.options.has("value")) args.options.refuse("value", "is missing");
  std::string text = args.options.scalar("value");
  if (args.fit.kind == ValueKind::text && args.fit.max_chars != 0 &&
      count_characters(text, args.fit.encoding) > args.fit.max_chars)
    fail(Code::does_not_fit,
         "strategy \"constant\": the value does not fit a column of " + std::to_string(args.fit.max_chars) +
             " characters",
         "Give a shorter option \"value\".");
  return std::make_unique<ConstantMask>(std::move(text));
}

}  // namespace

extern constinit const RegistryEntry constant_strategy = {
    {.name = "constant",
     .summary = "The same value in every row, of any type",
     .options_help = "value: string, number or boolean (required)",
     .example = "n/a",
     .required_options = R"({"value": "n/a"})",
     .kinds = any_kind,
     .keyed = false,
     .needs_value = false,
     .uses_literal = true},
    make};

}  // namespace confiture::mask
