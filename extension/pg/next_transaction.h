// Transactions of a procedure that commits as it goes.
#pragma once

namespace confiture {

// Commits and begins the next transaction: READ COMMITTED, whatever the session's default, since a run looks for what
// others did meanwhile. Wants the session entered and SPI connected without atomicity; both are so again afterwards.
void next_transaction();

}  // namespace confiture
