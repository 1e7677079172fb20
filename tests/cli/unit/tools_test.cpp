// Which pg_dump fits a source.
#include <gtest/gtest.h>

#include "clone/tools.h"

using namespace client;
using clone::pick;
using clone::Tools;

namespace {

std::string picked(const std::vector<Tools> &found, int source) {
  auto one = pick(found, source);
  return one ? one->directory : "none";
}

TEST(tools, the_nearest_that_is_not_older) {
  std::vector<Tools> found = {{"/path", 16}, {"/14", 14}, {"/15", 15}, {"/16", 16}, {"/18", 18}, {"/broken", 0}};
  EXPECT_EQ(picked(found, 13), "/14");
  EXPECT_EQ(picked(found, 15), "/15");
  EXPECT_EQ(picked(found, 16), "/path");
  EXPECT_EQ(picked(found, 17), "/18");
  EXPECT_EQ(picked(found, 19), "none");
  EXPECT_EQ(picked({}, 15), "none");
}

TEST(tools, versions) {
  EXPECT_EQ(clone::major_of("pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n"), 15);
  EXPECT_EQ(clone::major_of("pg_dump (PostgreSQL) 18beta1\n"), 18);
  EXPECT_EQ(clone::major_of("something else"), 0);
  EXPECT_EQ(clone::major_of(""), 0);
}

}  // namespace
