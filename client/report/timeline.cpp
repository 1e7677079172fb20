#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "figures.h"
#include "report/html.h"
#include "report/page.h"

namespace client::report {

namespace {

constexpr double left = 92;
constexpr double width = 1000;
constexpr double lane_height = 24;

struct Span {
  double start, finish;
};

// Maps time to the width of the page. Long pauses, as between a cancel and a resume, are drawn short.
class Axis {
 public:
  explicit Axis(std::vector<Span> busy) {
    std::ranges::sort(busy, {}, &Span::start);
    for (const Span &each : busy) {
      if (!parts_.empty() && each.start <= parts_.back().finish)
        parts_.back().finish = std::max(parts_.back().finish, each.finish);
      else
        parts_.push_back(each);
    }
    double longest_gap = 0.2 * std::max(total(), 0.001);
    for (size_t i = 1; i < parts_.size();) {
      if (parts_[i].start - parts_[i - 1].finish > longest_gap) {
        i++;
        continue;
      }
      parts_[i - 1].finish = parts_[i].finish;
      parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    double room = width - left - 12 - break_width * static_cast<double>(parts_.size() - 1);
    scale_ = room / std::max(total(), 0.001);
  }

  double at(double time) const {
    double x = left;
    for (const Span &each : parts_) {
      if (time <= each.finish) return x + std::max(0.0, time - each.start) * scale_;
      x += (each.finish - each.start) * scale_ + break_width;
    }
    return x - break_width;
  }
  const std::vector<Span> &parts() const { return parts_; }
  double scale() const { return scale_; }

 private:
  static constexpr double break_width = 46;
  double total() const {
    double sum = 0;
    for (const Span &each : parts_) sum += each.finish - each.start;
    return sum;
  }
  std::vector<Span> parts_;
  double scale_ = 1;
};

std::string box(double x, double y, double wide, const std::string &kind, const std::string &title) {
  return "<rect class=\"" + kind + "\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" width=\"" +
         coordinate(std::max(wide, 0.8)) + "\" height=\"" + coordinate(lane_height - 6) + "\" rx=\"2\"><title>" +
         escaped(title) + "</title></rect>\n";
}

std::string label(double x, double y, const std::string &kind, const std::string &text) {
  return "<text class=\"" + kind + "\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\">" + escaped(text) +
         "</text>\n";
}

// The distance of the grid's lines: 1, 2 or 5 times a power of ten, so that there are about eight.
double step_for(double seconds) {
  double rough = std::max(seconds, 0.008) / 8;
  double power = std::pow(10, std::floor(std::log10(rough)));
  for (double each : {1.0, 2.0, 5.0})
    if (each * power >= rough) return each * power;
  return 10 * power;
}

std::string tick_text(double seconds, double step) {
  if (step >= 60 || seconds >= 600) return clock(seconds);
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), step < 0.1 ? "%.2f s" : step < 1 ? "%.1f s" : "%.0f s", seconds);
  return text.data();
}

std::string grid(const Axis &time, const RunFacts &facts, double bottom) {
  std::string text;
  double shown = 0;
  for (const Span &each : time.parts()) shown += each.finish - each.start;
  double step = step_for(shown);
  for (size_t i = 0; i < time.parts().size(); i++) {
    const Span &part = time.parts()[i];
    for (double at = std::ceil((part.start - facts.start) / step) * step; facts.start + at <= part.finish; at += step) {
      double x = time.at(facts.start + at);
      text += "<line class=\"grid\" x1=\"" + coordinate(x) + "\" x2=\"" + coordinate(x) + "\" y1=\"0\" y2=\"" +
              coordinate(bottom) + "\"/>\n" + label(x, bottom + 14, "tick", tick_text(at, step));
    }
    if (i > 0) {
      double before = time.parts()[i - 1].finish;
      text += label((time.at(before) + time.at(part.start)) / 2, bottom / 2 + 4, "pause", clock(part.start - before));
    }
  }
  return text;
}

}  // namespace

std::string timeline(const RunFacts &facts) {
  if (facts.chunks.empty()) return "";
  std::vector<Span> busy;
  std::vector<int> pids;
  double first = facts.chunks.front().start;
  double last = first;
  for (const ChunkFacts &each : facts.chunks) {
    busy.push_back({each.start, each.finish});
    if (std::ranges::find(pids, each.pid) == pids.end()) pids.push_back(each.pid);
    last = std::max(last, each.finish);
  }
  busy.push_back({facts.start, first});
  if (facts.finish > last) busy.push_back({last, facts.finish});
  Axis time(busy);

  double bottom = lane_height * static_cast<double>(pids.size() + 1);
  std::string text = "<svg class=\"timeline\" viewBox=\"0 0 " + coordinate(width) + " " + coordinate(bottom + 22) +
                     "\" role=\"img\" aria-label=\"Timeline of workers and chunks\">\n" + grid(time, facts, bottom);
  text += label(0, lane_height - 9, "lane", "run");
  text += box(time.at(facts.start), 3, (first - facts.start) * time.scale(), "phase",
              "planning, emptying the tables: " + duration_text(first - facts.start));
  if (facts.finish > last)
    text += box(time.at(last), 3, (facts.finish - last) * time.scale(), "phase",
                "statistics, foreign keys, sequences: " + duration_text(facts.finish - last));
  for (const ChunkFacts &each : facts.chunks) {
    auto lane = static_cast<double>(std::ranges::find(pids, each.pid) - pids.begin() + 1);
    text += box(time.at(each.start), lane * lane_height + 3, time.at(each.finish) - time.at(each.start),
                colour_of(facts, each.table),
                each.table + ", chunk " + std::to_string(each.number) + ": " + grouped(each.rows) + " rows in " +
                    duration_text(each.finish - each.start));
  }
  for (size_t i = 0; i < pids.size(); i++)
    text += label(0, lane_height * static_cast<double>(i + 2) - 9, "lane", "pid " + std::to_string(pids[i]));
  return text + "</svg>\n";
}

}  // namespace client::report
