// What is left of a plan when it is settled: all that copying a table, or a chunk of it, needs to know. A run writes it
// into confiture.run_table, where its workers find it.
#pragma once

#include "../pg/pg.h"
#include "../wall/wall.h"

namespace confiture {

struct sync_plan;

struct wire_column {
  const char *name;        // in the target
  const char *expression;  // what the source is asked for
  wall::column_spec spec;  // what the core does with it
};

struct transfer {
  Oid relation;
  const char *source_relation;  // qualified, quoted
  const char *source_name;      // without its schema, quoted: what a filter may call it
  char source_kind;             // relkind
  const char *filter;           // nullptr: none
  bool binary;
  bool needs_masker;  // false: the stream is passed on as it is
  bool is_lockable;   // the source role may LOCK the table: not one that may read columns only
  int n_columns;
  wire_column *columns;  // in wire order
};

// Which of a table's rows a COPY takes.
struct slice {
  const char *relation;   // the table or one of its partitions; nullptr: the transfer's
  const char *condition;  // nullptr: all
  int64 limit;            // < 0: none
  bool lock;              // lock the relation first and fail where somebody waits to change it
};

transfer *make_transfer(const sync_plan *plan);

// The statement the source copies out.
char *copy_statement(const transfer *what, const slice *which);

// To and from confiture.run_table.transfer. Reading wants SPI connected.
char *transfer_to_json(const transfer *what);
transfer *transfer_from_json(Oid relation, Jsonb *json);

}  // namespace confiture
