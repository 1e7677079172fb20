// What makes a database a target: the extension, a foreign server for the source, and the caller's user mapping.
#pragma once

#include "output.h"
#include "source.h"

namespace client {

struct SetupStep {
  std::string shown;       // as the statement, without secrets
  std::string expression;  // SQL whose value is the statement
};

// What is to be done so that `server` is this source; nothing if all is there.
std::vector<SetupStep> plan_setup(Connection &target, const std::string &server, const Settings &source);

// Shows the statements, also with --quiet when somebody is to be asked, and asks. False: the answer is no.
bool confirm_setup(const std::string &heading, const std::vector<SetupStep> &steps, bool yes, const Output &out);

// Does it in the open transaction. The statement with the password is put together inside the server.
void carry_out_setup(Connection &target, const std::vector<SetupStep> &steps, const Settings &source);

// Lets the target's server connect to the source, and tells what it found.
void report_source(Connection &target, const std::string &server, const Output &out);

}  // namespace client
