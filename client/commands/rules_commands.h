// The commands below "rules" that have files of their own.
#pragma once

#include "commands.h"

namespace client::commands {

cli::command rules_import(session &in);
cli::command rules_export(session &in);

}  // namespace client::commands
