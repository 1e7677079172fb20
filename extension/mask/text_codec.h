// The text format of COPY: how a value is written in a field, and how values of each kind look as text.
// Source: PostgreSQL, src/backend/commands/copyto.c (CopyAttributeOutText) and copyfromparse.c
// (CopyReadAttributesText); tab as delimiter, \N as NULL, newline at the end of a row.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"
#include "mask/strategy.h"

namespace confiture::mask::text_codec {

constexpr std::string_view null_field = "\\N";

// The first tab, newline or backslash in [from, end), or end.
const char *find_structural(const char *from, const char *end);

// The first byte in [from, end) that a field has to escape, or end.
const char *find_escapable(const char *from, const char *end);

// Appends the value of a field, its escapes resolved. The result is never longer than the field.
void unescape(std::string_view field, ByteSink &out);

// Appends a value with everything escaped that CopyAttributeOutText escapes, and nothing else.
void escape(std::string_view value, ByteSink &out);

// Appends the masked form of a value in its type's output form (neither side COPY-escaped). False: the value is
// not of the kind; nothing was appended then. `kind` is none but text, int2, int4, int8, uuid.
bool mask_value(const Strategy &mask, ValueKind kind, std::string_view value, ByteSink &out);

}  // namespace confiture::mask::text_codec
