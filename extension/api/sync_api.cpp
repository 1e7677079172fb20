// confiture.sync_table() and preview().
#include "api/request.h"
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "table/sync_table.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_sync_table);
PG_FUNCTION_INFO_V1(confiture_preview);
PG_FUNCTION_INFO_V1(confiture_masked_rows);
}

static constexpr ArgumentPositions preview_arguments = {.server = 0,
                                                        .relation = 1,
                                                        .source_relation = 3,
                                                        .rules = 4,
                                                        .filter = 5,
                                                        .mode = -1,
                                                        .format = -1,
                                                        .policy = 6,
                                                        .triggers = -1,
                                                        .loader = -1};

static Interval *interval_of(int64 microseconds) {
  return make<Interval>({.time = microseconds, .day = 0, .month = 0});
}

static int64 per_second(uint64 rows, int64 microseconds) {
  double seconds = static_cast<double>(Max(microseconds, 1)) / 1e6;
  return static_cast<int64>(static_cast<double>(rows) / seconds);
}

Datum confiture_sync_table(PG_FUNCTION_ARGS) {
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row");
  SyncRequest request = read_request(fcinfo, sync_table_arguments);
  spi_connect();
  int level = enter_session();
  SyncResult result = sync_table(&request);
  leave_session(level);
  spi_finish();

  Datum values[] = {ObjectIdGetDatum(request.relation),
                    Int64GetDatum(static_cast<int64>(result.rows)),
                    Int64GetDatum(static_cast<int64>(result.bytes)),
                    IntervalPGetDatum(interval_of(result.microseconds)),
                    Int64GetDatum(per_second(result.rows, result.microseconds)),
                    CStringGetTextDatum(result.binary ? "binary" : "text"),
                    Int64GetDatum(result.run_id)};
  bool nulls[lengthof(values)] = {};
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

// Not by SQL: auto_explain would log the row as a constant of the plan.
static Datum row_as_jsonb(HeapTuple row, TupleDesc descriptor) {
  Datum json = OidFunctionCall1(F_ROW_TO_JSON_RECORD, heap_copy_tuple_as_datum(row, descriptor));
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(json)));
}

Datum confiture_preview(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
  const ReturnSetInfo *output = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  SyncRequest request = read_request(fcinfo, preview_arguments);
  int64 limit = PG_ARGISNULL(2) ? 5 : PG_GETARG_INT32(2);
  if (limit < 0 || limit > 1000)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rows must be between 0 and 1000")));
  // Who chooses rules, rows or the table of the source could ask for other values than those that a sync brings.
  request.only_read = PG_ARGISNULL(3) && PG_ARGISNULL(4) && PG_ARGISNULL(5);
  spi_connect();
  int level = enter_session();
  preview_table(&request, limit, [&](HeapTuple row, TupleDesc descriptor) {
    Datum value = row_as_jsonb(row, descriptor);
    bool is_null = false;
    tuplestore_putvalues(output->setResult, output->setDesc, &value, &is_null);
  });
  leave_session(level);
  spi_finish();
  return Datum(0);
}

// Loads never call it: see load/rows_scan.h.
Datum confiture_masked_rows(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("confiture.masked_rows() is for loads only")));
}
