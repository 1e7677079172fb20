// rules list, set and drop; import and export have their own files.
#include <memory>

#include "closest.h"
#include "rules/store.h"
#include "commands/rules_commands.h"

namespace client::commands {

namespace {

using Json = rules::Json;

constexpr const char *list_columns =
    R"(
  CASE WHEN c.oid IS NULL THEN r.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS relation,
  r.column_name AS "column", r.strategy, r.options, r.condition AS "when",)";
constexpr const char *list_from =
    R"(
FROM confiture.rules r
LEFT JOIN pg_class c ON c.oid = r.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = r.column_name
WHERE r.relation = coalesce($1::oid, r.relation)
ORDER BY n.nspname, c.relname, r.relation, a.attnum, r.column_name, r.condition IS NULL, r.position)";

cli::Command list(Session &session) {
  auto table = std::make_shared<std::optional<std::string>>();
  cli::Command command;
  command.name = "list";
  command.summary = "List the rules, and what is wrong with each";
  command.example = "confiture rules list customers";
  command.options = {{"TABLE", "", table.get(), "Only those of this table"}};
  command.run = [table, &session] {
    Connection target = session.connect();
    Parameter oid = *table ? Parameter(Session::find_relation(target, **table).oid) : Parameter();
    std::string extra = session.out.json ? " r.set_by, r.set_at, r.problem" : " r.set_by AS by, r.problem";
    session.out.rows(target, std::string("SELECT ") + list_columns + extra + list_from, {oid});
    return ExitCode::done;
  };
  return command;
}

Json options_of(const std::vector<std::string> &words) {
  Json options = Json::object();
  for (const std::string &word : words) {
    size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Error(ExitCode::usage, "an option must have the form name=value: " + word);
    std::string value = word.substr(equals + 1);
    Json parsed = Json::parse(value, nullptr, false);
    options[word.substr(0, equals)] = parsed.is_discarded() ? Json(value) : parsed;
  }
  return options;
}

std::vector<std::string> columns_with_rules(Connection &target, const Relation &table) {
  Result found = target.query("SELECT DISTINCT column_name FROM confiture.rules WHERE relation = $1::oid", {table.oid});
  std::vector<std::string> columns;
  for (int row = 0; row < found.rows(); row++) columns.push_back(found.text(row, 0));
  return columns;
}

cli::Command patterns(Session &session) {
  cli::Command command;
  command.name = "patterns";
  command.summary = "List the patterns, which give columns without a rule one";
  command.example = "confiture rules patterns";
  command.run = [&session] {
    Connection target = session.connect();
    session.out.rows(target, std::string("SELECT relations, columns, strategy, options, set_by") +
                                 (session.out.json ? ", set_at" : "") +
                                 " FROM confiture.patterns ORDER BY relations, columns");
    return ExitCode::done;
  };
  return command;
}

cli::Command set(Session &session) {
  struct Options {
    std::string table, column, strategy;
    std::vector<std::string> words;
    std::optional<std::string> when;
  };
  auto arguments = std::make_shared<Options>();
  cli::Command command;
  command.name = "set";
  command.summary = "Give a column a strategy, or keep or drop it";
  command.description =
      "Replaces the rule that the column had, with --when the one of the same condition. Rules with conditions are asked "
      "in the order in which they were set; the rule without one takes all other rows.";
  command.example = "confiture rules set users ssn hash length=16";
  command.options = {
      {
          .names = "TABLE",
          .destination = &arguments->table,
          .help = "A table of the target",
          .required = true,
      },
      {
          .names = "COLUMN",
          .destination = &arguments->column,
          .help = "A column of the table, written without SQL quotes",
          .required = true,
      },
      {
          .names = "STRATEGY",
          .destination = &arguments->strategy,
          .help = "A strategy, keep (copy the column unchanged), drop (leave it out) or default (its default)",
          .required = true,
      },
      {"OPTION", "", &arguments->words, "Options of the strategy, as name=value"},
      {"--when", "CONDITION", &arguments->when, "Only in rows for which this SQL condition is true on the source"},
  };
  command.run = [arguments, &session] {
    Json options = options_of(arguments->words);
    Connection target = session.connect();
    Relation table = Session::find_relation(target, arguments->table);
    Result done = target.query(
        R"(
SELECT confiture.set_rule($1::oid::regclass, $2::text::name, $3, $4::jsonb, $5)
WHERE $2::text::name::text = $2::text)",
        {table.oid, arguments->column, arguments->strategy,
         options.dump(-1, ' ', false, Json::error_handler_t::replace),
         arguments->when ? Parameter(*arguments->when) : Parameter()});
    if (done.rows() == 0) throw Error(ExitCode::usage, "no column has such a long name");
    session.out.note(
        printable(table.name + "." + arguments->column + ": " +
                  rules::rules_text({{arguments->column, arguments->strategy, options, "", arguments->when}})));
    return ExitCode::done;
  };
  return command;
}

cli::Command set_pattern(Session &session) {
  struct Options {
    std::string relations, columns, strategy;
    std::vector<std::string> words;
  };
  auto arguments = std::make_shared<Options>();
  cli::Command command;
  command.name = "set-pattern";
  command.summary = "Give a strategy to all columns of some name, in all tables of some name";
  command.description =
      "Patterns are as in psql. A rule of the column itself goes before, then the most specific pattern. Quote patterns "
      "for the shell.";
  command.example = "confiture rules set-pattern 'public.*' '*email*' email";
  command.options = {
      {
          .names = "TABLES",
          .destination = &arguments->relations,
          .help = "Which tables of the target, such as public.*",
          .required = true,
      },
      {
          .names = "COLUMNS",
          .destination = &arguments->columns,
          .help = "Which of their columns, such as *email*",
          .required = true,
      },
      {
          .names = "STRATEGY",
          .destination = &arguments->strategy,
          .help = "A strategy, keep (copy the columns unchanged), drop (leave them out) or default (their defaults)",
          .required = true,
      },
      {"OPTION", "", &arguments->words, "Options of the strategy, as name=value"},
  };
  command.run = [arguments, &session] {
    Json options = options_of(arguments->words);
    Connection target = session.connect();
    target.query("SELECT confiture.set_pattern($1, $2, $3, $4::jsonb)",
                 {arguments->relations, arguments->columns, arguments->strategy,
                  options.dump(-1, ' ', false, Json::error_handler_t::replace)});
    session.out.note(printable(arguments->relations + ", " + arguments->columns + ": " +
                               rules::rule_text(arguments->strategy, options)));
    return ExitCode::done;
  };
  return command;
}

cli::Command drop_pattern(Session &session) {
  struct Options {
    std::string relations, columns;
  };
  auto arguments = std::make_shared<Options>();
  cli::Command command;
  command.name = "drop-pattern";
  command.summary = "Remove a pattern";
  command.example = "confiture rules drop-pattern 'public.*' '*email*'";
  command.options = {
      {
          .names = "TABLES",
          .destination = &arguments->relations,
          .help = "The pattern as \"rules patterns\" shows it: its tables",
          .required = true,
      },
      {
          .names = "COLUMNS",
          .destination = &arguments->columns,
          .help = "and its columns",
          .required = true,
      },
  };
  command.run = [arguments, &session] {
    Connection target = session.connect();
    if (target.value("SELECT confiture.drop_pattern($1, $2)", {arguments->relations, arguments->columns}) != "t")
      throw Error(ExitCode::failed, "there is no pattern " + arguments->relations + ", " + arguments->columns);
    session.out.note(printable(arguments->relations + ", " + arguments->columns + ": no pattern"));
    return ExitCode::done;
  };
  return command;
}

cli::Command drop(Session &session) {
  struct Options {
    std::string table, column;
  };
  auto arguments = std::make_shared<Options>();
  cli::Command command;
  command.name = "drop";
  command.summary = "Remove the rules of a column";
  command.example = "confiture rules drop customers email";
  command.options = {
      {
          .names = "TABLE",
          .destination = &arguments->table,
          .help = "A table of the target; the number that \"rules list\" shows if it no longer exists",
          .required = true,
      },
      {
          .names = "COLUMN",
          .destination = &arguments->column,
          .help = "A column of the table",
          .required = true,
      },
  };
  command.run = [arguments, &session] {
    Connection target = session.connect();
    bool is_number = arguments->table.find_first_not_of("0123456789") == std::string::npos;
    Relation table =
        is_number ? Relation{arguments->table, arguments->table} : Session::find_relation(target, arguments->table);
    if (target.value(R"(
SELECT confiture.drop_rule($1::oid::regclass, $2::text::name)
WHERE $2::text::name::text = $2::text)",
                     {table.oid, arguments->column}) != "t")
      throw Error(ExitCode::failed, table.name + "." + arguments->column + " has no rule",
                  did_you_mean(arguments->column, columns_with_rules(target, table)));
    session.out.note(printable(table.name + "." + arguments->column + ": no rule"));
    return ExitCode::done;
  };
  return command;
}

}  // namespace

cli::Command rules(Session &session) {
  cli::Command command;
  command.name = "rules";
  command.summary =
      "Say what happens to each column: list, set, drop, patterns, filters, references, seeds, import, export";
  command.commands = {list(session),
                      set(session),
                      drop(session),
                      patterns(session),
                      set_pattern(session),
                      drop_pattern(session),
                      rules_filters(session),
                      rules_set_filter(session),
                      rules_drop_filter(session),
                      rules_references(session),
                      rules_set_reference(session),
                      rules_drop_reference(session),
                      rules_seeds(session),
                      rules_set_seed(session),
                      rules_drop_seed(session),
                      rules_follows(session),
                      rules_set_follow(session),
                      rules_drop_follow(session),
                      rules_import(session),
                      rules_export(session)};
  return command;
}

}  // namespace client::commands
