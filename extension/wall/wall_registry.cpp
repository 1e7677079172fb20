// The registry of strategies and the guard, as the glue sees them. Nothing here allocates or throws.
#include "wall/wall.h"

#include <cstring>
#include <string_view>

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

static std::string_view text_or_nothing(const char *text) noexcept { return text == nullptr ? "" : text; }

static mask::GuardColumn guarded_column(const GuardColumn &column) noexcept {
  return {text_or_nothing(column.name), text_or_nothing(column.type_name), text_or_nothing(column.declared_type),
          text_or_nothing(column.type_shape), column.is_enum};
}

static_assert(sizeof(mask::GuardNotes) == sizeof GuardTable::notes);

static mask::GuardTable noted_table(const GuardTable &table) {
  mask::GuardNotes notes;
  std::memcpy(&notes, table.notes, sizeof notes);
  return mask::GuardTable(text_or_nothing(table.relation_name), notes);
}

void guard_note(GuardTable *table, const GuardColumn *column) noexcept {
  mask::GuardTable noted = noted_table(*table);
  noted.note(guarded_column(*column));
  std::memcpy(table->notes, &noted.notes(), sizeof table->notes);
}

bool guard_match(const GuardTable *table, const GuardColumn *column, GuardHit *hit) noexcept {
  if (column->name == nullptr || column->type_name == nullptr) return false;
  auto found = noted_table(*table).match(guarded_column(*column));
  if (found && hit != nullptr) *hit = {found->reason, found->suggested_strategy, found->suggested_options};
  return found.has_value();
}

}  // namespace confiture::wall
