// A new copy beside the old one, which takes its name in one step when it is complete.
#pragma once

#include "clone/clone.h"

namespace client::clone {

// As run(), for a database that exists. Until the names are exchanged, the old one stays as it is.
ExitCode replace(const CloneOptions &options, Session &session);

}  // namespace client::clone
