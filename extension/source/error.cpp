#include "source/error.h"

#include "pg/attempt.h"
#include "pg/confined.h"
#include "pg/spi.h"
#include "source/advice.h"

namespace confiture {

// Control characters could steer the terminal that shows a message: those of ASCII but for line break and tab, and C1,
// which are two bytes in UTF-8.
static bool is_control(const char *character, int size) {
  unsigned char first = static_cast<unsigned char>(character[0]);
  if (size == 1) return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
  return GetDatabaseEncoding() == PG_UTF8 && size == 2 && first == 0xc2 &&
         static_cast<unsigned char>(character[1]) < 0xa0;
}

// PQerrorMessage, PGresult's fields and what a source may put there: megabytes, bytes of any kind. A cut text ends in
// "...", an invalid byte or a control character becomes a question mark.
const char *bounded_text(const char *text) {
  constexpr int limit = 1000;
  int encoding = GetDatabaseEncoding();
  int left = static_cast<int>(strnlen(text, limit + MAX_MULTIBYTE_CHAR_LEN));
  StringInfoData bounded;
  initStringInfo(&bounded);
  while (left > 0) {
    int size = pg_encoding_verifymbchar(encoding, text, left);
    if (bounded.len + Max(size, 1) > limit) {
      appendStringInfoString(&bounded, "...");
      break;
    }
    if (size > 0 && !is_control(text, size))
      appendBinaryStringInfo(&bounded, text, size);
    else
      appendStringInfoChar(&bounded, '?');
    text += Max(size, 1);
    left -= Max(size, 1);
  }
  return bounded.data;
}

// Of an error of the connection itself.
static int connection_sqlstate(const Source *source) {
  return source->events != nullptr ? ERRCODE_CONNECTION_FAILURE : ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION;
}

static const char check_options_hint[] =
    "Check the options of the server and of the user mapping, and that the source accepts connections from this host.";

// `may_quote`: libpq's message may have words of the source in it.
[[noreturn]] static void raise_broken(Source *source, bool may_quote) {
  source->failed = source->is_lost = true;
  bool was_open = source->events != nullptr;
  // PQerrorMessage dies with the connection.
  const char *reason = may_quote ? "libpq's message is withheld, because it may quote a row."
                                 : bounded_text(pchomp(PQerrorMessage(source->conn)));
  ereport(ERROR, (errcode(connection_sqlstate(source)),
                  was_open ? errmsg("lost the connection to server \"%s\"", source->server_name)
                           : errmsg("could not connect to server \"%s\"", source->server_name),
                  reason[0] != '\0' ? errdetail_internal("%s", reason) : 0,
                  was_open ? errhint("If the source was not stopped, its log says why it closed the connection.")
                           : errhint("%s", check_options_hint)));
}

void raise_connection_error(Source *source) { raise_broken(source, false); }

void raise_no_postgresql(const Source *source, const char *detail) {
  bool was_open = source->events != nullptr;
  ereport(ERROR, (errcode(was_open ? ERRCODE_PROTOCOL_VIOLATION : connection_sqlstate(source)),
                  was_open ? errmsg("server \"%s\" does not answer as PostgreSQL does", source->server_name)
                           : errmsg("could not connect to server \"%s\"", source->server_name),
                  detail != nullptr ? errdetail_internal("%s", detail) : 0,
                  errhint("Check that the server's host and port lead to PostgreSQL, and what stands between.")));
}

static const char *size_text(int64 bytes) {
  int64 kb = bytes / 1024;
  return kb % 1024 == 0 ? psprintf(INT64_FORMAT "MB", kb / 1024) : psprintf(INT64_FORMAT "kB", kb);
}

void raise_long_answer(const Source *source) {
  ereport(ERROR,
          (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
           errmsg("server \"%s\" answers with more than its answer_limit", source->server_name),
           errdetail("The answer to a question about its catalog takes more than %s.", size_text(source->answer_limit)),
           errhint("If the source has that many tables and columns, raise the server's option answer_limit; "
                   "otherwise check what its host and port lead to.")));
}

static const char *duration_text(int ms) {
  if (ms % 60000 == 0) return psprintf("%dmin", ms / 60000);
  return ms % 1000 == 0 ? psprintf("%ds", ms / 1000) : psprintf("%dms", ms);
}

void raise_silence(Source *source) {
  source->failed = source->is_lost = true;
  ereport(ERROR, (errcode(connection_sqlstate(source)),
                  errmsg("timeout expired while waiting for server \"%s\"", source->server_name),
                  errdetail("It sent nothing for %s, and did not answer that it works on the statement.",
                            duration_text(source->silence_limit_ms)),
                  errhint("Check that the source runs and takes a second connection of this role. If it is only slow, "
                          "raise the server's option source_timeout; 0 waits without limit.")));
}

// Can the message of an error of this SQLSTATE quote a value of a row?
static bool may_quote_values(int sqlstate) {
  switch (ERRCODE_TO_CATEGORY(sqlstate)) {
    // Connection, features, transactions, resources, limits, state, shutdown, system: about objects, not rows.
    case MAKE_SQLSTATE('0', '8', '0', '0', '0'):
    case MAKE_SQLSTATE('0', 'A', '0', '0', '0'):
    case MAKE_SQLSTATE('2', '5', '0', '0', '0'):
    case MAKE_SQLSTATE('2', '8', '0', '0', '0'):
    case MAKE_SQLSTATE('4', '0', '0', '0', '0'):
    case MAKE_SQLSTATE('5', '3', '0', '0', '0'):
    case MAKE_SQLSTATE('5', '4', '0', '0', '0'):
    case MAKE_SQLSTATE('5', '5', '0', '0', '0'):
    case MAKE_SQLSTATE('5', '7', '0', '0', '0'):
    case MAKE_SQLSTATE('5', '8', '0', '0', '0'):
      return false;
    // Class 42 too quotes values: tsquery's and regclass's input functions report theirs so.
    default:
      return sqlstate != ERRCODE_INSUFFICIENT_PRIVILEGE;
  }
}

static char *withheld_text(const char *whose, int sqlstate, const char *quoted) {
  const char *advice = advice_for(sqlstate);
  return psprintf("The %s's message for SQLSTATE %s is withheld, because it may quote %s.%s%s", whose,
                  unpack_sql_state(sqlstate), quoted, advice[0] != '\0' ? " " : "", advice);
}

static bool is_sqlstate(const char *state) {
  return state != nullptr && strlen(state) == 5 && strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
}

// With a CONTEXT the words may be a function's own, whatever the SQLSTATE; unless the server has interrupted the
// statement: since 19 the CONTEXT says which lock that waited for.
static bool may_be_a_functions_words(const PGresult *result) {
  const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
  const char *raised_by = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
  bool is_interrupt = raised_by != nullptr && strcmp(raised_by, "ProcessInterrupts") == 0;
  return context != nullptr && context[0] != '\0' && !is_interrupt;
}

// A transaction that only reads, and is not serializable, has no other reason to fail so.
static constexpr char standby_conflict[] =
    "A standby ends queries for which its recovery has waited for max_standby_streaming_delay (or _archive_delay): raise "
    "that, or set hot_standby_feedback = on there, for the time of a run.";

void raise_source_error(Source *source, const PGresult *result, bool reading_rows) {
  if (PQresultStatus(result) != PGRES_FATAL_ERROR)
    raise_no_postgresql(source, "It answered a statement with a result of another kind.");
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  // Without any field of a server's message it is libpq's own, about what it could not read.
  bool is_libpqs_own = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) == nullptr && state == nullptr;
  if (is_libpqs_own) raise_broken(source, reading_rows);
  if (!is_sqlstate(state)) state = "08P01";  // no PostgreSQL: its words are not trusted with rows either
  int sqlstate = MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]);
  source->failed = true;
  // A shutdown, a crash, a start not finished yet; the recovery of a standby; or another session about to change a
  // table, see lock_source() in run/work.cpp.
  bool is_conflict = sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE;
  source->is_lost =
      (ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_OPERATOR_INTERVENTION && sqlstate != ERRCODE_QUERY_CANCELED) ||
      sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || is_conflict;
  bool is_trusted = sqlstate != ERRCODE_PROTOCOL_VIOLATION && !may_quote_values(sqlstate);
  if (reading_rows && (!is_trusted || may_be_a_functions_words(result)))
    ereport(ERROR, (errcode(sqlstate), errmsg("reading rows failed on server \"%s\"", source->server_name),
                    errdetail_internal("%s", withheld_text("source", sqlstate, "a row")),
                    errhint("The log of the source has the message.")));
  const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
  ereport(
      ERROR,
      (errcode(sqlstate),
       errmsg("server \"%s\" reports: %s", source->server_name, primary != nullptr ? bounded_text(primary) : ""),
       is_conflict ? errdetail("%s", standby_conflict) : 0, hint != nullptr ? errhint("%s", bounded_text(hint)) : 0));
}

static void name_no_object(ErrorData *error) {
  error->schema_name = error->table_name = error->column_name = nullptr;
  error->datatype_name = error->constraint_name = nullptr;
}

void withhold_values(ErrorData *error, const char *relation) {
  // 23: constraints are named in the message, their values in the DETAIL. 22001: about the type's limit only. 21:
  // of rows that meet in an upsert.
  bool names_objects = ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
                       error->sqlerrcode == ERRCODE_STRING_DATA_RIGHT_TRUNCATION ||
                       error->sqlerrcode == ERRCODE_CARDINALITY_VIOLATION;
  error->context = nullptr;
  if (is_of_confined(error)) return;
  error->detail = error->detail_log = nullptr;
  error->internalquery = nullptr;
  error->internalpos = 0;
  // Functions of triggers, constraints and defaults may RAISE any words under any SQLSTATE, and give any names of
  // objects; the message's text domain distinguishes the server's own from those of a procedural language.
  bool is_servers_own = error->domain != nullptr && strncmp(error->domain, "postgres-", strlen("postgres-")) == 0;
  if (!is_servers_own) name_no_object(error);
  if (is_servers_own && (names_objects || !may_quote_values(error->sqlerrcode))) return;
  error->message = psprintf("a value could not be loaded into %s", relation);
  error->detail = withheld_text("server", error->sqlerrcode, "the value");
  error->hint = nullptr;
}

void withhold_relayed_values(ErrorData *error, const char *relation, const char *sql) {
  // Since 19 the CONTEXT of an interrupt says which lock this server waited for.
  bool is_relayed = !is_raised_by(error, "ProcessInterrupts") && error->context != nullptr &&
                    strcmp(error->context, psprintf("SQL statement \"%s\"", sql)) != 0;
  bool is_known = ERRCODE_TO_CATEGORY(error->sqlerrcode) != MAKE_SQLSTATE('X', 'X', '0', '0', '0');
  if (!is_relayed && is_known) return withhold_values(error, relation);
  error->context = error->detail_log = error->internalquery = nullptr;
  error->internalpos = 0;
  name_no_object(error);
  error->message = psprintf("a value could not be loaded into %s", relation);
  error->detail = psprintf("The message for SQLSTATE %s is withheld, because it may quote the value.",
                           unpack_sql_state(error->sqlerrcode));
  error->hint = pstrdup("The log of the node that refused it has the message.");
}

Rows run_withholding_values(const char *relation, const char *sql, bool latest) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  {
    if (latest)
      spi_run_latest(sql);
    else
      spi_run(sql);
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    withhold_values(error, relation);
    ThrowErrorData(error);
  }
  PG_END_TRY();
  return {SPI_tuptable, SPI_processed};
}

}  // namespace confiture
