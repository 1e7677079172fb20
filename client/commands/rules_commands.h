// The subcommands of "rules" that have their own files.
#pragma once

#include "commands/commands.h"

namespace client::commands {

cli::Command rules_import(Session &session);
cli::Command rules_export(Session &session);

// The subcommands about filters.
cli::Command rules_filters(Session &session);
cli::Command rules_set_filter(Session &session);
cli::Command rules_drop_filter(Session &session);

// The subcommands about declared references.
cli::Command rules_references(Session &session);
cli::Command rules_set_reference(Session &session);
cli::Command rules_drop_reference(Session &session);
cli::Command rules_seeds(Session &session);
cli::Command rules_set_seed(Session &session);
cli::Command rules_drop_seed(Session &session);
cli::Command rules_follows(Session &session);
cli::Command rules_set_follow(Session &session);
cli::Command rules_drop_follow(Session &session);

}  // namespace client::commands
