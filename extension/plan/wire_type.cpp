#include "plan/wire_type.h"

#include "pg/memory.h"
#include "pg/spi.h"

namespace confiture {

// Built-in types whose send and receive functions are exact between any two databases. Left out on purpose: reg* types
// (an OID of the source's catalog), xml (declares an encoding), aclitem and pg_node_tree (no binary form), record, and
// tsquery (not every minor release takes back an empty one).
static const Oid safe_types[] = {
    BOOLOID,        BYTEAOID,    CHAROID,     NAMEOID,   INT8OID,        INT2OID,       INT4OID,     TEXTOID,
    OIDOID,         TIDOID,      XIDOID,      CIDOID,    JSONOID,        POINTOID,      LSEGOID,     PATHOID,
    BOXOID,         POLYGONOID,  LINEOID,     FLOAT4OID, FLOAT8OID,      CIRCLEOID,     MONEYOID,    MACADDROID,
    INETOID,        CIDROID,     MACADDR8OID, BPCHAROID, VARCHAROID,     DATEOID,       TIMEOID,     TIMESTAMPOID,
    TIMESTAMPTZOID, INTERVALOID, TIMETZOID,   BITOID,    VARBITOID,      NUMERICOID,    UUIDOID,     PG_LSNOID,
    TSVECTOROID,    JSONBOID,    JSONPATHOID, XID8OID,   PG_SNAPSHOTOID, INT2VECTOROID, OIDVECTOROID};

static bool has_name(Oid type, const char *name) {
  if (type < FirstNormalObjectId) return false;
  HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(tuple)) return false;
  bool is_called = strcmp(NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typname), name) == 0;
  ReleaseSysCache(tuple);
  return is_called;
}

bool is_citext(Oid type) { return has_name(type, "citext"); }

// Other types may be called so.
static bool is_hstore(Oid type) {
  return has_name(type, "hstore") &&
         getExtensionOfObject(TypeRelationId, type) == get_extension_oid("hstore", /* missing_ok = */ true);
}

// *array_element: an element type whose OID is the target's alone; nullptr where there is no room for one.
static bool is_binary_safe(Oid type, Oid *array_element) {
  Oid base = getBaseType(type);
  for (Oid safe : safe_types)
    if (base == safe) return true;
  if (is_hstore(base)) return true;
  Oid element = get_element_type(base);
  if (OidIsValid(element)) {
    if (!is_binary_safe(element, nullptr)) return false;
    // An array names its element type; only OIDs written down in PostgreSQL's sources are the same on the source.
    if (element < FirstGenbkiObjectId) return true;
    if (array_element == nullptr) return false;
    *array_element = element;
    return true;
  }
  switch (get_typtype(base)) {
    case TYPTYPE_ENUM:
      return true;  // sent as its label
    case TYPTYPE_RANGE:
      return is_binary_safe(get_range_subtype(base), nullptr);
    case TYPTYPE_MULTIRANGE:
      return is_binary_safe(get_multirange_range(base), nullptr);
    default:
      return false;
  }
}

bool is_text_like(Oid base_type) {
  return base_type == TEXTOID || base_type == VARCHAROID || base_type == BPCHAROID || base_type == NAMEOID ||
         is_citext(base_type);
}

uint32 text_limit(Oid base_type, int32 typmod) {
  if (base_type == NAMEOID) return NAMEDATALEN - 1;
  if ((base_type == VARCHAROID || base_type == BPCHAROID) && typmod >= VARHDRSZ)
    return static_cast<uint32>(typmod - VARHDRSZ);
  return 0;
}

// The modifier of numeric: ((precision << 16) | (scale & 0x7ff)) + VARHDRSZ, scale signed in 11 bits.
static int32 numeric_precision(int32 typmod) { return ((typmod - VARHDRSZ) >> 16) & 0xffff; }
static int32 numeric_scale(int32 typmod) { return (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024; }

// Is every value of the type with the source's modifier one with the target's?
static bool modifier_fits(Oid base, int32 source, int32 target) {
  if (target < 0 || source == target) return true;
  if (source < 0) return false;
  switch (base) {
    case VARCHAROID:
    case BPCHAROID:
    case VARBITOID:
      return source <= target;
    case NUMERICOID:
      return numeric_scale(target) >= numeric_scale(source) &&
             numeric_precision(target) - numeric_scale(target) >= numeric_precision(source) - numeric_scale(source);
    case TIMEOID:
    case TIMETZOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
      return source <= target;
    default:
      return false;
  }
}

// Casts that lose nothing.
static const struct {
  const char *source;
  Oid target;
} widenings[] = {{"int2", INT4OID},     {"int2", INT8OID},    {"int2", NUMERICOID},
                 {"int4", INT8OID},     {"int4", NUMERICOID}, {"int8", NUMERICOID},
                 {"float4", FLOAT8OID}, {"json", JSONBOID},   {"cidr", INETOID}};

static bool source_is_text_like(const SourceColumn *source) {
  static const char *const names[] = {"text", "varchar", "bpchar", "name", "citext"};
  for (const char *name : names)
    if (strcmp(source->base_name, name) == 0) return true;
  return false;
}

// Longest text of a source column in characters, 0 for no limit.
static uint32 source_text_limit(const SourceColumn *source) {
  if (strcmp(source->base_name, "name") == 0) return NAMEDATALEN - 1;
  if (source->typmod < VARHDRSZ || strcmp(source->base_name, "citext") == 0 || strcmp(source->base_name, "text") == 0)
    return 0;
  return static_cast<uint32>(source->typmod - VARHDRSZ);
}

// Labels that the source's enums have and ours lack would fail in the middle of the load. Of types alike in shape.
static const char *missing_labels(const SourceColumn *source, Oid base) {
  if (source->labels == nullptr) return nullptr;
  const char *sql = psprintf(R"(
    SELECT string_agg(label, ', ' ORDER BY number)
    FROM (
      SELECT '"' || substr(l.label, strpos(l.label, ' ') + 1) || '"' AS label, min(number) AS number
      FROM unnest($2::text[]) WITH ORDINALITY l(label, number)
      WHERE l.label <> ALL (coalesce((SELECT %s FROM pg_type t WHERE t.oid = $1), '{}'))
      GROUP BY 1) l)",
                             type_labels());
  const char *missing = nullptr;
  const char *error = error_of([&] {
    missing = spi_run(sql, {arg(base), arg(source->labels)}).first().next<const char *>();
  });
  if (error != nullptr) return "the source does not say in a readable form which labels its enum type has";
  return missing != nullptr ? psprintf("the enum here lacks the label %s", missing) : nullptr;
}

static const char *shape_of_type(Oid base) {
  const char *sql = psprintf("SELECT %s FROM pg_catalog.pg_type t WHERE t.oid = $1", type_shape());
  return spi_run(sql, {arg(base)}).first().next<const char *>();
}

WireType compare_types(const SourceColumn *source, Oid type, int32 typmod) {
  WireType result = {};
  int32 base_typmod = typmod;
  Oid base = getBaseTypeAndTypmod(type, &base_typmod);
  result.is_binary_safe = is_binary_safe(base, &result.array_element);
  const char *changed =
      psprintf("its type is %s on the source and %s here", source->type, format_type_with_typemod(type, typmod));

  HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(base));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for type %u", base);
  Form_pg_type form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
  bool source_is_builtin = strcmp(source->base_schema, "pg_catalog") == 0;
  bool is_builtin = form->typnamespace == PG_CATALOG_NAMESPACE;
  // A type of an extension may live in another schema on the source. The name of an array type is made up by the
  // server, built-in ones aside; its shape has the name of its elements.
  bool is_array = !is_builtin && OidIsValid(get_element_type(base));
  bool is_same =
      (strcmp(source->base_name, NameStr(form->typname)) == 0 || (is_array && source->base_name[0] == '_')) &&
      source->base_kind == form->typtype && source_is_builtin == is_builtin;
  char *base_name = pstrdup(NameStr(form->typname));
  ReleaseSysCache(tuple);

  // Same name, other parts: values would be refused half way, or land in each other's places.
  if (is_same && !is_builtin && strcmp(source->shape, shape_of_type(base)) != 0) {
    is_same = false;
    changed = psprintf("%s, and the two are made up differently", changed);
  }
  if (is_same) {
    if (!modifier_fits(base, source->typmod, base_typmod)) result.problem = changed;
    if (result.problem == nullptr) result.problem = missing_labels(source, base);
    return result;
  }
  if (source_is_text_like(source) && is_text_like(base)) {
    uint32 limit = text_limit(base, base_typmod);
    uint32 source_limit = source_text_limit(source);
    // A name's limit is one of bytes, and what is longer is cut silently.
    if (base == NAMEOID && strcmp(source->base_name, "name") != 0)
      limit /= static_cast<uint32>(pg_database_encoding_max_length());
    // No cast: all of them print and send their characters alike, and text(char(n)) would cut blanks a dump keeps.
    if (limit != 0 && (source_limit == 0 || source_limit > limit)) result.problem = changed;
    return result;
  }
  for (const auto &widening : widenings)
    if (source_is_builtin && strcmp(source->base_name, widening.source) == 0 && widening.target == base) {
      // Modifiers of the wider type could still cut.
      if (base_typmod >= 0) break;
      result.cast = psprintf("pg_catalog.%s", quote_identifier(base_name));
      return result;
    }
  result.problem = changed;
  return result;
}

static const struct {
  Oid type;
  wall::ValueKind kind;
} kinds[] = {{INT2OID, wall::ValueKind::int2},           {INT4OID, wall::ValueKind::int4},
             {INT8OID, wall::ValueKind::int8},           {UUIDOID, wall::ValueKind::uuid},
             {NUMERICOID, wall::ValueKind::numeric},     {FLOAT4OID, wall::ValueKind::float4},
             {FLOAT8OID, wall::ValueKind::float8},       {DATEOID, wall::ValueKind::date},
             {TIMESTAMPOID, wall::ValueKind::timestamp}, {TIMESTAMPTZOID, wall::ValueKind::timestamptz},
             {TIMEOID, wall::ValueKind::time},           {TIMETZOID, wall::ValueKind::timetz},
             {INTERVALOID, wall::ValueKind::interval},   {INETOID, wall::ValueKind::inet},
             {CIDROID, wall::ValueKind::cidr},           {MACADDROID, wall::ValueKind::macaddr},
             {MACADDR8OID, wall::ValueKind::macaddr8},   {BYTEAOID, wall::ValueKind::bytea},
             {BOOLOID, wall::ValueKind::boolean},        {JSONOID, wall::ValueKind::json},
             {JSONBOID, wall::ValueKind::jsonb},         {POINTOID, wall::ValueKind::point}};

wall::ValueKind kind_of_type(Oid type) {
  Oid base = getBaseType(type);
  for (const auto &known : kinds)
    if (known.type == base) return known.kind;
  if (is_text_like(base)) return wall::ValueKind::text;
  if (is_hstore(base)) return wall::ValueKind::hstore;
  switch (get_typtype(base)) {
    case TYPTYPE_ENUM:
      return wall::ValueKind::enumeration;
    case TYPTYPE_COMPOSITE:
      return wall::ValueKind::record;
    default:
      return wall::ValueKind::other;
  }
}

// In their order, as an array in text form.
static const char *labels_of(Oid enum_type) {
  Relation labels = table_open(EnumRelationId, AccessShareLock);
  Relation index = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(enum_type));
  SysScanDesc scan = systable_beginscan_ordered(labels, index, nullptr, 1, &key);
  ArrayBuildState *array = initArrayResult(TEXTOID, CurrentMemoryContext, false);
  while (HeapTuple tuple = systable_getnext_ordered(scan, ForwardScanDirection)) {
    const char *label = NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel);
    array = accumArrayResult(array, CStringGetTextDatum(label), false, TEXTOID, CurrentMemoryContext);
  }
  systable_endscan_ordered(scan);
  index_close(index, AccessShareLock);
  table_close(labels, AccessShareLock);
  return OidOutputFunctionCall(F_ARRAY_OUT, makeArrayResult(array, CurrentMemoryContext));
}

// The element type of arrays that look like {a,b}: those of int2vector and oidvector do not.
static Oid element_of_array(Oid base) {
  if (base == INT2VECTOROID || base == OIDVECTOROID) return InvalidOid;
  return get_element_type(base);
}

static wall::ColumnSpec make_spec(Oid type, int32 typmod, int *left);

// Composite types may be made of each other so that a few of them have billions of fields: `left` is how many more
// there may be. Returns nullptr when there are more.
static wall::ColumnSpec *fields_of(Oid composite, size_t *n_fields, int *left) {
  TupleDesc row = lookup_rowtype_tupdesc_copy(composite, -1);
  wall::ColumnSpec *fields = make_array<wall::ColumnSpec>(row->natts + 1);
  for (int i = 0; i < row->natts; i++) {
    Form_pg_attribute attribute = TupleDescAttr(row, i);
    if (attribute->attisdropped) continue;
    if (--*left < 0) return nullptr;
    wall::ColumnSpec *field = &fields[(*n_fields)++];
    *field = make_spec(attribute->atttypid, attribute->atttypmod, left);
    if (*left < 0) return nullptr;
    field->name = pstrdup(NameStr(attribute->attname));
    field->type_name = format_type_be(getBaseType(attribute->atttypid));
    field->oid = attribute->atttypid;
  }
  return fields;
}

wall::ColumnSpec spec_of_type(Oid type, int32 typmod) {
  int left = MaxTupleAttributeNumber;
  return make_spec(type, typmod, &left);
}

static wall::ColumnSpec make_spec(Oid type, int32 typmod, int *left) {
  wall::ColumnSpec spec = {};
  Oid base = getBaseTypeAndTypmod(type, &typmod);
  Oid element = element_of_array(base);
  if (OidIsValid(element)) {
    spec.is_array = true;
    spec.array_element_oid = element;
    base = getBaseTypeAndTypmod(element, &typmod);  // of arrays the modifier is that of their elements
  }
  spec.kind = kind_of_type(base);
  if (spec.kind == wall::ValueKind::text) spec.max_chars = text_limit(base, typmod);
  if (spec.kind == wall::ValueKind::numeric && typmod >= VARHDRSZ) {
    spec.precision = static_cast<uint32>(numeric_precision(typmod));
    spec.scale = numeric_scale(typmod);
  }
  if (spec.kind == wall::ValueKind::enumeration) spec.labels = labels_of(base);
  if (spec.kind == wall::ValueKind::record) {
    spec.type_name = format_type_be(base);
    size_t n_fields = 0;
    spec.fields = fields_of(base, &n_fields, left);
    if (spec.fields != nullptr)
      spec.n_fields = n_fields;
    else
      spec.kind = wall::ValueKind::other;
  }
  return spec;
}

bool has_binary_fields(const wall::ColumnSpec *spec) {
  for (size_t i = 0; i < spec->n_fields; i++) {
    const wall::ColumnSpec *field = &spec->fields[i];
    Oid element = InvalidOid, inner = field->is_array ? field->array_element_oid : field->oid;
    // A name's masks are cut to its size in text only.
    if (getBaseType(inner) == NAMEOID) return false;
    bool is_safe =
        field->kind == wall::ValueKind::record ? has_binary_fields(field) : is_binary_safe(field->oid, &element);
    if (!is_safe) return false;
  }
  return true;
}

bool needs_masker(const wall::ColumnSpec *spec) {
  return spec->strategy != nullptr || spec->array_element_oid != 0 || spec->cases != nullptr;
}

}  // namespace confiture
