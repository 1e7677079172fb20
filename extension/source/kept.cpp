#include "source/kept.h"

#include "source/cancel.h"
#include "source/connection.h"
#include "source/query.h"
#include "source/quiesce.h"
#include "source/server_options.h"
#include "source/session.h"

namespace confiture {

// What the next statement on a connection has to begin with.
enum class Owed : uint8 { nothing, savepoint, transaction };

struct KeptSource {
  Source *source;
  Oid server, role;
  uint32 server_hash, mapping_hash;  // of the catalog caches: which changes concern it
  bool is_valid;
  bool in_transaction;  // one is open there, or is being opened
  bool is_in_snapshot;  // ... with the snapshot of ours
  Owed owed;
  uint64 lease;   // 0: nobody has it
  Oid known[16];  // relations that were looked at: their locks are held
  int n_known;
  KeptSource *next;
};

// The snapshot of a server's mapping in this transaction. Lives in TopTransactionContext.
struct Reading {
  Oid server, role;
  const char *snapshot;  // nullptr: not exported
  Reading *next;
};

static KeptSource *all = nullptr;
static Reading *readings = nullptr;
static uint64 last_lease = 0, current_reading = 0, n_option_changes = 0;

uint64 reading_number() { return current_reading; }

// ---- closing

// Takes an entry out of the list. Returns its connection.
static Source *take_out(KeptSource *kept) {
  KeptSource **place = &all;
  while (*place != kept) place = &(*place)->next;
  *place = kept->next;
  Source *source = kept->source;
  pfree(kept);
  return source;
}

static void forget(KeptSource *kept) { close_kept_source(take_out(kept)); }

// Nothing here may wait or ereport: the transaction is over.
static void end_reading(KeptSource *kept) {
  kept->lease = 0;
  kept->n_known = 0;
  kept->in_transaction = kept->is_in_snapshot = false;
  bool is_open = kept->owed != Owed::transaction;
  kept->owed = Owed::nothing;
  bool has_ended = !is_open || send_end(kept->source);
  if (!has_ended || !kept->is_valid || !kept->source->stays_open) forget(kept);
}

static void on_transaction(XactEvent event, void *) {
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE) return;
  if (proc_exit_inprogress) return;  // all sources were closed, and freed, before the server aborts the transaction
  readings = nullptr;
  for (KeptSource *kept = all, *next; kept != nullptr; kept = next) {
    next = kept->next;
    if (kept->in_transaction || kept->lease != 0)
      end_reading(kept);
    else if (!kept->is_valid)
      forget(kept);
  }
}

static void on_option_change(Datum, SysCacheIdentifier cache, uint32 hash) {
  n_option_changes++;
  for (KeptSource *kept = all; kept != nullptr; kept = kept->next)
    if (hash == 0 || hash == (cache == FOREIGNSERVEROID ? kept->server_hash : kept->mapping_hash))
      kept->is_valid = false;
}

static void watch() {
  static bool is_watching = false;
  if (is_watching) return;
  RegisterXactCallback(on_transaction, nullptr);
  CacheRegisterSyscacheCallback(FOREIGNSERVEROID, on_option_change, Datum(0));
  CacheRegisterSyscacheCallback(USERMAPPINGOID, on_option_change, Datum(0));
  is_watching = true;
}

uint64 option_changes() {
  watch();
  return n_option_changes;
}

// ---- opening

static KeptSource *add(Source *source) {
  KeptSource *kept = static_cast<KeptSource *>(MemoryContextAllocZero(TopMemoryContext, sizeof(KeptSource)));
  kept->source = source;
  kept->server = source->server_oid;
  kept->role = source->role;
  kept->server_hash = GetSysCacheHashValue1(FOREIGNSERVEROID, ObjectIdGetDatum(source->server_oid));
  kept->mapping_hash = GetSysCacheHashValue1(USERMAPPINGOID, ObjectIdGetDatum(source->mapping));
  kept->is_valid = true;
  kept->next = all;
  all = kept;
  return kept;
}

static KeptSource *open(const UserMapping *mapping) {
  uint64 options_number = option_changes();
  ForeignServer *server = GetForeignServer(mapping->serverid);
  Source *source = open_kept_source(server, GetUserMapping(mapping->userid, mapping->serverid));
  KeptSource *kept = add(source);
  kept->is_valid = options_number == option_changes();
  return kept;
}

// Brings a connection back to its savepoint. False: it cannot be used again.
static bool recover(KeptSource *kept) {
  PGconn *conn = kept->source->conn;
  if (PQstatus(conn) != CONNECTION_OK) return false;
  if (PQtransactionStatus(conn) == PQTRANS_ACTIVE && !drain(kept->source)) return false;
  if (PQtransactionStatus(conn) == PQTRANS_IDLE) return kept->owed == Owed::transaction;
  if (PQtransactionStatus(conn) == PQTRANS_INTRANS) return true;
  if (PQtransactionStatus(conn) != PQTRANS_INERROR || kept->owed != Owed::nothing) return false;
  kept->n_known = 0;  // the locks go with the savepoint
  kept->source->failed = kept->source->is_lost = false;
  // 3B001: there is none, since what was to come before it failed.
  return source_query_unless(kept->source, "ROLLBACK TO SAVEPOINT confiture_scan", "3B001") != nullptr &&
         PQtransactionStatus(conn) == PQTRANS_INTRANS;
}

// ---- the snapshot

static Reading *find_reading(Oid server, Oid role) {
  for (Reading *reading = readings; reading != nullptr; reading = reading->next)
    if (reading->server == server && reading->role == role) return reading;
  return nullptr;
}

static void begin_reading(KeptSource *kept, Oid server, Oid role) {
  kept->in_transaction = true;  // from here on its end is owed
  bool is_known = is_same_session(kept->source);
  if (!is_known) begin_snapshot(kept->source, nullptr);
  kept->owed = is_known ? Owed::transaction : Owed::savepoint;
  Reading *reading = static_cast<Reading *>(MemoryContextAllocZero(TopTransactionContext, sizeof(Reading)));
  *reading = {server, role, nullptr, readings};
  if (readings == nullptr) current_reading++;
  readings = reading;
}

[[noreturn]] static void raise_lost_snapshot(const Reading *reading) {
  ereport(ERROR, (errcode(ERRCODE_CONNECTION_FAILURE),
                  errmsg("the snapshot of server \"%s\" that this transaction reads was lost with its connection",
                         GetForeignServer(reading->server)->servername),
                  errhint("Repeat the transaction.")));
}

static void join_reading(KeptSource *kept, const Reading *reading) {
  kept->in_transaction = true;
  kept->owed = Owed::savepoint;
  if (begin_imported_snapshot(kept->source, reading->snapshot)) return;
  forget(kept);
  raise_lost_snapshot(reading);
}

// Of a snapshot that was not exported, its own connection is the only one: see share_snapshot().
static void refuse_to_join(const Reading *reading) {
  for (const KeptSource *kept = all; kept != nullptr; kept = kept->next)
    if (kept->in_transaction && kept->server == reading->server && kept->role == reading->role)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("server \"%s\" is being read by a statement that was to be the only one",
                             GetForeignServer(reading->server)->servername),
                      errhint("Begin a transaction before it.")));
  raise_lost_snapshot(reading);
}

// ---- borrowing

static bool is_for(const KeptSource *kept, Oid server, Oid role) {
  return kept->server == server && kept->role == role && kept->lease == 0;
}

static KeptSource *find_in_transaction(Oid server, Oid role) {
  for (KeptSource *kept = all, *next; kept != nullptr; kept = next) {
    next = kept->next;
    if (!is_for(kept, server, role) || !kept->in_transaction) continue;
    if (kept->is_in_snapshot && recover(kept)) return kept;
    forget(kept);
  }
  return nullptr;
}

// The role may have got a mapping that comes before PUBLIC's, or be no superuser any more.
static bool is_usable(const KeptSource *kept, const UserMapping *mapping) {
  Source *source = kept->source;
  return source->mapping == mapping->umid && finish_end(source) && is_idle(source) && !is_gone(source) &&
         source->by_superuser == superuser_arg(kept->role) && kept->is_valid;
}

static KeptSource *find_idle(const UserMapping *mapping) {
  for (KeptSource *kept = all, *next; kept != nullptr; kept = next) {
    next = kept->next;
    if (!is_for(kept, mapping->serverid, mapping->userid) || kept->in_transaction) continue;
    if (is_usable(kept, mapping)) return kept;
    forget(kept);
  }
  return nullptr;
}

static KeptSource *find_or_open(const UserMapping *mapping) {
  KeptSource *kept = find_idle(mapping);
  if (kept == nullptr) kept = open(mapping);
  if (kept->source->is_elsewhere) return kept;
  PG_TRY();
  { refuse_own_database(kept->source); }
  PG_CATCH();
  {
    forget(kept);
    PG_RE_THROW();
  }
  PG_END_TRY();
  return kept;
}

Lease borrow_source(Oid server, Oid role) {
  KeptSource *kept = find_in_transaction(server, role);
  if (kept == nullptr) {
    const Reading *reading = find_reading(server, role);
    if (reading != nullptr && reading->snapshot == nullptr) refuse_to_join(reading);
    kept = find_or_open(GetUserMapping(role, server));
    if (reading == nullptr)
      begin_reading(kept, server, role);
    else
      join_reading(kept, reading);
    kept->is_in_snapshot = true;
  }
  kept->source->failed = kept->source->is_lost = false;
  kept->lease = ++last_lease;
  return {kept, kept->lease};
}

static bool is_ours(const Lease *lease) {
  for (KeptSource *kept = all; kept != nullptr; kept = kept->next)
    if (kept == lease->kept) return kept->lease == lease->number;
  return false;
}

static KeptSource *kept_by(const Lease *lease) {
  if (!is_ours(lease))
    ereport(ERROR, (errcode(ERRCODE_CONNECTION_FAILURE), errmsg("the connection of a foreign scan was lost"),
                    errhint("Repeat the transaction.")));
  return lease->kept;
}

// The statement behind what is owed.
static const char *with_owed(KeptSource *kept, const char *sql) {
  Owed owed = kept->owed;
  kept->owed = Owed::nothing;
  const char *begin = owed == Owed::transaction ? begin_again_statement(kept->source) : "";
  return owed == Owed::nothing ? sql : psprintf("%sSAVEPOINT confiture_scan;%s", begin, sql);
}

Source *leased(const Lease *lease) {
  KeptSource *kept = kept_by(lease);
  if (kept->owed != Owed::nothing) (void)source_query(kept->source, with_owed(kept, ""));
  return kept->source;
}

PGresult *leased_query(const Lease *lease, const char *sql) {
  KeptSource *kept = kept_by(lease);
  return source_query(kept->source, with_owed(kept, sql));
}

void share_snapshot(const Lease *lease) {
  KeptSource *kept = kept_by(lease);
  Reading *reading = find_reading(kept->server, kept->role);
  if (reading == nullptr || reading->snapshot != nullptr) return;
  (void)leased(lease);
  (void)source_query(kept->source, "RELEASE SAVEPOINT confiture_scan");
  kept->owed = Owed::savepoint;
  reading->snapshot = MemoryContextStrdup(TopTransactionContext, export_snapshot(kept->source));
}

void return_source(Lease *lease) {
  if (is_ours(lease)) lease->kept->lease = 0;
  lease->kept = nullptr;
}

void abandon_source(Lease *lease) {
  if (is_ours(lease)) {
    KeptSource *kept = lease->kept;
    kept->lease = 0;
    if (PQtransactionStatus(kept->source->conn) == PQTRANS_ACTIVE) cancel_statement(kept->source->conn, 250);
  }
  lease->kept = nullptr;
}

void stop_source(Lease *lease) {
  KeptSource *kept = is_ours(lease) ? lease->kept : nullptr;
  abandon_source(lease);
  if (kept != nullptr && !recover(kept)) forget(kept);
}

void with_kept_source(Oid server, Oid role, Callback<void(const Lease *)> body) {
  Lease lease = borrow_source(server, role);
  PG_TRY();
  { body(&lease); }
  PG_CATCH();
  {
    abandon_source(&lease);
    PG_RE_THROW();
  }
  PG_END_TRY();
  return_source(&lease);
}

bool is_known_to(const Lease *lease, Oid relation) {
  for (int i = 0; i < lease->kept->n_known; i++)
    if (lease->kept->known[i] == relation) return true;
  return false;
}

void remember_known(const Lease *lease, Oid relation) {
  KeptSource *kept = lease->kept;
  if (kept->n_known < static_cast<int>(lengthof(kept->known))) kept->known[kept->n_known++] = relation;
}

// ---- taken by syncs

// libpq's buffer stays as large as the longest message was.
static constexpr int64 longest_of_kept = 1024 * 1024;

Source *take_kept_source(const UserMapping *mapping) {
  KeptSource *kept = find_idle(mapping);
  if (kept == nullptr) return nullptr;
  Source *source = take_out(kept);
  source->failed = source->is_lost = false;
  return source;
}

bool keep_source(Source *source) {
  bool is_open = source->events != nullptr && !source->failed && !source->is_lost && !source->talks_unasked;
  bool may_stay = source->stays_open && source->options_number == option_changes();
  if (!is_open || !may_stay || source->longest > longest_of_kept || !send_end(source)) return false;
  (void)add(source);
  return true;
}

void each_kept_connection(Callback<void(const KeptConnection *)> use) {
  for (const KeptSource *kept = all; kept != nullptr; kept = kept->next) {
    const KeptConnection connection = {kept->server, kept->role, kept->is_valid, kept->in_transaction,
                                       kept->lease != 0};
    use(&connection);
  }
}

}  // namespace confiture
