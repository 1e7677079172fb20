// COPY binary: a header, rows of length-prefixed values, a trailer.
//
// Rows that lie wholly in the caller's bytes are worked on in place. An unfinished one is completed in `carry_` with
// exactly the bytes it still needs.
//
// A block of rows at a time: the PRF of a strategy hashes a column's values side by side. Masked values are collected,
// and then either handed out among the fields of their rows, or written in between the bytes of the stream that stay as
// they are.
#include <algorithm>
#include <utility>

#include "mask/binary_codec.h"
#include "mask/column_block.h"
#include "mask/digest_strategy.h"
#include "mask/row_plan.h"
#include "mask/shown_value.h"
#include "mask/template_strategy.h"

namespace confiture::mask {

namespace {

using namespace binary_codec;

constexpr size_t count_size = sizeof(int16_t);
constexpr size_t length_size = sizeof(int32_t);

class BinaryRowMasker final : public RowMasker {
 public:
  BinaryRowMasker(size_t n_columns, size_t n_sides, RowWork work)
      : n_columns_(n_columns),
        n_fields_(n_columns + n_sides),
        work_(std::move(work)),
        fields_(block_rows * n_fields_),
        masked_(block_rows * work_.columns.size()),
        block_(work_.columns.begin(), work_.columns.end()) {
    for (const ColumnBlock &column : block_) hangs_on_others_ |= column.hangs_on_others;
  }

  void feed(std::string_view bytes, ByteSink &out) override {
    while (!bytes.empty()) write_block(next_block(bytes), out);
  }

  FieldRows take_rows(std::string_view &bytes) override {
    rows_in_block_ = 0;
    while (!bytes.empty() && rows_in_block_ == 0) next_block(bytes);
    for (size_t row = 0; row < rows_in_block_; ++row)
      for (size_t i = 0; i < block_.size(); ++i) {
        const Masked &value = masked(row, i);
        const char *const bytes = value.size > 0 ? values_.at(value.at) : "";
        if (value.size != unchanged) field(row, block_[i].field) = {bytes, value.size};
      }
    return {fields_.data(), n_fields_, rows_in_block_};
  }

  void finish() override {
    if (phase_ == Phase::done) return;
    if (carry_.size() > 0 && !carry_is_complete_ && phase_ == Phase::rows)
      fail_row(rows_ + 1, "the stream ended inside the row");
    fail(Code::malformed_stream, "the COPY stream ended without its trailer");
  }

 private:
  enum class Phase : uint8_t { header, rows, done };

  // What becomes of a value.
  struct Masked {
    size_t at;     // in values_
    int32_t size;  // or one of these
  };
  static constexpr int32_t null_size = -1, unchanged = -2;

  Field &field(size_t row, size_t column) { return fields_[row * n_fields_ + column]; }
  Masked &masked(size_t row, size_t i) { return masked_[row * block_.size() + i]; }

  // Takes items (header, rows, trailer) off the front of the bytes, a block of rows at most, and masks these. Returns
  // the bytes of the items, where they lie until the next call.
  std::string_view next_block(std::string_view &bytes) {
    if (phase_ == Phase::done) fail(Code::malformed_stream, "bytes follow the trailer of the COPY stream");
    rows_in_block_ = 0;
    values_.clear();
    if (carry_is_complete_) carry_.clear();
    carry_is_complete_ = false;
    if (carry_.size() > 0) return complete_carried(bytes);
    const std::string_view items = bytes.substr(0, mask_items(bytes));
    bytes.remove_prefix(items.size());
    if (items.empty()) carry_.append(std::exchange(bytes, {}));
    return items;
  }

  std::string_view complete_carried(std::string_view &bytes) {
    while (!bytes.empty() && !carry_is_complete_) {
      const size_t taken = std::min(bytes.size(), needed_ - carry_.size());
      carry_.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      // A false signature is refused at its first wrong byte; an unfinished row is not scanned again for every slice.
      if (phase_ == Phase::header || carry_.size() == needed_) carry_is_complete_ = mask_items(carry_.view()) > 0;
    }
    return carry_is_complete_ ? carry_.view() : std::string_view();
  }

  // Works on complete items at the start of the bytes, a block of rows at most. Returns how many bytes they are. When
  // the first one is unfinished, `needed_` says how many bytes of it must be there for another look.
  size_t mask_items(std::string_view bytes) {
    const char *const end = bytes.data() + bytes.size();
    const char *item = bytes.data();
    while (item != end && phase_ != Phase::done && rows_in_block_ < block_rows) {
      const auto available = static_cast<size_t>(end - item);
      const bool is_header = phase_ == Phase::header;
      const size_t size = is_header ? scan_header(item, available) : scan_or_fail(item, available);
      if (size == 0) break;
      if (is_header)
        phase_ = Phase::rows;
      else if (phase_ == Phase::rows)
        add_to_block();
      item += size;
    }
    mask_block();
    return static_cast<size_t>(item - bytes.data());
  }

  // These return the size of the item, 0 when it is unfinished.

  size_t scan_header(const char *header, size_t available) {
    const std::string_view start(header, std::min(available, signature.size()));
    if (start != signature.substr(0, start.size()))
      fail(Code::malformed_stream, "the COPY stream does not start with the signature of the binary format");
    needed_ = header_size;
    if (available < needed_) return 0;
    const auto flags = static_cast<uint32_t>(load_int32(header + signature.size()));
    if ((flags & critical_flags) != 0)
      fail(Code::malformed_stream, "the header of the COPY stream has flags this version does not know");
    const int32_t extension = load_int32(header + signature.size() + sizeof flags);
    if (extension < 0 || extension > longest_value)
      fail(Code::malformed_stream, "the header of the COPY stream has an impossible length");
    needed_ = header_size + static_cast<size_t>(extension);
    return available < needed_ ? 0 : needed_;
  }

  // Of one of the block, or of the row being scanned.
  uint64_t row_number(size_t row) const { return rows_ + row + 1; }
  uint64_t row_number() const { return row_number(rows_in_block_); }

  // Notes where the fields of a row are. Of the trailer it turns to the last phase.
  size_t scan_row(const char *row, size_t available) {
    needed_ = count_size;
    if (available < needed_) return 0;
    const int16_t count = load_int16(row);
    if (count == -1) {
      phase_ = Phase::done;
      return count_size;
    }
    if (count < 0) fail_row(row_number(), "its number of columns is negative");
    if (static_cast<size_t>(count) != n_fields_) fail_field_count(row_number(), static_cast<size_t>(count), n_fields_);
    // In registers: bytes of a row might be those of members, for all that the compiler knows.
    Field *field = fields_.data() + rows_in_block_ * n_fields_;
    const size_t n_fields = n_fields_;
    size_t scanned = count_size;
    for (size_t i = 0; i < n_fields; ++i) {
      size_t needed = scanned + length_size;
      const int32_t size = available < needed ? 0 : load_int32(row + scanned);
      if (size < -1) fail_column(row_number(), i, "the length of the value is negative");
      field[i] = {row + needed, size};
      needed += static_cast<size_t>(std::max(size, 0));
      if (needed > longest_row) fail_row_too_long(row_number());
      if (available < needed) {
        needed_ = needed;
        return 0;
      }
      scanned = needed;
    }
    return scanned;
  }

  // As scan_row(). Rows before a malformed one may hold a wrong value, and the first mistake is to be reported.
  size_t scan_or_fail(const char *row, size_t available) {
    try {
      return scan_row(row, available);
    } catch (const Error &) {
      mask_block();
      throw;
    }
  }

  // Notes the values of the complete row that need work.
  void add_to_block() {
    // NULL stays NULL, and make_null has nothing to do
    for (ColumnBlock &column : block_) column.values[rows_in_block_] = value_of(column.field);
    if (hangs_on_others_)
      for (size_t i = 0; i < block_.size(); ++i) add_others_to_block(work_.columns[i], block_[i]);
    ++rows_in_block_;
  }

  void add_others_to_block(const ColumnWork &work, ColumnBlock &column) {
    if (work.treatment == Treatment::choose) column.sides[rows_in_block_] = value_of(work.side_column);
    for (size_t clue = 0; clue < clue_count; ++clue)
      if (work.clues.is_given[clue]) column.clues[clue][rows_in_block_] = value_of(work.clues.side[clue]);
    if (work.named == nullptr) return;
    if (rows_in_block_ == 0) column.named.clear();
    for (const size_t at : work.named->fields()) column.named.push_back(value_of(at));
  }

  std::string_view value_of(size_t column) {
    const Field &value = field(rows_in_block_, column);
    return value.size < 0 ? std::string_view() : std::string_view(value.bytes, static_cast<size_t>(value.size));
  }

  // A column at a time, where no value can be wrong: of several mistakes the first row's is to be reported.
  void mask_block() {
    by_row_.clear();
    // All before the first is masked: what they ask the caches for is on its way meanwhile.
    for (size_t i = 0; i < block_.size(); ++i) block_[i].prepare(work_.columns[i], rows_in_block_);
    for (size_t i = 0; i < block_.size(); ++i) {
      const ColumnWork &work = work_.columns[i];
      if (is_by_row(work, block_[i]))
        by_row_.push_back(i);
      else if (work.prf != nullptr && !work.may_give_null)
        mask_all(*work.prf, i);
      else
        for (size_t row = 0; row < rows_in_block_; ++row) mask(work, i, row);
    }
    for (size_t row = 0; row < rows_in_block_; ++row) {
      for (const size_t i : work_.formed) mask(ready_work(i, row), i, row);
      for (const size_t i : by_row_)
        if (!work_.columns[i].is_formed)
          mask(block_[i].hangs_on_others ? ready_work(i, row) : work_.columns[i], i, row);
    }
    rows_ += rows_in_block_;
  }

  static bool is_by_row(const ColumnWork &work, const ColumnBlock &column) {
    const bool is_computed = work.prf != nullptr || work.digest != nullptr || column.is_masked;
    return column.hangs_on_others || (work.treatment == Treatment::mask && !is_computed);
  }

  // The rows of the block, of the kind of work that takes most of the time.
  void mask_all(const PrfStrategy &strategy, size_t i) {
    const ColumnBlock &block = block_[i];
    for (size_t row = 0; row < rows_in_block_; ++row) {
      const std::string_view value = block.values[row];
      const size_t start = values_.size();
      if (!value.empty()) strategy.write(value, block.random[row], values_);
      masked(row, i) = {start, value.data() == nullptr ? unchanged : checked_size(start, row)};
    }
  }

  void mask(const ColumnWork &work, size_t i, size_t row) {
    const size_t start = values_.size();
    const bool is_null = block_[i].values[row].data() == nullptr;
    masked(row, i) = {start, is_null ? unchanged : mask_value_of(work, block_[i], row)};
  }

  // What is to be done with the column in this row, its strategy told what other columns say.
  const ColumnWork &ready_work(size_t at, size_t row) {
    const bool has_cases = work_.columns[at].treatment == Treatment::choose;
    const ColumnWork &work = has_cases ? chosen_case(at, row) : work_.columns[at];
    for (size_t clue = 0; clue < clue_count; ++clue)
      if (work.clues.is_given[clue]) work.strategy->set_clue(static_cast<Clue>(clue), block_[at].clues[clue][row]);
    for (size_t i = 0; i < work.parts.size(); ++i)
      work.strategy->as_template_strategy()->set_value(i, shown(work.parts[i], row));
    if (work.wants_row_values && block_[at].values[row].data() != nullptr)
      tell_row_values(*work_.columns[at].named, *work.strategy, block_[at].named, row);
    return work;
  }

  static void tell_row_values(NamedColumns &named, Strategy &strategy, std::span<const std::string_view> fields,
                              size_t row) {
    const size_t n_fields = named.fields().size();
    named.tell(fields.subspan(row * n_fields, n_fields), strategy);
  }

  // Of NULL nothing.
  std::string_view shown(size_t at, size_t row) {
    const ColumnWork &part = work_.columns[at];
    std::string_view value = block_[at].values[row];
    if (part.is_formed && masked(row, at).size == null_size) return {};
    if (part.is_formed && masked(row, at).size != unchanged)
      value = values_.view().substr(masked(row, at).at, static_cast<size_t>(masked(row, at).size));
    if (value.data() == nullptr) return {};
    shown_.clear();
    if (!show_binary(part.type.kind, value, shown_)) fail_value(row_number(row), part.column, part.type);
    return shown_.view();
  }

  const ColumnWork &chosen_case(size_t at, size_t row) const {
    const ColumnWork &work = work_.columns[at];
    const std::string_view side = block_[at].sides[row];
    if (side.data() == nullptr) fail_without_rule(row_number(row), work.column);
    if (side.size() != sizeof(int32_t)) fail_case(row_number(row), work.column);
    const auto number = static_cast<uint32_t>(load_int32(side.data()));
    if (number >= work.cases.size()) fail_case(row_number(row), work.column);
    return work.cases[number];
  }

  // Appends what becomes of a value to values_. Returns its size, or `null_size` or `unchanged` without it.
  int32_t mask_value_of(const ColumnWork &work, const ColumnBlock &block, size_t row) {
    const std::string_view value = block.values[row];
    const size_t start = values_.size();
    switch (work.treatment) {
      case Treatment::make_null:
        return null_size;
      case Treatment::literal:
        values_.append(work.bytes);
        break;
      case Treatment::set_element_oid:
        if (value.size() < array_head_size) return unchanged;
        values_.append(value);
        std::memcpy(values_.at(start + element_oid_offset), work.bytes.data(), work.bytes.size());
        break;
      case Treatment::mask:
        if (work.may_give_null && work.strategy->gives_null_for(value)) return null_size;
        write_masked(work, block, row);
        break;
      default:
        return unchanged;
    }
    return checked_size(start, row);
  }

  // Of the value that begins there in values_.
  int32_t checked_size(size_t start, size_t row) const {
    const size_t size = values_.size() - start;
    if (size > static_cast<size_t>(longest_value)) fail_row_too_long(row_number(row));
    return static_cast<int32_t>(size);
  }

  void write_masked(const ColumnWork &work, const ColumnBlock &block, size_t row) {
    const std::string_view value = block.values[row];
    if (work.prf != nullptr) {
      if (!value.empty()) work.prf->write(value, block.random[row], values_);
    } else if (work.digest != nullptr) {
      if (!value.empty()) work.digest->write(block.digests[row], values_);
    } else if (block.is_masked) {
      values_.append(block.masked(row));
    } else if (!mask_value(*work.strategy, work.type, value, values_)) {
      fail_value(row_number(row), work.column, work.type);
    }
  }

  // Writes the items of the block, their rows as they are masked and without side columns.
  void write_block(std::string_view items, ByteSink &out) {
    const char *unwritten = items.data();
    const auto write_until = [&](const char *end) {
      out.append(std::string_view(unwritten, static_cast<size_t>(end - unwritten)));
    };
    const bool has_sides = n_fields_ > n_columns_;
    for (size_t row = 0; row < rows_in_block_; ++row) {
      if (has_sides) {  // another number of columns
        const char *values = field(row, 0).bytes - length_size;
        write_until(values - count_size);
        const char count[count_size] = {static_cast<char>(n_columns_ >> 8), static_cast<char>(n_columns_)};
        out.append(std::string_view(count, count_size));
        unwritten = values;
      }
      for (size_t i = 0; i < block_.size(); ++i) {
        const Masked &value = masked(row, i);
        if (value.size == unchanged) continue;
        const std::string_view raw = block_[i].values[row];
        write_until(raw.data() - length_size);
        store_int32(out.reserve(length_size), value.size);
        out.commit(length_size);
        if (value.size > 0) out.append(std::string_view(values_.at(value.at), static_cast<size_t>(value.size)));
        unwritten = raw.data() + raw.size();
      }
      if (has_sides) {
        write_until(field(row, n_columns_).bytes - length_size);
        const Field &last = field(row, n_fields_ - 1);
        unwritten = last.bytes + std::max(last.size, 0);
      }
    }
    write_until(items.data() + items.size());
  }

  const size_t n_columns_;
  const size_t n_fields_;  // with side columns
  Phase phase_ = Phase::header;
  size_t needed_ = 0;  // bytes of an unfinished item that must be there for another look
  const RowWork work_;
  std::vector<Field> fields_;   // of the block's rows
  std::vector<Masked> masked_;  // as work_: what becomes of its values
  ByteSink values_;             // these
  std::vector<ColumnBlock> block_;
  bool hangs_on_others_ = false;  // some column
  std::vector<size_t> by_row_;    // as work_: those of the block that are masked row by row
  size_t rows_in_block_ = 0;
  ByteSink carry_;                  // the unfinished item, or the one of the block
  bool carry_is_complete_ = false;  // the latter
  ByteSink shown_;                  // what a template shows
};

}  // namespace

std::unique_ptr<RowMasker> make_binary_row_masker(size_t n_columns, size_t n_sides, RowWork work) {
  return std::make_unique<BinaryRowMasker>(n_columns, n_sides, std::move(work));
}

}  // namespace confiture::mask
