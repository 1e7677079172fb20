// iban and bic.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "mask/check_digits.h"
#include "mask/data/iban_countries.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// Of the registry, and one of each country with national check digits.
constexpr std::string_view known[] = {"AD1200012030200359100100",
                                      "AT611904300234573201",
                                      "BE68539007547034",
                                      "CH9300762011623852957",
                                      "CZ6508000000192000145399",
                                      "DE89370400440532013000",
                                      "EE382200221020145685",
                                      "ES9121000418450200051332",
                                      "FI2112345600000785",
                                      "FR1420041010050500013M02606",
                                      "GB29NWBK60161331926819",
                                      "HR1210010051863000160",
                                      "HU42117730161111101800000000",
                                      "IT60X0542811101000000123456",
                                      "LI21088100002324013AA",
                                      "MT84MALT011000012345MTLCAST001S",
                                      "NL91ABNA0417164300",
                                      "NO9386011117947",
                                      "PL61109010140000071219812874",
                                      "PT50000201231234567890154",
                                      "SI56263300012039086",
                                      "SK3112000000198742637541",
                                      "RS35260005601001611379",
                                      "MU17BOMM0101101030300200000MUR"};

bool is_valid(std::string iban) {
  std::erase(iban, ' ');
  const IbanCountry *country = find_iban_country(iban.substr(0, 2));
  if (country == nullptr || iban.size() != 4 + country->size) return false;
  for (size_t i = 0; i < country->size; i++) {
    const char c = iban[4 + i];
    const bool letter = country->letters >> i & 1, either = country->either >> i & 1;
    if (std::isupper(c) ? !letter && !either : letter || !std::isdigit(c)) return false;
  }
  std::string completed = iban;
  if (country->complete != nullptr) country->complete(completed.data() + 4);
  // A Hungarian account of eight zeros at the end has its check digit before them.
  return mod97(iban.substr(4) + iban.substr(0, 4)) == 1 && (completed == iban || iban.starts_with("HU42"));
}

TEST(iban, keeps_country_length_and_form) {
  for (std::string_view number : known) {
    EXPECT_TRUE(is_valid(std::string(number))) << number;
    std::string spaced;
    for (size_t i = 0; i < number.size(); i++) spaced.append(i > 0 && i % 4 == 0 ? " " : "") += number[i];
    for (const std::string &value : {std::string(number), spaced}) {
      const std::string masked = mask("iban", "{}", value);
      EXPECT_TRUE(is_valid(masked)) << value << " " << masked;
      EXPECT_NE(masked, value);
      EXPECT_EQ(masked.substr(0, 2), value.substr(0, 2));
      ASSERT_EQ(masked.size(), value.size());
      for (size_t i = 0; i < value.size(); i++) EXPECT_EQ(masked[i] == ' ', value[i] == ' ');
    }
  }
  const std::string lower = mask("iban", "{}", "gb29nwbk60161331926819");
  EXPECT_TRUE(lower.starts_with("gb") && std::islower(lower[5])) << lower;
}

TEST(iban, makes_one_of_what_is_none) {
  for (int i = 0; i < 500; i++) {
    const std::string masked = mask("iban", "{}", "unknown " + std::to_string(i));
    EXPECT_TRUE(is_valid(masked) && masked.starts_with("DE")) << masked;
  }
  EXPECT_TRUE(mask("iban", R"({"country": "fr"})", "FR76").starts_with("FR"));
  EXPECT_TRUE(is_valid(mask("iban", "{}", "GB29 NWBK 6016")));
  EXPECT_TRUE(mask("iban", "{}", "GB29 NWBK 6016").starts_with("GB"));
  EXPECT_EQ(mask("iban", "{}", std::string(10000, '1')).size(), 22U);
  EXPECT_EQ(make_error("iban", R"({"country": "US"})").code, Code::bad_option);
  EXPECT_EQ(make_error("iban", "{}", room(14)).code, Code::does_not_fit);
}

TEST(iban, is_valid_in_every_country) {
  for (const char *country : {"BA", "BE", "CZ", "EE", "ES", "FI", "FR", "HR", "HU", "IT", "MC", "ME",
                              "MK", "NO", "PL", "PT", "RS", "SI", "SK", "SM", "XK", "LC", "SC"})
    for (int i = 0; i < 200; i++)
      EXPECT_TRUE(is_valid(mask("iban", std::string("{\"country\": \"") + country + "\"}", std::to_string(i))));
}

TEST(bic, is_a_test_code_of_the_country) {
  EXPECT_EQ(mask("bic", "{}", "DEUTDEFF").substr(4, 2), "DE");
  EXPECT_EQ(mask("bic", "{}", "DEUTDEFF")[7], '0');
  EXPECT_EQ(mask("bic", "{}", "COBADEFFXXX").substr(8), "XXX");
  EXPECT_EQ(mask("bic", "{}", "BNPAFRPP123").size(), 11U);
  EXPECT_EQ(mask("bic", "{}", "Ada Lovelace").size(), 8U);
  EXPECT_EQ(mask("bic", R"({"country": "FR"})", "?").substr(4, 2), "FR");
  EXPECT_EQ(make_error("bic", R"({"country": "QQ"})").code, Code::bad_option);
  EXPECT_EQ(make_error("bic", "{}", room(7)).code, Code::does_not_fit);
}

}  // namespace
}  // namespace confiture::mask
