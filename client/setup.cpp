#include "setup.h"

#include "extension.h"
#include "terminal.h"

namespace client {

namespace {

bool is_secret(const std::string &keyword) { return keyword == "password" || keyword == "sslpassword"; }

// As the extension divides them: see extension/source/server_options.cpp.
bool is_mapping_option(const std::string &keyword) { return keyword == "user" || is_secret(keyword); }

// The clauses of OPTIONS (...) that turn the current options into the wanted ones: ADD, SET and DROP; none of these
// words where the object does not exist yet.
class OptionList {
 public:
  OptionList(bool exists, const Settings &current) : exists_(exists), current_(current) {}

  void want(const std::string &keyword, const std::string &value) {
    const std::string *old = find_setting(current_, keyword);
    wanted_.emplace_back(keyword);
    if (old != nullptr && *old == value) return;
    std::string start = std::string(!exists_ ? "" : old == nullptr ? "ADD " : "SET ") + quote_identifier(keyword) + " ";
    if (is_secret(keyword)) {
      append(shown_, start + "'...'");
      secrets_.emplace_back(keyword, value);
    } else {
      append(shown_, start + quote_literal(value));
      append(clauses_, start + quote_literal(value));
    }
  }

  void drop_the_rest() {
    for (const auto &[keyword, value] : current_) {
      bool keeps = keyword == "password_required";
      for (const std::string &each : wanted_) keeps = keeps || each == keyword;
      if (keeps) continue;
      append(shown_, "DROP " + quote_identifier(keyword));
      append(clauses_, "DROP " + quote_identifier(keyword));
    }
  }

  bool empty() const { return shown_.empty(); }
  const std::string &shown() const { return shown_; }      // for people
  const std::string &clauses() const { return clauses_; }  // without the secrets
  const Settings &secrets() const { return secrets_; }     // that are added or changed

 private:
  static void append(std::string &list, const std::string &clause) { list += (list.empty() ? "" : ", ") + clause; }

  bool exists_;
  Settings current_, secrets_;
  std::vector<std::string> wanted_;
  std::string shown_, clauses_;
};

Settings pairs(const Result &result) {
  Settings all;
  for (int row = 0; row < result.rows(); row++) all.emplace_back(result.text(row, 0), result.text(row, 1));
  return all;
}

// Adds the statement that creates or changes an object with options; nothing if its options are right.
void plan_object(std::vector<SetupStep> &steps, const std::string &object, const std::string &middle, bool exists,
                 const Settings &current, const Settings &wanted, bool for_mapping) {
  OptionList list(exists, current);
  for (const auto &[keyword, value] : wanted)
    if (is_mapping_option(keyword) == for_mapping) list.want(keyword, value);
  if (exists) list.drop_the_rest();
  if (exists && list.empty()) return;
  std::string start = (exists ? "ALTER " : "CREATE ") + object + (exists ? "" : middle);
  SetupStep step = {start + " OPTIONS (" + list.shown() + ")", "", list.secrets()};
  if (!list.clauses().empty()) step.statement = start + " OPTIONS (" + list.clauses() + ")";
  if (list.clauses().empty() && !exists) step.statement = start;
  steps.push_back(step);
}

}  // namespace

std::vector<SetupStep> plan_setup(Connection &target, const std::string &server, const Settings &source) {
  std::vector<SetupStep> steps;
  std::string extension = plan_extension(target);
  if (!extension.empty()) steps.push_back({extension, extension, {}});
  std::string wrapper = target.value(
      R"(
SELECT w.fdwname
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE s.srvname = $1)",
      {server});
  if (!wrapper.empty() && wrapper != "confiture")
    throw Error(ExitCode::usage, "there is a foreign server " + server + " of another kind (" + wrapper + ")",
                "Choose another name with --source.");
  Settings server_options = pairs(target.query(R"(
SELECT o.option_name, o.option_value
FROM pg_foreign_server s, pg_options_to_table(s.srvoptions) o
WHERE s.srvname = $1)",
                                               {server}));
  plan_object(steps, "SERVER " + quote_identifier(server), " FOREIGN DATA WRAPPER confiture", !wrapper.empty(),
              server_options, source, false);
  bool has_mapping = !target
                          .value(R"(
SELECT 1
FROM pg_user_mappings
WHERE srvname = $1
  AND usename = CURRENT_USER)",
                                 {server})
                          .empty();
  Settings mapping_options = pairs(target.query(R"(
SELECT o.option_name, o.option_value
FROM pg_user_mappings m, pg_options_to_table(m.umoptions) o
WHERE m.srvname = $1
  AND m.usename = CURRENT_USER)",
                                                {server}));
  plan_object(steps, "USER MAPPING FOR CURRENT_USER SERVER " + quote_identifier(server), "", has_mapping,
              mapping_options, source, true);
  return steps;
}

bool confirm_setup(const std::string &heading, const std::vector<SetupStep> &steps, bool yes, const Output &out) {
  std::string shown = printable(heading);
  for (const SetupStep &each : steps) shown += "\n  " + printable(each.shown + ";");
  yes ? out.note(shown) : out.warn(shown);
  return yes || confirm("Continue?", "Give --yes.");
}

// As a field of COPY's text format.
static std::string copy_field(const std::string &value) {
  std::string field;
  for (char c : value) {
    if (c == '\\')
      field += "\\\\";
    else if (c == '\t')
      field += "\\t";
    else if (c == '\n')
      field += "\\n";
    else if (c == '\r')
      field += "\\r";
    else
      field += c;
  }
  return field;
}

// No setting of a server writes the data of COPY to its log or shows it, as many do with statements and parameters.
static void send_secrets(Connection &target, const std::string &server, const Settings &secrets) {
  std::string columns = "server";
  std::string row = copy_field(server);
  for (const auto &[keyword, value] : secrets) {
    columns += ", " + quote_identifier(keyword);
    row += "\t" + copy_field(value);
  }
  target.copy_in("COPY confiture.new_password (" + columns + ") FROM STDIN", row + "\n");
}

void carry_out_setup(Connection &target, const std::string &server, const std::vector<SetupStep> &steps) {
  for (const SetupStep &each : steps) {
    if (!each.statement.empty()) target.query(each.statement);
    if (!each.secrets.empty()) send_secrets(target, server, each.secrets);
  }
}

void report_source(Connection &target, const std::string &server, const Output &out) {
  Result answer = target.query("SELECT * FROM confiture.check_server($1)", {server});
  out.note(printable("The source answers: PostgreSQL " + answer.text(0, "version") + ", database " +
                     answer.text(0, "database") + ", role " + answer.text(0, "role") + ", " +
                     answer.text(0, "readable_tables") + " readable tables, " +
                     (answer.is_null(0, "tls") ? "not encrypted" : answer.text(0, "tls")) + "."));
}

}  // namespace client
