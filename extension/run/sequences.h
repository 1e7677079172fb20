// Sequences at the end of a run: where they stand on the source, or past the rows that came.
#pragma once

#include "source/query.h"

namespace confiture {

struct SourceSequence {
  const char *name;            // qualified, quoted
  const char *table, *column;  // that owns it, the table qualified and quoted; nullptr: it stands free
  bool is_ascending;
  bool is_known;  // the source role may read it
  int64 last_value;
  bool is_called;  // false: last_value is the next one
};

// All sequences of the source (list of source_sequence *), in two queries. Sequences obey no snapshot: read after it
// was taken, they are not behind its rows.
List *read_source_sequences(Source *from);

// Which sequences of the target a run is about, besides those its tables take values from.
typedef bool (*SequenceFilter)(const char *schema, const char *name, void *arg);

// Sets the sequences that columns of the run's loaded tables own or have as their default, and those that stand free
// and are wanted: to the source's value, where there is one and the owning column was copied as it is, and never so
// that they give out again what rows of the target hold. Warns about those with no value left or not the current user's
// to set. `atomic`: what is set is undone with the transaction, which takes the sequences' owner.
void set_run_sequences(int64 run_id, List *sequences, SequenceFilter is_wanted, void *arg, bool atomic);

}  // namespace confiture
