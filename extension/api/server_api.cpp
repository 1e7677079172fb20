// confiture.fdw_validator() and check_server().
#include "pg/spi.h"
#include "source/connection.h"
#include "source/query.h"
#include "source/server_options.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_fdw_validator);
PG_FUNCTION_INFO_V1(confiture_check_server);
}

Datum confiture_fdw_validator(PG_FUNCTION_ARGS) {
  validate_options(untransformRelOptions(PG_GETARG_DATUM(0)), PG_GETARG_OID(1));
  PG_RETURN_VOID();
}

static const char server_query[] =
    "SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_database(), CURRENT_USER, "
    "pg_catalog.pg_is_in_recovery(), r.readable, r.total - r.readable "
    "FROM (SELECT count(*) AS total, count(*) FILTER (WHERE pg_catalog.has_table_privilege(c.oid, 'SELECT') "
    "  AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')) AS readable "
    "  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace "
    "  WHERE c.relkind IN ('r', 'p') AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' "
    "  AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema') r";

struct ServerCheck {
  HeapTuple row;
  TupleDesc descriptor;
};

static void check_source(Source *from, void *arg) {
  ServerCheck *check = static_cast<ServerCheck *>(arg);
  PGresult *result = expect_shape(from, source_query(from, server_query), 6, 1);
  const char *tls = nullptr;
  if (PQsslInUse(from->conn))
    tls = psprintf("%s %s", PQsslAttribute(from->conn, "protocol"), PQsslAttribute(from->conn, "cipher"));
  char *values[] = {PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), PQgetvalue(result, 0, 2),
                    const_cast<char *>(tls),  PQgetvalue(result, 0, 3), PQgetvalue(result, 0, 4),
                    PQgetvalue(result, 0, 5)};
  check->row = BuildTupleFromCStrings(TupleDescGetAttInMetadata(check->descriptor), values);
}

Datum confiture_check_server(PG_FUNCTION_ARGS) {
  ServerCheck check = {};
  if (get_call_result_type(fcinfo, nullptr, &check.descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row");
  check.descriptor = BlessTupleDesc(check.descriptor);
  with_source(text_to_cstring(PG_GETARG_TEXT_PP(0)), [&](Source *source) { check_source(source, &check); });
  PG_RETURN_DATUM(HeapTupleGetDatum(check.row));
}
