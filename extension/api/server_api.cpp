// confiture.fdw_validator() and check_server().
#include "source/call.h"
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

static const char server_query[] = R"(
  SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_database(), CURRENT_USER,
    pg_catalog.pg_is_in_recovery(), r.readable, r.total OPERATOR(pg_catalog.-) r.readable
  FROM (
    SELECT count(*) AS total,
      count(*) FILTER (WHERE pg_catalog.has_table_privilege(c.oid, 'SELECT')
        AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')) AS readable
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
      AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
      AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema') r)";

static HeapTuple check_source(Source *source, TupleDesc descriptor) {
  PGresult *result = expect_shape(source, source_query(source, server_query), 6, 1);
  char *tls = nullptr;
  if (PQsslInUse(source->conn))
    tls = psprintf("%s %s", PQsslAttribute(source->conn, "protocol"), PQsslAttribute(source->conn, "cipher"));
  char *values[] = {PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), PQgetvalue(result, 0, 2), tls,
                    PQgetvalue(result, 0, 3), PQgetvalue(result, 0, 4), PQgetvalue(result, 0, 5)};
  return BuildTupleFromCStrings(TupleDescGetAttInMetadata(descriptor), values);
}

Datum confiture_check_server(PG_FUNCTION_ARGS) {
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row");
  descriptor = BlessTupleDesc(descriptor);
  HeapTuple row = nullptr;
  const char *server_name = text_to_cstring(PG_GETARG_TEXT_PP(0));
  with_new_source(server_name, [&](Source *source) { row = check_source(source, descriptor); });
  PG_RETURN_DATUM(HeapTupleGetDatum(row));
}
