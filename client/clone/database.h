// The database that a clone makes.
#pragma once

#include <functional>
#include <string>

#include "session.h"

namespace client::clone {

// The target's, as the options and the environment name it.
std::string database_name(const Session &session);

// CREATE DATABASE, over a connection to the database postgres, after `before`; false when it is there already.
bool create_database(const Session &session, const std::string &name, const std::function<void()> &before);

}  // namespace client::clone
