#include "pg/confined.h"

#include "pg/attempt.h"
#include "pg/digest.h"
#include "pg/memory.h"

namespace confiture {

struct ConfinedFunction {
  FmgrInfo call;
  Oid collation;
  const char *name;
  TransactionId made_by;  // its row of pg_proc
  ItemPointerData place;
};

// The one that runs. Its code starts no other.
static const ConfinedFunction *running = nullptr;

// A session that ends while one runs has work of its own to do.
static bool is_confined() { return running != nullptr && !proc_exit_inprogress; }

// The text domains of our errors, which no function can give its own: plpgsql has another one.
static const char confined_domain[] = "confiture-function", breakout_domain[] = "confiture-breakout";

static bool has_domain(const ErrorData *error, const char *domain) {
  return error->domain != nullptr && strcmp(error->domain, domain) == 0;
}

bool is_breakout(const ErrorData *error) { return has_domain(error, breakout_domain); }
bool is_of_confined(const ErrorData *error) { return is_breakout(error) || has_domain(error, confined_domain); }

[[noreturn]] static void refuse(const char *what) {
  ereport_domain(
      ERROR, breakout_domain,
      (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
       errmsg("function %s, which is given raw values, %s", running->name, what),
       errhint(
           "It may call functions of the server and of extensions that are IMMUTABLE or STABLE, and read no table.")));
}

const char *function_name(Oid function) {
  const char *name = get_func_name(function);
  if (name == nullptr) return psprintf("with OID %u", function);
  return quote_qualified_identifier(get_namespace_name(get_func_namespace(function)), name);
}

// ---- what it may call

// The server and its extensions give these; they are in C, where not in languages of which all is seen here.
static bool is_known_language(Oid language) {
  return language == INTERNALlanguageId || language == ClanguageId || language == SQLlanguageId ||
         language == get_language_oid("plpgsql", true);
}

static bool is_of_users(Oid function) {
  return function >= FirstNormalObjectId && !OidIsValid(getExtensionOfObject(ProcedureRelationId, function));
}

// nullptr: it may.
static const char *why_refused(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return nullptr;
  const FormData_pg_proc form = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  ReleaseSysCache(tuple);
  const char *name = function_name(function);
  if (form.provolatile == PROVOLATILE_VOLATILE) return psprintf("calls %s(), which is VOLATILE", name);
  if (is_of_users(function) || !superuser_arg(form.proowner))
    return psprintf("calls %s(), which is neither the server's nor an extension's", name);
  if (!is_known_language(form.prolang)) return psprintf("calls %s(), of whose code nothing is known", name);
  return nullptr;
}

// Expressions of plpgsql live until the transaction ends. Were some made outside since the calls were, by a CHECK that
// calls the function, say, that the hook would have refused?
static bool makes_calls = false, has_unseen_plans = false;

static void forget_plans() {
  ResetPlanCache();
  makes_calls = true;
  has_unseen_plans = false;
}

static object_access_hook_type next_access_hook = nullptr;

static void watch_access(ObjectAccessType access, Oid class_oid, Oid object, int part, void *arg) {
  if (next_access_hook != nullptr) next_access_hook(access, class_oid, object, part, arg);
  if (access != OAT_FUNCTION_EXECUTE) return;
  if (!is_confined()) {
    if (makes_calls && !has_unseen_plans) has_unseen_plans = why_refused(object) != nullptr;
    return;
  }
  if (object == running->call.fn_oid) return;
  if (const char *what = why_refused(object); what != nullptr) refuse(what);
}

static needs_fmgr_hook_type next_fmgr_hook = nullptr;

// The planner would write a function of one SELECT into the statement that calls it, where none sees that it is there.
static bool needs_watch(Oid function) {
  if (next_fmgr_hook != nullptr && next_fmgr_hook(function)) return true;
  return is_confined() && function != running->call.fn_oid && is_of_users(function);
}

static ExecutorStart_hook_type next_start_hook = nullptr;

static void check_statement(const PlannedStmt *statement) {
  if (statement->commandType != CMD_SELECT || statement->hasModifyingCTE) refuse("writes");
  if (statement->parallelModeNeeded) refuse("runs a parallel query, whose workers none watches");
  for (int i = 0; i < list_length(statement->rtable); i++)
    if (static_cast<const RangeTblEntry *>(list_nth(statement->rtable, i))->rtekind == RTE_RELATION)
      refuse("reads a relation");
}

// Those that it opened, of which some may be closed: who fetched from one that it leaves behind would get the value.
static constexpr int most_cursors = 8;
static char cursors[most_cursors][NAMEDATALEN];
static int n_cursors;
static Portal outer_portal;

static void remember_cursor() {
  int n_open = 0;
  if (ActivePortal == outer_portal) return;
  for (int i = 0; i < n_cursors; i++) {
    Portal open = GetPortalByName(cursors[i]);
    if (open == ActivePortal) return;
    if (PortalIsValid(open)) memmove(cursors[n_open++], cursors[i], NAMEDATALEN);
  }
  n_cursors = n_open;
  if (n_cursors == most_cursors) refuse(psprintf("has more than %d cursors open", most_cursors));
  strlcpy(cursors[n_cursors++], ActivePortal->name, NAMEDATALEN);
}

static void close_cursors() {
  for (int i = 0; i < n_cursors; i++)
    if (Portal open = GetPortalByName(cursors[i]); PortalIsValid(open)) SPI_cursor_close(open);
}

static void watch_start(QueryDesc *query, int flags) {
  if (is_confined()) {
    check_statement(query->plannedstmt);
    remember_cursor();
  }
  if (next_start_hook != nullptr)
    next_start_hook(query, flags);
  else
    standard_ExecutorStart(query, flags);
}

void install_confinement() {
  next_access_hook = object_access_hook;
  object_access_hook = watch_access;
  next_fmgr_hook = needs_fmgr_hook;
  needs_fmgr_hook = needs_watch;
  next_start_hook = ExecutorStart_hook;
  ExecutorStart_hook = watch_start;
}

// ---- the function

const char *digest_of_function(Oid function) {
  HeapTuple tuple = SearchSysCacheCopy1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return nullptr;
  Relation catalog = table_open(ProcedureRelationId, AccessShareLock);
  TupleDesc descriptor = RelationGetDescr(catalog);
  StringInfoData row;
  initStringInfo(&row);
  for (AttrNumber number = 1; number <= descriptor->natts; number++) {
    bool is_null, is_varlena;
    Oid output;
    if (number == Anum_pg_proc_proacl || number == Anum_pg_proc_procost || number == Anum_pg_proc_prorows) continue;
    Datum value = heap_getattr(tuple, number, descriptor, &is_null);
    if (is_null) {
      appendStringInfoString(&row, "-;");
      continue;
    }
    getTypeOutputInfo(TupleDescAttr(descriptor, number - 1)->atttypid, &output, &is_varlena);
    const char *text = OidOutputFunctionCall(output, value);
    appendStringInfo(&row, "%zu:%s;", strlen(text), text);  // so that the parts of two rows never read the same
  }
  table_close(catalog, AccessShareLock);
  return digest_of(row.data);
}

ConfinedFunction *make_confined(Oid function, Oid collation) {
  ConfinedFunction *confined = make<ConfinedFunction>();
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION), errmsg("function with OID %u does not exist", function)));
  confined->made_by = HeapTupleHeaderGetRawXmin(tuple->t_data);
  confined->place = tuple->t_self;
  ReleaseSysCache(tuple);
  confined->collation = collation;
  confined->name = function_name(function);
  fmgr_info(function, &confined->call);
  forget_plans();
  return confined;
}

// As plpgsql does with each call: CREATE OR REPLACE FUNCTION waits for no lock.
static void require_unchanged(const ConfinedFunction *confined) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(confined->call.fn_oid));
  bool is_same = HeapTupleIsValid(tuple) && HeapTupleHeaderGetRawXmin(tuple->t_data) == confined->made_by &&
                 ItemPointerEquals(&tuple->t_self, const_cast<ItemPointer>(&confined->place));
  if (HeapTupleIsValid(tuple)) ReleaseSysCache(tuple);
  if (!is_same)
    ereport_domain(ERROR, confined_domain,
                   (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("function %s was changed while it masked rows", confined->name)));
}

// ---- the call

// That the session ends is logged, with nothing that quotes statements, and in other words where an error of the
// function ends it, by exit_on_error.
static void keep_from_log(ErrorData *message) {
  if (!is_confined()) return;
  message->output_to_server = message->elevel >= FATAL;
  message->context = message->internalquery = nullptr;
  if (!message->output_to_server || is_raised_by(message, "ProcessInterrupts")) return;
  message->sqlerrcode = ERRCODE_RAISE_EXCEPTION;
  message->message = psprintf("function %s failed", running->name);
  message->detail = message->detail_log = message->hint = nullptr;
}

// What is put aside while it runs.
struct Outside {
  CommandDest client;
  emit_log_hook_type log;
  int query_ids, temporary_files;
  bool is_read_only;
  Oid user;
  int security;
};

static Outside enter(const ConfinedFunction *confined) {
  Outside outside = {whereToSendOutput, emit_log_hook, compute_query_id, temp_file_limit, XactReadOnly, InvalidOid, 0};
  GetUserIdAndSecContext(&outside.user, &outside.security);
  SetUserIdAndSecContext(outside.user, outside.security | SECURITY_RESTRICTED_OPERATION);
  whereToSendOutput = DestNone;
  emit_log_hook = keep_from_log;
  compute_query_id = COMPUTE_QUERY_ID_OFF;
  temp_file_limit = 0;
  XactReadOnly = true;
  n_cursors = 0;
  outer_portal = ActivePortal;
  running = confined;
  return outside;
}

static void leave(const Outside *outside) {
  running = nullptr;
  XactReadOnly = outside->is_read_only;
  temp_file_limit = outside->temporary_files;
  compute_query_id = outside->query_ids;
  emit_log_hook = outside->log;
  whereToSendOutput = outside->client;
  SetUserIdAndSecContext(outside->user, outside->security);
}

// Its words may have the value, and so may the SQLSTATE of RAISE. Those of a cancel are the server's.
[[noreturn]] static void raise_failure(const ConfinedFunction *confined, ErrorData *error) {
  error->context = error->internalquery = nullptr;
  error->cursorpos = error->internalpos = 0;
  if (is_raised_by(error, "ProcessInterrupts") || is_of_confined(error)) ReThrowError(error);
  if (is_raised_by(error, "exec_stmt_raise")) error->sqlerrcode = ERRCODE_RAISE_EXCEPTION;
  ereport_domain(ERROR, confined_domain,
                 (errcode(error->sqlerrcode), errmsg("function %s failed", confined->name),
                  errdetail("Its message for SQLSTATE %s is withheld, because it may quote the value.",
                            unpack_sql_state(error->sqlerrcode)),
                  errhint("Call it by hand with values like those of the column.")));
}

Datum call_confined(ConfinedFunction *confined, Datum value, bool *is_null) {
  require_unchanged(confined);
  if (has_unseen_plans) forget_plans();
  MemoryContext context = CurrentMemoryContext;
  LOCAL_FCINFO(call, 1);
  InitFunctionCallInfoData(*call, &confined->call, 1, confined->collation, nullptr, nullptr);
  call->args[0].value = value;
  call->args[0].isnull = false;
  Datum volatile result = 0;
  const Outside outside = enter(confined);
  PG_TRY();
  {
    result = FunctionCallInvoke(call);
    close_cursors();
  }
  PG_CATCH();
  {
    leave(&outside);
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    raise_failure(confined, error);
  }
  PG_END_TRY();
  leave(&outside);
  *is_null = call->isnull;
  return result;
}

}  // namespace confiture
