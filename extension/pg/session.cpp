#include "pg/session.h"

namespace confiture {

void set_locally(const char *name, const char *value, GucContext context) {
  (void)set_config_option(name, value, context, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

static void set(const char *name, const char *value) {
  set_locally(name, value, superuser() ? PGC_SUSET : PGC_USERSET);
}

// A setting of another extension, which may not be here.
static void set_where_known(const char *name, const char *value) {
  if (GetConfigOption(name, true, false) != nullptr) set(name, value);
}

static void pin_input() {
  set("datestyle", "ISO");
  set("intervalstyle", "postgres");
  set("array_nulls", "on");
  set("xmloption", "content");
  set("lc_monetary", "C");
  set("exit_on_error", "off");  // an error would be told, with values, before these are withheld
}

static bool has_input_settings(bool money) {
  return DateStyle == USE_ISO_DATES && IntervalStyle == INTSTYLE_POSTGRES && Array_nulls &&
         xmloption == XMLOPTION_CONTENT && !ExitOnAnyError && (!money || strcmp(locale_monetary, "C") == 0);
}

// Is called for each row of a scan.
int enter_input(bool money) {
  if (has_input_settings(money)) return 0;
  int level = NewGUCNestLevel();
  pin_input();
  return level;
}

void leave_input(int level) {
  if (level > 0) AtEOXact_GUC(true, level);
}

int enter_session() {
  int level = NewGUCNestLevel();
  pin_input();
  set("search_path", "pg_catalog, pg_temp");
  set("standard_conforming_strings", "on");
  set("jit", "off");              // a query over the catalog is compiled for longer than it runs
  set("default_tablespace", "");  // an index that is rebuilt names its tablespace, or means this
  set("row_security", "off");
  set("quote_all_identifiers", "off");  // names are compared as they are quoted
  // Citus hides shards from the catalogs, so that a shard named by mistake would look like no table at all.
  set_where_known("citus.override_table_visibility", "off");
  return level;
}

void leave_session(int level) { AtEOXact_GUC(true, level); }

int enter_on_this_node() {
  int level = NewGUCNestLevel();
  set_where_known("citus.enable_ddl_propagation", "off");
  return level;
}

void leave_on_this_node(int level) { AtEOXact_GUC(true, level); }

void reach_shards_in_turn() { set_where_known("citus.multi_shard_modify_mode", "sequential"); }

void commit_without_standby() {
  (void)set_config_option("synchronous_commit", "local", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
}

bool may_switch_triggers_off() {
  return superuser() || pg_parameter_aclcheck("session_replication_role", GetUserId(), ACL_SET) == ACLCHECK_OK;
}

void switch_triggers_off() { set("session_replication_role", "replica"); }

void switch_triggers_on() {
  if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA) set("session_replication_role", "origin");
}

// Rules of the server's own views aside.
static bool has_rules() {
  Relation rewrite = table_open(RewriteRelationId, AccessShareLock);
  SysScanDesc scan = systable_beginscan(rewrite, InvalidOid, false, nullptr, 0, nullptr);
  bool found = false;
  for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple) && !found; tuple = systable_getnext(scan)) {
    const FormData_pg_rewrite *rule = reinterpret_cast<FormData_pg_rewrite *>(GETSTRUCT(tuple));
    found = rule->ev_type != '1' && rule->oid >= FirstNormalObjectId;
  }
  systable_endscan(scan);
  table_close(rewrite, AccessShareLock);
  return found;
}

// As SET does, which makes the server forget all plans of the session. They hang on the role by rules other than those
// of views alone: without any they stay, which is half of the work of a run of small tables.
static void assign_replication_role(int role, bool may_have_rules) {
  if (SessionReplicationRole != role && may_have_rules) ResetPlanCache();
  SessionReplicationRole = role;
}

// Not by SET, which would end with each transaction: a chunk needs a dozen plans. For the same reason it cannot be left
// to the session, which goes on after an error.
void with_triggers_off(Callback<void()> body) {
  if (!may_switch_triggers_off()) return body();
  int role = SessionReplicationRole;
  assign_replication_role(SESSION_REPLICATION_ROLE_REPLICA, has_rules());
  PG_TRY();
  { body(); }
  PG_CATCH();
  {
    // Code that was interrupted with the role set for itself (SET of a function) would have the abort of the
    // transaction restore what it found: ours.
    AtEOXact_GUC(false, 1);
    assign_replication_role(role, true);
    PG_RE_THROW();
  }
  PG_END_TRY();
  assign_replication_role(role, has_rules());
}

void with_database_encoding(Callback<void()> body) {
  int client_encoding = pg_get_client_encoding();
  if (client_encoding == GetDatabaseEncoding()) return body();
  SetClientEncoding(GetDatabaseEncoding());
  PG_TRY();
  { body(); }
  PG_FINALLY();
  { SetClientEncoding(client_encoding); }
  PG_END_TRY();
}

}  // namespace confiture
