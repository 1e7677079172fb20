#include "source/attempt.h"

#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

void next_transaction() {
  // The session's settings end with the transaction.
  SPI_commit();
  XactIsoLevel = XACT_READ_COMMITTED;
  (void)enter_session();
}

ErrorData *try_step(Source *from, void (*step)(void *), void *arg) {
  if (from != nullptr) from->failed = false;
  MemoryContext context = CurrentMemoryContext;
  ResourceOwner owner = CurrentResourceOwner;
  ErrorData *volatile failure = nullptr;
  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(context);
  PG_TRY();
  {
    step(arg);
    ReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    failure = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    bool is_for_session = ERRCODE_TO_CATEGORY(failure->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION;
    if (is_for_session && (from == nullptr || !from->failed)) ReThrowError(failure);
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  return failure;
}

struct SeparateBody {
  void (*body)(void *);
  void *arg;
};

static void run_separately(void *arg) {
  const SeparateBody *call = static_cast<SeparateBody *>(arg);
  spi_connect();
  int level = enter_session();
  call->body(call->arg);
  leave_session(level);
  spi_finish();
}

ErrorData *try_body(Source *from, void (*body)(void *), void *arg) {
  SeparateBody call = {body, arg};
  return try_step(from, run_separately, &call);
}

}  // namespace confiture
