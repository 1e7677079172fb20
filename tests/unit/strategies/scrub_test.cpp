#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string scrub(std::string_view text, ColumnFit fit = {}) { return mask("scrub", "{}", text, fit); }

struct Sample {
  const char *strategy, *value;
};
constexpr Sample found[] = {{"email", "ada@example.com"},
                            {"email", "ada.lovelace+x@mail.analytical.org"},
                            {"email", "0612345678@free.fr"},
                            {"email", "J\xc3\xbcrgen@m\xc3\xbcller.de"},
                            {"email", "ada2020@x.org"},
                            {"phone", "+33 6 12 34 56 78"},
                            {"phone", "+33612345678"},
                            {"phone", "06 12 34 56 78"},
                            {"phone", "0612345678"},
                            {"phone", "(212) 867-5309"},
                            {"phone", "+49 (0)30 2312-5618"},
                            {"phone", "212-867-5309"},
                            {"card", "4539 5787 6362 1486"},
                            {"card", "378282246310005"},
                            {"iban", "DE89 3704 0044 0532 0130 00"},
                            {"iban", "GB33BUKB20201555555555"},
                            {"ip", "198.51.100.7"},
                            {"ip", "2001:db8::7"},
                            {"ip", "fe80::1ff:fe23:4567:890a"},
                            {"url", "https://ada.example.com/notes?id=7"},
                            {"national_id", "078-05-1120"},
                            {"national_id", "12345678"}};

TEST(scrub, masks_each_as_a_column_of_its_own) {
  for (const Sample &sample : found) {
    const std::string masked = mask(sample.strategy, "{}", sample.value);
    for (const auto &[before, behind] : {std::pair{"", ""},
                                         {"Write to ", " today"},
                                         {"(", ")"},
                                         {"<", ">"},
                                         {"at: ", ", or"},
                                         {"J\xc3\xbcrgen: ", ".\nRegards"}})
      EXPECT_EQ(scrub(before + std::string(sample.value) + behind), before + masked + behind) << sample.value;
  }
}

TEST(scrub, takes_brackets_in_pairs) {
  for (const char *phone : {"(+33) 6 12 34 56 78", "+49 (0)30 2312-5618", "(212) 867-5309", "(06) 12 34 56 78"})
    EXPECT_EQ(scrub("(" + std::string(phone) + ")"), "(" + mask("phone", "{}", phone) + ")");
}

TEST(scrub, leaves_dates_times_amounts_and_uuids) {
  for (const char *text : {"Seen on 2024-01-15 12:34:56, 15.01.2024, 1/15/2024.", "It cost EUR 1,234.56 in 12 parts",
                           "version 1.2.3", "5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11", "a @ b, @ada", "12:34:56",
                           "std::string", "room 12, 3rd floor", "", "She asked to be called in the morning."})
    EXPECT_EQ(scrub(text), text);
}

TEST(scrub, is_cut_at_a_character) {
  EXPECT_EQ(scrub("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", room(3)), "\xc3\xa9\xc3\xa9\xc3\xa9");
  EXPECT_EQ(scrub("ada@example.com", room(10)), mask("email", "{}", "ada@example.com").substr(0, 10));
}

TEST(scrub, takes_long_runs_in_linear_time) {
  for (const char *unit : {"1", "@", ":", "a", "a@", "1.", "1-", "+1 ", "DE89", "f:", "://", "a1"}) {
    std::string text;
    while (text.size() < 2000000) text += unit;
    scrub(text);
  }
}

TEST(scrub, many_findings_side_by_side) {
  std::string text, expected;
  for (const Sample &sample : found) {
    text += sample.value + std::string("; ");
    expected += mask(sample.strategy, "{}", sample.value) + "; ";
  }
  EXPECT_EQ(scrub(text), expected);
}

}  // namespace
}  // namespace confiture::mask
