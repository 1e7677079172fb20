// What is left of a plan when it is settled: all that copying a table, or a chunk of it, needs to know. A run writes it
// into confiture.run_table, where its workers find it.
#pragma once

#include "pg/pg.h"
#include "plan/loader.h"
#include "wall/wall.h"

namespace confiture {

struct SyncPlan;

struct WireColumn {
  const char *name;  // in the target, where it had this number and type when the plan was made
  AttrNumber number;
  Oid type;
  int32 typmod;
  const char *source;                   // the source's column, quoted, where the expression reads it; nullptr otherwise
  const char *expression;               // what the source is asked for
  const char *side;                     // that of the side column with the number of a case, nullptr for none
  const char *clues[wall::clue_count];  // those of the ones with what other columns say of it, nullptr for none
  int n_named;
  const WireColumn *named;  // the columns that its option `columns` names: their values as texts, with their own sides
  wall::ColumnSpec spec;    // what the core does with it
  Oid function;             // what masks it then, see mask_function.h; InvalidOid: nothing
  const char *function_digest;
};

struct Transfer {
  Oid relation;
  Loader loader;
  const char *engine;           // the extension that keeps the rows, whose triggers stay on; nullptr: none
  const char *source_relation;  // qualified, quoted
  const char *source_name;      // without its schema, quoted: what a filter may call it
  char source_kind;             // relkind
  const char *filter;           // nullptr: none
  bool binary;
  bool needs_masker;  // false: the stream is passed on as it is
  int n_columns;
  WireColumn *columns;  // in wire order
  List *key_columns;    // names of the primary key's, by which rows are upserted; NIL: they are added
};

// Which of a table's rows a COPY takes.
struct Slice {
  const char *relation;          // the table or one of its partitions; nullptr: the transfer's
  const char *condition;         // nullptr: all
  int64 limit;                   // < 0: none
  const char *order = nullptr;   // ORDER BY's list; nullptr: any
  const char *sample = nullptr;  // TABLESAMPLE\'s method; nullptr: none
};

Transfer *make_transfer(const SyncPlan *plan);

// How many side columns the rows of the stream have, behind the others.
int side_count(const Transfer *transfer);

// Ereports 55000 when a column of the target differs from the one that was planned: binary values would be read as
// another type. The caller holds a lock on the target.
void refuse_altered(const Transfer *transfer);

// The query for a slice's rows, and the statement that copies them out.
char *row_query(const Transfer *transfer, const Slice *slice);
char *copy_statement(const Transfer *transfer, const Slice *slice);

// To and from confiture.run_table.transfer. Reading wants SPI connected.
char *transfer_to_json(const Transfer *transfer);
Transfer *transfer_from_json(Oid relation, const Jsonb *json);

}  // namespace confiture
