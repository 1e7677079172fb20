// masker_* and value_masker_*: the mask core as plain functions.
#include <string>
#include <vector>

#include "../mask/binary_codec.h"
#include "../mask/row_masker.h"
#include "../mask/text_codec.h"
#include "catch_all.h"

namespace confiture::wall {

struct masker {
  std::unique_ptr<mask::row_masker> rows;
  mask::byte_sink out;
  bool failed = false;  // nothing goes in or out any more: after an error the state is that of half a row
};

struct value_masker {
  mask::column_action column;
  wire_format format = wire_format::text;
  mask::byte_sink out;
};

namespace {

using mask::column_action;
using what = column_action::what;

std::string_view bytes_of(const unsigned char *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

column_action compile_column(const column_spec &spec, wire_format format, char_encoding encoding,
                             std::string_view masking_key) {
  column_action column;
  column.kind = spec.kind;
  if (spec.strategy == nullptr) {
    if (spec.array_element_oid != 0 && format == wire_format::binary) {
      column.action = what::set_element_oid;
      column.element_oid = spec.array_element_oid;
    }
    return column;
  }
  const char *options = spec.options == nullptr ? "{}" : spec.options;
  column.mask =
      mask::make_strategy(spec.strategy, options, mask::column_fit{spec.kind, spec.max_chars, encoding}, masking_key);
  if (column.mask->makes_null()) {
    column.action = what::make_null;
  } else if (column.mask->is_literal() && (spec.literal != nullptr || spec.kind != value_kind::text)) {
    // Only for text is the constant its own wire form.
    if (spec.literal == nullptr) mask::fail(code::internal, "the constant of the strategy is missing");
    column.action = what::literal;
    column.literal.assign(spec.literal, spec.literal_size);
  } else {
    column.action = what::mask;
  }
  return column;
}

std::string column_prefix(const column_spec &spec) {
  return spec.name == nullptr ? std::string() : "column \"" + std::string(spec.name) + "\": ";
}

// As compile_column, with the column's name put before what went wrong.
column_action compile_named_column(const column_spec &spec, wire_format format, char_encoding encoding,
                                   std::string_view masking_key) {
  try {
    return compile_column(spec, format, encoding, masking_key);
  } catch (const mask::error &failure) {
    mask::fail(failure.what, column_prefix(spec) + failure.message, failure.hint);
  }
}

bool refuse_failed(status *st) {
  set_status(st, code::internal, "the masker has failed before");
  return false;
}

}  // namespace

masker *masker_create(const column_spec *columns, size_t n_columns, wire_format format, char_encoding encoding,
                      const unsigned char *masking_key, size_t masking_key_size, status *st) noexcept {
  masker *made = nullptr;
  guarded(st, [&] {
    std::vector<column_action> actions;
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

bool masker_feed(masker *m, const char *data, size_t size, status *st) noexcept {
  if (m->failed) return refuse_failed(st);
  m->failed = !guarded(st, [&] {
    m->rows->feed({data, size}, m->out);
    return true;
  });
  return !m->failed;
}

bool masker_finish(masker *m, status *st) noexcept {
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

value_masker *value_masker_create(const column_spec *column, wire_format format, char_encoding encoding,
                                  const unsigned char *masking_key, size_t masking_key_size, status *st) noexcept {
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
                        bool *is_null, status *st) noexcept {
  *out = nullptr;
  *out_size = 0;
  *is_null = false;
  return guarded(st, [&] {
    const column_action &column = m->column;
    const std::string_view value(data, size);
    m->out.clear();
    switch (column.action) {
      case what::make_null:
        *is_null = true;
        break;
      case what::literal:
        m->out.append(column.literal);
        break;
      case what::set_element_oid:
      case what::pass:
        m->out.append(value);
        break;
      case what::mask: {
        const bool done = m->format == wire_format::binary
                              ? mask::binary_codec::mask_value(*column.mask, column.kind, value, m->out)
                              : mask::text_codec::mask_value(*column.mask, column.kind, value, m->out);
        if (!done) mask::fail(code::malformed_stream, "the value is not of the column's type");
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
