#include "rules/pgstream.h"

#include <array>

#include "rules/anon_function.h"
#include "rules/transformer.h"
#include "rules/values.h"

namespace client::rules {

namespace {

using Rule = std::optional<ColumnRule>;

Rule neosync_email(Transformer &from) {
  ColumnRule rule{"", "email"};
  if (from.take_flag("preserve_domain")) rule.options = {{"keep_domain", "full"}, {"allow_real_domain", true}};
  std::string type = from.take_text("email_type");
  if (type == "uuidv4") rule.options["style"] = "opaque";
  std::string invalid = from.take_text("invalid_email_action");
  if (invalid == "passthrough") rule.options["invalid"] = "pass";
  if (invalid == "null") rule.options["invalid"] = "null";
  if (invalid == "reject") from.put_back("invalid_email_action");
  if (from.take_flag("preserve_length")) from.put_back("preserve_length");
  return rule;
}

Rule email(Transformer &from) {
  ColumnRule rule{"", "email"};
  std::string domain = from.take_text("replacement_domain");
  if (domain.starts_with('@')) domain.erase(0, 1);
  if (is_reserved_domain(domain))
    rule.options["domain"] = domain;
  else if (!domain.empty())
    from.put_back("replacement_domain");
  return rule;
}

// The names of neosync and greenmask. They fit the column, so that limits of length have nothing to do.
Rule named(Transformer &from, const char *strategy) {
  ColumnRule rule{"", strategy};
  take_gender(from, rule.options);
  from.ignore({"max_length"});
  if (from.take_flag("preserve_length")) from.put_back("preserve_length");
  return rule;
}

Rule first_name(Transformer &from) { return named(from, "first_name"); }
Rule last_name(Transformer &from) { return named(from, "last_name"); }
Rule full_name(Transformer &from) { return named(from, "name"); }

Rule text(Transformer &from) {
  if (from.take_flag("preserve_length")) {
    from.ignore({"min_length", "max_length"});
    return ColumnRule{"", "lorem"};
  }
  return random_text(from);
}

Rule phone(Transformer &) { return ColumnRule{"", "phone"}; }
Rule boolean(Transformer &) { return ColumnRule{"", "boolean"}; }
Rule uuid(Transformer &) { return ColumnRule{"", "hash"}; }
Rule keep(Transformer &) { return ColumnRule{"", "keep"}; }
Rule literal(Transformer &from) { return constant(from, "literal"); }
Rule choices(Transformer &from) { return choice(from, "choices"); }
Rule date(Transformer &from) { return random_date(from, "min_value", "max_value"); }
Rule timestamp(Transformer &from) { return random_date(from, "min_timestamp", "max_timestamp"); }
Rule number(Transformer &from) {
  from.ignore({"size"});
  auto rule = random_number(from, "min_value", "max_value");
  from.take_as(rule->options, "precision", "decimals", number_of);
  return rule;
}

// Its key is not ours, so that values become others.
Rule fpe(Transformer &from) {
  from.ignore({"key_hex", "associated_data"});
  return ColumnRule{"", "fpe"};
}

std::string sql_text(const std::string &text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string as_text(const std::optional<Json> &value) {
  return !value ? "" : value->is_string() ? value->get<std::string>() : value->dump();
}

std::string plural(const std::string &unit) { return unit.ends_with('s') ? unit : unit + "s"; }

// The call that it makes, then as a label of Anonymizer.
Rule pg_anonymizer(Transformer &from) {
  from.ignore({"postgres_url", "salt", "hash_algorithm"});
  std::string call = from.take_text("anon_function");
  if (call.find('(') == std::string::npos) {
    std::string arguments;
    if (call == "anon.partial")
      arguments = "c, " + as_text(from.take("mask_prefix_count").value_or(0)) + ", " +
                  sql_text(from.take_text("mask")) + ", " + as_text(from.take("mask_suffix_count").value_or(0));
    else if (call == "anon.noise")
      arguments = "c, " + as_text(from.take("ratio"));
    else if (call == "anon.dnoise")
      arguments = "c, " + sql_text(from.take_text("interval"));
    else if (call.ends_with("_between"))
      arguments = sql_text(as_text(from.take("min"))) + ", " + sql_text(as_text(from.take("max")));
    else if (call == "anon.random_in")
      arguments = from.take_text("range");
    else if (call.starts_with("anon.random_in_"))
      arguments = sql_text(from.take_text("range"));
    else if (call == "anon.random_string")
      arguments = as_text(from.take("count"));
    else if (call == "anon.lorem_ipsum" && from.has("count"))
      arguments = plural(from.take_text("unit")) + " := " + as_text(from.take("count"));
    else if (call.ends_with("_locale"))
      arguments = sql_text(from.take_text("locale"));
    call += "(" + arguments + ")";
  }
  auto made = rules_for_function("", call);
  if (!made || made->rules.size() > 1) return std::nullopt;
  for (const std::string &each : made->left) from.leave(each);
  return made->rules[0];
}

struct Equivalent {
  const char *transformer;
  Rule (*rule)(Transformer &);
};
constexpr std::array equivalents = {
    Equivalent{"", keep},
    Equivalent{"noop", keep},
    Equivalent{"email", email},
    Equivalent{"neosync_email", neosync_email},
    Equivalent{"neosync_firstname", first_name},
    Equivalent{"greenmask_firstname", first_name},
    Equivalent{"neosync_lastname", last_name},
    Equivalent{"neosync_fullname", full_name},
    Equivalent{"phone_number", phone},
    Equivalent{"string", text},
    Equivalent{"neosync_string", text},
    Equivalent{"greenmask_string", text},
    Equivalent{"literal_string", literal},
    Equivalent{"masking", masking},
    Equivalent{"greenmask_integer", number},
    Equivalent{"greenmask_float", number},
    Equivalent{"greenmask_unix_timestamp", number},
    Equivalent{"greenmask_date", date},
    Equivalent{"greenmask_utc_timestamp", timestamp},
    Equivalent{"greenmask_boolean", boolean},
    Equivalent{"greenmask_choice", choices},
    Equivalent{"greenmask_uuid", uuid},
    Equivalent{"fpe_ff1", fpe},
    Equivalent{"pg_anonymizer", pg_anonymizer},
};

// The list of tables, wherever the file has it; nothing if it is no such file.
const Json *tables_of(const Json &document) {
  if (!document.is_object()) return nullptr;
  if (document.contains("modifiers")) return tables_of(document["modifiers"]);
  if (!document.contains("transformations")) return nullptr;
  const Json &rules = document["transformations"];
  if (rules.is_object()) return rules.contains("table_transformers") ? &rules["table_transformers"] : nullptr;
  bool are_tables = rules.is_array() && !rules.empty() && rules.front().is_object() && rules.front().contains("table");
  return are_tables ? &rules : nullptr;
}

class RulesReader {
 public:
  explicit RulesReader(const std::string &file) : file_(file) {}

  Imported read(const Json &document) {
    const Json *tables = tables_of(document);
    if (!tables) fail("", "there is no list transformations: table_transformers:");
    const Json &around = document.contains("modifiers") ? document["modifiers"] : document;
    if (around["transformations"].is_object() &&
        around["transformations"].value("infer_from_security_labels", Json(false)) == true)
      all_.list("transformations", "infer_from_security_labels", "another import, with --from-anon source");
    list_selection(document);
    if (!tables->is_array() && !tables->is_null()) fail("table_transformers", "must be a list");
    for (const Json &each : *tables) read_table(each);
    return all_;
  }

 private:
  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, file_ + ": " + (place.empty() ? "" : place + ": ") + problem);
  }

  // Which tables a snapshot has.
  void list_selection(const Json &document) {
    const Json::json_pointer snapshot("/source/postgres/snapshot");
    if (!document.contains(snapshot) || !document[snapshot].is_object()) return;
    for (const char *key : {"tables", "excluded_tables", "schema_only_tables"})
      if (document[snapshot].contains(key)) all_.list("snapshot", key, "--include and --exclude of a sync");
  }

  void read_table(const Json &described) {
    for (const char *key : {"schema", "table"})
      if (!described.is_object() || !described.contains(key) || !described[key].is_string())
        fail("table_transformers", std::string(key) + " must be given, as a text");
    std::string table =
        sql_name(described["schema"].get<std::string>()) + "." + sql_name(described["table"].get<std::string>());
    for (const auto &[key, value] : described.items()) {
      if (key == "column_transformers" && (value.is_object() || value.is_null()))
        for (const auto &[column, transformer] : value.items()) read_column(table, column, transformer);
      else if (key == "column_transformers")
        fail(table, "column_transformers must have a key for each column");
      else if (key != "schema" && key != "table" && key != "validation_mode")
        all_.list(table, "an unknown key, " + key, "nothing");
    }
  }

  void read_column(const std::string &table, const std::string &column, const Json &described) {
    std::string place = table + "." + sql_name(column);
    if (!described.is_object()) fail(place, "must have the name of a transformer");
    const Json &name = described.contains("name") ? described["name"] : nothing_;
    if (!name.is_string() && !name.is_null()) fail(place, "name must be a text");
    Transformer from(name.is_null() ? "" : name.get<std::string>(),
                     described.contains("parameters") ? described["parameters"] : nothing_, file_, place);
    // Masks derive from the masking key.
    from.ignore({"generator", "seed", "salt"});
    Rule rule;
    for (const Equivalent &each : equivalents)
      if (from.name() == each.transformer) rule = each.rule(from);
    if (rule) rule->column = column;
    for (const auto &[key, value] : described.items()) {
      if (key == "dynamic_parameters" && value.is_object())
        read_dynamic(place, from, value, rule);
      else if (key != "name" && key != "parameters" && key != "allow_uniqueness_loss" && !value.is_null())
        all_.list(place, key + " of " + from.name(), "the rule without it");
    }
    add_translated(all_, table, column, from, rule);
  }

  void read_dynamic(const std::string &place, const Transformer &from, const Json &parameters, Rule &rule) {
    for (const auto &[parameter, value] : parameters.items()) {
      auto gender = parameter == "gender" ? gender_of_column(value) : std::nullopt;
      bool has_gender = rule && (rule->strategy.ends_with("name") || rule->strategy == "title");
      if (gender && has_gender)
        rule->options["gender"] = *gender;
      else
        all_.list(place, "dynamic parameter " + parameter + " of " + from.name(), "the rule without it, or sql");
    }
  }

  const std::string &file_;
  const Json nothing_ = {};
  Imported all_;
};

}  // namespace

bool is_pgstream(const Json &document) { return tables_of(document) != nullptr; }

Imported read_pgstream(const Json &document, const std::string &file) { return RulesReader(file).read(document); }

}  // namespace client::rules
