// confiture.sync_table() and preview().
#include "pg/session.h"
#include "pg/spi.h"
#include "table/sync_table.h"
#include "api/request.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_sync_table);
PG_FUNCTION_INFO_V1(confiture_preview);
}

static constexpr ArgumentPositions preview_arguments = {0, 1, 3, 4, 5, -1, -1, 6, -1};

static Interval *interval_of(int64 microseconds) {
  Interval *interval = static_cast<Interval *>(palloc0(sizeof(Interval)));
  interval->time = microseconds;
  return interval;
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

// Not by SQL: auto_explain would log the row as a constant of the plan.
static void put_preview(HeapTuple tuple, TupleDesc descriptor, void *arg) {
  const ReturnSetInfo *result = static_cast<ReturnSetInfo *>(arg);
  Datum json = OidFunctionCall1(F_ROW_TO_JSON_RECORD, heap_copy_tuple_as_datum(tuple, descriptor));
  Datum row = DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(json)));
  bool is_null = false;
  tuplestore_putvalues(result->setResult, result->setDesc, &row, &is_null);
}

Datum confiture_preview(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  SyncRequest request = read_request(fcinfo, preview_arguments);
  int64 n = PG_ARGISNULL(2) ? 5 : PG_GETARG_INT32(2);
  if (n < 0 || n > 1000)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rows must be between 0 and 1000")));
  spi_connect();
  int level = enter_session();
  preview_table(&request, n, put_preview, result);
  leave_session(level);
  spi_finish();
  return Datum(0);
}
