// suggest: drafts a rules file from the stored rules, the findings of the guard, and samples.
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "rules/file.h"
#include "rules/store.h"
#include "rules/suggestion.h"
#include "sync_plan.h"
#include "terminal.h"
#include "text_file.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

struct Options {
  Scope scope;
  std::optional<std::string> file, format;
  std::optional<int> sample;
  bool force = false;
};

// The stored rules with those that are suggested.
class Draft {
 public:
  explicit Draft(rules::RuleSet stored) : set_(std::move(stored)) {}

  void add(const std::string &table, const rules::ColumnRule &rule) {
    rules::TableRules &there = table_of(table);
    auto old = std::ranges::find_if(there.columns, [&](const rules::ColumnRule &each) {
      return each.column == rule.column && each.when == rule.when;
    });
    if (old != there.columns.end())
      *old = rule;
    else
      there.columns.push_back(rule);
    added_++;
  }
  int added() const { return added_; }
  rules::RuleSet sorted() {
    std::ranges::sort(set_.tables, {}, &rules::TableRules::table);
    return set_;
  }

 private:
  rules::TableRules &table_of(const std::string &table) {
    for (rules::TableRules &each : set_.tables)
      if (each.table == table) return each;
    return set_.tables.emplace_back(rules::TableRules{table});
  }

  rules::RuleSet set_;
  int added_ = 0;
};

constexpr const char *suggestions =
    R"(
SELECT *
FROM confiture.suggest($1, sample_rows => $2::integer, include => $3::text[], exclude => $4::text[], policy => $5))";

// What no rule can settle goes to stderr. Refused, if some of it is about no table: a pattern that matches none.
ExitCode add_suggested(Draft &target, const Result &rows, const Output &out) {
  ExitCode code = ExitCode::done;
  for (int row = 0; row < rows.rows(); row++) {
    std::string relation = rows.text(row, "relation"), column = rows.text(row, "column_name");
    std::string reason = rows.text(row, "reason");
    if (relation.empty()) {
      out.warn(printable(reason));
      code = ExitCode::refused;
      continue;
    }
    auto rule = rules::rule_of_fix(column, rows.text(row, "rule"));
    if (!rule || column.empty()) {
      out.warn(printable("no rule can settle this: " + relation + (column.empty() ? "" : "." + column) + " " + reason));
      continue;
    }
    rule->comment = reason;
    target.add(relation, *rule);
  }
  return code;
}

ExitCode run(const Options &options, Session &session) {
  rules::Format format = options.file               ? rules::format_of(*options.file)
                         : options.format == "toml" ? rules::Format::toml
                                                    : rules::Format::yaml;
  if (options.sample && *options.sample < 1) throw Error(ExitCode::usage, "--sample must be at least 1");
  // The file may have been edited since, and the draft contains only what was imported.
  if (options.file && !options.force && access(options.file->c_str(), F_OK) == 0) {
    if (!is_interactive())
      throw Error(ExitCode::usage, *options.file + " already exists", "Give --force to overwrite it, or another name.");
    if (!confirm(*options.file + " already exists. Overwrite it?", "")) return ExitCode::failed;
  }
  Connection target = session.connect();
  std::string server = session.source_name(target);
  require_tables(target);
  const Parameters scope = {server, std::to_string(options.sample.value_or(0)), array_literal(options.scope.include),
                            array_literal(options.scope.exclude), options.scope.policy};
  if (session.out.json && !options.file) {
    Result all = target.query(
        std::string("SELECT coalesce(json_agg(t), '[]'), bool_or(relation IS NULL) FROM (") + suggestions + ") t",
        scope);
    session.out.data(pretty_json(all.text(0, 0)));
    return all.text(0, 1) == "t" ? ExitCode::refused : ExitCode::done;
  }
  Result rows = target.query(suggestions, scope);
  rules::StoredRules known = rules::load_rules(target);
  Draft drafted(rules::as_rule_set(known));
  ExitCode code = add_suggested(drafted, rows, session.out);
  if (code != ExitCode::done && drafted.added() == 0) return code;
  std::string text = rules::write(drafted.sorted(), format);
  if (options.file)
    write_file(*options.file, text);
  else
    session.out.data(text);
  session.out.note(std::to_string(drafted.added()) + " suggested, " + std::to_string(known.rules.size()) +
                   " unchanged. " +
                   (options.file ? "Review " + *options.file + ", then: confiture rules import " + *options.file
                                 : "Review them before you import them."));
  return code;
}

}  // namespace

cli::Command suggest(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "suggest";
  command.summary = "Draft a rules file from the stored rules and the findings of the guard";
  command.description =
      "Each suggestion has its reason as a comment. With --sample the source counts how many values of text "
      "columns look like personal data; the values stay there.";
  command.example = "confiture suggest --sample 1000 -o rules.yaml";
  command.options = options->scope.declare();
  std::vector<cli::Option> own = {
      {
          .names = "-o,--output",
          .value = "FILE",
          .destination = &options->file,
          .help = "File to write, .yaml, .yml or .toml (default: standard output)",
          .completion = cli::Completion::files,
      },
      {"-f,--force", "", &options->force, "Overwrite an existing file"},
      {
          .names = "--format",
          .value = "FORMAT",
          .destination = &options->format,
          .help = "Format on standard output (default yaml)",
          .choices = {"yaml", "toml"},
      },
      {"--sample", "ROWS", &options->sample, "Also judge text columns by this many rows of each table"},
  };
  command.options.insert(command.options.end(), own.begin(), own.end());
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
