#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

std::string cell(const Json &value) {
  if (value.is_null()) return "";
  return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

cli::Command preview(Session &session) {
  struct Options {
    std::string table;
    std::optional<int> rows;
    std::optional<std::string> filter, source_relation, policy;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "preview";
  command.summary = "Show a few rows as a sync would write them; changes nothing";
  command.description = "The target's server masks the rows: raw values do not reach the client.";
  command.example = "confiture preview customers --rows 3 --filter 'id > 100'";
  command.options = {
      {
          .names = "TABLE",
          .destination = &options->table,
          .help = "A table of the target",
          .required = true,
      },
      {"-n,--rows", "NUMBER", &options->rows, "Number of rows, up to 1000 (default 5)"},
      {"--filter", "CONDITION", &options->filter, "Only rows of the source for which this SQL condition holds"},
      {"--source-relation", "NAME", &options->source_relation,
       "The table to read on the source (default: the same name)"},
      {
          .names = "--policy",
          .value = "POLICY",
          .destination = &options->policy,
          .help = "How columns without a rule are judged",
          .choices = {"strict", "guard", "auto", "off"},
      },
  };
  command.run = [options, &session] {
    Connection target = session.connect();
    std::string server = session.source_name(target);
    Relation table_there = Session::find_relation(target, options->table);
    // jsonb orders keys by length; columns are shown in the order of the table.
    Result order = target.query(
        R"(
SELECT attname
FROM pg_attribute
WHERE attrelid = $1::oid
  AND attnum > 0
  AND NOT attisdropped
ORDER BY attnum)",
        {table_there.oid});
    Result result = target.query(
        R"(
SELECT confiture.preview($1, $2::regclass, $3::integer, $4, NULL, $5, $6))",
        {server, table_there.name, std::to_string(options->rows.value_or(5)), options->source_relation, options->filter,
         options->policy});
    std::vector<Column> columns;
    for (int i = 0; i < order.rows(); i++) columns.push_back({printable(order.text(i, 0))});
    Table shown(columns);
    Json all = Json::array();
    for (int row = 0; row < result.rows(); row++) {
      Json values = Json::parse(result.text(row, 0));
      Json object = Json::object();
      std::vector<std::string> cells;
      for (int i = 0; i < order.rows(); i++) {
        object[order.text(i, 0)] = values[order.text(i, 0)];
        cells.push_back(cell(values[order.text(i, 0)]));
      }
      all.push_back(object);
      shown.add(cells);
    }
    session.out.data(session.out.json ? pretty_json(all) : shown.text());
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands
