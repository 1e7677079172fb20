// confiture.suggest(): rules for columns that look personal, as rows.
#include "api/request.h"
#include "pg/list.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "run/suggest.h"
#include "source/call.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_suggest);
}

static constexpr int n_columns = 7;

static void put_suggestion(const ReturnSetInfo *result, const Suggestion *suggestion) {
  Datum values[n_columns] = {};
  bool nulls[n_columns] = {};
  NameData name;
  const char *texts[n_columns] = {suggestion->relation,   nullptr, suggestion->kind,
                                  suggestion->confidence, nullptr, suggestion->reason,
                                  suggestion->rule};
  for (int i = 0; i < n_columns; i++) {
    nulls[i] = texts[i] == nullptr;
    if (texts[i] != nullptr) values[i] = CStringGetTextDatum(texts[i]);
  }
  if (suggestion->column != nullptr) {
    namestrcpy(&name, suggestion->column);
    values[1] = NameGetDatum(&name);
    nulls[1] = false;
  }
  if (suggestion->evidence != nullptr) {
    values[4] = PointerGetDatum(suggestion->evidence);
    nulls[4] = false;
  }
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum confiture_suggest(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  int32 sample_rows = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
  if (sample_rows < 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("sample_rows must not be negative")));
  spi_connect();
  int level = enter_session();
  RunOptions options =
      read_options(settle_settings(parameters_of(fcinfo, {"server", nullptr, "include", "exclude", "policy"})));
  // Under auto nothing would be refused, and there would be nothing to suggest.
  if (options.policy == GuardPolicy::automatic) options.policy = GuardPolicy::guard;
  with_source(options.server, [&](Source *source) {
    const RunPlan *plan = plan_run(source, &options, NIL);
    for (const Suggestion *suggestion : each<Suggestion>(suggest_rules(source, plan, sample_rows)))
      put_suggestion(result, suggestion);
  });
  leave_session(level);
  spi_finish();
  return Datum(0);
}
