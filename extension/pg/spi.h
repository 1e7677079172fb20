// SQL from inside: typed arguments go in, typed rows come out.
//
//   for (Row row : spi_run(R"(SELECT relation, state FROM confiture.run_table WHERE run_id = $1)", {arg(run_id)})) {
//     Oid relation = row.next<Oid>();
//     const char *state = row.next<const char *>();
//   }
#pragma once

#include <type_traits>

#include "pg/attempt.h"
#include "pg/pg.h"
#include "pg/relations.h"

namespace confiture {

// ---------------------------------------------------------------------------------------------------------------
// Arguments

// $n of a statement: its type, its value, or NULL.
struct Arg {
  Oid type;
  Datum value;
  bool is_null;
};

inline Arg arg(bool value) { return {BOOLOID, BoolGetDatum(value), false}; }
inline Arg arg(int16 value) { return {INT2OID, Int16GetDatum(value), false}; }
inline Arg arg(int32 value) { return {INT4OID, Int32GetDatum(value), false}; }
inline Arg arg(int64 value) { return {INT8OID, Int64GetDatum(value), false}; }
inline Arg arg(uint64 value) { return {INT8OID, Int64GetDatum(static_cast<int64>(value)), false}; }
inline Arg arg(Oid value) { return {OIDOID, ObjectIdGetDatum(value), false}; }
inline Arg arg_relation(Oid value) { return {REGCLASSOID, ObjectIdGetDatum(value), false}; }
inline Arg arg(float8 value) { return {FLOAT8OID, Float8GetDatum(value), false}; }
inline Arg arg(const char *value) {  // text; nullptr: NULL
  return {TEXTOID, value != nullptr ? CStringGetTextDatum(value) : Datum(0), value == nullptr};
}
inline Arg arg(const Jsonb *value) { return {JSONBOID, PointerGetDatum(value), value == nullptr}; }  // nullptr: NULL
inline Arg arg(char *value) { return arg(static_cast<const char *>(value)); }
inline Arg arg(Jsonb *value) { return arg(static_cast<const Jsonb *>(value)); }
template <class T>
Arg arg(T *) = delete;  // would be taken for a bool
inline Arg arg_time(TimestampTz value) { return {TIMESTAMPTZOID, TimestampTzGetDatum(value), false}; }
inline Arg arg_bytes(const bytea *value) { return {BYTEAOID, PointerGetDatum(value), value == nullptr}; }
Arg arg_name(const char *value);  // name, cut to its length
Arg arg_oids(List *oids);         // oid[]; NIL: an empty one
Arg arg_texts(List *texts);       // text[] of char *; NIL: an empty one
inline Arg arg_or_null(Arg value, bool is_null) { return {value.type, value.value, is_null}; }

// ---------------------------------------------------------------------------------------------------------------
// Rows

// One row of a result, read column by column from the left. A column of another type than is asked for ends in an error
// of the developer's kind (XX000). Values are copied into the current memory context.
class Row {
 public:
  Row(HeapTuple tuple, TupleDesc columns) : tuple_(tuple), columns_(columns), column_(0) {}

  // Of the next column.
  bool is_null() const;

  // T: bool, int16, int32, int64 (bigint, timestamptz), Oid (and its aliases), float8, const char * (any type, as
  // text), Jsonb *. NULL: `null_value`.
  template <class T>
  T next(T null_value = {});

  List *next_oids();   // of an oid[]; NULL: NIL
  List *next_texts();  // of a text[], char *; NULL: NIL
  void skip() { column_++; }

 private:
  Datum take(bool *is_null, std::initializer_list<Oid> types);

  HeapTuple tuple_;
  TupleDesc columns_;
  int column_;  // read last
};

// clang-format off
template <> bool Row::next<bool>(bool null_value);
template <> int16 Row::next<int16>(int16 null_value);
template <> int32 Row::next<int32>(int32 null_value);
template <> int64 Row::next<int64>(int64 null_value);
template <> Oid Row::next<Oid>(Oid null_value);
template <> float8 Row::next<float8>(float8 null_value);
template <> const char *Row::next<const char *>(const char *null_value);
template <> Jsonb *Row::next<Jsonb *>(Jsonb *null_value);
// clang-format on

// The rows of a statement. They live until the SPI connection ends or they are freed; other statements meanwhile do not
// touch them.
struct Rows {
  SPITupleTable *table;
  uint64 count;  // rows returned, or written by a statement that returns none

  struct Iterator {
    SPITupleTable *table;
    uint64 number;

    Row operator*() const { return {table->vals[number], table->tupdesc}; }
    Iterator &operator++() {
      number++;
      return *this;
    }
    bool operator!=(const Iterator &other) const { return number != other.number; }
  };

  Iterator begin() const { return {table, 0}; }
  Iterator end() const { return {table, table != nullptr ? count : 0}; }
  bool is_empty() const { return count == 0; }
  Row first() const { return *begin(); }  // there must be one
  // For statements that run thousands of times in one SPI connection.
  void free() const { SPI_freetuptable(table); }
};

// ---------------------------------------------------------------------------------------------------------------
// Statements

// Connects SPI for a scope that may ereport: a failure cleans up with the transaction, so no guard object is needed.
void spi_connect();
void spi_finish();

// The text of a statement. One that is a literal of the program is parsed and planned once, not each time it runs: a
// run over thousands of small tables does little else.
struct Statement {
  const char *text;
  bool is_literal;

  template <size_t size>
  Statement(const char (&literal)[size]) : text(literal), is_literal(true) {}
  template <class Pointer>
  requires std::is_pointer_v<Pointer> Statement(const Pointer &made) : text(made), is_literal(false) {}
};

// Runs a statement, which may write, as the current user.
Rows spi_run(Statement sql, std::initializer_list<Arg> args = {});

// As spi_run(), and sees what others committed even where the transaction keeps to one snapshot: for what must hold
// for all rows there are.
Rows spi_run_latest(Statement sql, std::initializer_list<Arg> args = {});

// As spi_run() and spi_run_latest(), as the owner of the extension's control tables: ordinary callers may not write
// them themselves.
Rows spi_run_as_owner(Statement sql, std::initializer_list<Arg> args = {});
Rows spi_run_latest_as_owner(Statement sql, std::initializer_list<Arg> args = {});

// Frees the plans of literals that do not fit the control tables any more, whose sizes they were made for: to be called
// when a run begins, and when it has stored what it will look up.
void fit_plans();

}  // namespace confiture
