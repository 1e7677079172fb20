#include "mask/named_columns.h"

#include <charconv>

#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

// Where a value becomes NULL, or nothing that a text could say.
constexpr std::string_view placeholder = "[REDACTED]";

void add_clues(const CompiledColumn &column, ClueSides &all) {
  for (size_t clue = 0; clue < clue_count; ++clue) {
    if (!column.clues.is_given[clue]) continue;
    all.is_given[clue] = true;
    all.side[clue] = column.clues.side[clue];
  }
  for (const CompiledColumn &each : column.cases) add_clues(each, all);
}

}  // namespace

NamedColumns::NamedColumns(WireFormat format, std::vector<CompiledColumn> columns, size_t first_side)
    : format_(format) {
  for (CompiledColumn &column : columns) {
    ClueSides clues;
    add_clues(column, clues);
    fields_.push_back(first_side + column.value_side);
    if (column.treatment == Treatment::choose) fields_.push_back(first_side + column.side);
    for (size_t clue = 0; clue < clue_count; ++clue)
      if (clues.is_given[clue]) fields_.push_back(first_side + clues.side[clue]);
    columns_.push_back(std::make_unique<Named>());
    columns_.back()->column = std::move(column);
    columns_.back()->clues = clues;
  }
}

std::string_view NamedColumns::plain(std::string_view field, ByteSink &storage) const {
  if (format_ == WireFormat::binary) return field;
  if (field == text_codec::null_field) return {};
  if (std::memchr(field.data(), '\\', field.size()) == nullptr) return field;
  storage.clear();
  text_codec::unescape(field, storage);
  return storage.view();
}

std::string_view NamedColumns::next(std::span<const std::string_view> &fields, ByteSink &storage) const {
  const std::string_view field = plain(fields.front(), storage);
  fields = fields.subspan(1);
  return field;
}

// Without a case, nullptr: the row has no rule.
const CompiledColumn *NamedColumns::chosen_case(const CompiledColumn &column, std::string_view side) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(side.data(), side.data() + side.size(), number);
  const bool is_number = error == std::errc() && end == side.data() + side.size();
  return is_number && number < column.cases.size() ? &column.cases[number] : nullptr;
}

void NamedColumns::write_masked(const CompiledColumn *column, std::string_view value, ByteSink &out) {
  const bool is_masked = column != nullptr && column->treatment == Treatment::mask &&
                         !(column->strategy->may_give_null() && column->strategy->gives_null_for(value));
  if (!is_masked)
    out.append(placeholder);
  else if (!text_codec::mask_value(*column->strategy, column->type, value, out))
    fail(Code::malformed_stream, "a value of a column that an option names is not of its type");
}

void NamedColumns::tell(std::span<const std::string_view> fields, Strategy &strategy) {
  values_.clear();
  for (const std::unique_ptr<Named> &named : columns_) {
    const std::string_view value = next(fields, named->value);
    const CompiledColumn *column = &named->column;
    if (column->treatment == Treatment::choose) column = chosen_case(*column, next(fields, scratch_));
    for (size_t clue = 0; clue < clue_count; ++clue) {
      if (!named->clues.is_given[clue]) continue;
      const std::string_view text = next(fields, scratch_);
      if (column != nullptr && column->clues.is_given[clue]) column->strategy->set_clue(static_cast<Clue>(clue), text);
    }
    // What a rule keeps in this row may stand in the text as well.
    if (value.data() == nullptr || (column != nullptr && column->treatment == Treatment::pass)) continue;
    named->masked.clear();
    write_masked(column, value, named->masked);
    values_.push_back({value, named->masked.view()});
  }
  strategy.set_row_values(values_);
}

}  // namespace confiture::mask
