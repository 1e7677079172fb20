#include "report/page.h"

#include <algorithm>

#include "output.h"
#include "figures.h"
#include "report/html.h"
#include "report/style.h"

namespace client::report {

namespace {

// A script that got through escaped() would still not run: the policy allows nothing but the style.
constexpr const char *start_of_page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
)html";

std::string rate_text(double rows, double seconds) {
  return seconds >= 0.01 && rows > 0 ? grouped(rows / seconds) : "";
}

std::string tile(const std::string &figure, const std::string &label) {
  return "<div class=\"tile\"><b>" + escaped(figure) + "</b><span>" + escaped(label) + "</span></div>\n";
}

std::string state_badge(const std::string &state) {
  return badge(state == "done" || state == "verified"                                ? "good"
               : state == "failed" || state == "cancelled" || state == "interrupted" ? "bad"
                                                                                     : "warn",
               state);
}

std::string tiles(const RunFacts &facts) {
  size_t masked = 0;
  for (const TableFacts &each : facts.tables)
    masked += static_cast<size_t>(std::ranges::count_if(each.columns, &ColumnTreatment::is_masked));
  std::string rate = rate_text(facts.rows, facts.copying);
  return "<div class=\"tiles\">" + tile(grouped(facts.rows), "rows") +
         tile(grouped(static_cast<double>(facts.tables.size())), facts.tables.size() == 1 ? "table" : "tables") +
         tile(grouped(static_cast<double>(masked)), masked == 1 ? "masked column" : "masked columns") +
         tile(bytes_text(facts.bytes), "received") + tile(duration_text(facts.seconds), "from start to end") +
         (rate.empty() ? "" : tile(duration_text(facts.copying), "of it copying rows, " + rate + " a second")) +
         "</div>\n";
}

std::string tables(const RunFacts &facts) {
  std::vector<std::vector<std::string>> rows;
  double most = 1;
  for (const TableFacts &each : facts.tables) most = std::max(most, each.bytes);
  std::vector<TableFacts> failed_first = facts.tables;
  std::stable_partition(failed_first.begin(), failed_first.end(),
                        [](const TableFacts &each) { return each.state == "failed"; });
  for (const TableFacts &each : failed_first) {
    std::string colour = colour_of(facts, each.name);
    std::string share = std::to_string(static_cast<int>(each.bytes / most * 100));
    std::string name_cell = "<span class=\"key " + colour + "\"></span>" + name(each.name);
    if (each.source != each.name) name_cell += "<br><span class=\"soft\">from " + name(each.source) + "</span>";
    if (!each.filter.empty())
      name_cell += "<br><span class=\"soft\">only where " + element("code", "", escaped(each.filter)) + "</span>";
    if (!each.error.empty()) name_cell += "<br>" + escaped(each.error);
    name_cell += "<div class=\"share " + colour + "\" style=\"width:" + share + "%\"></div>";
    rows.push_back({name_cell, state_badge(each.state), grouped(each.rows), bytes_text(each.bytes),
                    duration_text(each.seconds), rate_text(each.rows, each.seconds), std::to_string(each.chunks),
                    escaped(each.format)});
  }
  return section("Tables",
                 "The time of a table is the time during which its rows were being copied, without pauses of the run.",
                 table_of({"table", "", "#rows", "#received", "#time", "#rows/s", "#chunks", "format"}, rows));
}

std::string colours(const RunFacts &facts) {
  std::string text;
  auto add = [&](const std::string &kind, const std::string &words) {
    text += element("span", "", element("span", "key " + kind, "") + words);
  };
  for (size_t i = 0; i < facts.tables.size() && i < 8; i++)
    add(colour_of(facts, facts.tables[i].name), name(facts.tables[i].name));
  if (facts.tables.size() > 8) add("c8", "other tables");
  add("phase", "before and after the rows");
  return element("div", "legend", text);
}

std::string when(const RunFacts &facts) {
  std::string picture = timeline(facts);
  if (picture.empty()) return "";
  return section("Workers and chunks", "Each bar is a chunk, written and recorded in one transaction.",
                 picture + colours(facts));
}

std::string foreign_keys(const RunFacts &facts) {
  if (facts.foreign_keys.empty()) return section("Foreign keys", "None to check.", "");
  std::vector<std::vector<std::string>> rows;
  for (const ForeignKey &each : facts.foreign_keys)
    rows.push_back({name(each.name), name(each.referencing), name(each.referenced), grouped(each.violations),
                    state_badge(each.action)});
  return section("Foreign keys", "Checked after all rows were copied.",
                 table_of({"constraint", "from", "to", "#violations", ""}, rows));
}

std::string colophon(const RunFacts &facts) {
  std::string text = "Masking key " + element("code", "", escaped(facts.key_id)) + ". Policy " +
                     element("code", "", escaped(facts.policy)) + ". ";
  for (const auto &[argument, value] : facts.arguments)
    text += element("code", "", escaped(argument + " => " + value)) + " ";
  return element("footer", "",
                 text + "<br>Written on " + escaped(facts.written_at) + " by " + escaped(facts.versions) + ".");
}

}  // namespace

std::string colour_of(const RunFacts &facts, const std::string &table) {
  constexpr std::ptrdiff_t others = 8;
  auto at = std::ranges::find(facts.tables, table, &TableFacts::name) - facts.tables.begin();
  return "c" + std::to_string(std::min(at, others));
}

std::string page(const RunFacts &facts) {
  std::string title = escaped("Run " + facts.id + " of " + facts.database);
  std::string head = element("title", "", title) + "\n" + element("style", "", style);
  std::string where = "From " + name(facts.server) + (facts.source.empty() ? "" : " (" + escaped(facts.source) + ")") +
                      ", started " + escaped(facts.started) + " by " + name(facts.by) +
                      (facts.one_snapshot ? ", all rows from one snapshot of the source." : ".");
  std::string body =
      element("header", "", element("h1", "", title + state_badge(facts.state)) + element("p", "soft", where)) + "\n" +
      alarms(facts) + tiles(facts) + when(facts) + subset(facts) + tables(facts) + masked_columns(facts) +
      raw_columns(facts) + foreign_keys(facts) + colophon(facts) + "\n";
  return start_of_page + head + "\n</head>\n<body>\n" + element("main", "", body) + "\n</body>\n</html>\n";
}

}  // namespace client::report
