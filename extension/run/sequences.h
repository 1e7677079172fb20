// Sequences at the end of a run: where they stand on the source, or past the rows that were loaded.
#pragma once

#include "pg/callback.h"
#include "source/query.h"

namespace confiture {

struct SourceSequence {
  const char *name;            // qualified, quoted
  const char *source_name;     // the same for a statement on the source
  const char *table, *column;  // that owns it, the table qualified and quoted; nullptr: it belongs to no table
  bool is_ascending;
  bool is_known;  // the source role may read it
  int64 last_value;
  bool is_called;  // false: last_value is the next one
};

// All sequences of the source (list of SourceSequence *), in a query and one for every hundred. Sequences obey no
// snapshot: read after it was taken, they are not behind its rows.
List *read_source_sequences(Source *source);

// Sets the sequences that columns of the run's loaded tables own or have as their default, and those that belong to no
// table and that is_wanted(schema, name): to the source's value, where there is one and the owning column was copied as
// it is, and never so that they give out again what rows of the target hold. Warns as set_sequence() does. Returns a
// sentence for each that fails, nullptr for none. `keeps_rows`: rows that were there before the run still are, so that
// no sequence is set back. `atomic`: what is set is undone with the transaction, which only the sequences' owner can
// do.
const char *set_run_sequences(int64 run_id, List *sequences, Callback<bool(const char *, const char *)> is_wanted,
                              bool keeps_rows, bool atomic);

}  // namespace confiture
