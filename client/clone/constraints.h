// Do the rows that a clone will copy satisfy the constraints that it will have?
#pragma once

#include <string>
#include <vector>

#include "connection.h"
#include "sync_plan.h"

namespace client::clone {

// Looks on the source, before a row is copied, for rows that violate its constraints: foreign keys whose referenced row
// is not there or is not copied (excluded, or left out by a filter), and CHECKs on the current time. Constraints that
// are NOT VALID on the source stay so, and are not looked at. Returns what is violated and what to do.
std::vector<std::string> find_violations(Connection &source, Connection &target, const PlanRows &plan);

}  // namespace client::clone
