#include "rules/imported.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "connection.h"

namespace client::rules {

std::string unmatched_text(const Unmatched &each) {
  return each.place + ": " + each.was + " (nearest: " + each.nearest + ")";
}

void Imported::add(const std::string &table, const std::vector<ColumnRule> &column) {
  const ColumnRule &first = column.front();
  if (!columns_.emplace(table, first.column).second)
    return list(table + "." + sql_name(first.column), "another rule for the column, " + first.strategy,
                "the first one, or one for some rows by \"when\"");
  auto [at, is_new] = tables_.emplace(table, rules.tables.size());
  if (is_new) rules.tables.push_back({table});
  std::vector<ColumnRule> &all = rules.tables[at->second].columns;
  all.insert(all.end(), column.begin(), column.end());
}

void Imported::apply_limits() {
  for (const auto &[table, condition] : limits_) {
    auto at = tables_.find(table);
    if (at == tables_.end()) {
      list(table, "MASKED WHEN " + condition, "\"when\" in the rules of its columns");
      continue;
    }
    std::vector<ColumnRule> limited;
    for (std::vector<ColumnRule> &column : by_column(rules.tables[at->second].columns)) {
      bool is_kept = column.size() == 1 && column[0].strategy == "keep";
      for (ColumnRule &rule : column) {
        if (!is_kept) rule.when = rule.when ? "(" + condition + ") AND (" + *rule.when + ")" : condition;
        limited.push_back(rule);
      }
      if (!is_kept) limited.push_back({column[0].column, "keep"});
    }
    rules.tables[at->second].columns = limited;
  }
  limits_.clear();
}

void Imported::list(const std::string &place, const std::string &was, const std::string &nearest) {
  unmatched.push_back({place, was, nearest});
}

void Imported::note(const std::string &text) {
  if (std::ranges::find(rules.notes, text) == rules.notes.end()) rules.notes.push_back(text);
}

std::string sql_name(const std::string &name) {
  auto plain = [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; };
  bool quoted = name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) || !std::ranges::all_of(name, plain);
  return quoted ? quote_identifier(name) : name;
}

std::string nearest_strategy(const std::string &name) {
  struct Hint {
    const char *part;
    const char *strategy;
  };
  // The first that fits: "unixtimestamp" before "time", "username" before "name".
  constexpr std::array hints = {
      Hint{"email", "email"},
      Hint{"redaction", "scrub"},
      Hint{"privacy", "noise"},
      Hint{"custom", "sql"},
      Hint{"monthname", "choice"},
      Hint{"yearstring", "choice"},
      Hint{"firstname", "first_name"},
      Hint{"lastname", "last_name"},
      Hint{"username", "username"},
      Hint{"domain", "hostname"},
      Hint{"company", "company"},
      Hint{"json", "json"},
      Hint{"hstore", "hstore"},
      Hint{"template", "sql"},
      Hint{"cmd", "sql"},
      Hint{"password", "password"},
      Hint{"phone", "phone"},
      Hint{"tude", "location"},
      Hint{"country", "country"},
      Hint{"city", "city"},
      Hint{"address", "address"},
      Hint{"postcode", "postcode"},
      Hint{"zip", "postcode"},
      Hint{"encrypt", "fpe"},
      Hint{"fpe", "fpe"},
      Hint{"uuid", "hash"},
      Hint{"hash", "hash"},
      Hint{"digest", "hash"},
      Hint{"string", "hash"},
      Hint{"siren", "digits"},
      Hint{"unix", "random_number"},
      Hint{"generalize", "truncate or bucket"},
      Hint{"noise", "noise"},
      Hint{"date", "random_date"},
      Hint{"tsrange", "random_date"},
      Hint{"timezone", "choice"},
      Hint{"time", "random_date"},
      Hint{"range", "random_number"},
      Hint{"amount", "noise"},
      Hint{"int", "random_number"},
      Hint{"url", "url"},
      Hint{"replace", "regexp"},
      Hint{"dict", "map"},
      Hint{"lookup", "choice"},
      Hint{"mask", "partial"},
      Hint{"partial", "partial"},
      Hint{"text", "lorem"},
      Hint{"name", "name"},
      Hint{"person", "name"},
      Hint{"color", "choice"},
      Hint{"currency", "choice"},
      Hint{"shuffle", "hash or choice"},
      Hint{"image", "null"},
      Hint{"dummy_", "choice"},
      Hint{"fake_", "choice"},
      Hint{"random", "choice"},
  };
  std::string lower;
  for (unsigned char c : name) lower += static_cast<char>(std::tolower(c));
  auto found =
      std::ranges::find_if(hints, [&](const Hint &each) { return lower.find(each.part) != std::string::npos; });
  return found == hints.end() ? "redact" : found->strategy;
}

}  // namespace client::rules
