#include "load/rehearse.h"

#include "load/load.h"
#include "load/transfer.h"
#include "pg/attempt.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/problems.h"
#include "source/copy.h"

namespace confiture {

// The functions whose names are looked up when they run: not those of the server or in C, not bodies in standard SQL,
// which are bound when they are made, and not those that set their search_path. OFFSET 0 has each row look up its own
// by an index, whatever the server expects of catalogs that were never analyzed: a join could read all types of the
// database for each table.
static const char unpinned_query[] = R"(
    WITH RECURSIVE type(oid) AS (
      SELECT atttypid
      FROM pg_attribute
      WHERE attrelid = $1
        AND attnum > 0
        AND NOT attisdropped
      UNION
      SELECT t.typbasetype
      FROM type
      CROSS JOIN LATERAL (SELECT typbasetype FROM pg_type WHERE oid = type.oid OFFSET 0) t
      WHERE t.typbasetype <> 0
    ),
    expression(class, oid) AS (
      SELECT 'pg_constraint'::regclass, oid
      FROM pg_constraint
      WHERE contype = 'c'
        AND conrelid = $1
      UNION ALL
      SELECT 'pg_constraint'::regclass, c.oid
      FROM type
      CROSS JOIN LATERAL (SELECT oid FROM pg_constraint WHERE contypid = type.oid OFFSET 0) c
      UNION ALL
      SELECT 'pg_attrdef'::regclass, oid
      FROM pg_attrdef
      WHERE adrelid = $1
      UNION ALL
      SELECT 'pg_class'::regclass, indexrelid
      FROM pg_index
      WHERE indrelid = $1
      UNION ALL
      SELECT 'pg_class'::regclass, $1
    )
    SELECT DISTINCT p.oid::regprocedure::text, n.nspname::text
    FROM expression e
    CROSS JOIN LATERAL (
      SELECT refobjid
      FROM pg_depend
      WHERE classid = e.class
        AND objid = e.oid
        AND refclassid = 'pg_proc'::regclass
      OFFSET 0) d
    JOIN pg_proc p ON p.oid = d.refobjid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname NOT IN ('internal', 'c')
      AND p.prosqlbody IS NULL
      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%')
    ORDER BY 1
    )";

struct UnpinnedFunction {
  const char *signature;
  const char *schema;
};

static bool has_index_expression(Oid index) {
  HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for index %u", index);
  bool found =
      !heap_attisnull(tuple, Anum_pg_index_indexprs, nullptr) || !heap_attisnull(tuple, Anum_pg_index_indpred, nullptr);
  ReleaseSysCache(tuple);
  return found;
}

// Most tables have none, and the query costs more than all else of a small one's plan.
static bool has_expressions(Oid oid) {
  Relation relation = table_open(oid, AccessShareLock);
  TupleDesc descriptor = RelationGetDescr(relation);
  const TupleConstr *constraints = descriptor->constr;
  bool found = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE ||
               (constraints != nullptr && (constraints->num_check > 0 || constraints->num_defval > 0));
  for (int i = 0; i < descriptor->natts && !found; i++)
    found = get_typtype(TupleDescAttr(descriptor, i)->atttypid) == TYPTYPE_DOMAIN;
  for (Oid index : each_oid(RelationGetIndexList(relation))) found = found || has_index_expression(index);
  table_close(relation, AccessShareLock);
  return found;
}

static List *find_unpinned(Oid relation) {
  List *functions = NIL;
  if (!has_expressions(relation)) return NIL;
  for (Row row : spi_run(unpinned_query, {arg(relation)}))
    functions = append(
        functions, make<UnpinnedFunction>({.signature = row.next<const char *>(), .schema = row.next<const char *>()}));
  return functions;
}

static void evaluate(EState *executor, Expr *expression) {
  bool is_null;
  ExprState *state = ExecPrepareExpr(expression, executor);
  (void)ExecEvalExprSwitchContext(state, GetPerTupleExprContext(executor), &is_null);
}

static void evaluate_all(EState *executor, List *expressions) {
  for (Expr *expression : each<Expr>(expressions)) evaluate(executor, expression);
}

static void evaluate_columns(EState *executor, Relation relation) {
  const TupleConstr *constraints = RelationGetDescr(relation)->constr;
  if (constraints == nullptr) return;
  for (int i = 0; i < constraints->num_check; i++)
    evaluate(executor, static_cast<Expr *>(stringToNode(constraints->check[i].ccbin)));
  for (int i = 0; i < RelationGetDescr(relation)->natts; i++)
    if (TupleDescAttr(RelationGetDescr(relation), i)->attgenerated != '\0')
      evaluate(executor, reinterpret_cast<Expr *>(build_column_default(relation, i + 1)));
}

// Everything that a load evaluates for a row but its defaults, which reading it did.
static void evaluate_row(Oid oid, HeapTuple row, TupleDesc descriptor) {
  Relation relation = table_open(oid, AccessShareLock);
  EState *executor = CreateExecutorState();
  TupleTableSlot *slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsHeapTuple);
  ExecStoreHeapTuple(row, slot, false);
  GetPerTupleExprContext(executor)->ecxt_scantuple = slot;
  evaluate_columns(executor, relation);
  for (Oid index_oid : each_oid(RelationGetIndexList(relation))) {
    Relation index = index_open(index_oid, AccessShareLock);
    evaluate_all(executor, RelationGetIndexExpressions(index));
    evaluate_all(executor, RelationGetIndexPredicate(index));
    index_close(index, AccessShareLock);
  }
  PartitionKey key = RelationGetPartitionKey(relation);
  if (key != nullptr) evaluate_all(executor, key->partexprs);
  ExecDropSingleTupleTableSlot(slot);
  FreeExecutorState(executor);
  table_close(relation, AccessShareLock);
}

static bool is_name_not_found(const ErrorData *error) {
  switch (error->sqlerrcode) {
    case ERRCODE_UNDEFINED_FUNCTION:
    case ERRCODE_UNDEFINED_TABLE:
    case ERRCODE_UNDEFINED_COLUMN:
    case ERRCODE_UNDEFINED_OBJECT:
    case ERRCODE_INVALID_SCHEMA_NAME:
      return true;
    default:
      return false;
  }
}

// The connection is used again after an error in the middle of the row.
static void drain(MaskedStream *stream) {
  const char *message;
  while (!stream->at_end) stream->at_end = source_copy_message(stream->source, &message, true, &stream->rows) < 0;
}

// Evaluates a row under another search_path than a load's, nullptr for that. Returns the error, nullptr for none.
static const ErrorData *error_of_row(Source *source, const Transfer *transfer, const char *search_path) {
  // Any row will do to look up names: one that a filter lets through may be far.
  Transfer unfiltered = *transfer;
  unfiltered.filter = nullptr;
  const Slice first_row = {.relation = nullptr, .condition = nullptr, .limit = 1};
  MaskedStream *stream = open_stream(source, &unfiltered, &first_row);
  const ErrorData *error = attempt(
      [&] {
        if (search_path != nullptr) set_locally("search_path", search_path, PGC_USERSET);
        read_rows(transfer, stream,
                  [&](HeapTuple row, TupleDesc descriptor) { evaluate_row(transfer->relation, row, descriptor); });
      },
      [&](const ErrorData *raised) { return stream->failed || is_about_session(raised); }, false);
  drain(stream);
  return error;
}

static bool finds_names(Source *source, const Transfer *transfer, const char *search_path) {
  const ErrorData *error = error_of_row(source, transfer, search_path);
  return error == nullptr || !is_name_not_found(error);
}

// A search_path under which the names are found: the schemas of the functions and of the table, then public too.
// nullptr: none, so that it is not what the names lack.
static const char *find_search_path(Source *source, const Transfer *transfer, List *functions) {
  List *schemas = list_make1(get_namespace_name(get_rel_namespace(transfer->relation)));
  for (const UnpinnedFunction *function : each<UnpinnedFunction>(functions)) {
    bool is_listed = false;
    for (const char *schema : each_text(schemas)) is_listed |= strcmp(schema, function->schema) == 0;
    if (!is_listed) schemas = append(schemas, function->schema);
  }
  StringInfoData path;
  initStringInfo(&path);
  for (const char *schema : each_text(schemas)) appendStringInfo(&path, "%s, ", quote_identifier(schema));
  const char *narrow = psprintf("%spg_temp", path.data), *wide = psprintf("%spublic, pg_temp", path.data);
  if (finds_names(source, transfer, narrow)) return narrow;
  return finds_names(source, transfer, wide) ? wide : nullptr;
}

static void add_path_problem(SyncPlan *plan, List *functions, const char *search_path, int sqlstate) {
  StringInfoData names, fix;
  initStringInfo(&names);
  initStringInfo(&fix);
  for (const UnpinnedFunction *function : each<UnpinnedFunction>(functions)) {
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", function->signature);
    appendStringInfo(&fix, "%sALTER FUNCTION %s SET search_path = %s;", fix.len > 0 ? " " : "", function->signature,
                     search_path);
  }
  add_problem(plan, nullptr,
              psprintf("%s %s, which its constraints, defaults or indexes call, does not find something that it names "
                       "without a schema (SQLSTATE %s for a row of the source): a load sets search_path to pg_catalog",
                       list_length(functions) == 1 ? "function" : "one of the functions", names.data,
                       unpack_sql_state(sqlstate)),
              psprintf("%s -- or write the names in it with their schemas", fix.data));
}

void rehearse_row(Source *source, SyncPlan *plan) {
  if (plan->problems != NIL || wire_columns(plan) == NIL) return;
  List *functions = find_unpinned(plan->request.relation);
  if (functions == NIL) return;
  const Transfer *transfer = make_transfer(plan);
  // What else is wrong with a row is for the load to say.
  const ErrorData *error = error_of_row(source, transfer, nullptr);
  if (error == nullptr || !is_name_not_found(error)) return;
  const char *search_path = find_search_path(source, transfer, functions);
  if (search_path != nullptr) add_path_problem(plan, functions, search_path, error->sqlerrcode);
}

}  // namespace confiture
