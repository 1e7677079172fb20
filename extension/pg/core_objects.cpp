#include "pg/core_objects.h"

namespace confiture {

static void destroy_masker(void *m) { wall::masker_destroy(static_cast<wall::Masker *>(m)); }
static void destroy_value_masker(void *m) { wall::value_masker_destroy(static_cast<wall::ValueMasker *>(m)); }

// Allocated before the object is made, so that nothing can fail between making and registering it.
static MemoryContextCallback *make_callback(MemoryContext owner, MemoryContextCallbackFunction destroy) {
  MemoryContextCallback *callback =
      static_cast<MemoryContextCallback *>(MemoryContextAllocZero(owner, sizeof(MemoryContextCallback)));
  callback->func = destroy;
  return callback;
}

wall::Masker *make_masker(MemoryContext owner, const wall::ColumnSpec *columns, size_t n, wall::WireFormat format,
                          MaskingKey key, wall::Status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_masker);
  wall::CharEncoding encoding = database_encoding();
  wall::Masker *made = wall::masker_create(columns, n, format, encoding, key.bytes, key.size, status);
  callback->arg = made;
  MemoryContextRegisterResetCallback(owner, callback);
  return made;
}

wall::ValueMasker *make_value_masker(MemoryContext owner, const wall::ColumnSpec *column, wall::WireFormat format,
                                     MaskingKey key, wall::Status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_value_masker);
  wall::CharEncoding encoding = database_encoding();
  wall::ValueMasker *made = wall::value_masker_create(column, format, encoding, key.bytes, key.size, status);
  callback->arg = made;
  MemoryContextRegisterResetCallback(owner, callback);
  return made;
}

wall::CharEncoding database_encoding() {
  if (GetDatabaseEncoding() == PG_UTF8) return wall::CharEncoding::utf8;
  return pg_database_encoding_max_length() == 1 ? wall::CharEncoding::single_byte : wall::CharEncoding::other;
}

}  // namespace confiture
