#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"

namespace client::commands {

namespace {

using json = nlohmann::ordered_json;

std::string cell(const json &value) {
  if (value.is_null()) return "";
  return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

cli::command preview(session &in) {
  struct options {
    std::string table;
    std::optional<int> rows;
    std::optional<std::string> filter, source_relation, policy;
  };
  auto o = std::make_shared<options>();
  cli::command made;
  made.name = "preview";
  made.summary = "Show a few rows as a sync would write them; changes nothing";
  made.description = "The rows are masked in the target's server: raw values do not come here.";
  made.example = "confiture preview customers --rows 3 --filter 'id > 100'";
  made.options = {
      {"TABLE", "", &o->table, "A table of the target", {}, true},
      {"-n,--rows", "NUMBER", &o->rows, "How many rows, up to 1000 (default 5)"},
      {"--filter", "CONDITION", &o->filter, "Only rows of the source for which this SQL condition holds"},
      {"--source-relation", "NAME", &o->source_relation, "What to read on the source (default: the same name)"},
      {"--policy", "POLICY", &o->policy, "What about columns without a rule", {"strict", "guard", "off"}},
  };
  made.run = [o, &in] {
    connection to = in.connect();
    std::string server = in.source_name(to);
    relation table_there = session::find_relation(to, o->table);
    // jsonb orders keys by length: the target's order is what people know.
    result order = to.query(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        {table_there.oid});
    result got = to.query(
        "SELECT confiture.preview($1, $2::regclass, $3::integer, $4, NULL, $5, $6)",
        {server, table_there.name, std::to_string(o->rows.value_or(5)), o->source_relation, o->filter, o->policy});
    std::vector<column> columns;
    for (int i = 0; i < order.rows(); i++) columns.push_back({printable(order.text(i, 0))});
    table shown(columns);
    json all = json::array();
    for (int row = 0; row < got.rows(); row++) {
      json from = json::parse(got.text(row, 0));
      json object = json::object();
      std::vector<std::string> cells;
      for (int i = 0; i < order.rows(); i++) {
        object[order.text(i, 0)] = from[order.text(i, 0)];
        cells.push_back(cell(from[order.text(i, 0)]));
      }
      all.push_back(object);
      shown.add(cells);
    }
    in.out.data(in.out.json ? pretty_json(all) : shown.text());
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands
