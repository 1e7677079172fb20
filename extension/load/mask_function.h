// Columns whose raw values a function of the target masks, by strategy "function" of their rules: behind the core,
// where a field becomes a value, and before anything else sees it.
#pragma once

#include "load/transfer.h"

namespace confiture {

// Is a column masked by one? Then its fields are raw, and whatever reads them must call mask_by_function().
bool calls_functions(const Transfer *transfer);
// Are they all as they were planned?
bool has_same_functions(const Transfer *transfer);
// Ereports 55000 unless they are, and 42501 unless the owner of the transfer's relation, as whom they run, may execute
// them.
void require_same_functions(const Transfer *transfer);

struct MaskFunction;

// nullptr: the column is not masked by one. `attribute`: that of the relation into which its values go.
MaskFunction *make_mask_function(const WireColumn *column, const FormData_pg_attribute *attribute);

// Of a raw value of the column's type below its domains; NULL stays NULL. The result is one of the column's type, by
// its length and domains, whose code runs now. It lives in the current memory context.
Datum mask_by_function(MaskFunction *function, Datum value, bool *is_null);

}  // namespace confiture
