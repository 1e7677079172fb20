// The report as one self-contained HTML page: no script, no font and no picture from elsewhere.
#pragma once

#include <string>

#include "report/data.h"

namespace client::report {

std::string page(const RunFacts &facts);

// The chunks of each worker over time, as SVG. Colours are the classes c0 to c7, in the order of the tables.
std::string timeline(const RunFacts &facts);

// Escapes text for HTML; names may contain anything.
std::string escaped(const std::string &text);

// The class of a table's colour: "c0" for the largest, "c8" for all after the eighth.
std::string colour_of(const RunFacts &facts, const std::string &table);

}  // namespace client::report
