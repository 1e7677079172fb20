// States of a replacement, by the names of databases (staging is the one to replace):
//
//   staging                              a copy, in use
//   staging, staging.new                 the next one is being built; whatever fails leaves these two
//   staging.old.20261129T020000, staging the names were exchanged, in one transaction
//
// Databases that are no longer needed are recognised by their comment, and no others are dropped. Whoever may create
// databases can write such a comment, so that a replaced copy must have the name and an owner of one, too.
#include "clone/replace.h"

#include <algorithm>

#include "clone/carry.h"
#include "clone/database.h"
#include "clone/tools.h"
#include "key_file.h"
#include "rules/store.h"

namespace client::clone {

namespace {

// As the old copy's own syncs refuse it.
constexpr const char *sql_of_others =
    R"(
SELECT string_agg(format('%s of %s, by %s', x.what, x.relation, x.set_by), E'\n' ORDER BY x.relation::text, x.what)
FROM (
  SELECT 'rule' AS what, relation, set_by
  FROM confiture.rules
  WHERE condition IS NOT NULL OR strategy IN ('sql', 'function') OR options ? 'reversible'
    OR strategy = 'lookup' AND options ? 'table'
  UNION ALL SELECT 'filter', relation, set_by FROM confiture.filters
  UNION ALL SELECT 'seed', relation, set_by FROM confiture.seeds
  UNION ALL SELECT 'reference', relation, set_by
  FROM confiture.references
  WHERE condition IS NOT NULL OR EXISTS (SELECT FROM unnest(columns) AS u(name) WHERE u.name LIKE '(%')) x
WHERE x.set_by <> current_user
  AND NOT coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = x.set_by), false))";

constexpr const char *exists = "SELECT 1 FROM pg_database WHERE datname = $1";
constexpr const char *comment_of =
    R"(
SELECT shobj_description(oid, 'pg_database')
FROM pg_database
WHERE datname = $1)";
constexpr const char *replaced_databases =
    R"(
SELECT datname
FROM pg_database
WHERE shobj_description(oid, 'pg_database') = $1
  AND starts_with(datname, $2 || '.old.')
  AND datdba IN (
    SELECT datdba FROM pg_database WHERE datname = $2 UNION SELECT oid FROM pg_roles WHERE rolname = CURRENT_USER)
ORDER BY datname DESC)";
// Those of autovacuum, which have no user, end by themselves; not everybody may end them.
constexpr const char *end_sessions =
    R"(
SELECT count(pg_terminate_backend(pid))
FROM pg_stat_activity
WHERE datname = $1
  AND usesysid IS NOT NULL
  AND pid <> pg_backend_pid())";
constexpr const char *no_key = "rows would be masked otherwise than before";

// A new database lies where template0 does, which may be another disk. Who names that one needs a privilege on it.
constexpr const char *tablespace_of_database =
    R"(
SELECT t.spcname
FROM pg_database d
JOIN pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname = current_database()
  AND d.dattablespace <> (SELECT dattablespace FROM pg_database WHERE datname = 'template0'))";

class Replacement {
 public:
  Replacement(const CloneOptions &options, Session &session)
      : options_(options),
        session_(session),
        name_(database_name(session)),
        fresh_(name_ + ".new"),
        unfinished_("confiture: unfinished copy for " + name_),
        replaced_("confiture: replaced copy of " + name_),
        maintenance_(in_database(session, "postgres").connect_plain()) {}

  ExitCode run() {
    constexpr size_t longest = 63 - 20;  // of a name, less what is appended
    if (name_.size() > longest) throw Error(ExitCode::usage, "the name " + name_ + " is too long for --replace");
    if (maintenance_.value("SELECT pg_try_advisory_lock(25446, hashtext($1))", {name_}) != "t")
      throw Error(ExitCode::refused, "another clone --replace of " + name_ + " is in progress");
    if (maintenance_.value(exists, {name_}).empty()) return clone::run(first_one(), session_);
    remove_unfinished();
    Connection old = in_database(session_, name_).connect();
    CloneOptions building = next_one(old);
    Session beside = in_database(session_, fresh_);
    try {
      ExitCode code = clone::run(building, beside);
      if (code != ExitCode::done) return code;
      {
        Connection fresh = beside.connect();
        note_all(carry_privileges(dump_privileges(old), fresh));
      }
      note_all(carry_settings(maintenance_, name_, fresh_));
      exchange();
    } catch (const Error &problem) {
      throw Error(
          problem.code(), problem.what(),
          "The database " + name_ + " is as it was" +
              (maintenance_.value(exists, {fresh_}).empty() ? "." : "; the unfinished copy is " + fresh_ + ".") +
              (problem.code() == ExitCode::refused ? " " + problem.hint() : ""),
          problem.detail());
    }
    drop_replaced();
    return ExitCode::done;
  }

 private:
  // The schema of the old copy with its privileges, which a clone does not ask for.
  static Contents dump_privileges(Connection &old) {
    auto tools = pick(find_tools(), PQserverVersion(old.handle()) / 10000);
    if (!tools) throw Error(ExitCode::failed, "there is no pg_dump for the target's PostgreSQL");
    TemporaryDirectory directory;
    ServiceFile service(old, directory.name(), "pg_dump");
    return read_contents(run_tool({tools->directory + "/pg_dump", "--schema-only", "--format=custom", "--no-password"},
                                  service.environment()));
  }

  CloneOptions first_one() const {
    CloneOptions first = options_;
    first.create = true;
    return first;
  }

  CloneOptions next_one(Connection &old) const {
    require_own_sql(old);
    CloneOptions next = first_one();
    next.yes = true;  // what is set up is what there is
    next.database_comment = unfinished_;
    next.tablespace = old.value(tablespace_of_database);
    next.state_directory = options_.state_directory.value_or(fresh_ + ".clone");
    std::string server = session_.server.value_or("source");
    if (!options_.access.argument.value && !options_.access.source.uri.value)
      next.source = server_settings(old, server);
    std::string key = options_.key_file ? "" : old.value("SELECT key FROM confiture.masking_key");
    if (!options_.key_file && !key.starts_with("\\x"))
      throw Error(ExitCode::usage, std::string("the masking key of the old copy is not visible: ") + no_key,
                  "Connect as the owner of the extension there, or give --key-file.");
    if (!key.empty()) next.key = key.substr(2);
    next.rules = rules::as_rule_set(rules::load_rules(old));
    return next;
  }

  // It becomes that of the caller, with whose rights it runs on the source.
  static void require_own_sql(Connection &old) {
    std::string others = old.value(sql_of_others);
    if (others.empty()) return;
    throw Error(ExitCode::refused, "in the old copy, other roles have set conditions, expressions or reversible masks",
                "Look at them; those that are right, set yourself there; drop the others.", others);
  }

  void remove_unfinished() {
    if (maintenance_.value(exists, {fresh_}).empty()) return;
    if (maintenance_.value(comment_of, {fresh_}) != unfinished_)
      throw Error(ExitCode::refused, "there is a database " + fresh_ + " that no clone --replace made",
                  "Rename it, or drop it.");
    session_.out.note(printable("database    " + fresh_ + " of an earlier attempt is dropped"));
    maintenance_.query("DROP DATABASE " + quote_identifier(fresh_) + " WITH (FORCE)");
  }

  void note_all(const std::vector<std::string> &problems) const {
    for (const std::string &each : problems) session_.out.warn(printable("not carried over: " + each));
  }

  // While a name is changed, no session can begin in that database; those that are there are ended meanwhile.
  void rename(const std::string &from, const std::string &to) {
    Connection helper = maintenance_.another("the target");
    BackgroundQuery renaming(maintenance_);
    renaming.start("ALTER DATABASE " + quote_identifier(from) + " RENAME TO " + quote_identifier(to), {});
    while (!renaming.take()) helper.query("SELECT pg_sleep(0.1), (" + std::string(end_sessions) + ")", {from});
  }

  void exchange() {
    std::string old =
        name_ + ".old." + maintenance_.value("SELECT to_char(clock_timestamp(), 'YYYYMMDD\"T\"HH24MISS')");
    std::string comment = maintenance_.value(comment_of, {name_});
    Transaction all(maintenance_);
    maintenance_.query("SET LOCAL lock_timeout = '1min'");
    rename(name_, old);
    rename(fresh_, name_);
    maintenance_.query("COMMENT ON DATABASE " + quote_identifier(old) + " IS " + quote_literal(replaced_));
    maintenance_.query("COMMENT ON DATABASE " + quote_identifier(name_) + " IS " +
                       (comment.empty() ? "NULL" : quote_literal(comment)));
    all.commit();
    session_.out.note(printable("Done: " + name_ + " is the new copy; the old one is " + old + "."));
  }

  void drop_replaced() {
    Result all = maintenance_.query(replaced_databases, {replaced_, name_});
    for (int row = std::max(0, options_.keep.value_or(1)); row < all.rows(); row++) {
      std::string each = all.text(row, 0);
      try {
        maintenance_.query("DROP DATABASE " + quote_identifier(each) + " WITH (FORCE)");
        session_.out.note(printable("dropped     " + each));
      } catch (const ServerError &problem) {
        session_.out.warn(printable(each + " cannot be dropped: " + problem.what()));
      }
    }
  }

  const CloneOptions &options_;
  Session &session_;
  std::string name_, fresh_;
  std::string unfinished_, replaced_;  // comments
  Connection maintenance_;
};

}  // namespace

ExitCode replace(const CloneOptions &options, Session &session) { return Replacement(options, session).run(); }

}  // namespace client::clone
