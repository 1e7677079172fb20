// confiture.sync_table(), plan() and preview().
#include "../pg/session.h"
#include "../pg/spi.h"
#include "../sync/sync_table.h"
#include "request.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_sync_table);
PG_FUNCTION_INFO_V1(confiture_plan);
PG_FUNCTION_INFO_V1(confiture_preview);
}

static constexpr argument_positions sync_arguments = {0, 1, 2, 3, 4, 5, 6, 7, 8};
static constexpr argument_positions preview_arguments = {0, 1, 3, 4, 5, -1, -1, 6, -1};

static Interval *interval_of(int64 microseconds) {
  Interval *interval = static_cast<Interval *>(palloc0(sizeof(Interval)));
  interval->time = microseconds;
  return interval;
}

Datum confiture_sync_table(PG_FUNCTION_ARGS) {
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row");
  sync_request request = read_request(fcinfo, sync_arguments);
  spi_connect();
  int level = enter_session();
  sync_result result = sync_table(&request);
  leave_session(level);
  spi_finish();

  double seconds = static_cast<double>(Max(result.microseconds, 1)) / 1e6;
  Datum values[] = {ObjectIdGetDatum(request.relation),
                    Int64GetDatum(result.rows),
                    Int64GetDatum(result.bytes),
                    IntervalPGetDatum(interval_of(result.microseconds)),
                    Int64GetDatum(static_cast<int64>(static_cast<double>(result.rows) / seconds)),
                    CStringGetTextDatum(result.binary ? "binary" : "text"),
                    Int64GetDatum(result.run_id)};
  bool nulls[lengthof(values)] = {};
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

static Datum text_or_null(const char *text, bool *is_null) {
  *is_null = text == nullptr;
  return text != nullptr ? CStringGetTextDatum(text) : Datum(0);
}

static const char *action_name(column_action action) {
  switch (action) {
    case column_action::pass:
      return "pass";
    case column_action::mask:
      return "mask";
    case column_action::drop:
      return "drop";
    case column_action::use_default:
      return "default";
    default:
      return "refuse";
  }
}

// Warnings of a column (nullptr: of the table) and what speaks against it, as text[].
static Datum warnings_of(const sync_plan *plan, const char *name, List *warnings) {
  Datum *texts =
      static_cast<Datum *>(palloc(sizeof(Datum) * (list_length(warnings) + list_length(plan->problems) + 1)));
  int n = 0;
  ListCell *cell;
  foreach (cell, plan->problems) {
    const plan_problem *problem = static_cast<plan_problem *>(lfirst(cell));
    bool is_about =
        problem->column == nullptr ? name == nullptr : name != nullptr && strcmp(problem->column, name) == 0;
    if (is_about) texts[n++] = CStringGetTextDatum(problem->text);
  }
  foreach (cell, warnings) texts[n++] = CStringGetTextDatum(static_cast<char *>(lfirst(cell)));
  return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

struct plan_output {
  const sync_request *request;
  Tuplestorestate *store;
  TupleDesc descriptor;
};

static void put_plan_row(const plan_output *output, const sync_plan *plan, const plan_column *column) {
  Datum values[8];
  bool nulls[8] = {};
  NameData name;
  namestrcpy(&name, column->name);
  values[0] = NameGetDatum(&name);
  values[1] = text_or_null(column->source != nullptr ? column->source->type : nullptr, &nulls[1]);
  values[2] =
      text_or_null(column->number != 0 ? format_type_with_typemod(column->type, column->typmod) : nullptr, &nulls[2]);
  values[3] = CStringGetTextDatum(action_name(column->action));
  values[4] = text_or_null(column->mask != nullptr ? column->mask->strategy : nullptr, &nulls[4]);
  values[5] = BoolGetDatum(column->raw_leaves_source && column->action != column_action::refuse);
  values[6] = text_or_null(column->expression == nullptr ? nullptr : plan->binary ? "binary" : "text", &nulls[6]);
  values[7] = warnings_of(plan, column->name, column->warnings);
  tuplestore_putvalues(output->store, output->descriptor, values, nulls);
}

// A rule that meets no column, or something about the table itself, has a row of its own.
static void put_orphan(const plan_output *output, const sync_plan *plan, const char *name, bool refused) {
  Datum values[8] = {};
  bool nulls[8] = {name == nullptr, true, true, false, true, true, true, false};
  NameData name_data;
  if (name != nullptr) namestrcpy(&name_data, name);
  values[0] = NameGetDatum(&name_data);
  values[3] = CStringGetTextDatum(refused ? "refuse" : "load");
  values[7] = warnings_of(plan, name, name == nullptr ? plan->warnings : NIL);
  tuplestore_putvalues(output->store, output->descriptor, values, nulls);
}

static void put_plan(source *from, void *arg) {
  plan_output *output = static_cast<plan_output *>(arg);
  const sync_plan *plan = make_plan(from, output->request);
  ListCell *cell, *other;
  bool table_refused = false;
  foreach (cell, plan->problems) table_refused |= static_cast<plan_problem *>(lfirst(cell))->column == nullptr;
  if (table_refused || plan->warnings != NIL) put_orphan(output, plan, nullptr, table_refused);
  foreach (cell, plan->columns) put_plan_row(output, plan, static_cast<plan_column *>(lfirst(cell)));
  foreach (cell, plan->problems) {
    const char *name = static_cast<plan_problem *>(lfirst(cell))->column;
    bool has_row = name == nullptr;
    foreach (other, plan->columns)
      has_row = has_row || strcmp(static_cast<plan_column *>(lfirst(other))->name, name) == 0;
    if (!has_row) put_orphan(output, plan, name, true);
  }
}

Datum confiture_plan(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  sync_request request = read_request(fcinfo, sync_arguments);
  plan_output output = {&request, result->setResult, result->setDesc};
  spi_connect();
  int level = enter_session();
  with_source(request.server, put_plan, &output);
  leave_session(level);
  spi_finish();
  return Datum(0);
}

// Not by SQL: auto_explain would log the row as a constant of the plan.
static void put_preview(HeapTuple tuple, TupleDesc descriptor, void *arg) {
  plan_output *output = static_cast<plan_output *>(arg);
  Datum json = OidFunctionCall1(F_ROW_TO_JSON_RECORD, heap_copy_tuple_as_datum(tuple, descriptor));
  Datum row = DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(json)));
  bool is_null = false;
  tuplestore_putvalues(output->store, output->descriptor, &row, &is_null);
}

Datum confiture_preview(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  sync_request request = read_request(fcinfo, preview_arguments);
  int64 n = PG_ARGISNULL(2) ? 5 : PG_GETARG_INT32(2);
  if (n < 0 || n > 1000)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rows must be between 0 and 1000")));
  plan_output output = {&request, result->setResult, result->setDesc};
  spi_connect();
  int level = enter_session();
  preview_table(&request, n, put_preview, &output);
  leave_session(level);
  spi_finish();
  return Datum(0);
}
