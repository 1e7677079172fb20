// libpq's PQcancel() waits without limit for a source that accepts the connection and stays silent, and no signal ends
// that wait. Since 17 libpq has a cancel that does not block. Before, the request is sent from here: 16 bytes on a
// socket of our own (docs/decisions/0011-cancelling-a-frozen-source.md).
#include "source/cancel.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// A libpq of 17 or later may be loaded though the headers were older: asked at run time.
#ifndef LIBPQ_HAS_ASYNC_CANCEL
using PGcancelConn = struct pg_cancel_conn;
extern "C" {
PGcancelConn *PQcancelCreate(PGconn *conn) __attribute__((weak));
int PQcancelStart(PGcancelConn *cancel) __attribute__((weak));
PostgresPollingStatusType PQcancelPoll(PGcancelConn *cancel) __attribute__((weak));
int PQcancelSocket(const PGcancelConn *cancel) __attribute__((weak));
void PQcancelFinish(PGcancelConn *cancel) __attribute__((weak));
}
#endif

namespace confiture {

static bool has_async_cancel() {
#ifdef LIBPQ_HAS_ASYNC_CANCEL
  return true;
#else
  return PQcancelCreate != nullptr && PQcancelStart != nullptr && PQcancelPoll != nullptr &&
         PQcancelSocket != nullptr && PQcancelFinish != nullptr;
#endif
}

// Waits for the socket until the deadline. The latch is left alone: it may be set for good by what is ending us.
static bool is_ready(int socket, short events, TimestampTz deadline) {
  for (;;) {
    long left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);
    if (left_ms <= 0) return false;
    pollfd waiting = {socket, events, 0};
    int n = poll(&waiting, 1, static_cast<int>(left_ms));
    if (n > 0) return true;
    if (n == 0 || errno != EINTR) return false;
  }
}

static void cancel_by_libpq(PGconn *conn, TimestampTz deadline) {
  PGcancelConn *cancel = PQcancelCreate(conn);
  PostgresPollingStatusType status = PQcancelStart(cancel) ? PGRES_POLLING_WRITING : PGRES_POLLING_FAILED;
  while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
    short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!is_ready(PQcancelSocket(cancel), events, deadline)) break;
    status = PQcancelPoll(cancel);
  }
  PQcancelFinish(cancel);
}

// What PGcancel of libpq up to 16 begins with (libpq-int.h): the address and the key are to be had nowhere else.
struct CancelKey {
  struct {  // SockAddr: padded to the alignment of the first member
    sockaddr_storage storage;
    socklen_t size;
  } address;
  int backend_pid;
  int backend_key;
};

// Reads it, and makes sure that it is what we take it for: two of its parts are known from elsewhere.
static bool read_cancel_key(PGconn *conn, CancelKey *key) {
  if (PQlibVersion() >= 170000) return false;
  PGcancel *cancel = PQgetCancel(conn);
  if (cancel == nullptr) return false;
  memcpy(key, cancel, sizeof(CancelKey));
  PQfreeCancel(cancel);
  sockaddr_storage peer = {};
  socklen_t peer_size = sizeof(peer);
  return getpeername(PQsocket(conn), reinterpret_cast<sockaddr *>(&peer), &peer_size) == 0 &&
         key->address.storage.ss_family == peer.ss_family && key->address.size <= sizeof(key->address.storage) &&
         key->backend_pid == PQbackendPID(conn);
}

// The source closes the connection when it has passed the request on.
static void send_cancel_request(int connection, const CancelKey *key, TimestampTz deadline) {
  const sockaddr *address = reinterpret_cast<const sockaddr *>(&key->address.storage);
  if (connect(connection, address, key->address.size) != 0) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (errno != EINPROGRESS || !is_ready(connection, POLLOUT, deadline)) return;
    if (getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return;
  }
  constexpr uint32 cancel_request_code = (1234U << 16) | 5678U;
  const uint32 packet[] = {htonl(16), htonl(cancel_request_code), htonl(static_cast<uint32>(key->backend_pid)),
                           htonl(static_cast<uint32>(key->backend_key))};
  static_assert(sizeof(packet) == 16);
  if (send(connection, packet, sizeof(packet), MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof(packet))) return;
  char ignored;
  if (is_ready(connection, POLLIN, deadline)) (void)!recv(connection, &ignored, 1, 0);
}

static void cancel_by_packet(PGconn *conn, TimestampTz deadline) {
  CancelKey key;
  if (!read_cancel_key(conn, &key)) return;
  int connection = socket(key.address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection < 0) return;
  send_cancel_request(connection, &key, deadline);
  close(connection);
}

void cancel_statement(PGconn *conn, int patience_ms) {
  TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), patience_ms);
  if (has_async_cancel())
    cancel_by_libpq(conn, deadline);
  else
    cancel_by_packet(conn, deadline);
}

}  // namespace confiture
