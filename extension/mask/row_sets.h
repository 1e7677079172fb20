// The rows that a subset chooses, while its closure is computed: of each relation (a table or a partition) a set of
// positions. They arrive as the source's binary COPY of three columns: tableoid, ctid, xmin.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mask/position_set.h"

namespace confiture::mask {

class RowSets {
 public:
  // budget: bytes that all sets together may take; seed: a random number.
  RowSets(uint64_t budget, uint64_t seed) : budget_(budget), seed_(seed) {}

  // Rows that came since they were last asked for: all that are new, and those that are followed since then.
  enum class Pending { fresh, followed };

  // Relations are numbered in this order, from 0. `table` is the one it belongs to; the flags say which pending rows
  // are to be kept for next_batch().
  void add_relation(uint32_t oid, size_t table, bool keeps_fresh, bool keeps_followed);

  // From now on each arrival is kept, at a cost of some 60 bytes.
  void record_arrivals() { records_arrivals_ = true; }

  // A stream begins: rows of relations of that table. `via`: a number for what brings them, `step`: one for the stream,
  // larger than those before.
  void begin(size_t table, bool followed, size_t via, size_t step);
  // Takes bytes of it in any slicing. Throws what is not such a stream, and limit_exceeded for what the budget has no
  // room for.
  void feed(std::string_view bytes);
  void finish();

  // The stream that brought a row, or made it followed. Wants record_arrivals().
  std::optional<size_t> arrival(size_t relation, Position position, bool followed) const;

  struct Found {
    size_t relation;
    Position position;
  };
  // A stream begins whose rows are not taken: found() is one of them that was there, or followed, before `step`.
  void begin_search(size_t table, bool followed, size_t step);
  const std::optional<Found> &found() const { return found_; }

  // Takes up to `most` pending rows of a relation that the same brought: the text of an array of tid, empty when there
  // are none.
  const std::string &next_batch(size_t relation, Pending kind, size_t most, size_t *via);
  bool has_pending(size_t relation, Pending kind) const;

  size_t size(size_t relation) const { return relations_[relation]->set.size(); }
  // The same for the same rows in the same versions, in whatever order they came.
  uint64_t digest(size_t relation) const { return relations_[relation]->digest; }
  uint64_t memory() const { return budget_.used(); }
  void forget(size_t relation) { relations_[relation]->set.clear(); }

  // The positions of a relation in order, packed, up to `most` in each slice. After the last one *rows is 0.
  const std::string &next_slice(size_t relation, size_t most, size_t *rows);

 private:
  struct Relation {
    Relation(uint32_t o, size_t t, MemoryBudget *budget, uint64_t seed) : oid(o), table(t), set(budget, seed) {}
    uint32_t oid;
    size_t table;
    bool keeps[2] = {};
    PositionSet set;
    std::map<size_t, std::deque<Position>> pending[2];  // by what brought them; none is empty
    std::unordered_map<Position, size_t> arrivals[2];   // as fresh, as followed: by which step
    uint64_t digest = 0;
  };

  void take_row(const char *row);
  void keep_pending(Relation *relation, Pending kind, Position position);
  void record(Relation *relation, bool followed, Position position);
  [[noreturn]] void fail_full();

  MemoryBudget budget_;
  uint64_t seed_;
  std::vector<std::unique_ptr<Relation>> relations_;
  std::unordered_map<uint32_t, size_t> by_oid_;
  size_t table_ = 0, via_ = 0, step_ = 0;
  bool followed_ = false, is_search_ = false, records_arrivals_ = false;
  std::optional<Found> found_;
  std::string rest_;
  bool is_past_header_ = false, is_past_end_ = false;
  std::string batch_, slice_;
  std::vector<Position> slices_;
  size_t sliced_relation_ = SIZE_MAX, next_ = 0;
};

}  // namespace confiture::mask
