#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/relations.h"
#include "scan/conditions.h"
#include "scan/inverse.h"
#include "scan/push_down.h"
#include "scan/reader.h"
#include "scan/scan.h"
#include "source/query.h"

namespace confiture {

// A column of the foreign table that is computed here, from what is read.
struct ComputedColumn {
  AttrNumber number;
  ExprState *expression;
};

struct Scan {
  const ScanPlan *plan;
  const PushDown *push_down;
  bool is_counted;     // the count was given
  ScanReader *reader;  // nullptr: for a count
  List *shipped;       // Expr *
  List *computed;      // ComputedColumn *
};

static Scan *scan_of(const ForeignScanState *node) { return static_cast<Scan *>(node->fdw_state); }

static const ForeignScan *plan_of(const ForeignScanState *node) {
  return reinterpret_cast<const ForeignScan *>(node->ss.ps.plan);
}

// A generated column shows what its expression makes of masked values. Adds those that the expressions need.
static List *compute(ForeignScanState *node, Relation relation, Bitmapset **columns) {
  constexpr int offset = FirstLowInvalidHeapAttributeNumber;
  TupleDesc descriptor = RelationGetDescr(relation);
  List *computed = NIL;
  for (AttrNumber number = 1; number <= descriptor->natts; number++) {
    if (TupleDescAttr(descriptor, number - 1)->attgenerated != ATTRIBUTE_GENERATED_STORED ||
        !bms_is_member(number, *columns))
      continue;
    Node *expression = build_column_default(relation, number);
    Bitmapset *bases = nullptr;
    pull_varattnos(expression, 1, &bases);
    for (int base = bms_next_member(bases, -1); base >= 0; base = bms_next_member(bases, base))
      if (base + offset > 0) *columns = bms_add_member(*columns, base + offset);
    ComputedColumn *column = make<ComputedColumn>({number, nullptr});
    as_owner_of(RelationGetRelid(relation),
                [&] { column->expression = ExecPrepareExpr(reinterpret_cast<Expr *>(expression), node->ss.ps.state); });
    computed = append(computed, column);
  }
  return computed;
}

// The foreign table's place among the tables of the query.
static Index entry_number(const ForeignScan *foreign) {
  return foreign->scan.scanrelid > 0 ? foreign->scan.scanrelid
                                     : static_cast<Index>(bms_next_member(foreign->fs_relids, -1));
}

// What the planner found is looked up again: the server may keep its plan for long.
static Scan *make_scan(ForeignScanState *node) {
  const ForeignScan *foreign = plan_of(node);
  EState *executor = node->ss.ps.state;
  Index entry = entry_number(foreign);
  Scan *scan = make<Scan>();
  scan->push_down = push_down_from_list(foreign->fdw_private);
  scan->plan = scan_plan(exec_rt_fetch(entry, executor)->relid, scanning_role(foreign, entry, executor));
  bool is_count = scan->push_down->is_count;
  List *conditions = is_count ? scan->push_down->conditions : foreign->scan.plan.qual;
  Index varno = is_count ? scan->push_down->varno : foreign->scan.scanrelid;
  scan->shipped = shipped_conditions(scan->plan, varno, conditions, false);
  check_push_down(scan->push_down, scan->plan, conditions, scan->shipped);
  if (is_count) return scan;
  Relation relation = node->ss.ss_currentRelation;
  Bitmapset *columns = nullptr;
  for (int number : each_int(scan->push_down->columns)) columns = bms_add_member(columns, number);
  scan->computed = compute(node, relation, &columns);
  scan->reader = make_reader(scan->plan, relation, columns);
  return scan;
}

// EXPLAIN alone opens no connection that the planner has not opened.
void begin_scan(ForeignScanState *node, int) { node->fdw_state = make_scan(node); }

// ---- the statement

static bool evaluate(ForeignScanState *node, Node *value, Datum *result) {
  ExprState *expression = ExecInitExpr(reinterpret_cast<Expr *>(value), &node->ss.ps);
  bool is_null;
  *result = ExecEvalExpr(expression, node->ss.ps.ps_ExprContext, &is_null);
  return !is_null;
}

static const char *value_of(ForeignScanState *node, const Param *parameter) {
  Datum value;
  bool has_value = evaluate(node, reinterpret_cast<Node *>(const_cast<Param *>(parameter)), &value);
  return has_value ? quote_literal_cstr(value_text(parameter->paramtype, value)) : "NULL";
}

static const char *condition_of(ForeignScanState *node, ParameterText parameter) {
  int level = pin_output();
  const char *condition = conditions_sql(scan_of(node)->plan, scan_of(node)->shipped, parameter);
  AtEOXact_GUC(true, level);
  return condition;
}

static const char *both(const char *condition, const char *other) {
  if (condition == nullptr || other == nullptr) return condition != nullptr ? condition : other;
  return psprintf("%s AND %s", condition, other);
}

// With the inverses of masks as `value` gives them; nullptr: without values, for EXPLAIN.
static Slice slice_of(ForeignScanState *node, ParameterText parameter, const ValueOf *value) {
  const Scan *scan = scan_of(node);
  const ForeignScan *foreign = plan_of(node);
  const char *inverted = inverted_sql(scan->plan, foreign->scan.scanrelid, foreign->scan.plan.qual, value);
  return {.relation = nullptr,
          .condition = both(condition_of(node, parameter), inverted),
          .limit = scan->push_down->limit,
          .order = order_sql(scan->push_down, scan->plan)};
}

// Is it the statement that the client sent, and not one within it? The portal without a name is that of the simple
// protocol, and of the extended one until the next statement.
static bool is_statement_of_client(const EState *executor) {
  return ActivePortal != nullptr && ActivePortal->name[0] == '\0' && ActivePortal->queryDesc != nullptr &&
         ActivePortal->queryDesc->estate == executor;
}

static bool calls_functions(List *expressions) {
  return contain_mutable_functions(reinterpret_cast<Node *>(expressions));
}

// Is the scan all that its statement does, which is no part of a transaction block, of a function or of a cursor? Then
// nothing else reads from the source until it ends.
static bool is_alone(const ForeignScanState *node) {
  const EState *executor = node->ss.ps.state;
  if (IsTransactionBlock() || !is_statement_of_client(executor)) return false;
  const PlannedStmt *statement = executor->es_plannedstmt;
  const Plan *top = statement->planTree;
  List *bounds = NIL;
  if (IsA(top, Limit)) {
    const Limit *limit = reinterpret_cast<const Limit *>(top);
    bounds = list_make2(limit->limitCount, limit->limitOffset);
    top = top->lefttree;
  }
  if (top != node->ss.ps.plan || statement->commandType != CMD_SELECT || statement->subplans != NIL) return false;
  // Functions of users stand in invalItems, and of the server's own those that run queries are not immutable.
  const Scan *scan = scan_of(node);
  return statement->invalItems == NIL && scan->computed == NIL && !scan->plan->calls_user_code &&
         !calls_functions(top->targetlist) && !calls_functions(top->qual) && !calls_functions(bounds);
}

static void start(ForeignScanState *node) {
  ScanReader *reader = scan_of(node)->reader;
  MemoryContext caller = MemoryContextSwitchTo(reader->context);
  auto value_of_parameter = [&](const Param *parameter) { return value_of(node, parameter); };
  auto value_of_any = [&](Node *expression, Datum *result) { return evaluate(node, expression, result); };
  const ValueOf value = value_of_any;
  const Slice slice = slice_of(node, value_of_parameter, &value);
  start_reader(reader, &slice, is_alone(node));
  MemoryContextSwitchTo(caller);
}

static const char *count_statement(ForeignScanState *node, ParameterText parameter) {
  const Transfer *transfer = scan_of(node)->plan->transfer;
  const char *condition = condition_of(node, parameter);
  return psprintf("SELECT count(*) FROM %s%s%s%s", only_itself(transfer->source_kind), transfer->source_relation,
                  condition != nullptr ? " WHERE " : "", condition != nullptr ? condition : "");
}

// ---- rows

static void fill_computed(ForeignScanState *node, TupleTableSlot *slot) {
  ExprContext *context = node->ss.ps.ps_ExprContext;
  context->ecxt_scantuple = slot;
  as_owner_of(RelationGetRelid(node->ss.ss_currentRelation), [&] {
    for (const ComputedColumn *column : each<ComputedColumn>(scan_of(node)->computed))
      slot->tts_values[column->number - 1] =
          ExecEvalExpr(column->expression, context, &slot->tts_isnull[column->number - 1]);
  });
}

static TupleTableSlot *count(ForeignScanState *node) {
  Scan *scan = scan_of(node);
  TupleTableSlot *slot = ExecClearTuple(node->ss.ss_ScanTupleSlot);
  if (scan->is_counted) return slot;
  const char *sql = count_statement(node, [&](const Param *parameter) { return value_of(node, parameter); });
  int64 rows = 0;
  with_kept_source(scan->plan->server, scan->plan->role, [&](const Lease *lease) {
    check_shape(scan->plan, lease);
    Source *source = leased(lease);
    rows = pg_strtoint64(PQgetvalue(expect_shape(source, source_query_rows(source, sql), 1, 1), 0, 0));
  });
  scan->is_counted = true;
  slot->tts_values[0] = Int64GetDatum(rows);
  slot->tts_isnull[0] = false;
  return ExecStoreVirtualTuple(slot);
}

TupleTableSlot *iterate_scan(ForeignScanState *node) {
  ScanReader *reader = scan_of(node)->reader;
  if (reader == nullptr) return count(node);
  if (reader->stream == nullptr) start(node);
  TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
  ExecClearTuple(slot);
  if (!read_row(reader, slot->tts_values, slot->tts_isnull)) return slot;
  ExecStoreVirtualTuple(slot);
  if (scan_of(node)->computed != NIL) fill_computed(node, slot);
  return slot;
}

void rescan(ForeignScanState *node) {
  scan_of(node)->is_counted = false;
  if (scan_of(node)->reader != nullptr) stop_reader(scan_of(node)->reader);
}

void end_scan(ForeignScanState *node) {
  if (scan_of(node) != nullptr && scan_of(node)->reader != nullptr) stop_reader(scan_of(node)->reader);
}

void explain_scan(ForeignScanState *node, ExplainState *explanation) {
  if (!explanation->verbose || scan_of(node) == nullptr) return;
  auto parameter = [](const Param *given) -> const char * { return psprintf("$%d", given->paramid); };
  const ScanReader *reader = scan_of(node)->reader;
  const char *statement;
  if (reader == nullptr) {
    statement = count_statement(node, parameter);
  } else {
    const Slice slice = slice_of(node, parameter, nullptr);
    statement = reader_statement(reader, &slice);
  }
  ExplainPropertyText("Remote SQL", statement, explanation);
}

}  // namespace confiture
