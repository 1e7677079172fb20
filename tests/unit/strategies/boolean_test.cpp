// boolean: drawn for each row.
#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

int trues(const char *options, bool value) {
  auto made = make_for("boolean", options, {.kind = ValueKind::boolean});
  int count = 0;
  for (int i = 0; i < 10000; ++i) count += made->mask_boolean(value);
  return count;
}

TEST(boolean, has_its_share_of_true_whatever_the_value) {
  for (bool value : {false, true}) {
    EXPECT_NEAR(trues("{}", value), 5000, 400);
    EXPECT_NEAR(trues(R"({"share": 0.9})", value), 9000, 300);
    EXPECT_EQ(trues(R"({"share": 0})", value), 0);
    EXPECT_EQ(trues(R"({"share": 1})", value), 10000);
  }
}

TEST(boolean, options_are_checked) {
  for (const char *bad :
       {R"({"share": 1.1})", R"({"share": -0.1})", R"({"share": "half"})", R"({"share": 0.0000000001})"})
    EXPECT_EQ(make_error("boolean", bad, {.kind = ValueKind::boolean}).code, Code::bad_option) << bad;
}

}  // namespace
}  // namespace confiture::mask
