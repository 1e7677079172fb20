// confiture.plan() and plan_sync(): what a sync would do, as rows.
#include "pg/session.h"
#include "pg/spi.h"
#include "run/plan.h"
#include "source/connection.h"
#include "api/request.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_plan);
PG_FUNCTION_INFO_V1(confiture_plan_sync);
}

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

// Warnings of a column (nullptr: of the table) and what speaks against it, as text[].
static Datum warnings_of(const SyncPlan *plan, const char *name, List *warnings) {
  Datum *texts =
      static_cast<Datum *>(palloc(sizeof(Datum) * (list_length(warnings) + list_length(plan->problems) + 1)));
  int n = 0;
  ListCell *cell;
  foreach (cell, plan->problems) {
    const PlanProblem *problem = static_cast<PlanProblem *>(lfirst(cell));
    bool is_about =
        problem->column == nullptr ? name == nullptr : name != nullptr && strcmp(problem->column, name) == 0;
    if (is_about) texts[n++] = CStringGetTextDatum(problem->text);
  }
  foreach (cell, warnings) texts[n++] = CStringGetTextDatum(static_cast<char *>(lfirst(cell)));
  return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

// The columns of plan(). Those of plan_sync() stand between `before` ones of the table and the statement that fixes it.
static constexpr int n_columns = 8;

struct PlanOutput {
  const ReturnSetInfo *result;
  const SyncRequest *request;
  bool of_run;
};

struct PlanRow {
  Datum values[n_columns];
  bool nulls[n_columns];
  const char *fix;
};

static const char *fix_of(const SyncPlan *plan, const char *column) {
  StringInfoData fix;
  initStringInfo(&fix);
  ListCell *cell;
  foreach (cell, plan->problems) {
    const PlanProblem *problem = static_cast<PlanProblem *>(lfirst(cell));
    bool is_about = problem->column == nullptr || column == nullptr ? problem->column == column
                                                                    : strcmp(problem->column, column) == 0;
    if (is_about && problem->fix != nullptr) appendStringInfo(&fix, "%s%s", fix.len > 0 ? "\n" : "", problem->fix);
  }
  return fix.len > 0 ? fix.data : nullptr;
}

static void put_row(const PlanOutput *output, const SyncPlan *plan, const PlanRow *row) {
  constexpr int before = 4;
  Datum values[before + n_columns + 1] = {};
  bool nulls[before + n_columns + 1] = {};
  int offset = output->of_run ? before : 0;
  if (output->of_run) {
    for (int i = 0; i < before; i++) nulls[i] = plan == nullptr;
    if (plan != nullptr) {
      values[0] = CStringGetTextDatum(plan->relation_name);
      values[1] = CStringGetTextDatum(plan->source->qualified);
      values[2] = Int64GetDatum(static_cast<int64>(plan->source->estimated_rows));
      nulls[2] = plan->source->estimated_rows < 0;
      values[3] = Int64GetDatum(plan->source->estimated_bytes);
    }
    values[before + n_columns] = text_or_null(row->fix, &nulls[before + n_columns]);
  }
  memcpy(values + offset, row->values, sizeof(row->values));
  memcpy(nulls + offset, row->nulls, sizeof(row->nulls));
  tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
}

static void put_column(const PlanOutput *output, const SyncPlan *plan, const PlanColumn *column) {
  PlanRow row = {};
  NameData name;
  namestrcpy(&name, column->name);
  row.values[0] = NameGetDatum(&name);
  row.values[1] = text_or_null(column->source != nullptr ? column->source->type : nullptr, &row.nulls[1]);
  row.values[2] = text_or_null(column->number != 0 ? format_type_with_typemod(column->type, column->typmod) : nullptr,
                               &row.nulls[2]);
  row.values[3] = CStringGetTextDatum(action_name(column->action));
  row.values[4] = text_or_null(column->mask != nullptr ? column->mask->strategy : nullptr, &row.nulls[4]);
  row.values[5] = BoolGetDatum(column->raw_leaves_source && column->action != ColumnAction::refuse);
  row.values[6] = text_or_null(column->expression == nullptr ? nullptr
                               : plan->binary                ? "binary"
                                                             : "text",
                               &row.nulls[6]);
  row.values[7] = warnings_of(plan, column->name, column->warnings);
  row.fix = fix_of(plan, column->name);
  put_row(output, plan, &row);
}

// A rule that meets no column, or something about the table itself, has a row of its own.
static void put_orphan(const PlanOutput *output, const SyncPlan *plan, const char *name, bool refused) {
  PlanRow row = {{}, {name == nullptr, true, true, false, true, true, true, false}, fix_of(plan, name)};
  NameData name_data;
  if (name != nullptr) namestrcpy(&name_data, name);
  row.values[0] = NameGetDatum(&name_data);
  row.values[3] = CStringGetTextDatum(refused ? "refuse" : "load");
  row.values[7] = warnings_of(plan, name, name == nullptr ? plan->warnings : NIL);
  put_row(output, plan, &row);
}

static void put_plan(const PlanOutput *output, const SyncPlan *plan) {
  ListCell *cell, *other;
  bool table_refused = false;
  foreach (cell, plan->problems) table_refused |= static_cast<PlanProblem *>(lfirst(cell))->column == nullptr;
  if (output->of_run || table_refused || plan->warnings != NIL) put_orphan(output, plan, nullptr, table_refused);
  foreach (cell, plan->columns) put_column(output, plan, static_cast<PlanColumn *>(lfirst(cell)));
  foreach (cell, plan->problems) {
    const char *name = static_cast<PlanProblem *>(lfirst(cell))->column;
    bool has_row = name == nullptr;
    foreach (other, plan->columns)
      has_row = has_row || strcmp(static_cast<PlanColumn *>(lfirst(other))->name, name) == 0;
    if (!has_row) put_orphan(output, plan, name, true);
  }
}

static void plan_one(Source *from, void *arg) {
  PlanOutput *output = static_cast<PlanOutput *>(arg);
  put_plan(output, make_plan(from, output->request));
}

Datum confiture_plan(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  SyncRequest request = read_request(fcinfo, sync_table_arguments);
  PlanOutput output = {reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo), &request, false};
  spi_connect();
  int level = enter_session();
  with_source(request.server, [&](Source *source) { plan_one(source, &output); });
  leave_session(level);
  spi_finish();
  return Datum(0);
}

// What is about no table: a row without relation for what is left out, and for what speaks against the run.
static void put_about_run(const PlanOutput *output, const char *text, const char *fix, bool refused) {
  PlanRow row = {{}, {true, true, true, false, true, true, true, false}, fix};
  Datum texts[] = {CStringGetTextDatum(text)};
  row.values[3] = CStringGetTextDatum(refused ? "refuse" : "skip");
  row.values[7] = PointerGetDatum(construct_array(texts, 1, TEXTOID, -1, false, TYPALIGN_INT));
  put_row(output, nullptr, &row);
}

struct RunOutput {
  PlanOutput rows;
  const RunOptions *options;
};

static void plan_all(Source *from, void *arg) {
  RunOutput *output = static_cast<RunOutput *>(arg);
  const RunPlan *plan = plan_run(from, output->options, NIL);
  ListCell *cell;
  foreach (cell, plan->tables) put_plan(&output->rows, static_cast<RunTable *>(lfirst(cell))->plan);
  foreach (cell, plan->notes) put_about_run(&output->rows, static_cast<char *>(lfirst(cell)), nullptr, false);
  foreach (cell, plan->problems) {
    const PlanProblem *problem = static_cast<PlanProblem *>(lfirst(cell));
    put_about_run(&output->rows, problem->text, problem->fix, true);
  }
}

// The arguments as the parameters of a run.
static Jsonb *parameters_of(FunctionCallInfo fcinfo) {
  Oid types[] = {TEXTOID, TEXTARRAYOID, TEXTARRAYOID, JSONBOID, JSONBOID, TEXTOID, TEXTOID};
  Datum values[lengthof(types)];
  char nulls[lengthof(types) + 1] = {};
  for (size_t i = 0; i < lengthof(types); i++) {
    values[i] = PG_GETARG_DATUM(i);
    nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
  }
  old_spi_run(
      "SELECT jsonb_build_object('server', $1, 'include', $2, 'exclude', $3, 'rules', $4, 'filters', $5, 'policy', $6, "
      "'format', $7)",
      lengthof(types), types, values, nulls);
  bool is_null;
  return DatumGetJsonbPCopy(old_spi_datum(0, 1, &is_null));
}

Datum confiture_plan_sync(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  spi_connect();
  int level = enter_session();
  RunOptions options = read_options(parameters_of(fcinfo));
  RunOutput output = {{reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo), nullptr, true}, &options};
  with_source(options.server, [&](Source *source) { plan_all(source, &output); });
  leave_session(level);
  spi_finish();
  return Datum(0);
}
