// What to do with the columns of a run: the findings of the guard, and of a look at values of the source.
#pragma once

#include "run/plan.h"

namespace confiture {

struct Suggestion {
  const char *relation;    // qualified, quoted; nullptr: about no single table
  const char *column;      // nullptr: about the table
  const char *kind;        // of personal data; nullptr: the finding is about something else
  const char *confidence;  // high, medium, low; nullptr without a kind
  const Jsonb *evidence;   // what speaks for the kind: names, types and counts, never values; nullptr without a kind
  const char *reason;      // of people, a sentence without its subject
  const char *rule;        // the statement that gives the column the rule, or keeps it; nullptr: none settles it
};

// For every column that the plan refuses, and those that it would copy whose values look personal in up to
// `sample_rows` rows of each table (0: none is read), as Suggestion *. Wants SPI connected and the plan's snapshot
// open.
List *suggest_rules(Source *source, const RunPlan *plan, int32 sample_rows);

}  // namespace confiture
