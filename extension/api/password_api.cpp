// The trigger of confiture.new_password.
#include "pg/copied_row.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "source/call.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_take_new_password);
}

static bool has_option(List *options, const char *name) {
  for (const DefElem *option : each<DefElem>(options))
    if (strcmp(option->defname, name) == 0) return true;
  return false;
}

static RoleSpec *role_spec(const char *name) {
  RoleSpec *role = makeNode(RoleSpec);
  role->roletype = name == nullptr               ? ROLESPEC_CURRENT_USER
                   : strcmp(name, "public") == 0 ? ROLESPEC_PUBLIC
                                                 : ROLESPEC_CSTRING;
  role->rolename = name != nullptr ? pstrdup(name) : nullptr;
  role->location = -1;
  return role;
}

// The tree that the parser would make of ALTER USER MAPPING; there is no text that a log could show.
static AlterUserMappingStmt *statement_of(const char *server, const char *role) {
  AlterUserMappingStmt *statement = makeNode(AlterUserMappingStmt);
  statement->user = role_spec(role);
  statement->servername = pstrdup(server);
  return statement;
}

static List *current_options(const AlterUserMappingStmt *statement) {
  ForeignServer *server = find_server(statement->servername);
  Oid role = statement->user->roletype == ROLESPEC_PUBLIC ? ACL_ID_PUBLIC : get_rolespec_oid(statement->user, false);
  HeapTuple tuple = SearchSysCache2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(role), ObjectIdGetDatum(server->serverid));
  if (!HeapTupleIsValid(tuple)) return NIL;  // ALTER USER MAPPING says so
  bool is_null;
  Datum options = SysCacheGetAttr(USERMAPPINGUSERSERVER, tuple, Anum_pg_user_mapping_umoptions, &is_null);
  List *list = is_null ? NIL : untransformRelOptions(options);
  ReleaseSysCache(tuple);
  return list;
}

static void take_new_password(FunctionCallInfo fcinfo) {
  static const char *const secrets[] = {"password", "sslpassword"};
  const char *server = copied_text(fcinfo, 1);
  if (server == nullptr) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("server must not be NULL")));
  AlterUserMappingStmt *statement = statement_of(server, copied_text(fcinfo, 2));
  List *current = current_options(statement);
  int number = 3;
  for (const char *name : secrets) {
    const char *value = copied_text(fcinfo, number++);
    if (value == nullptr) continue;
    DefElem *option = makeDefElem(pstrdup(name), reinterpret_cast<Node *>(makeString(pstrdup(value))), -1);
    option->defaction = has_option(current, name) ? DEFELEM_SET : DEFELEM_ADD;
    statement->options = lappend(statement->options, option);
  }
  if (statement->options == NIL)
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("password must not be NULL")));
  (void)AlterUserMapping(statement);
  CommandCounterIncrement();
}

Datum confiture_take_new_password(PG_FUNCTION_ARGS) {
  if (precedes_rows(fcinfo)) return Datum(0);
  HeapTuple row = copied_row(fcinfo);
  without_context([&] { take_new_password(fcinfo); });
  PG_RETURN_POINTER(row);
}
