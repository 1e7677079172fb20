#include <memory>

#include "run/follow.h"
#include "run/outcome.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    R"(
SELECT run_id AS run, coalesce(relation, '(all)') AS relation,
  coalesce(step || coalesce(' ' || step_done || '/' || step_total, ''),
    phase || CASE WHEN waiting_tables > 0 THEN format(', %s tables to come', waiting_tables) ELSE '' END) AS phase,
  rows, percent, rows_per_second AS "rows/s", pg_size_pretty(bytes_per_second) || '/s' AS "bytes/s", date_trunc('second', eta) AS left, cardinality(pids) AS workers,
  replace(replace(waiting_for, 'waiting for ', ''), E'\n', '; ') AS "waiting for"
FROM confiture.progress
WHERE $1::bigint IS NULL OR run_id = $1::bigint
ORDER BY run_id, progress.relation IS NULL, progress.relation)";
constexpr const char *for_programs =
    R"(
SELECT *
FROM confiture.progress
WHERE $1::bigint IS NULL OR run_id = $1::bigint
ORDER BY run_id, relation IS NULL, relation)";

}  // namespace

cli::Command status(Session &session) {
  struct Options {
    std::optional<std::string> run;
    bool watch = false;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "status";
  command.summary = "Show the runs in progress";
  command.description =
      "With --watch and a run, the exit code is that of the run: 0 done, 1 failed or cancelled, 4 done in part.";
  command.example = "confiture status --watch";
  command.options = {
      {"RUN", "", &options->run, "Only this run"},
      {"--watch", "", &options->watch, "Show progress until the run ends; Ctrl-C stops watching, but not the run"},
  };
  command.run = [options, &session] {
    Connection target = session.connect();
    if (options->watch) {
      ExitCode code = run::follow(session, target, options->run);
      if (session.out.json && options->run) session.out.data(run::json_of(&target, *options->run, code, nullptr));
      return code;
    }
    if (options->run && !run::find_outcome(target, *options->run))
      throw Error(ExitCode::usage, "run " + *options->run + " does not exist, or you may not see it");
    if (!session.out.json && target
                                 .value(R"(
SELECT 1
FROM confiture.progress
WHERE $1::bigint IS NULL OR run_id = $1::bigint
LIMIT 1)",
                                        {options->run})
                                 .empty()) {
      session.out.note("Nothing is being synced.");
      return ExitCode::done;
    }
    session.out.rows(target, session.out.json ? for_programs : for_people, {options->run});
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
