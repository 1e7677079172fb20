#include "load/progress.h"

namespace confiture {

static void fill_slots(const Progress *p, int64 phase) {
  static const int slots[] = {15, 16, 17, 18, 19};  // param16 to param20 of pg_stat_get_progress_info()
  const int64 values[] = {p->rows, p->run_id, p->estimated_rows, static_cast<int64>(p->server),
                          p->chunk_id << 2 | phase};
  pgstat_progress_update_multi_param(lengthof(slots), slots, values);
}

void show_preparing(const Progress *p) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, p->relation);
  fill_slots(p, 1);
}

void show_copying(const Progress *p) { fill_slots(p, 2); }

void show_finishing(const Progress *p) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, p->relation);
  fill_slots(p, 3);
}

}  // namespace confiture
