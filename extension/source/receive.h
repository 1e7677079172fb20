// Results of a source, as they arrive.
#pragma once

#include "source/intake.h"

namespace confiture {

// Sends statements by the simple protocol and returns the last result, or the first failed one, whatever its status;
// freed with the current memory context. Ereports when the connection breaks or the source sends more than it may:
// a message longer than `limit`, see source/intake.h.
PGresult *send_and_receive(Source *source, const char *sql, int64 limit = longest_message);

// The same for one statement with parameters, by the extended protocol.
PGresult *send_and_receive(Source *source, const char *sql, int n_parameters, const char *const *parameters);

// Takes the results of what was sent. *n_results: how many there were.
PGresult *receive_result(Source *source, int *n_results);

// Waits until something arrives and hands it to libpq.
void receive_input(Source *source);

}  // namespace confiture
