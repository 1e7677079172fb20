// What makes a database a target: the extension, a foreign server for the source, and the caller's user mapping.
#pragma once

#include "source.h"

namespace client {

using settings = std::vector<std::pair<std::string, std::string>>;

// How the source is reached, as the options of a command say it.
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

struct setup_step {
  std::string shown;       // as the statement, without secrets
  std::string expression;  // SQL whose value is the statement
};

// What is to be done so that `server` is this source; nothing if all is there.
std::vector<setup_step> plan_setup(connection &to, const std::string &server, const settings &source);

// Does it in the open transaction. The statement with the password is put together inside the server.
void carry_out_setup(connection &to, const std::vector<setup_step> &steps, const settings &source);

// Lets the target's server connect to the source, and tells what it found.
void report_source(connection &to, const std::string &server, const output &out);

}  // namespace client
