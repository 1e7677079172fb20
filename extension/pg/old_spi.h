// To go: see spi.h.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Runs a statement, which may write, as the current user. The arguments are in the types given; nulls as in SPI (may
// be nullptr). Returns SPI_processed; rows are in SPI_tuptable.
uint64 old_spi_run(const char *sql, int nargs = 0, Oid *types = nullptr, Datum *values = nullptr,
                   const char *nulls = nullptr);

// As old_spi_run() without NULLs, and sees what others committed even where the transaction keeps to one snapshot: for
// what has to hold for all rows there are.
uint64 old_spi_run_latest(const char *sql, int nargs = 0, Oid *types = nullptr, Datum *values = nullptr);

// As old_spi_run() or old_spi_run_latest(), as the owner of the extension's control tables: ordinary callers may not
// write them by themselves.
uint64 old_spi_run_as_owner(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls = nullptr,
                            bool latest = false);

// Column `number` (from 1) of row `row` of SPI_tuptable, palloc'ed in the caller's SPI context; nullptr for NULL.
char *old_spi_text(uint64 row, int number);
Datum old_spi_datum(uint64 row, int number, bool *is_null);
Oid old_spi_oid(uint64 row, int number);      // InvalidOid for NULL
bool old_spi_bool(uint64 row, int number);    // false for NULL
int64 old_spi_int64(uint64 row, int number);  // 0 for NULL
List *old_spi_oids(uint64 row, int number);   // of an oid[], NIL for NULL
List *old_spi_texts(uint64 row, int number);  // of a text[] (char *)

// A list of Oid as oid[].
Datum oid_array(List *oids);

// A list of char * as text[].
Datum array_of_texts(List *texts);

}  // namespace confiture
