// The options of a command that sets up a target: where the source is, and with which password.
#pragma once

#include "output.h"
#include "source.h"

namespace client {

struct SourceAccess {
  cli::GivenText argument;  // URI
  SourceUriOption source;
  std::optional<std::string> password_file;

  std::vector<cli::Option> declare();
  // The settings of the URI, complete: nothing may come from the environment of the process that connects.
  Settings read() const;
  // Adds the password from the file, .pgpass or a prompt, if the source asks for one.
  void find_password(Settings &settings, const Output &out) const;
};

}  // namespace client
