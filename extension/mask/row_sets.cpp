#include "mask/row_sets.h"

#include <algorithm>
#include <cstring>

#include "mask/error.h"
#include "mask/position_list.h"

namespace confiture::mask {

namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr size_t header_size = 19;
// A count of fields, then oid, tid and xid, each behind its length.
constexpr size_t row_size = 2 + (4 + 4) + (4 + 6) + (4 + 4);

uint32_t read32(const char *bytes) {
  const auto *b = reinterpret_cast<const unsigned char *>(bytes);
  return uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | uint32_t{b[3]};
}

uint16_t read16(const char *bytes) {
  const auto *b = reinterpret_cast<const unsigned char *>(bytes);
  return static_cast<uint16_t>(b[0] << 8 | b[1]);
}

[[noreturn]] void fail_malformed() { fail(Code::malformed_stream, "the source sends no positions of rows"); }

uint64_t mixed(uint64_t hash) {
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111eb;
  return hash ^ hash >> 31;
}

}  // namespace

void RowSets::add_relation(uint32_t oid, size_t table, bool keeps_fresh, bool keeps_followed) {
  if (!by_oid_.emplace(oid, relations_.size()).second) fail_malformed();
  relations_.push_back(std::make_unique<Relation>(oid, table, &budget_, seed_));
  relations_.back()->keeps[static_cast<size_t>(Pending::fresh)] = keeps_fresh;
  relations_.back()->keeps[static_cast<size_t>(Pending::followed)] = keeps_followed;
}

void RowSets::begin(size_t table, bool followed, size_t via, size_t step) {
  table_ = table;
  via_ = via;
  step_ = step;
  followed_ = followed;
  is_search_ = false;
  rest_.clear();
  is_past_header_ = is_past_end_ = false;
}

void RowSets::begin_search(size_t table, bool followed, size_t step) {
  begin(table, followed, 0, step);
  is_search_ = true;
  found_.reset();
}

std::optional<size_t> RowSets::arrival(size_t relation, Position position, bool followed) const {
  const auto &arrivals = relations_[relation]->arrivals[followed];
  auto found = arrivals.find(position);
  if (found == arrivals.end()) return std::nullopt;
  return found->second;
}

void RowSets::fail_full() { fail(Code::limit_exceeded, "the positions of the rows take more memory than they may"); }

void RowSets::keep_pending(Relation *relation, Pending kind, Position position) {
  auto number = static_cast<size_t>(kind);
  if (!relation->keeps[number]) return;
  if (!budget_.take(sizeof(Position))) fail_full();
  relation->pending[number][via_].push_back(position);
}

void RowSets::record(Relation *relation, bool followed, Position position) {
  constexpr uint64_t node_size = 64;  // with its share of the buckets
  if (!records_arrivals_) return;
  if (!budget_.take(node_size)) fail_full();
  relation->arrivals[followed].emplace(position, step_);
}

// A source that lies could send rows of tables that were not asked for, and have them copied.
void RowSets::take_row(const char *row) {
  if (read16(row) != 3 || read32(row + 2) != 4 || read32(row + 10) != 6 || read32(row + 20) != 4) fail_malformed();
  auto found = by_oid_.find(read32(row + 6));
  uint16_t offset = read16(row + 18);
  if (found == by_oid_.end() || offset == 0 || offset > greatest_offset) fail_malformed();
  Relation *relation = relations_[found->second].get();
  if (relation->table != table_) fail_malformed();
  Position position = make_position(read32(row + 14), offset);
  if (is_search_) {
    std::optional<size_t> step = arrival(found->second, position, followed_);
    if (!found_.has_value() && step.has_value() && *step < step_) found_ = {found->second, position};
    return;
  }
  PositionSet::Added added = relation->set.add(position, followed_);
  if (added == PositionSet::Added::no_memory) fail_full();
  if (added == PositionSet::Added::known) return;
  if (added == PositionSet::Added::fresh) {
    relation->digest += mixed(mixed(position + 0x9e3779b97f4a7c15 * relation->oid) + read32(row + 24));
    keep_pending(relation, Pending::fresh, position);
    record(relation, false, position);
  }
  if (!followed_) return;
  keep_pending(relation, Pending::followed, position);
  record(relation, true, position);
}

void RowSets::feed(std::string_view bytes) {
  rest_.append(bytes);
  std::string_view left = rest_;
  if (!is_past_header_ && left.size() >= header_size) {
    if (left.substr(0, signature.size()) != signature || read32(left.data() + 11) != 0 || read32(left.data() + 15) != 0)
      fail_malformed();
    left.remove_prefix(header_size);
    is_past_header_ = true;
  }
  if (is_past_header_) {
    while (!is_past_end_ && left.size() >= 2) {
      if (read16(left.data()) == 0xffff) {
        is_past_end_ = true;
        left.remove_prefix(2);
      } else if (left.size() >= row_size) {
        take_row(left.data());
        left.remove_prefix(row_size);
      } else {
        break;
      }
    }
    if (is_past_end_ && !left.empty()) fail_malformed();
  }
  rest_.erase(0, rest_.size() - left.size());
}

void RowSets::finish() {
  if (!is_past_end_ || !rest_.empty()) fail_malformed();
}

bool RowSets::has_pending(size_t relation, Pending kind) const {
  return !relations_[relation]->pending[static_cast<size_t>(kind)].empty();
}

const std::string &RowSets::next_batch(size_t relation, Pending kind, size_t most, size_t *via) {
  auto &all = relations_[relation]->pending[static_cast<size_t>(kind)];
  batch_.clear();
  if (all.empty()) return batch_;
  *via = all.begin()->first;
  std::deque<Position> &pending = all.begin()->second;
  auto end = pending.begin() + static_cast<std::ptrdiff_t>(std::min(most, pending.size()));
  std::vector<Position> positions(pending.begin(), end);
  pending.erase(pending.begin(), end);
  if (pending.empty()) all.erase(all.begin());
  budget_.give_back(positions.size() * sizeof(Position));
  std::sort(positions.begin(), positions.end());
  batch_ = positions_text(positions);
  return batch_;
}

const std::string &RowSets::next_slice(size_t relation, size_t most, size_t *rows) {
  if (sliced_relation_ != relation) {
    slices_ = relations_[relation]->set.sorted();
    sliced_relation_ = relation;
    next_ = 0;
  }
  *rows = std::min(most, slices_.size() - next_);
  slice_ = pack_positions({slices_.data() + next_, *rows});
  next_ += *rows;
  if (*rows == 0) {
    slices_ = {};
    sliced_relation_ = SIZE_MAX;
  }
  return slice_;
}

}  // namespace confiture::mask
