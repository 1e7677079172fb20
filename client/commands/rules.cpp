// rules list, set and drop; import and export have files of their own.
#include <memory>

#include "rules/store.h"
#include "commands/rules_commands.h"

namespace client::commands {

namespace {

using Json = rules::Json;

constexpr const char *list_columns =
    "CASE WHEN c.oid IS NULL THEN r.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS relation, "
    "r.column_name AS \"column\", "
    "r.strategy, r.options, ";
constexpr const char *list_from =
    "FROM confiture.rules r LEFT JOIN pg_class c ON c.oid = r.relation LEFT JOIN pg_namespace n ON n.oid = "
    "c.relnamespace "
    "LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = r.column_name "
    "WHERE r.relation = coalesce($1::oid, r.relation) ORDER BY n.nspname, c.relname, r.relation, a.attnum, "
    "r.column_name";

cli::Command list(Session &in) {
  auto table = std::make_shared<std::optional<std::string>>();
  cli::Command made;
  made.name = "list";
  made.summary = "List the rules, with what is wrong with each";
  made.example = "confiture rules list customers";
  made.options = {{"TABLE", "", table.get(), "Only those of this table"}};
  made.run = [table, &in] {
    Connection to = in.connect();
    Parameter oid = *table ? Parameter(Session::find_relation(to, **table).oid) : Parameter();
    std::string extra = in.out.json ? "r.set_by, r.set_at, r.problem " : "r.set_by AS by, r.problem ";
    in.out.rows(to, std::string("SELECT ") + list_columns + extra + list_from, {oid});
    return ExitCode::done;
  };
  return made;
}

Json options_of(const std::vector<std::string> &words) {
  Json options = Json::object();
  for (const std::string &word : words) {
    size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Error(ExitCode::usage, "an option is written name=value, not " + word);
    std::string value = word.substr(equals + 1);
    Json parsed = Json::parse(value, nullptr, false);
    options[word.substr(0, equals)] = parsed.is_discarded() ? Json(value) : parsed;
  }
  return options;
}

cli::Command set(Session &in) {
  struct Options {
    std::string table, column, strategy;
    std::vector<std::string> words;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "set";
  made.summary = "Give a column a strategy, or keep or drop it";
  made.description = "Replaces the rule there was.";
  made.example = "confiture rules set users ssn hash length=16";
  made.options = {
      {"TABLE", "", &o->table, "A table of the target", {}, true},
      {"COLUMN", "", &o->column, "Its column, as it is, without quotes of SQL", {}, true},
      {"STRATEGY", "", &o->strategy, "A strategy, keep (copied as it is) or drop (left out)", {}, true},
      {"OPTION", "", &o->words, "Options of the strategy, as name=value"},
  };
  made.run = [o, &in] {
    Json options = options_of(o->words);
    Connection to = in.connect();
    Relation table = Session::find_relation(to, o->table);
    Result done = to.query(
        "SELECT confiture.set_rule($1::oid::regclass, $2::text::name, $3, $4::jsonb) WHERE $2::text::name::text = "
        "$2::text",
        {table.oid, o->column, o->strategy, options.dump(-1, ' ', false, Json::error_handler_t::replace)});
    if (done.rows() == 0) throw Error(ExitCode::usage, "there is no column of such a long name");
    in.out.note(printable(table.name + "." + o->column + ": " + rules::rule_text(o->strategy, options)));
    return ExitCode::done;
  };
  return made;
}

cli::Command drop(Session &in) {
  struct Options {
    std::string table, column;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "drop";
  made.summary = "Remove the rule of a column";
  made.example = "confiture rules drop customers email";
  made.options = {
      {"TABLE",
       "",
       &o->table,
       "A table of the target; the number that \"rules list\" shows for one that is gone",
       {},
       true},
      {"COLUMN", "", &o->column, "Its column", {}, true},
  };
  made.run = [o, &in] {
    Connection to = in.connect();
    bool is_number = o->table.find_first_not_of("0123456789") == std::string::npos;
    Relation table = is_number ? Relation{o->table, o->table} : Session::find_relation(to, o->table);
    if (to.value("SELECT confiture.drop_rule($1::oid::regclass, $2::text::name) WHERE $2::text::name::text = $2::text",
                 {table.oid, o->column}) != "t")
      throw Error(ExitCode::failed, table.name + "." + o->column + " has no rule");
    in.out.note(printable(table.name + "." + o->column + ": no rule"));
    return ExitCode::done;
  };
  return made;
}

}  // namespace

cli::Command rules(Session &in) {
  cli::Command made;
  made.name = "rules";
  made.summary = "Say what happens to each column: list, set, drop, import, export";
  made.commands = {list(in), set(in), drop(in), rules_import(in), rules_export(in)};
  return made;
}

}  // namespace client::commands
