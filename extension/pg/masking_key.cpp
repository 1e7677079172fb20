#include "pg/masking_key.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "wall/wall.h"

namespace confiture {

// In bytes.
static constexpr size_t min_key_size = 32;
static constexpr size_t max_key_size = 1024;

MaskingKey find_masking_key() {
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
  return key;
}

MaskingKey read_masking_key() {
  MaskingKey key = find_masking_key();
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

// Writes the row below the executor: there the key would be a constant or parameter of a statement, which auto_explain,
// pgaudit and debug_print_plan write to the log. Without information for logical decoding, so that no publication
// carries it.
static void write_key(Relation table, const bytea *key) {
  SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);
  for (HeapTuple old; HeapTupleIsValid(old = systable_getnext(scan));) simple_heap_delete(table, &old->t_self);
  systable_endscan(scan);
  CommandCounterIncrement();

  Datum values[] = {PointerGetDatum(key), TimestampTzGetDatum(GetCurrentTransactionStartTimestamp()),
                    BoolGetDatum(true)};
  bool nulls[lengthof(values)] = {};
  Assert(RelationGetDescr(table)->natts == lengthof(values));
  HeapTuple tuple = heap_form_tuple(RelationGetDescr(table), values, nulls);
  heap_insert(table, tuple, GetCurrentCommandId(true), HEAP_INSERT_NO_LOGICAL, nullptr);

  for (Oid oid : each_oid(RelationGetIndexList(table))) {  // the primary key, on the last column
    Relation index = index_open(oid, RowExclusiveLock);
    bool is_null = false;
    index_insert(index, &values[2], &is_null, &tuple->t_self, table, UNIQUE_CHECK_YES, false, BuildIndexInfo(index));
    index_close(index, RowExclusiveLock);
  }
}

void refuse_published_key() {
  Rows rows = spi_run(R"(
      SELECT string_agg(quote_ident(p.pubname), ', ' ORDER BY p.pubname)
      FROM pg_catalog.pg_publication p
      WHERE p.puballtables
        OR EXISTS (
          SELECT FROM pg_catalog.pg_publication_rel r
          WHERE r.prpubid OPERATOR(pg_catalog.=) p.oid AND r.prrelid OPERATOR(pg_catalog.=) $1)
        OR EXISTS (
          SELECT FROM pg_catalog.pg_publication_namespace s
          WHERE s.pnpubid OPERATOR(pg_catalog.=) p.oid AND s.pnnspid OPERATOR(pg_catalog.=) $2)
      )",
                      {arg(own_relation("masking_key")), arg(get_namespace_oid("confiture", false))});
  const char *publications = rows.first().next<const char *>();
  if (publications == nullptr) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("the masking key is in a publication: %s", publications),
                  errdetail("A subscriber's first copy of confiture.masking_key would be the key itself."),
                  errhint("Publish tables, or schemas other than confiture, in place of all tables. If there was a "
                          "subscriber, call confiture.rotate_key() then.")));
}

char *replace_masking_key(const bytea *key) {
  Oid relation = own_relation("masking_key");
  if (!owns_relation(relation, GetUserId())) aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, "confiture.masking_key");
  PreventCommandIfReadOnly("replacing the masking key");
  refuse_published_key();
  if (key == nullptr) key = random_key();
  size_t size = VARSIZE_ANY_EXHDR(key);
  // The table's CHECK says the same, and is not asked by write_key().
  if (size < min_key_size || size > max_key_size)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a masking key has 32 to 1024 bytes, not %zu", size),
             errhint("Make one with openssl rand -hex 32 > key.hex and, in psql, "
                     "\\copy confiture.new_key FROM key.hex")));
  Relation table = table_open(relation, ShareRowExclusiveLock);
  write_key(table, key);
  table_close(table, NoLock);
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
