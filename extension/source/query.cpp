#include "source/query.h"

#include "pg/list.h"
#include "source/error.h"
#include "source/receive.h"

namespace confiture {

static PGresult *run_query(Source *source, const char *sql, const char *expected, bool reading_rows) {
  PGresult *result = send_and_receive(source, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (expected != nullptr && sqlstate != nullptr && strstr(expected, sqlstate) != nullptr) return nullptr;
  raise_source_error(source, result, reading_rows);
}

PGresult *source_query_unless(Source *source, const char *sql, const char *expected) {
  return run_query(source, sql, expected, false);
}

PGresult *source_query_rows(Source *source, const char *sql) { return run_query(source, sql, nullptr, true); }

PGresult *source_query(Source *source, const char *sql, int n_parameters, const char *const *parameters) {
  if (n_parameters == 0) return source_query_unless(source, sql, nullptr);
  PGresult *result = send_and_receive(source, sql, n_parameters, parameters);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) raise_source_error(source, result, false);
  return result;
}

// Is an error about the words of a statement: not SQL, no such name, a type that does not fit, a wrong literal?
static bool is_about_words(const char *sqlstate) {
  for (const char *error_class : {"0A", "22", "3F", "42"})
    if (sqlstate != nullptr && strncmp(sqlstate, error_class, 2) == 0) return true;
  return false;
}

// EXPLAIN, because the planner and the executor's start see more than the parser does: missing parameters, privileges
// on columns, functions and other tables. Their errors may be in a function's own words.
const char *source_objection(Source *source, const char *sql, bool is_view) {
  const char *trial = is_view ? "PREPARE objection AS %s;DEALLOCATE objection" : "EXPLAIN %s";
  PGresult *result =
      send_and_receive(source, psprintf("SAVEPOINT objection;%s;RELEASE objection", psprintf(trial, sql)));
  if (PQresultStatus(result) == PGRES_COMMAND_OK) return nullptr;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!is_about_words(state)) raise_source_error(source, result, true);
  source_query(source, "ROLLBACK TO objection;RELEASE objection");
  const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
  if (context != nullptr && context[0] != '\0')
    return psprintf("its message for SQLSTATE %s is withheld, because it may quote a row", state);
  return bounded_text(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

char *oid_array(List *oids) {
  StringInfoData array;
  initStringInfo(&array);
  appendStringInfoChar(&array, '{');
  for (Oid oid : each_oid(oids)) appendStringInfo(&array, "%s%u", array.len > 1 ? "," : "", oid);
  appendStringInfoChar(&array, '}');
  return array.data;
}

char *text_array(List *texts) {
  StringInfoData array;
  initStringInfo(&array);
  appendStringInfoChar(&array, '{');
  for (const char *text : each_text(texts)) {
    appendStringInfoString(&array, array.len > 1 ? ",\"" : "\"");
    for (const char *c = text; *c != '\0'; c++) {
      if (*c == '"' || *c == '\\') appendStringInfoChar(&array, '\\');
      appendStringInfoChar(&array, *c);
    }
    appendStringInfoChar(&array, '"');
  }
  appendStringInfoChar(&array, '}');
  return array.data;
}

// A server converts what it sends to the client's encoding, ours. What is invalid there would reach plans, control
// tables and messages.
static bool has_valid_texts(const PGresult *result) {
  for (int row = 0; row < PQntuples(result); row++)
    for (int field = 0; field < PQnfields(result); field++)
      if (!pg_verify_mbstr(GetDatabaseEncoding(), PQgetvalue(result, row, field), PQgetlength(result, row, field),
                           true))
        return false;
  return true;
}

PGresult *expect_shape(const Source *source, PGresult *result, int fields, int rows) {
  if (PQnfields(result) != fields || (rows >= 0 && PQntuples(result) != rows) || !has_valid_texts(result))
    raise_no_postgresql(source, nullptr);
  return result;
}

}  // namespace confiture
