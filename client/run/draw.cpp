#include "run/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "figures.h"
#include "printable.h"

namespace client::run {

namespace {

template <typename... Arguments>
std::string format(const char *pattern, Arguments... arguments) {
  std::array<char, 64> text = {};
  std::snprintf(text.data(), text.size(), pattern, arguments...);
  return text.data();
}

std::string repeated(const std::string &unit, int times) {
  std::string text;
  for (int i = 0; i < times; i++) text += unit;
  return text;
}

std::string percent(const Amount &amount) {
  return amount.part < 0 ? "" : format("%3.0f%%", std::floor(amount.part * 100));
}

std::string rate(const Amount &amount) { return amount.rate < 0 ? "" : grouped(amount.rate) + "/s"; }

std::string left(const Amount &amount) {
  return amount.seconds_left() < 0 ? "" : clock(amount.seconds_left()) + " left";
}

std::string of_tables(const RunProgress &run) {
  return grouped(run.tables_over) + " of " + grouped(run.tables) + (run.tables == 1 ? " table" : " tables") +
         (run.tables_waiting > 0 ? " (" + grouped(run.tables_waiting) + " to come)" : "");
}

// What comes after the rows: "foreign keys 3/18"; "" before.
std::string step_of(const RunProgress &run) {
  if (run.step.empty() || run.step_total == 0) return run.step;
  return run.step + " " + grouped(run.step_done) + "/" + grouped(run.step_total);
}

class Painter {
 public:
  explicit Painter(const Screen &screen) : screen_(screen), width_(std::max(1, screen.width - 1)) {}

  std::string coloured(const char *code, const std::string &text) const {
    return screen_.colour && !text.empty() ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
  }

  std::string fitting(const std::string &text, int width) const {
    if (display_width(text) <= width) return text;
    std::string end = screen_.utf8 ? "…" : "~";
    // Removes whole characters: all bytes of one but the first are 10xxxxxx.
    std::string cut = text;
    while (!cut.empty() && display_width(cut) + 1 > width) {
      while (cut.size() > 1 && (static_cast<unsigned char>(cut.back()) & 0xc0) == 0x80) cut.pop_back();
      cut.pop_back();
    }
    return cut + end;
  }

  std::string bar(double part, int width) const {
    int inner = screen_.utf8 ? width : width - 2;
    int halves = part < 0 ? 0 : static_cast<int>(part * inner * 2);
    if (!screen_.utf8) return "[" + repeated("#", halves / 2) + repeated(".", inner - halves / 2) + "]";
    std::string full = repeated("━", halves / 2) + (halves % 2 == 1 ? "╸" : "");
    return coloured("32", full) + coloured("2", repeated("─", inner - (halves + 1) / 2));
  }

  int width() const { return width_; }
  bool utf8() const { return screen_.utf8; }

 private:
  const Screen &screen_;
  int width_;
};

struct Line {
  std::string name;
  Amount amount;
  std::string note;  // shown in place of the rate
  bool is_total = false;
};

std::string padded(const std::string &text, int width, bool right) {
  std::string gap = repeated(" ", width - display_width(text));
  return right ? gap + text : text + gap;
}

// Name, bar, percent, rows, rate, time left. A narrow screen loses rate and time first, then the bar, then the rows.
std::vector<std::string> columns(const std::vector<Line> &lines, const Painter &paint) {
  constexpr int longest_name = 40;
  constexpr int shortest_bar = 8;
  constexpr int longest_bar = 40;
  int name = 0;
  int rows = 0;
  int rates = 0;
  int times = 0;
  for (const Line &each : lines) {
    name = std::max(name, display_width(each.name));
    rows = std::max(rows, display_width(grouped(each.amount.rows)) + 5);
    rates = std::max(rates, display_width(each.note.empty() ? rate(each.amount) : each.note));
    times = std::max(times, display_width(left(each.amount)));
  }
  constexpr int gap = 2;
  constexpr int percents = 4;
  name = std::min(name, longest_name);
  bool has_rows = percents + gap + rows <= paint.width();
  int fixed = percents + (has_rows ? gap + rows : 0);
  int right = fixed + (rates > 0 ? gap + rates : 0) + (times > 0 ? gap + times : 0);
  bool has_rates = right + 2 * gap + shortest_bar + std::min(name, 12) <= paint.width();
  if (!has_rates) right = fixed;
  int bar = std::min(longest_bar, paint.width() - right - name - 2 * gap);
  if (bar < shortest_bar) {
    bar = paint.width() - right - 2 * gap - shortest_bar >= shortest_bar ? shortest_bar : 0;
    name = std::min(name, paint.width() - right - gap - (bar > 0 ? bar + gap : 0));
  }
  std::vector<std::string> all;
  for (const Line &each : lines) {
    std::string text = name > 3 ? padded(paint.fitting(each.name, name), name, false) : "";
    if (each.is_total) text = paint.coloured("1", text);
    if (bar > 0) text += repeated(" ", gap) + paint.bar(each.amount.part, bar);
    std::string numbers = paint.width() < percents ? "" : padded(percent(each.amount), percents, true);
    if (has_rows) numbers += repeated(" ", gap) + padded(grouped(each.amount.rows) + " rows", rows, true);
    if (has_rates && rates > 0)
      numbers += repeated(" ", gap) + padded(each.note.empty() ? rate(each.amount) : each.note, rates, true);
    if (has_rates && times > 0) numbers += repeated(" ", gap) + padded(left(each.amount), times, true);
    while (!numbers.empty() && numbers.back() == ' ') numbers.pop_back();
    all.push_back(text + repeated(" ", text.empty() ? 0 : gap) + numbers);
  }
  return all;
}

std::string head(const RunProgress &run, const Painter &paint) {
  std::string dot = paint.utf8() ? " · " : ", ";
  std::string text = run.title() + dot + printable(run.server);
  if (run.has_total) text += dot + of_tables(run) + dot + clock(run.seconds);
  if (run.workers > 1) text += dot + grouped(run.workers) + " workers";
  if (run.byte_rate > 0 && run.step.empty()) text += dot + bytes_text(run.byte_rate) + "/s";
  return paint.coloured("1", paint.fitting(text, paint.width()));
}

// A line for each lock that is waited for. A screen too narrow to name one shows none.
std::vector<std::string> waits(const RunProgress &run, const Painter &paint) {
  constexpr int narrowest = 30;
  std::vector<std::string> all;
  if (paint.width() < narrowest) return all;
  std::istringstream lines(run.waiting_for);
  for (std::string line; std::getline(lines, line);)
    all.push_back(paint.coloured("33", paint.fitting(printable(line), paint.width())));
  return all;
}

}  // namespace

std::string fitting(const std::string &text, const Screen &screen) {
  Painter paint(screen);
  return paint.fitting(text, paint.width());
}

std::vector<std::string> draw(const std::vector<RunProgress> &runs, const Screen &screen) {
  Painter paint(screen);
  std::vector<std::string> all;
  // The cursor stands below the last line; tables that do not fit are counted.
  auto room = static_cast<size_t>(std::max(4, screen.height / std::max<int>(1, static_cast<int>(runs.size())) - 4));
  for (const RunProgress &each : runs) {
    all.push_back(head(each, paint));
    std::vector<Line> lines;
    for (const TableProgress &table : each.running) {
      if (lines.size() == room) break;
      lines.push_back({printable(table.name), table.amount, table.phase == "copying" ? "" : table.phase});
    }
    if (each.has_total)
      lines.push_back(
          {each.running.size() > room ? "and " + grouped(each.running.size() - room) + " more, in all" : "total",
           each.total, step_of(each), true});
    for (const std::string &text : columns(lines, paint)) all.push_back(text);
    for (const std::string &text : waits(each, paint)) all.push_back(text);
  }
  // Lines that scrolled off the screen could not be drawn over.
  all.resize(std::min(all.size(), static_cast<size_t>(std::max(1, screen.height - 1))));
  return all;
}

std::string log_line(const RunProgress &run) {
  std::string text = run.title() + ": ";
  if (!run.has_total) {
    for (const TableProgress &each : run.running)
      text += printable(each.name) + ", " + grouped(each.amount.rows) + " rows";
    return text;
  }
  text += of_tables(run) + ", ";
  if (run.total.part >= 0) text += format("%.0f%%", std::floor(run.total.part * 100)) + ", ";
  text += grouped(run.total.rows) + " rows";
  if (!run.waiting_for.empty()) return text + ", " + printable(run.waiting_for);
  if (!run.step.empty()) return text + ", " + step_of(run);
  if (run.total.rate >= 0) text += ", " + rate(run.total);
  if (run.total.seconds_left() >= 0) text += ", " + left(run.total);
  return text;
}

std::string log_line(const TableEnd &end) {
  if (end.state == "failed") return printable(end.name) + ": failed, " + printable(end.error);
  return printable(end.name) + ": " + grouped(end.rows) + (end.rows == 1 ? " row" : " rows") + " in " +
         duration_text(end.seconds) +
         (end.seconds >= 0.1 && end.rows > 0 ? ", " + grouped(end.rows / end.seconds) + "/s" : "");
}

}  // namespace client::run
