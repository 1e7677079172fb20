#include "mask/unmask.h"

#include <charconv>

#include "mask/integer_range.h"

namespace confiture::mask {

bool unmask_value(const Strategy &strategy, ValueKind kind, std::string_view masked, ByteSink &out) {
  if (kind == ValueKind::text) return strategy.unmask_text(masked, out);
  if ((kind_bit(kind) & integer_kinds) == 0) return false;
  const int bits = 8 * traits_of(kind).binary_size;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(masked.data(), masked.data() + masked.size(), number);
  if (error != std::errc() || end != masked.data() + masked.size() || !fits_in_bits(number, bits)) return false;
  if (!strategy.unmask_integer(number, bits)) return false;
  char text[24];
  const auto written = std::to_chars(text, text + sizeof text, checked_integer(number, bits));
  out.append(std::string_view(text, static_cast<size_t>(written.ptr - text)));
  return true;
}

}  // namespace confiture::mask
