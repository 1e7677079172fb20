// The other nodes of a Citus cluster, each with a masking key of its own until it is given this one.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client {

// Returns a sentence for each node that has another masking key than the target, or that did not say, with the command
// that brings it the target's; none for a target without Citus.
std::vector<std::string> nodes_of_other_keys(Connection &target);

}  // namespace client
