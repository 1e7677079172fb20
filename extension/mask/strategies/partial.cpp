// partial: keeps a few characters at both ends, hides the rest.
//
// Never more than half of a value is shown: one of n characters shows its first f and last l if f + l <= n / 2,
// rounded down, and nothing otherwise. So with f = l = 1, three characters are hidden whole and "Anna" is A**a. Presets
// count the characters of values of a kind without the punctuation between them, which stays.
#include <algorithm>
#include <cstring>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_shown = 1000, most_padding = 100;

class PartialMask final : public Strategy {
 public:
  // `padding`: marks whatever is hidden; 0: one for each character.
  PartialMask(size_t first, size_t last, size_t padding, std::string mark, const ColumnFit &fit)
      : first_(first),
        last_(last),
        padding_(padding),
        mark_(std::move(mark)),
        max_chars_(fit.max_chars),
        encoding_(fit.encoding) {}

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
    if (padding_ != 0) hidden = max_chars_ != 0 ? std::min(padding_, max_chars_ - shown) : padding_;
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
  size_t first_, last_, padding_;
  std::string mark_;
  size_t max_chars_;
  CharEncoding encoding_;
};

struct Preset {
  std::string_view name, punctuation;
  size_t first, last;  // shown, as far as they are no more than half
};
constexpr Preset presets[] = {
    {"card", " -", 0, 4}, {"phone", " -.()/+", 0, 2}, {"postcode", " -", 3, 0}, {"email", "", 1, 0}};
constexpr const Preset &email = presets[std::size(presets) - 1];

class PresetMask final : public Strategy {
 public:
  PresetMask(const Preset &preset, std::string mark, const ColumnFit &fit)
      : preset_(preset), mark_(std::move(mark)), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    value = cut_to(value, max_chars_, encoding_);
    if (&preset_ != &email) return hide(value, preset_.first, preset_.last, out);
    // The first character of the local part and of the domain, and the top-level domain.
    const size_t at = value.rfind('@');
    if (at == value.npos || at == 0 || at + 1 == value.size()) return hide(value, 0, 0, out);
    const std::string_view domain = value.substr(at + 1);
    const size_t dot = domain.rfind('.'), named = dot == domain.npos || dot == 0 ? domain.size() : dot;
    hide(value.substr(0, at), 1, 0, out);
    out.append('@');
    hide(domain.substr(0, named), 1, 0, out);
    out.append(domain.substr(named));
  }

 private:
  bool is_punctuation(char c) const { return preset_.punctuation.find(c) != std::string_view::npos; }
  size_t character_size(std::string_view text) const {
    return encoding_ == CharEncoding::utf8 ? utf8_character_size(text) : 1;
  }

  void hide(std::string_view text, size_t first, size_t last, ByteSink &out) const {
    size_t n = 0;
    for (size_t i = 0; i < text.size(); i += character_size(text.substr(i))) n += is_punctuation(text[i]) ? 0 : 1;
    first = std::min(first, n / 2);
    last = std::min(last, n / 2);
    size_t at = 0;
    while (!text.empty()) {
      const size_t size = character_size(text);
      const bool stays = is_punctuation(text[0]);
      out.append(stays || at < first || at >= n - last ? text.substr(0, size) : std::string_view(mark_));
      at += stays ? 0 : 1;
      text.remove_prefix(size);
    }
  }

  const Preset &preset_;
  std::string mark_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

// By the name that the option has in all strategies, or by that of 0.1.0, which stored rules have.
size_t read_shown(OptionReader &options, const char *name, const char *former) {
  if (options.has(name) && options.has(former)) options.refuse(name, "is option " + in_quotes(former) + ", too");
  return static_cast<size_t>(options.integer(options.has(former) ? former : name, 1, 0, most_shown));
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const size_t first = read_shown(args.options, "keep_first", "first");
  const size_t last = read_shown(args.options, "keep_last", "last");
  std::string mark = args.options.string("mask", "*");
  if (args.fit.encoding == CharEncoding::other)
    fail(Code::unsuitable_type, "strategy \"partial\" cannot count characters in this server encoding",
         "It takes UTF8 and single-byte encodings; use hash, redact or null here.");
  if (count_characters(mark, args.fit.encoding) != 1) args.options.refuse("mask", "must be one character");
  auto padding = static_cast<size_t>(args.options.integer("padding", 0, 0, most_padding));
  if (!args.options.has("preset"))
    return std::make_unique<PartialMask>(first, last, padding, std::move(mark), args.fit);

  for (const char *other : {"keep_first", "first", "keep_last", "last", "padding"})
    if (args.options.has(other)) args.options.refuse("preset", "does not go with option " + in_quotes(other));
  std::string_view names[std::size(presets)];
  std::transform(std::begin(presets), std::end(presets), names, [](const Preset &preset) { return preset.name; });
  return std::make_unique<PresetMask>(presets[args.options.word("preset", "", names)], std::move(mark), args.fit);
}

}  // namespace

extern constinit const RegistryEntry partial_strategy = {
    {.name = "partial",
     .summary = "Shows the ends of a value, at most half of it, and hides the rest",
     .options_help = "keep_first: characters shown at the front (default 1); keep_last: at the end (default 1); mask: "
                     "the character that hides (default *); padding: so many of them, whatever is hidden; preset: "
                     "card, phone, postcode or email, instead of keep_first and keep_last",
     .example = "A**********e",
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask
