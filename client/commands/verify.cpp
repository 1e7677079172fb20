// verify: compares what the last runs copied unmasked. Both servers compute sums; only sums reach the client.
#include <memory>
#include <nlohmann/json.hpp>

#include "checksum.h"
#include "joined.h"
#include "source.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> tables;
  std::optional<int> run;
  SourceUriOption source;
};

// The last sync of each table from this source, or the tables of one run.
constexpr const char *synced =
    R"(
SELECT DISTINCT ON (relation) relation, source_relation, mode, filter, columns, run_id
FROM confiture.run_tables
WHERE state = 'done'
  AND server = $1
  AND run_id = coalesce($2::bigint, run_id)
  AND ($3::text[] IS NULL OR relation = ANY ($3::text[]))
ORDER BY relation, run_id DESC)";

// The newest run of this source, or that one, where it left tables half done.
constexpr const char *unfinished_run =
    R"(
SELECT run_id, state
FROM (SELECT run_id, state
      FROM confiture.runs
      WHERE server = $1
        AND run_id = coalesce($2::bigint, run_id)
        AND state NOT IN ('superseded', 'refused')
      ORDER BY run_id DESC
      LIMIT 1) newest
WHERE state <> 'done')";

constexpr const char *shape =
    R"(
SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typnamespace = 'pg_catalog'::regnamespace,
  c.relkind
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid = to_regclass($1)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum)";

// Of an extension's configuration a run replaces the rows of the extension's condition alone.
constexpr const char *own_rows =
    R"(
SELECT regexp_replace(u.condition, '^\s*WHERE', '', 'i')
FROM pg_extension e
CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) u(relation, condition)
WHERE u.relation = to_regclass($1))";

struct ColumnShape {
  std::string name, type;
  bool is_builtin;
};

struct TableShape {
  std::vector<ColumnShape> columns;
  bool is_table = false;  // not a partitioned one, nor a view
};

TableShape shape_of(Connection &session, const std::string &relation) {
  Result result = session.query(shape, {relation});
  TableShape found;
  for (int row = 0; row < result.rows(); row++) {
    found.columns.push_back({result.text(row, 0), result.text(row, 1), result.text(row, 2) == "t"});
    found.is_table = result.text(row, 3) == "r";
  }
  return found;
}

const ColumnShape *find_column(const TableShape &session, const std::string &column) {
  for (const ColumnShape &each : session.columns)
    if (each.name == column) return &each;
  return nullptr;
}

struct Comparison {
  std::string relation, result, note;
  Checksum source, target;
  std::vector<std::string> differing;
  size_t compared = 0;
};

// Inheritance children are separate tables, as in a sync.
std::string readable(const std::string &relation, const TableShape &shape) {
  return (shape.is_table ? "ONLY " : "") + relation;
}

class Verifier {
 public:
  Verifier(Connection &source, Connection &target) : source_(source), target_(target) {
    constexpr const char *encoding = "SELECT current_setting('server_encoding')";
    recode_ = source.value(encoding) != target.value(encoding);
  }

  Comparison compare(const std::string &relation, const std::string &source_relation, const std::string &filter,
                     const Json &treatment) {
    Comparison found{relation, "same", "", {}, {}, {}, 0};
    TableShape here = shape_of(target_, relation);
    TableShape there = shape_of(source_, source_relation);
    if (here.columns.empty() || there.columns.empty()) {
      found.result = "not compared";
      found.note =
          "the table no longer exists " + std::string(here.columns.empty() ? "in the target" : "on the source");
      return found;
    }
    std::string condition = filter.empty() ? "" : target_.value(own_rows, {relation});
    ComparedTable target{readable(relation, here), condition, {}, false, recode_};
    for (const auto &[name, what] : treatment.items())
      if (what == "pass" && (find_column(here, name) == nullptr || find_column(there, name) == nullptr))
        found.note = "column " + name + " no longer exists";
    for (const ColumnShape &mine : here.columns) {
      const ColumnShape *theirs = find_column(there, mine.name);
      if (theirs == nullptr || treatment.value(mine.name, "") != "pass") continue;
      target.columns.push_back({mine.name, mine.type != theirs->type && mine.is_builtin ? mine.type : ""});
    }
    ComparedTable source{readable(source_relation, there), filter, target.columns, true, recode_};
    found.compared = target.columns.size();
    found.source = sum_rows(source_, source);
    found.target = sum_rows(target_, target);
    if (found.source == found.target) return found;
    found.result = "differs";
    name_columns(found, source, target);
    return found;
  }

 private:
  void name_columns(Comparison &found, const ComparedTable &source, const ComparedTable &target) {
    if (found.source.rows != found.target.rows) return;
    Checksum theirs = sum_columns(source_, source);
    Checksum ours = sum_columns(target_, target);
    for (size_t i = 0; i < target.columns.size(); i++)
      if (theirs.sums[i] != ours.sums[i]) found.differing.push_back(target.columns[i].name);
    // Each column by itself has the same values, but they stand in different rows.
    if (found.differing.empty()) found.note = "the same values in different rows";
  }

  Connection &source_;
  Connection &target_;
  bool recode_;
};

Json as_json(const Comparison &comparison) {
  auto number = [](const std::string &text) { return text.empty() ? Json() : Json(std::atoll(text.c_str())); };
  return {{"relation", comparison.relation},
          {"result", comparison.result},
          {"source_rows", number(comparison.source.rows)},
          {"target_rows", number(comparison.target.rows)},
          {"columns", comparison.compared},
          {"differing", comparison.differing},
          {"note", comparison.note.empty() ? Json() : Json(comparison.note)}};
}

ExitCode finish(const std::vector<Comparison> &all, bool skipped, const Output &out) {
  Json list = Json::array();
  Table shown({{"relation"}, {"result"}, {"source rows", true}, {"target rows", true}, {"columns", true}, {"note"}});
  bool differs = false;
  for (const Comparison &each : all) {
    list.push_back(as_json(each));
    shown.add({printable(each.relation), each.result, each.source.rows, each.target.rows, std::to_string(each.compared),
               printable(each.differing.empty() ? each.note : "differing: " + joined(each.differing))});
    differs = differs || each.result == "differs";
    skipped = skipped || each.result == "not compared";
  }
  out.data(out.json ? pretty_json(list) : shown.text());
  if (differs) out.note("The source may have changed since the sync; the next one would bring the difference.");
  return differs ? ExitCode::failed : skipped ? ExitCode::partial : ExitCode::done;
}

// Says which run was not done, whose other tables are not in the comparison.
bool is_unfinished(Connection &target, const std::string &server, const Parameter &run, const Output &out) {
  Result found = target.query(unfinished_run, {server, run});
  if (found.rows() == 0) return false;
  std::string id = found.text(0, "run_id");
  std::string state = found.text(0, "state");
  bool is_running = state == "running" || state == "queued";
  out.warn("Run " + id + " is " + state + ": tables that it has not copied are not compared. " +
           (is_running ? "It is shown by confiture status --watch " : "It is continued by confiture resume ") + id +
           ".");
  return true;
}

ExitCode run(const Options &options, Session &session) {
  Connection target = session.connect();
  std::string server = session.source_name(target);
  std::vector<std::string> names;
  for (const std::string &each : options.tables) names.push_back(Session::find_relation(target, each).name);
  Parameter run = options.run ? Parameter(std::to_string(*options.run)) : Parameter();
  Result tables = target.query(synced, {server, run, array_literal(names)});
  for (const std::string &name : names) {
    bool found = false;
    for (int row = 0; row < tables.rows(); row++) found = found || tables.text(row, 0) == name;
    if (!found)
      throw Error(ExitCode::usage, name + " was not synced from " + server + (options.run ? " in that run" : ""));
  }
  if (tables.rows() == 0)
    throw Error(ExitCode::usage,
                run ? "run " + *run + " synced nothing from " + server : "nothing was synced from " + server + " yet");
  Connection source = open_source(target, server, options.source.uri);
  begin_comparable(target);
  Verifier both(source, target);
  std::vector<Comparison> all;
  for (int row = 0; row < tables.rows(); row++) {
    std::string relation = tables.text(row, "relation");
    if (tables.text(row, "mode") != "replace")
      all.push_back(
          {relation, "not compared", "mode " + tables.text(row, "mode") + " keeps other rows", {}, {}, {}, 0});
    else
      all.push_back(both.compare(relation, tables.text(row, "source_relation"), tables.text(row, "filter"),
                                 Json::parse(tables.text(row, "columns"))));
  }
  return finish(all, names.empty() && is_unfinished(target, server, run, session.out), session.out);
}

}  // namespace

cli::Command verify(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "verify";
  command.summary = "Compare what was copied unmasked: row counts and checksums, source against target";
  command.description =
      "Compares, by the last sync of each table, the rows that its filter selects and the columns that were copied "
      "unchanged. Both servers compute the sums; the client must be able to connect to the source. Rows that changed "
      "on the source since the sync count as differences. The exit code is 1 if anything differs, 4 if a table could "
      "not be compared, or the last run was not done.";
  command.example = "confiture verify customers orders";
  command.options = {
      {"TABLE", "", &options->tables, "Only these tables of the target"},
      {"--run", "RUN", &options->run, "Compare what this run copied, not each table's last sync"},
      options->source.declare(),
  };
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands
