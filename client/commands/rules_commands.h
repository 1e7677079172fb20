// The subcommands of "rules" that have their own files.
#pragma once

#include "commands/commands.h"

namespace client::commands {

cli::Command rules_import(Session &session);
cli::Command rules_export(Session &session);

}  // namespace client::commands
