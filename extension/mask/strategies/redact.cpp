// redact: a fixed text instead of the value. The value itself never leaves the source.
#include <algorithm>
#include <string>

#include "../characters.h"
#include "../error.h"
#include "../strategy.h"

namespace confiture::mask {

namespace {

constexpr std::string_view default_text = "[REDACTED]";

class redact_mask final : public strategy {
 public:
  explicit redact_mask(std::string text) : text_(std::move(text)) {}
  void mask_text(std::string_view, byte_sink &out) const override { out.append(text_); }

 private:
  std::string text_;
};

std::unique_ptr<strategy> make(const strategy_args &args) {
  bool asked = args.options.has("text");
  std::string text = args.options.string("text", default_text);
  if (args.fit.max_chars != 0 && count_characters(text, args.fit.encoding) > args.fit.max_chars) {
    if (asked)
      fail(wall::code::does_not_fit,
           "strategy \"redact\": the text does not fit a column of " + std::to_string(args.fit.max_chars) +
               " characters",
           "Give a shorter option \"text\", or leave it out: the default is cut to fit.");
    text.resize(args.fit.max_chars);
  }
  return std::make_unique<redact_mask>(std::move(text));
}

}  // namespace

extern constinit const registry_entry redact_strategy = {
    {.name = "redact",
     .summary = "A fixed text instead of every value",
     .options_help = "text: the replacement (default [REDACTED], cut to fit the column)",
     .example = "[REDACTED]",
     .kinds = kind_bit(value_kind::text),
     .deterministic = true,
     .keyed = false,
     .needs_value = false,
     .uses_literal = false,
     .keeps_unique = false},
    make};

}  // namespace confiture::mask
