#include <memory>

#include "commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    "SELECT run_id AS run, coalesce(relation, '(all)') AS relation, phase, rows, percent, rows_per_second AS "
    "\"rows/s\", "
    "date_trunc('second', eta) AS left, cardinality(pids) AS workers "
    "FROM confiture.progress ORDER BY run_id, progress.relation IS NULL, progress.relation";
constexpr const char *for_programs = "SELECT * FROM confiture.progress ORDER BY run_id, relation IS NULL, relation";

}  // namespace

cli::command status(session &in) {
  cli::command made;
  made.name = "status";
  made.summary = "Show what is being synced right now";
  made.run = [&in] {
    connection to = in.connect();
    if (!in.out.json && to.value("SELECT 1 FROM confiture.progress LIMIT 1").empty()) {
      in.out.note("Nothing is being synced.");
      return exit_code::done;
    }
    in.out.rows(to, in.out.json ? for_programs : for_people);
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands
