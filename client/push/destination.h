// The database that a push writes to.
#pragma once

#include "connection.h"
#include "push/options.h"

namespace client::push {

// Connects; the password comes from the file, ~/.pgpass or a prompt. Throws when it is the target itself, or one of the
// target's sources.
Connection open_destination(const PushOptions &options, Connection &target);

}  // namespace client::push
