#include <algorithm>

#include "figures.h"
#include "report/html.h"
#include "report/page.h"

namespace client::report {

namespace {

// Of a strategy, or of several, each for some rows: "keep, email".
std::string fate_of_values(const RunFacts &facts, const std::string &treatment) {
  bool reads = false;
  for (size_t at = 0; at < treatment.size();) {
    size_t end = std::min(treatment.find(", ", at), treatment.size());
    std::string strategy = treatment.substr(at, end - at);
    if (strategy == "keep") return "copied unchanged in some rows, masked before it was written in others";
    auto known = facts.reads_value.find(strategy);
    reads = reads || known == facts.reads_value.end() || known->second;
    at = end + 2;
  }
  return reads ? "read, and masked before it was written" : "never left the source";
}

// Who decided so, as far as a rule or keep of this strategy is stored: "ana on 2026-02-03". `strategy`: the treatment
// of the column, which may name several.
std::string decided_by(const RunFacts &facts, const std::string &table, const std::string &column,
                       const std::string &treatment) {
  std::string text;
  for (const Decision &each : facts.decisions) {
    if (each.table != table || each.column != column) continue;
    bool is_used = (", " + treatment + ",").find(", " + each.strategy + ",") != std::string::npos;
    std::string line = name(each.by) + " on " + escaped(each.at);
    if (!each.condition.empty())
      line += element("span", "soft", " " + escaped(each.strategy + " when " + each.condition));
    if (each.is_later || !is_used)
      line += " " + badge("bad", "now " + each.strategy + (each.is_later ? ", since" : ""));
    text += (text.empty() ? "" : "<br>") + line;
  }
  return text;
}

bool is_kept_by_decision(const RunFacts &facts, const std::string &table, const ColumnTreatment &column) {
  return column.treatment == "pass" && std::ranges::any_of(facts.decisions, [&](const Decision &each) {
           return each.table == table && each.column == column.name && each.strategy == "keep";
         });
}

std::string chips_of(const RunFacts &facts, const std::string &treatment, size_t *n) {
  std::string inner;
  for (const TableFacts &table : facts.tables) {
    std::string chips;
    for (const ColumnTreatment &each : table.columns) {
      if (each.treatment != treatment || is_kept_by_decision(facts, table.name, each)) continue;
      chips += element("span", "chip", name(each.name));
      ++*n;
    }
    if (!chips.empty()) inner += element("h3", "name", escaped(table.name)) + element("div", "chips", chips) + "\n";
  }
  return inner;
}

std::string kept_columns(const RunFacts &facts) {
  std::vector<std::vector<std::string>> rows;
  for (const TableFacts &table : facts.tables)
    for (const ColumnTreatment &each : table.columns)
      if (is_kept_by_decision(facts, table.name, each))
        rows.push_back({name(table.name), name(each.name), decided_by(facts, table.name, each.name, "keep")});
  if (rows.empty()) return "";
  return section("Copied as they are, by decision",
                 badge("warn", counted(rows.size(), "column")) + " that somebody said to keep.",
                 table_of({"table", "column", "kept by"}, rows));
}

std::string unjudged(const RunFacts &facts) {
  if (facts.policy == "off") return "The policy off judges no column.";
  if (facts.policy == "strict") return "Kept by patterns, by the call, or as parts of keys.";
  return "The guard saw nothing personal in their names and types, or a pattern or the call keeps them.";
}

}  // namespace

std::string masked_columns(const RunFacts &facts) {
  std::vector<std::vector<std::string>> rows;
  for (const TableFacts &table : facts.tables)
    for (const ColumnTreatment &each : table.columns)
      if (each.is_masked())
        rows.push_back({name(table.name), name(each.name), badge("mask", each.treatment),
                        fate_of_values(facts, each.treatment),
                        decided_by(facts, table.name, each.name, each.treatment)});
  if (rows.empty()) return section("Masked columns", "None: everything was copied unchanged.", "");
  return section(
      "Masked columns",
      "With the masking key " + element("code", "", escaped(facts.key_id)) +
          ". Values that are read exist only in the memory of one server process of the target. Where no one "
          "is named, a pattern, a foreign key, the policy " +
          element("code", "", escaped(facts.policy)) + " or the call decided.",
      table_of({"table", "column", "strategy", "the raw value", "decided by"}, rows));
}

std::string raw_columns(const RunFacts &facts) {
  size_t passed = 0, left_out = 0, by_default = 0;
  std::string chips = chips_of(facts, "pass", &passed);
  std::string text = kept_columns(facts);
  text += section("Copied as they are, by nobody's decision",
                  passed == 0 ? "None." : counted(passed, "column") + ". " + unjudged(facts), chips);
  std::string absent = chips_of(facts, "drop", &left_out) + chips_of(facts, "default", &by_default);
  if (!absent.empty())
    text += section("Not copied",
                    counted(left_out, "column") + " left out by rule, " + std::to_string(by_default) +
                        " that only the target has or computes.",
                    absent);
  return text;
}

}  // namespace client::report
