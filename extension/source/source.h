// An open connection to a source.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Lives in with_source() only.
struct Source {
  PGconn *conn;
  const char *server_name;
  Oid server_oid;
  int version;           // as PQserverVersion(): 150020
  int silence_limit_ms;  // the longest wait for a byte, the server option source_timeout; -1: no limit
  WaitEventSet *events;  // latch, postmaster death, socket; nullptr while connecting
  char *message;         // CopyData message in work; PQfreemem'ed with the connection
  bool failed;           // an error was the source's
  bool is_lost;          // ... and took the connection along: to try again makes sense
  Source *outer;         // the connection that was open already, nullptr for none
};

}  // namespace confiture
