// May a target be handed on? Only when all its rows were masked.
#pragma once

#include "connection.h"

namespace client::dump {

// Throws when the newest run of a source is not done, or tables hold rows that no run wrote. `what` is the word for
// what is made of the target.
void require_finished(Connection &target, const std::string &what);

}  // namespace client::dump
