// The inverses of masks: back to the value, whatever the options, and none where there is none.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/ff1.h"
#include "mask/unmask.h"
#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string unmasked(const Strategy &strategy, ValueKind kind, std::string_view masked) {
  ByteSink out;
  if (!unmask_value(strategy, kind, masked, out)) return "none";
  return std::string(out.view());
}

void expect_inverse(ValueKind kind, const char *name, const char *options, const std::vector<std::string> &values) {
  const auto strategy = make_for(name, options, {.kind = kind});
  for (const std::string &value : values)
    EXPECT_EQ(unmasked(*strategy, kind, masked_as(kind, *strategy, value)), value) << name << options;
}

TEST(unmask, integers) {
  const std::vector<std::string> small = {"0", "1", "-1", "9", "10", "99", "32767", "-32768", "12345", "-300"};
  std::vector<std::string> medium = small, large;
  for (const char *value : {"2147483647", "-2147483648", "1000000", "999999", "65536"}) medium.emplace_back(value);
  large = medium;
  for (const char *value : {"2147483648", "9223372036854775807", "-9223372036854775808", "123456789012345"})
    large.emplace_back(value);
  for (const char *name : {"hash", "fpe"}) {
    expect_inverse(ValueKind::int2, name, "{}", small);
    expect_inverse(ValueKind::int4, name, "{}", medium);
    expect_inverse(ValueKind::int8, name, "{}", large);
  }
  expect_inverse(ValueKind::int4, "fpe", R"({"min": 100, "max": 5000})", medium);
  for (int i = 0; i < 2000; i++)
    expect_inverse(ValueKind::int4, "fpe", R"({"min": 7, "max": 999})", {std::to_string(i)});
}

TEST(unmask, texts) {
  const std::vector<std::string> values = {"",
                                           "a",
                                           "7",
                                           "Ada Lovelace",
                                           "+33 6 12 34 56 78",
                                           "FR7630006000011234567890189",
                                           "ABC-123",
                                           "h\u00e9llo",
                                           "1234567",
                                           "x1y2Z3",
                                           "cus_12345",
                                           "a@b.c",
                                           "123456789012345678901234567890"};
  for (const char *options : {"{}", R"({"alphabet": "digits"})", R"({"alphabet": "abc", "keep_first": 1})",
                              R"({"keep_first": 2, "keep_last": 2})", R"({"keep": "cus_"})", R"({"keep": "##"})"})
    expect_inverse(ValueKind::text, "fpe", options, values);
  expect_inverse(ValueKind::text, "digits", "{}", values);
}

TEST(unmask, none) {
  EXPECT_EQ(unmasked(*make_for("hash"), ValueKind::text, "abc"), "none");
  EXPECT_EQ(unmasked(*make_for("email"), ValueKind::text, "abc"), "none");
  EXPECT_EQ(unmasked(*make_for("fpe"), ValueKind::text, std::string(5000, '7')), "none");
  const auto hash = make_for("hash", "{}", {.kind = ValueKind::int4});
  for (const char *no : {"", "x", "1x", "2147483648", "1.0"}) EXPECT_EQ(unmasked(*hash, ValueKind::int4, no), "none");
}

}  // namespace
}  // namespace confiture::mask
