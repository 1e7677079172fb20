#include "clone/clone.h"

#include "joined.h"
#include "rules/file.h"
#include "rules/store.h"
#include "run/lead.h"
#include "sync_plan.h"
#include "clone/database.h"
#include "clone/schema.h"

namespace client::clone {

namespace {

constexpr const char *newest_run =
    "SELECT run_id, state FROM confiture.runs WHERE server = $1 ORDER BY run_id DESC LIMIT 1";

class Cloning {
 public:
  Cloning(const Options &o, Session &in) : o_(o), in_(in), server_(in.server.value_or("source")) {}

  ExitCode run() {
    std::string name = database_name(in_);
    if (o_.create && !create_database(in_, name, [this] { look_at_source(); }))
      in_.out.note(printable("database    " + name + " is there already"));
    Connection to = in_.connect_plain();
    // Of the same name, and dropped and made again: another one.
    std::string identity = to.value(
        "SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = "
        "current_database()) FROM pg_control_system()");
    State at(o_.state_directory.value_or(name + ".clone"), identity);
    if (!at.has("tables begun") && has_tables(to))
      throw Error(
          ExitCode::refused, "the database " + name + " has tables already",
          "A clone begins with an empty database; --create makes one. \"confiture sync\" copies into tables there "
          "are.");
    if (!set_up(to, name)) return ExitCode::failed;
    copy_schema(to, at);
    import_rules(to);
    ExitCode code = copy_rows(to);
    if (code != ExitCode::done) return code;
    finish_schema(to, at);
    refresh_views(to);
    at.remove();
    in_.out.note(printable("Done: " + name + " is a masked copy."));
    return ExitCode::done;
  }

 private:
  void tell(const std::string &step, const std::string &what) const {
    in_.out.note(printable(step + std::string(12 - step.size(), ' ') + what));
  }

  bool has_source(Connection &to) const {
    return !to.value("SELECT 1 FROM pg_foreign_server WHERE srvname = $1", {server_}).empty();
  }

  // Before anything is made: where it is, and whether there are programs that read a server of its version.
  void look_at_source() {
    if (source_) return;
    source_ = o_.access.read();
    o_.access.find_password(*source_, in_.out);
    (void)tools_for(open_source(settings_of_client()));
  }

  settings settings_of_client() const {
    const cli::GivenText &uri = o_.access.source.uri;
    if (!uri.value) return *source_;
    refuse_password_in(uri);
    settings mine = parse_connection_string(*uri.value);
    if (const std::string *password = find(*source_, "password"))
      mine.insert(mine.begin(), {"password", *password});  // the URI's own comes later and wins
    return mine;
  }

  // As init does it. A clone that goes on needs no URI.
  bool set_up(Connection &to, const std::string &name) {
    if (!o_.access.argument.value && !o_.access.source.uri.value && has_source(to)) return true;
    look_at_source();
    std::vector<SetupStep> steps = plan_setup(to, server_, *source_);
    std::string what = "The database " + name + " becomes a copy of the source, masked. In it, as " +
                       to.value("SELECT CURRENT_USER") + ":";
    if (!steps.empty() && !o_.yes && !confirm_setup(what, steps, false, in_.out)) return false;
    Transaction all(to);
    carry_out_setup(to, steps, *source_);
    report_source(to, server_, in_.out);
    all.commit();
    return true;
  }

  Connection source(Connection &to) const {
    return source_ ? open_source(settings_of_client()) : open_source(to, server_, o_.access.source.uri);
  }

  Tools tools_for(const Connection &from) const {
    int major = PQserverVersion(from.handle()) / 10000;
    auto fit = pick(find_tools(), major);
    if (!fit)
      throw Error(ExitCode::failed, "there is no pg_dump for PostgreSQL " + std::to_string(major),
                  "Install the client programs of that version or a later one (Debian: postgresql-client-" +
                      std::to_string(major) + "), or put their directory into PATH.");
    return *fit;
  }

  void copy_schema(Connection &to, State &at) const {
    if (at.has("tables")) return tell("tables", "are there already");
    // The restore is one transaction: there is all of it, or nothing.
    if (!at.has("tables begun") || !has_tables(to)) {
      Connection from = source(to);
      Tools with = tools_for(from);
      tell("schema", "by " + with.directory + "/pg_dump, version " + std::to_string(with.major));
      dump_schema(with, Destination(from, at.directory(), "source"), at);
      at.add("tables begun");
      restore_tables(with, Destination(to, at.directory(), "target"), at);
    }
    at.add("tables");
    tell("tables", to.value("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace NOT IN (SELECT "
                            "oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname IN ('information_schema', "
                            "'confiture'))") +
                       ", without indexes yet");
  }

  void import_rules(Connection &to) const {
    if (!o_.rules_file) return;
    Transaction all(to);
    rules::Difference found = rules::compare(to, rules::read_file(*o_.rules_file), false);
    std::vector<std::string> problems = found.problems;
    for (const std::string &each : rules::apply(to, found.changes)) problems.push_back(each);
    refuse("the rules do not fit the database", problems);
    all.commit();
    tell("rules", std::to_string(found.changes.size()) + " new, " + std::to_string(found.unchanged) + " as they were");
  }

  // A plan with the source's unique indexes in place: values that collide would be found out when those are built.
  void check_plan(Connection &to) const {
    Connection from = source(to);
    Transaction tried(to);
    make_unique_indexes(from, to);
    std::vector<std::string> problems;
    for (const auto &row : load_plan(to, server_, {{}, o_.exclude, o_.policy})) {
      if (!is_refused(row)) continue;
      std::string column = plan_text(row, "column_name");
      problems.push_back(plan_text(row, "relation") + (column.empty() ? " " : "." + column + " ") + plan_words(row));
    }
    refuse("the rules do not settle everything", problems);
    tried.roll_back();
  }

  static void refuse(const std::string &why, const std::vector<std::string> &problems) {
    if (!problems.empty())
      throw Error(ExitCode::refused, why,
                  "Change the rules and give the same command again; \"confiture suggest\" drafts them.",
                  joined(problems, "\n"));
  }

  // The run is remembered by the target.
  ExitCode copy_rows(Connection &to) const {
    Result before = to.query(newest_run, {server_});
    std::string state = before.rows() > 0 ? before.text(0, "state") : "";
    if (state == "done") {
      tell("rows", "are there already, by run " + before.text(0, "run_id"));
      return ExitCode::done;
    }
    if (state == "running" || state == "queued")
      throw Error(ExitCode::failed, "run " + before.text(0, "run_id") + " is at work",
                  "Wait for its end: confiture status --watch " + before.text(0, "run_id"));
    Parameter jobs = o_.jobs ? Parameter(std::to_string(*o_.jobs)) : Parameter();
    if (state.empty()) check_plan(to);
    run::Call what;
    if (state.empty() || state == "superseded") {
      what.statement = "CALL confiture.sync($1, exclude => $2::text[], jobs => $3::integer, policy => $4)";
      what.values = {server_, array_literal(o_.exclude), jobs, o_.policy};
    } else {
      what.resumed = before.text(0, "run_id");
      what.statement = "CALL confiture.resume($1::bigint, jobs => $2::integer)";
      what.values = {what.resumed, jobs};
      tell("rows", "run " + what.resumed + " goes on");
    }
    try {
      return run::lead(in_, to, what);
    } catch (const Error &problem) {
      if (problem.code() == ExitCode::refused) throw;
      throw Error(problem.code(), problem.what(), "What is done stays. To go on, give the same command again.",
                  problem.detail());
    }
  }

  void finish_schema(Connection &to, State &at) const {
    Connection from = source(to);
    Tools with = tools_for(from);
    int jobs = o_.jobs.value_or(2);
    tell("indexes", "constraints and triggers, by " + std::to_string(jobs) + (jobs == 1 ? " job" : " jobs"));
    restore_rest(with, Destination(to, at.directory(), "target"), at, from, to, jobs);
  }

  // In the order of the dump, which knows what depends on what.
  static void refresh_views(Connection &to) {
    Result empty = to.query(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY c.oid");
    for (int row = 0; row < empty.rows(); row++) to.query("REFRESH MATERIALIZED VIEW " + empty.text(row, 0));
  }

  const Options &o_;
  Session &in_;
  std::string server_;
  std::optional<settings> source_;  // if a URI is given
};

}  // namespace

ExitCode run(const Options &o, Session &in) { return Cloning(o, in).run(); }

}  // namespace client::clone
