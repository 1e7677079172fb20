// Connections that the session keeps. Foreign scans share a snapshot of a source for each transaction of ours:
//
//   closed ──▶ idle ──▶ in transaction ──▶ borrowed, by one scan at a time
//               ▲          │    ▲              │
//               └──────────┘    └──────────────┘
//          COMMIT sent, its     the scan ended, or was stopped: cancel,
//          answer read later    ROLLBACK TO SAVEPOINT
//
// The first connection of a transaction begins the snapshot and, unless its scan is all there is, exports it; where
// several scans are open at once, each has a connection of its own that imports it
// (docs/decisions/0026-scans-and-snapshots.md).
//
// A sync takes an idle one out, has it to itself over any number of transactions, and brings it back when it has
// succeeded (docs/decisions/0044-kept-connections.md).
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

struct KeptSource;

// A borrowed connection. It is no longer ours when the transaction has ended meanwhile.
struct Lease {
  KeptSource *kept;  // nullptr: none
  uint64 number;
};

// Borrows a connection to the server as the role's user mapping says, in this transaction's snapshot. Ereports as
// with_source() does, and 55000 when the server is the database we are in.
Lease borrow_source(Oid server, Oid role);

// Calls body with a borrowed connection and gives it back. For statements that end with the body.
void with_kept_source(Oid server, Oid role, Callback<void(const Lease *)> body);

// The connection. Ereports 08006 when it was lost with a transaction or savepoint.
Source *leased(const Lease *lease);

// Runs a statement on it as source_query() does; of the first one this is a round trip less.
PGresult *leased_query(const Lease *lease, const char *sql);

// To be called before a statement during which another connection may be borrowed in the same transaction: exports the
// snapshot, which takes the source longer than to look a row up. No savepoint is set then.
void share_snapshot(const Lease *lease);

// Its statement has ended: gives the connection back.
void return_source(Lease *lease);

// The same while a statement may be in work: cancels it and waits until the source has stopped. May ereport.
void stop_source(Lease *lease);

// The same after an error: does not wait and never ereports.
void abandon_source(Lease *lease);

// Was the relation looked at on this connection since its locks were last released? And remembers that it was.
bool is_known_to(const Lease *lease, Oid relation);
void remember_known(const Lease *lease, Oid relation);

// Changes with each transaction that reads.
uint64 reading_number();

// Takes an idle connection by the mapping out of those that are kept; nullptr: there is none. Ereports as a statement
// does.
Source *take_kept_source(const UserMapping *mapping);

// Ends the transaction of a connection that was taken, or made, and keeps it. False: it is not to be kept. Never waits.
bool keep_source(Source *source);

// Grows whenever options of a server or user mapping may have changed.
uint64 option_changes();

struct KeptConnection {
  Oid server, role;
  bool is_valid;        // options of server and mapping are those it was made with
  bool in_transaction;  // a transaction is open on the source
  bool is_borrowed;     // a scan reads from it
};

// Calls use() for each connection of the session.
void each_kept_connection(Callback<void(const KeptConnection *)> use);

}  // namespace confiture
