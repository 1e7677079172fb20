#include "rules/python_confiture.h"

#include <algorithm>
#include <array>

#include "rules/transformer.h"
#include "rules/values.h"

namespace client::rules {

namespace {

using Rule = std::optional<ColumnRule>;

Rule email(Transformer &from) {
  ColumnRule rule{"", "email"};
  from.ignore({"hash_length"});
  if (from.take_flag("preserve_domain")) rule.options = {{"keep_domain", "full"}, {"allow_real_domain", true}};
  std::string domain = from.take_text("domain");
  if (is_reserved_domain(domain) && rule.options.empty())
    rule.options["domain"] = domain;
  else if (!domain.empty())
    from.put_back("domain");
  return rule;
}

Rule phone(Transformer &from) {
  from.ignore({"preserve_country_code"});
  return ColumnRule{"", "phone"};
}

Rule name(Transformer &from) {
  ColumnRule rule{"", "name"};
  if (from.take_flag("case_preserving")) rule.options["case"] = "keep";
  if (from.take_flag("preserve_initial")) from.put_back("preserve_initial");
  if (std::string type = from.take_text("format_type"); !type.empty() && type != "firstname_lastname")
    from.put_back("format_type");
  return rule;
}

Rule redact(Transformer &from) {
  ColumnRule rule{"", "redact"};
  if (std::string text = from.take_text("replacement"); !text.empty() && text != "[REDACTED]")
    rule.options["text"] = text;
  return rule;
}

Rule hash(Transformer &from) {
  ColumnRule rule{"", "hash"};
  from.ignore({"algorithm", "salt", "salt_env_var", "use_hmac"});
  if (auto length = from.take("length")) {
    if (length->is_number_integer() && *length >= 1 && *length <= 64)
      rule.options["length"] = *length;
    else
      from.put_back("length");
  }
  if (std::string prefix = from.take_text("prefix"); !prefix.empty()) rule.options["prefix"] = prefix;
  return rule;
}

Rule card(Transformer &from) {
  ColumnRule rule{"", "card"};
  from.ignore({"validate"});
  if (from.take_flag("preserve_bin")) rule.options["keep_first"] = 6;
  if (from.take_flag("preserve_last4")) rule.options["keep_last"] = 4;
  return rule;
}

// By default the year stays.
Rule date(Transformer &from) {
  std::string kept = from.take_text("preserve");
  from.ignore({"range_days"});
  auto days = from.take("jitter_days");
  if (kept == "month") return ColumnRule{"", "truncate", {{"to", "month"}}};
  if (kept != "none") return ColumnRule{"", "birthdate"};
  ColumnRule rule{"", "shift"};
  if (days && days->is_number_integer() && *days >= 1) rule.options["days"] = *days;
  return rule;
}

Rule retained(Transformer &from) {
  ColumnRule rule{"", "partial", {{"keep_first", 0}, {"keep_last", 0}}};
  from.take_as(rule.options, "preserve_start_chars", "keep_first", number_of);
  from.take_as(rule.options, "preserve_end_chars", "keep_last", number_of);
  if (std::string mark = from.take_text("mask_char"); mark.size() == 1) rule.options["mask"] = mark;
  return rule;
}

Rule address(Transformer &) { return ColumnRule{"", "address"}; }
Rule ip(Transformer &from) {
  ColumnRule rule{"", "ip"};
  from.ignore({"preserve_subnet"});  // equal prefixes stay equal
  auto octets = from.take("preserve_octets");
  if (octets && octets->is_number_integer() && *octets >= 0 && *octets <= 4)
    rule.options["keep_prefix"] = 8 * octets->get<int>();
  return rule;
}
Rule keep(Transformer &) { return ColumnRule{"", "keep"}; }

struct Equivalent {
  const char *type;
  Rule (*rule)(Transformer &);
};
constexpr std::array equivalents = {
    Equivalent{"email", email},      Equivalent{"phone", phone},   Equivalent{"name", name},
    Equivalent{"redact", redact},    Equivalent{"hash", hash},     Equivalent{"salted_hashing", hash},
    Equivalent{"credit_card", card}, Equivalent{"date", date},     Equivalent{"masking_retention", retained},
    Equivalent{"address", address},  Equivalent{"ip_address", ip}, Equivalent{"ip", ip},
    Equivalent{"preserve", keep},
};

bool are_columns(const Json &list) {
  return list.is_array() &&
         std::ranges::all_of(list, [](const Json &each) { return each.is_object() && each.contains("column"); });
}

// The list of a profile's table, whatever it is called.
const Json *columns_of(const Json &table) {
  for (const char *key : {"rules", "anonymization"})
    if (table.is_object() && table.contains(key)) return are_columns(table[key]) ? &table[key] : nullptr;
  return nullptr;
}

bool is_profile(const Json &document) {
  if (!document.contains("tables") || !document["tables"].is_object()) return false;
  return std::ranges::any_of(document["tables"], [](const Json &table) { return columns_of(table) != nullptr; });
}

class ProfileReader {
 public:
  explicit ProfileReader(const std::string &file) : file_(file) {}

  Imported read(const Json &document) {
    if (!is_profile(document)) {
      for (const auto &[table, columns] : document.items()) read_columns(table, columns);
      return all_;
    }
    if (document.contains("strategies") && document["strategies"].is_object()) strategies_ = document["strategies"];
    if (document.contains("global_seed")) note_seed();
    if (document.contains("global")) all_.note("\"global\" is not read: it says how to sync, and not what.");
    for (const auto &[table, described] : document["tables"].items()) {
      if (described.is_null()) continue;
      if (!described.is_object()) fail(table, "must have rules");
      if (const Json *columns = columns_of(described)) read_columns(table, *columns);
      for (const auto &[key, value] : described.items())
        if (key != "rules" && key != "anonymization" && value != 1.0 && !value.is_null())
          all_.list(table, key, key == "filter" ? "a filter of the table" : "a seed of a subset, with percent");
        else if (value.is_array() && !are_columns(value))
          fail(table, key + " must be a list of columns");
    }
    return all_;
  }

 private:
  [[noreturn]] void fail(const std::string &place, const std::string &problem) const {
    throw Error(ExitCode::usage, file_ + ": " + place + ": " + problem);
  }

  void note_seed() { all_.note("Seeds are ignored: masks derive from the database's masking key."); }

  void read_columns(const std::string &table, const Json &columns) {
    if (!are_columns(columns)) fail(table, "must be a list of columns");
    for (const Json &each : columns) {
      if (!each["column"].is_string() || !each.contains("strategy") || !each["strategy"].is_string())
        fail(table, "each column needs the name of a column and of a strategy");
      read_column(table, each);
    }
  }

  // What a strategy with a name of its own says, then the column's options, and further keys.
  void read_column(const std::string &table, const Json &described) {
    std::string column = described["column"].get<std::string>();
    std::string type = described["strategy"].get<std::string>();
    Json parameters = Json::object();
    if (strategies_.contains(type) && strategies_[type].is_object()) {
      const Json &named = strategies_[type];
      type = named.value("type", type);
      if (named.contains("config") && named["config"].is_object()) parameters.update(named["config"]);
    }
    if (described.contains("options") && described["options"].is_object()) parameters.update(described["options"]);
    for (const auto &[key, value] : described.items())
      if (key != "column" && key != "strategy" && key != "options" && key != "seed" && value != false)
        parameters[key] = value;
    if (described.contains("seed")) note_seed();
    Transformer from(type, parameters, file_, table + "." + sql_name(column));
    Rule rule;
    for (const Equivalent &each : equivalents)
      if (type == each.type) rule = each.rule(from);
    if (rule) rule->column = column;
    from.ignore({"allow_null"});  // NULL stays NULL
    add_translated(all_, table, column, from, rule);
  }

  const std::string &file_;
  Json strategies_ = Json::object();
  Imported all_;
};

}  // namespace

bool is_python_confiture(const Json &document) {
  if (!document.is_object() || document.empty()) return false;
  return is_profile(document) ||
         std::ranges::all_of(document, [](const Json &columns) { return !columns.empty() && are_columns(columns); });
}

Imported read_python_confiture(const Json &document, const std::string &file) {
  if (!is_python_confiture(document))
    throw Error(ExitCode::usage, file + ": there is neither a list of columns for each table nor a profile");
  return ProfileReader(file).read(document);
}

}  // namespace client::rules
