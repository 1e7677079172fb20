// rules references, set-reference and drop-reference.
#include <memory>

#include "rules/difference.h"
#include "commands/rules_commands.h"

namespace client::commands {

namespace {

struct Options {
  std::string table, columns, referenced, referenced_columns;
  std::optional<std::string> when;
};

std::vector<std::string> names_of(const std::string &list) {
  std::vector<std::string> names(1);
  for (char c : list) {
    if (c == ',')
      names.emplace_back();
    else
      names.back() += c;
  }
  return names;
}

// The change that an import of the same reference would make.
rules::Change change_of(Connection &target, const Options &options) {
  Relation table = Session::find_relation(target, options.table);
  Relation other = Session::find_relation(target, options.referenced);
  rules::Reference reference{table.name, names_of(options.columns), other.name, names_of(options.referenced_columns),
                             options.when};
  rules::Change change{table.oid, table.name, "", "", rules::reference_text(reference), "", nullptr};
  change.reference = {table.oid, other.oid, reference};
  return change;
}

std::vector<cli::Option> declare(Options &options) {
  return {
      {
          .names = "TABLE",
          .destination = &options.table,
          .help = "A table of the target",
          .required = true,
      },
      {
          .names = "COLUMNS",
          .destination = &options.columns,
          .help = "Its columns that reference the other table, with commas between them",
          .required = true,
      },
      {
          .names = "REFERENCED",
          .destination = &options.referenced,
          .help = "The other table",
          .required = true,
      },
      {
          .names = "REFERENCED_COLUMNS",
          .destination = &options.referenced_columns,
          .help = "The columns there that they hold the values of",
          .required = true,
      },
  };
}

}  // namespace

cli::Command rules_references(Session &session) {
  cli::Command command;
  command.name = "references";
  command.summary = "List the declared references, which are no foreign keys, and what is wrong with each";
  command.example = "confiture rules references";
  command.run = [&session] {
    Connection target = session.connect();
    session.out.rows(target,
                     std::string("SELECT relation, columns, referenced, referenced_columns, "
                                 "condition AS \"when\", set_by") +
                         (session.out.json ? ", set_at" : "") +
                         ", problem FROM confiture.references ORDER BY relation::text, columns, referenced::text");
    return ExitCode::done;
  };
  return command;
}

cli::Command rules_set_reference(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "set-reference";
  command.summary = "Declare that columns reference another table, where no foreign key says so";
  command.description =
      "Both sides are masked alike, and syncs verify the reference. With --when, only rows for which the condition is "
      "true reference anything.";
  command.example = "confiture rules set-reference comments owner_id posts id --when \"owner_type = 'Post'\"";
  command.options = declare(*options);
  command.options.push_back(
      {"--when", "CONDITION", &options->when, "Only rows for which this SQL condition is true in the target"});
  command.run = [options, &session] {
    Connection target = session.connect();
    rules::Change change = change_of(target, *options);
    rules::carry_out(target, change);
    session.out.note(printable(change.table + ": " + change.after));
    return ExitCode::done;
  };
  return command;
}

cli::Command rules_drop_reference(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "drop-reference";
  command.summary = "Remove a declared reference";
  command.example = "confiture rules drop-reference comments owner_id posts id";
  command.options = declare(*options);
  command.run = [options, &session] {
    Connection target = session.connect();
    rules::Change change = change_of(target, *options);
    std::swap(change.before, change.after);
    if (!rules::carry_out(target, change))
      throw Error(ExitCode::failed, "there is no reference " + change.table + ": " + change.before);
    session.out.note(printable(change.table + ": no reference " + change.before));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
