// How progress looks: lines for a terminal of some width, and words for a log.
#pragma once

#include <string>
#include <vector>

#include "terminal.h"
#include "run/progress.h"

namespace client::run {

// "1,234,567"
std::string grouped(double number);
// "0:07", "12:30", "3:05:00"
std::string clock(double seconds);
// "0.5 s", "38 s", "12:30"
std::string took(double seconds);

// What happens, a line for the run, for each table in work, and for the total; none is wider than the screen.
std::vector<std::string> draw(const std::vector<RunProgress> &runs, const Screen &screen);

// One line of words, cut where it is wider than the screen.
std::string fitting(const std::string &text, const Screen &screen);

// The same in one line without a bar.
std::string log_line(const RunProgress &run);
std::string log_line(const TableEnd &run);

}  // namespace client::run
