// null: NULL for every type.

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(null, makes_null_of_any_kind) {
  EXPECT_TRUE(make_for("null")->makes_null());
  EXPECT_TRUE(make_for("null", "{}", {ValueKind::other, 0, CharEncoding::other})->makes_null());
}

}  // namespace
}  // namespace confiture::mask
