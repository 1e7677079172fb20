// The registry of strategies and the guard, as the glue sees them. Nothing here allocates or throws.
#include "wall/wall.h"

#include "mask/guard/guard.h"
#include "mask/registry.h"

namespace confiture::wall {

size_t strategy_count() noexcept { return mask::all_strategies().size(); }

const StrategyRow *strategy_at(size_t index) noexcept {
  auto all = mask::all_strategies();
  return index < all.size() ? &all[index]->row : nullptr;
}

const StrategyRow *strategy_find(const char *name) noexcept {
  const mask::RegistryEntry *entry = name == nullptr ? nullptr : mask::find_strategy(name);
  return entry == nullptr ? nullptr : &entry->row;
}

bool guard_match(const char *column_name, const char *type_name, GuardHit *hit, const char *relation_name) noexcept {
  if (column_name == nullptr || type_name == nullptr) return false;
  auto found = mask::match_personal_data(column_name, type_name, relation_name == nullptr ? "" : relation_name);
  if (found && hit != nullptr) *hit = {found->reason, found->suggested_strategy};
  return found.has_value();
}

}  // namespace confiture::wall
