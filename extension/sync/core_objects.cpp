#include "core_objects.h"

#include "wire_type.h"

namespace confiture {

static void destroy_masker(void *m) { wall::masker_destroy(static_cast<wall::masker *>(m)); }
static void destroy_value_masker(void *m) { wall::value_masker_destroy(static_cast<wall::value_masker *>(m)); }

// Allocated before the object is made, so that nothing can fail between making and registering it.
static MemoryContextCallback *make_callback(MemoryContext owner, MemoryContextCallbackFunction destroy) {
  MemoryContextCallback *callback =
      static_cast<MemoryContextCallback *>(MemoryContextAllocZero(owner, sizeof(MemoryContextCallback)));
  callback->func = destroy;
  return callback;
}

wall::masker *make_masker(MemoryContext owner, const wall::column_spec *columns, size_t n, wall::wire_format format,
                          masking_key key, wall::status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_masker);
  wall::char_encoding encoding = database_encoding();
  wall::masker *made = wall::masker_create(columns, n, format, encoding, key.bytes, key.size, status);
  callback->arg = made;
  MemoryContextRegisterResetCallback(owner, callback);
  return made;
}

wall::value_masker *make_value_masker(MemoryContext owner, const wall::column_spec *column, wall::wire_format format,
                                      masking_key key, wall::status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_value_masker);
  wall::char_encoding encoding = database_encoding();
  wall::value_masker *made = wall::value_masker_create(column, format, encoding, key.bytes, key.size, status);
  callback->arg = made;
  MemoryContextRegisterResetCallback(owner, callback);
  return made;
}

wall::char_encoding database_encoding() {
  if (GetDatabaseEncoding() == PG_UTF8) return wall::char_encoding::utf8;
  return pg_database_encoding_max_length() == 1 ? wall::char_encoding::single_byte : wall::char_encoding::other;
}

wall::value_kind kind_of_type(Oid type) {
  Oid base = getBaseType(type);
  switch (base) {
    case INT2OID:
      return wall::value_kind::int2;
    case INT4OID:
      return wall::value_kind::int4;
    case INT8OID:
      return wall::value_kind::int8;
    case UUIDOID:
      return wall::value_kind::uuid;
    default:
      return is_text_like(base) ? wall::value_kind::text : wall::value_kind::other;
  }
}

}  // namespace confiture
