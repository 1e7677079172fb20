// masker_* and value_masker_*: the mask core as plain functions.
#include <algorithm>
#include <string>
#include <vector>

#include "mask/binary_codec.h"
#include "mask/row_masker.h"
#include "mask/registry.h"
#include "mask/template_strategy.h"
#include "mask/text_codec.h"
#include "mask/unmask.h"
#include "wall/catch_all.h"

namespace confiture::wall {

struct Masker {
  std::unique_ptr<mask::RowMasker> rows;
  mask::ByteSink out;
  bool failed = false;  // nothing more goes in or out: after an error the state is that of half a row
};

struct ValueMasker {
  mask::CompiledColumn column;
  WireFormat format = WireFormat::text;
  mask::ByteSink out;
};

namespace {

using mask::CompiledColumn;
using mask::Treatment;

std::string_view bytes_of(const unsigned char *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

const char *text_or_empty(const char *text) { return text == nullptr ? "" : text; }

mask::ColumnFit fit_of(const ColumnSpec &spec, CharEncoding encoding) {
  return {.kind = spec.kind,
          .max_chars = spec.max_chars,
          .encoding = encoding,
          .precision = spec.precision,
          .scale = spec.scale,
          .is_folded = spec.is_folded,
          .labels = text_or_empty(spec.labels),
          .values = text_or_empty(spec.values),
          .type_name = text_or_empty(spec.type_name)};
}

std::vector<mask::FieldFit> fields_of(const ColumnSpec &spec, CharEncoding encoding) {
  std::vector<mask::FieldFit> fields;
  for (size_t i = 0; i < spec.n_fields; ++i) {
    const ColumnSpec &field = spec.fields[i];
    fields.push_back({.name = text_or_empty(field.name),
                      .type_name = text_or_empty(field.type_name),
                      .fit = fit_of(field, encoding),
                      .is_array = field.is_array,
                      .oid = field.oid,
                      .element_oid = field.array_element_oid,
                      .fields = fields_of(field, encoding)});
  }
  return fields;
}

CompiledColumn compile_column(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                              std::string_view masking_key, bool is_named = false);

std::vector<CompiledColumn> compile_named(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                                          std::string_view masking_key) {
  std::vector<CompiledColumn> named;
  for (size_t i = 0; i < spec.n_named; ++i) {
    named.push_back(compile_column(spec.named[i], format, encoding, masking_key, true));
    named.back().value_side = spec.named[i].value_side;
  }
  return named;
}

// `is_named`: by another column, so that its values are texts, whatever the format, and NULL is as good as a constant
// that is none.
CompiledColumn compile_column(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                              std::string_view masking_key, bool is_named) {
  CompiledColumn column;
  column.named = compile_named(spec, format, encoding, masking_key);
  column.type = {spec.kind, spec.is_array, spec.array_element_oid};
  if (spec.cases != nullptr) {
    column.treatment = Treatment::choose;
    column.side = spec.side;
    for (size_t i = 0; i < spec.n_cases; ++i) {
      if (spec.cases[i].cases != nullptr) mask::fail(Code::internal, "a case of a column has cases");
      column.cases.push_back(compile_column(spec.cases[i], format, encoding, masking_key, is_named));
      std::copy(std::begin(spec.clue_side), std::end(spec.clue_side), column.cases.back().clues.side);
    }
    return column;
  }
  if (spec.strategy == nullptr) {
    if (spec.array_element_oid != 0 && format == WireFormat::binary) {
      column.treatment = Treatment::set_element_oid;
    }
    return column;
  }
  const char *options = spec.options == nullptr ? "{}" : spec.options;
  mask::ColumnFit fit = fit_of(spec, encoding);
  const std::vector<mask::FieldFit> fields = fields_of(spec, encoding);
  if (spec.fields != nullptr) fit.fields = &fields;
  column.strategy = mask::make_strategy(spec.strategy, options, fit, masking_key);
  const bool is_text = spec.kind == ValueKind::text && !spec.is_array;
  if (column.strategy->makes_null() || (is_named && column.strategy->is_literal() && !is_text)) {
    column.treatment = Treatment::make_null;
  } else if (column.strategy->is_literal() && !is_named && (spec.literal != nullptr || !is_text)) {
    // Only for a text is the constant its own wire form.
    if (spec.literal == nullptr) mask::fail(Code::internal, "the constant of the strategy is missing");
    column.treatment = Treatment::literal;
    column.literal.assign(spec.literal, spec.literal_size);
  } else {
    column.treatment = Treatment::mask;
    if (spec.is_array && column.strategy->may_give_null())
      mask::fail(Code::unsuitable_type,
                 "the options of strategy \"" + std::string(spec.strategy) +
                     "\" make NULL of some values, which elements of arrays cannot become",
                 "Leave out the option that does.");
    std::copy(std::begin(spec.has_clue), std::end(spec.has_clue), column.clues.is_given);
    std::copy(std::begin(spec.clue_side), std::end(spec.clue_side), column.clues.side);
  }
  return column;
}

std::string column_prefix(const ColumnSpec &spec) {
  return spec.name == nullptr ? std::string() : "column \"" + std::string(spec.name) + "\": ";
}

// As compile_column, with the column's name before the message.
CompiledColumn compile_named_column(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                                    std::string_view masking_key) {
  try {
    return compile_column(spec, format, encoding, masking_key);
  } catch (const mask::Error &failure) {
    mask::fail(failure.code, column_prefix(spec) + failure.message, failure.hint);
  }
}

// Finds the columns that a template names, of the column or one of its cases.
void bind_parts(CompiledColumn &column, const ColumnSpec *specs, const std::vector<CompiledColumn> &columns) {
  for (CompiledColumn &each : column.cases) bind_parts(each, specs, columns);
  mask::TemplateStrategy *strategy = column.strategy != nullptr ? column.strategy->as_template_strategy() : nullptr;
  if (strategy == nullptr) return;
  for (const std::string &name : strategy->columns()) {
    size_t at = 0;
    while (at < columns.size() && (specs[at].name == nullptr || name != specs[at].name)) ++at;
    if (at == columns.size()) mask::fail(Code::internal, "a column that a template names is not sent");
    strategy->set_type(column.parts.size(), columns[at].type);
    column.parts.push_back(at);
  }
}

mask::TemplateStrategy *template_of(const ValueMasker *masker) {
  mask::Strategy *strategy = masker->column.strategy.get();
  return strategy != nullptr ? strategy->as_template_strategy() : nullptr;
}

void write_masked(const CompiledColumn &column, WireFormat format, std::string_view value, mask::ByteSink &out) {
  const auto mask_value = format == WireFormat::binary ? mask::binary_codec::mask_value : mask::text_codec::mask_value;
  if (!mask_value(*column.strategy, column.type, value, out))
    mask::fail(Code::malformed_stream, "the value is not of the column's type");
}

bool refuse_failed(Status *status) {
  set_status(status, Code::internal, "the masker has failed before");
  return false;
}

}  // namespace

Masker *masker_create(const ColumnSpec *columns, size_t n_columns, size_t n_sides, WireFormat format,
                      CharEncoding encoding, const unsigned char *masking_key, size_t masking_key_size,
                      Status *status) noexcept {
  Masker *result = nullptr;
  guarded(status, [&] {
    std::vector<CompiledColumn> compiled;
    compiled.reserve(n_columns);
    for (size_t i = 0; i < n_columns; ++i)
      compiled.push_back(compile_named_column(columns[i], format, encoding, bytes_of(masking_key, masking_key_size)));
    for (CompiledColumn &column : compiled) bind_parts(column, columns, compiled);
    auto masker = std::make_unique<Masker>();
    masker->rows = mask::make_row_masker(format, std::move(compiled), n_sides);
    result = masker.release();
    return true;
  });
  return result;
}

void masker_destroy(Masker *masker) noexcept { delete masker; }

bool masker_feed(Masker *masker, const char *data, size_t size, Status *status) noexcept {
  if (masker->failed) return refuse_failed(status);
  masker->failed = !guarded(status, [&] {
    masker->rows->feed({data, size}, masker->out);
    return true;
  });
  return !masker->failed;
}

bool masker_take_rows(Masker *masker, const char **data, size_t *size, FieldRows *rows, Status *status) noexcept {
  if (masker->failed) return refuse_failed(status);
  masker->failed = !guarded(status, [&] {
    std::string_view bytes(*data, *size);
    *rows = masker->rows->take_rows(bytes);
    *data = bytes.data();
    *size = bytes.size();
    return true;
  });
  return !masker->failed;
}

bool masker_finish(Masker *masker, Status *status) noexcept {
  if (masker->failed) return refuse_failed(status);
  masker->failed = !guarded(status, [&] {
    masker->rows->finish();
    return true;
  });
  return !masker->failed;
}

void masker_output(Masker *masker, const char **data, size_t *size) noexcept {
  const std::string_view bytes = masker->failed ? std::string_view() : masker->out.view();
  *data = bytes.data();
  *size = bytes.size();
}

void masker_consume(Masker *masker, size_t size) noexcept {
  masker->out.consume(size < masker->out.size() ? size : masker->out.size());
}

uint64_t masker_rows(const Masker *masker) noexcept { return masker->rows->rows(); }

ValueMasker *value_masker_create(const ColumnSpec *column, WireFormat format, CharEncoding encoding,
                                 const unsigned char *masking_key, size_t masking_key_size, Status *status) noexcept {
  ValueMasker *result = nullptr;
  guarded(status, [&] {
    auto masker = std::make_unique<ValueMasker>();
    masker->format = format;
    masker->column = compile_named_column(*column, format, encoding, bytes_of(masking_key, masking_key_size));
    result = masker.release();
    return true;
  });
  return result;
}

void value_masker_destroy(ValueMasker *masker) noexcept { delete masker; }

bool value_masker_apply(ValueMasker *masker, const char *data, size_t size, const char **out, size_t *out_size,
                        bool *is_null, Status *status) noexcept {
  *out = nullptr;
  *out_size = 0;
  *is_null = false;
  return guarded(status, [&] {
    const CompiledColumn &column = masker->column;
    masker->out.clear();
    switch (column.treatment) {
      case Treatment::make_null:
        *is_null = true;
        break;
      case Treatment::literal:
        masker->out.append(column.literal);
        break;
      case Treatment::set_element_oid:
      case Treatment::pass:
        masker->out.append(std::string_view(data, size));
        break;
      case Treatment::mask:
        *is_null = column.strategy->may_give_null() && column.strategy->gives_null_for({data, size});
        if (*is_null) break;
        write_masked(column, masker->format, {data, size}, masker->out);
        break;
      case Treatment::choose:
        mask::fail(Code::internal, "a single value has no side column to choose by");
    }
    *out = masker->out.view().data();
    *out_size = masker->out.size();
    return true;
  });
}

bool value_masker_unmask(ValueMasker *masker, const char *data, size_t size, const char **out, size_t *out_size,
                         bool *has_inverse, Status *status) noexcept {
  *out = nullptr;
  *out_size = 0;
  *has_inverse = false;
  return guarded(status, [&] {
    const CompiledColumn &column = masker->column;
    if (column.treatment != Treatment::mask || column.type.is_array || masker->format != WireFormat::text) return true;
    masker->out.clear();
    *has_inverse = mask::unmask_value(*column.strategy, column.type.kind, {data, size}, masker->out);
    *out = masker->out.view().data();
    *out_size = masker->out.size();
    return true;
  });
}

bool value_masker_keeps_unique(const ValueMasker *masker) noexcept {
  return masker->column.strategy == nullptr || masker->column.strategy->keeps_unique();
}

const char *value_masker_column_option(const ValueMasker *masker) noexcept {
  return masker->column.strategy != nullptr ? masker->column.strategy->column_option() : nullptr;
}

bool value_masker_may_give_null(const ValueMasker *masker) noexcept {
  return masker->column.strategy != nullptr && masker->column.strategy->may_give_null();
}

bool value_masker_may_be_real(const ValueMasker *masker) noexcept {
  return masker->column.strategy != nullptr && masker->column.strategy->may_be_real();
}

bool value_masker_passes_some(const ValueMasker *masker) noexcept {
  return masker->column.strategy != nullptr && masker->column.strategy->passes_some();
}

size_t value_masker_parts(const ValueMasker *masker) noexcept {
  const mask::TemplateStrategy *strategy = template_of(masker);
  return strategy != nullptr ? strategy->columns().size() : 0;
}

const char *value_masker_part(const ValueMasker *masker, size_t part) noexcept {
  return template_of(masker)->columns()[part].c_str();
}

bool value_masker_set_part(ValueMasker *masker, size_t part, ValueKind kind, bool is_array, Status *status) noexcept {
  return guarded(status, [&] {
    template_of(masker)->set_type(part, {kind, is_array});
    return true;
  });
}

bool value_masker_told_apart(const ValueMasker *masker, size_t part) noexcept {
  return !masker->column.type.is_array && template_of(masker)->is_told_apart_by(part);
}

bool value_masker_permutes(const ValueMasker *masker) noexcept {
  return masker->column.strategy == nullptr || masker->column.strategy->is_permutation();
}

}  // namespace confiture::wall
