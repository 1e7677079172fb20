// Values as text, and arrays of them: {a,"b c",NULL,{...}}, behind [1:2]= where bounds are not from 1.
// Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c (array_out, array_in).
#include "mask/form/text_form.h"
#include "mask/text_codec.h"
#include "mask/value_codec.h"

namespace confiture::mask::text_codec {

namespace {

constexpr int most_dimensions = 6;

bool is_null_word(std::string_view text) {
  static constexpr char null[] = "null";
  if (text.size() != 4) return false;
  for (size_t i = 0; i < 4; ++i)
    if ((text[i] | 0x20) != null[i]) return false;
  return true;
}

bool needs_quotes(std::string_view element) {
  if (element.empty() || is_null_word(element)) return true;
  for (const char c : element)
    if (c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || is_space(c)) return true;
  return false;
}

void write_element(std::string_view element, ByteSink &out) {
  if (!needs_quotes(element)) return out.append(element);
  char *const start = out.reserve(2 * element.size() + 2);
  char *p = start;
  *p++ = '"';
  for (const char c : element) {
    if (c == '"' || c == '\\') *p++ = '\\';
    *p++ = c;
  }
  *p++ = '"';
  out.commit(static_cast<size_t>(p - start));
}

// Copies an array to `out` with its elements masked.
class ArrayMasker {
 public:
  ArrayMasker(const Strategy &strategy, ValueKind kind, std::string_view array, ByteSink &out)
      : strategy_(strategy), kind_(kind), p_(array.data()), end_(p_ + array.size()), out_(out) {}

  bool run() { return copy_bounds() && copy_level(1) && p_ == end_; }

 private:
  bool copy_bounds() {
    if (p_ == end_ || *p_ != '[') return true;
    const char *const start = p_;
    while (p_ != end_ && ((*p_ >= '0' && *p_ <= '9') || *p_ == '[' || *p_ == ']' || *p_ == ':' || *p_ == '-')) ++p_;
    if (p_ == end_ || *p_++ != '=') return false;
    out_.append(std::string_view(start, static_cast<size_t>(p_ - start)));
    return true;
  }

  // From the opening brace to the closing one.
  bool copy_level(int depth) {
    if (depth > most_dimensions || p_ == end_ || *p_ != '{') return false;
    out_.append(*p_++);
    if (p_ != end_ && *p_ == '}') {
      out_.append(*p_++);
      return depth == 1;  // only a whole array is empty
    }
    for (;;) {
      if (p_ == end_) return false;
      if (!(*p_ == '{' ? copy_level(depth + 1) : mask_element()) || p_ == end_) return false;
      const char separator = *p_++;
      out_.append(separator);
      if (separator == '}') return true;
      if (separator != ',') return false;
    }
  }

  bool mask_element() {
    element_.clear();
    if (*p_ == '"') {
      if (!read_quoted()) return false;
    } else {
      const char *const start = p_;
      while (p_ != end_ && *p_ != ',' && *p_ != '{' && *p_ != '}' && *p_ != '"' && *p_ != '\\' && !is_space(*p_)) ++p_;
      element_.append(std::string_view(start, static_cast<size_t>(p_ - start)));
      if (element_.size() == 0) return false;
      if (is_null_word(element_.view())) {
        out_.append(element_.view());
        return true;
      }
    }
    masked_.clear();
    if (!mask_value(strategy_, kind_, element_.view(), masked_)) return false;
    write_element(masked_.view(), out_);
    return true;
  }

  bool read_quoted() {
    for (++p_; p_ != end_; ++p_) {
      if (*p_ == '"') {
        ++p_;
        return true;
      }
      if (*p_ == '\\' && ++p_ == end_) return false;
      element_.append(*p_);
    }
    return false;
  }

  const Strategy &strategy_;
  const ValueKind kind_;
  const char *p_;
  const char *const end_;
  ByteSink &out_;
  ByteSink element_, masked_;
};

}  // namespace

bool mask_value(const Strategy &strategy, ValueType type, std::string_view value, ByteSink &out) {
  if (!type.is_array)
    return type.kind == ValueKind::record ? mask_record(strategy, value, out)
                                          : mask_value_in<TextForm>(strategy, type.kind, value, out);
  const size_t start = out.size();
  if (ArrayMasker(strategy, type.kind, value, out).run()) return true;
  out.truncate(start);
  return false;
}

}  // namespace confiture::mask::text_codec
