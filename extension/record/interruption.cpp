#include "record/interruption.h"

#include "pg/next_transaction.h"
#include "pg/pg.h"
#include "record/run_lock.h"
#include "record/run_store.h"

namespace confiture {

static const char *reason_of_exit() {
  return ClientConnectionLost ? "the client went away (client_connection_check_interval)"
                              : "the process that led it was terminated, by pg_terminate_backend() or a shutdown";
}

static void record_exit(int, Datum) {
  int64 run_id = led_run();
  if (run_id == 0 || !PostmasterIsAlive()) return;
  const char *reason = reason_of_exit();
  commit_at_exit([&] { store_interruption(run_id, reason); });
}

void record_exits() {
  static bool is_registered = false;
  if (!is_registered) before_shmem_exit(record_exit, Datum(0));
  is_registered = true;
}

}  // namespace confiture
