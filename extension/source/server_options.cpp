#include "source/server_options.h"

#include "pg/guc.h"
#include "pg/list.h"
#include "pg/memory.h"
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

static void check_name_option(DefElem *option) {
  const char *name = defGetString(option);
  if (name[0] != '\0' && strlen(name) < NAMEDATALEN) return;
  ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_STRING_LENGTH_OR_BUFFER_LENGTH),
                  errmsg("option \"%s\" must be a name of 1 to %d bytes", option->defname, NAMEDATALEN - 1)));
}

// Options that libpq does not know.
static bool is_own_option(const char *name, Oid catalog) {
  return (catalog == UserMappingRelationId && strcmp(name, "password_required") == 0) ||
         (catalog == ForeignServerRelationId &&
          (strcmp(name, "source_timeout") == 0 || strcmp(name, "answer_limit") == 0 ||
           strcmp(name, "keep_connections") == 0 || strcmp(name, "use_remote_estimate") == 0 ||
           strcmp(name, "extensions") == 0)) ||
         (catalog == ForeignTableRelationId &&
          (strcmp(name, "schema_name") == 0 || strcmp(name, "table_name") == 0 || strcmp(name, "policy") == 0 ||
           strcmp(name, "use_remote_estimate") == 0)) ||
         (catalog == AttributeRelationId && strcmp(name, "column_name") == 0);
}

static bool is_own_option_anywhere(const char *name) {
  return is_own_option(name, UserMappingRelationId) || is_own_option(name, ForeignServerRelationId);
}

struct WrongOption {
  const char *name;  // nullptr: all options are valid
  bool is_misplaced;
};

static WrongOption find_wrong_option(List *options, const PQconninfoOption *known, Oid catalog) {
  for (const DefElem *option : each<DefElem>(options)) {
    bool is_valid = is_own_option(option->defname, catalog);
    bool is_elsewhere = is_own_option_anywhere(option->defname);
    for (const PQconninfoOption *candidate = known; candidate->keyword != nullptr; candidate++) {
      if (strcmp(candidate->keyword, option->defname) != 0 || is_hidden(candidate)) continue;
      is_valid = is_valid || belongs_to(candidate, catalog);
      is_elsewhere = true;
    }
    if (!is_valid) return {option->defname, is_elsewhere};
  }
  return {nullptr, false};
}

void validate_options(List *options, Oid catalog) {
  PQconninfoOption *known = PQconndefaults();
  if (known == nullptr) ereport(ERROR, (errcode(ERRCODE_FDW_OUT_OF_MEMORY), errmsg("out of memory")));

  // Nothing may ereport before PQconninfoFree: collect first.
  List *valid = NIL;
  for (const PQconninfoOption *option = known; option->keyword != nullptr; option++)
    if (!is_hidden(option) && belongs_to(option, catalog)) valid = append(valid, pstrdup(option->keyword));
  for (const char *name : {"password_required", "source_timeout", "answer_limit", "keep_connections",
                           "use_remote_estimate", "extensions", "schema_name", "table_name", "policy", "column_name"})
    if (is_own_option(name, catalog)) valid = append(valid, name);
  WrongOption wrong = find_wrong_option(options, known, catalog);
  PQconninfoFree(known);

  if (wrong.name != nullptr) {
    const char *nearest = nearest_name(wrong.name, valid);
    const char *place = catalog == ForeignServerRelationId ? "user mapping" : "server";
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME), errmsg("invalid option \"%s\"", wrong.name),
                    wrong.is_misplaced && (catalog == ForeignServerRelationId || catalog == UserMappingRelationId)
                        ? errdetail("This option belongs to the %s.", place)
                        : 0,
                    nearest != nullptr ? errhint("Perhaps you meant the option \"%s\".", nearest)
                    : valid != NIL     ? errhint("Valid options in this context are: %s", comma_separated(valid))
                                       : errhint("There are no valid options in this context.")));
  }
  if (catalog == UserMappingRelationId)
    for (DefElem *option : each<DefElem>(options)) check_mapping_option(option);
  if (catalog == ForeignServerRelationId) {
    (void)source_timeout_ms(options);
    (void)answer_limit(options);
    for (DefElem *option : each<DefElem>(options)) {
      if (strcmp(option->defname, "keep_connections") == 0 || strcmp(option->defname, "use_remote_estimate") == 0)
        (void)defGetBoolean(option);
      if (strcmp(option->defname, "extensions") == 0) (void)extension_names(defGetString(option));
    }
  }
  if (catalog == ForeignTableRelationId || catalog == AttributeRelationId)
    for (DefElem *option : each<DefElem>(options)) {
      if (strcmp(option->defname, "policy") == 0)
        (void)parse_policy(defGetString(option));
      else if (strcmp(option->defname, "use_remote_estimate") == 0)
        (void)defGetBoolean(option);
      else
        check_name_option(option);
    }
}

const char *option_value(List *options, const char *name) {
  for (DefElem *option : each<DefElem>(options))
    if (strcmp(option->defname, name) == 0) return defGetString(option);
  return nullptr;
}

[[noreturn]] static void refuse_value(const char *option, const char *value, const char *hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("invalid value for option \"%s\": \"%s\"", option, value), errhint("%s", hint)));
}

List *extension_names(const char *value) {
  List *identifiers, *names = NIL;
  if (!SplitIdentifierString(pstrdup(value), ',', &identifiers))
    refuse_value("extensions", value, "The value is a list of names of extensions, such as \"hstore, pg_trgm\".");
  for (const char *name : each_text(identifiers)) names = append(names, name);
  return names;
}

int source_timeout_ms(List *server_options) {
  const char *value = option_value(server_options, "source_timeout");
  if (value == nullptr) return default_source_timeout_ms;
  double seconds;
  const char *hint = nullptr;
  bool is_number = parse_real(value, &seconds, GUC_UNIT_S, &hint);
  if (!is_number || !(seconds >= 0) || seconds * 1000 > INT_MAX)
    refuse_value("source_timeout", value,
                 hint != nullptr ? _(hint) : "Give seconds, or a number with a unit (\"5min\").");
  if (seconds == 0) return -1;
  return Max(static_cast<int>(seconds * 1000), 1);
}

int64 answer_limit(List *server_options) {
  constexpr int64 kilobyte = 1024, least_kb = 1024, default_kb = 64 * 1024;
  const char *value = option_value(server_options, "answer_limit");
  if (value == nullptr) return default_kb * kilobyte;
  int kb;
  const char *hint = nullptr;
  bool is_size = parse_int(value, &kb, GUC_UNIT_KB, &hint);
  if (!is_size || (kb != 0 && kb < least_kb))
    refuse_value("answer_limit", value, hint != nullptr ? _(hint) : "Give a size of 1MB or more, or 0 for no limit.");
  return kb == 0 ? -1 : kb * kilobyte;
}

bool keeps_connections(List *server_options) {
  const char *value = option_value(server_options, "keep_connections");
  bool keeps = true;
  if (value != nullptr) (void)parse_bool(value, &keeps);
  return keeps;
}

ConnectionParameters libpq_parameters(ForeignServer *server, UserMapping *mapping) {
  // The kernel notices a host that is gone after one and a half minutes; by default it would take two hours.
  static const char *const keepalives[][2] = {
      {"keepalives_idle", "60"}, {"keepalives_interval", "10"}, {"keepalives_count", "3"}};
  size_t most = list_length(server->options) + list_length(mapping->options) + lengthof(keepalives) + 3;
  ConnectionParameters parameters = {make_array<const char *>(most), make_array<const char *>(most)};
  int n = 0;
  auto add = [&](const char *keyword, const char *value) {
    parameters.keywords[n] = keyword;
    parameters.values[n++] = value;
  };
  // Of two entries of one keyword libpq takes the later: options beat our defaults, and the mapping's certificate
  // beats the server's.
  for (const auto &[keyword, value] : keepalives) add(keyword, value);
  for (List *options : {server->options, mapping->options})
    for (DefElem *option : each<DefElem>(options))
      if (!is_own_option_anywhere(option->defname)) add(option->defname, defGetString(option));
  add("fallback_application_name", "confiture");
  // Values arrive in our encoding, so that COPY need not convert them (a binary COPY could not).
  add("client_encoding", GetDatabaseEncodingName());
  return parameters;
}

}  // namespace confiture
