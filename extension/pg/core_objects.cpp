#include "pg/core_objects.h"

namespace confiture {

static void destroy_masker(void *masker) { wall::masker_destroy(static_cast<wall::Masker *>(masker)); }
static void destroy_value_masker(void *masker) { wall::value_masker_destroy(static_cast<wall::ValueMasker *>(masker)); }

static void destroy_row_sets(void *sets) { wall::row_sets_destroy(static_cast<wall::RowSets *>(sets)); }

// Allocated before the object is created, so that nothing can fail between creating and registering it.
static MemoryContextCallback *make_callback(MemoryContext owner, MemoryContextCallbackFunction destroy) {
  void *memory = MemoryContextAllocZero(owner, sizeof(MemoryContextCallback));
  MemoryContextCallback *callback = static_cast<MemoryContextCallback *>(memory);
  callback->func = destroy;
  return callback;
}

wall::Masker *make_masker(MemoryContext owner, const wall::ColumnSpec *columns, size_t count, size_t n_sides,
                          wall::WireFormat format, MaskingKey key, wall::Status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_masker);
  wall::CharEncoding encoding = database_encoding();
  wall::Masker *masker = wall::masker_create(columns, count, n_sides, format, encoding, key.bytes, key.size, status);
  callback->arg = masker;
  MemoryContextRegisterResetCallback(owner, callback);
  return masker;
}

wall::ValueMasker *make_value_masker(MemoryContext owner, const wall::ColumnSpec *column, wall::WireFormat format,
                                     MaskingKey key, wall::Status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_value_masker);
  wall::CharEncoding encoding = database_encoding();
  wall::ValueMasker *masker = wall::value_masker_create(column, format, encoding, key.bytes, key.size, status);
  callback->arg = masker;
  MemoryContextRegisterResetCallback(owner, callback);
  return masker;
}

wall::RowSets *make_row_sets(MemoryContext owner, uint64 budget, wall::Status *status) {
  MemoryContextCallback *callback = make_callback(owner, destroy_row_sets);
  wall::RowSets *sets = wall::row_sets_create(budget, status);
  callback->arg = sets;
  MemoryContextRegisterResetCallback(owner, callback);
  return sets;
}

wall::CharEncoding database_encoding() {
  switch (GetDatabaseEncoding()) {
    case PG_UTF8:
      return wall::CharEncoding::utf8;
    case PG_LATIN1:
    case PG_LATIN9:
    case PG_WIN1252:
      return wall::CharEncoding::latin1;
    case PG_LATIN2:
      return wall::CharEncoding::latin2;
    case PG_LATIN5:
    case PG_WIN1254:
      return wall::CharEncoding::latin5;
    case PG_WIN1250:
      return wall::CharEncoding::win1250;
    case PG_WIN1251:
      return wall::CharEncoding::win1251;
    case PG_KOI8R:
    case PG_KOI8U:
      return wall::CharEncoding::koi8r;
    case PG_ISO_8859_5:
      return wall::CharEncoding::iso_8859_5;
    default:
      return pg_database_encoding_max_length() == 1 ? wall::CharEncoding::single_byte : wall::CharEncoding::other;
  }
}

}  // namespace confiture
