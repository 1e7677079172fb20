#include "load/page_stock.h"

#include <fcntl.h>

namespace confiture {

static constexpr BlockNumber least_step = 8, longest_step = 64;

PageStock open_stock(Relation relation) {
  if (extends_by_many || RelationUsesLocalBuffers(relation)) return {};
  return {.old_size = RelationGetNumberOfBlocks(relation), .next = 0, .end = 0, .filled = 0, .step = least_step};
}

static bool is_ours_to_turn(const PageStock *stock, BulkInsertState bulk) {
  return stock->step != 0 && bulk->current_buf != InvalidBuffer &&
         BufferGetBlockNumber(bulk->current_buf) >= stock->old_size;
}

static Size room_of(Page page) {
  return PageIsNew(page) ? BLCKSZ - SizeOfPageHeaderData - sizeof(ItemIdData) : PageGetHeapFreeSpace(page);
}

// How many of the tuples fit on the page. One that will be toasted is counted as nothing: where it has no room after
// all, the server turns the page.
static int fitting(Relation relation, Page page, TupleTableSlot *const *slots, int n_slots) {
  Size reserved = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
  Size room = room_of(page);
  for (int i = 0; i < n_slots; i++) {
    Size size = MAXALIGN(reinterpret_cast<const HeapTupleTableSlot *>(slots[i])->tuple->t_len);
    if (size > TOAST_TUPLE_THRESHOLD) continue;
    if (size + reserved > room) return i;
    room -= Min(room, size + sizeof(ItemIdData));
  }
  return n_slots;
}

// Whatever the reason for a failure, the server's own extension says it.
static bool allocate(Relation relation, BlockNumber first, BlockNumber n) {
#ifdef __linux__
  Datum path = DirectFunctionCall1(pg_relation_filepath, ObjectIdGetDatum(RelationGetRelid(relation)));
  const char *base = text_to_cstring(DatumGetTextPP(path));
  BlockNumber segment = first / RELSEG_SIZE;
  int file = OpenTransientFile(segment == 0 ? base : psprintf("%s.%u", base, segment), O_RDWR | PG_BINARY);
  if (file < 0) return false;
  bool succeeds =
      fallocate(file, 0, static_cast<off_t>(first % RELSEG_SIZE) * BLCKSZ, static_cast<off_t>(n) * BLCKSZ) == 0;
  return CloseTransientFile(file) == 0 && succeeds;
#else
  return false;
#endif
}

// The pages are in the buffer pool before they are in the file, so that no other process can have read, filled and
// written one that is made zero here.
static BlockNumber extend(Relation relation, BulkInsertState bulk, BlockNumber first, BlockNumber step) {
  if (first % RELSEG_SIZE == 0) return 0;  // a segment's file is made by the server
  BlockNumber n = Min(step, RELSEG_SIZE - first % RELSEG_SIZE);
  for (BlockNumber i = 0; i < n; i++)
    UnlockReleaseBuffer(ReadBufferExtended(relation, MAIN_FORKNUM, first + i, RBM_ZERO_AND_LOCK, bulk->strategy));
  return allocate(relation, first, n) ? n : 0;
}

static void add_pages(PageStock *stock, Relation relation, BulkInsertState bulk) {
  LockRelationForExtension(relation, ExclusiveLock);
  stock->next = RelationGetNumberOfBlocks(relation);
  stock->end = stock->next + extend(relation, bulk, stock->next, stock->step);
  UnlockRelationForExtension(relation, ExclusiveLock);
  stock->step = Min(stock->step * 2, longest_step);
}

static void turn_page(PageStock *stock, Relation relation, BulkInsertState bulk) {
  stock->filled++;
  if (stock->next == stock->end && stock->filled >= stock->step) add_pages(stock, relation, bulk);
  if (stock->next == stock->end) return;
  ReleaseBuffer(bulk->current_buf);
  bulk->current_buf = InvalidBuffer;
  bulk->current_buf = ReadBufferExtended(relation, MAIN_FORKNUM, stock->next++, RBM_NORMAL, bulk->strategy);
}

int tuples_for_page(PageStock *stock, Relation relation, BulkInsertState bulk, TupleTableSlot *const *slots,
                    int n_slots) {
  if (!is_ours_to_turn(stock, bulk)) return n_slots;
  if (int n = fitting(relation, BufferGetPage(bulk->current_buf), slots, n_slots); n > 0) return n;
  turn_page(stock, relation, bulk);
  return Max(fitting(relation, BufferGetPage(bulk->current_buf), slots, n_slots), 1);
}

void close_stock(const PageStock *stock, Relation relation) {
  for (BlockNumber block = stock->next; block < stock->end; block++)
    RecordPageWithFreeSpace(relation, block, BLCKSZ - SizeOfPageHeaderData);
  if (stock->next < stock->end) FreeSpaceMapVacuumRange(relation, stock->next, stock->end);
}

}  // namespace confiture
