// The report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.
#pragma once

#include <string>

#include "report/data.h"

namespace client::report {

std::string page(const RunFacts &facts);

// Who copied which chunk when, as SVG. Colours are the classes c0 to c7, in the order of the tables.
std::string timeline(const RunFacts &facts);

// Text of others in HTML: names may be anything.
std::string escaped(const std::string &text);

// The class of a table's colour: "c0" for the largest, "c8" for all behind the eighth.
std::string colour_of(const RunFacts &facts, const std::string &table);

}  // namespace client::report
