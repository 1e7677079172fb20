#include "source/server_options.h"

#include "pg/nearest_name.h"

namespace confiture {

// libpq knows its options itself; these we set, or have no sense here.
static bool is_hidden(const PQconninfoOption *option) {
  static const char *const ours[] = {"client_encoding", "fallback_application_name", "replication"};
  if (strchr(option->dispchar, 'D') != nullptr) return true;
  for (const char *name : ours)
    if (strcmp(option->keyword, name) == 0) return true;
  return false;
}

static bool is_certificate(const char *name) { return strcmp(name, "sslcert") == 0 || strcmp(name, "sslkey") == 0; }

// Secrets and identities belong to the user, everything else to the server; a client certificate to either.
static bool belongs_to(const PQconninfoOption *option, Oid catalog) {
  bool is_user = strcmp(option->keyword, "user") == 0 || strchr(option->dispchar, '*') != nullptr;
  if (catalog == UserMappingRelationId) return is_user || is_certificate(option->keyword);
  return catalog == ForeignServerRelationId && !is_user;
}

static void check_mapping_option(DefElem *option) {
  bool gives_up_password = strcmp(option->defname, "password_required") == 0 && !defGetBoolean(option);
  // As in postgres_fdw: a file read with the server's own rights, or a login without a password.
  if ((gives_up_password || is_certificate(option->defname)) && !superuser())
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    gives_up_password ? errmsg("password_required=false is superuser-only")
                                      : errmsg("sslcert and sslkey are superuser-only"),
                    errhint("User mappings with this option may be created or modified only by the superuser.")));
}

// The option in the list "host, port, ..." that a mistyped name is nearest to, nullptr when none is near.
static const char *nearest_option(const char *valid, const char *name) {
  NearestName nearest = nearest_to(name);
  char *list = pstrdup(valid);
  for (char *rest = nullptr, *word = strtok_r(list, ", ", &rest); word != nullptr;
       word = strtok_r(nullptr, ", ", &rest))
    consider(&nearest, word);
  return nearest.found;
}

void validate_options(List *options, Oid catalog) {
  PQconninfoOption *known = PQconndefaults();
  if (known == nullptr) ereport(ERROR, (errcode(ERRCODE_FDW_OUT_OF_MEMORY), errmsg("out of memory")));

  // Nothing may ereport before PQconninfoFree: collect first.
  StringInfoData valid;
  initStringInfo(&valid);
  const char *wrong = nullptr;
  bool misplaced = false;
  for (const PQconninfoOption *option = known; option->keyword != nullptr; option++)
    if (!is_hidden(option) && belongs_to(option, catalog))
      appendStringInfo(&valid, "%s%s", valid.len > 0 ? ", " : "", option->keyword);
  if (catalog == UserMappingRelationId) appendStringInfoString(&valid, ", password_required");

  ListCell *cell;
  foreach (cell, options) {
    const char *name = static_cast<DefElem *>(lfirst(cell))->defname;
    bool found = catalog == UserMappingRelationId && strcmp(name, "password_required") == 0;
    bool elsewhere = strcmp(name, "password_required") == 0;
    for (const PQconninfoOption *option = known; option->keyword != nullptr; option++) {
      if (strcmp(option->keyword, name) != 0 || is_hidden(option)) continue;
      found = found || belongs_to(option, catalog);
      elsewhere = true;
    }
    if (!found) {
      wrong = name;
      misplaced = elsewhere;
      break;
    }
  }
  PQconninfoFree(known);

  if (wrong != nullptr) {
    const char *nearest = nearest_option(valid.data, wrong);
    const char *place = catalog == ForeignServerRelationId ? "user mapping" : "server";
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME), errmsg("invalid option \"%s\"", wrong),
                    misplaced && (catalog == ForeignServerRelationId || catalog == UserMappingRelationId)
                        ? errdetail("This option belongs to the %s.", place)
                        : 0,
                    nearest != nullptr ? errhint("Perhaps you meant the option \"%s\".", nearest)
                    : valid.len > 0    ? errhint("Valid options in this context are: %s", valid.data)
                                       : errhint("There are no valid options in this context.")));
  }
  foreach (cell, options)
    if (catalog == UserMappingRelationId) check_mapping_option(static_cast<DefElem *>(lfirst(cell)));
}

const char *option_value(List *options, const char *name) {
  ListCell *cell;
  foreach (cell, options) {
    DefElem *option = static_cast<DefElem *>(lfirst(cell));
    if (strcmp(option->defname, name) == 0) return defGetString(option);
  }
  return nullptr;
}

ConnectionParameters libpq_parameters(ForeignServer *server, UserMapping *mapping) {
  int most = list_length(server->options) + list_length(mapping->options) + 4;
  ConnectionParameters parameters = {static_cast<const char **>(palloc0(sizeof(char *) * most)),
                                     static_cast<const char **>(palloc0(sizeof(char *) * most))};
  int n = 0;
  // Of two entries of one keyword libpq takes the later: the mapping's certificate beats the server's.
  for (List *options : {server->options, mapping->options}) {
    ListCell *cell;
    foreach (cell, options) {
      DefElem *option = static_cast<DefElem *>(lfirst(cell));
      if (strcmp(option->defname, "password_required") == 0) continue;
      parameters.keywords[n] = option->defname;
      parameters.values[n++] = defGetString(option);
    }
  }
  parameters.keywords[n] = "fallback_application_name";
  parameters.values[n++] = "confiture";
  // Values arrive in our encoding, so that COPY need not convert them (a binary COPY could not).
  parameters.keywords[n] = "client_encoding";
  parameters.values[n++] = GetDatabaseEncodingName();
  return parameters;
}

}  // namespace confiture
