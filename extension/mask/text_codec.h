// The text format of COPY: how a value is written in a field; values and arrays in their types'
// output form.
// Source: PostgreSQL, src/backend/commands/copyto.c (CopyAttributeOutText) and copyfromparse.c
// (CopyReadAttributesText); tab as delimiter, \N as NULL, newline at the end of a row.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"
#include "mask/strategy.h"

namespace confiture::mask::text_codec {

constexpr std::string_view null_field = "\\N";

// Returns the first tab, newline, carriage return or backslash in [start, end), or end.
const char *find_structural(const char *start, const char *end);

// Returns the first byte in [start, end) that a field must escape, or end.
const char *find_escapable(const char *start, const char *end);

// Appends the value of a field, its escapes resolved. The result is never longer than the field.
void unescape(std::string_view field, ByteSink &out);

// Appends a value with everything escaped that CopyAttributeOutText escapes, and nothing else.
void escape(std::string_view value, ByteSink &out);

// Appends the masked form of a value in its type's output form (neither side COPY-escaped). Returns false, with nothing
// appended, when the value is not of the type.
bool mask_value(const Strategy &strategy, ValueType type, std::string_view value, ByteSink &out);
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// text_record.cpp: the same for a row of a composite type, by a RecordStrategy.
bool mask_record(const Strategy &strategy, std::string_view value, ByteSink &out);

}  // namespace confiture::mask::text_codec
