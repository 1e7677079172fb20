// Writes rules as YAML, TOML or JSON. Strings are quoted as in JSON, which all understand; without quotes stand only
// words that are text in YAML and TOML.
#include <algorithm>
#include <array>

#include "json_text.h"
#include "output.h"
#include "rules/file.h"

namespace client::rules {

namespace {

std::string dumped(const Json &value) {
  return without_controls(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string quoted(const std::string &text) { return dumped(text); }

// Words that are not text in some version of YAML.
constexpr std::array reserved = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};

bool is_word(const std::string &text) {
  auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' && std::ranges::all_of(text, plain) &&
         std::ranges::find(reserved, text) == reserved.end();
}

std::string word(const std::string &text) { return is_word(text) ? text : quoted(text); }

std::string comment(const std::string &text) { return text.empty() ? "" : "  # " + printable(text); }

// What a rule has besides its strategy.
Json settings_of(const ColumnRule &rule) {
  Json settings = rule.options;
  if (rule.when) settings["when"] = *rule.when;
  return settings;
}

// The rules of a column: one, or a list.
template <typename Style>
std::string rules_of(const std::vector<ColumnRule> &column) {
  if (column.size() == 1) return Style::rule(column[0]);
  std::string text;
  for (const ColumnRule &each : column) text += (text.empty() ? "" : ", ") + Style::rule(each);
  return "[" + text + "]";
}

std::string comment_of(const std::vector<ColumnRule> &column) {
  std::string text;
  for (const ColumnRule &each : column)
    if (!each.comment.empty()) text += (text.empty() ? "" : "; ") + each.comment;
  return comment(text);
}

class YamlStyle {
 public:
  static std::string value(const Json &json) {
    if (json.is_object()) return map(json);
    return dumped(json);
  }
  static std::string rule(const ColumnRule &column_rule) {
    Json settings = settings_of(column_rule);
    if (settings.empty()) return word(column_rule.strategy);
    return "{strategy: " + word(column_rule.strategy) + ", " + map(settings).substr(1);
  }

 private:
  static std::string map(const Json &json) {
    std::string text;
    for (const auto &[key, each] : json.items()) text += (text.empty() ? "" : ", ") + word(key) + ": " + value(each);
    return "{" + text + "}";
  }
};

class TomlStyle {
 public:
  static std::string value(const Json &json) {
    if (json.is_null())
      throw Error(ExitCode::usage, "an option of a rule is null, which TOML does not have", "Write YAML.");
    if (json.is_object()) return map(json);
    if (!json.is_array()) return dumped(json);
    std::string text;
    for (const Json &each : json) text += (text.empty() ? "" : ", ") + value(each);
    return "[" + text + "]";
  }
  static std::string rule(const ColumnRule &column_rule) {
    Json settings = settings_of(column_rule);
    if (settings.empty()) return quoted(column_rule.strategy);
    return "{ strategy = " + quoted(column_rule.strategy) + ", " + map(settings).substr(2);
  }

 private:
  static std::string map(const Json &json) {
    std::string text;
    for (const auto &[key, each] : json.items()) text += (text.empty() ? "" : ", ") + word(key) + " = " + value(each);
    return "{ " + text + " }";
  }
};

std::string yaml_patterns(const RuleSet &set) {
  std::string text = set.patterns.empty() ? "" : "patterns:\n";
  for (const TableRules &each : set.patterns) {
    text += "  " + word(each.table) + ":\n";
    for (const ColumnRule &rule : each.columns)
      text += "    " + word(rule.column) + ": " + YamlStyle::rule(rule) + "\n";
  }
  return text;
}

Json as_json(const Reference &reference) {
  Json json = {{"table", reference.table},
               {"columns", reference.columns},
               {"referenced", reference.referenced},
               {"referenced_columns", reference.referenced_columns}};
  if (reference.when) json["when"] = *reference.when;
  return json;
}

Json as_json(const SubsetRule &follow) {
  Json json = {{"table", follow.table}, {"key", follow.key}};
  json.update(follow.members);
  return json;
}

template <typename Entry>
std::string yaml_list(const char *name, const std::vector<Entry> &entries) {
  std::string text = entries.empty() ? "" : std::string(name) + ":\n";
  for (const Entry &each : entries) text += "  - " + YamlStyle::value(as_json(each)) + "\n";
  return text;
}

template <typename Entry>
std::string toml_list(const char *name, const std::vector<Entry> &entries) {
  std::string text;
  for (const Entry &each : entries) {
    text += std::string("\n[[") + name + "]]\n";
    Json json = as_json(each);
    for (const auto &[key, value] : json.items()) text += key + " = " + TomlStyle::value(value) + "\n";
  }
  return text;
}

std::string yaml_seeds(const RuleSet &set) {
  std::string text = set.seeds.empty() ? "" : "seeds:\n";
  for (const SubsetRule &each : set.seeds)
    text += "  " + quoted(each.table) + ": " + YamlStyle::value(each.members) + "\n";
  return text;
}

std::string toml_seeds(const RuleSet &set) {
  std::string text = set.seeds.empty() ? "" : "\n[seeds]\n";
  for (const SubsetRule &each : set.seeds) text += quoted(each.table) + " = " + TomlStyle::value(each.members) + "\n";
  return text;
}

// What is written behind the tables and patterns.
std::string yaml_rest(const RuleSet &set) {
  return yaml_list("references", set.references) + yaml_seeds(set) + yaml_list("follows", set.follows);
}

std::string toml_rest(const RuleSet &set) {
  return toml_list("references", set.references) + toml_seeds(set) + toml_list("follows", set.follows);
}

std::string write_yaml(const RuleSet &set) {
  if (set.tables.empty()) return "tables: {}\n" + yaml_patterns(set) + yaml_rest(set);
  std::string text = "tables:\n";
  for (const TableRules &table : set.tables) {
    bool plain = std::ranges::all_of(table.table, [](char c) { return is_word(std::string("a") + c) || c == '.'; });
    text += "  " + (plain ? table.table : quoted(table.table)) + ":\n";
    if (table.filter) text += "    filter: " + quoted(*table.filter) + "\n";
    if (!table.columns.empty()) text += "    columns:\n";
    for (const std::vector<ColumnRule> &each : by_column(table.columns))
      text += "      " + word(each[0].column) + ": " + rules_of<YamlStyle>(each) + comment_of(each) + "\n";
  }
  return text + yaml_patterns(set) + yaml_rest(set);
}

std::string toml_patterns(const RuleSet &set) {
  std::string text;
  for (const TableRules &each : set.patterns) {
    text += "\n[patterns." + quoted(each.table) + "]\n";
    for (const ColumnRule &rule : each.columns) text += word(rule.column) + " = " + TomlStyle::rule(rule) + "\n";
  }
  return text;
}

std::string write_toml(const RuleSet &set) {
  if (set.tables.empty()) return "[tables]\n" + toml_patterns(set) + toml_rest(set);
  std::string text;
  for (const TableRules &table : set.tables) {
    std::string head = "tables." + quoted(table.table);
    text += (text.empty() ? "" : "\n");
    if (table.filter || table.columns.empty()) text += "[" + head + "]\n";
    if (table.filter) text += "filter = " + quoted(*table.filter) + "\n";
    if (!table.columns.empty()) text += "[" + head + ".columns]\n";
    for (const std::vector<ColumnRule> &each : by_column(table.columns))
      text += word(each[0].column) + " = " + rules_of<TomlStyle>(each) + comment_of(each) + "\n";
  }
  return text + toml_patterns(set) + toml_rest(set);
}

Json as_json(const std::vector<ColumnRule> &column) {
  Json all = Json::array();
  for (const ColumnRule &each : column) {
    Json settings = settings_of(each);
    Json rule = {{"strategy", each.strategy}};
    rule.update(settings);
    all.push_back(settings.empty() ? Json(each.strategy) : rule);
  }
  return all.size() == 1 ? all[0] : all;
}

std::string write_json(const RuleSet &set) {
  Json document = {{"tables", Json::object()}};
  for (const TableRules &table : set.tables) {
    Json &there = document["tables"][table.table] = Json::object();
    if (table.filter) there["filter"] = *table.filter;
    for (const std::vector<ColumnRule> &each : by_column(table.columns))
      there["columns"][each[0].column] = as_json(each);
  }
  for (const TableRules &each : set.patterns)
    for (const ColumnRule &rule : each.columns)
      document["patterns"][each.table][rule.column] = as_json(std::vector<ColumnRule>{rule});
  for (const Reference &each : set.references) document["references"].push_back(as_json(each));
  for (const SubsetRule &each : set.seeds) document["seeds"][each.table] = each.members;
  for (const SubsetRule &each : set.follows) document["follows"].push_back(as_json(each));
  return pretty_json(document);
}

}  // namespace

std::string write(const RuleSet &set, Format format) {
  if (format == Format::json) return write_json(set);
  return format == Format::toml ? write_toml(set) : write_yaml(set);
}

}  // namespace client::rules
