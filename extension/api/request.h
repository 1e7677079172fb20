// The arguments of calls: those of sync_table(), plan() and preview(), checked; those of sync() and plan_sync(), as a
// run keeps them.
#pragma once

#include "plan/plan.h"

namespace confiture {

// Fills a request from the call. Arguments by position; -1 for those the function does not have. Ereports 22004 for a
// missing server or relation, 22023 for unknown words.
struct ArgumentPositions {
  int server, relation, source_relation, rules, filter, mode, format, policy, triggers, loader;
};
constexpr ArgumentPositions sync_table_arguments = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // and plan()
SyncRequest read_request(FunctionCallInfo fcinfo, const ArgumentPositions &positions);

// The elements (char *) of a text[] argument, which are `what` in the error if one is NULL.
List *texts_argument(FunctionCallInfo fcinfo, int number, const char *what);

// The arguments of a call, given by their names in order, as the parameters of a run: a jsonb object of those that are
// not NULL. nullptr: that argument is none of them. Wants SPI connected.
Jsonb *parameters_of(FunctionCallInfo fcinfo, std::initializer_list<const char *> names);

}  // namespace confiture
