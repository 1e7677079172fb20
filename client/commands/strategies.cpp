#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command strategies(Session &in) {
  struct Options {
    std::optional<std::string> name;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "strategies";
  made.summary = "List the ways to mask a value, with examples";
  made.description = "What the target's extension knows. With a name, all there is to say about one.";
  made.example = "confiture strategies hash";
  made.options = {{"STRATEGY", "", &o->name, "Only this one"}};
  made.run = [o, &in] {
    Connection to = in.connect();
    if (!o->name) {
      in.out.rows(to, in.out.json ? "SELECT * FROM confiture.strategies ORDER BY strategy"
                                  : "SELECT strategy, summary, example FROM confiture.strategies ORDER BY strategy");
      return ExitCode::done;
    }
    Result one = to.query("SELECT * FROM confiture.strategies WHERE strategy = $1", {o->name});
    if (one.rows() == 0) {
      std::string known = to.value("SELECT string_agg(strategy, ', ' ORDER BY strategy) FROM confiture.strategies");
      throw Error(ExitCode::usage, "there is no strategy " + *o->name, "There are " + known + ".");
    }
    if (in.out.json) {
      in.out.data(
          pretty_json(to.value("SELECT to_json(s) FROM confiture.strategies s WHERE strategy = $1", {o->name})));
      return ExitCode::done;
    }
    auto yes_no = [&](const char *column) { return one.is_true(0, column) ? "yes" : "no"; };
    std::string options = one.text(0, "options");
    in.out.data(one.text(0, "strategy") + ": " + one.text(0, "summary") + "\n" + "  options              " +
                (options.empty() ? "none" : options) + "\n" + "  example              " + one.text(0, "example") +
                "\n" + "  types                " + one.text(0, "types") + "\n" + "  the value is needed  " +
                yes_no("needs_value") + "\n" + "  depends on the key   " + yes_no("keyed") + "\n" +
                "  unique stays unique  " + yes_no("keeps_unique") + "\n" + "  deterministic        " +
                yes_no("deterministic") + "\n");
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands
