// rules filters, set-filter and drop-filter.
#include <memory>

#include "commands/rules_commands.h"

namespace client::commands {

cli::Command rules_filters(Session &session) {
  cli::Command command;
  command.name = "filters";
  command.summary = "List the filters, which say what rows of a table are copied";
  command.example = "confiture rules filters";
  command.run = [&session] {
    Connection target = session.connect();
    session.out.rows(target, std::string("SELECT relation, condition, set_by") + (session.out.json ? ", set_at" : "") +
                                 " FROM confiture.filters ORDER BY relation::text");
    return ExitCode::done;
  };
  return command;
}

cli::Command rules_set_filter(Session &session) {
  struct Options {
    std::string table, condition;
  };
  auto arguments = std::make_shared<Options>();
  cli::Command command;
  command.name = "set-filter";
  command.summary = "Copy only the rows of a table for which a condition is true on the source";
  command.example = "confiture rules set-filter orders 'created > current_date - 90'";
  command.options = {
      {
          .names = "TABLE",
          .destination = &arguments->table,
          .help = "A table of the target",
          .required = true,
      },
      {
          .names = "CONDITION",
          .destination = &arguments->condition,
          .help = "An SQL condition, which the source evaluates",
          .required = true,
      },
  };
  command.run = [arguments, &session] {
    Connection target = session.connect();
    Relation table = Session::find_relation(target, arguments->table);
    target.query("SELECT confiture.set_filter($1::oid::regclass, $2)", {table.oid, arguments->condition});
    session.out.note(printable(table.name + " filter: " + arguments->condition));
    return ExitCode::done;
  };
  return command;
}

cli::Command rules_drop_filter(Session &session) {
  auto name = std::make_shared<std::string>();
  cli::Command command;
  command.name = "drop-filter";
  command.summary = "Remove a filter: all rows of the table are copied";
  command.example = "confiture rules drop-filter orders";
  command.options = {
      {
          .names = "TABLE",
          .destination = name.get(),
          .help = "A table of the target",
          .required = true,
      },
  };
  command.run = [name, &session] {
    Connection target = session.connect();
    Relation table = Session::find_relation(target, *name);
    if (target.value("SELECT 1 FROM confiture.filters WHERE relation = $1::oid", {table.oid}).empty())
      throw Error(ExitCode::failed, table.name + " has no filter");
    target.query("SELECT confiture.set_filter($1::oid::regclass, NULL)", {table.oid});
    session.out.note(printable(table.name + ": no filter"));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
