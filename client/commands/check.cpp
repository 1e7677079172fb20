// check: everything that a sync needs, looked at without changing anything.
#include <memory>

#include "../extension.h"
#include "../sync_plan.h"
#include "commands.h"

namespace client::commands {

namespace {

using json = nlohmann::ordered_json;

enum class verdict { ok, warning, failed };

// Collects findings and shows them, each on a line of its own.
class check_list {
 public:
  explicit check_list(const output &out) : out_(out) {}

  void add(verdict is, const std::string &what, const std::string &text, exit_code code = exit_code::refused) {
    constexpr const char *words[] = {"ok", "warning", "failed"};
    constexpr colour colours[] = {colour::green, colour::yellow, colour::red};
    auto at = static_cast<size_t>(is);
    if (is == verdict::failed && worst_ == exit_code::done) worst_ = code;
    findings_.push_back({{"check", what}, {"result", words[at]}, {"text", text}});
    if (out_.json) return;
    std::string word = words[at];
    out_.data(out_.paint(colours[at], word) + std::string(9 - word.size(), ' ') + printable(what + ": " + text) + "\n");
  }

  exit_code finish() const {
    if (out_.json) out_.data(pretty_json(findings_));
    return worst_;
  }

 private:
  const output &out_;
  exit_code worst_ = exit_code::done;
  json findings_ = json::array();
};

void check_target(check_list &to_say, connection &to) {
  to_say.add(verdict::ok, "target",
             "PostgreSQL " + to.value("SELECT current_setting('server_version')") + ", database " +
                 to.value("SELECT current_database()") + ", role " + to.value("SELECT CURRENT_USER"));
}

// False when there is no way to go on.
bool check_extension(check_list &to_say, connection &to) {
  try {
    std::string version = require_extension(to);
    bool same = version == CONFITURE_VERSION;
    to_say.add(same ? verdict::ok : verdict::warning, "extension",
               "confiture " + version + (same ? "" : ", while this client is " CONFITURE_VERSION));
    return true;
  } catch (const error &problem) {
    to_say.add(verdict::failed, "extension", std::string(problem.what()) + ". " + problem.hint(), problem.code());
    return false;
  }
}

// What the role may do; a superuser may do all.
void check_privileges(check_list &to_say, connection &to) {
  result lacking = to.query(
      "SELECT string_agg(p.proname, ', ' ORDER BY p.proname) FROM pg_proc p "
      "WHERE p.pronamespace = 'confiture'::regnamespace AND p.proname IN ('check_server', 'plan_sync', 'sync', "
      "'resume', 'cancel') "
      "AND NOT has_function_privilege(p.oid, 'EXECUTE')");
  if (!lacking.is_null(0, 0))
    to_say.add(verdict::failed, "privileges", "no EXECUTE on " + lacking.text(0, 0), exit_code::failed);
  else if (to.value("SELECT has_parameter_privilege('session_replication_role', 'SET')") != "t")
    to_say.add(verdict::warning, "privileges",
               "without SET on session_replication_role foreign keys are set aside or checked row by row");
  else
    to_say.add(verdict::ok, "privileges", "routines can be called, triggers silenced");
}

// False when there is no way to go on.
bool check_source(check_list &to_say, connection &to, const std::string &server) {
  try {
    result there = to.query("SELECT * FROM confiture.check_server($1)", {server});
    to_say.add(verdict::ok, "source",
               server + ": PostgreSQL " + there.text(0, "version") + ", database " + there.text(0, "database") +
                   ", role " + there.text(0, "role") + (there.is_true(0, "standby") ? ", a standby" : ""));
    to_say.add(there.is_null(0, "tls") ? verdict::warning : verdict::ok, "encryption",
               there.is_null(0, "tls") ? "none between source and target" : there.text(0, "tls"));
    long long unreadable = there.number(0, "unreadable_tables");
    to_say.add(unreadable > 0 ? verdict::warning : verdict::ok, "tables",
               there.text(0, "readable_tables") + " to read" +
                   (unreadable > 0 ? ", " + std::to_string(unreadable) + " not" : ""));
    return true;
  } catch (const error &problem) {
    to_say.add(verdict::failed, "source",
               std::string(problem.what()) + (problem.detail().empty() ? "" : ": " + problem.detail()), problem.code());
    return false;
  }
}

void check_rules(check_list &to_say, connection &to) {
  result bad =
      to.query("SELECT relation, column_name, problem FROM confiture.rules WHERE problem IS NOT NULL ORDER BY 1, 2");
  for (int row = 0; row < bad.rows(); row++)
    to_say.add(verdict::failed, "rule", bad.text(row, 0) + "." + bad.text(row, 1) + ": " + bad.text(row, 2));
  if (bad.rows() == 0)
    to_say.add(verdict::ok, "rules",
               to.value("SELECT count(*) FROM confiture.rules") + " rules, all of columns there are");
}

void check_plan(check_list &to_say, connection &to, const std::string &server, const scope &of) {
  try {
    long long refused = 0;
    long long tables = 0;
    for (const json &row : load_plan(to, server, of)) {
      std::string relation = plan_text(row, "relation");
      std::string column = plan_text(row, "column_name");
      tables += !relation.empty() && column.empty() ? 1 : 0;
      if (!is_refused(row)) continue;
      refused++;
      to_say.add(verdict::failed, "plan",
                 relation + (column.empty() ? "" : "." + column) + (relation.empty() ? "" : " ") + plan_words(row));
    }
    if (refused == 0) to_say.add(verdict::ok, "plan", std::to_string(tables) + " tables can be synced");
  } catch (const error &problem) {
    if (problem.code() == exit_code::interrupted) throw;
    to_say.add(verdict::failed, "plan", problem.what(), problem.code());
  }
}

}  // namespace

cli::command check(session &in) {
  auto o = std::make_shared<scope>();
  cli::command made;
  made.name = "check";
  made.summary = "Check connections, versions, privileges, rules, and whether a sync would be stopped";
  made.description =
      "Changes nothing. The exit code is that of the first thing that failed: 3 for a connection, 5 for what the guard "
      "or "
      "the comparison of both schemas stops.";
  made.example = "confiture check 'sales.*' --exclude 'sales.log*'";
  made.options = o->declare();
  made.run = [o, &in] {
    connection to = in.connect_plain();
    check_list findings(in.out);
    check_target(findings, to);
    if (!check_extension(findings, to)) return findings.finish();
    std::string server = in.source_name(to);
    check_privileges(findings, to);
    check_rules(findings, to);
    if (check_source(findings, to, server)) check_plan(findings, to, server, *o);
    return findings.finish();
  };
  return made;
}

}  // namespace client::commands
