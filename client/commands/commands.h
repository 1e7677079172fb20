// The commands: one file each, with its options and its implementation.
#pragma once

#include "cli/model.h"
#include "session.h"

namespace client::commands {

// Each keeps a reference to the session, which must outlive it.
cli::Command init(Session &session);
cli::Command check(Session &session);
cli::Command clone(Session &session);
cli::Command dump(Session &session);
cli::Command key(Session &session);
cli::Command plan(Session &session);
cli::Command push(Session &session);
cli::Command preview(Session &session);
cli::Command sync(Session &session);
cli::Command resume(Session &session);
cli::Command status(Session &session);
cli::Command runs(Session &session);
cli::Command cancel(Session &session);
cli::Command report(Session &session);
cli::Command rules(Session &session);
cli::Command suggest(Session &session);
cli::Command strategies(Session &session);
cli::Command verify(Session &session);
cli::Command why(Session &session);
cli::Command version(Session &session);
// Lists names for the completions.
cli::Command complete(Session &session);
// Writes the man page and the completions, which the build installs.
cli::Command generate(Session &session);

}  // namespace client::commands

namespace client {

// The whole command line. The global options are stored in the session and in the other two parameters.
cli::Command root_command(Session &session, std::optional<std::string> &config_file, bool &version);

}  // namespace client
