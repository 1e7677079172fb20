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

// Calls body with nothing of ours in the CONTEXT of its errors. What is there then, but for the statement, stems from
// those who executed it.
static void run_insert(const Transfer *transfer, const MaskedStream *stream, const char *sql) {
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
    // Errors of the stream itself quote no row.
    if (stream->failed)
      error->context = nullptr;
    else
      withhold_relayed_values(error, qualified_name(transfer->relation), sql);
    ThrowErrorData(error);
  }
  PG_END_TRY();
  error_context_stack = outer;
}

uint64 insert_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress, const char *on_conflict) {
  const RowsOffer offer = {transfer, stream, progress};
  const char *sql = insert_statement(transfer, on_conflict);
  // The engine's own triggers and those of foreign keys are how it keeps its rows right.
  int level = NewGUCNestLevel();
  if (transfer->engine != nullptr) switch_triggers_on();
  uint64 rows = 0;
  as_owner_of(transfer->relation, [&] {
    with_offered_rows(&offer, [&] {
      run_insert(transfer, stream, sql);
      rows = SPI_processed;
    });
  });
  AtEOXact_GUC(true, level);
  return rows;
}

}  // namespace confiture
