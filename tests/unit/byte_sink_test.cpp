#include "mask/byte_sink.h"

#include <gtest/gtest.h>

#include <string>

namespace confiture::mask {
namespace {

TEST(byte_sink, starts_empty) {
  ByteSink sink;
  EXPECT_EQ(sink.size(), 0U);
  EXPECT_TRUE(sink.view().empty());
  sink.append(std::string_view());
  sink.clear();
  EXPECT_EQ(sink.size(), 0U);
}

TEST(byte_sink, keeps_order_while_growing_and_being_read) {
  ByteSink sink;
  std::string expected, read;
  for (int i = 0; i < 20000; ++i) {
    const std::string piece = std::to_string(i) + std::string(static_cast<size_t>(i % 40), 'x');
    sink.append(piece);
    expected += piece;
    if (i % 3 == 0) {
      const size_t taken = sink.size() / 3;
      read += sink.view().substr(0, taken);
      sink.consume(taken);
    }
  }
  read += sink.view();
  EXPECT_EQ(read, expected);
}

TEST(byte_sink, truncate_and_at_count_from_the_first_unread_byte) {
  ByteSink sink;
  sink.append("0123456789");
  sink.consume(4);
  sink.truncate(3);
  EXPECT_EQ(sink.view(), "456");
  *sink.at(1) = 'X';
  sink.append('!');
  EXPECT_EQ(sink.view(), "4X6!");
}

TEST(byte_sink, gives_back_the_memory_of_a_huge_value) {
  ByteSink sink;
  const std::string huge(64 << 20, 'h');
  sink.append(huge);
  EXPECT_EQ(sink.view(), huge);
  sink.consume(huge.size());
  sink.append("small");
  EXPECT_EQ(sink.view(), "small");
}

TEST(byte_sink, refuses_what_no_row_can_be) {
  ByteSink sink;
  sink.append("x");
  try {
    sink.reserve(ByteSink::max_size);
    FAIL() << "no error";
  } catch (const Error &failure) {
    EXPECT_EQ(failure.code, Code::limit_exceeded);
  }
  EXPECT_EQ(sink.view(), "x");
  EXPECT_THROW(sink.reserve(SIZE_MAX), Error);
}

}  // namespace
}  // namespace confiture::mask
