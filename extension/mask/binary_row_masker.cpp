// COPY binary: a header, rows of length-prefixed values, a trailer.
//
// As in text, rows that lie wholly in the caller's bytes are worked on in place. An unfinished one is completed in
// `carry_` with exactly the bytes it still needs, so that its first bytes are not read again for every slice.
//
// Rows are written a block at a time: the PRF of a strategy hashes a column's values side by side.
#include <algorithm>

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
        value_at_(n_fields_),
        work_(std::move(work)),
        block_(work_.columns.begin(), work_.columns.end()),
        formed_(work_.formed.empty() ? 0 : work_.columns.size()) {
    for (const ColumnBlock &column : block_) hangs_on_others_ |= column.hangs_on_others;
  }

  void feed(std::string_view bytes, ByteSink &out) override {
    while (!bytes.empty()) {
      if (phase_ == Phase::done) fail(Code::malformed_stream, "bytes follow the trailer of the COPY stream");
      if (carry_.size() > 0) {
        const size_t taken = std::min(bytes.size(), needed_ - carry_.size());
        carry_.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        if (consume_items(carry_.view(), out) > 0) carry_.clear();
      } else {
        bytes.remove_prefix(consume_items(bytes, out));
        if (phase_ == Phase::done) continue;
        carry_.append(bytes);
        return;
      }
    }
  }

  void finish() override {
    if (phase_ == Phase::done) return;
    if (carry_.size() > 0 && phase_ == Phase::rows) fail_row(rows_ + 1, "the stream ended inside the row");
    fail(Code::malformed_stream, "the COPY stream ended without its trailer");
  }

 private:
  enum class Phase : uint8_t { header, rows, done };

  static constexpr std::string_view null_length = "\xff\xff\xff\xff";

  // Works on all complete items (header, rows, trailer) at the start of `bytes`. Returns how many bytes they are.
  // When an item is left unfinished, `needed_` says how many bytes of it must be there to continue.
  size_t consume_items(std::string_view bytes, ByteSink &out) {
    const char *const end = bytes.data() + bytes.size();
    const char *item = bytes.data();
    // Bytes that stay as they are wait in [unwritten, item) and go out in one piece, across values and rows.
    const char *unwritten = item;
    while (item != end && phase_ != Phase::done) {
      const auto available = static_cast<size_t>(end - item);
      if (phase_ == Phase::header) {
        if (!scan_header(item, available)) break;
        phase_ = Phase::rows;
      } else {
        if (!scan_or_fail(item, available, unwritten, out)) break;
        if (phase_ == Phase::rows) add_to_block(item);
        if (rows_in_block_ == block_rows) write_block(unwritten, out);
      }
      item += scanned_;
      scanned_ = 0;
      field_ = 0;
    }
    write_block(unwritten, out);
    out.append(std::string_view(unwritten, static_cast<size_t>(item - unwritten)));
    return static_cast<size_t>(item - bytes.data());
  }

  bool scan_header(const char *header, size_t available) {
    const std::string_view start(header, std::min(available, signature.size()));
    if (start != signature.substr(0, start.size()))
      fail(Code::malformed_stream, "the COPY stream does not start with the signature of the binary format");
    needed_ = header_size;
    if (available < needed_) return false;
    const auto flags = static_cast<uint32_t>(load_int32(header + signature.size()));
    if ((flags & critical_flags) != 0)
      fail(Code::malformed_stream, "the header of the COPY stream has flags this version does not know");
    const int32_t extension = load_int32(header + signature.size() + sizeof flags);
    if (extension < 0 || extension > longest_value)
      fail(Code::malformed_stream, "the header of the COPY stream has an impossible length");
    needed_ = header_size + static_cast<size_t>(extension);
    scanned_ = needed_;
    return available >= needed_;
  }

  // Of the row being scanned or noted; rows_ are written.
  uint64_t row_number() const { return rows_ + rows_in_block_ + 1; }

  // Scans on in a row (or the trailer) from `scanned_`, and notes where its values are. True: it is complete, and
  // `scanned_` is its size.
  bool scan_row(const char *row, size_t available) {
    if (scanned_ == 0) {
      needed_ = count_size;
      if (available < needed_) return false;
      const int16_t count = load_int16(row);
      scanned_ = count_size;
      if (count == -1) {
        phase_ = Phase::done;
        return true;
      }
      if (count < 0) fail_row(row_number(), "its number of columns is negative");
      if (static_cast<size_t>(count) != n_fields_)
        fail_field_count(row_number(), static_cast<size_t>(count), n_fields_);
    }
    // The members in registers: bytes of a row might be theirs, for all that the compiler knows.
    size_t scanned = scanned_, needed = needed_, field = field_;
    for (; field < n_fields_; ++field) {
      needed = scanned + length_size;
      if (available < needed) break;
      const int32_t length = load_int32(row + scanned);
      if (length < -1) fail_column(row_number(), field, "the length of the value is negative");
      needed += static_cast<size_t>(std::max(length, 0));
      if (needed > longest_row) fail_row_too_long(row_number());
      if (available < needed) break;
      value_at_[field] = scanned;
      scanned = needed;
    }
    scanned_ = scanned;
    needed_ = needed;
    field_ = field;
    return field == n_fields_;
  }

  // As scan_row(). Rows before a malformed one may hold a wrong value, and the first mistake is to be reported.
  bool scan_or_fail(const char *row, size_t available, const char *&unwritten, ByteSink &out) {
    try {
      return scan_row(row, available);
    } catch (const Error &) {
      write_block(unwritten, out);
      throw;
    }
  }

  // Notes the values of the complete row that need work.
  void add_to_block(const char *row) {
    // NULL stays NULL, and make_null has nothing to do
    for (ColumnBlock &column : block_) column.values[rows_in_block_] = value_of(row, column.field);
    if (hangs_on_others_)
      for (size_t i = 0; i < block_.size(); ++i) add_others_to_block(row, work_.columns[i], block_[i]);
    if (n_fields_ > n_columns_) bounds_[rows_in_block_] = {row, row + value_at_[n_columns_], row + scanned_};
    ++rows_in_block_;
  }

  void add_others_to_block(const char *row, const ColumnWork &work, ColumnBlock &column) {
    if (work.treatment == Treatment::choose) column.sides[rows_in_block_] = value_of(row, work.side_column);
    for (size_t clue = 0; clue < clue_count; ++clue)
      if (work.clues.is_given[clue]) column.clues[clue][rows_in_block_] = value_of(row, work.clues.side[clue]);
    if (work.named == nullptr) return;
    if (rows_in_block_ == 0) column.named.clear();
    for (const size_t field : work.named->fields()) column.named.push_back(value_of(row, field));
  }

  std::string_view value_of(const char *row, size_t column) const {
    const char *at = row + value_at_[column];
    const int32_t length = load_int32(at);
    return length < 0 ? std::string_view() : std::string_view(at + length_size, static_cast<size_t>(length));
  }

  // Writes what the rows of the block need written; moves `unwritten` behind their last masked value.
  void write_block(const char *&unwritten, ByteSink &out) {
    for (size_t i = 0; i < block_.size(); ++i) block_[i].prepare(work_.columns[i], rows_in_block_);
    const bool has_sides = n_fields_ > n_columns_;
    for (size_t row = 0; row < rows_in_block_; ++row, ++rows_) {
      if (has_sides) start_row(bounds_[row], unwritten, out);
      for (const size_t at : work_.formed) form(at, row);
      for (size_t i = 0; i < block_.size(); ++i) {
        const ColumnBlock &column = block_[i];
        if (work_.columns[i].is_formed) {
          write_formed(i, row, unwritten, out);
          continue;
        }
        const ColumnWork &work = column.hangs_on_others ? ready_work(i, row) : work_.columns[i];
        if (column.values[row].data() != nullptr) write_value(work, column, row, unwritten, out);
      }
      if (has_sides) end_row(bounds_[row], unwritten, out);
    }
    rows_in_block_ = 0;
  }

  // What is to be done with the column in this row, its strategy told what other columns say.
  const ColumnWork &ready_work(size_t at, size_t row) {
    const bool has_cases = work_.columns[at].treatment == Treatment::choose;
    const ColumnWork &work = has_cases ? chosen_case(work_.columns[at], block_[at].sides[row]) : work_.columns[at];
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
    if (part.is_formed) value = formed_[at].view();
    if (value.data() == nullptr || (part.is_formed && (value.empty() || load_int32(value.data()) < 0))) return {};
    if (part.is_formed) value.remove_prefix(length_size);
    shown_.clear();
    if (!show_binary(part.type.kind, value, shown_)) fail_value(rows_ + 1, part.column, part.type);
    return shown_.view();
  }

  // Masks a value, with its length, before its row is written; of NULL nothing is left.
  void form(size_t at, size_t row) {
    formed_[at].clear();
    const ColumnWork &work = ready_work(at, row);
    const std::string_view value = block_[at].values[row];
    if (value.data() == nullptr) return;
    const char *unwritten = value.data() - length_size;
    write_value(work, block_[at], row, unwritten, formed_[at]);
    formed_[at].append(std::string_view(unwritten, static_cast<size_t>(value.data() + value.size() - unwritten)));
  }

  void write_formed(size_t at, size_t row, const char *&unwritten, ByteSink &out) const {
    const std::string_view value = block_[at].values[row];
    if (value.data() == nullptr) return;
    out.append(std::string_view(unwritten, static_cast<size_t>(value.data() - length_size - unwritten)));
    out.append(formed_[at].view());
    unwritten = value.data() + value.size();
  }

  // Where a row with side columns is.
  struct RowBounds {
    const char *start, *sides, *end;
  };

  // A row that goes out without its side columns has another number of columns.
  void start_row(const RowBounds &bounds, const char *&unwritten, ByteSink &out) {
    out.append(std::string_view(unwritten, static_cast<size_t>(bounds.start - unwritten)));
    char *count = out.reserve(count_size);
    count[0] = static_cast<char>(n_columns_ >> 8);
    count[1] = static_cast<char>(n_columns_);
    out.commit(count_size);
    unwritten = bounds.start + count_size;
  }

  static void end_row(const RowBounds &bounds, const char *&unwritten, ByteSink &out) {
    out.append(std::string_view(unwritten, static_cast<size_t>(bounds.sides - unwritten)));
    unwritten = bounds.end;
  }

  const ColumnWork &chosen_case(const ColumnWork &work, std::string_view side) const {
    if (side.data() == nullptr) fail_without_rule(rows_ + 1, work.column);
    if (side.size() != sizeof(int32_t)) fail_case(rows_ + 1, work.column);
    const auto number = static_cast<uint32_t>(load_int32(side.data()));
    if (number >= work.cases.size()) fail_case(rows_ + 1, work.column);
    return work.cases[number];
  }

  void write_value(const ColumnWork &work, const ColumnBlock &block, size_t row, const char *&unwritten,
                   ByteSink &out) {
    const std::string_view value = block.values[row];
    const auto write_unmasked = [&](const char *until) {
      out.append(std::string_view(unwritten, static_cast<size_t>(until - unwritten)));
    };
    if (work.treatment == Treatment::pass) return;
    if (work.treatment == Treatment::set_element_oid) {
      if (value.size() < array_head_size) return;
      write_unmasked(value.data() + element_oid_offset);
      out.append(work.bytes);
      unwritten = value.data() + array_head_size;
      return;
    }
    write_unmasked(value.data() - length_size);
    if (work.may_give_null && work.strategy->gives_null_for(value)) {
      out.append(null_length);
    } else if (work.treatment == Treatment::mask) {
      write_masked(work, block, row, out);
    } else {
      out.append(work.bytes);
    }
    unwritten = value.data() + value.size();
  }

  void write_masked(const ColumnWork &work, const ColumnBlock &block, size_t row, ByteSink &out) {
    const std::string_view value = block.values[row];
    const size_t start = out.size();
    out.reserve(length_size);
    out.commit(length_size);
    if (work.prf != nullptr) {
      if (!value.empty()) work.prf->write(value, block.random[row], out);
    } else if (work.digest != nullptr) {
      if (!value.empty()) work.digest->write(block.digests[row], out);
    } else if (block.is_masked) {
      out.append(block.masked(row));
    } else if (!mask_value(*work.strategy, work.type, value, out)) {
      fail_value(rows_ + 1, work.column, work.type);
    }
    const size_t masked_size = out.size() - start - length_size;
    if (masked_size > static_cast<size_t>(longest_value)) fail_row_too_long(rows_ + 1);
    store_int32(out.at(start), static_cast<int32_t>(masked_size));
  }

  const size_t n_columns_;
  const size_t n_fields_;  // with side columns
  Phase phase_ = Phase::header;
  size_t field_ = 0;              // the field being scanned, from 0
  size_t scanned_ = 0;            // bytes of the current item already scanned
  size_t needed_ = 0;             // bytes of it that must be there to scan on
  std::vector<size_t> value_at_;  // of the row being scanned: where each value's length word is, from its start
  const RowWork work_;
  std::vector<ColumnBlock> block_;  // as work_: values of rows that are not written yet
  bool hangs_on_others_ = false;    // some column
  RowBounds bounds_[block_rows];    // of rows that are not written yet, if they have side columns
  size_t rows_in_block_ = 0;
  std::vector<ByteSink> formed_;  // as columns of the work: those that are formed, of the row that is written
  ByteSink carry_;                // the unfinished item
  ByteSink shown_;                // what a template shows
};

}  // namespace

std::unique_ptr<RowMasker> make_binary_row_masker(size_t n_columns, size_t n_sides, RowWork work) {
  return std::make_unique<BinaryRowMasker>(n_columns, n_sides, std::move(work));
}

}  // namespace confiture::mask
