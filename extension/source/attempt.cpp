#include "source/attempt.h"

#include "pg/attempt.h"
#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

ErrorData *try_step(Source *source, Callback<void()> step) {
  if (source != nullptr) source->failed = false;
  return attempt(step, [&](const ErrorData *error) {
    bool is_for_session = ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION;
    return is_for_session && (source == nullptr || !source->failed);
  });
}

ErrorData *try_body(Source *source, Callback<void()> body) {
  return try_step(source, [&] {
    spi_connect();
    int level = enter_session();
    body();
    leave_session(level);
    spi_finish();
  });
}

}  // namespace confiture
