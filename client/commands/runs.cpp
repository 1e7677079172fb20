#include <memory>

#include "commands.h"

namespace client::commands {

namespace {

constexpr const char *for_people =
    "SELECT run_id AS run, server AS source, state, tables, rows, pg_size_pretty(bytes) AS received, "
    "to_char(started_at, 'YYYY-MM-DD HH24:MI') AS started, date_trunc('second', elapsed) AS took, started_by AS by, "
    "error "
    "FROM confiture.runs ORDER BY run_id DESC LIMIT $1::integer";
constexpr const char *for_programs = "SELECT * FROM confiture.runs ORDER BY run_id DESC LIMIT $1::integer";

constexpr const char *tables_for_people =
    "SELECT relation, state, rows, pg_size_pretty(bytes) AS received, date_trunc('milliseconds', elapsed) AS took, "
    "format, "
    "chunks_done || '/' || chunks AS chunks, filter, error FROM confiture.run_tables WHERE run_id = $1::bigint ORDER "
    "BY relation";
constexpr const char *tables_for_programs =
    "SELECT * FROM confiture.run_tables WHERE run_id = $1::bigint ORDER BY relation";

}  // namespace

cli::command runs(session &in) {
  struct options {
    std::optional<int> run;
    std::optional<int> last;
  };
  auto o = std::make_shared<options>();
  cli::command made;
  made.name = "runs";
  made.summary = "List the runs there were, newest first, or the tables of one";
  made.options = {{"RUN", "", &o->run, "The tables of this run"},
                  {"-n,--last", "NUMBER", &o->last, "How many runs to list (default 20)"}};
  made.run = [o, &in] {
    connection to = in.connect();
    if (!o->run) {
      in.out.rows(to, in.out.json ? for_programs : for_people, {std::to_string(o->last.value_or(20))});
      return exit_code::done;
    }
    std::string run = std::to_string(*o->run);
    if (to.value("SELECT 1 FROM confiture.runs WHERE run_id = $1::bigint", {run}).empty())
      throw error(exit_code::usage, "there is no run " + run + ", or it is not yours to see");
    in.out.rows(to, in.out.json ? tables_for_programs : tables_for_people, {run});
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands
