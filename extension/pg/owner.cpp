#include "pg/owner.h"

#include "pg/attempt.h"
#include "pg/relations.h"
#include "pg/spi.h"

namespace confiture {

// How many calls of guard_session() are running.
static int guards = 0;

static object_access_hook_type next_hook = nullptr;

// Locks of the session outlive the operation, rolled back or not, and their release could end the lock by which a run's
// leader is known.
static bool is_about_session_locks(Oid function) {
  return (function >= F_PG_ADVISORY_LOCK_INT8 && function <= F_PG_ADVISORY_UNLOCK_SHARED_INT8) ||
         (function >= F_PG_ADVISORY_LOCK_INT4_INT4 && function <= F_PG_ADVISORY_UNLOCK_SHARED_INT4_INT4) ||
         function == F_PG_ADVISORY_UNLOCK_ALL;
}

// Is a new object, which no snapshot of the command sees yet, in the session's temporary schema?
static bool is_temporary(Oid class_oid, Oid object) {
  if (!is_objectclass_supported(class_oid)) return false;
  AttrNumber schema_column = get_object_attnum_namespace(class_oid);
  if (schema_column == InvalidAttrNumber) return false;
  Relation catalog = table_open(class_oid, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, get_object_attnum_oid(class_oid), BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
  SysScanDesc scan = systable_beginscan(catalog, get_object_oid_index(class_oid), true, SnapshotSelf, 1, &key);
  HeapTuple tuple = systable_getnext(scan);
  bool is_null = true;
  Datum schema = HeapTupleIsValid(tuple) ? heap_getattr(tuple, schema_column, RelationGetDescr(catalog), &is_null) : 0;
  bool found = !is_null && isTempOrTempToastNamespace(DatumGetObjectId(schema));
  systable_endscan(scan);
  table_close(catalog, AccessShareLock);
  return found;
}

static void watch(ObjectAccessType access, Oid class_oid, Oid object, int part, void *arg) {
  if (next_hook != nullptr) next_hook(access, class_oid, object, part, arg);
  if (guards == 0 || !InSecurityRestrictedOperation()) return;
  // The server itself refuses temporary tables only.
  if (access == OAT_POST_CREATE && is_temporary(class_oid, object))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("cannot create a temporary object within security-restricted operation")));
  if (access == OAT_FUNCTION_EXECUTE && is_about_session_locks(object))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("cannot call %s() within security-restricted operation", get_func_name(object)),
                    errhint("Use the locks of a transaction, such as those of pg_advisory_xact_lock().")));
}

void install_guard() {
  next_hook = object_access_hook;
  object_access_hook = watch;
}

void guard_session(Callback<void()> body) {
  guards++;
  PG_TRY();
  { body(); }
  PG_FINALLY();
  { guards--; }
  PG_END_TRY();
}

static void run_restricted(Oid role, int context, Callback<void()> body) {
  int level = NewGUCNestLevel();
  SetUserIdAndSecContext(role, context | SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
  guard_session(body);
  AtEOXact_GUC(false, level);  // not even a plain SET is kept
}

void as_role(Oid role, Callback<void()> body) {
  Oid caller;
  int context;
  GetUserIdAndSecContext(&caller, &context);
  if (role == caller) return body();
  if (may_become(role, caller)) {
    SetUserIdAndSecContext(role, context | SECURITY_NOFORCE_RLS);
    body();
  } else {
    run_restricted(role, context, body);
  }
  SetUserIdAndSecContext(caller, context);
}

Oid owner_of(Oid relation) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
  Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return owner;
}

Oid owner_of_function(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->proowner;
  ReleaseSysCache(tuple);
  return owner;
}

void as_owner_of(Oid relation, Callback<void()> body) { as_role(owner_of(relation), body); }

static ErrorData *rehearse(Oid relation, Callback<void()> body, Callback<bool(const ErrorData *)> is_raised) {
  return attempt([&] { as_owner_of(relation, body); }, is_raised, false);
}

ErrorData *rehearse_as_owner_of(Oid relation, Callback<void()> body) {
  return rehearse(relation, body, is_about_session);
}

void try_as_owner_of(Oid relation, Callback<void()> body) {
  (void)rehearse(relation, body, [](const ErrorData *) { return true; });
}

static bool has_deferrable_trigger(Oid relation) {
  Relation table = table_open(relation, AccessShareLock);
  const TriggerDesc *description = table->trigdesc;
  bool found = false;
  for (int i = 0; description != nullptr && i < description->numtriggers; i++)
    found |= description->triggers[i].tgdeferrable;
  table_close(table, NoLock);
  return found;
}

// With LIMIT 1 the server would expect to find one soon, and read all triggers of the database.
static bool has_deferrable_trigger(List *partitions) {
  List *suspects = with_triggers(partitions);
  if (suspects == NIL) return false;
  return spi_run(R"(
      SELECT coalesce(bool_or(tgdeferrable), false)
      FROM pg_trigger
      WHERE tgrelid = ANY ($1)
      )",
                 {arg_oids(suspects)})
      .first()
      .next<bool>();
}

void check_at_once(List *tree) {
  Oid relation = linitial_oid(tree);
  bool is_partitioned = get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE;
  bool found = is_partitioned ? has_deferrable_trigger(tree) : has_deferrable_trigger(relation);
  // Not as a literal (pg/spi.h): it may fire a trigger that begins a run, which frees the plans of those.
  static const char *const statement = "SET CONSTRAINTS ALL IMMEDIATE";
  if (found) spi_run(statement);
}

}  // namespace confiture
