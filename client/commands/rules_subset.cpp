// rules seeds, set-seed, drop-seed; follows, set-follow, drop-follow: where a subset starts, and what it follows.
#include <memory>

#include "rules/difference.h"
#include "rules/values.h"
#include "commands/rules_commands.h"

namespace client::commands {

namespace {

struct Options {
  std::string table, key;  // no key: a seed
  std::optional<std::string> where, percent, follow;
  std::optional<int> rows, rows_per_parent;
};

cli::Option table_option(Options &options) {
  return {
      .names = "TABLE",
      .destination = &options.table,
      .help = "A table of the target; of a reference the referencing one",
      .required = true,
  };
}

cli::Option key_option(Options &options) {
  return {
      .names = "KEY",
      .destination = &options.key,
      .help = "The name of its foreign key, or a declared reference as \"plan --subset\" shows it",
      .required = true,
  };
}

// The change that an import of the same would make.
rules::Change change_of(Connection &target, const Options &options, const rules::Json &members) {
  Relation table = Session::find_relation(target, options.table);
  rules::SubsetRule rule{table.name, options.key, members};
  rules::Change change{table.oid, table.name, "", "", rules::subset_text(rule), "", nullptr};
  change.subset = {table.oid, rule};
  return change;
}

ExitCode set(Session &session, const Options &options, const rules::Json &members) {
  Connection target = session.connect();
  rules::Change change = change_of(target, options, members);
  rules::carry_out(target, change);
  session.out.note(printable(change.table + change.part() + ": " + change.after));
  return ExitCode::done;
}

ExitCode drop(Session &session, const Options &options, const std::string &what) {
  Connection target = session.connect();
  rules::Change change = change_of(target, options, rules::Json::object());
  change.after.clear();
  if (!rules::carry_out(target, change))
    throw Error(ExitCode::failed, "there is no " + what + " " + change.table + change.part());
  session.out.note(printable(change.table + change.part() + ": no " + what));
  return ExitCode::done;
}

cli::Command list(Session &session, const std::string &name, const std::string &summary, const char *columns) {
  cli::Command command;
  command.name = name;
  command.summary = summary;
  command.example = "confiture rules " + name;
  command.run = [&session, name, columns] {
    Connection target = session.connect();
    session.out.rows(target, std::string("SELECT relation, ") + columns + ", set_by" +
                                 (session.out.json ? ", set_at" : "") + " FROM confiture." + name +
                                 " ORDER BY relation::text" + (name == "follows" ? ", key" : ""));
    return ExitCode::done;
  };
  return command;
}

}  // namespace

cli::Command rules_seeds(Session &session) {
  return list(session, "seeds", "List the rows that a subset starts with", "condition AS \"where\", rows, percent");
}

cli::Command rules_follows(Session &session) {
  return list(session, "follows", "List which references a subset follows, where not by default",
              "key, follow, rows_per_parent");
}

cli::Command rules_set_seed(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "set-seed";
  command.summary = "Let syncs copy a subset, which starts with rows of this table";
  command.description =
      "What these rows reference comes too, and what references them; \"plan --subset\" shows all of it. Without options "
      "all rows of the table are the seed.";
  command.example = "confiture rules set-seed customers --where \"country = 'FR'\" --rows 1000";
  command.options = {
      table_option(*options),
      {"--where", "CONDITION", &options->where, "Those for which this SQL condition is true on the source"},
      {"--rows", "NUMBER", &options->rows, "At most so many of them, always the same ones"},
      {"--percent", "NUMBER", &options->percent, "About so many in a hundred of them, always the same ones"},
  };
  command.run = [options, &session] {
    rules::Json members = rules::Json::object();
    if (options->where) members["where"] = *options->where;
    if (options->rows) members["rows"] = *options->rows;
    if (options->percent) {
      std::optional<rules::Json> percent = rules::number_of(*options->percent);
      if (!percent) throw Error(ExitCode::usage, "--percent must be a number: " + *options->percent);
      members["percent"] = *percent;
    }
    return set(session, *options, members);
  };
  return command;
}

cli::Command rules_drop_seed(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "drop-seed";
  command.summary = "Remove a seed; without any, syncs copy all rows";
  command.example = "confiture rules drop-seed customers";
  command.options = {table_option(*options)};
  command.run = [options, &session] { return drop(session, *options, "seed"); };
  return command;
}

cli::Command rules_set_follow(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "set-follow";
  command.summary = "Say whether a subset takes the rows that reference a chosen one by this reference";
  command.description =
      "By default it does, if that one is of a seed or came itself because it references such a row. With --follow true it "
      "does in any case, with false never.";
  command.example = "confiture rules set-follow stock_log stock_log_product_fkey --follow false";
  command.options = {
      table_option(*options),
      key_option(*options),
      {
          .names = "--follow",
          .value = "WHETHER",
          .destination = &options->follow,
          .help = "In any case, or never",
          .choices = {"true", "false"},
      },
      {"--rows-per-parent", "NUMBER", &options->rows_per_parent, "At most so many that reference the same row"},
  };
  command.run = [options, &session] {
    rules::Json members = rules::Json::object();
    if (options->follow) members["follow"] = *options->follow == "true";
    if (options->rows_per_parent) members["rows_per_parent"] = *options->rows_per_parent;
    if (members.empty()) throw Error(ExitCode::usage, "--follow or --rows-per-parent is required");
    return set(session, *options, members);
  };
  return command;
}

cli::Command rules_drop_follow(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "drop-follow";
  command.summary = "Follow a reference by default again";
  command.example = "confiture rules drop-follow stock_log stock_log_product_fkey";
  command.options = {table_option(*options), key_option(*options)};
  command.run = [options, &session] { return drop(session, *options, "follow"); };
  return command;
}

}  // namespace client::commands
