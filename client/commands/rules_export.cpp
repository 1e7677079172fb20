#include <fstream>
#include <memory>

#include "rules/file.h"
#include "rules/store.h"
#include "text_file.h"
#include "commands/rules_commands.h"

namespace client::commands {

cli::Command rules_export(Session &in) {
  struct Options {
    std::optional<std::string> file, table, format;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "export";
  made.summary = "Write the rules and filters as a rules file";
  made.description = "\"rules import\" of what is written changes nothing, and the next export writes the same again.";
  made.example = "confiture rules export -o rules.yaml";
  made.options = {
      {"-o,--output",
       "FILE",
       &o->file,
       "File to write, .yaml, .yml or .toml (default: standard output)",
       {},
       false,
       cli::Completes::files},
      {"--format", "FORMAT", &o->format, "Format on standard output (default yaml)", {"yaml", "toml"}},
      {"--table", "TABLE", &o->table, "Only this table"},
  };
  made.run = [o, &in] {
    rules::Format as = o->file               ? rules::format_of(*o->file)
                       : o->format == "toml" ? rules::Format::toml
                                             : rules::Format::yaml;
    Connection to = in.connect();
    rules::Stored all = rules::load(to, o->table ? Session::find_relation(to, *o->table).oid : "");
    std::string text = rules::write(rules::as_rule_set(all), as);
    if (o->file)
      write_file(*o->file, text);
    else
      in.out.data(text);
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands
