#include "run/progress.h"

#include <algorithm>

namespace client::run {

namespace {

using std::chrono::steady_clock;

constexpr const char *running_tables =
    R"(
SELECT *
FROM (SELECT run_id, server, relation, phase, waiting_for, rows, bytes, percent, step, step_done, step_total, waiting_tables,
        extract(epoch FROM elapsed)::float8 AS seconds,
        coalesce(cardinality(pids), 0) AS workers,
        count(relation) OVER run AS tables,
        count(relation) FILTER (WHERE phase IN ('done', 'failed')) OVER run AS tables_over
      FROM confiture.progress
      WHERE run_id = coalesce($2::bigint,
                              (SELECT run_id FROM confiture.runs WHERE leader_pid = $1::integer),
                              (SELECT run_id FROM confiture.workers WHERE pid = $1::integer LIMIT 1),
                              CASE WHEN $1 IS NULL THEN run_id END)
      WINDOW run AS (PARTITION BY run_id)) p
WHERE relation IS NULL OR phase IN ('preparing', 'copying', 'finishing')
ORDER BY run_id, relation IS NOT NULL, relation)";

constexpr const char *ended_tables =
    R"(
SELECT run_id, relation, state, rows, extract(epoch FROM elapsed)::float8 AS seconds, error
FROM confiture.run_tables
WHERE run_id = ANY ($1::bigint[])
  AND state IN ('done', 'failed')
ORDER BY run_id, finished_at, relation)";

double number_or(const Result &result, int row, const char *column, double otherwise) {
  return result.is_null(row, column) ? otherwise : std::atof(result.text(row, column).c_str());
}

}  // namespace

Amount ForwardOnly::add(const Amount &amount) {
  Amount forward = amount;
  forward.rows = rows_ = std::max(rows_, amount.rows);
  forward.part = part_ = std::max(part_, amount.part);
  return forward;
}

double RateMeter::add(double seconds, double rows) {
  constexpr double window = 5;
  samples_.emplace_back(seconds, rows);
  while (samples_.size() > 2 && samples_[1].first <= seconds - window) samples_.pop_front();
  double span = seconds - samples_.front().first;
  return span > 0.3 ? (rows - samples_.front().second) / span : unknown;
}

Watcher::Watcher(Connection connection, Selection selection)
    : connection_(std::move(connection)), selection_(std::move(selection)), query_(connection_) {
  connection_.query("SET search_path = pg_catalog; SET quote_all_identifiers = off; SET statement_timeout = '10s'");
}

void Watcher::ask(Question next, const std::string &sql, const Parameters &values) {
  asked_ = next;
  asked_at_ = steady_clock::now();
  query_.start(sql, values);
}

void Watcher::take_progress(const Result &result) {
  std::vector<RunProgress> all;
  double now = std::chrono::duration<double>(steady_clock::now().time_since_epoch()).count();
  for (int row = 0; row < result.rows(); row++) {
    std::string id = result.text(row, "run_id");
    bool is_total = result.is_null(row, "relation");
    if (all.empty() || all.back().id != id) {
      RunProgress fresh;
      fresh.id = id;
      fresh.server = result.text(row, "server");
      all.push_back(fresh);
    }
    RunProgress &run = all.back();
    Amount amount;
    amount.rows = number_or(result, row, "rows", 0);
    amount.part = result.is_null(row, "percent") ? unknown : number_or(result, row, "percent", 0) / 100;
    std::string key = id + "/" + result.text(row, "relation");
    amount = amounts_[key].add(amount);
    amount.rate = rates_[key].add(now, amount.rows);
    if (!is_total) {
      run.running.push_back({result.text(row, "relation"), result.text(row, "phase"), amount});
      // A run in one transaction has no total.
      run.waiting_for = result.text(row, "waiting_for");
      continue;
    }
    run.has_total = true;
    run.phase = result.text(row, "phase");
    run.waiting_for = result.text(row, "waiting_for");
    run.step = result.text(row, "step");
    run.step_done = static_cast<int>(result.number(row, "step_done"));
    run.step_total = static_cast<int>(result.number(row, "step_total"));
    run.tables_waiting = static_cast<int>(result.number(row, "waiting_tables"));
    run.byte_rate = byte_rates_[id].add(now, number_or(result, row, "bytes", 0));
    run.tables = static_cast<int>(result.number(row, "tables"));
    run.tables_over = static_cast<int>(result.number(row, "tables_over"));
    run.workers = static_cast<int>(result.number(row, "workers"));
    run.seconds = number_or(result, row, "seconds", 0);
    run.total = amount;
    if (selection_.leader) run_id_ = id;
  }
  runs_ = std::move(all);
}

bool Watcher::ends_are_new() const {
  return std::ranges::any_of(runs_, [&](const RunProgress &each) {
    auto seen = ends_seen_.find(each.id);
    return each.tables_over > (seen == ends_seen_.end() ? 0 : seen->second);
  });
}

bool Watcher::poll() {
  if (!query_.is_running()) {
    if (!to_cancel_.empty())
      ask(Question::cancel, "SELECT confiture.cancel($1::bigint)", {std::exchange(to_cancel_, "")});
    else if (steady_clock::now() >= next_at_)
      ask(Question::progress, running_tables, {selection_.leader, selection_.run});
    return false;
  }
  auto got = query_.take();
  if (!got) return false;
  // With thousands of tables the view is expensive: at most a sixth of the time is spent on it.
  next_at_ = steady_clock::now() +
             std::max<steady_clock::duration>(std::chrono::milliseconds(200), 5 * (steady_clock::now() - asked_at_));
  if (asked_ == Question::progress) {
    take_progress(*got);
    if (!ends_are_new()) return true;
    std::vector<std::string> ids;
    for (const RunProgress &each : runs_) {
      ids.push_back(each.id);
      ends_seen_[each.id] = each.tables_over;
    }
    ask(Question::ends, ended_tables, {array_literal(ids)});
    return true;
  }
  if (asked_ == Question::ends) take_new_ends(*got);
  return asked_ == Question::ends;
}

void Watcher::take_new_ends(const Result &result) {
  for (int row = 0; row < result.rows(); row++) {
    TableEnd each = {result.text(row, "run_id"),        result.text(row, "relation"),
                     result.text(row, "state"),         result.text(row, "error"),
                     number_or(result, row, "rows", 0), number_or(result, row, "seconds", 0)};
    if (announced_.insert(each.run + "/" + each.name).second) ends_.push_back(each);
  }
}

void Watcher::look_for_ends(Connection &target, const std::vector<std::string> &runs) {
  take_new_ends(target.query(ended_tables, {array_literal(runs)}));
}

}  // namespace client::run
