#include "load/rows_scan.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

static const char scan_name[] = "Confiture Masked Rows";
static const char function_name[] = "masked_rows";

// What the next scan takes.
static RowsOffer *current_offer = nullptr;

void with_offered_rows(RowsOffer *offer, Callback<void()> body) {
  RowsOffer *outer = current_offer;
  current_offer = offer;
  PG_TRY();
  { body(); }
  PG_FINALLY();
  { current_offer = outer; }
  PG_END_TRY();
}

char *masked_rows_item(const Transfer *transfer) {
  StringInfoData item;
  initStringInfo(&item);
  appendStringInfo(&item, "confiture.%s() AS r (", function_name);
  for (int i = 0; i < transfer->n_columns; i++) {
    const WireColumn *column = &transfer->columns[i];
    appendStringInfo(&item, "%s%s %s", i > 0 ? ", " : "", quote_identifier(column->name),
                     format_type_extended(column->type, column->typmod, FORMAT_TYPE_TYPEMOD_GIVEN));
  }
  appendStringInfoChar(&item, ')');
  return item.data;
}

// ---- executing

struct RowsScan {
  CustomScanState state;
  Relation target;  // nullptr: not begun
  RowReader *reader;
};

static RowsScan *scan_of(ScanState *node) { return reinterpret_cast<RowsScan *>(node); }

static void begin(CustomScanState *node, EState *, int flags) {
  if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0) return;
  RowsScan *scan = scan_of(&node->ss);
  if (current_offer == nullptr)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("confiture.%s() is for loads only", function_name)));
  RowsOffer *offer = current_offer;
  current_offer = nullptr;
  scan->target = table_open(offer->transfer->relation, AccessShareLock);
  scan->reader = offer->reader = begin_reading(scan->target, offer->transfer, offer->stream);
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, RelationGetRelid(scan->target));
  show_loading(offer->progress);
}

static TupleTableSlot *next(ScanState *node) {
  TupleTableSlot *slot = node->ss_ScanTupleSlot;
  ExecClearTuple(slot);
  MemoryContext caller = MemoryContextSwitchTo(node->ps.ps_ExprContext->ecxt_per_tuple_memory);
  bool found = read_row(scan_of(node)->reader, slot->tts_values, slot->tts_isnull);
  MemoryContextSwitchTo(caller);
  return found ? ExecStoreVirtualTuple(slot) : slot;
}

static bool recheck(ScanState *, TupleTableSlot *) { return true; }

static TupleTableSlot *execute(CustomScanState *node) { return ExecScan(&node->ss, next, recheck); }

static void end(CustomScanState *node) {
  const RowsScan *scan = scan_of(&node->ss);
  if (scan->target != nullptr) table_close(scan->target, NoLock);
}

static void rescan(CustomScanState *) {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("masked rows can be read only once")));
}

static const CustomExecMethods execute_methods = {
    .CustomName = scan_name,
    .BeginCustomScan = begin,
    .ExecCustomScan = execute,
    .EndCustomScan = end,
    .ReScanCustomScan = rescan,
    .MarkPosCustomScan = nullptr,
    .RestrPosCustomScan = nullptr,
    .EstimateDSMCustomScan = nullptr,
    .InitializeDSMCustomScan = nullptr,
    .ReInitializeDSMCustomScan = nullptr,
    .InitializeWorkerCustomScan = nullptr,
    .ShutdownCustomScan = nullptr,
    .ExplainCustomScan = nullptr,
};

static Node *make_state(CustomScan *) {
  RowsScan *scan = make<RowsScan>();
  NodeSetTag(scan, T_CustomScanState);
  scan->state.methods = &execute_methods;
  return reinterpret_cast<Node *>(scan);
}

// ---- planning

static const CustomScanMethods scan_methods = {.CustomName = scan_name, .CreateCustomScanState = make_state};

// The columns as the FROM item declares them.
static List *declared_columns(const RangeTblEntry *entry, Index number) {
  const RangeTblFunction *function = static_cast<RangeTblFunction *>(linitial(entry->functions));
  List *columns = NIL;
  for (int i = 0; i < list_length(function->funccoltypes); i++) {
    Var *column =
        makeVar(static_cast<int>(number), static_cast<AttrNumber>(i + 1), list_nth_oid(function->funccoltypes, i),
                list_nth_int(function->funccoltypmods, i), list_nth_oid(function->funccolcollations, i), 0);
    columns = append(columns,
                     makeTargetEntry(reinterpret_cast<Expr *>(column), static_cast<AttrNumber>(i + 1), nullptr, false));
  }
  return columns;
}

static Plan *make_plan(PlannerInfo *root, RelOptInfo *relation, CustomPath *path, List *targets, List *conditions,
                       List *) {
  CustomScan *scan = makeNode(CustomScan);
  scan->scan.plan.targetlist = targets;
  scan->scan.plan.qual = extract_actual_clauses(conditions, false);
  scan->flags = path->flags;
  scan->custom_scan_tlist = declared_columns(planner_rt_fetch(relation->relid, root), relation->relid);
  scan->methods = &scan_methods;
  return &scan->scan.plan;
}

static const CustomPathMethods path_methods = {
    .CustomName = scan_name, .PlanCustomPath = make_plan, .ReparameterizeCustomPathByChild = nullptr};

// Is it the extension's own function, and nothing else?
static bool is_masked_rows(const RangeTblEntry *entry) {
  if (entry->rtekind != RTE_FUNCTION || list_length(entry->functions) != 1 || entry->funcordinality) return false;
  const Node *call = static_cast<RangeTblFunction *>(linitial(entry->functions))->funcexpr;
  if (call == nullptr || !IsA(call, FuncExpr)) return false;
  Oid function = reinterpret_cast<const FuncExpr *>(call)->funcid;
  if (function < FirstNormalObjectId) return false;
  const char *name = get_func_name(function);
  return name != nullptr && strcmp(name, function_name) == 0 &&
         get_func_namespace(function) == get_namespace_oid("confiture", true);
}

static set_rel_pathlist_hook_type next_hook = nullptr;

static void replace_path(PlannerInfo *root, RelOptInfo *relation, Index number, RangeTblEntry *entry) {
  if (next_hook != nullptr) next_hook(root, relation, number, entry);
  if (!is_masked_rows(entry)) return;
  CustomPath *path = makeNode(CustomPath);
  path->path.pathtype = T_CustomScan;
  path->path.parent = relation;
  path->path.pathtarget = relation->reltarget;
  path->path.rows = relation->rows;
  path->path.total_cost = relation->rows * cpu_tuple_cost;
  path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  path->methods = &path_methods;
  relation->pathlist = list_make1(path);
  relation->partial_pathlist = NIL;
}

void install_rows_scan() {
  RegisterCustomScanMethods(&scan_methods);
  next_hook = set_rel_pathlist_hook;
  set_rel_pathlist_hook = replace_path;
}

}  // namespace confiture
