#include "mask/form/pairs.h"

#include "mask/binary_codec.h"

namespace confiture::mask {

namespace {

using binary_codec::load_int32;
using binary_codec::store_int32;

constexpr std::string_view arrow = "=>", null = "NULL", separator = ", ";

// From quote to quote, with a backslash before quotes and backslashes.
bool read_quoted(std::string_view text, size_t &at, ByteSink &out) {
  if (at == text.size() || text[at] != '"') return false;
  for (at++; at < text.size() && text[at] != '"'; at++) {
    if (text[at] == '\\' && ++at == text.size()) return false;
    out.append(text[at]);
  }
  return at++ < text.size();
}

bool skip(std::string_view text, size_t &at, std::string_view word) {
  if (!text.substr(at).starts_with(word)) return false;
  at += word.size();
  return true;
}

void print_quoted(std::string_view value, ByteSink &out) {
  char *const start = out.reserve(2 * value.size() + 2);
  char *p = start;
  *p++ = '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') *p++ = '\\';
    *p++ = c;
  }
  *p++ = '"';
  out.commit(static_cast<size_t>(p - start));
}

}  // namespace

PairReader::PairReader(std::string_view bytes) : p_(bytes.data()), end_(p_ + bytes.size()) {
  if (bytes.size() < 4) return;
  left_ = load_int32(p_);
  p_ += 4;
}

bool PairReader::next(Pair &pair) {
  if (left_ <= 0) return false;
  bool is_null = false;
  if (!read_text(false, pair.key, is_null) || !read_text(true, pair.value, pair.is_null)) return false;
  left_--;
  return true;
}

bool PairReader::read_text(bool may_be_null, std::string_view &text, bool &is_null) {
  if (end_ - p_ < 4) return false;
  const int32_t size = load_int32(p_);
  is_null = may_be_null && size == -1;
  if (!is_null && (size < 0 || size > end_ - p_ - 4)) return false;
  p_ += 4;
  text = {p_, is_null ? 0 : static_cast<size_t>(size)};
  p_ += text.size();
  return true;
}

PairWriter::PairWriter(ByteSink &out) : out_(out), start_(out.size()) {
  out_.append(std::string_view("\0\0\0\0", 4));  // their number, see finish()
}

void PairWriter::write_null() {
  store_int32(out_.reserve(4), -1);
  out_.commit(4);
}

void PairWriter::write_text(std::string_view text) {
  write_value_by([text](ByteSink &out) {
    out.append(text);
    return true;
  });
}

void PairWriter::set_size(size_t start) { store_int32(out_.at(start), static_cast<int32_t>(out_.size() - start - 4)); }

void PairWriter::finish(int32_t count) { store_int32(out_.at(start_), count); }

bool are_pairs(std::string_view bytes) {
  PairReader reader(bytes);
  for (Pair pair; reader.next(pair);) continue;
  return reader.is_done();
}

bool read_printed_pairs(std::string_view text, ByteSink &pairs) {
  PairWriter writer(pairs);
  size_t at = 0;
  int32_t count = 0;
  for (; at < text.size(); count++) {
    bool is_read = count == 0 || skip(text, at, separator);
    const auto read_text = [&](ByteSink &out) { return is_read = read_quoted(text, at, out); };
    if (is_read) writer.write_value_by(read_text);
    if (!is_read || !skip(text, at, arrow)) return false;
    if (skip(text, at, null))
      writer.write_null();
    else
      writer.write_value_by(read_text);
    if (!is_read) return false;
  }
  writer.finish(count);
  return true;
}

void print_pairs(std::string_view pairs, ByteSink &text) {
  PairReader reader(pairs);
  bool is_first = true;
  for (Pair pair; reader.next(pair); is_first = false) {
    if (!is_first) text.append(separator);
    print_quoted(pair.key, text);
    text.append(arrow);
    if (pair.is_null)
      text.append(null);
    else
      print_quoted(pair.value, text);
  }
}

}  // namespace confiture::mask
