#include "run/progress.h"

#include <algorithm>

namespace client::run {

namespace {

using std::chrono::steady_clock;

constexpr const char *what_runs =
    "SELECT * FROM (SELECT run_id, server, relation, phase, rows, percent, "
    "  extract(epoch FROM elapsed)::float8 AS seconds, coalesce(cardinality(pids), 0) AS workers, "
    "  count(relation) OVER run AS tables, "
    "  count(relation) FILTER (WHERE phase IN ('done', 'failed')) OVER run AS tables_over "
    "  FROM confiture.progress "
    "  WHERE run_id = coalesce($2::bigint, (SELECT run_id FROM confiture.runs WHERE leader_pid = $1::integer), "
    "    (SELECT run_id FROM confiture.workers WHERE pid = $1::integer LIMIT 1), "
    "    CASE WHEN $1 IS NULL THEN run_id END) "
    "  WINDOW run AS (PARTITION BY run_id)) p "
    "WHERE relation IS NULL OR phase IN ('preparing', 'copying', 'finishing') "
    "ORDER BY run_id, relation IS NOT NULL, relation";

constexpr const char *what_ended =
    "SELECT run_id, relation, state, rows, extract(epoch FROM elapsed)::float8 AS seconds, error "
    "FROM confiture.run_tables WHERE run_id = ANY ($1::bigint[]) AND state IN ('done', 'failed') "
    "ORDER BY run_id, finished_at, relation";

double number_or(const Result &from, int row, const char *column, double otherwise) {
  return from.is_null(row, column) ? otherwise : std::atof(from.text(row, column).c_str());
}

}  // namespace

double RateMeter::add(double seconds, double rows) {
  constexpr double window = 5;
  // A table that begins again.
  if (!samples_.empty() && rows < samples_.back().second) samples_.clear();
  samples_.emplace_back(seconds, rows);
  while (samples_.size() > 2 && samples_[1].first <= seconds - window) samples_.pop_front();
  double span = seconds - samples_.front().first;
  return span > 0.3 ? (rows - samples_.front().second) / span : unknown;
}

Watcher::Watcher(Connection over, Target what) : over_(std::move(over)), what_(std::move(what)), query_(over_) {
  over_.query("SET search_path = pg_catalog; SET quote_all_identifiers = off; SET statement_timeout = '10s'");
}

void Watcher::ask(Question next, const std::string &sql, const Parameters &values) {
  asked_ = next;
  asked_at_ = steady_clock::now();
  query_.start(sql, values);
}

void Watcher::take_progress(const Result &from) {
  std::vector<RunProgress> all;
  double now = std::chrono::duration<double>(steady_clock::now().time_since_epoch()).count();
  for (int row = 0; row < from.rows(); row++) {
    std::string id = from.text(row, "run_id");
    bool is_total = from.is_null(row, "relation");
    if (all.empty() || all.back().id != id) {
      RunProgress fresh;
      fresh.id = id;
      fresh.server = from.text(row, "server");
      all.push_back(fresh);
    }
    RunProgress &in = all.back();
    Amount how_much;
    how_much.rows = number_or(from, row, "rows", 0);
    how_much.part = from.is_null(row, "percent") ? unknown : number_or(from, row, "percent", 0) / 100;
    how_much.rate = rates_[id + "/" + from.text(row, "relation")].add(now, how_much.rows);
    if (!is_total) {
      in.running.push_back({from.text(row, "relation"), from.text(row, "phase"), how_much});
      continue;
    }
    in.has_total = true;
    in.phase = from.text(row, "phase");
    in.tables = static_cast<int>(from.number(row, "tables"));
    in.tables_over = static_cast<int>(from.number(row, "tables_over"));
    in.workers = static_cast<int>(from.number(row, "workers"));
    in.seconds = number_or(from, row, "seconds", 0);
    in.total = how_much;
    if (what_.leader) run_id_ = id;
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
      ask(Question::progress, what_runs, {what_.leader, what_.run});
    return false;
  }
  auto got = query_.take();
  if (!got) return false;
  // The view has its price with thousands of tables.
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
    ask(Question::ends, what_ended, {array_literal(ids)});
    return true;
  }
  if (asked_ == Question::ends) take_new_ends(*got);
  return asked_ == Question::ends;
}

void Watcher::take_new_ends(const Result &from) {
  for (int row = 0; row < from.rows(); row++) {
    TableEnd each = {from.text(row, "run_id"), from.text(row, "relation"),      from.text(row, "state"),
                     from.text(row, "error"),  number_or(from, row, "rows", 0), number_or(from, row, "seconds", 0)};
    if (told_.insert(each.run + "/" + each.name).second) ends_.push_back(each);
  }
}

void Watcher::look_for_ends(Connection &to, const std::vector<std::string> &runs) {
  take_new_ends(to.query(what_ended, {array_literal(runs)}));
}

}  // namespace client::run
