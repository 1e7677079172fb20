#include "mask/row_masker.h"

#include "mask/binary_codec.h"
#include "mask/row_plan.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

std::string with_length(std::string_view value) {
  if (value.size() > static_cast<size_t>(binary_codec::longest_value))
    fail(wall::Code::limit_exceeded, "a constant is larger than PostgreSQL can store");
  std::string bytes(sizeof(int32_t), '\0');
  binary_codec::store_int32(bytes.data(), static_cast<int32_t>(value.size()));
  return bytes.append(value);
}

std::string escaped(std::string_view value) {
  ByteSink sink;
  text_codec::escape(value, sink);
  return std::string(sink.view());
}

std::string network_order(uint32_t number) {
  std::string bytes(sizeof number, '\0');
  binary_codec::store_int32(bytes.data(), static_cast<int32_t>(number));
  return bytes;
}

const char *kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::int2:
      return "a smallint";
    case ValueKind::int4:
      return "an integer";
    case ValueKind::int8:
      return "a bigint";
    case ValueKind::uuid:
      return "a uuid";
    case ValueKind::text:
    case ValueKind::other:
      break;
  }
  return "a value of its type";
}

std::string in_row(uint64_t row) { return "row " + std::to_string(row) + " of the COPY stream"; }

}  // namespace

void fail_row(uint64_t row, const char *problem) {
  fail(wall::Code::malformed_stream, in_row(row) + " is malformed: " + problem);
}

void fail_column(uint64_t row, size_t column, const char *problem) {
  fail(wall::Code::malformed_stream,
       in_row(row) + " is malformed at column " + std::to_string(column + 1) + ": " + problem);
}

void fail_value(uint64_t row, size_t column, ValueKind kind) {
  fail(wall::Code::malformed_stream,
       in_row(row) + " has something else than " + kind_name(kind) + " in column " + std::to_string(column + 1));
}

void fail_field_count(uint64_t row, size_t found, size_t expected) {
  fail(wall::Code::malformed_stream, in_row(row) + (found > expected ? " has at least " : " has ") +
                                         std::to_string(found) + " columns instead of " + std::to_string(expected));
}

void fail_row_too_long(uint64_t row) {
  fail(wall::Code::limit_exceeded, in_row(row) + " is larger than PostgreSQL can store");
}

std::vector<ColumnWork> compile_work(wall::WireFormat format, std::vector<ColumnAction> columns) {
  using What = ColumnAction::What;
  const bool binary = format == wall::WireFormat::binary;
  std::vector<ColumnWork> work;
  for (size_t i = 0; i < columns.size(); ++i) {
    ColumnAction &from = columns[i];
    // In text an array carries no OID, so that there is nothing to patch.
    if (from.action == What::pass || (from.action == What::set_element_oid && !binary)) continue;
    ColumnWork to{i, from.action, from.kind, {}, std::move(from.mask)};
    switch (from.action) {
      case What::pass:
        break;
      case What::make_null:
        to.bytes = binary ? network_order(UINT32_MAX) : std::string(text_codec::null_field);
        break;
      case What::literal:
        to.bytes = binary ? with_length(from.literal) : escaped(from.literal);
        break;
      case What::set_element_oid:
        to.bytes = network_order(from.element_oid);
        break;
      case What::mask:
        if (to.mask == nullptr) fail(wall::Code::internal, "a masked column has no strategy");
        if (to.kind == ValueKind::other)
          fail(wall::Code::unsuitable_type, "the strategy does not take columns of this type");
        if (to.kind == ValueKind::text) to.prf = to.mask->as_prf_strategy();
        break;
    }
    work.push_back(std::move(to));
  }
  return work;
}

std::unique_ptr<RowMasker> make_row_masker(wall::WireFormat format, std::vector<ColumnAction> columns) {
  const size_t n_columns = columns.size();
  std::vector<ColumnWork> work = compile_work(format, std::move(columns));
  if (format == wall::WireFormat::binary) return make_binary_row_masker(n_columns, std::move(work));
  return make_text_row_masker(n_columns, std::move(work));
}

}  // namespace confiture::mask
