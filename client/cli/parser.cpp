// The only file that includes CLI11, which takes ten seconds to compile. CLI11 splits the command line and prints help.
// Values are checked and assigned here, because with CLI11 the config file would take precedence over the environment.
#include "cli/parser.h"

#include <CLI/CLI.hpp>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <sstream>

#include "closest.h"
#include "joined.h"
#include "terminal.h"
#include "cli/settings.h"

namespace client::cli {

std::string Option::long_name() const {
  size_t at = names.find("--");
  return at == std::string::npos ? "" : names.substr(at + 2);
}

std::string Option::short_name() const {
  return names.size() > 1 && names[0] == '-' && names[1] != '-' ? names.substr(1, 1) : "";
}

namespace {

constexpr const char *help_names = "-?,--help";
constexpr const char *help_of_help = "Show this help and exit";

// Where the help of an option or a command begins in its line.
int help_column() {
  constexpr int narrow = 80;
  auto screen = stdout_screen();
  return screen && screen->width < narrow ? 22 : 36;
}

// At the terminal's width. Examples stay as they are, to be pasted.
std::string wrapped(const std::string &help) {
  auto screen = stdout_screen();
  if (!screen) return help;
  auto width = static_cast<size_t>(std::max(screen->width - 1, 40));
  std::istringstream lines(help);
  std::string text;
  for (std::string line; std::getline(lines, line); text += line + "\n") {
    if (line.starts_with("  confiture ")) continue;
    size_t indent = line.starts_with("  ") ? static_cast<size_t>(help_column()) : line.starts_with("Usage: ") ? 7 : 0;
    while (line.size() > width) {
      size_t cut = line.rfind(' ', width);
      if (cut == std::string::npos || cut < indent) cut = line.find(' ', std::max(width, indent));
      if (cut == std::string::npos) break;
      text += line.substr(0, cut) + "\n";
      line = std::string(indent, ' ') + line.substr(cut + 1);
    }
  }
  return text;
}

// Since 2.5 CLI11 wraps lines at widths of its own, those of examples too.
template <class Formatter>
void leave_lines_whole(Formatter &formatter) {
  if constexpr (requires { formatter.enable_footer_formatting(false); }) {
    formatter.enable_footer_formatting(false);
    formatter.enable_description_formatting(false);
    formatter.right_column_width(10000);
  }
}

void declare(CLI::App &app, const Option &described) {
  const std::string help = described.help + (described.choices.empty() ? "" : ": " + joined(described.choices));
  if (described.is_flag()) {
    app.add_flag(described.names, help);
    return;
  }
  CLI::Option *option = app.add_option(
      described.names, [](const CLI::results_t &) { return true; }, help);
  option->type_name(described.value);
  // With extra arguments CLI11 would split a value in brackets at its commas; arguments that are lists need them.
  option->allow_extra_args(described.is_list() && described.is_argument());
  if (described.is_list()) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (described.required) option->type_name(described.value + (described.is_argument() ? "" : " (required)"));
}

// Options of the root may come before the command or after it: what is added later inherits fallthrough().
void declare(CLI::App &app, const Command &described) {
  app.set_help_flag(help_names, help_of_help);
  app.get_formatter()->column_width(help_column());
  leave_lines_whole(*app.get_formatter());
  app.fallthrough();
  if (!described.example.empty())
    app.footer("Example:\n  " + described.example + "\n\nOptions of all commands: confiture --help");
  for (const Option &each : described.options) declare(app, each);
  for (const Command &each : described.commands) {
    CLI::App *sub = app.add_subcommand(each.name, each.summary);
    if (each.hidden) sub->group("");
    declare(*sub, each);
  }
  if (!described.commands.empty()) app.require_subcommand(0, 1);
}

std::unique_ptr<CLI::App> declare(const Command &root) {
  auto app = std::make_unique<CLI::App>(root.summary, root.name);
  declare(*app, root);
  return app;
}

std::string where_given(const Option &described) {
  return described.is_argument() ? described.names : "--" + described.long_name();
}

// Assigns what the command line gives, and adds the long names of those options to `given`. Arguments without a value
// and lists take from `arguments`.
void collect(const CLI::App &app, const Command &described, std::set<std::string> &given,
             std::deque<std::string> &arguments) {
  for (const Option &each : described.options) {
    std::vector<std::string> values =
        app.get_option(each.is_argument() ? each.names : "--" + each.long_name())->results();
    while (each.is_argument() && !arguments.empty() && (each.is_list() || values.empty())) {
      values.push_back(arguments.front());
      arguments.pop_front();
    }
    if (values.empty()) continue;
    assign(each, values, Origin::command_line, where_given(each));
    given.insert(each.long_name());
  }
}

// Of a command line that is wrong only the flags of the root count, which say how that is told.
void collect_flags(const Command &root, const char *const *words, const char *const *end) {
  for (const Option &each : root.options)
    if (each.is_flag() && std::find(words, end, "--" + each.long_name()) != end)
      assign(each, {"true"}, Origin::command_line, where_given(each));
}

[[noreturn]] void fail(const std::string &message, const std::string &command, const std::string &suggestion = {}) {
  throw Error(ExitCode::usage, message, suggestion + "Try \"" + command + " --help\".");
}

// What an argument that CLI11 did not expect was probably meant to be, among the options and commands that may stand
// there.
std::string suggestion_for(const CLI::App &app, const std::vector<const Command *> &path) {
  std::vector<std::string> unexpected = app.remaining(true);
  if (unexpected.empty()) return "";
  std::string word = unexpected.front().substr(0, unexpected.front().find('='));
  std::vector<std::string> candidates;
  if (word.starts_with("-")) {
    for (const Command *command : path)
      for (const Option &each : command->options)
        if (!each.is_argument()) candidates.push_back("--" + each.long_name());
  } else {
    for (const Command &each : path.back()->commands)
      if (!each.hidden) candidates.push_back(each.name);
  }
  return did_you_mean(word, candidates);
}

void require_all(const Command &described, const std::string &path) {
  for (const Option &each : described.options) {
    if (!each.required) continue;
    const auto *text = std::get_if<std::string *>(&each.destination);
    const auto *list = std::get_if<std::vector<std::string> *>(&each.destination);
    if ((text != nullptr && (*text)->empty()) || (list != nullptr && (*list)->empty()))
      fail(where_given(each) + " is missing", path);
  }
}

}  // namespace

ParsedCommand parse(const Command &root, int argc, const char *const *argv) {
  auto app = declare(root);
  std::vector<const Command *> path = {&root};
  std::vector<const CLI::App *> apps = {app.get()};
  auto descend = [&] {
    while (!apps.back()->get_subcommands().empty()) {
      apps.push_back(apps.back()->get_subcommands().front());
      for (const Command &each : path.back()->commands)
        if (each.name == apps.back()->get_name()) {
          path.push_back(&each);
          break;
        }
    }
  };
  auto words = [&] {
    std::string text = root.name;
    for (size_t i = 1; i < path.size(); i++) text += " " + path[i]->name;
    return text;
  };
  // CLI11 would take what follows "--" from a command whose arguments have as much as they need.
  const char *const *mark = std::find_if(argv, argv + argc, [](const char *word) { return strcmp(word, "--") == 0; });
  std::deque<std::string> arguments(mark == argv + argc ? mark : mark + 1, argv + argc);
  try {
    app->parse(static_cast<int>(mark - argv), argv);
  } catch (const CLI::CallForHelp &) {
    descend();
    std::string above = words();
    std::cout << wrapped(apps.back()->help(apps.size() > 1 ? above.substr(0, above.rfind(' ')) : "")) << std::flush;
    if (!std::cout) throw Error(ExitCode::failed, "cannot write to standard output");
    return {};
  } catch (const CLI::ParseError &problem) {
    descend();
    collect_flags(root, argv, mark);
    fail(problem.what(), words(), suggestion_for(*app, path));
  }
  descend();
  std::set<std::string> given;
  for (size_t i = 0; i < path.size(); i++) collect(*apps[i], *path[i], given, arguments);
  if (!arguments.empty()) fail("The following argument was not expected: " + arguments.front(), words());
  apply_settings(path, given);
  if (!path.back()->run) fail("a command is missing", words());
  require_all(*path.back(), words());
  return {path.back()};
}

}  // namespace client::cli
