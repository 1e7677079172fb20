// The pairs of an hstore, in both wire forms. Strategies see them as in binary: their number, then key and value of
// each behind its length, -1 for NULL. Source: PostgreSQL, contrib/hstore/hstore_io.c.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"

namespace confiture::mask {

struct Pair {
  std::string_view key, value;
  bool is_null = false;  // the value
};

// Reads pairs in binary.
class PairReader {
 public:
  explicit PairReader(std::string_view bytes);
  // False: that was the last one, or what follows is none.
  bool next(Pair &pair);
  // After the last one: was everything pairs?
  bool is_done() const { return left_ == 0 && p_ == end_; }

 private:
  bool read_text(bool may_be_null, std::string_view &text, bool &is_null);

  const char *p_, *end_;
  int32_t left_ = -1;
};

// Writes pairs in binary.
class PairWriter {
 public:
  explicit PairWriter(ByteSink &out);
  void write_key(std::string_view key) { write_text(key); }
  void write_value(std::string_view value) { write_text(value); }
  void write_null();
  // The value is what `call(out)` appends, or NULL where it returns false.
  template <typename Call>
  void write_value_by(Call call) {
    const size_t start = out_.size();
    write_null();
    if (call(out_)) set_size(start);
  }
  // To be called behind the last of them.
  void finish(int32_t count);

 private:
  void write_text(std::string_view text);
  void set_size(size_t start);

  ByteSink &out_;
  const size_t start_;
};

bool are_pairs(std::string_view bytes);
// "key"=>"value", "other"=>NULL, as the server prints them. False: the text is none.
bool read_printed_pairs(std::string_view text, ByteSink &pairs);
void print_pairs(std::string_view pairs, ByteSink &text);

}  // namespace confiture::mask
