#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "scan/conditions.h"
#include "scan/reader.h"
#include "scan/scan.h"

namespace confiture {

// A column of the foreign table that is computed here, from what is read.
struct ComputedColumn {
  AttrNumber number;
  ExprState *expression;
};

struct Scan {
  const ScanPlan *plan;
  ScanReader *reader;
  List *shipped;   // Expr *
  List *computed;  // ComputedColumn *
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

// What the planner found is looked up again: the server may keep its plan for long.
static Scan *make_scan(ForeignScanState *node) {
  const ForeignScan *foreign = plan_of(node);
  Relation relation = node->ss.ss_currentRelation;
  Scan *scan = make<Scan>();
  scan->plan = scan_plan(RelationGetRelid(relation), scanning_role(foreign, node->ss.ps.state));
  Bitmapset *columns = nullptr;
  for (int number : each_int(static_cast<List *>(linitial(foreign->fdw_private))))
    columns = bms_add_member(columns, number);
  scan->computed = compute(node, relation, &columns);
  scan->reader = make_reader(scan->plan, relation, columns);
  scan->shipped = shipped_conditions(scan->plan, foreign->scan.scanrelid, foreign->scan.plan.qual, false);
  return scan;
}

// EXPLAIN alone opens no connection that the planner has not opened.
void begin_scan(ForeignScanState *node, int) { node->fdw_state = make_scan(node); }

// ---- the statement

// Makes values print as the source reads them.
static int pin_output() {
  int level = NewGUCNestLevel();
  set_locally("datestyle", "ISO", PGC_USERSET);
  set_locally("extra_float_digits", "3", PGC_USERSET);
  set_locally("bytea_output", "hex", PGC_USERSET);
  return level;
}

static const char *value_of(ForeignScanState *node, const Param *parameter) {
  ExprState *expression = ExecInitExpr(reinterpret_cast<Expr *>(const_cast<Param *>(parameter)), &node->ss.ps);
  bool is_null;
  Datum value = ExecEvalExpr(expression, node->ss.ps.ps_ExprContext, &is_null);
  return is_null ? "NULL" : quote_literal_cstr(value_text(parameter->paramtype, value));
}

static const char *condition_of(ForeignScanState *node, ParameterText parameter) {
  int level = pin_output();
  const char *condition = conditions_sql(scan_of(node)->plan, scan_of(node)->shipped, parameter);
  AtEOXact_GUC(true, level);
  return condition;
}

static void start(ForeignScanState *node) {
  ScanReader *reader = scan_of(node)->reader;
  MemoryContext caller = MemoryContextSwitchTo(reader->context);
  const char *condition = condition_of(node, [&](const Param *parameter) { return value_of(node, parameter); });
  start_reader(reader, condition);
  MemoryContextSwitchTo(caller);
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

TupleTableSlot *iterate_scan(ForeignScanState *node) {
  ScanReader *reader = scan_of(node)->reader;
  if (reader->stream == nullptr) start(node);
  TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
  ExecClearTuple(slot);
  if (!read_row(reader, slot->tts_values, slot->tts_isnull)) return slot;
  ExecStoreVirtualTuple(slot);
  if (scan_of(node)->computed != NIL) fill_computed(node, slot);
  return slot;
}

void rescan(ForeignScanState *node) { stop_reader(scan_of(node)->reader); }

void end_scan(ForeignScanState *node) {
  if (scan_of(node) != nullptr) stop_reader(scan_of(node)->reader);
}

void explain_scan(ForeignScanState *node, ExplainState *explanation) {
  if (!explanation->verbose || scan_of(node) == nullptr) return;
  const char *condition =
      condition_of(node, [](const Param *parameter) -> const char * { return psprintf("$%d", parameter->paramid); });
  ExplainPropertyText("Remote SQL", reader_statement(scan_of(node)->reader, condition), explanation);
}

}  // namespace confiture
