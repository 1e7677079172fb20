#include "report/data.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace client::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char *about_run =
    R"(
SELECT r.run_id, r.server, r.state, r.rows, r.bytes, r.one_snapshot, r.key_id, r.started_by, r.error, r.parameters,
  coalesce(extract(epoch FROM r.elapsed), 0)::float8 AS seconds,
  extract(epoch FROM r.started_at)::float8 AS start,
  extract(epoch FROM r.finished_at)::float8 AS finish,
  to_char(r.started_at, 'YYYY-MM-DD HH24:MI:SS TZ') AS started,
  to_char(now(), 'YYYY-MM-DD HH24:MI TZ') AS written_at,
  current_database() AS database,
  coalesce(r.parameters ->> 'policy',
           r.parameters ->> 'policy_setting',
           current_setting('confiture.policy', true),
           'guard') AS policy,
  'confiture ' || (SELECT extversion FROM pg_extension WHERE extname = 'confiture')
    || ', PostgreSQL ' || current_setting('server_version') AS versions,
  (SELECT string_agg(option_value, '/' ORDER BY option_name DESC)
   FROM pg_foreign_server s
   CROSS JOIN pg_options_to_table(s.srvoptions)
   WHERE s.srvname = r.server
     AND option_name IN ('host', 'dbname')) AS source
FROM confiture.runs r
WHERE r.run_id = $1::bigint)";

// Columns in the order of the table; those that no longer exist come last, by name.
constexpr const char *about_tables =
    R"(
SELECT relation, source_relation, state, format, filter, error, rows, bytes, chunks,
  extract(epoch FROM elapsed)::float8 AS seconds,
  (SELECT coalesce(json_agg(json_build_array(key, value) ORDER BY a.attnum, key), '[]')
   FROM jsonb_each_text(t.columns)
   LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = key AND a.attnum > 0) AS columns
FROM confiture.run_tables t
LEFT JOIN (SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS relation
           FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p')) c USING (relation)
WHERE run_id = $1::bigint
ORDER BY bytes DESC, relation)";

constexpr const char *about_chunks =
    R"(
SELECT relation, number, pid, rows,
  extract(epoch FROM started_at)::float8 AS start,
  extract(epoch FROM finished_at)::float8 AS finish
FROM confiture.checkpoints
WHERE run_id = $1::bigint
  AND state = 'done'
  AND finished_at IS NOT NULL
ORDER BY started_at, number)";

constexpr const char *about_foreign_keys =
    R"(
SELECT constraint_name, referencing, referenced, violations, action
FROM confiture.foreign_key_checks
WHERE run_id = $1::bigint
ORDER BY violations DESC, referencing, constraint_name)";

constexpr const char *about_arrivals =
    R"(
SELECT relation, arrived_as, other, reason, coalesce(rows, -1) AS rows
FROM confiture.subset_reasons
WHERE run_id = $1::bigint
ORDER BY arrived_as <> 'seed', relation, rows DESC, reason)";

constexpr const char *about_decisions =
    R"(
SELECT t.relation, r.column_name, r.strategy, r.condition, r.set_by, to_char(r.set_at, 'YYYY-MM-DD') AS at,
  r.set_at > u.started_at AS is_later
FROM confiture.runs u
JOIN confiture.run_tables t USING (run_id)
JOIN pg_class c ON true
JOIN pg_namespace n ON n.oid = c.relnamespace AND format('%I.%I', n.nspname, c.relname) = t.relation
JOIN confiture.rules r ON r.relation = c.oid
WHERE u.run_id = $1::bigint
ORDER BY t.relation, r.column_name, r.condition IS NULL, r.position)";

double number(const Result &result, int row, const char *column) { return std::atof(result.text(row, column).c_str()); }

// Sums up the seconds in which at least one chunk was being copied. Chunks are added in the order of their start.
class BusyTime {
 public:
  void add(const ChunkFacts &each) {
    busy_ += std::max(0.0, each.finish - std::max(each.start, until_));
    until_ = std::max(until_, each.finish);
  }
  double busy() const { return busy_; }

 private:
  double busy_ = 0;
  double until_ = 0;
};

void measure(RunFacts &facts) {
  BusyTime all;
  std::map<std::string, BusyTime> tables;
  for (const ChunkFacts &each : facts.chunks) {
    all.add(each);
    tables[each.table].add(each);
  }
  facts.copying = all.busy();
  for (TableFacts &each : facts.tables)
    if (tables.contains(each.name))
      each.seconds = tables[each.name].busy();
    else
      facts.copying += each.seconds;  // sync_table() has no chunks
}

// The arguments of the CALL, without defaults and what the page shows elsewhere.
std::vector<std::pair<std::string, std::string>> arguments_of(const std::string &parameters) {
  std::vector<std::pair<std::string, std::string>> all;
  Json given = Json::parse(parameters, nullptr, false);
  for (const auto &[name, value] : given.items()) {
    if (name == "server" || name == "detach" || name == "policy_setting" || name == "loader_setting" ||
        value == Json(false) || (name == "analyze_tables" && value == Json(true)))
      continue;
    all.emplace_back(name, value.is_string() ? value.get<std::string>()
                                             : value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return all;
}

}  // namespace

RunFacts load_facts(Connection &target, const std::string &run) {
  Result head = target.query(about_run, {run});
  if (head.rows() == 0) throw Error(ExitCode::usage, "run " + run + " does not exist, or you may not see it");
  RunFacts facts;
  facts.id = head.text(0, "run_id");
  facts.server = head.text(0, "server");
  facts.source = head.text(0, "source");
  facts.state = head.text(0, "state");
  facts.error = head.text(0, "error");
  facts.by = head.text(0, "started_by");
  facts.database = head.text(0, "database");
  facts.key_id = head.text(0, "key_id");
  facts.started = head.text(0, "started");
  facts.policy = head.text(0, "policy");
  facts.versions = head.text(0, "versions");
  facts.written_at = head.text(0, "written_at");
  facts.rows = number(head, 0, "rows");
  facts.bytes = number(head, 0, "bytes");
  facts.seconds = number(head, 0, "seconds");
  facts.start = number(head, 0, "start");
  facts.finish = number(head, 0, "finish");
  facts.one_snapshot = head.is_true(0, "one_snapshot");
  facts.arguments = arguments_of(head.text(0, "parameters"));

  Result tables = target.query(about_tables, {run});
  for (int row = 0; row < tables.rows(); row++) {
    TableFacts each = {tables.text(row, "relation"),
                       tables.text(row, "source_relation"),
                       tables.text(row, "state"),
                       tables.text(row, "format"),
                       tables.text(row, "filter"),
                       tables.text(row, "error"),
                       number(tables, row, "rows"),
                       number(tables, row, "bytes"),
                       number(tables, row, "seconds"),
                       static_cast<int>(tables.number(row, "chunks")),
                       {}};
    Json columns = Json::parse(tables.text(row, "columns"), nullptr, false);
    for (const Json &column : columns) each.columns.push_back({column[0], column[1]});
    facts.tables.push_back(each);
  }
  Result chunks = target.query(about_chunks, {run});
  for (int row = 0; row < chunks.rows(); row++)
    facts.chunks.push_back({chunks.text(row, "relation"), static_cast<int>(chunks.number(row, "number")),
                            static_cast<int>(chunks.number(row, "pid")), number(chunks, row, "rows"),
                            number(chunks, row, "start"), number(chunks, row, "finish")});
  measure(facts);
  Result keys = target.query(about_foreign_keys, {run});
  for (int row = 0; row < keys.rows(); row++)
    facts.foreign_keys.push_back({keys.text(row, "constraint_name"), keys.text(row, "referencing"),
                                  keys.text(row, "referenced"), keys.text(row, "action"),
                                  number(keys, row, "violations")});
  Result arrivals = target.query(about_arrivals, {run});
  for (int row = 0; row < arrivals.rows(); row++)
    facts.arrivals.push_back({arrivals.text(row, "relation"), arrivals.text(row, "arrived_as"),
                              arrivals.text(row, "other"), arrivals.text(row, "reason"),
                              number(arrivals, row, "rows")});
  Result decisions = target.query(about_decisions, {run});
  for (int row = 0; row < decisions.rows(); row++)
    facts.decisions.push_back({decisions.text(row, "relation"), decisions.text(row, "column_name"),
                               decisions.text(row, "strategy"), decisions.text(row, "condition"),
                               decisions.text(row, "set_by"), decisions.text(row, "at"),
                               decisions.is_true(row, "is_later")});
  Result strategies = target.query("SELECT strategy, needs_value FROM confiture.strategies");
  for (int row = 0; row < strategies.rows(); row++)
    facts.reads_value[strategies.text(row, "strategy")] = strategies.is_true(row, "needs_value");
  return facts;
}

}  // namespace client::report
