#include <fstream>
#include <memory>

#include "rules/file.h"
#include "rules/store.h"
#include "text_file.h"
#include "commands/rules_commands.h"

namespace client::commands {

cli::Command rules_export(Session &session) {
  struct Options {
    std::optional<std::string> file, table, format;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "export";
  command.summary = "Write the rules, filters, patterns, references and what a subset has as a rules file";
  command.description = "\"rules import\" of the file changes nothing, and the next export writes the same file.";
  command.example = "confiture rules export -o rules.yaml";
  command.options = {
      {
          .names = "-o,--output",
          .value = "FILE",
          .destination = &options->file,
          .help = "File to write, .yaml, .yml or .toml (default: standard output)",
          .completion = cli::Completion::files,
      },
      {
          .names = "--format",
          .value = "FORMAT",
          .destination = &options->format,
          .help = "Format on standard output (default yaml)",
          .choices = {"yaml", "toml"},
      },
      {"--table", "TABLE", &options->table, "Only this table"},
  };
  command.run = [options, &session] {
    rules::Format format = options->file               ? rules::format_of(*options->file)
                           : session.out.json          ? rules::Format::json
                           : options->format == "toml" ? rules::Format::toml
                                                       : rules::Format::yaml;
    Connection target = session.connect();
    rules::StoredRules stored =
        rules::load_rules(target, options->table ? Session::find_relation(target, *options->table).oid : "");
    std::string text = rules::write(rules::as_rule_set(stored), format);
    if (options->file)
      write_file(*options->file, text);
    else
      session.out.data(text);
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
