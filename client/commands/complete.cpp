// Asked by the completions of the shells: names from the target, for a command line that is not finished.
#include <csignal>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "own_relations.h"
#include "cli/parser.h"
#include "cli/walk.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

// As find_relation() resolves them. With the schema too for a word that is begun: it may begin with a schema.
constexpr const char *tables =
    R"(
SELECT DISTINCT unnest(CASE
  WHEN s.name IS NULL THEN ARRAY[q.full_name]
  WHEN $1::text = '' THEN ARRAY[quote_ident(c.relname)]
  ELSE ARRAY[quote_ident(c.relname), q.full_name] END) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL format('%I.%I', n.nspname, c.relname) q(full_name)
LEFT JOIN json_array_elements_text(current_setting('confiture_client.schemas')::json) s(name) ON s.name = n.nspname
WHERE c.relkind IN ('r', 'p')
  AND )" IN_SCHEMA_OF_USERS R"(
  AND has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1
LIMIT 10000)";

constexpr const char *strategies_and_actions =
    R"(
SELECT strategy FROM confiture.strategies
UNION VALUES ('keep'), ('drop'), ('default')
ORDER BY 1)";

// Columns are written literally, not as in SQL.
constexpr const char *columns =
    R"(
SELECT attname
FROM pg_attribute
WHERE attrelid = $1::oid
  AND attnum > 0
  AND NOT attisdropped
ORDER BY attnum)";

constexpr const char *last_runs = "SELECT run_id FROM confiture.runs ORDER BY 1 DESC LIMIT 50";

// What was typed before the word at the cursor.
struct Line {
  std::vector<std::string> settings;      // the options of the root, as --name=value
  const cli::Option *argument = nullptr;  // at the cursor
  std::string table;                      // the last argument before it that names one
};

Line read_line(const cli::Command &root, const std::vector<std::string> &words) {
  Line line;
  const cli::Command *command = &root;
  const cli::Option *open = nullptr;  // waits for its value
  std::vector<std::string> arguments;
  auto close = [&](const std::string &value) {
    if (std::ranges::any_of(root.options, [&](const cli::Option &each) { return &each == open; }))
      line.settings.push_back("--" + open->long_name() + "=" + value);
    open = nullptr;
  };
  auto find = [&](const std::string &name) -> const cli::Option * {
    for (const cli::Command *owner : {command, &root})
      for (const cli::Option &each : owner->options)
        if (std::ranges::count(cli::dashed_names(each), name) > 0 && !each.is_flag()) return &each;
    return nullptr;
  };
  for (const std::string &word : words) {
    if (open != nullptr) {
      close(word);
    } else if (word.starts_with("-")) {
      size_t end = word.starts_with("--") ? word.find('=') : 2;
      open = find(word.substr(0, end));
      if (open != nullptr && end < word.size()) close(word.substr(word.starts_with("--") ? end + 1 : end));
    } else {
      auto below = std::ranges::find(command->commands, word, &cli::Command::name);
      if (below != command->commands.end())
        command = &*below;
      else
        arguments.push_back(word);
    }
  }
  size_t given = 0;
  for (const cli::Option &each : command->options) {
    if (!each.is_argument()) continue;
    line.argument = &each;
    if (given == arguments.size() || each.is_list()) return line;
    if (cli::completion_of(each) == cli::Completion::tables) line.table = arguments[given];
    given++;
  }
  line.argument = nullptr;
  return line;
}

std::string names(const std::string &what, std::vector<std::string> words) {
  Session session;
  std::optional<std::string> config_file;
  bool version = false;
  cli::Command root = root_command(session, config_file, version);
  std::string begun = words.back();
  words.pop_back();
  Line line = read_line(root, words);
  cli::Completion kind = what == "tables"     ? cli::Completion::tables
                         : what == "columns"  ? cli::Completion::columns
                         : what == "runs"     ? cli::Completion::runs
                         : what != "argument" ? cli::Completion::strategies
                         : line.argument      ? cli::completion_of(*line.argument)
                                              : cli::Completion::nothing;
  if (!cli::is_of_names(kind)) return "";
  std::vector<const char *> settings = {"confiture"};
  for (const std::string &each : line.settings) settings.push_back(each.c_str());
  cli::parse(root, static_cast<int>(settings.size()), settings.data());
  session.target_options.never_prompt = true;
  session.target_options.always_prompt = false;
  Connection target = session.connect_plain();
  Result found = kind == cli::Completion::tables ? target.query(tables, {begun})
                 : kind == cli::Completion::columns
                     ? target.query(columns, {Session::find_relation(target, line.table).oid})
                 : kind == cli::Completion::runs ? target.query(last_runs)
                                                 : target.query(strategies_and_actions);
  std::string text;
  for (int row = 0; row < found.rows(); row++) {
    std::string name = found.text(row, 0);
    if (printable(name) == name) text += name + "\n";  // the shells read lines, and show them on a terminal
  }
  return text;
}

}  // namespace

cli::Command complete(Session &session) {
  struct Options {
    std::string what;
    std::vector<std::string> words;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "complete";
  command.summary = "List names for a shell's completion";
  command.hidden = true;
  command.options = {
      {
          .names = "WHAT",
          .destination = &options->what,
          .help = "Names of what",
          .choices = {"argument", "tables", "columns", "strategies", "runs"},
          .required = true,
      },
      {
          .names = "WORD",
          .destination = &options->words,
          .help = "The words of the line after the program, up to the one at the cursor",
          .required = true,
      },
  };
  command.run = [options, &session] {
    // Somebody waits at a prompt, and a server may never answer.
    std::signal(SIGALRM, [](int) { _exit(static_cast<int>(ExitCode::connection)); });
    alarm(2);
    show_notices(false);
    try {
      session.out.data(names(options->what, options->words));
      return ExitCode::done;
    } catch (const std::exception &) {  // a message would stand in the middle of the line
      return ExitCode::failed;
    }
  };
  return command;
}

}  // namespace client::commands
