// Streams, columns and slicings for the tests of the row maskers.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mask/binary_codec.h"
#include "mask/digest_strategy.h"
#include "mask/row_masker.h"

namespace confiture::test {

using namespace mask;
using Value = std::optional<std::string>;

// <value>, n -> -1 - n, UUID backwards: plain to see, no key needed.
class BracketStrategy : public Strategy {
 public:
  void mask_text(std::string_view text, ByteSink &out) const override {
    out.append('<');
    out.append(text);
    out.append('>');
  }
  int64_t mask_integer(int64_t number, int) const override { return -1 - number; }
  void mask_uuid(std::array<uint8_t, 16> &uuid) const override { std::reverse(uuid.begin(), uuid.end()); }
};

// Writes one fixed text, whatever the value.
class FixedStrategy : public Strategy {
 public:
  explicit FixedStrategy(std::string text) : text_(std::move(text)) {}
  void mask_text(std::string_view, ByteSink &out) const override { out.append(text_); }
  int64_t mask_integer(int64_t, int) const override { return 100000; }

 private:
  std::string text_;
};

// The value and what the PRF makes of it.
class HashedStrategy : public PrfStrategy {
 public:
  HashedStrategy() : PrfStrategy({}) {}
  void write(std::string_view text, const PrfOutput &random, ByteSink &out) const override {
    out.append(text);
    out.append("=" + std::to_string(random.lo) + "," + std::to_string(random.hi));
  }
};

// The digest.
class DigestedStrategy : public DigestStrategy {
 public:
  DigestedStrategy() : DigestStrategy({}) {}
  void write(const Sha256Digest &digest, ByteSink &out) const override {
    out.append(std::string_view(reinterpret_cast<const char *>(digest.data()), digest.size()));
  }
};

inline CompiledColumn pass() { return {}; }
inline CompiledColumn make_null() {
  CompiledColumn column;
  column.treatment = Treatment::make_null;
  return column;
}
inline CompiledColumn literal(std::string bytes) {
  CompiledColumn column;
  column.treatment = Treatment::literal;
  column.literal = std::move(bytes);
  return column;
}
inline CompiledColumn element_oid(uint32_t oid) {
  CompiledColumn column;
  column.treatment = Treatment::set_element_oid;
  column.type.element_oid = oid;
  return column;
}
template <typename strategy_type = BracketStrategy, typename... arguments>
CompiledColumn masked(ValueType type = ValueKind::text, arguments &&...args) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = type;
  column.strategy = std::make_unique<strategy_type>(std::forward<arguments>(args)...);
  return column;
}

// One of the cases, by the number in a side column.
template <typename... columns>
CompiledColumn choose(size_t side, columns &&...each) {
  CompiledColumn column;
  column.treatment = Treatment::choose;
  column.side = side;
  (column.cases.push_back(std::move(each)), ...);
  return column;
}

template <typename... columns>
std::vector<CompiledColumn> columns_of(columns &&...each) {
  std::vector<CompiledColumn> all;
  (all.push_back(std::move(each)), ...);
  return all;
}

// Binary streams.
inline std::string be16(int value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }
inline std::string be32(int64_t value) {
  std::string bytes(4, '\0');
  binary_codec::store_int32(bytes.data(), static_cast<int32_t>(value));
  return bytes;
}
inline std::string be64(int64_t value) { return be32(value >> 32) + be32(value); }
inline std::string header(uint32_t flags = 0, const std::string &extension = {}) {
  return std::string(binary_codec::signature) + be32(flags) + be32(static_cast<int64_t>(extension.size())) + extension;
}
inline std::string row(const std::vector<Value> &values) {
  std::string bytes = be16(static_cast<int>(values.size()));
  for (const Value &v : values) bytes += v ? be32(static_cast<int64_t>(v->size())) + *v : be32(-1);
  return bytes;
}
inline std::string trailer() { return be16(-1); }

using MakeMasker = std::function<std::unique_ptr<RowMasker>()>;

// The masked stream when fed in slices; sizes are taken in turn, the last one again and again.
inline std::string feed_in_slices(RowMasker &masker, std::string_view stream, const std::vector<size_t> &sizes) {
  ByteSink out;
  size_t turn = 0;
  while (!stream.empty()) {
    const size_t size = std::min(stream.size(), sizes[std::min(turn++, sizes.size() - 1)]);
    // A copy of exactly the slice, so that a sanitizer sees any byte read outside it.
    const std::vector<char> slice(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    masker.feed({slice.data(), slice.size()}, out);
    stream.remove_prefix(size);
  }
  masker.finish();
  return std::string(out.view());
}

// The same stream by its rows as they are taken, as a binary one without header: their number of columns is that of
// their fields.
inline std::string take_in_slices(RowMasker &masker, size_t n_columns, std::string_view stream,
                                  const std::vector<size_t> &sizes) {
  std::string rows;
  size_t turn = 0;
  while (!stream.empty()) {
    const size_t size = std::min(stream.size(), sizes[std::min(turn++, sizes.size() - 1)]);
    const std::vector<char> slice(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    std::string_view bytes(slice.data(), slice.size());
    while (!bytes.empty()) {
      const FieldRows taken = masker.take_rows(bytes);
      for (size_t i = 0; i < taken.n_rows; ++i) {
        std::vector<Value> values(n_columns);
        for (size_t column = 0; column < n_columns; ++column) {
          const Field &field = taken.fields[i * taken.stride + column];
          if (field.size >= 0) values[column] = std::string(field.bytes, static_cast<size_t>(field.size));
        }
        rows += row(values);
      }
    }
    stream.remove_prefix(size);
  }
  masker.finish();
  return rows + trailer();
}

inline std::string mask_whole(const MakeMasker &make, std::string_view stream) {
  const auto masker = make();
  return feed_in_slices(*masker, stream, {stream.size() + 1});
}

// Every way to cut the stream in two, and slices of a few constant sizes.
inline std::vector<std::vector<size_t>> slicings_of(size_t size) {
  std::vector<std::vector<size_t>> all;
  for (size_t at = 1; at < size; ++at) all.push_back({at, size});
  for (size_t slice : {1, 2, 3, 5, 16, 17, 64}) all.push_back({slice});
  return all;
}

// What a stream is refused with; "" when it is not.
inline std::string refusal(const MakeMasker &make, std::string_view stream, size_t slice = SIZE_MAX,
                           Code expected = Code::malformed_stream) {
  try {
    const auto masker = make();
    feed_in_slices(*masker, stream, {slice});
  } catch (const Error &failure) {
    return failure.code == expected ? failure.message : "(another code) " + failure.message;
  }
  return "";
}

}  // namespace confiture::test
