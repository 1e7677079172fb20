#include <memory>

#include "commands/commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    R"(
  run_id AS run, server AS source, state, tables, rows,
  pg_size_pretty(bytes) AS received,
  to_char(started_at, 'YYYY-MM-DD HH24:MI') AS started,
  date_trunc('second', elapsed) AS took,
  started_by AS by, error)";

constexpr const char *filtered =
    R"(
FROM confiture.runs r
WHERE ($2::text IS NULL OR server = $2)
  AND ($3::text[] IS NULL OR state = ANY ($3))
  AND ($4::timestamptz IS NULL OR started_at >= $4)
  AND ($5::text IS NULL
       OR EXISTS (SELECT FROM confiture.run_tables t WHERE t.run_id = r.run_id AND t.relation = $5))
ORDER BY run_id DESC
LIMIT $1::integer)";

constexpr const char *tables_for_people =
    R"(
SELECT relation, state, rows, pg_size_pretty(bytes) AS received, date_trunc('milliseconds', elapsed) AS took,
  format, chunks_done || '/' || chunks AS chunks, filter, error
FROM confiture.run_tables
WHERE run_id = $1::bigint
ORDER BY relation)";
constexpr const char *tables_for_programs =
    R"(
SELECT *
FROM confiture.run_tables
WHERE run_id = $1::bigint
ORDER BY relation)";

}  // namespace

cli::Command runs(Session &session) {
  struct Options {
    std::optional<int> run;
    std::optional<int> last;
    std::vector<std::string> states;
    std::optional<std::string> since, table;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "runs";
  command.summary = "List the runs, newest first, or the tables of one run";
  command.example = "confiture runs --state failed --since yesterday";
  command.options = {
      {"RUN", "", &options->run, "List the tables of this run"},
      {"-n,--last", "NUMBER", &options->last, "Number of runs to list (default 20)"},
      {
          .names = "--state",
          .value = "STATE",
          .destination = &options->states,
          .help = "Only runs in this state; may be repeated",
          .choices = {"queued", "running", "interrupted", "done", "failed", "partial", "cancelled", "superseded",
                      "refused"},
      },
      {"--since", "TIME", &options->since, "Only runs that started since this time: 2026-05-01, yesterday"},
      {"--table", "TABLE", &options->table, "Only runs with this table of the target"}};
  command.run = [options, &session] {
    Connection target = session.connect();
    if (!options->run) {
      Parameter table = options->table ? Parameter(Session::find_relation(target, *options->table).name) : Parameter();
      session.out.rows(target, std::string("SELECT ") + (session.out.json ? "*" : for_people) + filtered,
                       {std::to_string(options->last.value_or(20)), session.server, array_literal(options->states),
                        options->since, table});
      return ExitCode::done;
    }
    std::string run = std::to_string(*options->run);
    if (target.value("SELECT 1 FROM confiture.runs WHERE run_id = $1::bigint", {run}).empty())
      throw Error(ExitCode::usage, "run " + run + " does not exist, or you may not see it");
    session.out.rows(target, session.out.json ? tables_for_programs : tables_for_people, {run});
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
