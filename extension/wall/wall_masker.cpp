// masker_* and value_masker_*: the mask core as plain functions.
#include <string>
#include <vector>

#include "mask/binary_codec.h"
#include "mask/row_masker.h"
#include "mask/text_codec.h"
#include "wall/catch_all.h"

namespace confiture::wall {

struct masker {
  std::unique_ptr<mask::RowMasker> rows;
  mask::ByteSink out;
  bool failed = false;  // nothing goes in or out any more: after an error the state is that of half a row
};

struct value_masker {
  mask::ColumnAction column;
  WireFormat format = WireFormat::text;
  mask::ByteSink out;
};

namespace {

using mask::ColumnAction;
using What = ColumnAction::What;

std::string_view bytes_of(const unsigned char *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

ColumnAction compile_column(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                            std::string_view masking_key) {
  ColumnAction column;
  column.kind = spec.kind;
  if (spec.strategy == nullptr) {
    if (spec.array_element_oid != 0 && format == WireFormat::binary) {
      column.action = What::set_element_oid;
      column.element_oid = spec.array_element_oid;
    }
    return column;
  }
  const char *options = spec.options == nullptr ? "{}" : spec.options;
  column.mask =
      mask::make_strategy(spec.strategy, options, mask::ColumnFit{spec.kind, spec.max_chars, encoding}, masking_key);
  if (column.mask->makes_null()) {
    column.action = What::make_null;
  } else if (column.mask->is_literal() && (spec.literal != nullptr || spec.kind != ValueKind::text)) {
    // Only for text is the constant its own wire form.
    if (spec.literal == nullptr) mask::fail(Code::internal, "the constant of the strategy is missing");
    column.action = What::literal;
    column.literal.assign(spec.literal, spec.literal_size);
  } else {
    column.action = What::mask;
  }
  return column;
}

std::string column_prefix(const ColumnSpec &spec) {
  return spec.name == nullptr ? std::string() : "column \"" + std::string(spec.name) + "\": ";
}

// As compile_column, with the column's name put before what went wrong.
ColumnAction compile_named_column(const ColumnSpec &spec, WireFormat format, CharEncoding encoding,
                                  std::string_view masking_key) {
  try {
    return compile_column(spec, format, encoding, masking_key);
  } catch (const mask::Error &failure) {
    mask::fail(failure.what, column_prefix(spec) + failure.message, failure.hint);
  }
}

bool refuse_failed(Status *st) {
  set_status(st, Code::internal, "the masker has failed before");
  return false;
}

}  // namespace

masker *masker_create(const ColumnSpec *columns, size_t n_columns, WireFormat format, CharEncoding encoding,
                      const unsigned char *masking_key, size_t masking_key_size, Status *st) noexcept {
  masker *made = nullptr;
  guarded(st, [&] {
    std::vector<ColumnAction> actions;
    actions.reserve(n_columns);
    for (size_t i = 0; i < n_columns; ++i)
      actions.push_back(compile_named_column(columns[i], format, encoding, bytes_of(masking_key, masking_key_size)));
    auto owned = std::make_unique<masker>();
    owned->rows = mask::make_row_masker(format, std::move(actions));
    made = owned.release();
    return true;
  });
  return made;
}

void masker_destroy(masker *m) noexcept { delete m; }

bool masker_feed(masker *m, const char *data, size_t size, Status *st) noexcept {
  if (m->failed) return refuse_failed(st);
  m->failed = !guarded(st, [&] {
    m->rows->feed({data, size}, m->out);
    return true;
  });
  return !m->failed;
}

bool masker_finish(masker *m, Status *st) noexcept {
  if (m->failed) return refuse_failed(st);
  m->failed = !guarded(st, [&] {
    m->rows->finish();
    return true;
  });
  return !m->failed;
}

void masker_output(masker *m, const char **data, size_t *size) noexcept {
  const std::string_view bytes = m->failed ? std::string_view() : m->out.view();
  *data = bytes.data();
  *size = bytes.size();
}

void masker_consume(masker *m, size_t size) noexcept { m->out.consume(size < m->out.size() ? size : m->out.size()); }

uint64_t masker_rows(const masker *m) noexcept { return m->rows->rows(); }

value_masker *value_masker_create(const ColumnSpec *column, WireFormat format, CharEncoding encoding,
                                  const unsigned char *masking_key, size_t masking_key_size, Status *st) noexcept {
  value_masker *made = nullptr;
  guarded(st, [&] {
    auto owned = std::make_unique<value_masker>();
    owned->format = format;
    owned->column = compile_named_column(*column, format, encoding, bytes_of(masking_key, masking_key_size));
    made = owned.release();
    return true;
  });
  return made;
}

void value_masker_destroy(value_masker *m) noexcept { delete m; }

bool value_masker_apply(value_masker *m, const char *data, size_t size, const char **out, size_t *out_size,
                        bool *is_null, Status *st) noexcept {
  *out = nullptr;
  *out_size = 0;
  *is_null = false;
  return guarded(st, [&] {
    const ColumnAction &column = m->column;
    const std::string_view value(data, size);
    m->out.clear();
    switch (column.action) {
      case What::make_null:
        *is_null = true;
        break;
      case What::literal:
        m->out.append(column.literal);
        break;
      case What::set_element_oid:
      case What::pass:
        m->out.append(value);
        break;
      case What::mask: {
        const bool done = m->format == WireFormat::binary
                              ? mask::binary_codec::mask_value(*column.mask, column.kind, value, m->out)
                              : mask::text_codec::mask_value(*column.mask, column.kind, value, m->out);
        if (!done) mask::fail(Code::malformed_stream, "the value is not of the column's type");
        break;
      }
    }
    *out = m->out.view().data();
    *out_size = m->out.size();
    return true;
  });
}

bool value_masker_keeps_unique(const value_masker *m) noexcept {
  return m->column.mask == nullptr || m->column.mask->keeps_unique();
}

}  // namespace confiture::wall
