// What the rules of another tool become: rules, and a list of all that did not map.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/model.h"

namespace client::rules {

struct Unmatched {
  std::string place;    // public.users.city
  std::string was;      // in the other tool's words, without values of parameters: some are keys
  std::string nearest;  // the strategy to look at, or what else to do
};

// For people: "public.users.city: anon.dummy_color() (nearest: choice)"
std::string unmatched_text(const Unmatched &each);

class Imported {
 public:
  RuleSet rules = {};
  std::vector<Unmatched> unmatched = {};

  // A column has one rule, or several of which all but the last are for some rows: what comes second is listed.
  void add(const std::string &table, const ColumnRule &rule) { add(table, std::vector{rule}); }
  void add(const std::string &table, const std::vector<ColumnRule> &column);
  // The table's rules are for some rows, the others are kept: asked for at any time, done at the end.
  void limit(const std::string &table, const std::string &condition) { limits_.emplace_back(table, condition); }
  void apply_limits();
  void list(const std::string &place, const std::string &was, const std::string &nearest);
  // Says it to the user, once.
  void note(const std::string &text);

 private:
  std::map<std::string, size_t> tables_ = {};
  std::set<std::pair<std::string, std::string>> columns_ = {};
  std::vector<std::pair<std::string, std::string>> limits_ = {};
};

// The name as SQL reads it, quoted where it wants that.
std::string sql_name(const std::string &name);

// The strategy to look at for something of this name, such as "RandomLatitude"; "redact" if nothing in it tells.
std::string nearest_strategy(const std::string &name);

}  // namespace client::rules
