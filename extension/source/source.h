// An open connection to a source.
#pragma once

#include "pg/pg.h"

namespace confiture {

// What libpq has read since it last gave a result or a message: see source/intake.h.
struct Intake {
  int64 bytes;
  int64 parsed_ns;         // processor time of the parser
  int64 parsing_since_ns;  // the processor's clock when the parser got its turn
  int64 allocated;         // bytes of memory when it was last looked at
};

// Lives in with_source(), or is kept by the session (source/kept.h).
struct Source {
  PGconn *conn;
  const char *server_name;
  Oid server_oid;
  int version;           // as PQserverVersion(): 150020
  int silence_limit_ms;  // the longest wait for a byte, the server option source_timeout; -1: no limit
  int64 answer_limit;    // of bytes that the answer to a statement may take, the server option; -1: no limit
  int64 message_limit;   // of bytes of one message, by what is going on: see source/intake.h
  Intake intake;
  const char *session;           // which process of the source, since when; nullptr before begin_snapshot()
  bool (*is_working)(Source *);  // asks elsewhere whether it works on our statement; nullptr: cannot be asked
  bool takes_check_interval;     // client_connection_check_interval, by refuse_own_database()
  WaitEventSet *events;          // latch, postmaster death, socket; nullptr while connecting
  Oid role, mapping;             // as whose, and by which user mapping it was made
  bool by_superuser;             // ... who needs no password
  bool stays_open;               // the server option keep_connections
  uint64 options_number;         // option_changes() when the options were read; of a twin: 0
  bool is_elsewhere;             // refuse_own_database() has found that it is another database
  bool awaits_end;               // what ends its transaction was sent, the answer is not read
  int64 longest;                 // of bytes of the messages of COPY
  bool talks_unasked;            // a message came that no statement has asked for
  bool has_room;                 // libpq's buffer has the size for a COPY
  bool copies_text;              // the COPY in work, or the last one
  char *message;                 // CopyData message in work; PQfreemem'ed with the connection
  bool failed;                   // an error was the source's
  bool is_lost;                  // ... and took the connection along: to try again makes sense
  Source *twin_of;               // this is a second connection of that source, see with_twin()
  Source *outer;                 // the next in the list of open connections, nullptr for none
};

}  // namespace confiture
