// check: examines everything that a sync needs, without changing anything.
#include <memory>

#include "extension.h"
#include "nodes.h"
#include "sync_plan.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

enum class Grade { ok, warning, failed };

// Collects findings, and shows each on one line.
class CheckList {
 public:
  explicit CheckList(const Output &out) : out_(out) {}

  void add(Grade grade, const std::string &check, const std::string &text, ExitCode code = ExitCode::refused) {
    constexpr const char *words[] = {"ok", "warning", "failed"};
    constexpr Colour colours[] = {Colour::green, Colour::yellow, Colour::red};
    auto at = static_cast<size_t>(grade);
    if (grade == Grade::failed && worst_ == ExitCode::done) worst_ = code;
    findings_.push_back({{"check", check}, {"result", words[at]}, {"text", text}});
    if (out_.json) return;
    std::string word = words[at];
    out_.data(out_.paint(colours[at], word) + std::string(9 - word.size(), ' ') + printable(check + ": " + text) +
              "\n");
  }

  ExitCode finish() const {
    if (out_.json) out_.data(pretty_json(findings_));
    return worst_;
  }

 private:
  const Output &out_;
  ExitCode worst_ = ExitCode::done;
  Json findings_ = Json::array();
};

void check_target(CheckList &checks, Connection &target) {
  checks.add(Grade::ok, "target",
             "PostgreSQL " + target.value("SELECT current_setting('server_version')") + ", database " +
                 target.value("SELECT current_database()") + ", role " + target.value("SELECT CURRENT_USER"));
}

// Returns false when the other checks cannot run.
bool check_extension(CheckList &checks, Connection &target) {
  try {
    std::string version = require_extension(target);
    bool same = version == CONFITURE_VERSION;
    checks.add(same ? Grade::ok : Grade::warning, "extension",
               "confiture " + version + (same ? "" : ", while this client is " CONFITURE_VERSION));
    return true;
  } catch (const Error &problem) {
    checks.add(Grade::failed, "extension", std::string(problem.what()) + ". " + problem.hint(), problem.code());
    return false;
  }
}

// What the current role may do.
void check_privileges(CheckList &checks, Connection &target) {
  Result lacking = target.query(
      R"(
SELECT string_agg(p.proname, ', ' ORDER BY p.proname)
FROM pg_proc p
WHERE p.pronamespace = 'confiture'::regnamespace
  AND p.proname IN ('check_server', 'plan_sync', 'sync', 'resume', 'cancel')
  AND NOT has_function_privilege(p.oid, 'EXECUTE'))");
  if (!lacking.is_null(0, 0))
    checks.add(Grade::failed, "privileges", "no EXECUTE on " + lacking.text(0, 0), ExitCode::failed);
  else if (target.value("SELECT has_parameter_privilege('session_replication_role', 'SET')") != "t")
    checks.add(Grade::warning, "privileges",
               "without SET on session_replication_role foreign keys are set aside or checked row by row");
  else
    checks.add(Grade::ok, "privileges", "may call the routines and silence triggers");
}

// What would carry secrets out of the target.
void check_secrets(CheckList &checks, Connection &target) {
  std::string passwords = target.value(R"(
SELECT string_agg(DISTINCT quote_ident(m.srvname), ', ')
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE w.fdwname = 'confiture'
  AND EXISTS (SELECT FROM pg_options_to_table(m.umoptions) o WHERE o.option_name IN ('password', 'sslpassword')))");
  if (!passwords.empty())
    checks.add(Grade::warning, "dumps",
               "a superuser's pg_dump of this database contains the password for " + passwords +
                   "; with --schema, or as another role, it does not");
  // The server shows them the catalog of user mappings itself.
  std::string readers = target.value(R"(
SELECT string_agg(quote_ident(rolname), ', ' ORDER BY rolname)
FROM pg_roles
WHERE NOT rolsuper
  AND rolname !~ '^pg_'
  AND pg_has_role(oid, 'pg_read_all_data', 'USAGE'))");
  if (!passwords.empty() && !readers.empty())
    checks.add(Grade::warning, "readers",
               "members of pg_read_all_data can read the password for " + passwords + ": " + readers);
  std::string key = target.value(R"(
SELECT string_agg(DISTINCT quote_ident(pubname), ', ')
FROM pg_publication_tables
WHERE schemaname = 'confiture' AND tablename = 'masking_key')");
  std::string others = target.value(R"(
SELECT string_agg(DISTINCT quote_ident(pubname), ', ')
FROM pg_publication_tables
WHERE schemaname = 'confiture' AND tablename <> 'masking_key')");
  if (!key.empty())
    checks.add(Grade::failed, "publications", "subscribers of " + key + " get the masking key");
  else if (!others.empty())
    checks.add(Grade::warning, "publications", "subscribers of " + others + " get the rules, filters and runs");
}

// Masks of a sync are made on this node, those of queries that call confiture.email() where the rows are.
void check_nodes(CheckList &checks, Connection &target) {
  if (target.value("SELECT count(*) FROM pg_extension WHERE extname = 'citus'") == "0") return;
  try {
    std::vector<std::string> others = nodes_of_other_keys(target);
    for (const std::string &other : others) checks.add(Grade::warning, "nodes", other);
    if (others.empty()) checks.add(Grade::ok, "nodes", "all nodes of Citus have the same masking key");
  } catch (const Error &problem) {
    if (problem.code() == ExitCode::interrupted) throw;
    checks.add(Grade::warning, "nodes",
               std::string("the masking keys of Citus's nodes were not compared: ") + problem.what());
  }
}

// Returns false when there can be no plan.
bool check_source(CheckList &checks, Connection &target, const std::string &server) {
  try {
    Result answer = target.query("SELECT * FROM confiture.check_server($1)", {server});
    checks.add(Grade::ok, "source",
               server + ": PostgreSQL " + answer.text(0, "version") + ", database " + answer.text(0, "database") +
                   ", role " + answer.text(0, "role") + (answer.is_true(0, "standby") ? ", a standby" : ""));
    checks.add(answer.is_null(0, "tls") ? Grade::warning : Grade::ok, "encryption",
               answer.is_null(0, "tls") ? "none between source and target" : answer.text(0, "tls"));
    long long unreadable = answer.number(0, "unreadable_tables");
    checks.add(unreadable > 0 ? Grade::warning : Grade::ok, "tables",
               answer.text(0, "readable_tables") + " readable" +
                   (unreadable > 0 ? ", " + std::to_string(unreadable) + " not" : ""));
    return true;
  } catch (const Error &problem) {
    checks.add(Grade::failed, "source",
               std::string(problem.what()) + (problem.detail().empty() ? "" : ": " + problem.detail()), problem.code());
    return false;
  }
}

void check_rules(CheckList &checks, Connection &target) {
  Result bad = target.query(R"(
SELECT relation, column_name, problem
FROM confiture.rules
WHERE problem IS NOT NULL
ORDER BY 1, 2)");
  for (int row = 0; row < bad.rows(); row++)
    checks.add(Grade::failed, "rule", bad.text(row, 0) + "." + bad.text(row, 1) + ": " + bad.text(row, 2));
  if (bad.rows() == 0)
    checks.add(Grade::ok, "rules",
               target.value("SELECT count(*) FROM confiture.rules") + " rules, all for existing columns");
}

void check_plan(CheckList &checks, Connection &target, const std::string &server, const Scope &scope) {
  try {
    long long refused = 0;
    long long tables = 0;
    for (const Json &row : load_plan(target, server, scope)) {
      std::string relation = plan_text(row, "relation");
      std::string column = plan_text(row, "column_name");
      tables += !relation.empty() && column.empty() ? 1 : 0;
      if (!is_refused(row)) continue;
      refused++;
      checks.add(Grade::failed, "plan",
                 relation + (column.empty() ? "" : "." + column) + (relation.empty() ? "" : " ") + plan_words(row));
    }
    if (refused == 0) checks.add(Grade::ok, "plan", std::to_string(tables) + " tables can be synced");
  } catch (const Error &problem) {
    if (problem.code() == ExitCode::interrupted) throw;
    std::string hint = problem.hint().empty() ? "" : ". " + problem.hint();
    checks.add(Grade::failed, "plan", problem.what() + hint, problem.code());
  }
}

}  // namespace

cli::Command check(Session &session) {
  auto scope = std::make_shared<Scope>();
  cli::Command command;
  command.name = "check";
  command.summary = "Check connections, versions, privileges, rules, and whether a sync would be stopped";
  command.description =
      "Changes nothing. The exit code is that of the first check that failed: 3 for a connection, 5 for the guard or "
      "the comparison of the two schemas.";
  command.example = "confiture check 'sales.*' --exclude 'sales.log*'";
  command.options = scope->declare();
  command.run = [scope, &session] {
    Connection target = session.connect_plain();
    CheckList findings(session.out);
    check_target(findings, target);
    if (!check_extension(findings, target)) return findings.finish();
    std::string server = session.source_name(target);
    check_privileges(findings, target);
    check_rules(findings, target);
    check_secrets(findings, target);
    check_nodes(findings, target);
    if (check_source(findings, target, server)) check_plan(findings, target, server, *scope);
    return findings.finish();
  };
  return command;
}

}  // namespace client::commands
