#include <memory>

#include "report/page.h"
#include "text_file.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command report(Session &session) {
  struct Options {
    std::string run;
    std::string file;
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
          .help = "File to write; - for standard output",
          .required = true,
          .completion = cli::Completion::files,
      },
  };
  command.run = [options, &session] {
    Connection target = session.connect();
    std::string run = !options->run.empty() ? options->run : target.value("SELECT max(run_id) FROM confiture.runs");
    if (run.empty()) throw Error(ExitCode::usage, "there is no run yet");
    std::string text = report::page(report::load_facts(target, run));
    if (options->file == "-") {
      session.out.data(text);
    } else {
      write_file(options->file, text);
      session.out.note("Written to " + options->file + ".");
    }
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
