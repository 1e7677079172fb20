// plan --subset.
#pragma once

#include "session.h"
#include "sync_plan.h"
#include "rules/seeds.h"

namespace client::commands {

// Shows which part of each table a sync would copy.
ExitCode plan_subset(const Scope &scope, const rules::SubsetOptions &options, Session &session);

}  // namespace client::commands
