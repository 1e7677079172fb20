// A set of positions of rows (block and offset, 48 bits) in one relation, of few bytes each, with a mark for some.
//
// Open addressing in slots of 6 bytes, which are four fifths full when a table grows, by a quarter. A large set is many
// tables, so that only a small part of it is there twice while one grows: 9.5 bytes a position at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace confiture::mask {

// A block in the upper 32 bits, an offset in the lower 16.
using Position = uint64_t;

constexpr Position make_position(uint32_t block, uint16_t offset) { return uint64_t{block} << 16 | offset; }
constexpr uint32_t block_of(Position position) { return static_cast<uint32_t>(position >> 16); }
constexpr uint16_t offset_of(Position position) { return static_cast<uint16_t>(position); }

// Of pages of 32 kB, the largest there are. Higher bits of an offset are the set's own.
constexpr uint16_t greatest_offset = 8191;

// What memory is taken out of. take() returns false where it is more than is left, and takes nothing.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t limit) : limit_(limit) {}
  bool take(uint64_t bytes) {
    if (bytes > limit_ - used_) return false;
    used_ += bytes;
    return true;
  }
  void give_back(uint64_t bytes) { used_ -= bytes; }
  uint64_t used() const { return used_; }

 private:
  uint64_t limit_, used_ = 0;
};

class PositionSet {
 public:
  // `seed`: of the hash, random, so that no source knows positions that meet in one place.
  PositionSet(MemoryBudget *budget, uint64_t seed) : budget_(budget), seed_(seed) {}
  ~PositionSet() { clear(); }
  PositionSet(const PositionSet &) = delete;
  PositionSet &operator=(const PositionSet &) = delete;

  enum class Added { known, fresh, marked, no_memory };

  // Adds a position, whose offset is 1 to greatest_offset. marked: it was there without the mark, and now has it.
  Added add(Position position, bool mark);
  bool contains(Position position) const;
  size_t size() const { return size_; }

  // All of them in order.
  std::vector<Position> sorted() const;
  void clear();

 private:
  struct Slot {
    uint16_t block_high, block_low, offset;  // offset 0: free
  };
  static_assert(sizeof(Slot) == 6);

  struct Table {
    std::unique_ptr<Slot[]> slots;
    size_t capacity = 0, used = 0;
  };

  static Slot make_slot(Position position, bool mark);
  static Position position_of(const Slot &slot);
  static Slot *place_of(const Table &table, Position position, uint64_t hash);
  uint64_t hash_of(Position position) const;
  void put(const Table &table, const Slot &slot) const;
  Table &table_of(uint64_t hash);
  bool grow(Table *table, size_t capacity);
  bool split();

  MemoryBudget *budget_;
  uint64_t seed_;
  std::vector<Table> tables_;
  size_t size_ = 0;
};

}  // namespace confiture::mask
