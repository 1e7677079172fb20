// How a command that makes a target is told where the source is.
#pragma once

#include "output.h"
#include "source.h"

namespace client {

struct SourceAccess {
  cli::GivenText argument;  // URI
  SourceUriOption source;
  std::optional<std::string> password_file;

  std::vector<cli::Option> declare();
  // What the URI says, made whole: what it leaves open must not come from the environment of whichever process
  // connects.
  Settings read() const;
  // From the file, .pgpass or a prompt, if the source asks for a password at all.
  void find_password(Settings &settings, const Output &out) const;
};

}  // namespace client
