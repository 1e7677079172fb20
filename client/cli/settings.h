// Settings that the command line does not give come from the environment (CONFITURE_*), then from the config file.
#pragma once

#include <set>
#include <string>

#include "cli/model.h"

namespace client::cli {

// Assigns an option its value, given as text; throws if the value does not fit. `where` names its origin in messages.
void assign(const Option &option, const std::vector<std::string> &values, Origin origin, const std::string &where);

// `path` leads from the root to the command that runs; `given` holds the long names that the command line set.
void apply_settings(const std::vector<const Command *> &path, const std::set<std::string> &given);

// "CONFITURE_DRY_RUN" for "dry-run".
std::string environment_name(const std::string &long_name);

}  // namespace client::cli
