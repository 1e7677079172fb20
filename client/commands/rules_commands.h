// The commands below "rules" that have files of their own.
#pragma once

#include "commands/commands.h"

namespace client::commands {

cli::Command rules_import(Session &session);
cli::Command rules_export(Session &session);

}  // namespace client::commands
