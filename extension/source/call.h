// A call that asks a source: by a connection that the session has kept, or a new one.
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// Ereports 42704, with the name that was probably meant, when there is none of this name.
ForeignServer *find_server(const char *name);

// Calls body with a connection to the server as the current user's mapping says: one that the session has kept, or a
// new one. Body begins the transaction, the end of the call ends it, and the session keeps the connection
// (source/kept.h). An error, cancel or exit in between cancels what the source is doing and closes it. Ereports: 42501,
// 08001, HV*, naming the server and no secret.
void with_source(const char *server_name, Callback<void(Source *)> body);

// The same with a new connection that is closed afterwards: to find out whether one can be made.
void with_new_source(const char *server_name, Callback<void(Source *)> body);

// As with_source(), but an error that says that the server cannot be connected to is returned instead of raised.
ErrorData *with_source_if_any(const char *server_name, Callback<void(Source *)> body);

}  // namespace confiture
