// Watches runs that somebody else leads.
#pragma once

#include "session.h"

namespace client::run {

// One run, or all there are, until they are over; the exit code is that of the run, or of the last that was not done.
ExitCode follow(Session &session, Connection &target, const Parameter &run);

}  // namespace client::run
