// May this role set up a target? Asked before anything is made, so that a refusal leaves nothing behind.
#pragma once

#include "setup.h"

namespace client {

// Throws unless the current role may carry out these steps and call the extension; the hint is what a superuser has to
// run. `makes_tables`: a clone, which also makes schemas and tables.
void require_privileges(Connection &target, const std::string &server, const std::vector<SetupStep> &steps,
                        bool makes_tables);

// The same for a new database, in which CREATE EXTENSION wants a superuser; `create` is the statement that makes it.
void require_superuser(Connection &maintenance, const std::string &database, const std::string &create);

}  // namespace client
