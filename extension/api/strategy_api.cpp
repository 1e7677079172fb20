// The strategies as plain SQL functions, by the very code of the stream, and the registry as rows.
#include "pg/core_error.h"
#include "pg/core_objects.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_list_strategies);
PG_FUNCTION_INFO_V1(confiture_mask_hash);
PG_FUNCTION_INFO_V1(confiture_mask_email);
PG_FUNCTION_INFO_V1(confiture_mask_name);
PG_FUNCTION_INFO_V1(confiture_mask_first_name);
PG_FUNCTION_INFO_V1(confiture_mask_last_name);
PG_FUNCTION_INFO_V1(confiture_mask_phone);
PG_FUNCTION_INFO_V1(confiture_mask_redact);
PG_FUNCTION_INFO_V1(confiture_mask_null);
PG_FUNCTION_INFO_V1(confiture_mask_constant);
PG_FUNCTION_INFO_V1(confiture_mask_partial);
}

// What a call site keeps from row to row: the compiled strategy, for as long as options and key stay the same.
struct CallCache {
  MemoryContext context;
  wall::value_masker *masker;
  bytea *options;  // the jsonb it was made for
  uint64 key_generation;
};

static CallCache *prepare(FunctionCallInfo fcinfo, const wall::StrategyRow *strategy, wall::ValueKind kind) {
  CallCache *cache = static_cast<CallCache *>(fcinfo->flinfo->fn_extra);
  bytea *options = PG_GETARG_BYTEA_PP(1);
  // Generation first: a key replaced while we compile makes us compile again.
  uint64 generation = strategy->keyed ? masking_key_generation() : 0;
  if (cache != nullptr && cache->key_generation == generation && VARSIZE_ANY(cache->options) == VARSIZE_ANY(options) &&
      memcmp(cache->options, options, VARSIZE_ANY(options)) == 0)
    return cache;

  fcinfo->flinfo->fn_extra = nullptr;
  if (cache != nullptr) MemoryContextDelete(cache->context);
  MemoryContext context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "confiture strategy", ALLOCSET_SMALL_SIZES);
  cache = static_cast<CallCache *>(MemoryContextAllocZero(context, sizeof(CallCache)));
  cache->context = context;
  cache->key_generation = generation;
  cache->options = static_cast<bytea *>(MemoryContextAlloc(context, VARSIZE_ANY(options)));
  memcpy(cache->options, options, VARSIZE_ANY(options));

  static const unsigned char no_key[32] = {};
  wall::ColumnSpec spec = {};
  spec.strategy = strategy->name;
  Jsonb *json = DatumGetJsonbP(PG_GETARG_DATUM(1));
  spec.options = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  spec.kind = kind;
  MaskingKey key = strategy->keyed ? read_masking_key() : MaskingKey{no_key, sizeof(no_key)};
  wall::Status status;
  // Binary: the values as they are in memory, text without escapes.
  cache->masker = make_value_masker(context, &spec, wall::WireFormat::binary, key, &status);
  if (cache->masker == nullptr) raise(&status);
  fcinfo->flinfo->fn_extra = cache;
  return cache;
}

// Masks one value given in its binary wire form.
static bool apply(FunctionCallInfo fcinfo, const char *name, wall::ValueKind kind, const void *in, size_t size,
                  const char **out, size_t *out_size) {
  CallCache *cache = prepare(fcinfo, wall::strategy_find(name), kind);
  bool is_null;
  wall::Status status;
  if (!wall::value_masker_apply(cache->masker, static_cast<const char *>(in), size, out, out_size, &is_null, &status))
    raise(&status);
  fcinfo->isnull = is_null;
  return !is_null;
}

static Datum mask_text(FunctionCallInfo fcinfo, const char *name) {
  text *value = PG_GETARG_TEXT_PP(0);
  const char *out;
  size_t size;
  if (!apply(fcinfo, name, wall::ValueKind::text, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &out, &size))
    return Datum(0);
  return PointerGetDatum(cstring_to_text_with_len(out, static_cast<int>(size)));
}

template <typename T>
static T mask_integer(FunctionCallInfo fcinfo, wall::ValueKind kind, T big_endian) {
  const char *out;
  size_t size;
  apply(fcinfo, "hash", kind, &big_endian, sizeof(T), &out, &size);
  if (size != sizeof(T)) elog(ERROR, "a masked integer has %zu bytes", size);
  memcpy(&big_endian, out, sizeof(T));
  return big_endian;
}

Datum confiture_mask_hash(PG_FUNCTION_ARGS) {
  switch (get_func_rettype(fcinfo->flinfo->fn_oid)) {
    case INT2OID:
      PG_RETURN_INT16(pg_ntoh16(mask_integer(fcinfo, wall::ValueKind::int2, pg_hton16(PG_GETARG_INT16(0)))));
    case INT4OID:
      PG_RETURN_INT32(pg_ntoh32(mask_integer(fcinfo, wall::ValueKind::int4, pg_hton32(PG_GETARG_INT32(0)))));
    case INT8OID:
      PG_RETURN_INT64(pg_ntoh64(mask_integer(fcinfo, wall::ValueKind::int8, pg_hton64(PG_GETARG_INT64(0)))));
    case UUIDOID: {
      pg_uuid_t *masked = static_cast<pg_uuid_t *>(palloc(sizeof(pg_uuid_t)));
      const char *out;
      size_t size;
      apply(fcinfo, "hash", wall::ValueKind::uuid, PG_GETARG_UUID_P(0)->data, UUID_LEN, &out, &size);
      if (size != UUID_LEN) elog(ERROR, "a masked UUID has %zu bytes", size);
      memcpy(masked->data, out, UUID_LEN);
      PG_RETURN_UUID_P(masked);
    }
    default:
      return mask_text(fcinfo, "hash");
  }
}

Datum confiture_mask_email(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "email"); }
Datum confiture_mask_name(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "name"); }
Datum confiture_mask_first_name(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "first_name"); }
Datum confiture_mask_last_name(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "last_name"); }
Datum confiture_mask_phone(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "phone"); }
Datum confiture_mask_redact(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "redact"); }
Datum confiture_mask_null(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "null"); }
Datum confiture_mask_constant(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "constant"); }
Datum confiture_mask_partial(PG_FUNCTION_ARGS) { return mask_text(fcinfo, "partial"); }

static Datum kinds_as_types(uint32 kinds) {
  static const char *const names[] = {"text", "smallint", "integer", "bigint", "uuid", "any other"};
  Datum types[lengthof(names)];
  int n = 0;
  for (size_t i = 0; i < lengthof(names); i++)
    if (kinds & (1U << i)) types[n++] = CStringGetTextDatum(names[i]);
  return PointerGetDatum(construct_array(types, n, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum confiture_list_strategies(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  for (size_t i = 0; i < wall::strategy_count(); i++) {
    const wall::StrategyRow *row = wall::strategy_at(i);
    Datum values[] = {
        CStringGetTextDatum(row->name),    CStringGetTextDatum(row->summary), CStringGetTextDatum(row->options_help),
        CStringGetTextDatum(row->example), kinds_as_types(row->kinds),        BoolGetDatum(row->deterministic),
        BoolGetDatum(row->keyed),          BoolGetDatum(row->needs_value),    BoolGetDatum(row->keeps_unique)};
    bool nulls[lengthof(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  return Datum(0);
}
