// The database that a clone creates.
#pragma once

#include <functional>
#include <string>

#include "session.h"

namespace client::clone {

// The name of the target, from the options or the environment. Throws when neither names one.
std::string database_name(const Session &session);

// Creates the database, over a connection to the database postgres. Calls `before` first; returns false, without that,
// when the database exists already.
bool create_database(const Session &session, const std::string &name, const std::function<void()> &before);

}  // namespace client::clone
