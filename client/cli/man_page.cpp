#include "joined.h"
#include "cli/pages.h"
#include "cli/settings.h"
#include "cli/walk.h"

namespace client::cli {

namespace {

std::string roff(const std::string &text) {
  std::string escaped;
  for (char c : text) escaped += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  return !escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'') ? "\\&" + escaped : escaped;
}

std::string choices(const Option &option) {
  return option.choices.empty() ? "" : " One of " + joined(option.choices) + ".";
}

std::string item(const Option &option) {
  std::string head;
  if (option.is_argument()) head = "\\fI" + roff(option.names) + "\\fR";
  for (const std::string &name : dashed_names(option))
    head += (head.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  if (!option.value.empty()) head += " \\fI" + roff(option.value) + "\\fR";
  return ".TP\n" + head + "\n" + roff(option.help + "." + choices(option)) + "\n";
}

std::string synopsis(const std::string &path, const Command &command) {
  std::string text = ".B confiture " + roff(path) + "\n";
  if (!command.options.empty()) text += "[\\fIoptions\\fR]\n";
  for (const Option &each : command.options) {
    if (!each.is_argument()) continue;
    std::string name = "\\fI" + roff(each.names) + "\\fR" + (each.is_list() ? " ..." : "");
    text += (each.required ? name : "[" + name + "]") + "\n";
  }
  if (!command.commands.empty()) text += "\\fIcommand\\fR\n";
  return text;
}

constexpr const char *closing = R"(.SH ENVIRONMENT
Every long option except \-\-password, \-\-no\-password, \-\-version and \-\-help may also be set by a variable:
CONFITURE_ and its name in capitals, with _ for \-. The items of a list are separated by commas. libpq's own variables,
such as PGHOST, PGPASSWORD and PGSERVICE, apply to the target.
.TP
.B NO_COLOR
If set, output is not coloured.
.SH FILES
.TP
.I confiture.toml
The config file: the first that exists of \fB\-\-config\fR (or CONFITURE_CONFIG), ./confiture.toml and
$XDG_CONFIG_HOME/confiture/confiture.toml (~/.config/confiture/confiture.toml). Its keys are the long options; those of
a command stand in a table of its name. Unknown keys are errors. The command line takes precedence over the
environment, and the environment over the file.
.TP
.I ~/.pgpass
Passwords, see the manual of libpq.
.SH EXIT STATUS
.TP
0
Done.
.TP
1
Failed.
.TP
2
Wrong arguments, settings or files; a name of something that does not exist; a target whose PostgreSQL or extension this
client does not support.
.TP
3
No connection, to the target or to the source.
.TP
4
Done in part.
.TP
5
Refused by the guard or by validation, before any change.
.TP
130
Interrupted.
)";

}  // namespace

std::string man_page(const Command &root, const std::string &version) {
  std::string text =
      ".TH CONFITURE 1 \"\" \"confiture " + version +
      "\" \"\"\n.SH NAME\nconfiture \\- refreshes a PostgreSQL "
      "database from another one and masks personal data on the way\n.SH SYNOPSIS\n"
      ".B confiture\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIoptions of the command\\fR]\n.SH DESCRIPTION\n" +
      roff(root.description) + "\n.SH OPTIONS\nThese may come before the command or after it.\n";
  for (const Option &each : with_help(root)) text += item(each);
  text += ".SH COMMANDS\n";
  walk(root, [&](const std::string &path, const Command &command) {
    if (path.empty()) return;
    text += ".SS " + roff(path) + "\n" + synopsis(path, command) + ".PP\n" + roff(command.summary) + ".\n";
    if (!command.description.empty()) text += ".PP\n" + roff(command.description) + "\n";
    for (const Option &each : command.options) text += item(each);
    if (!command.example.empty()) text += ".PP\nExample:\n.PP\n.RS\n.nf\n" + roff(command.example) + "\n.fi\n.RE\n";
  });
  return text + closing;
}

}  // namespace client::cli
