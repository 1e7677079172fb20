#include "source/call.h"

#include "pg/list.h"
#include "pg/nearest_name.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "source/attempt.h"
#include "source/connection.h"
#include "source/kept.h"
#include "source/server_options.h"

namespace confiture {

[[noreturn]] static void raise_no_server(const char *name) {
  List *names = NIL;
  (void)enter_session();  // whoever owns the database may have set search_path; the error undoes it
  spi_connect();
  for (Row row : spi_run(R"(
      SELECT s.srvname::text
      FROM pg_catalog.pg_foreign_server s
      JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
      WHERE w.fdwname = 'confiture'
      ORDER BY 1
      )"))
    names = append(names, row.next<const char *>());
  const char *nearest = strlen(name) < NAMEDATALEN ? nearest_name(name, names) : nullptr;
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("server \"%s\" does not exist", name),
                  nearest != nullptr ? errhint("Perhaps you meant \"%s\".", nearest)
                  : names != NIL     ? errhint("Servers are %s.", comma_separated(names))
                                     : errhint("CREATE SERVER ... FOREIGN DATA WRAPPER confiture OPTIONS (...).")));
}

ForeignServer *find_server(const char *name) {
  ForeignServer *server = GetForeignServerByName(name, true);
  if (server == nullptr) raise_no_server(name);
  return server;
}

static ForeignServer *usable_server(const char *server_name) {
  ForeignServer *server = find_server(server_name);
  if (strcmp(GetForeignDataWrapper(server->fdwid)->fdwname, "confiture") != 0)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("server \"%s\" does not use the foreign-data wrapper confiture", server_name),
                    errhint("CREATE SERVER ... FOREIGN DATA WRAPPER confiture OPTIONS (...).")));
  if (!may_use_server(server->serverid, GetUserId()))
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FOREIGN_SERVER, server_name);
  return server;
}

// Whom a call asks, and as whom.
struct Destination {
  ForeignServer *server;
  UserMapping *mapping;
  uint64 options_number;
};

static Destination destination_of(const char *server_name) {
  uint64 options_number = option_changes();  // before the options are read
  ForeignServer *server = usable_server(server_name);
  return {server, GetUserMapping(GetUserId(), server->serverid), options_number};
}

static void connect_to(Source *source, const Destination *destination) {
  if (source->conn == nullptr) connect_source(source, destination->server, destination->mapping);
  source->options_number = destination->options_number;
}

static void begin_call(const Destination *destination) {
  Source *source = take_kept_source(destination->mapping);
  if (source != nullptr)
    lend_kept_source(source);
  else
    make_innermost(destination->server);
}

// The call may have ended the transaction in which its destination was looked up.
static void keep_or_close() {
  Source *source = innermost_source();
  if (keep_source(source))
    return_kept_source(source);
  else
    close_innermost();
}

void with_source(const char *server_name, Callback<void(Source *)> body) {
  Destination destination = destination_of(server_name);
  begin_call(&destination);
  with_innermost([&](Source *source) {
    connect_to(source, &destination);
    body(source);
  });
  keep_or_close();
}

void with_new_source(const char *server_name, Callback<void(Source *)> body) {
  Destination destination = destination_of(server_name);
  make_innermost(destination.server);
  with_innermost([&](Source *source) {
    connect_to(source, &destination);
    body(source);
  });
  close_innermost();
}

ErrorData *with_source_if_any(const char *server_name, Callback<void(Source *)> body) {
  Destination destination = destination_of(server_name);
  ErrorData *refusal = nullptr;
  begin_call(&destination);
  with_innermost([&](Source *source) {
    refusal = try_step(source, [&] { connect_to(source, &destination); });
    if (refusal != nullptr && ERRCODE_TO_CATEGORY(refusal->sqlerrcode) != ERRCODE_CONNECTION_EXCEPTION)
      ReThrowError(refusal);
    if (refusal == nullptr) body(source);
  });
  keep_or_close();
  return refusal;
}

}  // namespace confiture
