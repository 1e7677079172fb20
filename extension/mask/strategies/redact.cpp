// redact: a fixed text instead of the value. The value itself never leaves the source.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr std::string_view default_text = "[REDACTED]";

class RedactMask final : public Strategy {
 public:
  explicit RedactMask(std::string text) : text_(std::move(text)) {}
  void mask_text(std::string_view, ByteSink &out) const override { out.append(text_); }

 private:
  std::string text_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  bool asked = args.options.has("text");
  std::string text = args.options.string("text", default_text);
  if (args.fit.max_chars != 0 && count_characters(text, args.fit.encoding) > args.fit.max_chars) {
    if (asked)
      fail(Code::does_not_fit,
           "strategy \"redact\": the text does not fit a column of " + std::to_string(args.fit.max_chars) +
               " characters",
           "Give a shorter option \"text\", or leave it out: the default is cut to fit.");
    text.resize(args.fit.max_chars);
  }
  return std::make_unique<RedactMask>(std::move(text));
}

}  // namespace

extern constinit const RegistryEntry redact_strategy = {
    {.name = "redact",
     .summary = "A fixed text instead of every value",
     .options_help = "text: the replacement (default [REDACTED], cut to fit the column)",
     .example = "[REDACTED]",
     .keyed = false,
     .needs_value = false},
    make};

}  // namespace confiture::mask
