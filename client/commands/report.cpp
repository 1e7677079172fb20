#include <memory>

#include "report/page.h"
#include "text_file.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command report(Session &in) {
  struct Options {
    std::string run;
    std::string file;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "report";
  made.summary = "Write a page about a run: tables, rates, what was masked, what left the source raw, foreign keys";
  made.description =
      "One HTML file that needs nothing else, to be read in a browser or printed. It has names of tables and columns "
      "and "
      "the filters, and no values.";
  made.example = "confiture report 7 --html report.html";
  made.options = {
      {"RUN", "", &o->run, "The run's number", {}, true},
      {"--html", "FILE", &o->file, "File to write; - for standard output", {}, true, cli::Completes::files},
  };
  made.run = [o, &in] {
    Connection to = in.connect();
    std::string text = report::page(report::load(to, o->run));
    if (o->file == "-") {
      in.out.data(text);
    } else {
      write_file(o->file, text);
      in.out.note("Written to " + o->file + ".");
    }
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands
