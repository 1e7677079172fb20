// The report as one self-contained HTML page: no script, no font and no picture from elsewhere.
#pragma once

#include <string>

#include "report/data.h"

namespace client::report {

std::string page(const RunFacts &facts);

// What is wrong with the copy and what to do next; "" for one that is whole and of one snapshot.
std::string alarms(const RunFacts &facts);

// What was masked and by whose decision; what was not, kept by decision and otherwise.
std::string masked_columns(const RunFacts &facts);
std::string raw_columns(const RunFacts &facts);

// The chunks of each worker over time, as SVG. Colours are the classes c0 to c7, in the order of the tables.
std::string timeline(const RunFacts &facts);

// Of a subset: how its rows came together, from the seeds by the references, as SVG and in words; "" for a whole copy.
std::string subset(const RunFacts &facts);

// The class of a table's colour: "c0" for the largest, "c8" for all after the eighth.
std::string colour_of(const RunFacts &facts, const std::string &table);

}  // namespace client::report
