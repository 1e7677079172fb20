#include <memory>

#include "printable.h"
#include "report/page.h"
#include "run/outcome.h"
#include "text_file.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command report(Session &session) {
  struct Options {
    std::string run;
    std::optional<std::string> file;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "report";
  command.summary = "Write a page about a run: tables, rates, what was masked, what left the source raw, foreign keys";
  command.description =
      "One self-contained HTML file, to be read in a browser or printed. It contains names of tables and columns, and "
      "the filters, but no values.";
  command.example = "confiture report 7 --html report.html";
  command.options = {
      {"RUN", "", &options->run, "The run's number (default: the last run)"},
      {
          .names = "--html",
          .value = "FILE",
          .destination = &options->file,
          .help = "File to write; - for standard output (default: run-NUMBER.html)",
          .completion = cli::Completion::files,
      },
  };
  command.run = [options, &session] {
    Connection target = session.connect();
    std::string run = !options->run.empty() ? options->run : target.value("SELECT max(run_id) FROM confiture.runs");
    if (run.empty()) throw Error(ExitCode::usage, "there is no run yet");
    report::RunFacts facts = report::load_facts(target, run);
    std::string text = report::page(facts);
    if (options->file == "-") {
      session.out.data(text);
      return ExitCode::done;
    }
    std::string file = options->file.value_or("run-" + facts.id + ".html");
    write_file(file, text);
    session.out.note(printable("Written to " + file + "."));
    if (session.out.json) session.out.data(run::json_of(&target, facts.id, ExitCode::done, nullptr));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
