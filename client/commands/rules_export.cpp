#include <fstream>
#include <memory>

#include "../rules/file.h"
#include "../rules/store.h"
#include "../text_file.h"
#include "rules_commands.h"

namespace client::commands {

cli::command rules_export(session &in) {
  struct options {
    std::optional<std::string> file, table, format;
  };
  auto o = std::make_shared<options>();
  cli::command made;
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
       cli::completes::files},
      {"--format", "FORMAT", &o->format, "Format on standard output (default yaml)", {"yaml", "toml"}},
      {"--table", "TABLE", &o->table, "Only this table"},
  };
  made.run = [o, &in] {
    rules::format as = o->file               ? rules::format_of(*o->file)
                       : o->format == "toml" ? rules::format::toml
                                             : rules::format::yaml;
    connection to = in.connect();
    rules::stored all = rules::load(to, o->table ? session::find_relation(to, *o->table).oid : "");
    std::string text = rules::write(rules::as_rule_set(all), as);
    if (o->file)
      write_file(*o->file, text);
    else
      in.out.data(text);
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands
