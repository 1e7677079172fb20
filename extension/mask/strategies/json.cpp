// json: documents, of which each value has a rule by its path, or by a policy for those that have none.
#include "mask/document/json_masker.h"
#include "mask/characters.h"
#include "mask/error.h"

namespace confiture::mask {

namespace {

class JsonMask : public Strategy {
 public:
  explicit JsonMask(JsonRules rules) : masker_(std::move(rules)) {}
  void mask_text(std::string_view value, ByteSink &out) const override { masker_.mask(value, out); }

 private:
  JsonMasker masker_;
};

// Documents in a column of text, which may hold anything: what is no object or array leaves nothing.
class TextJsonMask final : public JsonMask {
 public:
  using JsonMask::JsonMask;
  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    const size_t start = out.size(), first = value.find_first_not_of(" \t\n\r");
    if (first != value.npos && (value[first] == '{' || value[first] == '[')) {
      try {
        return JsonMask::mask_text(value, out);
      } catch (const Error &error) {
        if (error.code != Code::malformed_stream) throw;
        out.truncate(start);
      }
    }
    out.append("null");
  }
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  JsonRules rules;
  rules.encoding = args.fit.encoding;
  const auto add = [&](std::string_view option, std::string_view path, JsonRules::Ruling ruling) {
    const int leniency = static_cast<int>(ruling.action), place = static_cast<int>(rules.rulings.size());
    if (const char *problem = rules.paths.add(path, leniency, place))
      args.options.refuse(option, "has " + in_quotes(path) + ", which " + problem);
    rules.rulings.push_back(std::move(ruling));
  };
  for (const OptionReader::Member &member : args.options.members("paths"))
    add("paths", member.name,
        {JsonRules::Action::mask, read_leaf_mask("json", member, args.fit.encoding, args.masking_key)});
  for (const std::string &path : args.options.list("keep")) add("keep", path, {JsonRules::Action::keep, nullptr});
  for (const std::string &path : args.options.list("drop")) add("drop", path, {JsonRules::Action::drop, nullptr});
  std::string twice;
  if (const char *problem = rules.paths.finish(twice)) {
    if (!twice.empty()) args.options.refuse("paths", "and \"keep\" and \"drop\": " + in_quotes(twice) + " " + problem);
    args.options.refuse("paths", "and \"keep\" and \"drop\" " + std::string(problem));
  }

  rules.others = read_others(args.options);
  if (rules.others == Others::guard) rules.verdicts = std::make_unique<KeyVerdicts>(rules.encoding, args.masking_key);
  rules.scrubber = std::make_unique<Scrubber>(rules.encoding, args.masking_key, true);
  if (args.fit.kind != ValueKind::text) return std::make_unique<JsonMask>(std::move(rules));
  if (args.fit.max_chars != 0)
    fail(Code::does_not_fit,
         "strategy \"json\": a masked document may not fit a column of " + std::to_string(args.fit.max_chars) +
             " characters",
         "It takes texts without a limit; strategies hash and redact fit any column.");
  return std::make_unique<TextJsonMask>(std::move(rules));
}

}  // namespace

extern constinit const RegistryEntry json_strategy = {
    {.name = "json",
     .summary = "Values inside documents, each masked, kept or dropped by its path; the rest as the guard suggests",
     .options_help =
         "paths: an object of paths ($.user.email, $.items[*].name, $.**.ip) and strategies; keep, drop: lists of "
         "paths; others: guard, keep or drop, for values without a path (default guard)",
     .example = R"({"id": 7, "first_name": "Emilio"})",
     .example_of = R"({"id": 7, "first_name": "Ada"})",
     .kinds = kinds_of(ValueKind::text, ValueKind::json, ValueKind::jsonb),
     .shows_part = true},
    make};

}  // namespace confiture::mask
