#include <memory>

#include "closest.h"
#include "joined.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command strategies(Session &session) {
  struct Options {
    std::optional<std::string> name;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "strategies";
  command.summary = "List the ways to mask a value, with examples";
  command.description = "Lists what the extension in the target provides; with a name, the details of one strategy.";
  command.example = "confiture strategies hash";
  command.options = {{"STRATEGY", "", &options->name, "Only this one"}};
  command.run = [options, &session] {
    Connection target = session.connect();
    if (!options->name) {
      session.out.rows(target, session.out.json ? "SELECT * FROM confiture.strategies ORDER BY strategy" : R"(
SELECT strategy, summary, example
FROM confiture.strategies
ORDER BY strategy)");
      return ExitCode::done;
    }
    Result one = target.query("SELECT * FROM confiture.strategies WHERE strategy = $1", {options->name});
    if (one.rows() == 0) {
      Result known = target.query("SELECT strategy FROM confiture.strategies ORDER BY strategy");
      std::vector<std::string> names;
      for (int row = 0; row < known.rows(); row++) names.push_back(known.text(row, 0));
      throw Error(ExitCode::usage, "there is no strategy " + *options->name,
                  did_you_mean(*options->name, names) + "Strategies are " + joined(names) + ".");
    }
    if (session.out.json) {
      session.out.data(pretty_json(
          target.value("SELECT to_json(s) FROM confiture.strategies s WHERE strategy = $1", {options->name})));
      return ExitCode::done;
    }
    auto yes_no = [&](const char *column) { return one.is_true(0, column) ? "yes" : "no"; };
    std::string accepted = one.text(0, "options");
    session.out.data(one.text(0, "strategy") + ": " + one.text(0, "summary") + "\n" + "  options              " +
                     (accepted.empty() ? "none" : accepted) + "\n" + "  example              " +
                     one.text(0, "example") + "\n" + "  types                " + one.text(0, "types") + "\n" +
                     "  the value is needed  " + yes_no("needs_value") + "\n" + "  depends on the key   " +
                     yes_no("keyed") + "\n" + "  unique stays unique  " + yes_no("keeps_unique") + "\n" +
                     "  deterministic        " + yes_no("deterministic") + "\n");
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
