#include "pg/masking_key.h"

#include "pg/memory.h"
#include "pg/spi.h"
#include "wall/wall.h"

namespace confiture {

// In bytes.
static constexpr size_t min_key_size = 32;
static constexpr size_t max_key_size = 1024;

MaskingKey read_masking_key() {
  Relation table = table_open(own_relation("masking_key"), AccessShareLock);
  SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);
  HeapTuple tuple = systable_getnext(scan);
  MaskingKey key = {};
  if (HeapTupleIsValid(tuple)) {
    bool is_null;
    Datum value = heap_getattr(tuple, 1, RelationGetDescr(table), &is_null);
    bytea *copy = DatumGetByteaPCopy(value);
    key.bytes = reinterpret_cast<const unsigned char *>(VARDATA_ANY(copy));
    key.size = VARSIZE_ANY_EXHDR(copy);
  }
  systable_endscan(scan);
  table_close(table, AccessShareLock);
  if (key.size < min_key_size)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("there is no masking key"),
                    errhint("Call confiture.rotate_key() or confiture.set_key().")));
  return key;
}

char *masking_key_id() {
  MaskingKey key = read_masking_key();
  char *id = make_array<char>(wall::key_id_size);
  if (!wall::key_id(key.bytes, key.size, id)) elog(ERROR, "could not compute the fingerprint of the masking key");
  return id;
}

static bytea *random_key() {
  bytea *key = static_cast<bytea *>(palloc(VARHDRSZ + min_key_size));
  SET_VARSIZE(key, VARHDRSZ + min_key_size);
  if (!wall::random_key(reinterpret_cast<unsigned char *>(VARDATA(key)), min_key_size))
    ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate a random key")));
  return key;
}

char *replace_masking_key(const bytea *key) {
  Oid relation = own_relation("masking_key");
  if (!owns_relation(relation, GetUserId())) aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, "confiture.masking_key");
  if (key == nullptr) key = random_key();
  size_t size = VARSIZE_ANY_EXHDR(key);
  // The table's CHECK says the same, but its DETAIL would quote the key.
  if (size < min_key_size || size > max_key_size)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a masking key has 32 to 1024 bytes, not %zu", size),
             errhint("Make one with openssl rand -hex 32, and pass it as '\\x...'::bytea.")));
  spi_connect();
  spi_run(R"(
      INSERT INTO confiture.masking_key (key)
      VALUES ($1)
      ON CONFLICT (is_only) DO UPDATE
      SET key = EXCLUDED.key,
          set_at = pg_catalog.now()
      )",
          {arg_bytes(key)});
  spi_finish();
  CacheInvalidateRelcacheByRelid(relation);
  CommandCounterIncrement();
  return masking_key_id();
}

static uint64 generation = 0;

// Any change of any relation counts as a new key: they are rare, and a callback may not look up which relation is ours.
static void on_relcache_change(Datum, Oid) { generation++; }

uint64 masking_key_generation() {
  static bool is_listening = false;
  if (!is_listening) {
    CacheRegisterRelcacheCallback(on_relcache_change, Datum(0));
    is_listening = true;
  }
  return generation;
}

}  // namespace confiture
