#include "clone/restore.h"

#include <algorithm>
#include <list>
#include <memory>
#include <set>

#include "clone/safe_message.h"
#include "interrupt.h"

namespace client::clone {

namespace {

// As pg_restore does. Code of the schema's finds no function of another schema by accident.
constexpr const char *prepare = R"(
SELECT pg_catalog.set_config(name, '0', false)
FROM pg_catalog.pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout');
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
)";

constexpr const char *out_of_locks = "53200";
constexpr const char *deadlock = "40P01";

// pg_restore keeps the name of the access method out of the definition too.
std::string statements(const Entry &entry) {
  if (entry.access_method.empty()) return entry.definition;
  std::string method = quote_identifier(entry.access_method);
  if (!entry.is_partitioned) return "SET default_table_access_method = " + method + ";\n" + entry.definition;
  return entry.definition + "\nALTER TABLE " + quote_identifier(entry.schema) + "." + quote_identifier(entry.name) +
         " SET ACCESS METHOD " + method + ";";
}

// Entries that failed, and those that need one of them.
class Failures {
 public:
  // Notes the entry if it needs one that failed.
  bool follow(const Entry &entry) {
    bool follows = std::ranges::any_of(entry.needs, [this](int each) { return ids_.contains(each); });
    if (follows) ids_.insert(entry.id);
    return follows;
  }

  void add(const Entry &entry, const std::string &message, const std::string &hint) {
    ids_.insert(entry.id);
    problems_.push_back(entry.words() + ": " + message + (hint.empty() ? "" : " (" + hint + ")"));
  }

  const Problems &problems() const { return problems_; }

 private:
  std::set<int> ids_;
  Problems problems_;
};

// Event triggers, which would fire for the others, and what needs them, such as their comments.
std::vector<const Entry *> take_last(std::vector<const Entry *> &entries) {
  std::set<int> ids;
  std::vector<const Entry *> first;
  std::vector<const Entry *> last;
  for (const Entry *each : entries) {
    bool waits = each->kind == "EVENT TRIGGER" ||
                 std::ranges::any_of(each->needs, [&](int needed) { return ids.contains(needed); });
    if (waits) ids.insert(each->id);
    (waits ? last : first).push_back(each);
  }
  entries = first;
  return last;
}

// In the open transaction. Returns false when the server is out of locks, so that nothing more can be tried.
bool try_entries(Connection &connection, std::vector<const Entry *> entries, Failures &failures) {
  std::vector<const Entry *> last = take_last(entries);
  entries.insert(entries.end(), last.begin(), last.end());
  for (const Entry *each : entries) {
    if (failures.follow(*each)) continue;
    try {
      connection.query("SAVEPOINT entry;\n" + statements(*each) + "\n;RELEASE SAVEPOINT entry");
    } catch (const ServerError &problem) {
      if (PQstatus(connection.handle()) == CONNECTION_BAD) throw;
      connection.query("ROLLBACK TO SAVEPOINT entry");
      failures.add(*each, problem.what(), problem.hint());
      if (problem.sqlstate() == out_of_locks) return false;
    }
  }
  return true;
}

bool is_missing(const ServerError &problem) {
  for (const char *each : {"42P01", "42704", "42883", "42703", "3F000"})  // relation, object, function, column, schema
    if (problem.sqlstate() == each) return true;
  return false;
}

struct Drop {
  const Entry *entry;
  std::string statement;
};

// In reverse order; all tables at once, and last, so that foreign keys between them do not matter.
std::list<Drop> list_drops(const std::vector<const Entry *> &entries) {
  std::list<Drop> drops;
  std::string tables;
  const Entry *table = nullptr;
  for (const Entry *each : entries) {
    if (each->kind != "TABLE") {
      if (!each->drop.empty()) drops.push_front({each, each->drop});
      continue;
    }
    table = each;
    tables += (tables.empty() ? "" : ", ") + quote_identifier(each->schema) + "." + quote_identifier(each->name);
  }
  if (table != nullptr) drops.push_back({table, "DROP TABLE IF EXISTS " + tables});
  return drops;
}

// In the open transaction. What others hang on is tried again after them, and stays if they are not of the entries.
void drop_entries(Connection &connection, const std::vector<const Entry *> &entries, Failures &failures) {
  std::list<Drop> left = list_drops(entries);
  for (size_t before = 0; !left.empty() && left.size() != before;) {
    before = left.size();
    failures = Failures();
    left.remove_if([&](const Drop &each) {
      try {
        connection.query("SAVEPOINT entry;\n" + each.statement + "\n;RELEASE SAVEPOINT entry");
        return true;
      } catch (const ServerError &problem) {
        if (PQstatus(connection.handle()) == CONNECTION_BAD) throw;
        connection.query("ROLLBACK TO SAVEPOINT entry");
        if (is_missing(problem)) return true;
        failures.add(*each.entry, problem.what(), problem.detail());
        return false;
      }
    });
  }
}

// One connection at work, or idle.
struct Job {
  explicit Job(Connection opened) : connection(std::move(opened)), query(connection) {}
  Connection connection;
  BackgroundQuery query;
  const Entry *entry = nullptr;  // that it makes
};

class ParallelRestore {
 public:
  ParallelRestore(const Connection &target, const Archive &archive, size_t jobs) {
    for (size_t i = 0; i < jobs; i++) jobs_.push_back(std::make_unique<Job>(open_for_restore(target, archive)));
  }

  void run(const std::vector<const Entry *> &entries) {
    waiting_.assign(entries.begin(), entries.end());
    for (const Entry *each : entries) unfinished_.insert(each->id);
    InterruptGuard guard;
    while (start_jobs()) wait(guard);
  }

  const Problems &problems() const { return failures_.problems(); }

 private:
  bool is_ready(const Entry &entry) const {
    if (std::ranges::any_of(entry.needs, [this](int each) { return unfinished_.contains(each); })) return false;
    return std::ranges::none_of(jobs_, [&](const auto &job) { return job->entry && would_wait(entry, *job->entry); });
  }

  // Whether one may wait for the other's lock of a table: all but two indexes do.
  static bool would_wait(const Entry &one, const Entry &other) {
    if (one.kind == "INDEX" && other.kind == "INDEX") return false;
    return std::ranges::any_of(one.needs, [&](int each) { return std::ranges::count(other.needs, each) > 0; });
  }

  // Gives idle connections something to do. Returns whether any is at work.
  bool start_jobs() {
    bool busy = false;
    for (auto &job : jobs_) {
      if (!job->entry) start_next(*job);
      busy = busy || job->entry;
    }
    return busy;
  }

  void start_next(Job &job) {
    if (interrupted_) return;
    for (auto each = waiting_.begin(); each != waiting_.end();) {
      const Entry *entry = *each;
      if (failures_.follow(*entry)) {
        unfinished_.erase(entry->id);
        each = waiting_.erase(each);
      } else if (is_ready(*entry)) {
        waiting_.erase(each);
        job.entry = entry;
        return job.query.start(statements(*entry), {});
      } else {
        ++each;
      }
    }
  }

  void wait(InterruptGuard &guard) {
    std::vector<pollfd> inputs;
    for (const auto &job : jobs_)
      if (job->entry) inputs.push_back({PQsocket(job->connection.handle()), POLLIN, 0});
    guard.wait(inputs.data(), inputs.size(), 60000);
    if (guard.take_signal()) {
      interrupted_ = true;
      for (const auto &job : jobs_)
        if (job->entry) job->connection.ask_to_cancel();
    }
    bool busy = false;
    for (auto &job : jobs_) {
      if (job->entry) collect(*job);
      busy = busy || job->entry;
    }
    if (interrupted_ && !busy) throw Error(ExitCode::interrupted, "interrupted");
  }

  void collect(Job &job) {
    const Entry *entry = job.entry;
    try {
      if (!job.query.take()) return;
      unfinished_.erase(entry->id);
    } catch (const ServerError &problem) {
      if (PQstatus(job.connection.handle()) == CONNECTION_BAD) throw;
      if (problem.sqlstate() == deadlock) {
        waiting_.push_front(entry);
      } else {
        failures_.add(*entry, safe_message(problem), problem.hint());
        unfinished_.erase(entry->id);
      }
    }
    job.entry = nullptr;
  }

  std::list<const Entry *> waiting_;
  std::set<int> unfinished_;  // waiting or at work
  std::vector<std::unique_ptr<Job>> jobs_;
  Failures failures_;
  bool interrupted_ = false;
};

}  // namespace

Connection open_for_restore(const Connection &target, const Archive &archive) {
  Connection connection = target.another("the target");
  connection.query(prepare + archive.settings);
  return connection;
}

Problems restore_tables(Connection &connection, const std::vector<const Entry *> &before,
                        const std::vector<const Entry *> &after, const std::vector<const Entry *> &dropped) {
  Failures failures;
  drop_entries(connection, dropped, failures);
  if (!failures.problems().empty()) return failures.problems();
  if (!try_entries(connection, before, failures)) return failures.problems();
  connection.query("SAVEPOINT tables");
  // Of a schema that is too large to be tried in one transaction, only the tables are.
  Failures trial = failures;
  if (try_entries(connection, after, trial)) failures = trial;
  connection.query("ROLLBACK TO SAVEPOINT tables");
  return failures.problems();
}

Problems restore_rest(const Connection &target, const Archive &archive, std::vector<const Entry *> entries, int jobs) {
  ParallelRestore restore(target, archive, std::min(static_cast<size_t>(jobs), entries.size()));
  std::vector<const Entry *> last = take_last(entries);
  restore.run(entries);
  restore.run(last);
  Problems problems = restore.problems();
  std::ranges::sort(problems);  // jobs end in any order
  return problems;
}

}  // namespace client::clone
