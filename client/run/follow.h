// Watches runs that other processes lead.
#pragma once

#include "session.h"

namespace client::run {

// Watches one run, or all runs in progress, until they end. Returns the exit code of the run, or of the last that did
// not end as done.
ExitCode follow(Session &session, Connection &target, const Parameter &run);

}  // namespace client::run
