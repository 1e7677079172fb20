// Locks on tables of the target that others read and write meanwhile.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Locks the relations (Oids) and their partitions until the end of the transaction. Who comes after a request for a
// lock waits for it, readers too; so a request that is not granted within confiture.lock_wait is taken back, with all
// locks it got, and repeated after those who came after it had their turn. Ereports 55P03, naming those who hold the
// locks, after confiture.lock_timeout, or lock_timeout where that is shorter. `show` shows the progress, which the
// server forgets with each request that is taken back.
void lock_patiently(List *relations, LOCKMODE lock, Callback<void()> show);

}  // namespace confiture
