// What a run is asked to do. Kept as jsonb in confiture.run.parameters, so that it can be resumed.
#pragma once

#include "pg/guc.h"
#include "pg/pg.h"
#include "plan/sync_plan.h"
#include "run/chunks.h"
#include "run/foreign_keys.h"

namespace confiture {

inline constexpr int max_jobs = 128;

struct RunOptions {
  const char *server;
  List *include;  // char *, psql-style patterns; NIL: everything
  List *exclude;
  int jobs;        // 0: as many as the work is worth, see fitting_jobs()
  Jsonb *rules;    // qualified table name to inline rules, nullptr for none
  Jsonb *filters;  // qualified table name to condition, nullptr for none
  GuardPolicy policy;
  const char *format;
  LoaderChoice loader;
  LoadMode mode;  // not append
  int64 chunk_bytes;
  ChunkBy by;
  bool stop_on_error;
  FkViolation on_violation;
  bool rebuild_indexes;
  bool refresh_views;
  bool analyze_tables;
  bool atomic;
  bool detach;
  Jsonb *subset;          // qualified table name to its seed; nullptr: none
  bool has_own_subset;    // by the call
  Jsonb *follow;          // see plan/seeds.h
  bool copies_unreached;  // tables that the references of a subset do not reach
  int64 retry_ms;         // how long a lost source is tried again
};

// Checks them; ereports 22004 or 22023. The policy is the one that is on record: whether the caller may have it, was
// checked when the run began. Wants SPI connected.
RunOptions read_options(Jsonb *parameters);

// Of a call that has no run yet: adds confiture.policy to the parameters where they name none, and confiture.loader
// beside theirs.
// Ereports 42501 for a policy that the current user may not have. Wants SPI connected.
Jsonb *settle_settings(Jsonb *parameters);

// Ereports 22023 unless 1 to max_jobs.
void check_jobs(int jobs);

}  // namespace confiture
