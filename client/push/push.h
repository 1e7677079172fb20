// Copies the masked target into a server where the extension cannot be: schema, rows, then indexes and constraints.
// What it has done so far is known to the destination alone, in the schema confiture_push.
#pragma once

#include "push/options.h"
#include "session.h"

namespace client::push {

ExitCode run(const PushOptions &options, Session &session);

}  // namespace client::push
