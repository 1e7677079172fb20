#include "mask/position_set.h"

#include <algorithm>

namespace confiture::mask {

namespace {

constexpr uint16_t mark_bit = 0x8000;
constexpr size_t first_capacity = 16;
constexpr size_t table_bits = 6;  // of a large set
constexpr size_t many_tables = size_t{1} << table_bits;
constexpr size_t large_size = 16384;

// The part of a hash that says where in a table: the upper bits say in which one.
size_t first_place(uint64_t hash, size_t capacity) {
  return static_cast<size_t>(((hash << table_bits) >> 32) * capacity >> 32);
}

}  // namespace

uint64_t PositionSet::hash_of(Position position) const {
  uint64_t hash = (position ^ seed_) * 0x9e3779b97f4a7c15;
  hash = (hash ^ hash >> 32 ^ seed_ >> 16) * 0xd6e8feb86659fd93;
  return hash ^ hash >> 32;
}

PositionSet::Slot PositionSet::make_slot(Position position, bool mark) {
  return {static_cast<uint16_t>(position >> 32), static_cast<uint16_t>(position >> 16),
          static_cast<uint16_t>(offset_of(position) | (mark ? mark_bit : 0))};
}

Position PositionSet::position_of(const Slot &slot) {
  uint32_t block = uint32_t{slot.block_high} << 16 | slot.block_low;
  return make_position(block, slot.offset & static_cast<uint16_t>(~mark_bit));
}

// Where the position is, or would be.
PositionSet::Slot *PositionSet::place_of(const Table &table, Position position, uint64_t hash) {
  for (size_t i = first_place(hash, table.capacity);; i = i + 1 < table.capacity ? i + 1 : 0) {
    Slot *slot = &table.slots[i];
    if (slot->offset == 0 || position_of(*slot) == position) return slot;
  }
}

void PositionSet::put(const Table &table, const Slot &slot) const {
  Position position = position_of(slot);
  *place_of(table, position, hash_of(position)) = slot;
}

PositionSet::Table &PositionSet::table_of(uint64_t hash) {
  return tables_[tables_.size() == 1 ? 0 : hash >> (64 - table_bits)];
}

bool PositionSet::grow(Table *table, size_t capacity) {
  if (!budget_->take(capacity * sizeof(Slot))) return false;
  Table larger;
  larger.slots = std::make_unique<Slot[]>(capacity);
  larger.capacity = capacity;
  larger.used = table->used;
  for (size_t i = 0; i < table->capacity; i++)
    if (table->slots[i].offset != 0) put(larger, table->slots[i]);
  budget_->give_back(table->capacity * sizeof(Slot));
  *table = std::move(larger);
  return true;
}

// From one table to many.
bool PositionSet::split() {
  size_t capacity = size_ * 3 / 2 / many_tables + first_capacity;
  std::vector<Table> tables(many_tables);
  const Table &whole = tables_[0];
  bool has_room = true;
  for (Table &table : tables) has_room = has_room && grow(&table, capacity);
  for (size_t i = 0; has_room && i < whole.capacity; i++) {
    if (whole.slots[i].offset == 0) continue;
    Table &table = tables[hash_of(position_of(whole.slots[i])) >> (64 - table_bits)];
    if (table.used * 5 >= table.capacity * 4) has_room = grow(&table, table.capacity * 2);
    if (!has_room) break;
    put(table, whole.slots[i]);
    table.used++;
  }
  if (has_room) tables_.swap(tables);
  for (const Table &left : tables) budget_->give_back(left.capacity * sizeof(Slot));
  return has_room;
}

PositionSet::Added PositionSet::add(Position position, bool mark) {
  if (tables_.empty()) tables_.resize(1);
  if (tables_.size() == 1 && size_ >= large_size && !split()) return Added::no_memory;
  uint64_t hash = hash_of(position);
  Table &table = table_of(hash);
  Slot *slot = table.capacity > 0 ? place_of(table, position, hash) : nullptr;
  if (slot != nullptr && slot->offset != 0) {
    if (!mark || (slot->offset & mark_bit) != 0) return Added::known;
    slot->offset |= mark_bit;
    return Added::marked;
  }
  if ((table.used + 1) * 5 > table.capacity * 4) {
    if (!grow(&table, std::max(first_capacity, table.capacity + table.capacity / 4))) return Added::no_memory;
    slot = place_of(table, position, hash);
  }
  *slot = make_slot(position, mark);
  table.used++;
  size_++;
  return Added::fresh;
}

bool PositionSet::contains(Position position) const {
  if (size_ == 0) return false;
  uint64_t hash = hash_of(position);
  const Table &table = const_cast<PositionSet *>(this)->table_of(hash);
  return table.capacity > 0 && place_of(table, position, hash)->offset != 0;
}

std::vector<Position> PositionSet::sorted() const {
  std::vector<Position> positions;
  positions.reserve(size_);
  for (const Table &table : tables_)
    for (size_t i = 0; i < table.capacity; i++)
      if (table.slots[i].offset != 0) positions.push_back(position_of(table.slots[i]));
  std::sort(positions.begin(), positions.end());
  return positions;
}

void PositionSet::clear() {
  for (const Table &table : tables_) budget_->give_back(table.capacity * sizeof(Slot));
  tables_.clear();
  size_ = 0;
}

}  // namespace confiture::mask
