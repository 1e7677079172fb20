// What the report of a run tells, as it stands in the views.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "connection.h"

namespace client::report {

struct ColumnTreatment {
  std::string name;
  std::string fate;  // a strategy, or pass, drop, default
  bool is_masked() const { return fate != "pass" && fate != "drop" && fate != "default"; }
};

struct TableFacts {
  std::string name, source, state, format, filter, error;
  double rows = 0;
  double bytes = 0;
  double seconds = 0;  // in which its rows were being copied
  int chunks = 0;
  std::vector<ColumnTreatment> columns;
};

struct ChunkFacts {
  std::string table;
  int number = 0;
  int pid = 0;
  double rows = 0;
  double from = 0;  // seconds since 1970
  double target = 0;
};

struct ForeignKey {
  std::string name, referencing, referenced, action;
  double violations = 0;
};

// A rule or keep as it is now; the run may have known another.
struct Decision {
  std::string table, column, strategy, by, at;
  bool is_later = false;  // than the start of the run
};

struct RunFacts {
  std::string id, server, source, state, error, by, database, key_id, started, policy, versions, made_at;
  double rows = 0;
  double bytes = 0;
  double seconds = 0;  // from start to end, with all that lay between
  double copying = 0;  // in which rows were being copied: of a run that was resumed without the pause
  double from = 0;
  double target = 0;  // 0: not over
  bool one_snapshot = true;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::vector<TableFacts> tables;  // the largest first
  std::vector<ChunkFacts> chunks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Decision> decisions;
  std::map<std::string, bool> reads_value;  // by strategy
};

RunFacts load_facts(Connection &target, const std::string &run);

}  // namespace client::report
