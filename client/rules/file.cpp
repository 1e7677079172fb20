#include "rules/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <set>

#include "text_file.h"

namespace client::rules {

namespace {

constexpr size_t largest = 16 << 20;

// Turns a document into rules; errors name their place: "rules.yaml: public.users: email: ...".
class ModelReader {
 public:
  explicit ModelReader(const std::string &name) : name_(name) {}

  RuleSet read(const Json &document) {
    if (document.is_null()) return {};
    if (!document.is_object()) fail("", "tables are missing");
    if (!document.contains("tables") && !document.contains("patterns") && is_python(document))
      return read_python(document);
    RuleSet set;
    for (const auto &[key, value] : document.items()) {
      if (std::ranges::find(top_keys, key) == top_keys.end())
        fail("", "unknown key \"" + key + "\", expected tables, patterns, references, seeds or follows");
      if (value.is_null()) continue;
      if (key == "references" || key == "follows") {
        if (!value.is_array()) fail(key, "must be a list");
        for (const Json &each : value) {
          if (key == "references")
            set.references.push_back(read_reference(each));
          else
            set.follows.push_back(read_follow(each));
        }
        continue;
      }
      if (!value.is_object())
        fail(key, "must have a key for each " + std::string(key == "patterns" ? "pattern" : "table"));
      for (const auto &[name, described] : value.items()) {
        if (key == "tables")
          set.tables.push_back(read_table(name, described));
        else if (key == "seeds")
          set.seeds.push_back(read_seed(name, described));
        else
          set.patterns.push_back(read_pattern(name, described));
      }
    }
    return set;
  }

  static bool has_top_key(const Json &document) {
    return std::ranges::any_of(top_keys, [&](const char *key) { return document.contains(key); });
  }

  // The Python Confiture's file: each table a list of columns.
  static bool is_python(const Json &document) {
    for (const auto &[table, columns] : document.items()) {
      if (!columns.is_array() || (table == "references" && columns.empty())) return false;
      for (const Json &each : columns)
        if (!each.is_object() || !each.contains("column")) return false;
    }
    return !document.empty();
  }

 private:
  static constexpr std::array top_keys = {"tables", "patterns", "references", "seeds", "follows"};

  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, name_ + ": " + (place.empty() ? "" : place + ": ") + problem);
  }

  TableRules read_table(const std::string &name, const Json &described) const {
    TableRules table{name};
    if (described.is_null()) return table;
    if (!described.is_object()) fail(name, "must have \"columns\" or \"filter\"");
    for (const auto &[key, value] : described.items()) {
      if (key == "filter") {
        if (!value.is_string() || value.get<std::string>().empty())
          fail(name, "filter must be an SQL condition in quotes");
        table.filter = value.get<std::string>();
      } else if (key == "columns") {
        if (value.is_null()) continue;
        if (!value.is_object()) fail(name, "columns must have a key for each column");
        for (const auto &[column, rule] : value.items()) read_rules(table, column, rule);
      } else {
        fail(name, "unknown key \"" + key + "\", expected \"columns\" or \"filter\"");
      }
    }
    return table;
  }

  TableRules read_pattern(const std::string &name, const Json &described) const {
    TableRules pattern{name};
    if (!described.is_object()) fail(name, "must have a key for each pattern of columns");
    for (const auto &[columns, rule] : described.items()) {
      pattern.columns.push_back(read_rule(name, columns, rule));
      if (pattern.columns.back().when) fail(name + ": " + columns, "a pattern takes no \"when\"");
    }
    return pattern;
  }

  std::vector<std::string> read_names(const Json &described, const std::string &key) const {
    std::vector<std::string> names;
    if (described.is_string()) return {described.get<std::string>()};
    if (described.is_array())
      for (const Json &each : described)
        if (each.is_string()) names.push_back(each.get<std::string>());
    if (names.empty() || names.size() != described.size())
      fail("references", key + " must be the name of a column, or a list of names");
    return names;
  }

  Reference read_reference(const Json &described) const {
    if (!described.is_object()) fail("references", "each must have table, columns, referenced and referenced_columns");
    Reference reference;
    auto text_of = [&](const std::string &key, const Json &value) {
      if (!value.is_string()) fail("references", key + " must be a text");
      return value.get<std::string>();
    };
    for (const auto &[key, value] : described.items()) {
      if (key == "table")
        reference.table = text_of(key, value);
      else if (key == "referenced")
        reference.referenced = text_of(key, value);
      else if (key == "when")
        reference.when = text_of(key, value);
      else if (key == "columns")
        reference.columns = read_names(value, key);
      else if (key == "referenced_columns")
        reference.referenced_columns = read_names(value, key);
      else
        fail("references",
             "unknown key \"" + key + "\", expected table, columns, referenced, referenced_columns or when");
    }
    if (reference.table.empty() || reference.referenced.empty() || reference.columns.empty() ||
        reference.referenced_columns.empty())
      fail("references", "each must have table, columns, referenced and referenced_columns");
    return reference;
  }

  SubsetRule read_seed(const std::string &name, const Json &described) const {
    SubsetRule seed{name, "", Json::object()};
    if (described.is_null()) return seed;
    if (!described.is_object()) fail("seeds: " + name, "must have where, rows or percent, or be empty");
    for (const auto &[key, value] : described.items()) {
      if (key == "where" ? !value.is_string() : key == "rows" ? !value.is_number_integer() : !value.is_number())
        fail("seeds: " + name, key + " must be " + (key == "where" ? "an SQL condition in quotes" : "a number"));
      if (key != "where" && key != "rows" && key != "percent")
        fail("seeds: " + name, "unknown key \"" + key + "\", expected where, rows or percent");
      seed.members[key] = value;
    }
    return seed;
  }

  SubsetRule read_follow(const Json &described) const {
    SubsetRule follow{"", "", Json::object()};
    if (!described.is_object()) fail("follows", "each must have table, key, and follow or rows_per_parent");
    for (const auto &[key, value] : described.items()) {
      if (key == "table" || key == "key") {
        if (!value.is_string()) fail("follows", key + " must be a text");
        (key == "table" ? follow.table : follow.key) = value.get<std::string>();
      } else if (key == "follow" ? value.is_boolean() : key == "rows_per_parent" && value.is_number_integer()) {
        follow.members[key] = value;
      } else {
        fail("follows", "\"" + key + "\" is none of table, key, follow (true or false) and rows_per_parent (a number)");
      }
    }
    if (follow.table.empty() || follow.key.empty() || follow.members.empty())
      fail("follows", "each must have table, key, and follow or rows_per_parent");
    return follow;
  }

  // One rule, or a list of rules with conditions.
  void read_rules(TableRules &table, const std::string &column, const Json &described) const {
    if (!described.is_array()) return table.columns.push_back(read_rule(table.table, column, described));
    std::string place = table.table + ": " + column;
    if (described.empty()) fail(place, "must have a rule");
    std::set<std::string> conditions;
    for (const Json &each : described) {
      ColumnRule rule = read_rule(table.table, column, each);
      if (!rule.when && &each != &described.back()) fail(place, "a rule without \"when\" must be the last one");
      if (rule.when && !conditions.insert(*rule.when).second) fail(place, "two rules have the same \"when\"");
      table.columns.push_back(rule);
    }
  }

  ColumnRule read_rule(const std::string &table, const std::string &column, const Json &described) const {
    std::string place = table + ": " + column;
    if (described.is_string()) return {column, described.get<std::string>()};
    if (described.is_null()) return {column, "null"};  // without quotes, the name of this strategy is YAML's null
    if (!described.is_object() || !described.contains("strategy") || !described["strategy"].is_string())
      fail(place, "must be a strategy's name, keep, drop or default, or have a \"strategy\" with options");
    ColumnRule rule{column, described["strategy"].get<std::string>(), described};
    rule.options.erase("strategy");
    if (described.contains("when")) {
      if (!described["when"].is_string()) fail(place, "when must be an SQL condition in quotes");
      rule.when = described["when"].get<std::string>();
      rule.options.erase("when");
    }
    return rule;
  }

  RuleSet read_python(const Json &document) const {
    RuleSet set;
    bool seeds = false;
    for (const auto &[name, columns] : document.items()) {
      TableRules table{name};
      for (const Json &each : columns) {
        for (const auto &[key, value] : each.items()) {
          if (key != "column" && key != "strategy" && key != "seed")
            fail(name, "unknown key \"" + key + "\" in a list of columns, expected column, strategy or seed");
          seeds = seeds || key == "seed";
        }
        if (!each["column"].is_string() || !each.contains("strategy") || !each["strategy"].is_string())
          fail(name, "each column needs the name of a column and of a strategy");
        std::string column = each["column"].get<std::string>();
        for (const ColumnRule &earlier : table.columns)
          if (earlier.column == column) fail(name, "\"" + column + "\" appears twice");
        table.columns.push_back({column, each["strategy"].get<std::string>()});
      }
      set.tables.push_back(table);
    }
    if (seeds) set.notes.emplace_back("Seeds are ignored: masks derive from the database's masking key.");
    return set;
  }

  const std::string &name_;
};

}  // namespace

std::string rule_text(const std::string &strategy, const Json &options) {
  return strategy + (options.empty() ? "" : " " + options.dump(-1, ' ', false, Json::error_handler_t::replace));
}

static std::string rule_text(const ColumnRule &rule) {
  return rule_text(rule.strategy, rule.options) + (rule.when ? " when " + *rule.when : "");
}

std::string rules_text(const std::vector<ColumnRule> &column) {
  std::string text;
  for (const ColumnRule &each : column) text += (text.empty() ? "" : ", ") + rule_text(each);
  return text;
}

static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &each : names) text += (text.empty() ? "" : ", ") + each;
  return "(" + text + ")";
}

std::string reference_text(const Reference &reference) {
  return listed(reference.columns) + " references " + reference.referenced + " " +
         listed(reference.referenced_columns) + (reference.when ? " when " + *reference.when : "");
}

std::vector<std::vector<ColumnRule>> by_column(const std::vector<ColumnRule> &rules) {
  std::vector<std::vector<ColumnRule>> columns;
  for (const ColumnRule &rule : rules) {
    auto found = std::ranges::find_if(columns, [&](const auto &each) { return each[0].column == rule.column; });
    if (found != columns.end())
      found->push_back(rule);
    else
      columns.push_back({rule});
  }
  for (std::vector<ColumnRule> &column : columns)
    std::stable_partition(column.begin(), column.end(), [](const ColumnRule &each) { return each.when.has_value(); });
  return columns;
}

std::string subset_text(const SubsetRule &rule) {
  std::string text;
  for (const auto &[key, value] : rule.members.items())
    text += (text.empty() ? "" : ", ") + key + " " +
            (value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace));
  return text.empty() ? "all rows" : text;
}

static const char *const of_other_tools =
    "Rules of other tools: \"confiture rules import\" reads them, and \"confiture rules export -o rules.yaml\" then "
    "writes such a file.";

Format format_of(const std::string &file) {
  if (file.ends_with(".toml")) return Format::toml;
  if (file == "-" || file.ends_with(".yaml") || file.ends_with(".yml")) return Format::yaml;
  throw Error(ExitCode::usage, "the name of a rules file must end in .yaml, .yml or .toml: " + file, of_other_tools);
}

std::string read_rules_text(const std::string &file) {
  errno = 0;
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) throw Error(ExitCode::usage, "cannot read " + file + ": " + std::strerror(errno));
  }
  std::istream &stream = file == "-" ? std::cin : opened;
  std::string text = read_text(stream, largest + 1);
  if (text.size() > largest)
    throw Error(ExitCode::usage, file + " is too large for a rules file",
                "Of a dump take the schema alone: pg_dump --schema-only.");
  if (stream.bad()) throw Error(ExitCode::usage, "cannot read " + file + ": " + std::strerror(errno));
  return text;
}

static Json parse_document(const std::string &text, Format format, const std::string &name) {
  if (text.find('\0') != std::string::npos) throw Error(ExitCode::usage, name + ": not a text file");
  return format == Format::toml ? toml_document(text, name) : yaml_document(text, name);
}

RuleSet read_file(const std::string &file) {
  Format format = format_of(file);
  std::string name = file == "-" ? "standard input" : file;
  Json document = parse_document(read_rules_text(file), format, name);
  if (!is_rules_document(document)) throw Error(ExitCode::usage, name + " is no rules file", of_other_tools);
  return read_document(document, name);
}

RuleSet parse(const std::string &text, Format format, const std::string &name) {
  return read_document(parse_document(text, format, name), name);
}

RuleSet read_document(const Json &document, const std::string &name) { return ModelReader(name).read(document); }

bool is_rules_document(const Json &document) {
  if (!document.is_object()) return document.is_null();
  return document.empty() || ModelReader::has_top_key(document) || ModelReader::is_python(document);
}

}  // namespace client::rules
