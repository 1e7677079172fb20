// COPY text: rows end at a newline, fields at a tab; a backslash takes the special meaning from the byte after it.
//
// Rows that lie wholly in the caller's bytes are worked on in place. Only the unfinished last row is kept, in
// `carry_`, along with how far it has been scanned: no byte is looked at twice, however small the slices.
#include <charconv>

#include "mask/row_plan.h"
#include "mask/template_strategy.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

class TextRowMasker final : public RowMasker {
 public:
  TextRowMasker(size_t n_columns, size_t n_sides, RowWork work)
      : n_columns_(n_columns),
        n_fields_(n_columns + n_sides),
        field_end_(n_fields_ == 0 ? 1 : n_fields_),
        work_(std::move(work)),
        formed_(work_.formed.empty() ? 0 : work_.columns.size()),
        taken_(most_taken * n_columns) {}

  void feed(std::string_view bytes, ByteSink &out) override {
    const char *p = bytes.data();
    const char *const end = p + bytes.size();
    if (carry_.size() > 0) {
      const char *next = scan(p, end);
      const char *stop = next == nullptr ? end : next;
      carry_.append(std::string_view(p, static_cast<size_t>(stop - p)));
      if (next == nullptr) return;
      write_row(carry_.view(), out);
      carry_.clear();
      p = next;
    }
    // Unmasked bytes wait in [unwritten, p) and go out in one piece, across fields and rows.
    const char *unwritten = p;
    for (const char *next = nullptr; p != end && (next = scan(p, end)) != nullptr; p = next)
      end_row(p, static_cast<size_t>(next - p), unwritten, out);
    out.append(std::string_view(unwritten, static_cast<size_t>(p - unwritten)));
    carry_.append(std::string_view(p, static_cast<size_t>(end - p)));
  }

  FieldRows take_rows(std::string_view &bytes) override {
    if (carry_is_taken_) carry_.clear();
    carry_is_taken_ = false;
    made_.clear();
    made_values_.clear();
    size_t n_rows = 0;
    const char *p = bytes.data();
    const char *const end = p + bytes.size();
    while (n_rows < most_taken && p != end && !carry_is_taken_) {
      const char *next = scan(p, end);
      const std::string_view piece(p, static_cast<size_t>((next == nullptr ? end : next) - p));
      p = piece.data() + piece.size();
      carry_is_taken_ = next != nullptr && carry_.size() > 0;
      if (next == nullptr || carry_is_taken_) carry_.append(piece);
      if (next != nullptr) take_row(carry_is_taken_ ? carry_.view() : piece, n_rows++ * n_columns_);
    }
    for (const MadeField &made : made_) taken_[made.index].bytes = made_values_.view().data() + made.start;
    bytes.remove_prefix(static_cast<size_t>(p - bytes.data()));
    return {taken_.data(), n_columns_, n_rows};
  }

  void finish() override {
    if (carry_.size() > 0 && !carry_is_taken_) fail_row(rows_ + 1, "the stream ended inside the row");
  }

 private:
  // Scans on in the current row, of which `scanned_` bytes came before `p`, and notes where its fields end.
  // Returns the start of the next row, nullptr when [p, end) does not hold the end of this one.
  const char *scan(const char *p, const char *end) {
    const char *const start = p;
    const size_t before = scanned_;
    if (after_backslash_ && p != end) {
      ++p;
      after_backslash_ = false;
    }
    for (;;) {
      p = text_codec::find_structural(p, end);
      if (before + static_cast<size_t>(p - start) > longest_row) fail_row_too_long(rows_ + 1);
      if (p == end) break;
      if (*p == '\\') {
        row_has_escapes_ = true;
        if (p + 1 == end) {
          after_backslash_ = true;
          break;
        }
        p += 2;
        continue;
      }
      // The server escapes it always; its COPY FROM takes one that is not escaped for a mistake about the end of lines.
      if (*p == '\r') fail_row(rows_ + 1, "it has a carriage return that is not escaped");
      field_end_[field_] = before + static_cast<size_t>(p - start);
      if (*p == '\n') return end_of_row(p);
      if (++field_ >= n_fields_) fail_field_count(rows_ + 1, field_ + 1, n_fields_);
      ++p;
    }
    scanned_ = before + static_cast<size_t>(end - start);
    return nullptr;
  }

  const char *end_of_row(const char *newline) {
    // A row of no column at all is an empty line; so is a row of one empty value.
    const bool no_column = n_fields_ == 0 && field_end_[0] == 0;
    if (field_ + 1 != n_fields_ && !no_column) fail_field_count(rows_ + 1, field_ + 1, n_fields_);
    scanned_ = 0;
    field_ = 0;
    return newline + 1;
  }

  void write_row(std::string_view row, ByteSink &out) {
    const char *unwritten = row.data();
    end_row(row.data(), row.size(), unwritten, out);
    out.append(std::string_view(unwritten, static_cast<size_t>(row.data() + row.size() - unwritten)));
  }

  // Looks at the complete row before it is written or taken. Returns the bytes of its columns without sides.
  size_t begin_row(const char *row, size_t size) {
    // The server would take this line for the end of the data and silently drop all that follows.
    const size_t loaded = n_fields_ > n_columns_ ? field_end_[n_columns_ - 1] : size - 1;
    if (loaded == 2 && row[0] == '\\' && row[1] == '.') fail_row(rows_ + 1, "it is an end-of-data marker");
    for (const size_t at : work_.formed) {
      formed_[at].clear();
      write_column(row, work_.columns[at], formed_[at]);
    }
    return loaded;
  }

  // Writes what becomes of a column that needs work.
  void write_worked(const char *row, const ColumnWork &work, ByteSink &out) {
    if (work.is_formed)
      out.append(formed_[static_cast<size_t>(&work - work_.columns.data())].view());
    else
      write_column(row, work, out);
  }

  // Notes the fields of the complete row, from taken_[first] on.
  void take_row(std::string_view row, size_t first) {
    begin_row(row.data(), row.size());
    auto work = work_.columns.begin();
    for (size_t column = 0; column < n_columns_; ++column) {
      const std::string_view field = field_at(row.data(), column);
      if (work != work_.columns.end() && work->column == column) {
        worked_.clear();
        write_worked(row.data(), *work++, worked_);
        take_escaped(first + column, worked_.view());
      } else if (row_has_escapes_) {
        take_escaped(first + column, field);
      } else {
        taken_[first + column] = {field.data(), static_cast<int32_t>(field.size())};
      }
    }
    row_has_escapes_ = false;
    ++rows_;
  }

  void take_escaped(size_t index, std::string_view field) {
    if (field == text_codec::null_field) {
      taken_[index] = {nullptr, -1};
      return;
    }
    const size_t start = made_values_.size();
    text_codec::unescape(field, made_values_);
    const size_t size = made_values_.size() - start;
    taken_[index] = {"", static_cast<int32_t>(size)};
    if (size > 0) made_.push_back({index, start});
  }

  // Writes what the complete row needs written; moves `unwritten` behind its last masked field.
  void end_row(const char *row, size_t size, const char *&unwritten, ByteSink &out) {
    const size_t loaded = begin_row(row, size);
    for (const ColumnWork &work : work_.columns) {
      const std::string_view field = field_at(row, work.column);
      out.append(std::string_view(unwritten, static_cast<size_t>(field.data() - unwritten)));
      write_worked(row, work, out);
      unwritten = field.data() + field.size();
    }
    if (n_fields_ > n_columns_) {
      out.append(std::string_view(unwritten, static_cast<size_t>(row + loaded - unwritten)));
      out.append('\n');
      unwritten = row + size;
    }
    ++rows_;
  }

  void write_column(const char *row, const ColumnWork &work, ByteSink &out) {
    const ColumnWork &chosen =
        work.treatment == Treatment::choose ? chosen_case(work, field_at(row, work.side_column)) : work;
    for (size_t clue = 0; clue < clue_count; ++clue)
      if (chosen.clues.is_given[clue])
        set_clue(chosen, static_cast<Clue>(clue), field_at(row, chosen.clues.side[clue]));
    for (size_t i = 0; i < chosen.parts.size(); ++i) set_part(chosen, i, row);
    const std::string_view field = field_at(row, work.column);
    if (chosen.wants_row_values && field != text_codec::null_field) tell_row_values(*work.named, *chosen.strategy, row);
    write_field(chosen, field, out);
  }

  std::string_view field_at(const char *row, size_t column) const {
    const char *field = row + (column == 0 ? 0 : field_end_[column - 1] + 1);
    return {field, static_cast<size_t>(row + field_end_[column] - field)};
  }

  const ColumnWork &chosen_case(const ColumnWork &work, std::string_view side) const {
    if (side == text_codec::null_field) fail_without_rule(rows_ + 1, work.column);
    size_t number = 0;
    const auto [end, error] = std::from_chars(side.data(), side.data() + side.size(), number);
    if (error != std::errc() || end != side.data() + side.size() || number >= work.cases.size())
      fail_case(rows_ + 1, work.column);
    return work.cases[number];
  }

  void tell_row_values(NamedColumns &named, Strategy &strategy, const char *row) {
    named_fields_.clear();
    for (const size_t column : named.fields()) named_fields_.push_back(field_at(row, column));
    named.tell(named_fields_, strategy);
  }

  void set_clue(const ColumnWork &work, Clue clue, std::string_view field) {
    if (field == text_codec::null_field) return work.strategy->set_clue(clue, {});
    scratch_.clear();
    text_codec::unescape(field, scratch_);
    work.strategy->set_clue(clue, scratch_.size() > 0 ? scratch_.view() : std::string_view(""));
  }

  void set_part(const ColumnWork &work, size_t number, const char *row) {
    const ColumnWork &part = work_.columns[work.parts[number]];
    const std::string_view field = part.is_formed ? formed_[work.parts[number]].view() : field_at(row, part.column);
    scratch_.clear();
    if (field != text_codec::null_field) text_codec::unescape(field, scratch_);
    work.strategy->as_template_strategy()->set_value(number, scratch_.view());
  }

  void write_field(const ColumnWork &work, std::string_view field, ByteSink &out) {
    if (work.treatment == Treatment::make_null || field == text_codec::null_field) {
      out.append(text_codec::null_field);
    } else if (work.treatment == Treatment::literal) {
      out.append(work.bytes);
    } else if (work.treatment == Treatment::pass) {
      out.append(field);
    } else {
      write_masked(work, field, out);
    }
  }

  void write_masked(const ColumnWork &work, std::string_view field, ByteSink &out) {
    if (std::memchr(field.data(), '\\', field.size()) != nullptr) {
      scratch_.clear();
      text_codec::unescape(field, scratch_);
      field = scratch_.view();
    }
    if (work.may_give_null && work.strategy->gives_null_for(field)) return out.append(text_codec::null_field);
    const size_t start = out.size();
    if (!text_codec::mask_value(*work.strategy, work.type, field, out)) fail_value(rows_ + 1, work.column, work.type);
    if (traits_of(work.type.kind).is_plain && !work.type.is_array) return;

    // Masked text seldom needs an escape: look, and only then write its tail a second time.
    const std::string_view masked = out.view().substr(start);
    const char *masked_end = masked.data() + masked.size();
    const char *first = text_codec::find_escapable(masked.data(), masked_end);
    if (first == masked_end) return;
    scratch_.clear();
    scratch_.append(std::string_view(first, static_cast<size_t>(masked_end - first)));
    out.truncate(start + static_cast<size_t>(first - masked.data()));
    text_codec::escape(scratch_.view(), out);
  }

  static constexpr size_t most_taken = 8;  // rows

  // A field of taken_ whose bytes are made_values_ from `start` on, which move while more are made.
  struct MadeField {
    size_t index, start;
  };

  const size_t n_columns_;
  const size_t n_fields_;          // with side columns
  size_t field_ = 0;               // the field being scanned, from 0
  size_t scanned_ = 0;             // bytes of the unfinished row already scanned; all of them are in carry_
  bool after_backslash_ = false;   // the last of them is an unpaired backslash
  bool row_has_escapes_ = false;   // in fields of the row being scanned, or before where rows are not taken
  std::vector<size_t> field_end_;  // of the row being scanned, from its start
  const RowWork work_;
  std::vector<ByteSink> formed_;  // as columns of the work: those that are formed, of the row that is written
  std::vector<std::string_view> named_fields_;
  std::vector<Field> taken_;
  std::vector<MadeField> made_;
  ByteSink made_values_;
  ByteSink worked_;              // what becomes of a column, as a field
  bool carry_is_taken_ = false;  // the row in carry_ is complete, and its fields are among taken_
  ByteSink carry_;               // the unfinished row
  ByteSink scratch_;             // an unescaped value, or the tail of a masked one
};

}  // namespace

std::unique_ptr<RowMasker> make_text_row_masker(size_t n_columns, size_t n_sides, RowWork work) {
  return std::make_unique<TextRowMasker>(n_columns, n_sides, std::move(work));
}

}  // namespace confiture::mask
