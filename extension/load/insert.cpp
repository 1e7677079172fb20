#include "load/insert.h"

#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "source/error.h"

namespace confiture {

static char *insert_statement(const Transfer *transfer, const char *on_conflict) {
  StringInfoData columns;
  initStringInfo(&columns);
  for (int i = 0; i < transfer->n_columns; i++)
    appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "", quote_identifier(transfer->columns[i].name));
  return psprintf(R"(
      INSERT INTO %s (%s)
      OVERRIDING SYSTEM VALUE
      SELECT %s
      FROM %s
      %s)",
                  qualified_name(transfer->relation), columns.data, columns.data, masked_rows_item(transfer),
                  on_conflict);
}

static void withhold(ErrorData *error, const RowsOffer *offer, const char *sql) {
  const char *relation = qualified_name(offer->transfer->relation), *place = place_of_failure(offer->reader);
  if (offer->stream->failed || place != nullptr)
    withhold_row(error, offer->stream, relation, place);
  else
    withhold_relayed_values(error, relation, sql);
}

// Executes the statement with nothing of ours in the CONTEXT of its errors. What is there then, but for the statement,
// stems from those who executed it.
static void run_insert(const RowsOffer *offer, const char *sql) {
  MemoryContext context = CurrentMemoryContext;
  ErrorContextCallback *outer = error_context_stack;
  error_context_stack = nullptr;
  PG_TRY();
  { spi_run(sql); }
  PG_CATCH();
  {
    error_context_stack = outer;
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    withhold(error, offer, sql);
    ThrowErrorData(error);
  }
  PG_END_TRY();
  error_context_stack = outer;
}

uint64 insert_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress, const char *on_conflict) {
  RowsOffer offer = {transfer, stream, progress, nullptr};
  const char *sql = insert_statement(transfer, on_conflict);
  // The engine's own triggers and those of foreign keys are how it keeps its rows right.
  int level = NewGUCNestLevel();
  if (transfer->engine != nullptr) switch_triggers_on();
  uint64 rows = 0;
  as_owner_of(transfer->relation, [&] {
    with_offered_rows(&offer, [&] {
      run_insert(&offer, sql);
      rows = SPI_processed;
    });
  });
  AtEOXact_GUC(true, level);
  return rows;
}

}  // namespace confiture
