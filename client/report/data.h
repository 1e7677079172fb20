// The facts that the report of a run shows, read from the views.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "connection.h"

namespace client::report {

struct ColumnTreatment {
  std::string name;
  std::string treatment;  // a strategy, or pass, drop, default
  bool is_masked() const { return treatment != "pass" && treatment != "drop" && treatment != "default"; }
};

struct TableFacts {
  std::string name, source, state, format, filter, error;
  double rows = 0;
  double bytes = 0;
  double seconds = 0;  // during which rows of it were being copied
  int chunks = 0;
  std::vector<ColumnTreatment> columns;
};

struct ChunkFacts {
  std::string table;
  int number = 0;
  int pid = 0;
  double rows = 0;
  double start = 0;  // seconds since 1970
  double finish = 0;
};

struct ForeignKey {
  std::string name, referencing, referenced, action;
  double violations = 0;
};

// Why rows of a table are in a subset: by a reference from or to another table, or by none.
struct Arrival {
  std::string table, arrived_as, other, words;
  double rows = 0;  // -1: all of the table
};

// A rule or keep as it is stored now; the run may have used another.
struct Decision {
  std::string table, column, strategy, condition, by, at;
  bool is_later = false;  // set after the start of the run
};

struct RunFacts {
  std::string id, server, source, state, error, by, database, key_id, started, policy, versions, written_at;
  double rows = 0;
  double bytes = 0;
  double seconds = 0;  // from start to end, pauses included
  double copying = 0;  // seconds during which rows were being copied, without pauses
  double start = 0;
  double finish = 0;  // 0: not over
  bool one_snapshot = true;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::vector<TableFacts> tables;  // the largest first
  std::vector<ChunkFacts> chunks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Arrival> arrivals;  // of a subset; seeds first
  std::vector<Decision> decisions;
  std::map<std::string, bool> reads_value;  // by strategy
};

RunFacts load_facts(Connection &target, const std::string &run);

}  // namespace client::report
