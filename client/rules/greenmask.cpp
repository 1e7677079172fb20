#include "rules/greenmask.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace client::rules {

namespace {

// "{{ .FirstName }} {{ .LastName }}" as ".FirstName .LastName"
std::string fields_of(const std::string &text) {
  std::string fields;
  for (char c : text)
    if (c != '{' && c != '}' && (c != ' ' || (!fields.empty() && fields.back() != ' '))) fields += c;
  while (fields.ends_with(' ')) fields.pop_back();
  return fields;
}

// Transformers of several columns, by the template of each.
struct Field {
  const char *transformer;
  const char *fields;
  const char *strategy;
};
constexpr std::array templates = {
    Field{"RandomPerson", ".FirstName", "first_name"},
    Field{"RandomPerson", ".LastName", "last_name"},
    Field{"RandomPerson", ".FirstName .LastName", "name"},
    Field{"RandomPerson", ".Title", "title"},
    Field{"RandomCompany", ".CompanyName", "company"},
    Field{"RandomCompany", ".CompanyName .CompanySuffix", "company"},
    Field{"RealAddress", ".Address", "street"},
    Field{"RealAddress", ".City", "city"},
    Field{"RealAddress", ".State", "state"},
    Field{"RealAddress", ".PostalCode", "postcode"},
};

class ConfigurationReader {
 public:
  explicit ConfigurationReader(const std::string &file) : file_(file) {}

  Imported read(const Json &document) {
    if (!is_greenmask(document)) fail("", "there is no list dump: transformation:");
    for (const Json &each : document["dump"]["transformation"]) read_table(each);
    const Json &dump = document["dump"];
    if (dump.contains("virtual_references") && dump["virtual_references"].is_array())
      for (const Json &each : dump["virtual_references"]) list_references(each);
    if (dump.contains("pg_dump_options") && dump["pg_dump_options"].is_object())
      for (const char *option : {"table", "exclude-table", "exclude-table-data", "schema", "exclude-schema"})
        if (dump["pg_dump_options"].contains(option))
          all_.list("pg_dump_options", option, "--include and --exclude of a sync");
    return all_;
  }

 private:
  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, file_ + ": " + (place.empty() ? "" : place + ": ") + problem);
  }

  std::string text(const std::string &place, const Json &object, const char *key) const {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string())
      fail(place, std::string(key) + " must be given, as a text");
    return object[key].get<std::string>();
  }

  std::string table_of(const std::string &place, const Json &described) const {
    std::string schema = sql_name(text(place, described, "schema"));
    return schema + "." + sql_name(text(place, described, "name"));
  }

  // Ours name the key that they lead to, and theirs may be expressions.
  void list_references(const Json &described) {
    std::string table = table_of("virtual_references", described);
    if (described.contains("references") && described["references"].is_array())
      for (const Json &each : described["references"])
        all_.list(table, "a virtual reference to " + table_of("virtual_references", each), "a declared reference");
  }

  void read_table(const Json &described) {
    std::string table = table_of("transformation", described);
    bool has_condition = described.contains("when") && !described["when"].is_null();
    for (const auto &[key, value] : described.items()) {
      if (key == "transformers" && value.is_array())
        for (const Json &each : value) read_transformer(table, each, has_condition);
      else if (key == "subset_conds")
        all_.list(table, key, "a seed of a subset, or a filter of the table");
      else if (key == "query")
        all_.list(table, key, "a filter of the table");
      else if (key == "when")
        all_.list(table, "when", "\"when\" in the rules of its columns, in SQL");
      else if (key == "columns_type_override")
        all_.list(table, key, "nothing: strategies read the column's own type");
      else if (key != "schema" && key != "name" && key != "apply_for_inherited" && !value.is_null())
        all_.list(table, "an unknown key, " + key, "nothing");
    }
  }

  void read_transformer(const std::string &table, const Json &described, bool has_condition) {
    std::string name = text(table, described, "name");
    const Json &parameters = described.contains("params") ? described["params"] : nothing_;
    Transformer from(name, parameters, file_, table + ": " + name);
    // Masks derive from the masking key, NULL stays NULL, and rules of keys hold for what references them.
    from.ignore({"engine", "salt", "function", "validate", "keep_null"});
    for (const auto &[key, value] : described.items())
      if (std::ranges::find(known_keys, key) == known_keys.end() && value != false && !value.is_null())
        all_.list(table, key + " of " + name, "the rules without it");
    if (has_condition || (described.contains("when") && !described["when"].is_null()))
      return list_conditional(table, from);
    std::optional<Json> gender;
    for (const char *key : {"dynamic_params", "dynamicParams"})
      if (described.contains(key) && described[key].is_object())
        for (const auto &[parameter, value] : described[key].items()) {
          if (parameter == "gender") gender = gender_of_column(value);
          if (parameter != "gender" || !gender)
            all_.list(table, "dynamic parameter " + parameter + " of " + name, "sql");
        }
    if (auto columns = from.take("columns")) return read_columns(table, from, *columns, gender);
    std::string column = from.take_text("column");
    if (column.empty()) return all_.list(table, name, nearest_strategy(name));
    auto rule = rule_for_greenmask(from);
    if (rule) rule->column = column;
    add_translated(all_, table, column, from, rule);
  }

  // Its conditions are no SQL. Without one the rule would hold for all rows, which is another one.
  void list_conditional(const std::string &table, Transformer &from) {
    std::string column = from.take_text("column");
    auto rule = rule_for_greenmask(from);
    all_.list(table + (column.empty() ? "" : "." + sql_name(column)), from.name() + " with a condition",
              (rule ? rule->strategy : nearest_strategy(from.name())) + " with \"when\", in SQL");
  }

  void read_columns(const std::string &table, Transformer &from, const Json &columns,
                    const std::optional<Json> &gender_column) {
    if (!columns.is_array()) fail(table + ": " + from.name(), "columns must be a list");
    Json gender = Json::object();
    take_gender(from, gender);
    if (gender_column) {
      gender["gender"] = *gender_column;
      if (auto map = from.take("gender_mapping")) map_genders(*map, gender["gender"]);
      from.ignore({"fallback_gender"});
    }
    std::vector<ColumnRule> rules;
    Json hashed = Json::array();
    for (const Json &each : columns) {
      std::string column = text(table + ": " + from.name(), each, "name");
      std::string fields = each.contains("template") && each["template"].is_string()
                               ? fields_of(each["template"].get<std::string>())
                               : "";
      auto known = std::ranges::find_if(
          templates, [&](const Field &one) { return from.name() == one.transformer && fields == one.fields; });
      std::string strategy = known != templates.end() ? known->strategy : "";
      if (strategy.empty() && from.name() == "RealAddress" && fields.find(".Address") != std::string::npos)
        strategy = "address";
      if (strategy.empty()) {
        all_.list(table + "." + sql_name(column), from.name() + " by a template",
                  nearest_strategy(from.name() + fields));
        continue;
      }
      bool is_person = from.name() == "RandomPerson";
      rules.push_back({column, strategy, is_person ? gender : Json::object()});
      if (each.value("hashing", Json(false)) == true) hashed.push_back(column);
      for (const auto &[key, value] : each.items())
        if (key != "name" && key != "template" && key != "hashing" && key != "keep_null")
          all_.list(table + "." + sql_name(column), key + " of " + from.name(), strategy + " without it");
    }
    tell_of_one(from, rules, hashed);
    for (const ColumnRule &rule : rules) all_.add(table, rule);
    for (const std::string &each : from.left()) all_.list(table, each + " of " + from.name(), "the rules without it");
  }

  // What one transformer writes into several columns is of one person or place: the one that is drawn from the columns
  // which say so, by default from all.
  static void tell_of_one(const Transformer &from, std::vector<ColumnRule> &rules, Json entity) {
    if (from.name() == "RandomCompany" || (rules.size() < 2 && entity.empty())) return;
    if (entity.empty())
      for (const ColumnRule &rule : rules) entity.push_back(rule.column);
    for (ColumnRule &rule : rules) rule.options["entity"] = entity;
  }

  // { "Male": ["M", "man"] } as { "M": "male", "man": "male" }
  static void map_genders(const Json &mapping, Json &gender) {
    if (mapping.is_object())
      for (const auto &[key, words] : mapping.items())
        if (words.is_array() && (key == "Male" || key == "Female"))
          for (const Json &word : words)
            if (word.is_string()) gender["map"][word.get<std::string>()] = key == "Male" ? "male" : "female";
  }

  static constexpr std::array<std::string_view, 6> known_keys = {
      "name", "params", "when", "dynamic_params", "dynamicParams", "apply_for_references"};

  const std::string &file_;
  const Json nothing_ = {};
  Imported all_;
};

}  // namespace

bool is_greenmask(const Json &document) {
  return document.is_object() && document.contains("dump") && document["dump"].is_object() &&
         document["dump"].contains("transformation") && document["dump"]["transformation"].is_array();
}

Imported read_greenmask(const Json &document, const std::string &file) {
  return ConfigurationReader(file).read(document);
}

}  // namespace client::rules
