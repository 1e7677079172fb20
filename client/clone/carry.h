// What a new copy takes over from the old one, besides rules and key.
#pragma once

#include <string>
#include <vector>

#include "connection.h"
#include "clone/archive.h"

namespace client::clone {

// Grants on objects of the new database what their like in the old one, whose schema with privileges this is, grant.
// Returns what could not be granted.
std::vector<std::string> carry_privileges(const Contents &old, Connection &fresh);

// Owner, connection limit, privileges and settings of the database itself, and settings of roles in it. Returns what
// could not be set.
std::vector<std::string> carry_settings(Connection &maintenance, const std::string &old, const std::string &fresh);

}  // namespace client::clone
