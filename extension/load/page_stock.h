// Pages that a load adds to a heap many at a time, as the server's own bulk inserts do since PostgreSQL 16: they are
// allocated in its file, where PostgreSQL 15 writes each as zeros under a lock for which all loads of the table wait.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct PageStock {
  BlockNumber old_size;   // of the relation when the load began, in blocks: free space below is the server's to find
  BlockNumber next, end;  // allocated, and nowhere announced
  BlockNumber filled;     // pages so far: no more than that are allocated ahead
  BlockNumber step;       // how many are next; 0: the server extends the relation itself
};

PageStock open_stock(Relation relation);

// How many of the tuples, at least one, go to one page, which the bulk insert is brought to: the insert makes sure
// under the page's lock that there is room. All of them, if the server turns the pages.
int tuples_for_page(PageStock *stock, Relation relation, BulkInsertState bulk, TupleTableSlot *const *slots,
                    int n_slots);

// Makes what is left of the pages known to other inserts.
void close_stock(const PageStock *stock, Relation relation);

}  // namespace confiture
