// Values as COPY's text format has them, turned into those of its binary format.
#pragma once

#include "load/field_forms.h"

namespace confiture {

constexpr size_t longest_wire_form = 64;  // bytes

// Writes the binary form of a value whose text, without escapes, is written in the plainest way: what the type's output
// function writes for most values under DateStyle ISO. Returns its bytes, or -1 for all else, which is up to the type's
// input function. Dates and times are what a calendar and a clock have; limits of types are not checked.
int32 write_wire_form(FieldForm form, const char *text, int32 size, char *wire);

}  // namespace confiture
