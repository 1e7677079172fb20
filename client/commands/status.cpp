#include <memory>

#include "run/follow.h"
#include "run/outcome.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    "SELECT run_id AS run, coalesce(relation, '(all)') AS relation, phase, rows, percent, rows_per_second AS "
    "\"rows/s\", "
    "date_trunc('second', eta) AS left, cardinality(pids) AS workers "
    "FROM confiture.progress WHERE run_id = coalesce($1::bigint, run_id) "
    "ORDER BY run_id, progress.relation IS NULL, progress.relation";
constexpr const char *for_programs =
    "SELECT * FROM confiture.progress WHERE run_id = coalesce($1::bigint, run_id) "
    "ORDER BY run_id, relation IS NULL, relation";

}  // namespace

cli::Command status(Session &in) {
  struct Options {
    std::optional<std::string> run;
    bool watch = false;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "status";
  made.summary = "Show what is being synced right now";
  made.description =
      "With --watch and a run, the exit code is that of the run: 0 done, 1 failed or cancelled, 4 done in part.";
  made.example = "confiture status --watch";
  made.options = {
      {"RUN", "", &o->run, "Only this run"},
      {"--watch", "", &o->watch, "Go on showing it until it is over; Ctrl-C stops watching, and not the run"},
  };
  made.run = [o, &in] {
    Connection to = in.connect();
    if (o->watch) return run::follow(in, to, o->run);
    if (!in.out.json &&
        to.value("SELECT 1 FROM confiture.progress WHERE run_id = coalesce($1::bigint, run_id) LIMIT 1", {o->run})
            .empty()) {
      if (o->run && !run::find_outcome(to, *o->run))
        throw Error(ExitCode::usage, "there is no run " + *o->run + ", or it is not yours to see");
      in.out.note("Nothing is being synced.");
      return ExitCode::done;
    }
    in.out.rows(to, in.out.json ? for_programs : for_people, {o->run});
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands
