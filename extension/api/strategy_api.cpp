// The strategies as SQL functions, which run the code of the stream, and the registry as rows.
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "plan/wire_type.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_list_strategies);
PG_FUNCTION_INFO_V1(confiture_mask);
}

// What a call site keeps from row to row: its strategy, and that compiled for as long as options and key stay the same.
struct CallSite {
  const wall::StrategyRow *strategy;
  Oid type;  // of the value, where the function takes any enum or any type
  wall::ValueKind kind;
  FmgrInfo send, receive;  // of types that are not converted here
  Oid receive_parameter;
  MemoryContext context;      // owns the two below
  wall::ValueMasker *masker;  // nullptr: not compiled
  bytea *options;             // the jsonb it was compiled for
  uint64 key_generation;
};

// Are values of the kind converted here, or by their type's functions?
static bool is_converted_here(wall::ValueKind kind) {
  switch (kind) {
    case wall::ValueKind::text:
    case wall::ValueKind::int2:
    case wall::ValueKind::int4:
    case wall::ValueKind::int8:
    case wall::ValueKind::uuid:
      return true;
    default:
      return false;
  }
}

static void find_conversions(CallSite *site, MemoryContext context) {
  if (is_converted_here(site->kind)) return;
  Oid send, receive;
  bool is_varlena;
  getTypeBinaryOutputInfo(site->type, &send, &is_varlena);
  getTypeBinaryInputInfo(site->type, &receive, &site->receive_parameter);
  fmgr_info_cxt(send, &site->send, context);
  fmgr_info_cxt(receive, &site->receive, context);
}

// The C function takes its strategy from the name of the SQL function and reads its arguments as that one declares
// them. It serves the functions of this extension that are made like f(T, jsonb) RETURNS T and no others: what a
// superuser declares on the same symbol elsewhere has a name that means nothing here, and types that may have another
// size.
static CallSite identify(FmgrInfo *call) {
  Oid function = call->fn_oid;
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  Form_pg_proc declared = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  CallSite site = {};
  Oid type = declared->prorettype;
  if (getExtensionOfObject(ProcedureRelationId, function) == get_extension_oid("confiture", true) &&
      declared->pronargs == 2 && declared->proargtypes.values[0] == type &&
      declared->proargtypes.values[1] == JSONBOID && !declared->proretset) {
    site.strategy = wall::strategy_find(NameStr(declared->proname));
    const bool is_any = type == ANYENUMOID || type == ANYELEMENTOID;
    site.type = is_any ? get_fn_expr_argtype(call, 0) : type;
    if (OidIsValid(site.type)) site.kind = kind_of_type(site.type);
  }
  ReleaseSysCache(tuple);
  // Of the types that are masked like text, only text is passed as one. What a function of any type does not take is
  // refused by its strategy.
  bool is_unknown = type != ANYELEMENTOID &&
                    (site.kind == wall::ValueKind::other || (site.kind == wall::ValueKind::text && type != TEXTOID));
  if (site.strategy == nullptr || !OidIsValid(site.type) || is_unknown)
    ereport(ERROR, (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
                    errmsg("function %s is not a strategy of confiture", format_procedure(function))));
  return site;
}

static CallSite *call_site(FmgrInfo *function) {
  if (function->fn_extra == nullptr) {
    CallSite found = identify(function);
    find_conversions(&found, function->fn_mcxt);
    CallSite *site = static_cast<CallSite *>(MemoryContextAlloc(function->fn_mcxt, sizeof(CallSite)));
    *site = found;
    function->fn_extra = site;
  }
  return static_cast<CallSite *>(function->fn_extra);
}

static bool is_current(const CallSite *site, const bytea *options, uint64 key_generation) {
  return site->masker != nullptr && site->key_generation == key_generation &&
         VARSIZE_ANY(site->options) == VARSIZE_ANY(options) &&
         memcmp(site->options, options, VARSIZE_ANY(options)) == 0;
}

// Compiles the strategy, unless that was done for these options and this key.
static void prepare(CallSite *site, MemoryContext parent, Datum options_argument) {
  bytea *options = DatumGetByteaPP(options_argument);
  // The generation first: a key that is replaced during the compilation makes the next call compile again.
  uint64 generation = site->strategy->keyed ? masking_key_generation() : 0;
  if (is_current(site, options, generation)) return;

  if (site->context != nullptr) MemoryContextDelete(site->context);
  site->context = nullptr;
  site->masker = nullptr;
  site->context = AllocSetContextCreate(parent, "confiture strategy", ALLOCSET_SMALL_SIZES);
  site->key_generation = generation;
  site->options = static_cast<bytea *>(MemoryContextAlloc(site->context, VARSIZE_ANY(options)));
  memcpy(site->options, options, VARSIZE_ANY(options));

  static const unsigned char no_key[32] = {};
  wall::ColumnSpec spec = spec_of_type(site->type, -1);
  spec.strategy = site->strategy->name;
  Jsonb *json = DatumGetJsonbP(options_argument);
  spec.options = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  MaskingKey key = site->strategy->keyed ? read_masking_key() : MaskingKey{no_key, sizeof(no_key)};
  wall::Status status;
  // Binary: text then has no escapes, and integers need no digits.
  site->masker = make_value_masker(site->context, &spec, wall::WireFormat::binary, key, &status);
  if (site->masker == nullptr) raise(&status);
  if (const char *option = wall::value_masker_column_option(site->masker); option != nullptr) {
    site->masker = nullptr;
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("option \"%s\" is for rules: a function sees neither columns nor tables", option),
                    errhint("Give it to a rule.")));
  }
  if (wall::value_masker_parts(site->masker) == 0) return;
  const char *name = pstrdup(wall::value_masker_part(site->masker, 0));
  site->masker = nullptr;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("the template names column \"%s\", and a function sees no columns", name),
                  errhint("Give its value in option \"values\": jsonb_build_object('template', ..., 'values', "
                          "jsonb_build_object('%s', %s)).",
                          name, quote_identifier(name))));
}

// A value in its type's send form.
struct WireValue {
  const char *data;
  size_t size;
  uint64 number;  // holds the bytes of an integer
};

static void integer_to_wire(int64 number, size_t size, WireValue *wire) {
  wire->number = pg_hton64(static_cast<uint64>(number));
  wire->data = reinterpret_cast<const char *>(&wire->number) + sizeof wire->number - size;
  wire->size = size;
}

static void to_wire(CallSite *site, Datum value, WireValue *wire) {
  switch (site->kind) {
    case wall::ValueKind::text: {
      text *characters = DatumGetTextPP(value);
      wire->data = VARDATA_ANY(characters);
      wire->size = VARSIZE_ANY_EXHDR(characters);
      return;
    }
    case wall::ValueKind::int2:
      return integer_to_wire(DatumGetInt16(value), sizeof(int16), wire);
    case wall::ValueKind::int4:
      return integer_to_wire(DatumGetInt32(value), sizeof(int32), wire);
    case wall::ValueKind::int8:
      return integer_to_wire(DatumGetInt64(value), sizeof(int64), wire);
    case wall::ValueKind::uuid:
      wire->data = reinterpret_cast<const char *>(DatumGetUUIDP(value)->data);
      wire->size = UUID_LEN;
      return;
    default: {
      bytea *sent = SendFunctionCall(&site->send, value);
      wire->data = VARDATA(sent);
      wire->size = VARSIZE(sent) - VARHDRSZ;
    }
  }
}

static Datum receive(CallSite *site, const char *data, size_t size) {
  StringInfoData bytes;
  initStringInfo(&bytes);
  appendBinaryStringInfo(&bytes, data, static_cast<int>(size));
  return ReceiveFunctionCall(&site->receive, &bytes, site->receive_parameter, -1);
}

static Datum from_wire(CallSite *site, const char *data, size_t size) {
  size_t expected = wall::traits_of(site->kind).binary_size;
  if (expected != 0 && size != expected) elog(ERROR, "a masked value has %zu bytes instead of %zu", size, expected);
  switch (site->kind) {
    case wall::ValueKind::text:
      return PointerGetDatum(cstring_to_text_with_len(data, static_cast<int>(size)));
    case wall::ValueKind::int2: {
      uint16 number;
      memcpy(&number, data, sizeof number);
      return Int16GetDatum(static_cast<int16>(pg_ntoh16(number)));
    }
    case wall::ValueKind::int4: {
      uint32 number;
      memcpy(&number, data, sizeof number);
      return Int32GetDatum(static_cast<int32>(pg_ntoh32(number)));
    }
    case wall::ValueKind::int8: {
      uint64 number;
      memcpy(&number, data, sizeof number);
      return Int64GetDatum(static_cast<int64>(pg_ntoh64(number)));
    }
    case wall::ValueKind::uuid: {
      pg_uuid_t *uuid = static_cast<pg_uuid_t *>(palloc(sizeof(pg_uuid_t)));
      memcpy(uuid->data, data, UUID_LEN);
      return UUIDPGetDatum(uuid);
    }
    default:
      return receive(site, data, size);
  }
}

// f(value, options) of every strategy.
Datum confiture_mask(PG_FUNCTION_ARGS) {
  CallSite *site = call_site(fcinfo->flinfo);
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  prepare(site, fcinfo->flinfo->fn_mcxt, PG_GETARG_DATUM(1));
  WireValue value;
  to_wire(site, PG_GETARG_DATUM(0), &value);
  const char *masked;
  size_t size;
  bool is_null;
  wall::Status status;
  if (!wall::value_masker_apply(site->masker, value.data, value.size, &masked, &size, &is_null, &status))
    raise(&status);
  if (is_null) PG_RETURN_NULL();
  PG_RETURN_DATUM(from_wire(site, masked, size));
}

static Datum types_of(wall::KindSet kinds) {
  Datum types[wall::kind_count];
  int n = 0;
  for (size_t i = 0; i < wall::kind_count; i++) {
    wall::ValueKind kind = static_cast<wall::ValueKind>(i);
    if (kinds & wall::kind_bit(kind)) types[n++] = CStringGetTextDatum(wall::traits_of(kind).type);
  }
  return PointerGetDatum(construct_array(types, n, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum confiture_list_strategies(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  for (size_t i = 0; i < wall::strategy_count(); i++) {
    const wall::StrategyRow *row = wall::strategy_at(i);
    Datum values[] = {CStringGetTextDatum(row->name),
                      CStringGetTextDatum(row->summary),
                      CStringGetTextDatum(row->options_help),
                      CStringGetTextDatum(row->example),
                      types_of(row->kinds),
                      BoolGetDatum(row->deterministic),
                      BoolGetDatum(row->keyed),
                      BoolGetDatum(row->needs_value),
                      BoolGetDatum(row->keeps_unique)};
    bool nulls[lengthof(values)] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  return Datum(0);
}
