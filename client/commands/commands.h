// The commands: one file each, which has its options and what it does.
#pragma once

#include "cli/model.h"
#include "session.h"

namespace client::commands {

// Each keeps the session to run in.
cli::Command init(Session &session);
cli::Command check(Session &session);
cli::Command clone(Session &session);
cli::Command plan(Session &session);
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
cli::Command version(Session &session);
// Writes what the build installs besides: man page and completions.
cli::Command generate(Session &session);

}  // namespace client::commands

namespace client {

// The whole of the command line, with `in` as the place of what the global options say.
cli::Command root_command(Session &session, std::optional<std::string> &config_file, bool &version);

}  // namespace client
