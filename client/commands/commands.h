// The commands: one file each, which has its options and what it does.
#pragma once

#include "../cli/model.h"
#include "../session.h"

namespace client::commands {

// Each keeps the session to run in.
cli::command init(session &in);
cli::command check(session &in);
cli::command clone(session &in);
cli::command plan(session &in);
cli::command preview(session &in);
cli::command sync(session &in);
cli::command resume(session &in);
cli::command status(session &in);
cli::command runs(session &in);
cli::command cancel(session &in);
cli::command report(session &in);
cli::command rules(session &in);
cli::command suggest(session &in);
cli::command strategies(session &in);
cli::command verify(session &in);
cli::command version(session &in);
// Writes what the build installs besides: man page and completions.
cli::command generate(session &in);

}  // namespace client::commands

namespace client {

// The whole of the command line, with `in` as the place of what the global options say.
cli::command root_command(session &in, std::optional<std::string> &config_file, bool &version);

}  // namespace client
