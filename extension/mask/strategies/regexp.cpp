// regexp: what a pattern finds in text becomes a replacement, or what another strategy makes of it. RE2 matches in
// linear time, whatever the pattern.
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr std::string_view redacted = "[REDACTED]";
constexpr int most_groups = 9;
constexpr int64_t most_memory = 4 << 20;  // of a pattern, compiled and with its states
// Bytes of text that searches begin in front of, in all. One search is linear, and as many as there are matches in a
// long value are not: each may look at all that follows.
constexpr int64_t most_text = 256 << 20;

// Appends `with`, in which \1 is the text of a group.
void write_replacement(std::string_view with, const re2::StringPiece *groups, int n_groups, ByteSink &out) {
  for (size_t i = 0; i < with.size(); i++) {
    if (with[i] != '\\') {
      out.append(with[i]);
      continue;
    }
    const char next = with[++i];
    if (!is_digit(next))
      out.append(next);
    else if (next - '0' < n_groups)
      out.append({groups[next - '0'].data(), groups[next - '0'].size()});
  }
}

class RegexpMask final : public Strategy {
 public:
  RegexpMask(std::unique_ptr<re2::RE2> pattern, std::string with, std::unique_ptr<Strategy> strategy, bool keeps_others,
             const ColumnFit &fit)
      : pattern_(std::move(pattern)),
        with_(std::move(with)),
        strategy_(std::move(strategy)),
        keeps_others_(keeps_others),
        n_groups_(1 + std::min(most_groups, pattern_->NumberOfCapturingGroups())),
        max_chars_(fit.max_chars),
        encoding_(fit.encoding) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    const size_t start = out.size();
    size_t at = 0, written = 0;  // in the value
    bool is_found = false;
    int64_t text_left = most_text;
    re2::StringPiece groups[1 + most_groups];
    while (pattern_->Match({value.data(), value.size()}, at, value.size(), re2::RE2::UNANCHORED, groups, n_groups_)) {
      const size_t begin = static_cast<size_t>(groups[0].data() - value.data()), end = begin + groups[0].size();
      text_left -= static_cast<int64_t>(value.size() - at);
      // A match of nothing has nothing to mask; the next begins a character later.
      at = end > begin ? end : begin + 1;
      while (at < value.size() && is_inside_character(value[at])) at++;
      if (end > begin) {
        is_found = true;
        replace(value, groups, written, out);
      }
      if (at >= value.size()) break;
      if (text_left < 0) {
        out.append(redacted);
        written = value.size();
        break;
      }
    }
    if (is_found || keeps_others_)
      out.append(value.substr(written));
    else
      out.append(redacted);
    out.truncate(start + cut_to(out.view().substr(start), max_chars_, encoding_).size());
  }

 private:
  bool is_inside_character(char c) const {
    return encoding_ == CharEncoding::utf8 && (static_cast<unsigned char>(c) & 0xc0) == 0x80;
  }

  // Writes the value from `written` up to the end of the match.
  void replace(std::string_view value, const re2::StringPiece *groups, size_t &written, ByteSink &out) const {
    const auto begin_of = [&](int group) { return static_cast<size_t>(groups[group].data() - value.data()); };
    if (strategy_ == nullptr) {
      out.append(value.substr(written, begin_of(0) - written));
      write_replacement(with_, groups, n_groups_, out);
      written = begin_of(0) + groups[0].size();
      return;
    }
    for (int group = n_groups_ > 1 ? 1 : 0; group < n_groups_; group++) {
      // Not part of this match, or inside of a group before.
      if (groups[group].data() == nullptr || groups[group].empty() || begin_of(group) < written) continue;
      out.append(value.substr(written, begin_of(group) - written));
      strategy_->mask_text({groups[group].data(), groups[group].size()}, out);
      written = begin_of(group) + groups[group].size();
    }
  }

  std::unique_ptr<re2::RE2> pattern_;
  std::string with_;
  std::unique_ptr<Strategy> strategy_;
  bool keeps_others_;
  int n_groups_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<re2::RE2> compile(const StrategyArgs &args) {
  const std::string text = args.options.string("pattern", "");
  if (text.empty()) args.options.refuse("pattern", "is missing");
  re2::RE2::Options how;
  how.set_encoding(args.fit.encoding == CharEncoding::utf8 ? re2::RE2::Options::EncodingUTF8
                                                           : re2::RE2::Options::EncodingLatin1);
  how.set_log_errors(false);
  how.set_max_mem(most_memory);
  auto pattern = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), how);
  if (!pattern->ok()) args.options.refuse("pattern", "is no regular expression of RE2: " + pattern->error());
  if (pattern->NumberOfCapturingGroups() > most_groups) args.options.refuse("pattern", "has more than 9 groups");
  return pattern;
}

// Every backslash is followed by the number of a group, or by another one.
void check_replacement(const StrategyArgs &args, std::string_view with, int n_groups) {
  for (size_t i = 0; i < with.size(); i++) {
    if (with[i] != '\\') continue;
    const char next = ++i < with.size() ? with[i] : ' ';
    if (next != '\\' && !(is_digit(next) && next - '0' <= n_groups))
      args.options.refuse("with", "has a backslash that is not followed by the number of a group or another backslash");
  }
}

std::unique_ptr<Strategy> make_inner(const StrategyArgs &args) {
  const std::string name = args.options.string("mask", ""), json = args.options.json("options");
  if (name.empty()) {
    if (args.options.has("options")) args.options.refuse("options", "wants a \"mask\"");
    return nullptr;
  }
  const RegistryEntry *entry = find_strategy(name);
  if (entry != nullptr && !entry->row.deterministic)
    args.options.refuse("mask", "must not draw a value by row, as " + in_quotes(name) + " does");
  std::unique_ptr<Strategy> strategy =
      make_strategy(name, json, {.kind = ValueKind::text, .encoding = args.fit.encoding}, args.masking_key);
  refuse_column_option(*strategy, name, json, args.fit.encoding);
  if (strategy->makes_null() || strategy->may_give_null())
    args.options.refuse("mask", "must not give NULL for a part of a value");
  return strategy;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  OptionReader &options = args.options;
  if (args.fit.encoding == CharEncoding::other)
    fail(Code::unsuitable_type, "strategy \"regexp\" cannot tell characters in this server encoding",
         "It takes UTF8 and single-byte encodings; use hash, redact or null here.");
  std::unique_ptr<re2::RE2> pattern = compile(args);
  std::unique_ptr<Strategy> strategy = make_inner(args);
  if (strategy != nullptr && options.has("with")) options.refuse("with", "and \"mask\" exclude each other");
  const std::string with = options.string("with", redacted);
  check_replacement(args, with, pattern->NumberOfCapturingGroups());
  return std::make_unique<RegexpMask>(std::move(pattern), with, std::move(strategy),
                                      options.boolean("keep_others", false), args.fit);
}

}  // namespace

extern constinit const RegistryEntry regexp_strategy = {
    {.name = "regexp",
     .summary = "What a regular expression finds becomes a text, or what another strategy makes of it; the rest stays",
     .options_help =
         "pattern: a regular expression of RE2 (required); with: what a match becomes, \\1 is the first group (default "
         "[REDACTED]); mask, options: instead, how groups are masked, or whole matches without groups; keep_others: "
         "true to let values without a match stay (default false)",
     .example = "order 9811",
     .example_of = "order 1815",
     .required_options = R"({"pattern": "[0-9]+", "mask": "digits"})",
     .shows_part = true},
    make};

}  // namespace confiture::mask
