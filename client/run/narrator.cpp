#include "run/narrator.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <sstream>

namespace client::run {

namespace {

using std::chrono::steady_clock;

constexpr auto first_line_after = std::chrono::seconds(5);
constexpr auto line_every = std::chrono::seconds(30);

// Without colour codes.
int visible_width(const std::string &line) {
  std::string plain;
  for (size_t i = 0; i < line.size(); i++) {
    if (line[i] == '\033')
      i = std::min(line.find('m', i), line.size());
    else
      plain += line[i];
  }
  return display_width(plain);
}

}  // namespace

Narrator::Narrator(const Output &out)
    : out_(out),
      screen_(out.quiet ? std::nullopt : stderr_screen()),
      next_line_(steady_clock::now() + first_line_after) {
  if (screen_) redirect_notices([this](const std::string &text) { say(text); });
}

Narrator::~Narrator() {
  if (!screen_) return;
  redirect_notices({});
  clear();
}

// Moves the cursor to where the view began. A terminal that became narrower has wrapped its lines.
std::string Narrator::erasure(int width) const {
  int rows = 0;
  for (const std::string &line : shown_) rows += std::max(1, (visible_width(line) + width - 1) / width);
  return rows > 0 ? "\033[" + std::to_string(rows) + "F" : "";
}

// In one write and each line over the old one, so that nothing flickers. Every row is erased whole, from its start:
// only that makes a terminal forget that it wrapped the row, and it would join the row with the next when it becomes
// wider.
void Narrator::redraw(const std::vector<std::string> &lines, const std::string &said) {
  if (auto now = stderr_screen()) screen_ = now;
  if (said.empty() && lines == shown_ && screen_->width == shown_width_) return;
  std::string all = erasure(screen_->width);
  std::istringstream words(said);
  for (std::string line; std::getline(words, line);) all += "\033[2K" + line + "\n";
  for (const std::string &line : lines) all += "\033[2K" + line + "\n";
  all += "\033[J";
  shown_ = lines;
  shown_width_ = screen_->width;
  std::cerr << all << std::flush;
}

void Narrator::show(const std::vector<RunProgress> &runs, const std::string &otherwise) {
  if (screen_) {
    if (auto now = stderr_screen()) screen_ = now;
    return redraw(runs.empty() && !otherwise.empty() ? std::vector{fitting(otherwise, *screen_)} : draw(runs, *screen_),
                  "");
  }
  if (steady_clock::now() < next_line_) return;
  next_line_ = steady_clock::now() + line_every;
  for (const RunProgress &each : runs) out_.note(log_line(each));
}

void Narrator::say(const std::string &text) {
  if (!screen_) return out_.note(text);
  redraw(shown_, text);
}

void Narrator::say(const std::vector<TableEnd> &ends) {
  for (const TableEnd &each : ends) say(log_line(each));
}

void Narrator::clear() {
  if (screen_ && !shown_.empty()) redraw({}, "");
}

}  // namespace client::run
