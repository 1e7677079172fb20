// Draws progress: lines for a terminal of some width, or text for a log.
#pragma once

#include <string>
#include <vector>

#include "terminal.h"
#include "run/progress.h"

namespace client::run {

// One line for each run, each of its tables in progress, the total, and each lock it waits for; none is wider than the
// screen.
std::vector<std::string> draw(const std::vector<RunProgress> &runs, const Screen &screen);

// One line of text, cut off at the width of the screen.
std::string fitting(const std::string &text, const Screen &screen);

// The same in one line, without a bar.
std::string log_line(const RunProgress &run);
std::string log_line(const TableEnd &run);

}  // namespace client::run
