// national_id and vat: numbers of a kind, their check characters right.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "mask/check_digits.h"
#include "mask/data/id_tables.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// Examples that the offices publish, or articles about the numbers.
constexpr struct {
  const char *kind, *number;
} known[] = {{"us_ssn", "078-05-1120"},
             {"us_ein", "91-1144442"},
             {"uk_ni", "JG 10 37 59 A"},
             {"uk_nhs", "943 476 5919"},
             {"fr_nir", "2 55 08 14 168 025 38"},
             {"fr_nir", "2 55 08 2A 168 025 97"},
             {"fr_nir", "2550814168025"},
             {"fr_siret", "732 829 320 00074"},
             {"de_steuerid", "86 095 742 719"},
             {"es_nif", "54362315K"},
             {"es_nif", "X2482300W"},
             {"es_nif", "A58818501"},
             {"it_cf", "RCCMNL83S18D969H"},
             {"nl_bsn", "111222333"},
             {"pl_pesel", "44051401359"},
             {"be_nrn", "85.07.30-033.28"},
             {"se_pnr", "880320-0016"},
             {"se_pnr", "19880320-0016"},
             {"br_cpf", "390.533.447-05"},
             {"br_cnpj", "16.727.230/0001-97"},
             {"in_aadhaar", "2341 2341 2346"},
             {"ca_sin", "123 456 782"},
             {"ch_ahv", "756.9217.0769.85"},
             {"passport", "C12345678"}};

bool is_valid_id(const IdKind &kind, const IdCharacters &characters) {
  return has_shape_of(kind, characters) && has_right_checks(kind, characters.view());
}

// The rows of the table that are of the kind a number looks like, and valid.
bool is_one_of(std::string_view kind, std::string_view number) {
  const IdCharacters characters(number);
  const auto kinds = national_ids();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](auto &row) { return row.name == kind && is_valid_id(row, characters); });
}

TEST(national_id, knows_valid_numbers) {
  for (const auto &[kind, number] : known) {
    EXPECT_TRUE(is_one_of(kind, number)) << kind << " " << number;
    if (std::string_view("us_ssn us_ein uk_ni passport").find(kind) != std::string_view::npos) continue;
    std::string wrong = number;
    char &changed = *std::find_if(wrong.rbegin(), wrong.rend(), [](char c) { return c >= '0' && c <= '9'; });
    changed = changed == '9' ? '0' : static_cast<char>(changed + 1);
    if (wrong.size() == 13 || wrong.starts_with("C1")) continue;  // without check digits
    EXPECT_FALSE(is_one_of(kind, wrong)) << kind << " " << wrong;
  }
}

TEST(national_id, makes_valid_numbers_of_a_given_kind) {
  for (const IdKind &kind : national_ids()) {
    auto made = make_for("national_id", "{\"kind\": \"" + std::string(kind.name) + "\"}");
    std::set<std::string> seen;
    for (int i = 0; i < 300; i++) {
      const std::string masked = masked_by(*made, "person " + std::to_string(i));
      EXPECT_TRUE(is_one_of(kind.name, masked)) << kind.name << " " << masked;
      seen.insert(masked);
    }
    EXPECT_GT(seen.size(), 290U) << kind.name;
  }
}

TEST(national_id, finds_the_kind_and_keeps_the_form) {
  for (const auto &[kind, number] : known) {
    const std::string masked = mask("national_id", "{}", number);
    EXPECT_NE(masked, number);
    EXPECT_TRUE(is_one_of(kind, masked)) << kind << " " << number << " " << masked;
    ASSERT_EQ(masked.size(), std::string_view(number).size());
    for (size_t i = 0; i < masked.size(); i++)
      EXPECT_EQ(std::isalnum(masked[i]) != 0, std::isalnum(number[i]) != 0) << masked;
  }
  const std::string lower = mask("national_id", "{}", "jg103759a");
  EXPECT_TRUE(std::islower(lower[0]) && std::islower(lower[8])) << lower;
  EXPECT_TRUE(mask("national_id", "{}", "756.9217.0769.85").starts_with("756."));
}

TEST(national_id, hides_what_is_of_no_kind) {
  EXPECT_TRUE(has_shape(mask("national_id", "{}", "12/34"), "99/99"));
  EXPECT_NE(mask("national_id", "{}", "secret"), "secret");
  EXPECT_EQ(mask("national_id", R"({"kind": "us_ssn"})", "unknown").size(), 11U);
  EXPECT_EQ(mask("national_id", R"({"kind": "us_ssn"})", "unknown", room(9)).size(), 9U);
  EXPECT_EQ(make_error("national_id", R"({"kind": "us_ssn"})", room(8)).code, Code::does_not_fit);
  const Error e = make_error("national_id", R"({"kind": "us_snn"})");
  EXPECT_EQ(e.code, Code::bad_option);
  EXPECT_NE(e.hint.find("us_ssn"), std::string::npos) << e.hint;
}

TEST(vat, knows_valid_numbers) {
  for (const char *number :
       {"ATU13585627",    "BE0403019261",   "BG175074752",   "CHE100155212", "CHE107787577IVA", "CY10259033P",
        "CZ25123891",     "DE136695976",    "DK13585628",    "EE100931558",  "EL094259216",     "ESB58378431",
        "ES54362315K",    "FI20774740",     "FR40303265045", "GB980780684",  "HR33392005961",   "HU12892312",
        "IE6433435F",     "IT00743110157",  "LT119511515",   "LU15027442",   "LV40003521600",   "MT11679112",
        "NL004495445B01", "NO995525828MVA", "PL8567346215",  "PT501964843",  "SE123456789701",  "SI50223054",
        "SK2022749619"}) {
    const IdCharacters characters(number);
    const auto kinds = vat_numbers();
    EXPECT_TRUE(std::any_of(kinds.begin(), kinds.end(), [&](auto &row) { return is_valid_id(row, characters); }))
        << number;
    const std::string masked = mask("vat", "{}", number);
    EXPECT_EQ(masked.substr(0, 2), std::string_view(number).substr(0, 2));
    EXPECT_EQ(masked.size(), std::string_view(number).size());
    EXPECT_NE(masked, number);
  }
}

TEST(vat, makes_valid_numbers) {
  for (const IdKind &kind : vat_numbers()) {
    auto made = make_for("vat", "{\"country\": \"" + std::string(kind.name) + "\"}");
    for (int i = 0; i < 300; i++) {
      const std::string masked = masked_by(*made, "firm no. " + std::to_string(i));
      const IdCharacters characters(masked);
      EXPECT_TRUE(is_valid_id(
          *std::find_if(vat_numbers().begin(), vat_numbers().end(), [&](auto &row) { return row.name == kind.name; }),
          characters))
          << masked;
    }
  }
}

TEST(vat, takes_numbers_without_a_prefix) {
  EXPECT_TRUE(has_shape(mask("vat", R"({"country": "DE"})", "136 695 976"), "999 999 999"));
  EXPECT_TRUE(mask("vat", R"({"country": "DE"})", "unknown").starts_with("DE"));
  EXPECT_TRUE(has_shape(mask("vat", "{}", "136 695 976"), "999 999 999"));
  EXPECT_EQ(make_error("vat", R"({"country": "ZZ"})").code, Code::bad_option);
  EXPECT_EQ(make_error("vat", R"({"country": "DE"})", room(10)).code, Code::does_not_fit);
}

TEST(check_digits, known_numbers) {
  EXPECT_EQ(luhn_digit("7992739871"), '3');
  EXPECT_EQ(mod11_10_digit("0794"), '5');
  EXPECT_EQ(verhoeff_digit("236"), '3');
  EXPECT_EQ(mod97("794") * 100 % 97, 98U - 44U) << "ISO 7064's example";
  EXPECT_EQ(mod97("3214282912345698765432161182"), 1U);
}

}  // namespace
}  // namespace confiture::mask
