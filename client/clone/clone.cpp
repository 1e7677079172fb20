#include "clone/clone.h"

#include "clone/database.h"
#include "clone/schema.h"
#include "joined.h"
#include "rules/file.h"
#include "rules/store.h"
#include "run/lead.h"
#include "sync_plan.h"

namespace client::clone {

namespace {

// A database that was dropped and created again under the same name has another identity.
constexpr const char *database_identity = R"(
SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system())";

constexpr const char *count_tables = R"(
SELECT count(*)
FROM pg_class
WHERE relkind IN ('r', 'p')
  AND relnamespace NOT IN (SELECT oid
                           FROM pg_namespace
                           WHERE nspname LIKE 'pg\_%' OR nspname IN ('information_schema', 'confiture')))";

constexpr const char *newest_run = R"(
SELECT run_id, state
FROM confiture.runs
WHERE server = $1
ORDER BY run_id DESC
LIMIT 1)";

// In the order of the dump, which knows what depends on what.
constexpr const char *empty_views = R"(
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'
  AND NOT c.relispopulated
ORDER BY c.oid)";

void require_none(const std::vector<std::string> &problems, const std::string &message) {
  if (!problems.empty())
    throw Error(ExitCode::refused, message,
                "Change the rules and give the same command again; \"confiture suggest\" drafts them.",
                joined(problems, "\n"));
}

Tools tools_for(const Connection &source) {
  int major = PQserverVersion(source.handle()) / 10000;
  auto tools = pick(find_tools(), major);
  if (!tools)
    throw Error(ExitCode::failed, "there is no pg_dump for PostgreSQL " + std::to_string(major),
                "Install the client programs of that version or a later one (Debian: postgresql-client-" +
                    std::to_string(major) + "), or put their directory into PATH.");
  return *tools;
}

// The steps of a clone, in the order of run(). Each looks first whether it was done before.
class CloneJob {
 public:
  CloneJob(const CloneOptions &options, Session &session)
      : options_(options), session_(session), server_(session.server.value_or("source")) {}

  ExitCode run() {
    std::string database = database_name(session_);
    if (options_.create && !create_database(session_, database, [this] { find_source(); }))
      session_.out.note(printable("database    " + database + " is there already"));
    Connection target = session_.connect_plain();
    State state(options_.state_directory.value_or(database + ".clone"), target.value(database_identity));
    if (!state.has("tables begun") && has_tables(target))
      throw Error(ExitCode::refused, "the database " + database + " already has tables",
                  "A clone starts in an empty database; --create makes one. \"confiture sync\" copies into existing "
                  "tables.");
    if (!set_up(target, database)) return ExitCode::failed;
    copy_schema(target, state);
    import_rules(target);
    ExitCode code = copy_rows(target);
    if (code != ExitCode::done) return code;
    finish_schema(target, state);
    refresh_views(target);
    state.remove();
    session_.out.note(printable("Done: " + database + " is a masked copy."));
    return ExitCode::done;
  }

 private:
  void note(const std::string &step, const std::string &text) const {
    session_.out.note(printable(step + std::string(12 - step.size(), ' ') + text));
  }

  bool has_server(Connection &target) const {
    return !target.value("SELECT 1 FROM pg_foreign_server WHERE srvname = $1", {server_}).empty();
  }

  // Before anything is created: where the source is, and whether there are programs that can dump its version.
  void find_source() {
    if (source_settings_) return;
    source_settings_ = options_.access.read();
    options_.access.find_password(*source_settings_, session_.out);
    (void)tools_for(open_source(client_settings()));
  }

  // How the client itself reaches the source. The URI may hold another password: it comes later in the list and wins.
  Settings client_settings() const {
    const cli::GivenText &uri = options_.access.source.uri;
    if (!uri.value) return *source_settings_;
    refuse_password_in(uri);
    Settings settings = parse_connection_string(*uri.value);
    if (const std::string *password = find_setting(*source_settings_, "password"))
      settings.insert(settings.begin(), {"password", *password});
    return settings;
  }

  // As init does it. A clone that continues needs no URI.
  bool set_up(Connection &target, const std::string &database) {
    if (!options_.access.argument.value && !options_.access.source.uri.value && has_server(target)) return true;
    find_source();
    std::vector<SetupStep> steps = plan_setup(target, server_, *source_settings_);
    std::string heading = "The database " + database + " becomes a masked copy of the source. In it, as " +
                          target.value("SELECT CURRENT_USER") + ":";
    if (!steps.empty() && !options_.yes && !confirm_setup(heading, steps, false, session_.out)) return false;
    Transaction transaction(target);
    carry_out_setup(target, server_, steps);
    report_source(target, server_, session_.out);
    transaction.commit();
    return true;
  }

  Connection connect_source(Connection &target) const {
    return source_settings_ ? open_source(client_settings()) : open_source(target, server_, options_.access.source.uri);
  }

  void copy_schema(Connection &target, State &state) const {
    if (state.has("tables")) return note("tables", "are there already");
    // The restore is one transaction: without tables, none of it happened.
    if (!state.has("tables begun") || !has_tables(target)) {
      Connection source = connect_source(target);
      Tools tools = tools_for(source);
      note("schema", "by " + tools.directory + "/pg_dump, version " + std::to_string(tools.major));
      dump_schema(tools, ServiceFile(source, state.directory(), "source"), state);
      state.add("tables begun");
      restore_tables(tools, ServiceFile(target, state.directory(), "target"), state);
    }
    state.add("tables");
    note("tables", target.value(count_tables) + ", without indexes yet");
  }

  void import_rules(Connection &target) const {
    if (!options_.rules_file) return;
    Transaction transaction(target);
    rules::Difference difference = rules::compare(target, rules::read_file(*options_.rules_file), false);
    std::vector<std::string> problems = difference.problems;
    for (const std::string &each : rules::apply(target, difference.changes)) problems.push_back(each);
    require_none(problems, "the rules do not fit the database");
    transaction.commit();
    note("rules",
         std::to_string(difference.changes.size()) + " new, " + std::to_string(difference.unchanged) + " unchanged");
  }

  // A plan with the source's unique indexes in place, which otherwise are built after the rows: a strategy that would
  // make unique values collide is refused here, and not hours later.
  void check_plan(Connection &target) const {
    Connection source = connect_source(target);
    Transaction trial(target);
    make_unique_indexes(source, target);
    std::vector<std::string> problems;
    for (const auto &row : load_plan(target, server_, {{}, options_.exclude, options_.policy})) {
      if (!is_refused(row)) continue;
      std::string column = plan_text(row, "column_name");
      problems.push_back(plan_text(row, "relation") + (column.empty() ? " " : "." + column + " ") + plan_words(row));
    }
    require_none(problems, "the rules do not settle everything");
    trial.roll_back();
  }

  // The target's control tables know the run. The newest one decides: restarted, resumed, or done.
  ExitCode copy_rows(Connection &target) const {
    Result newest = target.query(newest_run, {server_});
    std::string run = newest.rows() > 0 ? newest.text(0, "run_id") : "";
    std::string state = newest.rows() > 0 ? newest.text(0, "state") : "";
    if (state == "done") {
      note("rows", "are there already, from run " + run);
      return ExitCode::done;
    }
    if (state == "running" || state == "queued")
      throw Error(ExitCode::failed, "run " + run + " is in progress",
                  "Wait until it ends: confiture status --watch " + run);
    Parameter jobs = options_.jobs ? Parameter(std::to_string(*options_.jobs)) : Parameter();
    if (state.empty()) check_plan(target);
    run::RunCall call;
    if (state.empty() || state == "superseded") {
      call.statement = "CALL confiture.sync($1, exclude => $2::text[], jobs => $3::integer, policy => $4)";
      call.values = {server_, array_literal(options_.exclude), jobs, options_.policy};
    } else {
      call.resumed = run;
      call.statement = "CALL confiture.resume($1::bigint, jobs => $2::integer)";
      call.values = {run, jobs};
      note("rows", "run " + run + " is resumed");
    }
    try {
      return run::lead(session_, target, call);
    } catch (const Error &problem) {
      if (problem.code() == ExitCode::refused) throw;
      throw Error(problem.code(), problem.what(), "Finished work is kept. To continue, give the same command again.",
                  problem.detail());
    }
  }

  void finish_schema(Connection &target, State &state) const {
    Connection source = connect_source(target);
    Tools tools = tools_for(source);
    int jobs = options_.jobs.value_or(2);
    note("indexes", "constraints and triggers, by " + std::to_string(jobs) + (jobs == 1 ? " job" : " jobs"));
    restore_rest(tools, ServiceFile(target, state.directory(), "target"), state, source, target, jobs);
  }

  static void refresh_views(Connection &target) {
    Result views = target.query(empty_views);
    for (int row = 0; row < views.rows(); row++) target.query("REFRESH MATERIALIZED VIEW " + views.text(row, 0));
  }

  const CloneOptions &options_;
  Session &session_;
  std::string server_;
  std::optional<Settings> source_settings_;  // as the target's server reaches it; nothing until a URI was read
};

}  // namespace

ExitCode run(const CloneOptions &options, Session &session) { return CloneJob(options, session).run(); }

}  // namespace client::clone
