// SQL from inside, and errors caught inside.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Connects SPI for a scope that may ereport: a failure cleans up with the transaction, so no guard object is needed.
void spi_connect();
void spi_finish();

// Runs a statement, which may write, as the current user. The arguments are in the types given; nulls as in SPI (may
// be nullptr). Returns SPI_processed; rows are in SPI_tuptable.
uint64 spi_run(const char *sql, int nargs = 0, Oid *types = nullptr, Datum *values = nullptr,
               const char *nulls = nullptr);

// As spi_run() without NULLs, and sees what others committed even where the transaction keeps to one snapshot: for what
// has to hold for all rows there are.
uint64 spi_run_latest(const char *sql, int nargs = 0, Oid *types = nullptr, Datum *values = nullptr);

// As spi_run() or spi_run_latest(), as the owner of the extension's control tables: ordinary callers may not write them
// by themselves.
uint64 spi_run_as_owner(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls = nullptr,
                        bool latest = false);

// Column `number` (from 1) of row `row` of SPI_tuptable, palloc'ed in the caller's SPI context; nullptr for NULL.
char *spi_text(uint64 row, int number);
Datum spi_datum(uint64 row, int number, bool *is_null);
Oid spi_oid(uint64 row, int number);      // InvalidOid for NULL
bool spi_bool(uint64 row, int number);    // false for NULL
int64 spi_int64(uint64 row, int number);  // 0 for NULL
List *spi_oids(uint64 row, int number);   // of an oid[], NIL for NULL
List *spi_texts(uint64 row, int number);  // of a text[] (char *)

// A list of Oid as oid[].
Datum oid_array(List *oids);

// A list of char * as text[].
Datum array_of_texts(List *texts);

// The current user's name.
Name caller_name();

// A relation of the extension's own schema.
Oid own_relation(const char *name);

// Calls body(arg) in a subtransaction. Returns nullptr, or the message of the error it ended with. Without `keeps` it
// is a rehearsal: what the body did is undone, and its locks are released.
const char *error_of(void (*body)(void *), void *arg, bool keeps = true);

// schema.name, quoted where needed. Ereports 42P01 when the relation is gone.
char *qualified_name(Oid relation);

// The whole table that a partition is a part of, others themselves.
Oid partition_root(Oid relation);

}  // namespace confiture
