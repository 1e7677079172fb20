// The rules of the target's database, and how those of a file differ from them.
#pragma once

#include "../session.h"
#include "model.h"

namespace client::rules {

struct stored_rule {
  std::string oid;    // of the table
  std::string table;  // as in SQL; its number if it is gone
  std::string column;
  std::string strategy;
  json options;
};

struct stored_filter {
  std::string oid, table, condition;
};

struct stored {
  std::vector<stored_rule> rules;
  std::vector<stored_filter> filters;
};

// All there are, or those of one table (its oid); ordered by table and the columns' position.
stored load(connection &to, const std::string &oid = {});

rule_set as_rule_set(const stored &from);

// One thing that an import does; a filter has no column.
struct change {
  std::string oid, table, column;
  std::string before, after;  // for people; empty: there was, or will be, nothing
  std::string strategy;       // or the condition; empty: to be removed
  json options;
  bool is_filter() const { return column.empty(); }
};

struct difference {
  std::vector<change> changes;
  std::vector<std::string> problems;
  int unchanged = 0;
  int others = 0;  // stored, and not in the file
};

// `prune`: what the file does not have is to be removed.
difference compare(connection &to, const rule_set &wanted, bool prune);

// Does it in the open transaction; returns what the database has against it, all at once.
std::vector<std::string> apply(connection &to, const std::vector<change> &changes);

}  // namespace client::rules
