#include "figures.h"
#include "report/html.h"
#include "report/page.h"

namespace client::report {

namespace {

bool is_whole(const RunFacts &facts) {
  return facts.state == "done" || facts.state == "running" || facts.state == "queued";
}

std::string unfinished_tables(const RunFacts &facts) {
  std::vector<std::vector<std::string>> failed;
  size_t done = 0;
  for (const TableFacts &each : facts.tables) {
    if (each.state == "failed") failed.push_back({name(each.name), escaped(each.error), grouped(each.rows)});
    done += each.state == "done" ? 1 : 0;
  }
  std::string text = failed.empty() ? "" : table_of({"failed table", "error", "#rows so far"}, failed);
  if (size_t rest = facts.tables.size() - done - failed.size(); rest > 0)
    text += element("p", "", escaped(counted(rest, "table") + " not complete: " + counted(done, "table") + " done."));
  return text;
}

std::string violated_keys(const RunFacts &facts) {
  std::vector<std::vector<std::string>> violated;
  for (const ForeignKey &each : facts.foreign_keys)
    if (each.action == "failed")
      violated.push_back({name(each.name), name(each.referencing), grouped(each.violations)});
  return violated.empty() ? "" : table_of({"violated foreign key", "of", "#rows"}, violated);
}

std::string next_step(const RunFacts &facts, bool has_violations) {
  if (facts.state == "refused") return "Nothing was copied. Mend what the error names, and start the run again.";
  std::string resume = element("code", "", "confiture resume " + escaped(facts.id));
  if (has_violations)
    return "To continue: " + resume + ", with " + element("code", "", "--on-fk-violation delete") +
           " if rows that reference nothing may go.";
  return "Finished work is kept. To continue: " + resume + ".";
}

}  // namespace

std::string alarms(const RunFacts &facts) {
  std::string text;
  if (!is_whole(facts)) {
    std::string keys = violated_keys(facts);
    std::string error = facts.error.empty() ? "" : element("p", "error", escaped(facts.error));
    text += section("This copy is not complete", "",
                    error + unfinished_tables(facts) + keys + element("p", "", next_step(facts, !keys.empty())), "bad");
  }
  if (!facts.one_snapshot)
    text += element("div", "alarm warn",
                    "The run was resumed: its rows come from more than one snapshot of the source, so totals across "
                    "tables may not agree.") +
            "\n";
  return text;
}

}  // namespace client::report
