#include <memory>

#include "joined.h"
#include "rules/anon_labels.h"
#include "rules/kinds.h"
#include "rules/difference.h"
#include "source.h"
#include "terminal.h"
#include "commands/rules_commands.h"

namespace client::commands {

namespace {

struct Options {
  std::optional<std::string> file, from, from_anon;
  bool dry_run = false;
  bool prune = false;
  bool yes = false;
  SourceUriOption source;
};

std::string line_of(const Output &out, const rules::Change &each) {
  std::string subject = (each.is_pattern                 ? "pattern "
                         : each.reference                ? "reference "
                         : !each.subset                  ? ""
                         : each.subset->rule.key.empty() ? "seed "
                                                         : "follow ") +
                        each.table + each.part() + ": ";
  if (each.before.empty()) return out.paint(Colour::green, printable("+ " + subject + each.after));
  if (each.after.empty()) return out.paint(Colour::red, printable("- " + subject + each.before));
  return out.paint(Colour::yellow, printable("~ " + subject + each.before + " -> " + each.after));
}

rules::Json as_json(const rules::Change &each) {
  auto or_null = [](const std::string &text) { return text.empty() ? rules::Json() : rules::Json(text); };
  rules::Json object;
  object["action"] = each.before.empty() ? "add" : each.after.empty() ? "remove" : "change";
  object["relation"] = each.table;
  if (each.is_pattern) object["pattern"] = true;
  if (each.reference) object["reference"] = true;
  if (each.subset) object[each.subset->rule.key.empty() ? "seed" : "follow"] = true;
  if (each.subset && !each.subset->rule.key.empty()) object["key"] = each.subset->rule.key;
  object["column"] = or_null(each.column);
  object["before"] = or_null(each.before);
  object["after"] = or_null(each.after);
  return object;
}

void show(const Output &out, const std::vector<rules::Change> &changes) {
  if (out.json) {
    rules::Json all = rules::Json::array();
    for (const rules::Change &each : changes) all.push_back(as_json(each));
    return out.data(pretty_json(all));
  }
  for (const rules::Change &each : changes) out.data(line_of(out, each) + "\n");
}

rules::Imported read(const Options &options, Session &session, Connection &target) {
  if (!options.from_anon) return rules::read_any_file(*options.file, options.from);
  if (*options.from_anon == "target") return rules::read_anon_labels(target);
  Connection source =
      open_source(target, options.source.uri.value ? "" : session.source_name(target), options.source.uri);
  return rules::read_anon_labels(source);
}

ExitCode run(const Options &options, Session &session) {
  if (options.file.has_value() == options.from_anon.has_value())
    throw Error(ExitCode::usage, "either FILE or --from-anon is required, and not both");
  if (options.from && !options.file) throw Error(ExitCode::usage, "--from is about FILE, not about --from-anon");
  if (options.file) rules::check_ending(*options.file, options.from);
  Connection target = session.connect();
  rules::Imported wanted = read(options, session, target);
  for (const std::string &each : wanted.rules.notes) session.out.note(printable(each));
  for (const rules::Unmatched &each : wanted.unmatched)
    session.out.warn(printable("no equivalent: " + rules::unmatched_text(each)));

  Transaction all(target);
  rules::Difference found = rules::compare(target, wanted.rules, options.prune);
  std::vector<std::string> problems = found.problems;
  for (const std::string &each : rules::apply(target, found.changes)) problems.push_back(each);
  show(session.out, found.changes);
  session.out.note(std::to_string(found.changes.size()) + " to change, " + std::to_string(found.unchanged) +
                   " unchanged" +
                   (found.others > 0 && !options.prune
                        ? ", " + std::to_string(found.others) + " not in the file (--prune removes them)"
                        : "") +
                   ".");
  if (!problems.empty())
    throw Error(ExitCode::refused, "the rules do not fit the database, nothing was changed", "",
                joined(problems, "\n"));
  ExitCode outcome = wanted.unmatched.empty() ? ExitCode::done : ExitCode::partial;
  if (options.dry_run || found.changes.empty()) return outcome;
  if (!options.yes && !confirm("Apply?", "Give --yes, or --dry-run to see the changes only.")) return ExitCode::failed;
  all.commit();
  session.out.note("Done.");
  return outcome;
}

}  // namespace

cli::Command rules_import(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "import";
  command.summary = "Set the rules of a file, in one transaction, after showing what differs";
  command.description =
      "Reads a rules file, YAML or TOML according to the ending of its name, or the rules of another tool: the YAML of "
      "the Python Confiture, of Greenmask and of pgstream; PostgreSQL Anonymizer's labels in SQL as pg_dump writes it, "
      "and what its version 3 exports as JSON. The content says which of these a file is. With --from-anon it reads "
      "Anonymizer's labels from a database instead. What has no equivalent is listed with the nearest strategy, and then "
      "the exit code is 4.";
  command.example = "confiture rules import rules.yaml --dry-run";
  command.options = {
      {
          .names = "FILE",
          .destination = &options->file,
          .help = "The rules file; - reads standard input",
          .completion = cli::Completion::files,
      },
      {
          .names = "--from",
          .value = "KIND",
          .destination = &options->from,
          .help = "What the file is, if its content does not tell",
          .choices = rules::kinds_of_files(),
      },
      {
          .names = "--from-anon",
          .value = "SIDE",
          .destination = &options->from_anon,
          .help = "Read the labels of PostgreSQL Anonymizer on this side",
          .choices = {"source", "target"},
      },
      {"-n,--dry-run", "", &options->dry_run, "Show and validate the changes, but do not make them"},
      {"--prune", "", &options->prune,
       "Also remove rules, filters, patterns, references, seeds and follows that are not in the file"},
      {"-y,--yes", "", &options->yes, "Do not ask for confirmation"},
      options->source.declare(),
  };
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
