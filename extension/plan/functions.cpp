#include "plan/functions.h"

#include "pg/attempt.h"
#include "pg/confined.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/forms.h"
#include "plan/plan.h"
#include "plan/sql_rule.h"

namespace confiture {

static constexpr wall::StrategyRow target_function = {
    .name = "function",
    .summary = "what a function of the target gives",
    .example = "",
    .kinds = mask::any_kind,
    .keyed = false,
};

// ---- the function

static FormData_pg_proc form_of(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  const FormData_pg_proc form = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  ReleaseSysCache(tuple);
  return form;
}

// Which function it is must not hang on a search_path.
static Oid look_up(const char *name, Oid base) {
  List *names = textToQualifiedNameList(cstring_to_text(name));
  if (list_length(names) != 2)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("option \"function\" has no schema: %s", name),
                    errhint("Write it as schema.function.")));
  for (Oid type : {base, Oid{TEXTOID}}) {
    if (!IsBinaryCoercible(base, type)) continue;
    Oid function = LookupFuncName(names, 1, &type, true);
    if (OidIsValid(function)) return function;
  }
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_FUNCTION), errmsg("function %s(%s) does not exist", name, format_type_be(base))));
}

// Values of types that others make go through code of theirs before the function gets them.
static bool is_plain_type(Oid base) {
  if (base < FirstNormalObjectId) return base != RECORDOID && get_typtype(base) != TYPTYPE_COMPOSITE;
  char kind = get_typtype(base);
  return kind == TYPTYPE_ENUM || (kind == TYPTYPE_BASE && !OidIsValid(get_element_type(base)));
}

// Its SET clauses would set again what its confinement sets.
static bool sets(Oid function, const char *setting) {
  bool has_none;
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  Datum settings = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &has_none);
  bool found = !has_none && strstr(OidOutputFunctionCall(F_ARRAY_OUT, settings), psprintf("%s=", setting)) != nullptr;
  ReleaseSysCache(tuple);
  return found;
}

static const char *why_not(const FormData_pg_proc *form, Oid function, Oid base) {
  if (function < FirstNormalObjectId) return "is the server's own";
  if (isAnyTempNamespace(form->pronamespace)) return "is temporary";
  if (form->prokind != PROKIND_FUNCTION || form->proretset) return "is no plain function";
  if (!IsBinaryCoercible(form->prorettype, base)) return psprintf("does not return %s", format_type_be(base));
  if (form->provolatile == PROVOLATILE_VOLATILE) return "is VOLATILE";
  if (form->prosecdef) return "is SECURITY DEFINER";
  if (form->prolang != SQLlanguageId && form->prolang != get_language_oid("plpgsql", true))
    return "is not in SQL or plpgsql";
  for (const char *setting : {"compute_query_id", "temp_file_limit"})
    if (sets(function, setting)) return psprintf("sets %s", setting);
  return nullptr;
}

// Who may drop what is in it, and rename it.
static Oid owner_of_schema(Oid schema) {
  HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for schema %u", schema);
  Oid owner = reinterpret_cast<Form_pg_namespace>(GETSTRUCT(tuple))->nspowner;
  ReleaseSysCache(tuple);
  return owner;
}

void require_executable(Oid function, Oid role) {
  const char *name = function_name(function);
  if (!superuser_arg(owner_of_function(function)))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("function %s is given raw values, and its owner is no superuser", name)));
  if (!superuser_arg(owner_of_schema(get_func_namespace(function))))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("function %s is given raw values, and the owner of its schema is no superuser", name)));
  if (may_execute(function, role)) return;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("role %s may not execute function %s", quote_identifier(GetUserNameFromId(role, false)), name),
                  errhint("It takes EXECUTE on the function and USAGE on its schema.")));
}

Oid find_function(const char *name, Oid type, Oid target, Oid caller) {
  Oid base = getBaseType(type);
  if (!is_plain_type(base))
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("a function is given no values of type %s", format_type_be(type)),
                    errdetail("Composite types, and arrays and ranges of types that users made, may have domains in "
                              "them, whose CHECKs would see raw values.")));
  Oid function = look_up(name, base);
  const FormData_pg_proc form = form_of(function);
  if (const char *problem = why_not(&form, function, base); problem != nullptr)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("function %s %s", function_name(function), problem),
             errhint("A function that masks is in SQL or plpgsql, IMMUTABLE or STABLE, with the rights of its "
                     "caller, and returns the type of its argument.")));
  require_executable(function, caller);
  require_executable(function, owner_of(target));
  return function;
}

// ---- what it does with invented values

struct Trial {
  int calls, unchanged;
  double microseconds;  // of all but the first
};

// Calls it with some of them, for a few milliseconds.
static void try_values(const PlanColumn *column, List *texts, Trial *trial) {
  constexpr int most_calls = 200, most_microseconds = 20000;
  Oid base = getBaseType(column->type), input, parameter, output;
  bool is_varlena;
  getTypeInputInfo(base, &input, &parameter);
  getTypeOutputInfo(base, &output, &is_varlena);
  ConfinedFunction *function = make_confined(column->function, get_typcollation(base));
  int step = Max(list_length(texts) / most_calls, 1);
  instr_time start, now;
  for (int i = 0; i < list_length(texts); i += step) {
    Datum value = OidInputFunctionCall(input, static_cast<char *>(list_nth(texts, i)), parameter, -1);
    bool is_null;
    INSTR_TIME_SET_CURRENT(start);
    Datum result = call_confined(function, value, &is_null);
    INSTR_TIME_SET_CURRENT(now);
    INSTR_TIME_SUBTRACT(now, start);
    if (trial->calls++ > 0) trial->microseconds += INSTR_TIME_GET_DOUBLE(now) * 1e6;  // the first one compiles it
    trial->unchanged +=
        !is_null && strcmp(OidOutputFunctionCall(output, value), OidOutputFunctionCall(output, result)) == 0;
    if (trial->microseconds > most_microseconds) return;
  }
}

static const char *cost_of(const SyncPlan *plan, const Trial *trial) {
  if (trial->calls < 2) return "what a call takes is not known, for want of invented values";
  double rows = plan->source->estimated_rows, each = trial->microseconds / (trial->calls - 1);
  const char *call = psprintf("a call takes %.1f microseconds", each);
  return rows < 0 ? call : psprintf("%s, those for %.0f rows %.1f seconds", call, rows, rows * each / 1e6);
}

static void try_function(SyncPlan *plan, PlanColumn *column) {
  List *texts = values_of_forms(kind_of_type(column->type), 4);
  Trial trial = {};
  // Its words are about values that were invented, but they are withheld all the same.
  const ErrorData *failure = rehearse_as_owner_of(plan->request.relation, [&] { try_values(column, texts, &trial); });
  if (failure != nullptr && is_breakout(failure)) return refuse_column(plan, column, failure->message);
  if (trial.calls > 1 && trial.unchanged == trial.calls)
    column->warnings = append(column->warnings, "its function gives invented values back as they are");
  column->warnings = append(
      column->warnings, psprintf("raw values are given to function %s of role %s; %s", function_name(column->function),
                                 quote_identifier(GetUserNameFromId(owner_of_function(column->function), false)),
                                 failure != nullptr ? psprintf("invented ones it refuses (SQLSTATE %s)",
                                                               unpack_sql_state(failure->sqlerrcode))
                                                    : cost_of(plan, &trial)));
}

// ---- the plan

// nullptr: a rule of the call.
static bool is_by_superuser(const Rule *rule) {
  if (rule->set_by == nullptr) return superuser();
  Oid role = get_role_oid(rule->set_by, true);
  return OidIsValid(role) && superuser_arg(role);
}

void plan_function(SyncPlan *plan, PlanColumn *column) {
  const Rule *rule = column->mask;
  if (!is_by_superuser(rule))
    return refuse_column(
        plan, column,
        psprintf("has a rule that gives raw values to a function, set by role %s, which is no superuser",
                 rule->set_by != nullptr ? quote_identifier(rule->set_by) : quoted_caller()),
        "-- look at the function; if it is right, have a superuser set the rule");
  const RuleText options = read_function_rule(rule->options, rule->when);
  column->strategy = &target_function;
  column->keeps_unique = options.unique;
  column->spec.name = column->name;
  column->spec.kind = wall::ValueKind::other;
  column->wire = compare_types(column->source, getBaseType(column->type), -1);
  if (column->wire.problem != nullptr) return refuse_column(plan, column, column->wire.problem);
  if (!column->source->is_readable) return refuse_column(plan, column, "the source role may not SELECT it");
  Oid caller = plan->request.in_scan ? plan->request.reader : GetUserId();
  const ErrorData *failure =
      error_in([&] { column->function = find_function(options.text, column->type, plan->request.relation, caller); });
  if (failure != nullptr) {
    column->function = InvalidOid;
    return refuse_column(plan, column, psprintf("%s: %s", masked_by(column), failure->message));
  }
  column->function_digest = digest_of_function(column->function);
  column->raw_leaves_source = true;
  const char *name = source_name(column->source->name);
  column->expression = column->wire.cast != nullptr ? psprintf("%s::%s", name, column->wire.cast) : name;
  try_as_owner_of(plan->request.relation, [&] { check_unique(plan, column, options.unique); });
  if (column->action != ColumnAction::refuse) try_function(plan, column);
}

void check_functions_loader(SyncPlan *plan) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (!OidIsValid(column->function) || column->action == ColumnAction::refuse) continue;
    if (plan->loader == Loader::copy)
      refuse_column(plan, column,
                    psprintf("%s: its table is loaded by COPY FROM, which calls no function", masked_by(column)),
                    plan->request.loader == LoaderChoice::copy ? "-- pass loader => 'auto'" : nullptr);
  }
}

}  // namespace confiture
