// Figures as people read them.
#include <gtest/gtest.h>

#include "figures.h"

using namespace client;

namespace {

TEST(figures, thousands_are_grouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-3), "0");
}

TEST(figures, nouns_follow_their_number) {
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2000, "foreign key"), "2,000 foreign keys");
}

TEST(figures, bytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(1234567), "1.2 MB");
  EXPECT_EQ(bytes_text(15e9), "15 GB");
  EXPECT_EQ(bytes_text(2e18), "2000 PB");
}

TEST(figures, clocks) {
  EXPECT_EQ(clock(0), "0:00");
  EXPECT_EQ(clock(59.6), "1:00");
  EXPECT_EQ(clock(3723), "1:02:03");
}

TEST(figures, durations) {
  EXPECT_EQ(duration_text(0), "1 ms");
  EXPECT_EQ(duration_text(0.02), "20 ms");
  EXPECT_EQ(duration_text(1.25), "1.2 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(600), "10:00");
}

}  // namespace
