// A subset: the rows that seeds and the references between tables choose
// (docs/decisions/0045-subsets.md).
//
// A row is known by where it lies on the source, which does not change while the run's snapshot and its locks are
// there. References are conditions of joins: the source evaluates them, and no value of a key leaves it for this.
//
// A row is chosen as followed, because it is of a seed or references a followed one, or as a parent, because a chosen
// one references it. What a chosen row references is always chosen; what references it is, if it is followed, unless
// its reference says never, or always (Follow). So rows arrive in rounds until none is new:
//
//   seed ----------------> followed --+--> (fresh)    parents: what these reference
//                             ^       |               children by references that are always followed
//                             |       +--> (followed) children by the others
//   parent of a chosen row    |
//       | ----------------> fresh, not followed
//       +-- arrives as a child later: followed from then on
#pragma once

#include "pg/callback.h"
#include "plan/seeds.h"
#include "run/plan.h"
#include "source/keys.h"

namespace confiture {

// Does a subset go from a chosen row to those that reference it?
enum class FollowPolicy { by_default, never, always };

struct SubsetTable {
  RunTable *table;
  size_t number;
  const Seed *seed;    // nullptr: none
  const char *alias;   // its name without schema, quoted: what conditions call it
  List *leaves;        // SubsetLeaf *; NIL: rows are not to be had by position
  bool is_reached;     // by a seed or a reference, as far as the references tell
  bool is_followed;    // so may rows of it be
  bool is_left_out;    // by a reference that is never followed
  bool is_whole;       // all of its rows are copied
  bool is_nearly_all;  // ... because nearly all were chosen
  int64 rows;          // chosen; of a whole table an estimate, -1: unknown
  int64 seed_rows;     // of them, by the seed
  const char *digest;  // of the chosen rows; nullptr: is_whole
  List *warnings;      // char *
};

struct SubsetLeaf {
  SubsetTable *table;
  const ChunkSource *extent;  // the table itself, or a partition
  size_t number;              // in the sets
};

struct SubsetKey {
  const char *name;  // as users write it
  SubsetTable *child, *parent;
  const SourceKey *source;
  size_t number;   // from 1
  bool is_unique;  // a row references one at most
  FollowPolicy policy;
  int rows_per_parent;      // 0: all
  int64 parents, children;  // rows that came by it
};

struct SubsetStep;

struct Subset {
  Source *source;
  MemoryContext context;  // of the sets
  wall::RowSets *sets;
  List *tables;  // SubsetTable *
  List *keys;    // SubsetKey *
  List *leaves;  // SubsetLeaf *
  int64 choice;  // what rows are chosen by, where not all of a seed are
  bool copies_unreached;
  int rounds;
  int64 statements;
  uint64 memory;  // the most that the sets took, in bytes
  bool is_recorded;
  List *steps;  // SubsetStep *, as they were taken, if recorded
};

// Chooses the rows of a planned run; nullptr where it has no seed. Sets `share` of its tables. Ereports 53400 when the
// sets take more than confiture.subset_memory. Wants SPI connected and the session entered. `is_recorded`: for
// explain_row().
Subset *choose_subset(Source *source, const RunOptions *options, RunPlan *plan, bool is_recorded = false);

// Why rows of a table are in a subset, or none is.
struct SubsetReason {
  const char *arrived_as;  // seed, parent, child, whole or none
  const SubsetKey *key;    // by which; nullptr: by no reference
  int64 rows;              // -1: all of the table
  const char *words;       // the same in words
};

// SubsetReason *, the seed first.
List *subset_reasons(const Subset *subset, const SubsetTable *table);

// In words: 1 row, 2 rows.
const char *counted_rows(int64 rows);

// Keeps the reasons of all tables with the run, for confiture.subset_reasons; nullptr: it has no subset.
void store_subset_reasons(int64 run_id, const Subset *subset);

// A row on the path of references from a seed to another one.
struct ExplainedRow {
  const SubsetTable *table;
  List *key;           // char *: values of its primary key; NIL: it has none, or one that is masked
  const char *reason;  // why it is chosen
};

// The path to the row of a table whose primary key has these values (char *): ExplainedRow *, a seed first. One
// row with the reason alone where the whole table is chosen; NIL: the row is not chosen. Ereports where there is no
// such row.
List *explain_row(Subset *subset, const SubsetTable *table, List *key);

// Frees the sets.
void release_sets(Subset *subset);

// The chunks of a table that is not whole.
ChunkList cut_subset(Subset *subset, const SubsetTable *table, int64 chunk_bytes);

// The parts of choose_subset() -----------------------------------------------------------------------------------

// subset_model.cpp: tables and references, and what they tell without a look at rows. nullptr: no seed.
Subset *make_subset(Source *source, const RunOptions *options, RunPlan *plan);

// subset_sql.cpp: COPY statements that send tableoid, ctid and xmin. `positions`: the text of an array of tid, rows of
// `leaf`; nullptr: all of the table.
struct SubsetStep {
  const SubsetKey *key;  // nullptr: a seed
  bool to_parents;
  bool followed;           // are the rows that it brings?
  const SubsetLeaf *leaf;  // nullptr: from all of the table
  const char *positions;
};
// "FROM child f JOIN parent p ON ...", all of both tables.
char *joined_sides(const SubsetKey *key);
char *step_statement(const Subset *subset, const SubsetStep *step);
char *seed_query(const Subset *subset, const SubsetTable *table);
char *copy_positions(const char *query);

// subset.cpp: reads what such a statement sends into the sets, behind what `begin` begins there. `arriving` and `key`
// are for its errors.
void read_positions(const Subset *subset, const SubsetTable *arriving, const SubsetKey *key, const char *sql,
                    Callback<bool(wall::Status *)> begin);

// Lets the source read rows by their positions, and by indexes, rather than whole tables, for the rest of the
// transaction: positions are in order, so that a block is read once, and the cost of a random one, by default four
// times that of the next one, is too high for them.
void prefer_positions(Source *source);

}  // namespace confiture
