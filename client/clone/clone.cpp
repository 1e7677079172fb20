#include "clone/clone.h"

#include <limits>
#include <set>

#include "clone/constraints.h"
#include "clone/database.h"
#include "clone/difference.h"
#include "clone/finish.h"
#include "clone/restore.h"
#include "clone/schema.h"
#include "clone/state.h"
#include "interrupt.h"
#include "joined.h"
#include "key_file.h"
#include "privileges.h"
#include "rules/difference.h"
#include "rules/file.h"
#include "run/lead.h"
#include "shell_word.h"
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

// Of a connection that restores: as all others are, but for the time that it may wait.
constexpr const char *back_to_normal = R"(
SET search_path = pg_catalog;
SET client_encoding = 'UTF8';
SET row_security = on;
RESET client_min_messages)";

constexpr const char *change_the_rules =
    "Change the rules and give the same command again; \"confiture suggest\" drafts them.";

void require_none(const std::vector<std::string> &problems, const std::string &message, const std::string &hint) {
  if (!problems.empty()) throw Error(ExitCode::refused, message, hint, joined(problems, "\n"));
}

// The steps of a clone, in the order of run(). Each looks first whether it was done before.
class CloneJob {
 public:
  CloneJob(const CloneOptions &options, Session &session)
      : options_(options),
        session_(session),
        out_(session.out),
        server_(session.server.value_or("source")),
        database_(database_name(session)),
        key_(options.key_file ? read_key_file(*options.key_file) : options.key) {
    if (options_.rules_file) rules_ = rules::read_file(*options_.rules_file);
    if (options_.jobs.value_or(1) < 1) throw Error(ExitCode::usage, "there must be at least one job");
  }

  ExitCode run() {
    std::optional<InterruptGuard> guard;
    if (options_.create) {
      created_ = create_database(session_, database_, options_.tablespace, [&](const Connection &maintenance) {
        Locale locale = find_source(maintenance);
        guard.emplace();  // as soon as there is something to take back
        return locale;
      });
      if (!created_) out_.note("database", database_ + " is there already");
    }
    std::optional<State> state;
    try {
      Connection target = session_.connect_plain();
      state.emplace(options_.state_directory.value_or(database_ + ".clone"), database_identity(target));
      is_new_ = !state->has("tables begun");
      if (!guard) guard.emplace();
      if (!prepare(target, *state)) {
        leave_nothing(state);
        return ExitCode::failed;
      }
      guard.reset();
      ExitCode code = copy_rows(target);
      if (code != ExitCode::done) return code;
      Connection source = connect_source(target);
      finish_schema(source, target, schema_, options_.jobs.value_or(2), state->directory(), out_);
    } catch (...) {
      if (!is_kept_) leave_nothing(state);
      throw;
    }
    state->remove();
    out_.note(printable("Done: " + database_ + " is a masked copy."));
    return ExitCode::done;
  }

 private:
  // Of a clone that ends before a row was copied. In a database that was there before, the transaction of prepare() was
  // rolled back.
  void leave_nothing(std::optional<State> &state) const {
    if (state && is_new_) state->remove();
    if (!created_) return;
    try {
      in_database(session_, "postgres")
          .connect_plain()
          .query("DROP DATABASE " + quote_identifier(database_) + " WITH (FORCE)");
      out_.note("database", database_ + " is dropped again");
    } catch (const Error &problem) {
      out_.warn(printable("the new database " + database_ + " cannot be dropped: " + problem.what()));
    }
  }

  bool has_server(Connection &target) const { return !target.value(foreign_server, {server_}).empty(); }

  // Before anything is created: where the source is, whether there is a program that can dump both versions, and
  // whether the source can be told apart from its own servers.
  Locale find_source(const Connection &target) {
    if (!source_settings_) {
      source_settings_ = options_.source ? *options_.source : options_.access.read();
      if (!options_.source) options_.access.find_password(*source_settings_, out_);
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

  // All that comes before the rows, in one transaction: whatever refuses it leaves nothing behind. Only where the plan
  // asks for rules is all of it kept, for "confiture suggest" to answer. False: somebody said no.
  bool prepare(Connection &target, State &state) {
    if (is_new_ && has_tables(target))
      throw Error(ExitCode::refused, "the database " + database_ + " already has tables",
                  "A clone starts in an empty database; --create makes one. \"confiture sync\" copies into existing "
                  "tables.");
    std::optional<std::vector<SetupStep>> steps = plan_set_up(target);
    if (!steps) return false;
    Connection builder = open_for_restore(target, {});
    pin_session(builder);
    Transaction all(builder);
    if (created_ && !options_.database_comment.empty())
      builder.query("COMMENT ON DATABASE " + quote_identifier(database_) + " IS " +
                    quote_literal(options_.database_comment));
    carry_out_setup(builder, server_, *steps);
    if (source_settings_) report_source(builder, server_, out_);
    if (!key_.empty()) import_key(builder);
    Connection source = connect_source(builder);
    read_schema(source, target, state);
    copy_tables(builder, state);
    builder.query(back_to_normal);
    if (options_.rules) carry_rules(builder);
    if (rules_) import_rules(builder);
    std::string run = newest(builder).state;
    if (run.empty() || run == "superseded") include_ = everything(source);
    std::vector<std::string> questions;
    if (run.empty()) questions = check_plan(source, builder);
    all.commit();
    is_kept_ = !created_ || !questions.empty();
    state.add("tables");
    require_none(questions, "the rules do not settle everything",
                 rules_ ? change_the_rules
                        : "Draft them: confiture suggest -d " + shell_word(database_) +
                              " -o rules.yaml. Then give the same command again, with --rules rules.yaml.");
    return true;
  }

  // As init does it. A clone that continues needs no URI.
  std::optional<std::vector<SetupStep>> plan_set_up(Connection &target) {
    std::vector<SetupStep> steps;
    if (!options_.access.argument.value && !options_.access.source.uri.value && has_server(target)) return steps;
    Locale locale = find_source(target);
    Locale own = read_locale(target);
    if (own != locale) out_.note("locale", own.words() + "; of the source: " + locale.words());
    steps = plan_setup(target, server_, *source_settings_);
    require_privileges(target, server_, steps, true);
    std::string heading = "The database " + database_ + " becomes a masked copy of the source. In it, as " +
                          target.value("SELECT CURRENT_USER") + ":";
    if (!steps.empty() && !options_.yes && !confirm_setup(heading, steps, false, out_)) return std::nullopt;
    return steps;
  }

  struct Run {
    std::string id, state;  // empty: there is none
  };
  Run newest(Connection &target) const {
    Result found = target.query(newest_run, {server_});
    return found.rows() > 0 ? Run{found.text(0, "run_id"), found.text(0, "state")} : Run{};
  }

  // Rows that a run copied have been masked with the key there was.
  void import_key(Connection &target) const {
    std::string before = key_id(target);
    std::string after = set_key(target, key_);
    if (after != before && !newest(target).id.empty())
      throw Error(ExitCode::refused, "rows were copied with another masking key (" + before + ")",
                  "Continue without --key-file, or start in an empty database.");
    out_.note("key", after);
  }

  Connection connect_source(Connection &target) const {
    return source_settings_ ? open_source(client_settings()) : open_source(target, server_, options_.access.source.uri);
  }

  // Kept in the state.
  void read_schema(Connection &source, const Connection &target, State &state) {
    schema_.tools = tools_for(source, target);
    schema_.encoding = dump_encoding(source);
    schema_.is_same_major = server_major(source) == server_major(target);
    if (!state.has("tables")) {
      out_.note("schema", "by " + schema_.tools.directory + "/pg_dump, version " + std::to_string(schema_.tools.major));
      write_file(state.file("schema.dump"), dump_schema(schema_.tools, source, schema_.encoding, state.directory()));
    }
    std::ifstream file(state.file("schema.dump"), std::ios::binary);
    schema_.archive = read_archive(read_text(file, std::numeric_limits<size_t>::max()));
    if (state.has("tables")) return;
    std::set<std::string> tablespaces;
    for (const Entry &each : schema_.archive.entries)
      if (!each.tablespace.empty()) tablespaces.insert(each.tablespace);
    if (!tablespaces.empty())
      out_.note("tablespaces", joined({tablespaces.begin(), tablespaces.end()}) +
                                   " of the source: not used, everything is in the database's own");
  }

  // What is there already was made before: the entries of one transaction, or by hand.
  void copy_tables(Connection &builder, State &state) const {
    if (state.has("tables")) return out_.note("tables", "are there already");
    Difference difference = compare(schema_.archive, schema_.dump_again(builder, state.directory()));
    std::vector<const Entry *> before;
    std::vector<const Entry *> after;
    for (const Entry *each : difference.missing) (each->follows_rows ? after : before).push_back(each);
    state.add("tables begun");
    builder.query(schema_.archive.settings);
    require_none(restore_tables(builder, before, after), "the schema cannot be restored",
                 "Create what is missing on the target (CREATE ROLE for the roles that policies name), or change it on "
                 "the source, and give the same command again. Nothing was restored.");
    out_.note("tables", builder.value(count_tables) + ", without indexes yet");
  }

  // Those of tables and columns that are gone stay behind.
  void carry_rules(Connection &target) const {
    rules::Difference difference = rules::compare(target, *options_.rules, false);
    std::vector<std::string> problems = difference.problems;
    for (const std::string &each : rules::apply(target, difference.changes)) problems.push_back(each);
    for (const std::string &each : problems) out_.note("rules", "not carried over: " + each);
    out_.note("rules", std::to_string(difference.changes.size()) + " carried over");
    // A copy that was a subset does not become a whole one unsaid.
    for (const rules::SubsetRule &each : options_.rules->seeds)
      out_.note("subset", "begins with " + each.table + ": " + rules::subset_text(each));
  }

  void import_rules(Connection &target) const {
    rules::Difference difference = rules::compare(target, *rules_, false);
    std::vector<std::string> problems = difference.problems;
    for (const std::string &each : rules::apply(target, difference.changes)) problems.push_back(each);
    require_none(problems, "the rules do not fit the database", change_the_rules);
    out_.note("rules", std::to_string(difference.changes.size()) + " new, " + std::to_string(difference.unchanged) +
                           " unchanged");
  }

  // Patterns of a run. Without a name of its own, an extension's configuration is left out.
  std::vector<std::string> everything(Connection &source) const {
    std::vector<std::string> names = find_configuration(source);
    if (names.empty()) return {};
    out_.note("extensions", "rows of " + joined(names) + " too");
    names.insert(names.begin(), "*");
    return names;
  }

  // A plan with the source's unique indexes in place, which otherwise are built after the rows: a strategy that would
  // make unique values collide is refused here, and not hours later. Returns what the plan asks. Throws where rows are
  // such as no constraint would accept.
  std::vector<std::string> check_plan(Connection &source, Connection &target) const {
    target.query("SAVEPOINT indexes");
    make_unique_indexes(source, target);
    PlanRows plan = load_plan(target, server_, {include_, options_.exclude, options_.policy});
    target.query("ROLLBACK TO SAVEPOINT indexes");
    std::vector<std::string> questions;
    for (const auto &row : plan) {
      if (!is_refused(row)) continue;
      std::string column = plan_text(row, "column_name");
      questions.push_back(plan_text(row, "relation") + (column.empty() ? " " : "." + column + " ") + plan_words(row));
    }
    if (questions.empty() && !options_.trust_constraints)
      require_none(find_violations(source, target, plan), "rows of the source violate constraints",
                   "After a change, give the same command again; --trust-constraints does not look at them.");
    return questions;
  }

  // The target's control tables know the run. The newest one decides: restarted, resumed, or done.
  ExitCode copy_rows(Connection &target) {
    auto [run, state] = newest(target);
    if (state == "done") {
      out_.note("rows", "are there already, from run " + run);
      return ExitCode::done;
    }
    if (state == "running" || state == "queued")
      throw Error(ExitCode::failed, "run " + run + " is in progress",
                  "Wait until it ends: confiture status --watch " + run);
    Parameter jobs = options_.jobs ? Parameter(std::to_string(*options_.jobs)) : Parameter();
    run::RunCall call;
    if (state.empty() || state == "superseded") {
      call.statement = R"(
CALL confiture.sync($1, include => $2::text[], exclude => $3::text[], jobs => $4::integer, policy => $5))";
      call.values = {server_, array_literal(include_), array_literal(options_.exclude), jobs, options_.policy};
    } else {
      call.resumed = run;
      call.statement = "CALL confiture.resume($1::bigint, jobs => $2::integer)";
      call.values = {run, jobs};
      out_.note("rows", "run " + run + " is resumed");
    }
    try {
      ExitCode code = run::lead(session_, target, call);
      is_kept_ = true;
      return code;
    } catch (const Error &problem) {
      // A run that never was has copied nothing. Where nobody can tell, there was one.
      is_kept_ = is_kept_ || PQtransactionStatus(target.handle()) != PQTRANS_IDLE || !newest(target).id.empty();
      if (problem.code() == ExitCode::refused || !is_kept_) throw;
      bool is_full = std::string(problem.what()).find("No space left on device") != std::string::npos;
      throw Error(problem.code(), problem.what(),
                  is_full
                      ? "A disk of the target's server is full: make room there. Finished work is kept. To continue, "
                        "give the same command again."
                      : "Finished work is kept. To continue, give the same command again.",
                  problem.detail());
    }
  }

  const CloneOptions &options_;
  Session &session_;
  const Output &out_;
  std::string server_, database_, key_;
  std::optional<rules::RuleSet> rules_;      // of the file
  std::optional<Settings> source_settings_;  // as the target's server reaches it; nothing until a URI was read
  SourceSchema schema_;
  std::vector<std::string> include_;
  bool created_ = false;  // the database, by this call
  bool is_new_ = true;    // no earlier call has made tables
  bool is_kept_ = false;  // what this call made
};

}  // namespace

ExitCode run(const CloneOptions &options, Session &session) { return CloneJob(options, session).run(); }

}  // namespace client::clone
