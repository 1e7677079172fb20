#include <cstdlib>
#include <memory>

#include "figures.h"
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
  rows, percent, rows_per_second, bytes_per_second, extract(epoch FROM eta) AS left, cardinality(pids) AS workers,
  replace(replace(waiting_for, 'waiting for ', ''), E'\n', '; ') AS waiting_for
FROM confiture.progress
WHERE $1::bigint IS NULL OR run_id = $1::bigint
ORDER BY run_id, progress.relation IS NULL, progress.relation)";
constexpr const char *for_programs =
    R"(
SELECT *
FROM confiture.progress
WHERE $1::bigint IS NULL OR run_id = $1::bigint
ORDER BY run_id, relation IS NULL, relation)";

std::string table_of(const Result &found) {
  Table shown({{"run", true},
               {"relation"},
               {"phase"},
               {"rows", true},
               {"percent", true},
               {"rows/s", true},
               {"bytes/s", true},
               {"left", true},
               {"workers", true},
               {"waiting for"}});
  for (int row = 0; row < found.rows(); row++) {
    auto cell = [&](const char *column) { return printable(found.text(row, column)); };
    auto figure = [&](const char *column, std::string (*text)(double)) {
      return found.text(row, column).empty() ? "" : text(std::atof(found.text(row, column).c_str()));
    };
    const std::string bytes = figure("bytes_per_second", bytes_text);
    shown.add({cell("run"), cell("relation"), cell("phase"), figure("rows", grouped), cell("percent"),
               figure("rows_per_second", grouped), bytes.empty() ? "" : bytes + "/s", figure("left", clock),
               cell("workers"), cell("waiting_for")});
  }
  return shown.text();
}

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
    if (session.out.json)
      session.out.rows(target, for_programs, {options->run});
    else
      session.out.data(table_of(target.query(for_people, {options->run})));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
