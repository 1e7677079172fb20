#include "push/push.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "clone/database.h"
#include "clone/difference.h"
#include "clone/restore.h"
#include "clone/schema.h"
#include "clone/tools.h"
#include "clone/views.h"
#include "dump/finished.h"
#include "dump/without.h"
#include "figures.h"
#include "joined.h"
#include "push/destination.h"
#include "push/rows.h"
#include "source.h"
#include "terminal.h"

namespace client::push {

namespace {

constexpr const char *to_continue = "Finished work is kept. To continue: the same command with --resume.";

// What is in a database for other reasons too, and stays.
bool is_kept(const clone::Entry &entry) {
  for (const char *each : {"SCHEMA", "EXTENSION"}) {
    if (entry.kind == each) return true;
    if (entry.kind == "COMMENT" && entry.name.starts_with(std::string(each) + " ")) return true;
  }
  return entry.follows_rows;  // goes with its table
}

class PushJob {
 public:
  PushJob(const PushOptions &options, Session &session)
      : options_(options),
        session_(session),
        target_(session.connect()),
        destination_(open_destination(options, target_)),
        journal_(destination_) {}

  ExitCode run() {
    if (!options_.incomplete) dump::require_finished(target_, "push");
    require_state();
    open_snapshot();
    read_schema();
    options_.resume ? resume() : begin();
    Pushed pushed = copy_rows();
    set_sequences();
    finish_schema();
    journal_.remove();
    report(pushed);
    return ExitCode::done;
  }

 private:
  void note(const std::string &step, const std::string &text) const { session_.out.note(step, text); }

  void require_state() {
    if (!target_.value("SELECT to_regnamespace('confiture_push')").empty())
      throw Error(ExitCode::refused, "the target itself is an unfinished push, from elsewhere");
    if (options_.resume && !journal_.is_there())
      throw Error(ExitCode::usage, "there is no unfinished push in the destination", "Leave out --resume.");
    if (!options_.resume && !options_.clean && journal_.is_there())
      throw Error(ExitCode::refused, "there is an unfinished push in the destination",
                  "--resume continues it, --clean drops its tables and begins again.");
  }

  void open_snapshot() {
    begin_comparable(target_);
    snapshot_ = target_.value("SELECT pg_export_snapshot()");
    if (has_large_objects(target_))
      throw Error(ExitCode::refused, "the target has large objects, which are not pushed",
                  "\"confiture dump\" takes them too.");
  }

  // The target's schema without Confiture.
  void read_schema() {
    tools_ = clone::tools_for(target_, destination_);
    encoding_ = clone::dump_encoding(target_);
    std::string bytes = clone::dump_schema(tools_, target_, encoding_, directory_.name(), snapshot_);
    clone::Contents contents = clone::read_contents(bytes);
    dump::Selection selection = dump::find_confiture(contents, dump::find_servers(target_));
    if (!selection.dependent.empty()) note("left out", joined(selection.dependent) + ": they need Confiture");
    schema_ = clone::read_archive(dump::without(bytes, contents, selection.removed));
    note("schema", std::to_string(schema_.entries.size()) + " definitions");
  }

  // What the destination lacks.
  std::vector<const clone::Entry *> find_missing() const {
    return clone::compare(schema_,
                          clone::read_archive(clone::dump_schema(tools_, destination_, encoding_, directory_.name())))
        .missing;
  }

  void begin() {
    std::vector<const clone::Entry *> missing = find_missing();
    std::vector<std::string> tables = tables_there(missing);
    if (!tables.empty() && !options_.clean)
      throw Error(ExitCode::refused, "the destination already has tables of the target",
                  "--clean drops them first; or push into a new database.", joined(tables, "\n"));
    if (!tables.empty() && !options_.yes) {
      session_.out.warn(printable("In " + where() + ", these tables are dropped and made again: " + joined(tables)));
      if (!confirm("Continue?", "Give --yes.")) throw Error(ExitCode::failed, "nothing was changed");
    }
    std::vector<const clone::Entry *> dropped;
    for (const clone::Entry &each : schema_.entries)
      if (options_.clean && !is_kept(each)) dropped.push_back(&each);
    journal_.begin(checksum_of(schema_));
    try {
      make_tables(missing, dropped);
    } catch (const Error &) {
      journal_.remove();
      throw;
    }
  }

  // A client that died before the tables were made has left a journal alone.
  void resume() {
    journal_.resume(checksum_of(schema_));
    make_tables(find_missing(), {});
  }

  // In one transaction, which first drops some.
  void make_tables(const std::vector<const clone::Entry *> &missing, const std::vector<const clone::Entry *> &dropped) {
    auto is_in = [](const std::vector<const clone::Entry *> &list, const clone::Entry &entry) {
      return std::ranges::find(list, &entry) != list.end();
    };
    std::vector<const clone::Entry *> before;
    std::vector<const clone::Entry *> after;
    for (const clone::Entry &each : schema_.entries)
      if (is_in(missing, each) || is_in(dropped, each)) (each.follows_rows ? after : before).push_back(&each);
    if (before.empty()) return;
    Connection connection = clone::open_for_restore(destination_, schema_);
    Transaction all(connection);
    clone::Problems problems = clone::restore_tables(connection, before, after, dropped);
    if (!problems.empty())
      throw Error(ExitCode::refused, "the schema cannot be made in the destination",
                  "Create there what is missing (extensions, roles that policies name), and drop what hangs on its "
                  "tables. Nothing was changed.",
                  joined(problems, "\n"));
    all.commit();
  }

  std::vector<std::string> tables_there(const std::vector<const clone::Entry *> &missing) const {
    std::vector<std::string> names;
    for (const clone::Entry &each : schema_.entries)
      if (each.kind == "TABLE" && std::ranges::find(missing, &each) == missing.end())
        names.push_back(each.schema + "." + each.name);
    return names;
  }

  std::string where() const {
    return std::string("database ") + PQdb(destination_.handle()) + " on " + PQhost(destination_.handle());
  }

  Pushed copy_rows() {
    RowsPlan plan;
    plan.tables = find_tables(target_);
    plan.snapshot = snapshot_;
    plan.jobs = jobs();
    compare_rows(plan);
    Pushed pushed = push_rows(plan, target_, destination_, schema_, session_.out);
    if (!pushed.problems.empty())
      throw Error(ExitCode::failed, "tables could not be pushed", to_continue, joined(pushed.problems, "\n"));
    note("rows", counted(pushed.total.rows, "row") + ", " + bytes_text(pushed.total.bytes) + ", " +
                     counted(static_cast<double>(plan.tables.size()), "table"));
    tables_ += plan.tables.size();
    return pushed;
  }

  // Takes the tables that are there out of the plan. As they are what this snapshot has, the destination will be as if
  // all came from it.
  void compare_rows(RowsPlan &plan) {
    RowsPlan there = plan;
    there.finished = journal_.finished();
    auto is_there = [&](const PushTable &each) { return there.finished.contains(each.relation); };
    std::erase_if(plan.tables, is_there);
    std::erase_if(there.tables, [&](const PushTable &each) { return !is_there(each); });
    if (there.tables.empty()) return;
    note("resumed", counted(static_cast<double>(there.tables.size()), "table") +
                        " of an earlier attempt, compared with the target");
    Pushed compared = push_rows(there, target_, destination_, schema_, session_.out);
    if (!compared.changed.empty())
      throw Error(ExitCode::refused, "tables of the target have changed since they were pushed",
                  "--clean drops what was pushed, and begins again.", joined(compared.changed, "\n"));
    tables_ = there.tables.size();
  }

  int jobs() const { return options_.jobs.value_or(2); }

  void set_sequences() {
    Connection connection = clone::open_for_restore(destination_, schema_);
    Transaction all(connection);
    for (const std::string &each : find_sequence_values(target_)) connection.query(each);
    all.commit();
  }

  // Indexes, constraints, triggers, and the rows of materialized views; then a look at whether all is there.
  void finish_schema() {
    std::vector<const clone::Entry *> missing = find_missing();
    note("indexes", "constraints and triggers, by " + std::to_string(jobs()) + (jobs() == 1 ? " job" : " jobs"));
    clone::Problems problems = clone::restore_rest(destination_, schema_, missing, jobs());
    std::ranges::copy(clone::refresh_views(target_, destination_, schema_), std::back_inserter(problems));
    if (problems.empty())
      for (const clone::Entry *each : find_missing()) problems.push_back(each->words() + " is missing");
    if (!problems.empty())
      throw Error(ExitCode::partial, "the rows are pushed, but not everything is as in the target", to_continue,
                  joined(problems, "\n"));
  }

  void report(const Pushed &pushed) const {
    if (session_.out.json)
      session_.out.data(pretty_json(nlohmann::ordered_json{{"exit_code", 0},
                                                           {"database", PQdb(destination_.handle())},
                                                           {"host", PQhost(destination_.handle())},
                                                           {"tables", tables_},
                                                           {"rows", pushed.total.rows},
                                                           {"bytes", pushed.total.bytes},
                                                           {"resumed", options_.resume}}));
    session_.out.note(printable("Done: " + where() + " has the masked copy, without Confiture."));
  }

  const PushOptions &options_;
  Session &session_;
  Connection target_;
  Connection destination_;
  Journal journal_;
  clone::TemporaryDirectory directory_;
  clone::Tools tools_;
  std::string snapshot_, encoding_;
  clone::Archive schema_;
  size_t tables_ = 0;
};

}  // namespace

ExitCode run(const PushOptions &options, Session &session) { return PushJob(options, session).run(); }

}  // namespace client::push
