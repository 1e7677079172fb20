// Names that were probably meant.
#include <gtest/gtest.h>

#include "closest.h"

using namespace client;

namespace {

TEST(closest, the_nearest_name) {
  const std::vector<std::string> names = {"status", "sync", "suggest", "verify"};
  EXPECT_EQ(closest("snyc", names), "sync");
  EXPECT_EQ(closest("sinc", names), "sync");
  EXPECT_EQ(closest("STATUS", names), "status");
  EXPECT_EQ(closest("verfy", names), "verify");
  EXPECT_EQ(closest("suggestion", names), "suggest");
}

TEST(closest, nothing_where_none_is_near) {
  EXPECT_EQ(closest("nonsense", {"status", "sync"}), std::nullopt);
  EXPECT_EQ(closest("x", {"status"}), std::nullopt);
  EXPECT_EQ(closest("", {"status"}), std::nullopt);
  EXPECT_EQ(closest("sync", {}), std::nullopt);
}

TEST(closest, as_a_question) {
  EXPECT_EQ(did_you_mean("snyc", {"sync"}), "Did you mean sync? ");
  EXPECT_EQ(did_you_mean("nonsense", {"sync"}), "");
}

}  // namespace
