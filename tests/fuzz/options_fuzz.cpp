// Any options and any value, for every strategy: no crash, messages that end, equal bytes for equal values, and
// output no longer than the column.
#include <algorithm>
#include <cstring>
#include <string>

#include "check.h"
#include "wall/wall.h"

namespace {

using namespace confiture::wall;

struct Result {
  bool done, is_null;
  std::string bytes;
  bool operator==(const Result &) const = default;
};

Result masked(ValueMasker *m, std::string_view value) {
  Status st;
  std::memset(&st, 'x', sizeof st);
  const char *out = nullptr;
  size_t size = 0;
  bool is_null = false;
  const bool done = value_masker_apply(m, value.data(), value.size(), &out, &size, &is_null, &st);
  check(std::memchr(st.message, 0, sizeof st.message) != nullptr, "a message ends");
  check(std::memchr(st.hint, 0, sizeof st.hint) != nullptr, "a hint ends");
  check(done == (st.code == Code::ok), "status and result agree");
  check(done || st.code == Code::malformed_stream, "whatever is a value is masked");
  return {done, is_null, size == 0 ? "" : std::string(out, size)};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

size_t characters(std::string_view text, CharEncoding encoding) {
  if (is_single_byte(encoding)) return text.size();
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 4) return 0;
  const StrategyRow *strategy = strategy_at(data[0] % strategy_count());
  const auto kind = static_cast<ValueKind>(data[1] % kind_count);
  const auto encoding = static_cast<CharEncoding>(data[2] % static_cast<int>(CharEncoding::count));
  const auto format = (data[2] & 0x80) == 0 ? WireFormat::text : WireFormat::binary;
  const std::string_view rest(reinterpret_cast<const char *>(data) + 4, size - 4);
  const std::string options(rest.substr(0, rest.find('\0')));
  const std::string value(rest.substr(std::min(rest.size(), options.size() + 1)));

  ColumnSpec spec{};
  spec.name = "c";
  spec.strategy = strategy->name;
  spec.options = options.empty() ? nullptr : options.c_str();
  spec.kind = kind;
  spec.is_array = (data[2] & 0x40) != 0;
  spec.max_chars = data[3];
  spec.precision = data[3] % 40;
  spec.scale = spec.precision == 0 ? 0 : static_cast<int32_t>(data[3] / 40) - 2;
  spec.labels = kind == ValueKind::enumeration && data[3] % 2 == 0 ? "{a,\"b c\"}" : nullptr;
  spec.literal = "";
  const unsigned char masking_key[32] = {1, 2, 3};
  Status st;
  std::memset(&st, 'x', sizeof st);
  ValueMasker *m = value_masker_create(&spec, format, encoding, masking_key, sizeof masking_key, &st);
  check(std::memchr(st.message, 0, sizeof st.message) != nullptr, "a message ends");
  check((m != nullptr) == (st.code == Code::ok), "status and result agree");
  if (m == nullptr) return 0;

  const Result once = masked(m, value);
  if (strategy->deterministic) check(masked(m, value) == once, "equal values give equal bytes");
  if (once.done && kind == ValueKind::text && !spec.is_array && spec.max_chars > 0 && encoding != CharEncoding::other &&
      (is_single_byte(encoding) || is_ascii(value)))
    check(characters(once.bytes, encoding) <= spec.max_chars, "a masked value fits its column");
  value_masker_destroy(m);
  return 0;
}
