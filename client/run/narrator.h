// Tells how a run goes, on stderr: a view that is drawn again and again on a terminal, lines elsewhere.
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
  // Takes over the servers' notices, too, which would tear the view.
  explicit Narrator(const Output &out);
  ~Narrator();
  Narrator(const Narrator &) = delete;
  Narrator &operator=(const Narrator &) = delete;

  // What is to be seen below what was said. Without a run yet, `otherwise` says what is waited for.
  void show(const std::vector<RunProgress> &runs, const std::string &otherwise);
  // Something that stays.
  void say(const std::string &text);
  void say(const std::vector<TableEnd> &ends);
  // Takes the view away.
  void clear();

 private:
  void redraw(const std::vector<std::string> &lines, const std::string &said);
  std::string erasure(int width) const;

  const Output &out_;
  std::optional<Screen> screen_;
  std::vector<std::string> shown_;
  std::chrono::steady_clock::time_point next_line_;
};

}  // namespace client::run
