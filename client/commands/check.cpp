// check: everything that a sync needs, looked at without changing anything.
#include <memory>

#include "extension.h"
#include "sync_plan.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

enum class Verdict { ok, warning, failed };

// Collects findings and shows them, each on a line of its own.
class CheckList {
 public:
  explicit CheckList(const Output &out) : out_(out) {}

  void add(Verdict is, const std::string &what, const std::string &text, ExitCode code = ExitCode::refused) {
    constexpr const char *words[] = {"ok", "warning", "failed"};
    constexpr Colour colours[] = {Colour::green, Colour::yellow, Colour::red};
    auto at = static_cast<size_t>(is);
    if (is == Verdict::failed && worst_ == ExitCode::done) worst_ = code;
    findings_.push_back({{"check", what}, {"result", words[at]}, {"text", text}});
    if (out_.json) return;
    std::string word = words[at];
    out_.data(out_.paint(colours[at], word) + std::string(9 - word.size(), ' ') + printable(what + ": " + text) + "\n");
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

void check_target(CheckList &to_say, Connection &to) {
  to_say.add(Verdict::ok, "target",
             "PostgreSQL " + to.value("SELECT current_setting('server_version')") + ", database " +
                 to.value("SELECT current_database()") + ", role " + to.value("SELECT CURRENT_USER"));
}

// False when there is no way to go on.
bool check_extension(CheckList &to_say, Connection &to) {
  try {
    std::string version = require_extension(to);
    bool same = version == CONFITURE_VERSION;
    to_say.add(same ? Verdict::ok : Verdict::warning, "extension",
               "confiture " + version + (same ? "" : ", while this client is " CONFITURE_VERSION));
    return true;
  } catch (const Error &problem) {
    to_say.add(Verdict::failed, "extension", std::string(problem.what()) + ". " + problem.hint(), problem.code());
    return false;
  }
}

// What the role may do; a superuser may do all.
void check_privileges(CheckList &to_say, Connection &to) {
  Result lacking = to.query(
      "SELECT string_agg(p.proname, ', ' ORDER BY p.proname) FROM pg_proc p "
      "WHERE p.pronamespace = 'confiture'::regnamespace AND p.proname IN ('check_server', 'plan_sync', 'sync', "
      "'resume', 'cancel') "
      "AND NOT has_function_privilege(p.oid, 'EXECUTE')");
  if (!lacking.is_null(0, 0))
    to_say.add(Verdict::failed, "privileges", "no EXECUTE on " + lacking.text(0, 0), ExitCode::failed);
  else if (to.value("SELECT has_parameter_privilege('session_replication_role', 'SET')") != "t")
    to_say.add(Verdict::warning, "privileges",
               "without SET on session_replication_role foreign keys are set aside or checked row by row");
  else
    to_say.add(Verdict::ok, "privileges", "routines can be called, triggers silenced");
}

// False when there is no way to go on.
bool check_source(CheckList &to_say, Connection &to, const std::string &server) {
  try {
    Result there = to.query("SELECT * FROM confiture.check_server($1)", {server});
    to_say.add(Verdict::ok, "source",
               server + ": PostgreSQL " + there.text(0, "version") + ", database " + there.text(0, "database") +
                   ", role " + there.text(0, "role") + (there.is_true(0, "standby") ? ", a standby" : ""));
    to_say.add(there.is_null(0, "tls") ? Verdict::warning : Verdict::ok, "encryption",
               there.is_null(0, "tls") ? "none between source and target" : there.text(0, "tls"));
    long long unreadable = there.number(0, "unreadable_tables");
    to_say.add(unreadable > 0 ? Verdict::warning : Verdict::ok, "tables",
               there.text(0, "readable_tables") + " to read" +
                   (unreadable > 0 ? ", " + std::to_string(unreadable) + " not" : ""));
    return true;
  } catch (const Error &problem) {
    to_say.add(Verdict::failed, "source",
               std::string(problem.what()) + (problem.detail().empty() ? "" : ": " + problem.detail()), problem.code());
    return false;
  }
}

void check_rules(CheckList &to_say, Connection &to) {
  Result bad =
      to.query("SELECT relation, column_name, problem FROM confiture.rules WHERE problem IS NOT NULL ORDER BY 1, 2");
  for (int row = 0; row < bad.rows(); row++)
    to_say.add(Verdict::failed, "rule", bad.text(row, 0) + "." + bad.text(row, 1) + ": " + bad.text(row, 2));
  if (bad.rows() == 0)
    to_say.add(Verdict::ok, "rules",
               to.value("SELECT count(*) FROM confiture.rules") + " rules, all of columns there are");
}

void check_plan(CheckList &to_say, Connection &to, const std::string &server, const Scope &of) {
  try {
    long long refused = 0;
    long long tables = 0;
    for (const Json &row : load_plan(to, server, of)) {
      std::string relation = plan_text(row, "relation");
      std::string column = plan_text(row, "column_name");
      tables += !relation.empty() && column.empty() ? 1 : 0;
      if (!is_refused(row)) continue;
      refused++;
      to_say.add(Verdict::failed, "plan",
                 relation + (column.empty() ? "" : "." + column) + (relation.empty() ? "" : " ") + plan_words(row));
    }
    if (refused == 0) to_say.add(Verdict::ok, "plan", std::to_string(tables) + " tables can be synced");
  } catch (const Error &problem) {
    if (problem.code() == ExitCode::interrupted) throw;
    to_say.add(Verdict::failed, "plan", problem.what(), problem.code());
  }
}

}  // namespace

cli::Command check(Session &in) {
  auto o = std::make_shared<Scope>();
  cli::Command made;
  made.name = "check";
  made.summary = "Check connections, versions, privileges, rules, and whether a sync would be stopped";
  made.description =
      "Changes nothing. The exit code is that of the first thing that failed: 3 for a connection, 5 for what the guard "
      "or "
      "the comparison of both schemas stops.";
  made.example = "confiture check 'sales.*' --exclude 'sales.log*'";
  made.options = o->declare();
  made.run = [o, &in] {
    Connection to = in.connect_plain();
    CheckList findings(in.out);
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
