#include "mask/document/key_verdicts.h"

#include "mask/characters.h"
#include "mask/guard/guard.h"
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

template <class visitor>
void each_kind(visitor visit) {
  for (const PatternGroup *group : pattern_groups())
    for (const NamePattern &row : group->rows) visit(*row.kind);
  for (const ContextPattern &row : context_patterns()) visit(*row.kind);
  visit(person_name_kind);
}

size_t hash_of(std::string_view parent, std::string_view key) {
  uint64_t hash = parent.size();
  for (const std::string_view text : {parent, key})
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x9e3779b97f4a7c15U;
  return static_cast<size_t>(hash >> 40);
}

}  // namespace

Others read_others(OptionReader &options) {
  constexpr std::string_view policies[] = {"guard", "keep", "drop"};
  return static_cast<Others>(options.word("others", "guard", policies));
}

bool Verdict::takes_date(std::string_view value) const {
  const bool is_like_one = value.size() >= 10 && is_digit(value[0]) && value[4] == '-' && value[7] == '-';
  return date != nullptr && !date->is_fixed() && is_like_one;
}

KeyVerdicts::KeyVerdicts(CharEncoding encoding, std::string_view masking_key) : slots_(n_slots) {
  const auto add = [&](const char *strategy) {
    // Documents inside a document would want verdicts of their own.
    if (strategy == nullptr || strategy == std::string_view("json") || mask_for(strategy) != nullptr) return;
    const RegistryEntry *entry = find_strategy(strategy);
    if (entry == nullptr || !entry->row.deterministic) return;
    suggestions_.push_back({strategy, std::make_unique<LeafMask>(strategy, "{}", "", encoding, masking_key)});
  };
  add("null");
  each_kind([&](const PersonalKind &kind) {
    add(kind.text_strategy);
    add(kind.integer_strategy);
    add(kind.date_strategy);
    if (kind.fraction_options == std::string_view("{}")) add(kind.fraction_strategy);
  });
}

const LeafMask *KeyVerdicts::mask_for(const char *strategy) const {
  for (const Suggestion &suggestion : suggestions_)
    if (suggestion.strategy == strategy) return suggestion.mask.get();
  return nullptr;
}

Verdict KeyVerdicts::of(std::string_view parent, std::string_view key) const {
  if (parent.size() + key.size() > Slot::room) return judge(parent, key);
  Slot *const slots = &slots_[hash_of(parent, key) * n_side_by_side % n_slots];
  for (size_t i = 0; i < n_side_by_side; i++)
    if (slots[i].holds(parent, key)) return slots[i].verdict;
  Slot &slot = slots[turn_++ % n_side_by_side];
  slot.verdict = judge(parent, key);
  slot.parent_size = static_cast<uint8_t>(parent.size());
  slot.key_size = static_cast<uint8_t>(key.size());
  std::copy(parent.begin(), parent.end(), slot.text);
  std::copy(key.begin(), key.end(), slot.text + parent.size());
  slot.is_used = true;
  return slot.verdict;
}

Verdict KeyVerdicts::judge(std::string_view parent, std::string_view key) const {
  // The guard reads names as long as PostgreSQL's. Of longer keys the end counts, or else the beginning.
  constexpr size_t longest = 63;
  if (parent.size() > longest) parent.remove_prefix(parent.size() - longest);
  if (key.size() > longest) {
    const Verdict verdict = judge(parent, key.substr(key.size() - longest));
    return verdict.any() ? verdict : judge(parent, key.substr(0, longest));
  }
  const auto suggested = [&](const char *type) -> const LeafMask * {
    const auto match = match_personal_data(key, type, parent);
    if (!match) return nullptr;
    // A suggestion that no mask was made for leaves nothing of the value.
    const LeafMask *mask = mask_for(match->suggested_strategy);
    return mask != nullptr ? mask : mask_for("null");
  };
  Verdict verdict;
  verdict.text = suggested("text");
  verdict.date = suggested("date");
  verdict.integer = suggested("bigint");
  verdict.fraction = suggested("numeric");
  verdict.is_prose = verdict.text != nullptr && verdict.text == mask_for("lorem");
  return verdict;
}

}  // namespace confiture::mask
