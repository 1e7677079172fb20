// suggest: drafts a rules file from the stored rules, the findings of the guard, and samples.
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "rules/file.h"
#include "rules/store.h"
#include "rules/suggestion.h"
#include "sample.h"
#include "source.h"
#include "sync_plan.h"
#include "terminal.h"
#include "text_file.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  Scope scope;
  std::optional<std::string> file, format;
  std::optional<int> sample;
  bool force = false;
  SourceUriOption source;
};

bool begins_with_any(const std::string &type, std::initializer_list<const char *> names) {
  return std::ranges::any_of(names, [&](const char *name) { return type.starts_with(name); });
}

bool is_text(const std::string &type) {
  return begins_with_any(type, {"text", "character", "citext", "name", "public.citext"}) && !type.ends_with("[]");
}

bool is_document(const std::string &type) {
  return begins_with_any(type, {"json", "xml", "hstore", "public.hstore", "tsvector"});
}

// Types whose values hold other values in their text form, or those of the user's own.
bool is_compound(const std::string &type) {
  return !begins_with_any(type, {"smallint", "integer", "bigint", "numeric",  "real", "double", "money", "boolean",
                                 "bit",      "date",    "time",   "interval", "uuid", "bytea",  "inet",  "cidr",
                                 "macaddr",  "oid",     "reg",    "point",    "line", "lseg",   "box",   "path",
                                 "polygon",  "circle",  "pg_lsn", "int4",     "int8", "num",    "ts"}) ||
         is_document(type);
}

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

void add_guarded(Draft &target, const PlanRows &rows, const Output &out) {
  for (const Json &row : rows) {
    if (!is_refused(row)) continue;
    std::string relation = plan_text(row, "relation");
    std::string column = plan_text(row, "column_name");
    auto rule = rules::rule_of_fix(column, plan_text(row, "fix"));
    if (!rule || column.empty()) {
      out.warn(printable("no rule can settle this: " + relation + (column.empty() ? "" : "." + column) + " " +
                         plan_words(row)));
      continue;
    }
    rule->comment = plan_words(row);
    target.add(relation, *rule);
  }
}

// Samples the columns that have no rule, would be copied unchanged and may hold text, and documents.
void add_sampled(Draft &target, const PlanRows &rows, const rules::StoredRules &known, Connection &source, int size) {
  std::string relation;
  std::string source_relation;
  std::vector<SampleTarget> columns;
  auto flush = [&] {
    for (const SampledColumn &each : sample_columns(source, source_relation, columns, size))
      target.add(relation, {each.column, each.strategy, Json::object(), each.reason});
    columns.clear();
  };
  for (const Json &row : rows) {
    if (plan_text(row, "relation") != relation) {
      flush();
      relation = plan_text(row, "relation");
      source_relation = plan_text(row, "source_relation");
    }
    std::string column = plan_text(row, "column_name");
    bool decided = std::ranges::any_of(
        known.rules, [&](const rules::StoredRule &each) { return each.table == relation && each.column == column; });
    std::string type = plan_text(row, "source_type");
    bool asked = plan_text(row, "action") == "pass" ||
                 (is_document(type) && plan_words(row).starts_with("looks like personal data"));
    if (asked && !decided && !column.empty() && (is_text(type) || is_compound(type)))
      columns.push_back({column, !is_text(type)});
  }
  flush();
}

// Under auto nothing is refused, and there would be nothing to suggest.
Scope judged_by_guard(Connection &target, Scope scope) {
  if (scope.policy.value_or(target.value("SELECT current_setting('confiture.policy', true)")) == "auto")
    scope.policy = "guard";
  return scope;
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
  PlanRows rows = load_plan(target, server, judged_by_guard(target, options.scope));
  rules::StoredRules known = rules::load_rules(target);
  Draft drafted(rules::as_rule_set(known));
  add_guarded(drafted, rows, session.out);
  if (options.sample) {
    Connection source = open_source(target, server, options.source.uri);
    add_sampled(drafted, rows, known, source, *options.sample);
  }
  std::string text = rules::write(drafted.sorted(), format);
  if (options.file)
    write_file(*options.file, text);
  else
    session.out.data(text);
  session.out.note(std::to_string(drafted.added()) + " suggested, " + std::to_string(known.rules.size()) +
                   " unchanged. " +
                   (options.file ? "Review " + *options.file + ", then: confiture rules import " + *options.file
                                 : "Review them before you import them."));
  return ExitCode::done;
}

}  // namespace

cli::Command suggest(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "suggest";
  command.summary = "Draft a rules file from the stored rules and the findings of the guard";
  command.description =
      "Each suggestion has its reason as a comment. With --sample the client also connects to the source, which counts "
      "how many values of text columns look like personal data; the values stay there.";
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
      options->source.declare(),
  };
  command.options.insert(command.options.end(), own.begin(), own.end());
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
