// The commands below "rules" that have files of their own.
#pragma once

#include "commands/commands.h"

namespace client::commands {

cli::Command rules_import(Session &in);
cli::Command rules_export(Session &in);

}  // namespace client::commands
