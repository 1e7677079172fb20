// Is a source that sends nothing busy or gone?
#pragma once

#include "source/source.h"

namespace confiture {

// A query for the identity of the session's process: what a wait asks for later.
const char *session_query();

// Lets waits for the source ask by a second connection, before they end in silence, whether it works on its statement.
// `session` is what session_query() returned.
void remember_session(Source *source, const char *session);

}  // namespace confiture
