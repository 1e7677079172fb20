// Finding the next byte of a small class, 16 bytes at a step where the machine has SSE2 (every x86-64 has).
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace confiture::mask {

// What ends a run of plain bytes in a COPY text row: tab, newline, backslash; and the carriage return, which is none.
struct IsStructural {
  static bool one(char c) { return c == '\t' || c == '\n' || c == '\\' || c == '\r'; }
#ifdef __SSE2__
  static __m128i sixteen(__m128i v) {
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')));
    const __m128i others = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\r')));
    return _mm_or_si128(ends, others);
  }
#endif
};

// What CopyAttributeOutText escapes: \b \t \n \v \f \r, which are the bytes 8 to 13, and the backslash.
struct IsEscapable {
  static bool one(char c) { return static_cast<unsigned char>(c - 8) <= 5 || c == '\\'; }
#ifdef __SSE2__
  static __m128i sixteen(__m128i v) {
    const __m128i from_eight = _mm_sub_epi8(v, _mm_set1_epi8(8));
    const __m128i in_range = _mm_cmpeq_epi8(_mm_min_epu8(from_eight, _mm_set1_epi8(5)), from_eight);
    return _mm_or_si128(in_range, _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
  }
#endif
};

// Returns the first byte of the class in [start, end), or end. Reads no byte outside.
template <typename ByteClass>
const char *scan_bytes(const char *start, const char *end) {
#ifdef __SSE2__
  while (end - start >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(start));
    const auto found = static_cast<uint32_t>(_mm_movemask_epi8(ByteClass::sixteen(block)));
    if (found != 0) return start + __builtin_ctz(found);
    start += 16;
  }
#endif
  while (start != end && !ByteClass::one(*start)) ++start;
  return start;
}

}  // namespace confiture::mask
