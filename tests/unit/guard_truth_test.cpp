// Recall and precision of the guard over the truth lists in guard_truth/.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/guard/guard.h"

namespace confiture::mask {
namespace {

struct Truth {
  std::string relation, column, type, kind;
};

struct Figures {
  int found = 0, missed = 0, false_alarms = 0, same_kind = 0;
  double recall() const { return found + missed == 0 ? 1 : double(found) / (found + missed); }
  double precision() const { return found + false_alarms == 0 ? 1 : double(found) / (found + false_alarms); }
  void add(const Figures &other) {
    found += other.found, missed += other.missed;
    false_alarms += other.false_alarms, same_kind += other.same_kind;
  }
};

// "table.column | type | kind"
std::vector<Truth> read_truth(const std::filesystem::path &file) {
  std::vector<Truth> list;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    size_t dot = line.find('.'), type = line.find(" | "), kind = line.rfind(" | ");
    EXPECT_TRUE(dot < type && type < kind && kind != line.npos) << line;
    list.push_back({line.substr(0, dot), line.substr(dot + 1, type - dot - 1), line.substr(type + 3, kind - type - 3),
                    line.substr(kind + 3)});
  }
  return list;
}

Figures measure(const std::vector<Truth> &list, const std::string &schema) {
  // Enums are called so, or as Prisma does.
  auto column_of = [](const Truth &t) {
    bool is_enum = t.type.find("enum") != t.type.npos || (t.type[0] >= 'A' && t.type[0] <= 'Z');
    return GuardColumn{t.column, t.type, {}, {}, is_enum};
  };
  std::map<std::string, GuardTable> tables;
  for (const Truth &t : list) tables.try_emplace(t.relation, t.relation).first->second.note(column_of(t));
  Figures figures;
  const char *verbose = std::getenv("GUARD_TRUTH");
  for (const Truth &t : list) {
    if (t.kind == "?") continue;
    auto hit = tables.at(t.relation).match(column_of(t));
    if (t.kind == "document") {
      EXPECT_TRUE(hit) << t.relation << "." << t.column;
      continue;
    }
    bool personal = t.kind != "-";
    figures.found += personal && hit;
    figures.missed += personal && !hit;
    figures.false_alarms += !personal && hit;
    if (personal && hit) figures.same_kind += std::string(hit->reason).ends_with(t.kind);
    if (verbose != nullptr && personal != hit.has_value())
      std::cout << (personal ? "missed " : "false alarm ") << schema << " " << t.relation << "." << t.column << " "
                << t.type << " " << (personal ? t.kind : hit->reason) << "\n";
  }
  return figures;
}

// GUARD_TRUTH=1 in the environment shows each difference.
TEST(guard_truth, recall_and_precision) {
  Figures all;
  int schemas = 0, columns = 0;
  std::vector<std::filesystem::path> files;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(__FILE__).replace_filename("guard_truth")))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto &file : files) {
    std::vector<Truth> list = read_truth(file);
    Figures figures = measure(list, file.stem());
    std::cout << file.stem().string() << ": " << list.size() << " columns, " << figures.found + figures.missed
              << " personal, recall " << figures.recall() << ", precision " << figures.precision() << "\n";
    all.add(figures);
    schemas++;
    columns += int(list.size());
  }
  std::cout << "all: recall " << all.recall() << ", precision " << all.precision() << ", same kind "
            << double(all.same_kind) / all.found << "\n";
  EXPECT_GE(schemas, 39);
  EXPECT_GE(columns, 16000);
  EXPECT_GE(all.recall(), 0.95);
  EXPECT_GE(all.precision(), 0.8);
  EXPECT_GE(double(all.same_kind) / all.found, 0.9);
}

}  // namespace
}  // namespace confiture::mask
