// Rows of the wire formed into heap tuples.
#pragma once

#include "load/field_form.h"
#include "load/transfer.h"
#include "load/wire_rows.h"

namespace confiture {

// A column of the target, dropped ones included.
struct FormedColumn {
  FieldType *type;           // nullptr: it is NULL (dropped, generated, or without a default)
  int field;                 // where it is on the wire, -1: nowhere
  ExprState *default_value;  // of one that does not travel
  bool is_null;              // of the row at hand
  Datum value;               // of the row at hand, where write_field() does not write it
};

struct TupleFormer {
  Relation relation;
  EState *executor;
  int n_columns;
  FormedColumn *columns;
  int *evaluated;  // columns with a default or a type's function to call for each row
  int n_evaluated;
  int n_missing;  // columns that are always NULL
  bool has_null;  // of the row at hand
  int column;     // at hand, for messages; -1: none
};

// Of the column at hand, nullptr: none.
const char *column_at_hand(const TupleFormer *former);

TupleFormer *make_tuple_former(Relation relation, EState *executor, const Transfer *transfer);

// Calls the functions of types and the defaults that the row needs, in the executor's memory for a tuple. Returns the
// bytes of memory that form_tuple() wants.
size_t evaluate_row(TupleFormer *former, const WireRows *rows);

// Forms the row as a tuple at `memory`, which is MAXALIGNed, with *tuple as its head. Returns the end of its bytes.
char *form_tuple(TupleFormer *former, const WireRows *rows, char *memory, HeapTuple tuple);

}  // namespace confiture
