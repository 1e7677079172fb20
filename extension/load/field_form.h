// Values as COPY's formats have them, written in the form in which a heap tuple holds them.
//
// What is plainly right is written without a function call: fixed-length types, texts of the right encoding, numerics
// as they are stored. All else, and with it every error, is up to the type's receive or input function, as in COPY.
#pragma once

#include "load/field_forms.h"
#include "load/mask_function.h"

namespace confiture {

struct FieldType {
  FieldForm form;
  bool is_text;             // fields are those of the text format, without escapes
  bool by_value, packable;  // packable: short values get the short header of varlena
  int16 length;             // as pg_attribute has it
  int8 alignment;           // bytes
  int32 typmod;
  int longest;       // text: bytes that fit the type whatever the characters are, -1 for any number
  FmgrInfo convert;  // the receive or the input function
  Oid io_param;
  MaskFunction *function;  // what converted values go through; nullptr: nothing
};

// What write_field() needs besides the bytes of the field, or of the value of write_datum().
constexpr size_t field_overhead = 16;

// `column`: what travels for it; nullptr: nothing.
FieldType *make_field_type(const FormData_pg_attribute *attribute, bool is_text, const WireColumn *column);

// Of the type's function, for what is not NULL unless it is that of a domain, and masked, where a function does that.
// Sets *is_null. The value lives in the current memory context. Ereports what COPY would.
Datum convert_field(FieldType *type, const char *bytes, int32 size, bool *is_null);

// Writes a value that is not NULL and whose form is not `convert` to the aligned or unaligned address. Returns its end.
char *write_field(FieldType *type, char *to, const char *bytes, int32 size);

// Writes it likewise, and returns it as a value, which lives as long as those bytes. Advances *to.
Datum read_field(FieldType *type, char **to, const char *bytes, int32 size);

// The bytes that write_datum() writes at most, less field_overhead. Detoasts *value.
size_t datum_size(const FieldType *type, Datum *value);
char *write_datum(const FieldType *type, char *to, Datum value);

}  // namespace confiture
