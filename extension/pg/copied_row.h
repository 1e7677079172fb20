// A row that COPY brings to a view: the way of a secret from a client. COPY's data is in no statement, so that no
// setting of the server writes it to a log or shows it.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Is it the trigger of the statement, before its first row? That one has nothing to do but to be called, so that the
// server loads this library while no line of the COPY is the context of what it logs.
bool precedes_rows(FunctionCallInfo fcinfo);

// The row of the INSTEAD OF INSERT trigger that is being called. Ereports 39P01 for other callers, and 0A000 unless
// COPY brought it: an INSERT would have the secret in its text.
HeapTuple copied_row(FunctionCallInfo fcinfo);

// Its column `number`, from 1, as text; nullptr for NULL.
const char *copied_text(FunctionCallInfo fcinfo, int number);

// Calls body without COPY's error context, which quotes the line.
void without_context(Callback<void()> body);

}  // namespace confiture
