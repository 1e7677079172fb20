// Option use_remote_estimate: what the source's planner says of the rows that will travel.
#pragma once

#include "scan/scan_plan.h"

namespace confiture {

struct RemoteEstimate {
  double rows;  // < 0: not asked
  Cost startup, total;
};

// Asks for the rows of the conditions (Expr *), all of them shipped ones, on the source. Values of parameters are not
// known yet, and what a masked constant stands for is no matter of a plan.
RemoteEstimate remote_estimate(const ScanPlan *plan, List *shipped);

// Is it to be asked? The table's own option before the server's.
bool uses_remote_estimate(Oid relation);

}  // namespace confiture
