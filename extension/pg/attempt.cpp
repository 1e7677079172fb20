#include "pg/attempt.h"

namespace confiture {

ErrorData *attempt(Callback<void()> body, Callback<bool(const ErrorData *)> is_raised, bool keeps) {
  MemoryContext context = CurrentMemoryContext;
  ResourceOwner owner = CurrentResourceOwner;
  ErrorData *volatile error = nullptr;

  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(context);
  PG_TRY();
  {
    body();
    if (keeps)
      ReleaseCurrentSubTransaction();
    else
      RollbackAndReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  if (error != nullptr && is_raised(error)) ReThrowError(error);
  return error;
}

bool is_about_session(const ErrorData *error) {
  int error_class = ERRCODE_TO_CATEGORY(error->sqlerrcode);
  return error_class == ERRCODE_OPERATOR_INTERVENTION || error_class == ERRCODE_INSUFFICIENT_RESOURCES;
}

bool is_raised_by(const ErrorData *error, const char *function) {
  return error->funcname != nullptr && strcmp(error->funcname, function) == 0;
}

static bool is_for_moment(const ErrorData *error) {
  return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
         ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK || is_about_session(error);
}

static const char *message_of(const ErrorData *error) { return error != nullptr ? error->message : nullptr; }

ErrorData *error_in(Callback<void()> body) { return attempt(body, is_about_session, true); }

const char *error_of(Callback<void()> body) { return message_of(error_in(body)); }

const char *objection_to(Callback<void()> body, bool keeps) { return message_of(attempt(body, is_for_moment, keeps)); }

}  // namespace confiture
