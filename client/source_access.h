// How a command that makes a target is told where the source is.
#pragma once

#include "output.h"
#include "source.h"

namespace client {

struct source_access {
  cli::given_text argument;  // URI
  source_uri_option source;
  std::optional<std::string> password_file;

  std::vector<cli::option> declare();
  // What the URI says, made whole: what it leaves open must not come from the environment of whichever process
  // connects.
  settings read() const;
  // From the file, .pgpass or a prompt, if the source asks for a password at all.
  void find_password(settings &source, const output &out) const;
};

}  // namespace client
