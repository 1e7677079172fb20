#include "dump/finished.h"

#include "joined.h"
#include "own_relations.h"

namespace client::dump {

namespace {

// The newest run of each source, where it left the target half done.
constexpr const char *unfinished_runs =
    R"(
SELECT run_id, state
FROM (SELECT DISTINCT ON (server) run_id, state
      FROM confiture.runs
      WHERE state NOT IN ('superseded', 'refused')
      ORDER BY server, run_id DESC) newest
WHERE state <> 'done'
ORDER BY run_id)";

// Rows of partitions are written by the run of their root. What is appended or upserted leaves the rows that were
// there.
constexpr const char *unwritten_tables =
    R"(
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
  AND )" IN_SCHEMA_OF_USERS R"(
  AND )" OF_NO_EXTENSION R"(
  AND NOT EXISTS (SELECT
                  FROM confiture.run_tables t
                  WHERE t.state = 'done'
                    AND t.mode = 'replace'
                    AND (to_regclass(t.relation) = c.oid
                         OR to_regclass(t.relation) IN (SELECT pg_partition_ancestors(c.oid))))
ORDER BY 1)";

void require_no_unfinished_run(Connection &target, const std::string &what) {
  Result runs = target.query(unfinished_runs);
  if (runs.rows() == 0) return;
  const std::string run = runs.text(0, 0);
  bool is_running = runs.text(0, 1) == "running" || runs.text(0, 1) == "queued";
  throw Error(ExitCode::refused, "run " + run + " is " + runs.text(0, 1) + ": the " + what + " would not be complete",
              (is_running ? "Wait until it ends: confiture status --watch " + run
                          : "Finish it first: confiture resume " + run) +
                  ". --incomplete takes what is there.");
}

}  // namespace

void require_finished(Connection &target, const std::string &what) {
  require_no_unfinished_run(target, what);
  Result tables = target.query(unwritten_tables);
  std::vector<std::string> filled;
  for (int row = 0; row < tables.rows(); row++)
    if (target.value("SELECT EXISTS (SELECT FROM " + tables.text(row, 0) + ")") == "t")
      filled.push_back(tables.text(row, 0));
  if (!filled.empty())
    throw Error(ExitCode::refused, "tables hold rows that no run wrote: they may not be masked",
                "Sync them: confiture sync TABLE. --incomplete takes what is there.", joined(filled, "\n"));
}

}  // namespace client::dump
