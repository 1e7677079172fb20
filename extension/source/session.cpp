#include "source/session.h"

#include "source/error.h"
#include "source/probe.h"

namespace confiture {

// One simple query: no further round trip, and SET LOCAL leaves nothing behind in a connection pooler.
static char *begin_statement(const Source *source, const char *imported_snapshot) {
  static const char settings[] = R"(
    SET LOCAL search_path = pg_catalog;
    SET LOCAL standard_conforming_strings = on;
    SET LOCAL datestyle = 'ISO';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 3;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL lc_monetary = 'C';
    SET LOCAL xmlbinary = 'base64';
    SET LOCAL row_security = off;
    SET LOCAL jit = off;
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL synchronize_seqscans = off;
    SET LOCAL client_min_messages = error;
    SET LOCAL statement_timeout = 0;
    SET LOCAL lock_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;)";
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;");
  if (imported_snapshot != nullptr)
    appendStringInfo(&sql, "SET TRANSACTION SNAPSHOT %s;", quote_literal_cstr(imported_snapshot));
  appendStringInfoString(&sql, settings);
  if (source->version >= 170000) appendStringInfoString(&sql, "SET LOCAL transaction_timeout = 0;");
  return sql.data;
}

// Queries that make the session fit for a long COPY. They take the snapshot: never before the lock. The check interval
// lets the source notice a target that died without a word; only Linux takes the setting. The last result says which
// process of the source this is.
static const char *prepare_statement(const Source *source) {
  if (source->version < 140000) return session_query();
  static const char check_interval[] = R"(
    SELECT pg_catalog.set_config('client_connection_check_interval', '5s', true)
    WHERE pg_catalog.version() OPERATOR(pg_catalog.~~) '%linux%';)";
  return psprintf("%s%s", check_interval, session_query());
}

static void remember(Source *source, PGresult *session) {
  remember_session(source, PQgetvalue(expect_shape(source, session, 1, 1), 0, 0));
}

// A role with column privileges only may not lock, and materialized views and foreign tables cannot be: then DDL
// between catalog and COPY is possible, and all it can do is fail the COPY or swap names within milliseconds.
void begin_snapshot(Source *source, const char *relations) {
  const char *begin = begin_statement(source, nullptr);
  const char *prepare = prepare_statement(source);
  if (relations != nullptr) {
    const char *with_lock = psprintf("%sLOCK TABLE %s IN ACCESS SHARE MODE;%s", begin, relations, prepare);
    PGresult *session = source_query_unless(source, with_lock, "42501 42809");
    if (session != nullptr) return remember(source, session);
    source_query(source, "ROLLBACK");
  }
  remember(source, source_query(source, psprintf("%s%s", begin, prepare)));
}

// A pooler between us may give each transaction another process, and says the number of none.
bool is_same_session(const Source *source) {
  const char *number = psprintf("%d ", PQbackendPID(source->conn));
  return source->session != nullptr && strncmp(source->session, number, strlen(number)) == 0;
}

const char *begin_again_statement(const Source *source) {
  const char *interval = source->takes_check_interval ? "SET LOCAL client_connection_check_interval = '5s';" : "";
  return psprintf("%s%s", begin_statement(source, nullptr), interval);
}

// A name of a snapshot may come again after a restart of the source: what it sees, and of which server, tells.
static const char snapshot_contents[] =
    "pg_catalog.txid_current_snapshot()::text || ' ' || extract(epoch FROM pg_catalog.pg_postmaster_start_time())";

static const char *value_of(Source *source, const char *expression) {
  PGresult *result = source_query(source, psprintf("SELECT %s", expression));
  return pstrdup(PQgetvalue(expect_shape(source, result, 1, 1), 0, 0));
}

const char *export_snapshot(Source *source) {
  const char *snapshot = value_of(source, psprintf("pg_catalog.pg_export_snapshot() || ' ' || %s", snapshot_contents));
  size_t name_size = strspn(snapshot, "0123456789ABCDEF-");
  if (name_size == 0 || snapshot[name_size] != ' ')
    raise_no_postgresql(source, "It exported a snapshot without a name.");
  return snapshot;
}

bool begin_imported_snapshot(Source *source, const char *snapshot) {
  const char *contents = strchr(snapshot, ' ');
  if (contents == nullptr) elog(ERROR, "snapshot \"%s\" has no contents", snapshot);
  const char *begin = begin_statement(source, pnstrdup(snapshot, static_cast<Size>(contents - snapshot)));
  const char *sql = psprintf("%s%s", begin, prepare_statement(source));
  // 22023: no such snapshot, or its transaction is over.
  PGresult *session = source_query_unless(source, sql, "22023 42704 55000");
  if (session == nullptr) return false;
  remember(source, session);
  return strcmp(value_of(source, snapshot_contents), contents + 1) == 0;
}

// Two databases are the same when one sees the other's locks. (A system identifier would also match a staging server
// that was made from a base backup of production, which is fine to load into.)
void refuse_own_database(Source *source) {
  if (source->is_elsewhere && is_same_session(source)) return;
  static const char lock_query[] = R"(
    SELECT (%s), pg_catalog.version() OPERATOR(pg_catalog.~~) '%%linux%%', EXISTS (
      SELECT FROM pg_catalog.pg_locks
      WHERE locktype OPERATOR(pg_catalog.=) 'advisory'
        AND pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
        AND classid OPERATOR(pg_catalog.=) $2::pg_catalog.oid
        AND objid OPERATOR(pg_catalog.=) $3::pg_catalog.oid
        AND database OPERATOR(pg_catalog.=) (
          SELECT oid FROM pg_catalog.pg_database
          WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database())))";
  uint32 key[2];
  if (!pg_strong_random(key, sizeof(key))) elog(ERROR, "could not generate random numbers");
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key[0], key[1], 1);
  (void)LockAcquire(&tag, ExclusiveLock, false, true);
  const char *parameters[] = {psprintf("%d", MyProcPid), psprintf("%u", key[0]), psprintf("%u", key[1])};
  const char *sql = psprintf(lock_query, session_query());
  PGresult *result = expect_shape(source, source_query(source, sql, lengthof(parameters), parameters), 3, 1);
  LockRelease(&tag, ExclusiveLock, false);
  // A wait for a lock comes next. The transaction asks again: a pooler may give it another process.
  remember_session(source, PQgetvalue(result, 0, 0));
  source->takes_check_interval = source->version >= 140000 && PQgetvalue(result, 0, 1)[0] == 't';
  if (PQgetvalue(result, 0, 2)[0] == 't')
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("server \"%s\" is this very database", source->server_name),
                    errhint("A database is never synced onto itself.")));
  source->is_elsewhere = true;
}

}  // namespace confiture
