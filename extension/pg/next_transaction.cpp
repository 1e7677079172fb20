#include "pg/next_transaction.h"

#include "pg/pg.h"
#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

static emit_log_hook_type next_log_hook = nullptr;
static bool has_cancelled_wait = false;

static void watch_log(ErrorData *error) {
  static constexpr char cancelled_wait[] = "canceling wait for synchronous replication due to user request";
  if (error->elevel == WARNING && error->message_id != nullptr && strcmp(error->message_id, cancelled_wait) == 0)
    has_cancelled_wait = true;
  if (next_log_hook != nullptr) next_log_hook(error);
}

// A cancel during the wait for a synchronous standby ends that wait and leaves no trace but a WARNING.
static void commit_watched() {
  next_log_hook = emit_log_hook;
  has_cancelled_wait = false;
  emit_log_hook = watch_log;
  PG_TRY();
  { SPI_commit(); }
  PG_FINALLY();
  { emit_log_hook = next_log_hook; }
  PG_END_TRY();
}

void next_transaction() {
  // The session's settings end with the transaction.
  commit_watched();
  XactIsoLevel = XACT_READ_COMMITTED;
  (void)enter_session();
  if (has_cancelled_wait)
    ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED), errmsg("canceling statement due to user request"),
                    errdetail("It waited for a synchronous standby; what it committed may not have reached that.")));
}

// As the server does for temporary tables when a session ends.
void commit_at_exit(Callback<void()> body) {
  AbortOutOfAnyTransaction();
  StartTransactionCommand();
  PushActiveSnapshot(GetTransactionSnapshot());
  spi_connect();
  (void)enter_session();
  commit_without_standby();
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
