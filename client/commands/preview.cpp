#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "preview_text.h"
#include "source.h"
#include "terminal.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string table;
  std::optional<int> rows;
  std::optional<std::string> filter, source_relation, policy;
  bool expanded = false, diff = false;
  SourceUriOption source;
};

// jsonb orders keys by length; columns are shown in the order of the table.
constexpr const char *columns_query =
    R"(
SELECT a.attname, coalesce(CASE p.action WHEN 'mask' THEN p.strategy ELSE p.action END, 'default')
FROM pg_attribute a
LEFT JOIN confiture.plan($1, $2::regclass, $3, filter => $4, policy => $5) p ON p.column_name = a.attname
WHERE a.attrelid = $2::regclass
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum)";

constexpr const char *preview_query = "SELECT confiture.preview($1, $2::regclass, $3::integer, $4, NULL, $5, $6)";

// Rows of the source with what finds them again, as long as they do not change.
constexpr const char *place_query =
    "format('tableoid = %s AND ctid = %L AND xmin = %L', tableoid::oid::bigint, ctid, xmin)";

class Previewer {
 public:
  Previewer(const Options &options, Connection &target, std::string server)
      : options_(options),
        target_(target),
        server_(std::move(server)),
        table_(Session::find_relation(target, options.table).name) {}

  std::vector<PreviewColumn> columns() const {
    Result found =
        target_.query(columns_query, {server_, table_, options_.source_relation, options_.filter, options_.policy});
    std::vector<PreviewColumn> all;
    for (int row = 0; row < found.rows(); row++) all.push_back({found.text(row, 0), found.text(row, 1)});
    return all;
  }

  std::vector<PreviewRow> masked(int rows, const Parameter &filter) const {
    Result found = target_.query(
        preview_query, {server_, table_, std::to_string(rows), options_.source_relation, filter, options_.policy});
    std::vector<PreviewRow> all;
    for (int row = 0; row < found.rows(); row++) all.push_back({Json::parse(found.text(row, 0)), std::nullopt});
    return all;
  }

  // The client reads the source itself, as who asks: the target's server shows no raw value to anyone. Rows that change
  // meanwhile are left out.
  std::vector<PreviewRow> compared(int rows) const {
    masked(0, options_.filter);  // what the sync would refuse is refused before a raw value is read
    Connection source = open_source(target_, server_, options_.source.uri);
    Result raw = query_source(source, raw_query(source, rows));
    source.query("COMMIT");
    std::vector<PreviewRow> all;
    for (int row = 0; row < raw.rows(); row++) {
      std::vector<PreviewRow> after = masked(1, raw.text(row, 0));
      if (after.empty()) continue;
      after[0].before = Json::parse(raw.text(row, 1));
      all.push_back(after[0]);
    }
    return all;
  }

 private:
  std::string raw_query(Connection &source, int rows) const {
    const std::string name = options_.source_relation.value_or(table_);
    Result found = source.query(R"(
SELECT format('%I.%I', n.nspname, c.relname), c.relkind
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass($1))",
                                {name});
    if (found.rows() == 0) throw Error(ExitCode::usage, "the source has no table " + name);
    const std::string relation = found.text(0, 0), kind = found.text(0, 1);
    if (kind != "r" && kind != "p" && kind != "m")
      throw Error(ExitCode::usage, name + " is no table on the source, so its rows cannot be found twice",
                  "Leave --diff out.");
    return std::string("SELECT ") + place_query + ", to_jsonb(" + relation + ".*) FROM " +
           (kind == "r" ? "ONLY " : "") + relation + (options_.filter ? " WHERE (" + *options_.filter + "\n)" : "") +
           " LIMIT " + std::to_string(rows);
  }

  const Options &options_;
  Connection &target_;
  std::string server_, table_;
};

// The line under the titles is as wide as the widest of each column.
bool is_too_wide(const std::string &lines) {
  auto screen = stdout_screen();
  size_t rule = lines.find('\n') + 1;
  return screen && display_width(lines.substr(rule, lines.find('\n', rule) - rule)) > screen->width;
}

ExitCode run(const Options &options, Session &session) {
  Connection target = session.connect();
  int rows = options.rows.value_or(5);
  if (options.diff && rows > 100) throw Error(ExitCode::usage, "--diff shows up to 100 rows");
  Previewer previewer(options, target, session.source_name(target));
  std::vector<PreviewRow> shown = options.diff ? previewer.compared(rows) : previewer.masked(rows, options.filter);
  std::vector<PreviewColumn> columns = previewer.columns();
  if (session.out.json) {
    session.out.data(preview_json(columns, shown));
    return ExitCode::done;
  }
  std::string lines = preview_lines(columns, shown);
  bool as_records = options.diff || options.expanded || is_too_wide(lines);
  session.out.data(as_records ? preview_records(columns, shown) : lines);
  return ExitCode::done;
}

}  // namespace

cli::Command preview(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "preview";
  command.summary = "Show a few rows as a sync would write them; changes nothing";
  command.description =
      "The target's server masks the rows: raw values do not reach the client, unless --diff reads the source too. A "
      "table that is wider than the terminal is shown as a list of columns for each row.";
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
      {"-x,--expanded", "", &options->expanded, "A list of columns for each row"},
      {"--diff", "", &options->diff, "Show the values of the source beside the masked ones: raw, on this screen"},
      options->source.declare(),
  };
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
