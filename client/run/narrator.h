// Shows the progress of a run on stderr: a view that is redrawn on a terminal, lines of text elsewhere.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "output.h"
#include "run/draw.h"

namespace client::run {

class Narrator {
 public:
  // Takes over the notices of servers, too, which would break the view.
  explicit Narrator(const Output &out);
  ~Narrator();
  Narrator(const Narrator &) = delete;
  Narrator &operator=(const Narrator &) = delete;

  // Draws the view; while no run has begun, the line `otherwise`.
  void show(const std::vector<RunProgress> &runs, const std::string &otherwise);
  // Writes text that stays, above the view.
  void say(const std::string &text);
  void say(const std::vector<TableEnd> &ends);
  // Removes the view.
  void clear();

 private:
  void redraw(const std::vector<std::string> &lines, const std::string &said);
  std::string erasure(int width) const;

  const Output &out_;
  std::optional<Screen> screen_;
  std::vector<std::string> shown_;
  int shown_width_ = 0;  // of the screen, in columns
  std::chrono::steady_clock::time_point next_line_;
};

}  // namespace client::run
