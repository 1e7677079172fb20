// The commands: one file each, which has its options and what it does.
#pragma once

#include "cli/model.h"
#include "session.h"

namespace client::commands {

// Each keeps the session to run in.
cli::Command init(Session &in);
cli::Command check(Session &in);
cli::Command clone(Session &in);
cli::Command plan(Session &in);
cli::Command preview(Session &in);
cli::Command sync(Session &in);
cli::Command resume(Session &in);
cli::Command status(Session &in);
cli::Command runs(Session &in);
cli::Command cancel(Session &in);
cli::Command report(Session &in);
cli::Command rules(Session &in);
cli::Command suggest(Session &in);
cli::Command strategies(Session &in);
cli::Command verify(Session &in);
cli::Command version(Session &in);
// Writes what the build installs besides: man page and completions.
cli::Command generate(Session &in);

}  // namespace client::commands

namespace client {

// The whole of the command line, with `in` as the place of what the global options say.
cli::Command root_command(Session &in, std::optional<std::string> &config_file, bool &version);

}  // namespace client
