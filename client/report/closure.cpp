// How a subset came together: tables from left to right, by the number of references that lead to them from a seed.
#include <algorithm>
#include <cmath>
#include <map>

#include "figures.h"
#include "report/html.h"
#include "report/page.h"

namespace client::report {

namespace {

constexpr double least_width = 1000;
constexpr double least_box_width = 120;
constexpr double row_height = 52;
constexpr double box_height = 38;
constexpr double gap = 44;  // at least, between columns
constexpr double character = 7.2;

struct Node {
  size_t column, row;
  bool is_seed;
};

// Tables that references lead to or from, each in the first column in which it can be. Others stand alone.
class Layout {
 public:
  explicit Layout(const std::vector<Arrival> &arrivals) {
    for (const Arrival &each : arrivals)
      if (each.arrived_as == "seed") place(each.table, 0, true);
    // What comes whole begins paths as seeds do, where it brings other tables along.
    for (const Arrival &each : arrivals)
      if (each.arrived_as == "whole" && brings_others(arrivals, each.table)) place(each.table, 0, false);
    for (size_t column = 0; column < columns_.size(); column++)
      for (const Arrival &each : arrivals)
        if (auto from = nodes_.find(each.other); from != nodes_.end() && from->second.column == column)
          place(each.table, column + 1, false);
  }

  const std::map<std::string, Node> &nodes() const { return nodes_; }
  double height() const { return row_height * static_cast<double>(*std::ranges::max_element(columns_)); }
  double width() const { return std::max(least_width, columns() * (least_box_width + gap)); }
  double box_width() const { return std::min(220.0, (width() + gap) / columns() - gap); }
  double x(const Node &node) const { return static_cast<double>(node.column) * step(); }
  // Shorter columns stand in the middle.
  double y(const Node &node) const {
    double room = height() - row_height * static_cast<double>(columns_[node.column]);
    return room / 2 + static_cast<double>(node.row) * row_height + (row_height - box_height) / 2;
  }

 private:
  static bool brings_others(const std::vector<Arrival> &arrivals, const std::string &table) {
    return std::ranges::any_of(arrivals, [&](const Arrival &each) { return each.other == table; });
  }
  void place(const std::string &table, size_t column, bool is_seed) {
    if (nodes_.contains(table)) return;
    if (column >= columns_.size()) columns_.resize(column + 1);
    nodes_[table] = {column, columns_[column]++, is_seed};
  }
  double columns() const { return static_cast<double>(columns_.size()); }
  double step() const { return columns() > 1 ? (width() - box_width()) / (columns() - 1) : 0; }

  std::map<std::string, Node> nodes_;
  std::vector<size_t> columns_;  // how many tables stand in each
};

std::string attribute(const std::string &name, double number) { return " " + name + "=\"" + coordinate(number) + "\""; }

std::string title(const std::string &words) { return element("title", "", escaped(words)); }

// The end of a long name says more than its beginning, a schema.
std::string fitting(const std::string &name, double room) {
  auto most = static_cast<size_t>(std::max(room / character, 4.0));
  if (name.size() <= most) return name;
  size_t cut = name.size() - most + 1;
  while (cut < name.size() && (name[cut] & 0xC0) == 0x80) cut++;
  return "…" + name.substr(cut);
}

std::string box(const Layout &layout, const std::string &table, const Node &node,
                const std::vector<Arrival> &arrivals) {
  double rows = 0;
  bool is_whole = false;
  std::string words = table;
  for (const Arrival &each : arrivals) {
    if (each.table != table) continue;
    rows += each.rows;
    is_whole = is_whole || each.rows < 0;
    words += "\n" + each.words;
  }
  double x = layout.x(node);
  double y = layout.y(node);
  std::string text = "<rect rx=\"6\"" + attribute("x", x) + attribute("y", y) + attribute("width", layout.box_width()) +
                     attribute("height", box_height) + "/>" + title(words);
  text += "<text" + attribute("x", x + 9) + attribute("y", y + 16) + ">" +
          escaped(fitting(table, layout.box_width() - 18)) + "</text>";
  text += "<text class=\"soft\"" + attribute("x", x + 9) + attribute("y", y + 31) + ">" +
          (is_whole ? "all rows" : grouped(rows) + (rows == 1 ? " row" : " rows")) + "</text>";
  return element("g", node.is_seed ? "seed" : "", text) + "\n";
}

// From the right side of one table to the left of the next; to one that stands no further right, around its right side.
std::string arrow(const Layout &layout, const Node &from, const Node &to, const Arrival &arrival) {
  bool is_forward = to.column > from.column;
  double x1 = layout.x(from) + layout.box_width();
  double x2 = layout.x(to) + (is_forward ? 0 : layout.box_width());
  double y1 = layout.y(from) + box_height / 2;
  double y2 = layout.y(to) + box_height / 2 + (is_forward ? 0 : 8);
  double reach = is_forward ? (x2 - x1) / 2 : 34;
  auto at = [](double x, double y) { return coordinate(x) + "," + coordinate(y) + " "; };
  return "<path class=\"" + std::string(arrival.arrived_as == "parent" ? "parent" : "child") + "\" d=\"M" + at(x1, y1) +
         "C" + at(x1 + reach, y1) + at(x2 + (is_forward ? -reach : reach), y2) + at(x2, y2) + "\" stroke-width=\"" +
         coordinate(1 + std::log10(std::max(arrival.rows, 1.0)) / 2) + "\">" + title(arrival.words) + "</path>\n";
}

std::string picture(const std::vector<Arrival> &arrivals) {
  Layout layout(arrivals);
  if (layout.nodes().size() < 2) return "";
  std::string arrows, boxes;
  for (const auto &[table, node] : layout.nodes()) boxes += box(layout, table, node, arrivals);
  for (const Arrival &each : arrivals)
    if (auto from = layout.nodes().find(each.other); from != layout.nodes().end())
      arrows += arrow(layout, from->second, layout.nodes().at(each.table), each);
  return "<svg class=\"closure\" viewBox=\"0 0 " + coordinate(layout.width()) + " " + coordinate(layout.height()) +
         "\" role=\"img\" aria-label=\"How the subset came together\">\n" + arrows + boxes + "</svg>\n";
}

}  // namespace

std::string subset(const RunFacts &facts) {
  if (facts.arrivals.empty()) return "";
  std::map<std::string, std::string> words;
  for (const Arrival &each : facts.arrivals) {
    std::string &text = words[each.table];
    text += (text.empty() ? "" : "<br>") + escaped(each.words);
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto &[table, text] : words) rows.push_back({name(table), text});
  return section("Subset",
                 "From the seeds on the left: a line leads to rows that reference the ones before it, a dashed one to "
                 "rows that they reference. A row is counted where it came first.",
                 picture(facts.arrivals) + table_of({"table", "why its rows came"}, rows));
}

}  // namespace client::report
