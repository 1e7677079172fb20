// partial: keeps a few characters at both ends, hides the rest.
//
// Never more than half of a value is shown: one of n characters shows its first f and last l if f + l <= n / 2,
// rounded down, and nothing otherwise. So with f = l = 1, three characters are hidden whole and "Anna" is A**a.
#include <algorithm>
#include <cstring>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_shown = 1000;

class PartialMask final : public Strategy {
 public:
  PartialMask(size_t first, size_t last, std::string mark, const ColumnFit &fit)
      : first_(first), last_(last), mark_(std::move(mark)), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    bool bytes = encoding_ != CharEncoding::utf8 || is_ascii(value);
    CharEncoding encoding = bytes ? CharEncoding::single_byte : encoding_;
    size_t all = count_characters(value, encoding);
    // As many characters as went in, unless the target's column is narrower than the source's.
    size_t n = max_chars_ != 0 ? std::min<size_t>(all, max_chars_) : all;
    size_t head = 0, tail_at = value.size(), shown = 0;
    if (first_ + last_ <= n / 2) {
      shown = first_ + last_;
      head = prefix_size(value, first_, encoding);
      tail_at = prefix_size(value, all - last_, encoding);
    }

    size_t hidden = n - shown, tail = value.size() - tail_at;
    char *p = out.reserve(head + hidden * mark_.size() + tail);
    std::memcpy(p, value.data(), head);
    p += head;
    if (mark_.size() == 1) {
      std::memset(p, mark_[0], hidden);
      p += hidden;
    } else {
      for (size_t i = 0; i < hidden; i++, p += mark_.size()) std::memcpy(p, mark_.data(), mark_.size());
    }
    std::memcpy(p, value.data() + tail_at, tail);
    out.commit(head + hidden * mark_.size() + tail);
  }

 private:
  size_t first_, last_;
  std::string mark_;
  size_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  auto first = static_cast<size_t>(args.options.integer("first", 1, 0, most_shown));
  auto last = static_cast<size_t>(args.options.integer("last", 1, 0, most_shown));
  std::string mark = args.options.string("mask", "*");
  if (args.fit.encoding == CharEncoding::other)
    fail(Code::unsuitable_type, "strategy \"partial\" cannot count characters in this server encoding",
         "It takes UTF8 and single-byte encodings; use hash, redact or null here.");
  if (count_characters(mark, args.fit.encoding) != 1) args.options.refuse("mask", "must be one character");
  return std::make_unique<PartialMask>(first, last, std::move(mark), args.fit);
}

}  // namespace

extern constinit const RegistryEntry partial_strategy = {
    {.name = "partial",
     .summary = "Shows the ends of a value, at most half of it, and hides the rest",
     .options_help = "first: characters shown at the front (default 1); last: at the end (default 1); mask: the "
                     "character that hides (default *)",
     .example = "A**********e",
     .kinds = kind_bit(ValueKind::text),
     .deterministic = true,
     .keyed = false,
     .needs_value = true,
     .shows_part = true,
     .keeps_unique = false,
     .when_unique = "hash"},
    make};

}  // namespace confiture::mask
