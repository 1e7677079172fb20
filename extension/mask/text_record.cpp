// Values of composite types as text: (a,"b c",,""), where nothing stands for NULL.
// Source: PostgreSQL, src/backend/utils/adt/rowtypes.c (record_out, record_in).
#include "mask/record_strategy.h"
#include "mask/text_codec.h"

namespace confiture::mask::text_codec {

namespace {

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value)
    if (c == '"' || c == '\\' || c == '(' || c == ')' || c == ',' || is_space(c)) return true;
  return false;
}

void write_field(std::string_view value, ByteSink &out) {
  if (!needs_quotes(value)) return out.append(value);
  char *const start = out.reserve(2 * value.size() + 2);
  char *p = start;
  *p++ = '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') *p++ = c;
    *p++ = c;
  }
  *p++ = '"';
  out.commit(static_cast<size_t>(p - start));
}

class RowReader {
 public:
  explicit RowReader(std::string_view row) : p_(row.data()), end_(p_ + row.size()) {}

  bool skip(char c) {
    if (p_ == end_ || *p_ != c) return false;
    ++p_;
    return true;
  }
  bool is_null() const { return p_ != end_ && (*p_ == ',' || *p_ == ')'); }
  bool is_done() const { return p_ == end_; }

  bool read_field(ByteSink &out) {
    if (skip('"')) return read_quoted(out);
    const char *const start = p_;
    for (; p_ != end_ && *p_ != ',' && *p_ != ')'; ++p_)
      if (*p_ == '"' || *p_ == '\\' || *p_ == '(') return false;
    out.append(std::string_view(start, static_cast<size_t>(p_ - start)));
    return true;
  }

 private:
  // Up to the closing quote; inside, a quote is doubled or stands behind a backslash.
  bool read_quoted(ByteSink &out) {
    while (p_ != end_) {
      char c = *p_++;
      if (c == '"') {
        if (p_ == end_ || *p_ != '"') return true;
        ++p_;
      } else if (c == '\\') {
        if (p_ == end_) return false;
        c = *p_++;
      }
      out.append(c);
    }
    return false;
  }

  const char *p_;
  const char *const end_;
};

bool mask_fields(const RecordStrategy &record, RowReader &reader, ByteSink &out) {
  auto &[value, masked] = record.scratch();
  const std::span<const RecordField> fields = record.fields();
  if (!reader.skip('(')) return false;
  out.append('(');
  for (const RecordField &field : fields) {
    if (&field != fields.data()) {
      if (!reader.skip(',')) return false;
      out.append(',');
    }
    if (reader.is_null()) continue;
    value.clear();
    masked.clear();
    if (!reader.read_field(value)) return false;
    if (field.becomes_null) continue;
    if (field.strategy == nullptr) {
      write_field(value.view(), out);
      continue;
    }
    if (!mask_value(*field.strategy, field.type, value.view(), masked)) return false;
    write_field(masked.view(), out);
  }
  if (!reader.skip(')')) return false;
  out.append(')');
  return reader.is_done();
}

}  // namespace

bool mask_record(const Strategy &strategy, std::string_view value, ByteSink &out) {
  const RecordStrategy *record = strategy.as_record_strategy();
  if (record == nullptr) return false;
  const size_t start = out.size();
  RowReader reader(value);
  if (mask_fields(*record, reader, out)) return true;
  out.truncate(start);
  return false;
}

}  // namespace confiture::mask::text_codec
