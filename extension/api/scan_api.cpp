// The handler of the foreign-data wrapper, and confiture.list_connections().
#include "pg/memory.h"
#include "scan/scan.h"
#include "source/kept.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_fdw_handler);
PG_FUNCTION_INFO_V1(confiture_list_connections);
}

// Without the functions that write, the server itself refuses INSERT, UPDATE, DELETE, TRUNCATE and COPY FROM.
Datum confiture_fdw_handler(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  FdwRoutine *routine = makeNode(FdwRoutine);
  routine->GetForeignRelSize = estimate_foreign_rel;
  routine->GetForeignPaths = add_foreign_paths;
  routine->GetForeignPlan = make_foreign_plan;
  routine->GetForeignUpperPaths = add_upper_paths;
  routine->BeginForeignScan = begin_scan;
  routine->IterateForeignScan = iterate_scan;
  routine->ReScanForeignScan = rescan;
  routine->EndForeignScan = end_scan;
  routine->ExplainForeignScan = explain_scan;
  routine->AnalyzeForeignTable = analyze_foreign_table;
  routine->ImportForeignSchema = import_schema;
  PG_RETURN_POINTER(routine);
}

static Datum name_or_null(const char *text, bool *is_null) {
  *is_null = text == nullptr;
  if (text == nullptr) return Datum(0);
  NameData *name = make<NameData>();
  namestrcpy(name, text);
  return NameGetDatum(name);
}

Datum confiture_list_connections(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  each_kept_connection([&](const KeptConnection *connection) {
    ForeignServer *server = GetForeignServerExtended(connection->server, FSV_MISSING_OK);
    Datum values[5] = {};
    bool nulls[5] = {};
    values[0] = name_or_null(server != nullptr ? server->servername : nullptr, &nulls[0]);
    values[1] = name_or_null(GetUserNameFromId(connection->role, true), &nulls[1]);
    values[2] = BoolGetDatum(connection->is_valid);
    values[3] = BoolGetDatum(connection->in_transaction);
    values[4] = BoolGetDatum(connection->is_borrowed);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  });
  return Datum(0);
}
