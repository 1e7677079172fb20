// plan --subset.
#pragma once

#include "session.h"
#include "sync_plan.h"

namespace client::commands {

// Shows which part of each table a sync would copy, with the stored seeds.
ExitCode plan_subset(const Scope &scope, Session &session);

}  // namespace client::commands
