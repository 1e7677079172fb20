#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "joined.h"
#include "source.h"
#include "rules/seeds.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string table;
  std::vector<std::string> key;
  rules::SubsetOptions subset;
};

ExitCode run(const Options &options, Session &session) {
  Connection target = session.connect();
  std::string server = session.source_name(target);
  Relation relation = Session::find_relation(target, options.table);
  Result path = target.query(
      R"(
SELECT to_json(w)
FROM confiture.why($1, $2::regclass, $3::text[], subset => $4::jsonb, unreached => $5) w)",
      {server, relation.name, array_literal(options.key), options.subset.subset(target),
       options.subset.unreached_or_default()});
  if (path.rows() == 0)
    throw Error(ExitCode::failed, "the subset does not have this row of " + relation.name,
                "No reference that is followed leads to it from a seed: \"confiture plan --subset\" shows which do.");
  Json rows = Json::array();
  Table shown({{"table"}, {"key"}, {"why"}});
  for (int i = 0; i < path.rows(); i++) {
    rows.push_back(Json::parse(path.text(i, 0)));
    const Json &row = rows.back();
    auto key = row["row_key"].is_null() ? std::vector<std::string>{} : row["row_key"].get<std::vector<std::string>>();
    shown.add({printable(row["row_of"].get<std::string>()), printable(joined(key)),
               printable(row["reason"].get<std::string>())});
  }
  session.out.data(session.out.json ? pretty_json(rows) : shown.text());
  return ExitCode::done;
}

}  // namespace

cli::Command why(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "why";
  command.summary = "Show by which references a row comes into the subset; changes nothing";
  command.description =
      "The path begins with a row of a seed, and ends with the row itself. Keys that are masked are not shown. The exit "
      "code is 1 if the subset does not have the row.";
  command.example = "confiture why orders 4711";
  command.options = {
      {
          .names = "TABLE",
          .destination = &options->table,
          .help = "A table of the target",
          .required = true,
      },
      {
          .names = "KEY",
          .destination = &options->key,
          .help = "The values of the row's primary key on the source",
          .required = true,
      },
  };
  for (const cli::Option &each : options->subset.declare()) command.options.push_back(each);
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
