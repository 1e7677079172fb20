// The queue of a run: the chunks of its tables in confiture.chunk.
//
// A chunk is pending until the transaction that writes its rows marks it done. A process that takes one locks its row
// (FOR UPDATE SKIP LOCKED): a process that fails gives its chunk back by ending. Large chunks come first, because a
// long one taken last would keep one process busy after the others are done. Sizes count by their nearest power of two;
// within one, the tables take turns, so that a chunk of another table is always near.
//
// Taking a chunk costs the same however many there are. Entries of done chunks stay in the index until no transaction
// of the server is older than they are, that is for hours beside an old one; so a process keeps its place in the queue
// and never passes the same entry twice. What it passed because others had it is seen to in a second pass; what is
// still pending after that, all of it in the hands of others, is watched by number.
#pragma once

#include "load/transfer.h"
#include "run/plan.h"

namespace confiture {

// Where a process is in the queue. Chunks join the queue only before a snapshot's work begins: a Queue is good for one
// snapshot. It lives in the memory context in which it was begun.
struct Queue {
  int64 run_id;
  const char *snapshot;  // that the process reads from; nullptr: any
  MemoryContext context;
  int64 place, chunk_id;  // of the chunk taken last
  bool is_first_pass;
  bool has_taken;       // in this pass
  const char *watched;  // bigint[] as text: chunks that others had at the end of the last pass; nullptr: not there yet
};

// One that is taken. Its values live in the memory context that it was taken in.
struct TakenChunk {
  int64 chunk_id;
  int64 place;
  Oid relation;
  const char *relation_name;
  int number;                 // within its table, from 1
  int chunks;                 // of the table
  Slice slice;                // of the source
  Oid source_oid;             // of the slice's relation when it was planned
  const char *seal;           // see require_seals()
  Jsonb *transfer;            // nullptr only where the control table was tampered with
  const char *transfer_seal;  // see require_seals()
  int64 estimated_rows;       // of the chunk, -1: unknown
  int snapshots;              // of the run, this one included
  const char *key_id;         // of the run
  const char *positions;      // which rows of the slice, packed, in hex; nullptr: as its condition says
};

// Deletes the record of a table and of its chunks.
void forget_table(int64 run_id, Oid relation);

// Records a table (state waiting) with its chunks.
void store_table(int64 run_id, const RunTable *table, const ChunkList *chunks);

Queue begin_queue(int64 run_id, const char *snapshot);

// Takes the next chunk that no other process has, preferring a table that no other process is loading; locked until the
// end of the transaction. False: none is to be had, or the run works with another snapshot.
bool take_chunk(Queue *queue, TakenChunk *chunk);

// Ereports 28000 unless the masking key authenticates the chunk's slice and transfer as what the run wrote: they decide
// what the source is asked for, and the masks.
void require_seals(int64 run_id, const TakenChunk *chunk);

// Records a chunk as done by this process.
void mark_done(const TakenChunk *chunk, uint64 rows, uint64 bytes, TimestampTz started);

// Is there a chunk that is not done, of a table that has not failed? False when the run is stopped.
bool has_work_left(const Queue *queue);

// Marks the table, or all of the run (InvalidOid), as done where all chunks are. Returns those that were not marked
// before (list of Oid).
List *mark_done_tables(int64 run_id, Oid relation);

// Grows with everything that is done, and only with that: chunks and their rows.
int64 count_done(int64 run_id);

}  // namespace confiture
