// What makes a database a target: the extension, a foreign server for the source, and the caller's user mapping.
#pragma once

#include "output.h"
#include "source.h"

namespace client {

struct SetupStep {
  std::string shown;      // the statement, with '...' for secrets
  std::string statement;  // the same without the options that are secrets; empty when there is nothing else in it
  Settings secrets;       // options of the caller's user mapping
};

// Returns the statements that make `server` lead to this source; none if it does already.
std::vector<SetupStep> plan_setup(Connection &target, const std::string &server, const Settings &source);

// Shows the statements (also with --quiet, unless `yes` answers the question) and asks. Returns the answer.
bool confirm_setup(const std::string &heading, const std::vector<SetupStep> &steps, bool yes, const Output &out);

// Executes the steps in the open transaction. Secrets go to the target as data of COPY.
void carry_out_setup(Connection &target, const std::string &server, const std::vector<SetupStep> &steps);

// Lets the target's server connect to the source, and notes what it found there.
void report_source(Connection &target, const std::string &server, const Output &out);

}  // namespace client
