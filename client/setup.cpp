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
    std::string verb = !exists_ ? "" : old == nullptr ? "ADD " : "SET ";
    std::string start = verb + quote_identifier(keyword) + " ";
    bool secret = is_secret(keyword);
    append(start + (secret ? "'...'" : quote_literal(value)),
           quote_literal(start) + " || " +
               (secret ? "quote_literal(current_setting('confiture_client." + keyword + "'))"
                       : quote_literal(quote_literal(value))));
  }

  void drop_the_rest() {
    for (const auto &[keyword, value] : current_) {
      bool keeps = keyword == "password_required";
      for (const std::string &each : wanted_) keeps = keeps || each == keyword;
      if (!keeps) append("DROP " + quote_identifier(keyword), quote_literal("DROP " + quote_identifier(keyword)));
    }
  }

  bool empty() const { return shown_.empty(); }
  const std::string &shown() const { return shown_; }            // for people, without secrets
  const std::string &expression() const { return expression_; }  // an SQL expression of the same text with secrets

 private:
  void append(const std::string &shown, const std::string &expression) {
    shown_ += (shown_.empty() ? "" : ", ") + shown;
    expression_ += (expression_.empty() ? "" : " || ', ' || ") + expression;
  }

  bool exists_;
  Settings current_;
  std::vector<std::string> wanted_;
  std::string shown_, expression_;
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
  std::string start = (exists ? "ALTER " : "CREATE ") + object + (exists ? "" : middle) + " OPTIONS (";
  steps.push_back({start + list.shown() + ")", quote_literal(start) + " || " + list.expression() + " || ')'"});
}

}  // namespace

std::vector<SetupStep> plan_setup(Connection &target, const std::string &server, const Settings &source) {
  std::vector<SetupStep> steps;
  std::string extension = plan_extension(target);
  if (!extension.empty()) steps.push_back({extension, quote_literal(extension)});
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

// The password must appear neither in the server's log nor in pg_stat_activity: it travels as a parameter, the server
// puts the statement together and executes it, and a superuser switches off what could log the parameter.
void carry_out_setup(Connection &target, const std::vector<SetupStep> &steps, const Settings &source) {
  if (target.value("SELECT current_setting('is_superuser')") == "on")
    target.query(
        R"(
SET LOCAL log_statement = 'none';
SET LOCAL log_min_duration_statement = -1;
SET LOCAL log_duration = off;
SET LOCAL log_min_duration_sample = -1;
SET LOCAL log_transaction_sample_rate = 0;
SET LOCAL log_parameter_max_length = 0;
SET LOCAL log_parameter_max_length_on_error = 0)");
  for (const auto &[keyword, value] : source)
    if (is_secret(keyword))
      target.query("SELECT set_config('confiture_client." + keyword + "', $1, true) IS NULL", {value});
  for (const SetupStep &each : steps) target.query("DO " + quote_literal("BEGIN EXECUTE " + each.expression + "; END"));
}

void report_source(Connection &target, const std::string &server, const Output &out) {
  Result answer = target.query("SELECT * FROM confiture.check_server($1)", {server});
  out.note(printable("The source answers: PostgreSQL " + answer.text(0, "version") + ", database " +
                     answer.text(0, "database") + ", role " + answer.text(0, "role") + ", " +
                     answer.text(0, "readable_tables") + " readable tables, " +
                     (answer.is_null(0, "tls") ? "not encrypted" : answer.text(0, "tls")) + "."));
}

}  // namespace client
