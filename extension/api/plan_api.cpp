// confiture.plan() and plan_sync(): what a sync would do, as rows.
#include "load/rehearse.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "run/plan.h"
#include "source/call.h"
#include "api/request.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_plan);
PG_FUNCTION_INFO_V1(confiture_plan_sync);
}

// The columns of plan(). Those of plan_sync() stand between `n_before` ones of the table and the statement that settles
// the problem.
static constexpr int n_columns = 9;
static constexpr int n_before = 4;

struct PlanOutput {
  const ReturnSetInfo *result;
  bool is_of_run;  // rows of plan_sync()
};

struct PlanRow {
  Datum values[n_columns];
  bool nulls[n_columns];
  const char *fix;
};

static Datum text_or_null(const char *text, bool *is_null) {
  *is_null = text == nullptr;
  return text != nullptr ? CStringGetTextDatum(text) : Datum(0);
}

static const char *action_name(ColumnAction action) {
  switch (action) {
    case ColumnAction::pass:
      return "pass";
    case ColumnAction::mask:
      return "mask";
    case ColumnAction::drop:
      return "drop";
    case ColumnAction::use_default:
      return "default";
    default:
      return "refuse";
  }
}

// Is the problem one of this column (nullptr: of the table)?
static bool concerns(const PlanProblem *problem, const char *column) {
  if (problem->column == nullptr || column == nullptr) return problem->column == column;
  return strcmp(problem->column, column) == 0;
}

// The problems and warnings of a column (nullptr: of the table), as text[].
static Datum warnings_of(const SyncPlan *plan, const char *column, List *warnings) {
  List *texts = NIL;
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    if (concerns(problem, column)) texts = append(texts, problem->text);
  return arg_texts(list_concat(texts, warnings)).value;
}

// The statements that settle them, nullptr when there are none.
static const char *fixes_of(const SyncPlan *plan, const char *column) {
  StringInfoData fixes;
  initStringInfo(&fixes);
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    if (problem->fix != nullptr && concerns(problem, column))
      appendStringInfo(&fixes, "%s%s", fixes.len > 0 ? "\n" : "", problem->fix);
  return fixes.len > 0 ? fixes.data : nullptr;
}

// `plan`: nullptr for a row that concerns no table.
static void put_row(const PlanOutput *output, const SyncPlan *plan, const PlanRow *row) {
  Datum values[n_before + n_columns + 1] = {};
  bool nulls[n_before + n_columns + 1] = {};
  int offset = output->is_of_run ? n_before : 0;
  if (output->is_of_run) {
    for (int i = 0; i < n_before; i++) nulls[i] = plan == nullptr;
    if (plan != nullptr) {
      values[0] = CStringGetTextDatum(plan->relation_name);
      values[1] = CStringGetTextDatum(plan->source->qualified);
      values[2] = Int64GetDatum(static_cast<int64>(plan->source->estimated_rows));
      nulls[2] = plan->source->estimated_rows < 0;
      values[3] = Int64GetDatum(plan->source->estimated_bytes);
    }
    values[n_before + n_columns] = text_or_null(row->fix, &nulls[n_before + n_columns]);
  }
  memcpy(values + offset, row->values, sizeof(row->values));
  memcpy(nulls + offset, row->nulls, sizeof(row->nulls));
  tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
}

static void put_column(const PlanOutput *output, const SyncPlan *plan, const PlanColumn *column) {
  const char *source_type = column->source != nullptr ? column->source->type : nullptr;
  const char *type = column->number != 0 ? format_type_with_typemod(column->type, column->typmod) : nullptr;
  const char *strategy = column->mask != nullptr ? column->mask->strategy : nullptr;
  const char *format = column->expression == nullptr ? nullptr : plan->binary ? "binary" : "text";
  PlanRow row = {};
  NameData name;
  namestrcpy(&name, column->name);
  row.values[0] = NameGetDatum(&name);
  row.values[1] = text_or_null(source_type, &row.nulls[1]);
  row.values[2] = text_or_null(type, &row.nulls[2]);
  row.values[3] = CStringGetTextDatum(action_name(column->action));
  row.values[4] = text_or_null(strategy, &row.nulls[4]);
  row.values[5] = BoolGetDatum(column->raw_leaves_source && column->action != ColumnAction::refuse);
  row.values[6] = text_or_null(format, &row.nulls[6]);
  row.values[7] = text_or_null(column->expression != nullptr ? loader_name(plan->loader) : nullptr, &row.nulls[7]);
  row.values[8] = warnings_of(plan, column->name, column->warnings);
  row.fix = fixes_of(plan, column->name);
  put_row(output, plan, &row);
}

// A row with an action and texts alone.
static PlanRow bare_row(const char *action, Datum texts, const char *fix) {
  PlanRow row = {{}, {true, true, true, false, true, true, true, true, false}, fix};
  row.values[3] = CStringGetTextDatum(action);
  row.values[8] = texts;
  return row;
}

// The row of the table itself.
static void put_table(const PlanOutput *output, const SyncPlan *plan, bool is_refused) {
  Datum texts = warnings_of(plan, nullptr, plan->warnings);
  PlanRow row = bare_row(is_refused ? "refuse" : "load", texts, fixes_of(plan, nullptr));
  if (!is_refused) {
    row.values[7] = CStringGetTextDatum(loader_name(plan->loader));
    row.nulls[7] = false;
  }
  put_row(output, plan, &row);
}

// A rule that meets no column has a row too.
static void put_rule_without_column(const PlanOutput *output, const SyncPlan *plan, const char *column) {
  PlanRow row = bare_row("refuse", warnings_of(plan, column, NIL), fixes_of(plan, column));
  NameData name;
  namestrcpy(&name, column);
  row.values[0] = NameGetDatum(&name);
  row.nulls[0] = false;
  put_row(output, plan, &row);
}

static void put_plan(const PlanOutput *output, const SyncPlan *plan) {
  bool is_refused = false;
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems)) is_refused |= problem->column == nullptr;
  if (output->is_of_run || is_refused || plan->warnings != NIL) put_table(output, plan, is_refused);
  for (const PlanColumn *column : each<PlanColumn>(plan->columns)) put_column(output, plan, column);
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    if (problem->column != nullptr && find_column(plan, problem->column) == nullptr)
      put_rule_without_column(output, plan, problem->column);
}

Datum confiture_plan(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  SyncRequest request = read_request(fcinfo, sync_table_arguments);
  PlanOutput output = {reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo), false};
  spi_connect();
  int level = enter_session();
  with_source(request.server, [&](Source *source) {
    SyncPlan *plan = make_plan(source, &request);
    rehearse_row(source, plan);
    put_plan(&output, plan);
  });
  leave_session(level);
  spi_finish();
  return Datum(0);
}

// A row about no table: what a run leaves out, or what prevents it.
static void put_about_run(const PlanOutput *output, const char *action, const char *text, const char *fix) {
  PlanRow row = bare_row(action, arg_texts(list_make1(const_cast<char *>(text))).value, fix);
  put_row(output, nullptr, &row);
}

static void put_run_plan(const PlanOutput *output, const RunPlan *plan) {
  for (const RunTable *table : each<RunTable>(plan->tables)) put_plan(output, table->plan);
  for (const char *note : each_text(plan->notes)) put_about_run(output, "skip", note, nullptr);
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    put_about_run(output, "refuse", problem->text, problem->fix);
}

Datum confiture_plan_sync(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  PlanOutput output = {reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo), true};
  spi_connect();
  int level = enter_session();
  RunOptions options = read_options(settle_settings(parameters_of(
      fcinfo, {"server", "include", "exclude", "rules", "filters", "policy", "format", "loader", "mode"})));
  with_source(options.server, [&](Source *source) { put_run_plan(&output, plan_run(source, &options, NIL)); });
  leave_session(level);
  spi_finish();
  return Datum(0);
}
