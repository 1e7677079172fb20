#include "report/page.h"

#include <algorithm>

#include "output.h"
#include "figures.h"
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

std::string element(const std::string &element, const std::string &kind, const std::string &inner) {
  return "<" + element + (kind.empty() ? "" : " class=\"" + kind + "\"") + ">" + inner + "</" + element + ">";
}

std::string name(const std::string &facts) { return element("span", "name", escaped(facts)); }

std::string badge(const std::string &kind, const std::string &text) {
  return element("span", "badge " + kind, escaped(text));
}

std::string rate_text(double rows, double seconds) {
  return seconds >= 0.01 && rows > 0 ? grouped(rows / seconds) : "";
}

std::string tile(const std::string &figure, const std::string &label) {
  return "<div class=\"tile\"><b>" + escaped(figure) + "</b><span>" + escaped(label) + "</span></div>\n";
}

// An HTML table. A title that begins with # marks a column of numbers.
std::string table_of(const std::vector<std::string> &titles, const std::vector<std::vector<std::string>> &rows) {
  auto is_number = [&](size_t column) { return titles[column].starts_with('#'); };
  std::string text = "<table><thead><tr>";
  for (size_t i = 0; i < titles.size(); i++)
    text += element("th", is_number(i) ? "n" : "", is_number(i) ? titles[i].substr(1) : titles[i]);
  text += "</tr></thead><tbody>\n";
  for (const auto &row : rows) {
    text += "<tr>";
    for (size_t i = 0; i < titles.size(); i++) text += element("td", is_number(i) ? "n" : "", row[i]);
    text += "</tr>\n";
  }
  return text + "</tbody></table>\n";
}

std::string section(const std::string &title, const std::string &words, const std::string &inner) {
  return "<section>" + element("h2", "", title) + "\n" + (words.empty() ? "" : element("p", "soft", words) + "\n") +
         inner + "</section>\n";
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
  for (const TableFacts &each : facts.tables) {
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

std::string when(const RunFacts &facts) {
  std::string picture = timeline(facts);
  if (picture.empty()) return "";
  return section(
      "Workers and chunks",
      "Each bar is a chunk, in the colour of its table, written and recorded in one transaction; grey is what "
      "comes before and after the rows.",
      picture);
}

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

std::string masked_columns(const RunFacts &facts) {
  std::vector<std::vector<std::string>> rows;
  for (const TableFacts &table : facts.tables)
    for (const ColumnTreatment &each : table.columns) {
      if (!each.is_masked()) continue;
      rows.push_back(
          {name(table.name), name(each.name), badge("mask", each.treatment), fate_of_values(facts, each.treatment)});
    }
  if (rows.empty()) return section("Masked columns", "None: everything was copied unchanged.", "");
  return section("Masked columns",
                 "With the masking key " + element("code", "", escaped(facts.key_id)) +
                     ". Values that are read exist only in the memory of one server process of the target.",
                 table_of({"table", "column", "strategy", "the raw value"}, rows));
}

std::string raw_columns(const RunFacts &facts) {
  std::string inner;
  size_t copied = 0;
  for (const TableFacts &table : facts.tables) {
    std::string chips;
    for (const ColumnTreatment &each : table.columns) {
      if (each.is_masked()) continue;
      copied += each.treatment == "pass" ? 1 : 0;
      std::string note =
          each.treatment == "pass"
              ? ""
              : element("span", "soft", each.treatment == "drop" ? " left out" : " by the target's default");
      chips += "<span class=\"chip\">" + name(each.name) + note + "</span>";
    }
    if (!chips.empty())
      inner += element("h3", "name", escaped(table.name)) + "<div class=\"chips\">" + chips + "</div>\n";
  }
  return section("What left the source raw", counted(copied, "column") + " copied unchanged.", inner);
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

std::string decisions(const RunFacts &facts) {
  std::string words = "Policy " + element("code", "", escaped(facts.policy)) + ": " +
                      (facts.policy == "strict" ? "every column needs a rule or a keep."
                       : facts.policy == "auto" ? "a column that looks like personal data got the mask that fits it."
                       : facts.policy == "off"  ? "columns were not judged."
                                                : "a column that looks like personal data needs a rule or a keep.");
  if (facts.decisions.empty())
    return section("Decisions", words + " No rules or keeps are stored for these tables.", "");
  std::vector<std::vector<std::string>> rows;
  for (const Decision &each : facts.decisions)
    rows.push_back({name(each.table), name(each.column),
                    badge(each.strategy == "keep" ? "warn" : "mask", each.strategy) +
                        (each.condition.empty() ? "" : element("span", "soft", " when " + escaped(each.condition))),
                    escaped(each.by), escaped(each.at) + (each.is_later ? " " + badge("bad", "after this run") : "")});
  return section("Decisions", words + " Rules and keeps as they are stored now:",
                 table_of({"table", "column", "decision", "by", "on"}, rows));
}

std::string alarms(const RunFacts &facts) {
  std::string text;
  if (!facts.error.empty()) text += element("div", "alarm bad", escaped(facts.error)) + "\n";
  if (!facts.one_snapshot)
    text +=
        element("div", "alarm warn",
                "The run was resumed: its rows come from more than one snapshot of the source, so totals across tables "
                "may not agree.") +
        "\n";
  return text;
}

std::string colophon(const RunFacts &facts) {
  std::string text = "Masking key " + element("code", "", escaped(facts.key_id)) + ". ";
  for (const auto &[argument, value] : facts.arguments)
    text += element("code", "", escaped(argument + " => " + value)) + " ";
  return element("footer", "",
                 text + "<br>Written on " + escaped(facts.written_at) + " by " + escaped(facts.versions) + ".");
}

}  // namespace

std::string escaped(const std::string &text) {
  std::string safe;
  for (char c : printable(text, true)) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  return safe;
}

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
      alarms(facts) + tiles(facts) + when(facts) + tables(facts) + masked_columns(facts) + raw_columns(facts) +
      foreign_keys(facts) + decisions(facts) + colophon(facts) + "\n";
  return start_of_page + head + "\n</head>\n<body>\n" + element("main", "", body) + "\n</body>\n</html>\n";
}

}  // namespace client::report
