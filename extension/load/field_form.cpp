#include "load/field_form.h"

#include "load/field_text.h"
#include "pg/bytes.h"
#include "pg/memory.h"

namespace confiture {

struct KnownFunction {
  PGFunction convert;
  FieldForm form;
};

static const KnownFunction receive_functions[] = {
    {boolrecv, FieldForm::boolean},         {int2recv, FieldForm::swap2},
    {int4recv, FieldForm::swap4},           {oidrecv, FieldForm::swap4},
    {float4recv, FieldForm::swap4},         {int8recv, FieldForm::swap8},
    {float8recv, FieldForm::swap8},         {cash_recv, FieldForm::swap8},
    {date_recv, FieldForm::date},           {time_recv, FieldForm::time},
    {timestamp_recv, FieldForm::timestamp}, {timestamptz_recv, FieldForm::timestamptz},
    {uuid_recv, FieldForm::uuid},           {textrecv, FieldForm::text},
    {varcharrecv, FieldForm::text},         {bytearecv, FieldForm::bytea},
    {numeric_recv, FieldForm::numeric},
};

static const KnownFunction input_functions[] = {
    {boolin, FieldForm::boolean},         {int2in, FieldForm::swap2},
    {int4in, FieldForm::swap4},           {int8in, FieldForm::swap8},
    {date_in, FieldForm::date},           {time_in, FieldForm::time},
    {timestamp_in, FieldForm::timestamp}, {timestamptz_in, FieldForm::timestamptz},
    {uuid_in, FieldForm::uuid},           {textin, FieldForm::text},
    {varcharin, FieldForm::text},         {numeric_in, FieldForm::numeric},
};

static FieldForm form_of(PGFunction convert, bool is_text) {
  auto find = [&](const auto &functions) {
    for (const KnownFunction &known : functions)
      if (known.convert == convert) return known.form;
    return FieldForm::convert;
  };
  return is_text ? find(input_functions) : find(receive_functions);
}

static int8 bytes_of(char alignment) {
  switch (alignment) {
    case TYPALIGN_CHAR:
      return 1;
    case TYPALIGN_SHORT:
      return ALIGNOF_SHORT;
    case TYPALIGN_INT:
      return ALIGNOF_INT;
    default:
      return ALIGNOF_DOUBLE;
  }
}

// A time or timestamp of fewer than six decimals is rounded, and varchar(n) counts characters: by the type's function.
static bool has_rounding(const FieldType *type) { return type->typmod >= 0 && type->typmod != MAX_TIMESTAMP_PRECISION; }

static void find_conversion(FieldType *type, Oid oid) {
  Oid convert;
  (type->is_text ? getTypeInputInfo : getTypeBinaryInputInfo)(oid, &convert, &type->io_param);
  fmgr_info(convert, &type->convert);
}

// Raw values have the type below the column's domains and lengths, whose code is the table owner's: what the function
// gives is checked by these, be it NULL.
static void convert_raw(FieldType *type, const FormData_pg_attribute *attribute) {
  find_conversion(type, getBaseType(attribute->atttypid));
  type->typmod = -1;
  type->convert.fn_strict = false;
}

FieldType *make_field_type(const FormData_pg_attribute *attribute, bool is_text, const WireColumn *column) {
  FieldType *type = make<FieldType>({.form = FieldForm::convert,
                                     .is_text = is_text,
                                     .by_value = attribute->attbyval,
                                     .packable = attribute->attlen == -1 && attribute->attstorage != TYPSTORAGE_PLAIN,
                                     .length = attribute->attlen,
                                     .alignment = bytes_of(attribute->attalign),
                                     .typmod = attribute->atttypmod,
                                     .longest = -1,
                                     .convert = {},
                                     .io_param = InvalidOid,
                                     .function = make_mask_function(column, attribute)});
  if (type->function != nullptr) {
    convert_raw(type, attribute);
    return type;
  }
  find_conversion(type, attribute->atttypid);
  type->form = form_of(type->convert.fn_addr, is_text);
  if ((type->convert.fn_addr == varcharrecv || type->convert.fn_addr == varcharin) && type->typmod >= 0)
    type->longest = type->typmod - static_cast<int>(VARHDRSZ);
  bool has_decimals =
      type->form == FieldForm::time || type->form == FieldForm::timestamp || type->form == FieldForm::timestamptz;
  if (has_decimals && has_rounding(type)) type->form = FieldForm::convert;
  return type;
}

// Neither a NUL nor a part of a longer character: valid in every encoding that a database may have.
static bool is_ascii(const char *bytes, int32 size) {
  constexpr uint64 highs = 0x8080808080808080, ones = 0x0101010101010101;
  constexpr int32 step = sizeof(uint64);
  uint64 seen = 0;
  // Of a word without high bits, the lowest NUL and no byte before it gets one.
  auto look_at = [&](const char *at) {
    uint64 word;
    memcpy(&word, at, sizeof word);
    seen |= word | (word - ones);
  };
  const char *end = bytes + size;
  if (size >= step) {
    for (; end - bytes > step; bytes += step) look_at(bytes);
    look_at(end - step);
  } else {
    for (; bytes < end; bytes++) seen |= static_cast<uint8>(*bytes) | static_cast<uint8>(*bytes - 1);
  }
  return (seen & highs) == 0;
}

// No NUL is valid.
static void require_encoding(const char *bytes, int32 size) {
  if (!is_ascii(bytes, size)) pg_verify_mbstr(GetDatabaseEncoding(), bytes, size, false);
}

static Datum convert(FieldType *type, const char *bytes, int32 size) {
  if (size < 0)
    return type->is_text ? InputFunctionCall(&type->convert, nullptr, type->io_param, type->typmod)
                         : ReceiveFunctionCall(&type->convert, nullptr, type->io_param, type->typmod);
  if (type->is_text) require_encoding(bytes, size);
  // Receive functions, too, may rely on a NUL behind the bytes.
  char *copy = static_cast<char *>(palloc_extended(static_cast<Size>(size) + 1, MCXT_ALLOC_HUGE));
  memcpy(copy, bytes, size);
  copy[size] = '\0';
  if (type->is_text) return InputFunctionCall(&type->convert, copy, type->io_param, type->typmod);
  StringInfoData buffer = {.data = copy, .len = size, .maxlen = size + 1, .cursor = 0};
  Datum value = ReceiveFunctionCall(&type->convert, &buffer, type->io_param, type->typmod);
  if (buffer.cursor != buffer.len)
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg_internal("incorrect binary data format")));
  return value;
}

Datum convert_field(FieldType *type, const char *bytes, int32 size, bool *is_null) {
  *is_null = size < 0;
  if (type->function == nullptr) return convert(type, bytes, size);
  return mask_by_function(type->function, *is_null ? Datum(0) : convert(type, bytes, size), is_null);
}

// The bytes between values are stored as well: none may be what was in this memory before.
static char *align_to(char *to, int alignment) {
  while ((reinterpret_cast<uintptr_t>(to) & (alignment - 1)) != 0) *to++ = 0;
  return to;
}

// On some platforms a number of eight bytes is stored at any multiple of four.
constexpr int alignment_of(size_t size) {
  return size == sizeof(int64) ? ALIGNOF_DOUBLE : size == sizeof(int32) ? ALIGNOF_INT : ALIGNOF_SHORT;
}

template <class Number>
static char *put(char *to, Number number) {
  to = align_to(to, alignment_of(sizeof number));
  memcpy(to, &number, sizeof number);
  return to + sizeof number;
}

// Room for a varlena of `size` bytes, behind its header.
static char *begin_varlena(const FieldType *type, char *to, size_t size) {
  if (type->packable && size + VARHDRSZ_SHORT <= VARATT_SHORT_MAX) {
    SET_VARSIZE_SHORT(to, size + VARHDRSZ_SHORT);
    return to + VARHDRSZ_SHORT;
  }
  to = align_to(to, type->alignment);
  SET_VARSIZE(to, size + VARHDRSZ);
  return to + VARHDRSZ;
}

static char *put_varlena(const FieldType *type, char *to, const char *bytes, size_t size) {
  to = begin_varlena(type, to, size);
  memcpy(to, bytes, size);
  return to + size;
}

static char *write_converted(FieldType *type, char *to, const char *bytes, int32 size) {
  bool is_null;
  Datum value = convert_field(type, bytes, size, &is_null);
  datum_size(type, &value);
  return write_datum(type, to, value);
}

// The wire has what is stored: digits to base 10,000 without zeros at either end, behind a header of 8 bytes, which is
// stored in 2 (NumericShort in numeric.c) where weight and scale are small. Returns nullptr for what is not so.
static char *write_numeric(const FieldType *type, char *to, const char *bytes, int32 size) {
  constexpr int header_size = 8, digit_size = 2;
  constexpr uint16 is_short = 0x8000, short_negative = 0x2000, short_weight_sign = 0x0040, short_weight_mask = 0x003f;
  constexpr int most_short_scale = 0x3f, short_scale_shift = 7;
  constexpr uint16 negative = 0x4000;
  if (size < header_size + digit_size) return nullptr;  // 0 too
  int n = read_int16(bytes), weight = read_int16(bytes + 2);
  uint16 sign = static_cast<uint16>(read_int16(bytes + 4));
  int scale = read_int16(bytes + 6);
  if (n < 1 || size != header_size + n * digit_size || (sign != 0 && sign != negative) || scale < 0 ||
      scale > most_short_scale || weight < -static_cast<int>(short_weight_mask) - 1 || weight > short_weight_mask ||
      (n - weight - 1) * 4 > scale + 3)
    return nullptr;
  int first = read_int16(bytes + header_size);
  int last = read_int16(bytes + header_size + (n - 1) * digit_size);
  if (first <= 0 || last <= 0) return nullptr;
  // Digits that the scale hides would be cut off.
  int hidden = (n - weight - 1) * 4 - scale;
  if (hidden > 0 && last % (hidden == 1 ? 10 : hidden == 2 ? 100 : 1000) != 0) return nullptr;
  if (type->typmod >= static_cast<int32>(VARHDRSZ)) {
    int typmod = type->typmod - static_cast<int>(VARHDRSZ);
    int precision = (typmod >> 16) & 0xffff, typmod_scale = ((typmod & 0x7ff) ^ 1024) - 1024;
    int before_point = (weight + 1) * 4 - (first < 10 ? 3 : first < 100 ? 2 : first < 1000 ? 1 : 0);
    if (typmod_scale != scale || before_point > precision - typmod_scale) return nullptr;
  }
  char *end = begin_varlena(type, to, sizeof(uint16) + n * sizeof(int16));
  uint16 header = is_short | (sign == negative ? short_negative : 0) | static_cast<uint16>(scale << short_scale_shift) |
                  (weight < 0 ? short_weight_sign : 0) | static_cast<uint16>(weight & short_weight_mask);
  memcpy(end, &header, sizeof header);
  end += sizeof header;
  for (int i = 0; i < n; i++, end += sizeof(int16)) {
    int16 digit = read_int16(bytes + header_size + i * digit_size);
    if (digit < 0 || digit > 9999) return nullptr;
    memcpy(end, &digit, sizeof digit);
  }
  return end;
}

// Returns nullptr for what is not plainly right. Inline: a call for each value would be 3 % of a load.
static pg_attribute_always_inline char *write_plain(const FieldType *type, char *to, const char *bytes, int32 size) {
  switch (type->form) {
    case FieldForm::convert:
      break;
    case FieldForm::boolean:
      if (size != 1) break;
      *to = *bytes != 0;
      return to + 1;
    case FieldForm::swap2:
      if (size != sizeof(int16)) break;
      return put(to, read_int16(bytes));
    case FieldForm::swap4:
      if (size != sizeof(int32)) break;
      return put(to, read_int32(bytes));
    case FieldForm::swap8:
      if (size != sizeof(int64)) break;
      return put(to, read_int64(bytes));
    case FieldForm::date: {
      if (size != sizeof(DateADT)) break;
      DateADT date = read_int32(bytes);
      if (!DATE_NOT_FINITE(date) && !IS_VALID_DATE(date)) break;
      return put(to, date);
    }
    case FieldForm::time: {
      if (size != sizeof(TimeADT)) break;
      TimeADT time = read_int64(bytes);
      if (time < 0 || time > USECS_PER_DAY) break;
      return put(to, time);
    }
    case FieldForm::timestamp:
    case FieldForm::timestamptz: {
      if (size != sizeof(Timestamp)) break;
      Timestamp timestamp = read_int64(bytes);
      if (!TIMESTAMP_NOT_FINITE(timestamp) && !IS_VALID_TIMESTAMP(timestamp)) break;
      return put(to, timestamp);
    }
    case FieldForm::uuid:
      if (size != UUID_LEN) break;
      memcpy(to, bytes, UUID_LEN);
      return to + UUID_LEN;
    case FieldForm::text:
      if (type->longest >= 0 && size > type->longest) break;
      require_encoding(bytes, size);
      return put_varlena(type, to, bytes, size);
    case FieldForm::bytea:
      return put_varlena(type, to, bytes, size);
    case FieldForm::numeric:
      return write_numeric(type, to, bytes, size);
  }
  return nullptr;
}

static char *write_text_field(FieldType *type, char *to, const char *text, int32 size) {
  char wire[longest_wire_form];
  int32 wire_size = write_wire_form(type->form, text, size, wire);
  char *end = wire_size < 0 ? nullptr : write_plain(type, to, wire, wire_size);
  return end != nullptr ? end : write_converted(type, to, text, size);
}

char *write_field(FieldType *type, char *to, const char *bytes, int32 size) {
  if (type->is_text && type->form != FieldForm::text) return write_text_field(type, to, bytes, size);
  char *end = write_plain(type, to, bytes, size);
  return end != nullptr ? end : write_converted(type, to, bytes, size);
}

Datum read_field(FieldType *type, char **to, const char *bytes, int32 size) {
  char *start = *to;
  *to = write_field(type, start, bytes, size);
  // As in a heap tuple: a short varlena is not aligned, and no other one begins with a zero that is padding.
  bool is_short = type->length == -1 && *start != 0;
  if (!is_short) start = reinterpret_cast<char *>(TYPEALIGN(type->alignment, start));
  return fetch_att(start, type->by_value, type->length);
}

size_t datum_size(const FieldType *type, Datum *value) {
  if (type->length > 0) return type->length;
  if (type->length == -2) return strlen(DatumGetCString(*value)) + 1;
  varlena *varlena_value = reinterpret_cast<varlena *>(DatumGetPointer(*value));
  if (VARATT_IS_EXTERNAL(varlena_value)) *value = PointerGetDatum(detoast_external_attr(varlena_value));
  return VARSIZE_ANY(DatumGetPointer(*value));
}

char *write_datum(const FieldType *type, char *to, Datum value) {
  if (type->by_value) {
    to = align_to(to, type->alignment);
    store_att_byval(to, value, type->length);
    return to + type->length;
  }
  const char *bytes = static_cast<const char *>(DatumGetPointer(value));
  if (type->length == -1) {
    if (!VARATT_IS_COMPRESSED(bytes) && !VARATT_IS_SHORT(bytes))
      return put_varlena(type, to, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
    if (!VARATT_IS_SHORT(bytes)) to = align_to(to, type->alignment);
    memcpy(to, bytes, VARSIZE_ANY(bytes));
    return to + VARSIZE_ANY(bytes);
  }
  size_t size = type->length > 0 ? type->length : strlen(bytes) + 1;
  to = align_to(to, type->alignment);
  memcpy(to, bytes, size);
  return to + size;
}

}  // namespace confiture
