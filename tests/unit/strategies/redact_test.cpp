// redact: a fixed text.
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(redact, writes_its_text) {
  EXPECT_EQ(mask("redact", "{}", "anything"), "[REDACTED]");
  EXPECT_EQ(mask("redact", "{}", "anything", room(4)), "[RED");
  EXPECT_EQ(mask("redact", R"({"text": ""})", "anything"), "");
  EXPECT_EQ(mask("redact", "{\"text\": \"\xc3\xa9t\xc3\xa9\"}", "x", room(3)), "\xc3\xa9t\xc3\xa9");
  EXPECT_EQ(make_error("redact", R"({"text": "four"})", room(3)).code, Code::does_not_fit);
  EXPECT_EQ(mask("redact", "{\"text\": \"\xe9t\xe9\"}", "x", room(3, CharEncoding::single_byte)), "\xe9t\xe9");
}

}  // namespace
}  // namespace confiture::mask
