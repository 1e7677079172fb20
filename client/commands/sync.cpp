// sync and resume: runs of the whole database.
#include <memory>

#include "rules/file.h"
#include "run/lead.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using rules::Json;

struct Options {
  std::vector<std::string> include, exclude, filters;
  std::optional<std::string> rules_file, policy, format, chunk_size, chunk_by, on_error, on_fk_violation, retry_for;
  std::optional<int> jobs;
  bool rebuild_indexes = false;
  bool refresh_views = false;
  bool no_analyze = false;
  bool atomic = false;
  bool detach = false;
};

struct ForThisRun {
  Json rules = Json::object();
  Json filters = Json::object();
};

Json as_argument(const rules::ColumnRule &of) {
  Json object = {{"strategy", of.strategy}};
  object.update(of.options);
  return object;
}

// Of TABLE=CONDITION: a table's name in quotes may have some, too.
size_t find_equals(const std::string &filter) {
  bool quoted = false;
  for (size_t i = 0; i < filter.size(); i++) {
    if (filter[i] == '"') quoted = !quoted;
    if (filter[i] == '=' && !quoted) return i;
  }
  return std::string::npos;
}

ForThisRun read(const Options &o, Connection &to) {
  ForThisRun all;
  if (o.rules_file)
    for (const rules::TableRules &each : rules::read_file(*o.rules_file).tables) {
      std::string table = Session::find_relation(to, each.table).name;
      for (const rules::ColumnRule &column : each.columns) all.rules[table][column.column] = as_argument(column);
      if (each.filter) all.filters[table] = *each.filter;
    }
  for (const std::string &each : o.filters) {
    size_t equals = find_equals(each);
    if (equals == 0 || equals == std::string::npos)
      throw Error(ExitCode::usage, "a filter is written TABLE=CONDITION, not " + each);
    all.filters[Session::find_relation(to, each.substr(0, equals)).name] = each.substr(equals + 1);
  }
  return all;
}

Parameter object_or_null(const Json &object) {
  return object.empty() ? Parameter() : Parameter(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Parameter number_or_null(const std::optional<int> &number) {
  return number ? Parameter(std::to_string(*number)) : Parameter();
}

std::string truth(bool flag) { return flag ? "true" : "false"; }

// Whatever is NULL has the procedure's own default.
constexpr const char *call_sync =
    "CALL confiture.sync($1, include => $2::text[], exclude => $3::text[], jobs => $4::integer, rules => $5::jsonb, "
    "filters => $6::jsonb, policy => $7, format => $8, chunk_size => $9, chunk_by => $10, on_error => $11, "
    "on_fk_violation => $12, rebuild_indexes => $13::boolean, refresh_views => $14::boolean, analyze_tables => "
    "$15::boolean, retry_for => $16::interval, atomic => $17::boolean, detach => $18::boolean)";

constexpr const char *newest_to_resume =
    "SELECT max(run_id) FROM confiture.runs WHERE state IN ('interrupted', 'cancelled', 'failed', 'partial')";

ExitCode run(const Options &o, Session &in) {
  if (o.atomic && o.detach) throw Error(ExitCode::usage, "--atomic and --detach exclude each other");
  Connection to = in.connect();
  std::string server = in.source_name(to);
  ForThisRun mine = read(o, to);
  run::Call what;
  what.statement = call_sync;
  what.values = {server,
                 array_literal(o.include),
                 array_literal(o.exclude),
                 number_or_null(o.jobs),
                 object_or_null(mine.rules),
                 object_or_null(mine.filters),
                 o.policy,
                 o.format,
                 o.chunk_size,
                 o.chunk_by,
                 o.on_error,
                 o.on_fk_violation,
                 truth(o.rebuild_indexes),
                 truth(o.refresh_views),
                 truth(!o.no_analyze),
                 o.retry_for,
                 truth(o.atomic),
                 truth(o.detach)};
  what.detach = o.detach;
  return run::lead(in, to, what);
}

}  // namespace

cli::Command sync(Session &in) {
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "sync";
  made.summary = "Copy the tables of the source, masked, into those of the target";
  made.description =
      "All tables come from one snapshot, in chunks that commit one by one. Ctrl-C cancels the run; what is done "
      "stays, "
      "and \"resume\" goes on with it. Patterns are psql's: public.*, sales.order_*.";
  made.example = "confiture sync --jobs 4 --exclude 'log.*'";
  made.options = {
      {"TABLE", "", &o->include, "Only these tables of the source: names or patterns as in psql, such as 'sales.*'"},
      {"--exclude", "PATTERN", &o->exclude, "Not these tables; may be repeated"},
      {"-j,--jobs", "NUMBER", &o->jobs, "How many workers (default 2)"},
      {"--rules",
       "FILE",
       &o->rules_file,
       "A rules file for this run, in place of the stored rules of its columns",
       {},
       false,
       cli::Completes::files},
      {"--filter", "TABLE=CONDITION", &o->filters,
       "Only rows of the source for which this SQL condition holds; may be repeated"},
      {"--policy", "POLICY", &o->policy, "What about columns without a rule", {"strict", "guard", "off"}},
      {"--format", "FORMAT", &o->format, "How rows travel (default auto)", {"auto", "binary", "text"}},
      {"--chunk-size", "SIZE", &o->chunk_size, "How much a worker copies in one transaction (default 64MB)"},
      {"--chunk-by", "WAY", &o->chunk_by, "How tables are cut (default auto)", {"auto", "key", "ctid", "table"}},
      {"--on-error", "WHAT", &o->on_error, "When a table fails (default stop)", {"stop", "continue"}},
      {"--on-fk-violation",
       "WHAT",
       &o->on_fk_violation,
       "With rows whose foreign key leads nowhere (default fail)",
       {"fail", "delete", "null", "report"}},
      {"--rebuild-indexes", "", &o->rebuild_indexes, "Set indexes and keys aside, and build them after the load"},
      {"--refresh-views", "", &o->refresh_views, "Refresh the materialized views over the tables copied"},
      {"--no-analyze", "", &o->no_analyze, "Do not ANALYZE the tables"},
      {"--retry-for", "TIME", &o->retry_for, "How long to try when the source is lost (default 5 minutes)"},
      {"--atomic", "", &o->atomic, "All or nothing: everything in one transaction, by one worker"},
      {"--detach", "", &o->detach, "Leave the run to the server, print its number and return"},
  };
  made.run = [o, &in] { return run(*o, in); };
  return made;
}

cli::Command resume(Session &in) {
  struct ResumeOptions {
    std::optional<int> run;
    std::optional<int> jobs;
    bool detach = false;
  };
  auto o = std::make_shared<ResumeOptions>();
  cli::Command made;
  made.name = "resume";
  made.summary = "Go on with a run that was interrupted, cancelled, failed or ended partial";
  made.description = "What is done stays. Tables that are not cut along a key start again.";
  made.example = "confiture resume 7";
  made.options = {
      {"RUN", "", &o->run, "The run's number (default: the newest that can be resumed)"},
      {"-j,--jobs", "NUMBER", &o->jobs, "How many workers copy at a time (default: as before)"},
      {"--detach", "", &o->detach, "Leave the run to the server, and return"},
  };
  made.run = [o, &in] {
    Connection to = in.connect();
    run::Call what;
    what.resumed = o->run ? std::to_string(*o->run) : to.value(newest_to_resume);
    if (what.resumed.empty()) throw Error(ExitCode::failed, "there is no run to resume");
    what.statement = "CALL confiture.resume($1::bigint, jobs => $2::integer, detach => $3::boolean)";
    what.values = {what.resumed, number_or_null(o->jobs), truth(o->detach)};
    what.detach = o->detach;
    return run::lead(in, to, what);
  };
  return made;
}

}  // namespace client::commands
