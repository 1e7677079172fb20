// sync and resume: runs of the whole database.
#include <memory>

#include "rules/difference.h"
#include "rules/file.h"
#include "rules/seeds.h"
#include "shell_word.h"
#include "run/lead.h"
#include "sync_plan.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using rules::Json;

struct Options {
  std::vector<std::string> include, exclude, filters;
  std::optional<std::string> rules_file, mode, policy, format, loader, chunk_size, chunk_by, on_error, on_fk_violation,
      retry_for;
  rules::SubsetOptions subset;
  std::optional<int> jobs;
  bool rebuild_indexes = false;
  bool refresh_views = false;
  bool no_analyze = false;
  bool atomic = false;
  bool detach = false;
};

struct RunRules {
  Json rules = Json::object();
  Json filters = Json::object();
  std::vector<rules::SubsetRule> seeds;
};

Json as_argument(const rules::ColumnRule &rule) {
  Json object = {{"strategy", rule.strategy}};
  object.update(rule.options);
  if (rule.when) object["when"] = *rule.when;
  return object;
}

Json as_argument(const std::vector<rules::ColumnRule> &column) {
  if (column.size() == 1) return as_argument(column[0]);
  Json list = Json::array();
  for (const rules::ColumnRule &each : column) list.push_back(as_argument(each));
  return list;
}

// The = of TABLE=CONDITION. A quoted name may contain others.
size_t find_equals(const std::string &filter) {
  bool quoted = false;
  for (size_t i = 0; i < filter.size(); i++) {
    if (filter[i] == '"') quoted = !quoted;
    if (filter[i] == '=' && !quoted) return i;
  }
  return std::string::npos;
}

// What is of the database cannot be of one run: a file of which a part was left out would mask less than it says.
void refuse_unstored(const std::string &path, const rules::RuleSet &file, Connection &target) {
  rules::RuleSet of_database;
  of_database.patterns = file.patterns;
  of_database.references = file.references;
  of_database.follows = file.follows;
  rules::Difference difference = rules::compare(target, of_database, false);
  if (!difference.problems.empty()) throw Error(ExitCode::usage, path + ": " + difference.problems[0]);
  if (difference.changes.empty()) return;
  const rules::Change &first = difference.changes[0];
  throw Error(ExitCode::usage,
              path +
                  " has patterns, references or follows that the target has not, which one run cannot have for "
                  "itself, such as " +
                  first.table + first.part(),
              "Store them: confiture rules import " + shell_word(path));
}

RunRules read(const Options &options, Connection &target) {
  RunRules all;
  if (options.rules_file) {
    rules::RuleSet file = rules::read_file(*options.rules_file);
    refuse_unstored(*options.rules_file, file, target);
    all.seeds = file.seeds;
    for (const rules::TableRules &each : file.tables) {
      std::string table = Session::find_relation(target, each.table).name;
      for (const std::vector<rules::ColumnRule> &column : rules::by_column(each.columns))
        all.rules[table][column[0].column] = as_argument(column);
      if (each.filter) all.filters[table] = *each.filter;
    }
  }
  for (const std::string &each : options.filters) {
    size_t equals = find_equals(each);
    if (equals == 0 || equals == std::string::npos)
      throw Error(ExitCode::usage, "a filter must have the form TABLE=CONDITION: " + each);
    all.filters[Session::find_relation(target, each.substr(0, equals)).name] = each.substr(equals + 1);
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

// NULL stands for the procedure's default.
constexpr const char *call_sync =
    R"(
CALL confiture.sync(
  $1,
  include => $2::text[],
  exclude => $3::text[],
  jobs => $4::integer,
  rules => $5::jsonb,
  filters => $6::jsonb,
  policy => $7,
  format => $8,
  chunk_size => $9,
  chunk_by => $10,
  on_error => $11,
  on_fk_violation => $12,
  rebuild_indexes => $13::boolean,
  refresh_views => $14::boolean,
  analyze_tables => $15::boolean,
  retry_for => $16::interval,
  atomic => $17::boolean,
  detach => $18::boolean,
  loader => $19,
  mode => $20,
  subset => $21::jsonb,
  unreached => $22))";

constexpr const char *newest_to_resume =
    R"(
SELECT max(run_id)
FROM confiture.runs
WHERE state IN ('interrupted', 'cancelled', 'failed', 'partial'))";

ExitCode run(const Options &options, Session &session) {
  if (options.atomic && options.detach) throw Error(ExitCode::usage, "--atomic and --detach exclude each other");
  Connection target = session.connect();
  std::string server = session.source_name(target);
  RunRules run_rules = read(options, target);
  run::RunCall call;
  call.statement = call_sync;
  call.values = {server,
                 array_literal(options.include),
                 array_literal(options.exclude),
                 number_or_null(options.jobs),
                 object_or_null(run_rules.rules),
                 object_or_null(run_rules.filters),
                 options.policy,
                 options.format,
                 options.chunk_size,
                 options.chunk_by,
                 options.on_error,
                 options.on_fk_violation,
                 truth(options.rebuild_indexes),
                 truth(options.refresh_views),
                 truth(!options.no_analyze),
                 options.retry_for,
                 truth(options.atomic),
                 truth(options.detach),
                 options.loader,
                 options.mode,
                 options.subset.subset(target, run_rules.seeds),
                 options.subset.unreached_or_default()};
  call.detach = options.detach;
  return run::lead(session, target, call);
}

cli::Option fk_violation_option(std::optional<std::string> &destination, const std::string &unless_given) {
  return {
      .names = "--on-fk-violation",
      .value = "WHAT",
      .destination = &destination,
      .help = "What to do about rows that violate a foreign key (" + unless_given + ")",
      .choices = {"fail", "delete", "null", "report"},
  };
}

}  // namespace

cli::Command sync(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "sync";
  command.summary = "Copy the tables of the source, masked, into those of the target";
  command.description =
      "All tables come from one snapshot, in chunks that commit one by one. Ctrl-C cancels the run; finished work is "
      "kept, and \"resume\" continues. Patterns are those of psql: public.*, sales.order_*.";
  command.example = "confiture sync --jobs 4 --exclude 'log.*'";
  command.options = {
      {"TABLE", "", &options->include,
       "Only these tables of the source: names or patterns as in psql, such as 'sales.*'"},
      {"--exclude", "PATTERN", &options->exclude, "Not these tables; may be repeated"},
      {"-j,--jobs", "NUMBER", &options->jobs, "Number of workers (default 2, or 1 for little work)"},
      {
          .names = "--rules",
          .value = "FILE",
          .destination = &options->rules_file,
          .help = "A rules file for this run; its rules replace the stored ones of the same columns, its seeds all",
          .completion = cli::Completion::files,
      },
      {"--filter", "TABLE=CONDITION", &options->filters,
       "Only rows of the source for which this SQL condition holds; may be repeated"},
      mode_option(options->mode),
      {
          .names = "--policy",
          .value = "POLICY",
          .destination = &options->policy,
          .help = "How columns without a rule are judged",
          .choices = {"strict", "guard", "auto", "off"},
      },
      {
          .names = "--format",
          .value = "FORMAT",
          .destination = &options->format,
          .help = "Wire format of the rows (default auto)",
          .choices = {"auto", "binary", "text"},
      },
      {
          .names = "--loader",
          .value = "LOADER",
          .destination = &options->loader,
          .help = "How rows get into ordinary tables (default auto)",
          .choices = {"auto", "tuples", "copy"},
      },
      {"--chunk-size", "SIZE", &options->chunk_size, "Amount that a worker copies in one transaction (default 64MB)"},
      {
          .names = "--chunk-by",
          .value = "WAY",
          .destination = &options->chunk_by,
          .help = "How tables are divided into chunks (default auto)",
          .choices = {"auto", "key", "ctid", "table"},
      },
      {
          .names = "--on-error",
          .value = "WHAT",
          .destination = &options->on_error,
          .help = "What to do when a table fails (default stop)",
          .choices = {"stop", "continue"},
      },
      fk_violation_option(options->on_fk_violation, "default fail"),
      {"--rebuild-indexes", "", &options->rebuild_indexes,
       "Set indexes and keys aside, and rebuild them after the load"},
      {"--refresh-views", "", &options->refresh_views, "Refresh the materialized views over the copied tables"},
      {"--no-analyze", "", &options->no_analyze, "Do not ANALYZE the tables"},
      {"--retry-for", "TIME", &options->retry_for, "How long to retry when the source is lost (default 5 minutes)"},
      {"--atomic", "", &options->atomic, "All or nothing: everything in one transaction, by one worker"},
      {"--detach", "", &options->detach, "Leave the run to the server, print its number and return"},
  };
  for (const cli::Option &each : options->subset.declare()) command.options.push_back(each);
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

cli::Command resume(Session &session) {
  struct ResumeOptions {
    std::optional<int> run;
    std::optional<int> jobs;
    std::optional<std::string> on_fk_violation;
    bool detach = false;
  };
  auto options = std::make_shared<ResumeOptions>();
  cli::Command command;
  command.name = "resume";
  command.summary = "Continue a run that was interrupted, was cancelled, failed or ended partial";
  command.description = "Finished work is kept. Tables whose chunks do not follow a key start again.";
  command.example = "confiture resume 7";
  command.options = {
      {"RUN", "", &options->run, "The run's number (default: the newest that can be resumed)"},
      {"-j,--jobs", "NUMBER", &options->jobs, "Number of workers (default: as before)"},
      fk_violation_option(options->on_fk_violation, "default: as before"),
      {"--detach", "", &options->detach, "Leave the run to the server, print its number and return"},
  };
  command.run = [options, &session] {
    Connection target = session.connect();
    run::RunCall call;
    call.resumed = options->run ? std::to_string(*options->run) : target.value(newest_to_resume);
    if (call.resumed.empty()) throw Error(ExitCode::failed, "there is no run to resume");
    call.statement = R"(
CALL confiture.resume($1::bigint, jobs => $2::integer, detach => $3::boolean, on_fk_violation => $4))";
    call.values = {call.resumed, number_or_null(options->jobs), truth(options->detach), options->on_fk_violation};
    call.detach = options->detach;
    return run::lead(session, target, call);
  };
  return command;
}

}  // namespace client::commands
