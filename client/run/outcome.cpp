#include "run/outcome.h"

#include <nlohmann/json.hpp>

#include "figures.h"
#include "output.h"

namespace client::run {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char *run_totals =
    R"(
SELECT state, tables, tables_done, rows, bytes, one_snapshot,
  coalesce(extract(epoch FROM elapsed), 0)::float8 AS seconds,
  (SELECT count(*)
   FROM confiture.foreign_key_checks k
   WHERE k.run_id = r.run_id
     AND action <> 'skipped') AS keys
FROM confiture.runs r
WHERE run_id = $1::bigint)";

constexpr const char *run_document =
    R"(
SELECT json_build_object(
  'run_id', r.run_id,
  'state', r.state,
  'server', r.server,
  'started_by', r.started_by,
  'started_at', r.started_at,
  'finished_at', r.finished_at,
  'seconds', round(extract(epoch FROM r.elapsed), 3),
  'tables', r.tables,
  'tables_done', r.tables_done,
  'rows', r.rows,
  'bytes', r.bytes,
  'one_snapshot', r.one_snapshot,
  'key_id', r.key_id,
  'relations', (SELECT coalesce(json_agg(json_build_object(
                         'relation', t.relation,
                         'state', t.state,
                         'rows', t.rows,
                         'bytes', t.bytes,
                         'seconds', round(extract(epoch FROM t.elapsed), 3),
                         'format', t.format,
                         'filter', t.filter,
                         'chunks', t.chunks,
                         'columns', t.columns,
                         'error', t.error) ORDER BY t.relation), '[]')
                FROM confiture.run_tables t
                WHERE t.run_id = r.run_id),
  'foreign_keys', (SELECT coalesce(json_agg(json_build_object(
                            'constraint_name', k.constraint_name,
                            'referencing', k.referencing,
                            'referenced', k.referenced,
                            'violations', k.violations,
                            'action', k.action) ORDER BY k.referencing, k.constraint_name), '[]')
                   FROM confiture.foreign_key_checks k
                   WHERE k.run_id = r.run_id))
FROM confiture.runs r
WHERE r.run_id = $1::bigint)";

}  // namespace

ExitCode exit_code_of(const std::string &state) {
  return state == "done" || state == "queued" || state == "running" ? ExitCode::done
         : state == "partial"                                       ? ExitCode::partial
                                                                    : ExitCode::failed;
}

std::optional<Outcome> find_outcome(Connection &target, const std::string &run, bool is_resumed) {
  Result found = target.query(run_totals, {run});
  if (found.rows() == 0) return std::nullopt;
  Outcome outcome;
  outcome.state = found.text(0, "state");
  double seconds = std::atof(found.text(0, "seconds").c_str());
  auto rows = static_cast<double>(found.number(0, "rows"));
  std::string tables = found.number(0, "tables") == found.number(0, "tables_done")
                           ? counted(found.number(0, "tables"), "table")
                           : found.text(0, "tables_done") + " of " + counted(found.number(0, "tables"), "table");
  outcome.summary = "run " + run + ": " + outcome.state + ", " + tables + ", " + counted(rows, "row") + ", " +
                    bytes_text(found.number(0, "bytes")) + " in " + duration_text(seconds);
  if (is_resumed)
    outcome.summary += " since its start";
  else if (seconds > 0 && rows > 0)
    outcome.summary += ", " + grouped(rows / seconds) + " rows/s";
  if (found.number(0, "keys") > 0)
    outcome.summary += ", " + counted(found.number(0, "keys"), "foreign key") + " checked";
  if (!found.is_true(0, "one_snapshot")) outcome.summary += ", from more than one snapshot of the source";
  return outcome;
}

std::string json_of(Connection *target, const std::string &run, ExitCode code, const Error *problem) {
  Json document;
  std::string found = target != nullptr && !run.empty() ? target->value(run_document, {run}) : "";
  if (!found.empty()) {
    document = Json::parse(found);
  } else {
    document["run_id"] = run.empty() ? Json() : Json(std::stoll(run));
    document["state"] = code == ExitCode::done ? "done" : code == ExitCode::refused ? "refused" : "failed";
  }
  document["exit_code"] = static_cast<int>(code);
  document["error"] = Json();
  if (problem != nullptr) document["error"] = error_document(*problem);
  return pretty_json(document);
}

}  // namespace client::run
