// hstore: pairs, of which each value has a rule by its key, or by a policy for those that have none.
#include <map>

#include "mask/characters.h"
#include "mask/document/json_masker.h"
#include "mask/error.h"
#include "mask/form/pairs.h"

namespace confiture::mask {

namespace {

using Action = JsonRules::Action;
using Ruling = JsonRules::Ruling;

class HstoreMask final : public Strategy {
 public:
  using Keys = std::map<std::string, Ruling, std::less<>>;

  HstoreMask(Keys keys, Others others, CharEncoding encoding, std::string_view masking_key)
      : keys_(std::move(keys)), others_(others) {
    if (others != Others::guard) return;
    verdicts_ = std::make_unique<KeyVerdicts>(encoding, masking_key);
    scrubber_ = std::make_unique<Scrubber>(encoding, masking_key, true);
  }

  void mask_text(std::string_view value, ByteSink &out) const override {
    PairReader reader(value);
    PairWriter writer(out);
    int32_t count = 0;
    for (Pair pair; reader.next(pair);) {
      const auto found = keys_.find(pair.key);
      const bool is_other = found == keys_.end();
      if (is_other ? others_ == Others::drop : found->second.action == Action::drop) continue;
      count++;
      if (is_other && others_ == Others::guard)
        guard(pair, writer);
      else
        write(pair, is_other ? nullptr : found->second.mask.get(), writer);
    }
    writer.finish(count);
  }

 private:
  static void write(const Pair &pair, const LeafMask *mask, PairWriter &writer) {
    writer.write_key(pair.key);
    if (pair.is_null)
      writer.write_null();
    else if (mask == nullptr)
      writer.write_value(pair.value);
    else
      writer.write_value_by([&](ByteSink &out) { return mask->mask_text(pair.value, out); });
  }

  void guard(const Pair &pair, PairWriter &writer) const {
    scratch_.clear();
    // A key may be an address itself.
    writer.write_key(scrubber_->scrub(pair.key, scratch_) ? scratch_.view() : pair.key);
    if (pair.is_null) return writer.write_null();
    const Verdict verdict = verdicts_->of("", pair.key);
    writer.write_value_by([&](ByteSink &out) {
      if (verdict.takes_date(pair.value) && verdict.date->try_text(pair.value, out)) return true;
      if (const LeafMask *mask = verdict.text != nullptr ? verdict.text : verdict.date; mask != nullptr)
        return mask->mask_text(pair.value, out);
      // Of what a document has as numbers, here texts are all there is.
      for (const LeafMask *mask : {verdict.integer, verdict.fraction})
        if (mask != nullptr && mask->try_text(pair.value, out)) return true;
      if (!scrubber_->scrub(pair.value, out)) out.append(pair.value);
      return true;
    });
  }

  const Keys keys_;
  const Others others_;
  std::unique_ptr<KeyVerdicts> verdicts_;
  std::unique_ptr<const Scrubber> scrubber_;
  mutable ByteSink scratch_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  HstoreMask::Keys keys;
  const auto add = [&](std::string_view option, const std::string &key, Ruling ruling) {
    if (!keys.try_emplace(key, std::move(ruling)).second)
      args.options.refuse(option, "has " + in_quotes(key) + ", which has a rule already");
  };
  for (const OptionReader::Member &member : args.options.members("keys"))
    add("keys", member.name, {Action::mask, read_leaf_mask("hstore", member, args.fit.encoding, args.masking_key)});
  for (const std::string &key : args.options.list("keep")) add("keep", key, {Action::keep, nullptr});
  for (const std::string &key : args.options.list("drop")) add("drop", key, {Action::drop, nullptr});
  return std::make_unique<HstoreMask>(std::move(keys), read_others(args.options), args.fit.encoding, args.masking_key);
}

}  // namespace

extern constinit const RegistryEntry hstore_strategy = {
    {.name = "hstore",
     .summary = "Values of an hstore, each masked, kept or dropped by its key; the rest as the guard suggests",
     .options_help =
         "keys: an object of keys and strategies; keep, drop: lists of keys; others: guard, keep or drop, for "
         "keys that are in none of them (default guard)",
     .example = R"("id"=>"7", "first_name"=>"Emilio")",
     .example_of = R"("id"=>"7", "first_name"=>"Ada")",
     .kinds = kind_bit(ValueKind::hstore),
     .shows_part = true},
    make};

}  // namespace confiture::mask
