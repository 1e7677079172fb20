// Asking a source to stop what it is doing.
#pragma once

#include "source/source.h"

namespace confiture {

// Sends a cancel request for the statement the connection waits for, over a second connection, and waits up to
// `patience_ms` until the source has taken it. Whether it did is not reported: the caller closes the connection next.
// Never ereports, since it runs while an error or the end of the process is under way.
void cancel_statement(PGconn *conn, int patience_ms);

}  // namespace confiture
