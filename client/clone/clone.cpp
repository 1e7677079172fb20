#include "clone/clone.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "clone/constraints.h"
#include "clone/database.h"
#include "clone/difference.h"
#include "clone/restore.h"
#include "clone/schema.h"
#include "clone/state.h"
#include "clone/views.h"
#include "joined.h"
#include "key_file.h"
#include "privileges.h"
#include "rules/file.h"
#include "rules/store.h"
#include "run/lead.h"
#include "sync_plan.h"
#include "text_file.h"

namespace client::clone {

namespace {

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
  AND state <> 'refused'
ORDER BY run_id DESC
LIMIT 1)";

constexpr const char *foreign_server = R"(
SELECT 1
FROM pg_foreign_server
WHERE srvname = $1)";

constexpr const char *extension_versions = R"(
SELECT extname, extversion
FROM pg_extension
WHERE extname <> 'confiture'
ORDER BY extname)";

constexpr const char *change_the_rules =
    "Change the rules and give the same command again; \"confiture suggest\" drafts them.";

void require_none(const std::vector<std::string> &problems, const std::string &message, const std::string &hint) {
  if (!problems.empty()) throw Error(ExitCode::refused, message, hint, joined(problems, "\n"));
}

// The steps of a clone, in the order of run(). Each looks first whether it was done before.
class CloneJob {
 public:
  CloneJob(const CloneOptions &options, Session &session)
      : options_(options), session_(session), server_(session.server.value_or("source")) {}

  ExitCode run() {
    std::string database = database_name(session_);
    std::string key = options_.key_file ? read_key_file(*options_.key_file) : options_.key;
    std::optional<rules::RuleSet> rules;
    if (options_.rules_file) rules = rules::read_file(*options_.rules_file);
    bool created =
        options_.create && create_database(session_, database, [this](const auto &it) { return find_source(it); });
    if (options_.create && !created) session_.out.note(printable("database    " + database + " is there already"));
    Connection target = session_.connect_plain();
    if (created && !options_.database_comment.empty())
      target.query("COMMENT ON DATABASE " + quote_identifier(database) + " IS " +
                   quote_literal(options_.database_comment));
    std::optional<State> kept;
    bool is_set_up = false;
    try {
      kept.emplace(options_.state_directory.value_or(database + ".clone"), database_identity(target));
      if (!kept->has("tables begun") && has_tables(target))
        throw Error(ExitCode::refused, "the database " + database + " already has tables",
                    "A clone starts in an empty database; --create makes one. \"confiture sync\" copies into existing "
                    "tables.");
      is_set_up = set_up(target, database);
    } catch (const Error &) {
      leave_nothing(kept, created, database);
      throw;
    }
    State &state = *kept;
    if (!is_set_up) {
      leave_nothing(kept, created, database);
      return ExitCode::failed;
    }
    if (!key.empty()) import_key(target, key);
    read_schema(target, state);
    copy_tables(target, state);
    if (options_.rules) carry_rules(target, *options_.rules);
    if (rules) import_rules(target, *rules);
    ExitCode code = copy_rows(target);
    if (code != ExitCode::done) return code;
    finish_schema(target, state);
    state.remove();
    session_.out.note(printable("Done: " + database + " is a masked copy."));
    return ExitCode::done;
  }

 private:
  void note(const std::string &step, const std::string &text) const {
    session_.out.note(printable(step + std::string(12 - step.size(), ' ') + text));
  }

  // Of a clone that ends before it has made anything.
  void leave_nothing(std::optional<State> &state, bool created, const std::string &database) const {
    if (state && !state->has("tables begun")) state->remove();
    if (created)
      in_database(session_, "postgres")
          .connect_plain()
          .query("DROP DATABASE " + quote_identifier(database) + " WITH (FORCE)");
  }

  bool has_server(Connection &target) const {
    return !target.value("SELECT 1 FROM pg_foreign_server WHERE srvname = $1", {server_}).empty();
  }

  // Before anything is created: where the source is, whether there is a program that can dump both versions, and
  // whether the source can be told apart from its own servers.
  Locale find_source(const Connection &target) {
    if (!source_settings_) {
      source_settings_ = options_.source ? *options_.source : options_.access.read();
      if (!options_.source) options_.access.find_password(*source_settings_, session_.out);
    }
    Connection source = open_source(client_settings());
    (void)tools_for(source, target);
    if (!source.value(foreign_server, {server_}).empty())
      throw Error(ExitCode::refused, "the source has a foreign server " + server_ + " itself, which is copied",
                  "Choose another name for the one of this clone: --source.");
    return read_locale(source);
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
    Locale locale = find_source(target);
    Locale own = read_locale(target);
    if (own != locale) note("locale", own.words() + "; of the source: " + locale.words());
    std::vector<SetupStep> steps = plan_setup(target, server_, *source_settings_);
    require_privileges(target, server_, steps, true);
    std::string heading = "The database " + database + " becomes a masked copy of the source. In it, as " +
                          target.value("SELECT CURRENT_USER") + ":";
    if (!steps.empty() && !options_.yes && !confirm_setup(heading, steps, false, session_.out)) return false;
    Transaction transaction(target);
    carry_out_setup(target, server_, steps);
    report_source(target, server_, session_.out);
    transaction.commit();
    return true;
  }

  // Rows that a run copied have been masked with the key there was.
  void import_key(Connection &target, const std::string &key) const {
    Transaction transaction(target);
    std::string before = key_id(target);
    std::string after = set_key(target, key);
    if (after != before && target.query(newest_run, {server_}).rows() > 0)
      throw Error(ExitCode::refused, "rows were copied with another masking key (" + before + ")",
                  "Continue without --key-file, or start in an empty database.");
    transaction.commit();
    note("key", after);
  }

  Connection connect_source(Connection &target) const {
    return source_settings_ ? open_source(client_settings()) : open_source(target, server_, options_.access.source.uri);
  }

  Archive dump(Connection &database, const Tools &tools, const State &state) const {
    return read_archive(dump_schema(tools, database, encoding_, state.directory()));
  }

  // The source's schema as it was when the tables were made, kept in the state.
  void read_schema(Connection &target, State &state) {
    Connection source = connect_source(target);
    tools_ = tools_for(source, target);
    encoding_ = dump_encoding(source);
    is_same_major_ = server_major(source) == server_major(target);
    if (!state.has("tables")) {
      note("schema", "by " + tools_.directory + "/pg_dump, version " + std::to_string(tools_.major));
      write_file(state.file("schema.dump"), dump_schema(tools_, source, encoding_, state.directory()));
    }
    std::ifstream file(state.file("schema.dump"), std::ios::binary);
    schema_ = read_archive(read_text(file, std::numeric_limits<size_t>::max()));
    if (state.has("tables")) return;
    std::set<std::string> tablespaces;
    for (const Entry &each : schema_.entries)
      if (!each.tablespace.empty()) tablespaces.insert(each.tablespace);
    if (!tablespaces.empty())
      note("tablespaces", joined({tablespaces.begin(), tablespaces.end()}) +
                              " of the source: not used, everything is in the database's own");
  }

  // What is there already was made before: the entries of one transaction, or by hand.
  void copy_tables(Connection &target, State &state) const {
    if (state.has("tables")) return note("tables", "are there already");
    Difference difference = compare(schema_, dump(target, tools_, state));
    std::vector<const Entry *> before;
    std::vector<const Entry *> after;
    for (const Entry *each : difference.missing) (each->follows_rows ? after : before).push_back(each);
    state.add("tables begun");
    require_none(restore_tables(target, schema_, before, after), "the schema cannot be restored",
                 "Create what is missing on the target (CREATE ROLE for the roles that policies name), or change it on "
                 "the source, and give the same command again. Nothing was restored.");
    state.add("tables");
    note("tables", target.value(count_tables) + ", without indexes yet");
  }

  // Those of tables and columns that are gone stay behind.
  void carry_rules(Connection &target, const rules::RuleSet &rules) const {
    Transaction transaction(target);
    rules::Difference difference = rules::compare(target, rules, false);
    std::vector<std::string> problems = difference.problems;
    for (const std::string &each : rules::apply(target, difference.changes)) problems.push_back(each);
    transaction.commit();
    for (const std::string &each : problems) note("rules", "not carried over: " + each);
    note("rules", std::to_string(difference.changes.size()) + " carried over");
    for (const std::string &each : options_.subset) carry_subset(target, each);
  }

  // A copy that was a subset does not become a whole one unsaid.
  void carry_subset(Connection &target, const std::string &statement) const {
    try {
      target.query(statement);
      note("subset", "carried over: " + statement);
    } catch (const ServerError &problem) {
      if (PQstatus(target.handle()) == CONNECTION_BAD) throw;
      note("subset", "not carried over: " + statement + ": " + problem.what());
    }
  }

  void import_rules(Connection &target, const rules::RuleSet &rules) const {
    Transaction transaction(target);
    rules::Difference difference = rules::compare(target, rules, false);
    std::vector<std::string> problems = difference.problems;
    for (const std::string &each : rules::apply(target, difference.changes)) problems.push_back(each);
    require_none(problems, "the rules do not fit the database", change_the_rules);
    transaction.commit();
    note("rules",
         std::to_string(difference.changes.size()) + " new, " + std::to_string(difference.unchanged) + " unchanged");
  }

  // Patterns of a run. Without a name of its own, an extension's configuration is left out.
  std::vector<std::string> everything(Connection &source) const {
    std::vector<std::string> names = find_configuration(source);
    if (names.empty()) return {};
    note("extensions", "rows of " + joined(names) + " too");
    names.insert(names.begin(), "*");
    return names;
  }

  // A plan with the source's unique indexes in place, which otherwise are built after the rows: a strategy that would
  // make unique values collide is refused here, and not hours later. Likewise rows that no constraint would accept.
  void check_plan(Connection &source, Connection &target, const std::vector<std::string> &include) const {
    PlanRows plan;
    {
      Transaction trial(target);
      make_unique_indexes(source, target);
      plan = load_plan(target, server_, {include, options_.exclude, options_.policy});
      trial.roll_back();
    }
    std::vector<std::string> problems;
    for (const auto &row : plan) {
      if (!is_refused(row)) continue;
      std::string column = plan_text(row, "column_name");
      problems.push_back(plan_text(row, "relation") + (column.empty() ? " " : "." + column + " ") + plan_words(row));
    }
    require_none(problems, "the rules do not settle everything", change_the_rules);
    if (options_.trust_constraints) return;
    require_none(find_violations(source, target, plan), "rows of the source violate constraints",
                 "After a change, give the same command again; --trust-constraints does not look at them.");
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
    run::RunCall call;
    if (state.empty() || state == "superseded") {
      Connection source = connect_source(target);
      std::vector<std::string> include = everything(source);
      if (state.empty()) check_plan(source, target, include);
      call.statement = R"(
CALL confiture.sync($1, include => $2::text[], exclude => $3::text[], jobs => $4::integer, policy => $5))";
      call.values = {server_, array_literal(include), array_literal(options_.exclude), jobs, options_.policy};
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

  // Makes what is missing, then compares everything.
  void finish_schema(Connection &target, State &state) const {
    std::vector<const Entry *> missing = compare(schema_, dump(target, tools_, state)).missing;
    if (!missing.empty()) {
      int jobs = options_.jobs.value_or(2);
      note("indexes", "constraints and triggers, by " + std::to_string(jobs) + (jobs == 1 ? " job" : " jobs"));
    }
    Problems problems = restore_rest(target, schema_, missing, options_.jobs.value_or(2));
    Connection source = connect_source(target);
    std::ranges::copy(refresh_views(source, target, schema_), std::back_inserter(problems));
    if (problems.empty()) problems = differences(target, state);
    note_versions(source, target);
    if (!problems.empty())
      throw Error(ExitCode::partial, "the rows are copied, but not everything is as on the source",
                  "Finished work is kept. To continue once the causes are gone, or the objects made by hand, give the "
                  "same command again.",
                  joined(problems, "\n"));
  }

  // What restoring reported no problem for, and yet is not as on the source.
  Problems differences(Connection &target, const State &state) const {
    Difference found = compare(schema_, dump(target, tools_, state));
    Problems problems;
    for (const Entry *each : found.missing) problems.push_back(each->words() + " is missing");
    // Another version may write the same definition in other words.
    if (is_same_major_)
      for (const Entry *each : found.differing) problems.push_back(each->words() + " differs");
    else if (!found.differing.empty())
      note("definitions", "written in other words here, by another version: " + names_of(found.differing));
    if (problems.empty()) note("definitions", std::to_string(schema_.entries.size()) + " compared with the source's");
    return problems;
  }

  static std::string names_of(const std::vector<const Entry *> &entries) {
    std::vector<std::string> names;
    for (const Entry *each : entries) names.push_back(each->words());
    return joined(names);
  }

  // A dump names extensions without their versions.
  void note_versions(Connection &source, Connection &target) const {
    Result there = source.query(extension_versions);
    for (int row = 0; row < there.rows(); row++) {
      std::string here = target.value("SELECT extversion FROM pg_extension WHERE extname = $1", {there.text(row, 0)});
      if (!here.empty() && here != there.text(row, 1))
        note("extension", there.text(row, 0) + " " + here + "; on the source " + there.text(row, 1));
    }
  }

  const CloneOptions &options_;
  Session &session_;
  std::string server_;
  std::optional<Settings> source_settings_;  // as the target's server reaches it; nothing until a URI was read
  Tools tools_;
  std::string encoding_;  // that both schemas are dumped in
  bool is_same_major_ = true;
  Archive schema_;  // of the source
};

}  // namespace

ExitCode run(const CloneOptions &options, Session &session) { return CloneJob(options, session).run(); }

}  // namespace client::clone
