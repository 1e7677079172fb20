#include "pg/next_transaction.h"

#include "pg/pg.h"
#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

void next_transaction() {
  // The session's settings end with the transaction.
  SPI_commit();
  XactIsoLevel = XACT_READ_COMMITTED;
  (void)enter_session();
}

// As the server does for temporary tables when a session ends.
void commit_at_exit(Callback<void()> body) {
  AbortOutOfAnyTransaction();
  StartTransactionCommand();
  PushActiveSnapshot(GetTransactionSnapshot());
  spi_connect();
  (void)enter_session();
  body();
  spi_finish();
  PopActiveSnapshot();
  CommitTransactionCommand();
}

void commit_after_error(Callback<void()> body) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  { commit_at_exit(body); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    AbortOutOfAnyTransaction();
    StartTransactionCommand();
    ereport(WARNING, (errmsg("%s", error->message)));
    CommitTransactionCommand();
  }
  PG_END_TRY();
  // What raises the error again ends a transaction.
  StartTransactionCommand();
  MemoryContextSwitchTo(context);
}

}  // namespace confiture
