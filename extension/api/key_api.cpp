// confiture.set_key(), rotate_key() and key_id(), the trigger of confiture.new_key, and the type of the key.
#include "pg/copied_row.h"
#include "pg/masking_key.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "set_aside/seal.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_key);
PG_FUNCTION_INFO_V1(confiture_rotate_key);
PG_FUNCTION_INFO_V1(confiture_key_id);
PG_FUNCTION_INFO_V1(confiture_take_new_key);
PG_FUNCTION_INFO_V1(confiture_secret_in);
PG_FUNCTION_INFO_V1(confiture_secret_out);
}

// What the old key authenticates is authenticated with the new one in the same transaction. Returns the fingerprint.
static text *replace_key(const bytea *key) {
  MemoryContext caller = CurrentMemoryContext;
  spi_connect();
  int level = enter_session();
  List *entries = lock_authentic_entries();
  const char *id = MemoryContextStrdup(caller, replace_masking_key(key));
  seal_entries(entries);
  leave_session(level);
  spi_finish();
  return cstring_to_text(id);
}

// A constant is in the statement's text, a parameter in the log beside it; both in pg_stat_activity or in plans.
static bool is_in_statement(const Node *argument) {
  if (argument == nullptr) return false;
  return IsA(argument, Const) ||
         (IsA(argument, Param) && reinterpret_cast<const Param *>(argument)->paramkind == PARAM_EXTERN);
}

Datum confiture_set_key(PG_FUNCTION_ARGS) {
  const Node *call = fcinfo->flinfo->fn_expr;
  if (call != nullptr && IsA(call, FuncExpr)) {
    const List *arguments = reinterpret_cast<const FuncExpr *>(call)->args;
    if (is_in_statement(static_cast<const Node *>(linitial(arguments))))
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("the masking key must not be a constant or parameter of a statement"),
                      errdetail("Statements and their parameters can be in the server's log."),
                      errhint("Take another key, and in psql \\copy confiture.new_key FROM a file with its hex digits; "
                              "or read it where it lies, as in set_key(pg_read_binary_file('...')).")));
  }
  PG_RETURN_TEXT_P(replace_key(PG_GETARG_BYTEA_PP(0)));
}

Datum confiture_rotate_key(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  PG_RETURN_TEXT_P(replace_key(nullptr));
}

Datum confiture_key_id(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  PG_RETURN_TEXT_P(cstring_to_text(masking_key_id()));
}

// Hex digits, with or without the \x of bytea's output.
static bytea *key_from_hex(const char *hex) {
  if (hex == nullptr) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the key must not be NULL")));
  if (strncmp(hex, "\\x", 2) == 0) hex += 2;
  size_t size = strlen(hex);
  while (size > 0 && isspace(static_cast<unsigned char>(hex[size - 1]))) size--;
  // hex_decode() would quote the digit that is none.
  if (size % 2 != 0 || strspn(hex, "0123456789abcdefABCDEF") < size)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the key must be an even number of hex digits"),
                    errhint("Make one with openssl rand -hex 32.")));
  bytea *key = static_cast<bytea *>(palloc(VARHDRSZ + size / 2));
  SET_VARSIZE(key, VARHDRSZ + size / 2);
  (void)hex_decode(hex, size, VARDATA(key));
  return key;
}

Datum confiture_take_new_key(PG_FUNCTION_ARGS) {
  if (precedes_rows(fcinfo)) return Datum(0);
  HeapTuple row = copied_row(fcinfo);
  without_context([&] { (void)replace_key(key_from_hex(copied_text(fcinfo, 1))); });
  PG_RETURN_POINTER(row);
}

Datum confiture_secret_in(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  ereport(ERROR,
          (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("a value of type confiture.secret is not made from text"),
           errhint("COPY confiture.new_key FROM STDIN replaces the masking key.")));
}

Datum confiture_secret_out(PG_FUNCTION_ARGS) {
  if (!owns_relation(own_relation("masking_key"), GetUserId()))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("must be owner of confiture.masking_key to see a value of type confiture.secret")));
  PG_RETURN_DATUM(DirectFunctionCall1(byteaout, PG_GETARG_DATUM(0)));
}
