#include <memory>

#include "figures.h"
#include "run/draw.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    R"(
  run_id, server, state, tables, rows, bytes, to_char(started_at, 'YYYY-MM-DD HH24:MI') AS started,
  extract(epoch FROM elapsed) AS seconds, started_by, error)";

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
SELECT relation, state, rows, bytes, extract(epoch FROM elapsed) AS seconds, format,
  chunks_done || '/' || chunks AS chunks, filter, error
FROM confiture.run_tables
WHERE run_id = $1::bigint
ORDER BY relation)";
constexpr const char *tables_for_programs =
    R"(
SELECT *
FROM confiture.run_tables
WHERE run_id = $1::bigint
ORDER BY relation)";

// The first line of an error, as far as there is room for it in a table.
std::string beginning(const std::string &error) {
  return run::fitting(printable(error.substr(0, error.find('\n'))), {.width = 61, .utf8 = true});
}

std::string received(const Result &found, int row) {
  return bytes_text(static_cast<double>(found.number(row, "bytes")));
}

std::string copied(const Result &found, int row) {
  return found.text(row, "rows").empty() ? "" : grouped(static_cast<double>(found.number(row, "rows")));
}

std::string took(const Result &found, int row) {
  std::string seconds = found.text(row, "seconds");
  return seconds.empty() ? "" : duration_text(std::atof(seconds.c_str()));
}

std::string list_of_runs(const Result &found) {
  Table shown({{"run", true},
               {"source"},
               {"state"},
               {"tables", true},
               {"rows", true},
               {"received", true},
               {"started"},
               {"took", true},
               {"by"},
               {"error"}});
  for (int row = 0; row < found.rows(); row++) {
    auto cell = [&](const char *column) { return printable(found.text(row, column)); };
    shown.add({cell("run_id"), cell("server"), cell("state"), cell("tables"), copied(found, row), received(found, row),
               cell("started"), took(found, row), cell("started_by"), beginning(found.text(row, "error"))});
  }
  return shown.text();
}

// What went wrong stands below the tables, whole. A run that stopped at a table has the same error as that one.
std::string tables_of_run(const Result &found, const std::string &error) {
  Table shown({{"relation"},
               {"state"},
               {"rows", true},
               {"received", true},
               {"took", true},
               {"format"},
               {"chunks"},
               {"filter"}});
  std::string errors;
  for (int row = 0; row < found.rows(); row++) {
    auto cell = [&](const char *column) { return printable(found.text(row, column)); };
    shown.add({cell("relation"), cell("state"), copied(found, row), received(found, row), took(found, row),
               cell("format"), cell("chunks"), cell("filter")});
    if (!cell("error").empty()) errors += cell("relation") + ": " + printable(found.text(row, "error"), true) + "\n";
  }
  if (!error.empty() && errors.find(printable(error, true)) == errors.npos) errors += printable(error, true) + "\n";
  if (shown.empty() && !errors.empty()) return errors;
  return shown.text() + (errors.empty() ? "" : "\n" + errors);
}

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
      const std::string query = std::string("SELECT ") + (session.out.json ? "*" : for_people) + filtered;
      const Parameters values = {std::to_string(options->last.value_or(20)), session.server,
                                 array_literal(options->states), options->since, table};
      if (session.out.json)
        session.out.rows(target, query, values);
      else
        session.out.data(list_of_runs(target.query(query, values)));
      return ExitCode::done;
    }
    std::string run = std::to_string(*options->run);
    Result found = target.query("SELECT error FROM confiture.runs WHERE run_id = $1::bigint", {run});
    if (found.rows() == 0) throw Error(ExitCode::usage, "run " + run + " does not exist, or you may not see it");
    if (session.out.json)
      session.out.rows(target, tables_for_programs, {run});
    else
      session.out.data(tables_of_run(target.query(tables_for_people, {run}), found.text(0, 0)));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
