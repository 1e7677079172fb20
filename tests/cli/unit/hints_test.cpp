// Hints of the server become commands.
#include <gtest/gtest.h>

#include "hints.h"

using client::as_commands;

namespace {

TEST(hints, calls_become_commands) {
  EXPECT_EQ(as_commands("Start a new run with CALL confiture.sync()."), "Start a new run with confiture sync.");
  EXPECT_EQ(as_commands("To go on: CALL confiture.resume(12);"), "To go on: confiture resume 12");
  EXPECT_EQ(as_commands("Wait for it, or stop it with confiture.cancel()."),
            "Wait for it, or stop it with \"confiture cancel\".");
}

TEST(hints, rules) {
  EXPECT_EQ(as_commands("To settle it:\nSELECT confiture.set_rule('public.users', 'email', 'email'); -- or SELECT "
                        "confiture.keep('public.users', 'email');"),
            "To settle it:\nconfiture rules set public.users email email  # or confiture rules set public.users email "
            "keep");
  EXPECT_EQ(as_commands("SELECT confiture.set_rule('public.\"O''Neil\"', 'a b', 'hash', '{\"length\": 16}');"),
            "confiture rules set 'public.\"O'\\''Neil\"' 'a b' hash length=16");
}

TEST(hints, the_rest_stays) {
  for (const char *each : {"", "SELECT confiture.restore_indexes(7) puts it back.", "SET ROLE x first.",
                           "SELECT confiture.set_rule('t', 'c', 'choice', '{\"values\": [1]}');"})
    EXPECT_EQ(as_commands(each), each);
}

}  // namespace
