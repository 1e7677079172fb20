#include "pg/pg.h"

#include "pg/next_transaction.h"
#include "pg/session.h"

namespace confiture {

void next_transaction() {
  // The session's settings end with the transaction.
  SPI_commit();
  XactIsoLevel = XACT_READ_COMMITTED;
  (void)enter_session();
}

}  // namespace confiture
