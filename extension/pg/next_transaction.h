// Transactions of a procedure that commits as it goes.
#pragma once

namespace confiture {

// Commits and begins the next transaction: READ COMMITTED, whatever the session's default, since a run must see what
// others committed meanwhile. Wants the session entered and SPI connected non-atomically, and leaves them so.
void next_transaction();

}  // namespace confiture
