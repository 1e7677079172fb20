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

TEST(hints, options) {
  EXPECT_EQ(as_commands("Correct the rows, and CALL confiture.resume(7); or have it done: CALL confiture.resume(7, "
                        "on_fk_violation => 'delete'), 'null' or 'report'."),
            "Correct the rows, and confiture resume 7; or have it done: confiture resume 7 --on-fk-violation delete, "
            "'null' or 'report'.");
  EXPECT_EQ(as_commands("CALL confiture.sync(..., on_fk_violation => 'report') loads them"),
            "confiture sync --on-fk-violation report loads them");
  EXPECT_EQ(as_commands("-- pass mode => 'append', or exclude => '{public.\"a b\"}'"),
            "# pass --mode append, or --exclude 'public.\"a b\"'");
  EXPECT_EQ(as_commands("Say where the subset starts: confiture.set_seed(), or subset => '{\"t\": {\"rows\": 1}}'."),
            "Say where the subset starts: \"confiture rules set-seed\", or --seeds '{\"t\": {\"rows\": 1}}'.");
  EXPECT_EQ(
      as_commands("Look at it in confiture.filters; if it is right, set it yourself with confiture.set_filter()."),
      "\"confiture rules filters\" shows it; if it is right, set it yourself with \"confiture rules set-filter\".");
  EXPECT_EQ(as_commands("confiture.set_follow('public.a', 'a_b_fkey', false) leaves it out"),
            "\"confiture rules set-follow public.a a_b_fkey --follow false\" leaves it out");
}

TEST(hints, the_rest_stays) {
  for (const char *each :
       {"", "SELECT confiture.restore_indexes(7) puts it back.", "SET ROLE x first.", "pass triggers => true",
        "SELECT confiture.set_rule('t', 'c', 'choice', '{\"values\": [1]}');"})
    EXPECT_EQ(as_commands(each), each);
}

}  // namespace
