// PostgreSQL Anonymizer's labels: which rule each becomes, and which none.
#include <gtest/gtest.h>

#include "rules/anon_labels.h"

using namespace client;

namespace {

std::string rule_of(const std::string &label) {
  auto made = rules::rules_for_label("c", label);
  if (!made) return "none";
  std::string text = rules::rules_text(made->rules);
  for (const std::string &each : made->left) text += ", without " + each;
  return text;
}

TEST(anon_labels, equivalents) {
  const std::pair<const char *, const char *> labels[] = {
      {"NOT MASKED", "keep"},
      {"MASKED WITH FUNCTION anon.fake_email()", "email"},
      {"masked with function anon.pseudo_email(c, 'salt')", "email"},
      {"MASKED WITH FUNCTION anon.dummy_last_name()", "last_name"},
      {"MASKED WITH FUNCTION anon.random_phone('0612')", "phone, without the prefix"},
      {"MASKED WITH FUNCTION anon.hash(c)", "hash"},
      {"MASKED WITH FUNCTION anon.lorem_ipsum( characters := 20 )", "lorem, without the number of characters"},
      {"MASKED WITH FUNCTION anon.fake_iban()", "iban"},
      {"MASKED WITH FUNCTION anon.partial(c,2,$$***$$,2)",
       R"(partial {"keep_first":2,"keep_last":2,"mask":"*","padding":3})"},
      {"MASKED WITH FUNCTION anon.partial(c, 0, 'a,b', 4);",
       R"(partial {"keep_first":0,"keep_last":4}, without the padding)"},
      {"MASKED WITH FUNCTION anon.noise(c, 0.33)", R"(noise {"relative":0.33})"},
      {"MASKED WITH FUNCTION anon.dnoise(c, '1 year 2 months'::interval)", R"(shift {"days":425})"},
      {"MASKED WITH FUNCTION anon.dnoise(c, INTERVAL '3 days')", R"(shift {"days":3})"},
      {"MASKED WITH FUNCTION anon.random_int_between(18, 65)", R"(random_number {"min":18,"max":65})"},
      {"MASKED WITH FUNCTION anon.random_date_between('2001-01-01'::DATE, '2001-12-31')",
       R"(random_date {"min":"2001-01-01","max":"2001-12-31"})"},
      {"MASKED WITH FUNCTION anon.random_in_int4range('[5,9)')", R"(random_number {"min":5,"max":8})"},
      {"MASKED WITH FUNCTION anon.random_in(ARRAY['a, b','it''s', 'c']::TEXT[])",
       R"(choice {"values":["a, b","it's","c"]})"},
      {"MASKED WITH FUNCTION anon.random_in(ARRAY[1, 2])", R"(choice {"values":[1,2]})"},
      {"MASKED WITH FUNCTION anon.random_string(12)", R"(hash {"length":12})"},
      {"MASKED WITH FUNCTION anon.dummy_first_name_locale('fr_FR')", R"(first_name {"locale":"fr"})"},
      {"MASKED WITH FUNCTION anon.dummy_first_name_locale('ar_SA')", "first_name, without the locale"},
      {"MASKED WITH FUNCTION anon.dummy_cell_number_locale('pt_BR')", R"(phone {"country":"BR"})"},
      {"MASKED WITH FUNCTION anon.dummy_post_code_locale('fr_FR')", R"(postcode {"country":"FR"})"},
      {"MASKED WITH FUNCTION anon.dummy_zip_code_locale('ja_JP')", "postcode, without the locale"},
      {"MASKED WITH FUNCTION anon.pseudo_last_name(users.login)", R"(last_name {"entity":"login"})"},
      {"MASKED WITH FUNCTION anon.pseudo_email(\"Odd \"\"id\"\"\"::text, 'salt')", R"(email {"entity":"Odd \"id\""})"},
      {"MASKED WITH FUNCTION anon.pseudo_company(users.login)", "company, without the seed"},
      {"MASKED WITH FUNCTION anon.pseudo_city(lower(c))", "city, without the seed"},
      {"MASKED WITH FUNCTION anon.hash(lower(c))", "hash, without the value"},
      {"MASKED WITH FUNCTION anon.digest(t.c, 'salt', 'sha256')", "hash"},
      {"MASKED WITH FUNCTION anon.left(anon.hash(c), 12)", R"(hash {"length":12})"},
      {"MASKED WITH FUNCTION anon.lorem_ipsum(2)", "lorem, without the number of paragraphs"},
      {"MASKED WITH FUNCTION anon.lorem_ipsum( words := 20 )", R"(lorem {"words":20})"},
      {"MASKED WITH FUNCTION anon.lorem_ipsum( characters := anon.length(t.c) )", "lorem"},
      {"MASKED WITH FUNCTION anon.dummy_words('[5,10)')", R"(lorem {"words":9})"},
      {"MASKED WITH FUNCTION anon.random_id_int()", "hash"},
      {"MASKED WITH FUNCTION anon.random_in_numrange('[0.1,0.9]')", R"(random_number {"min":0.1,"max":0.9})"},
      {"MASKED WITH FUNCTION anon.random_in_daterange('(2001-02-28, 2004-03-01)')",
       R"(random_date {"min":"2001-03-01","max":"2004-02-29"})"},
      {"MASKED WITH FUNCTION anon.random_in_tsrange('[2022-10-01,2022-10-31 12:00)')",
       R"(random_date {"min":"2022-10-01","max":"2022-10-31"})"},
      {"MASKED WITH FUNCTION anon.random_in(ARRAY[1, 2]::int[])", R"(choice {"values":[1,2]})"},
      {"MASKED WITH FUNCTION anon.ternary(c IS NULL, NULL, anon.random_int_between(0,100))",
       R"(random_number {"min":0,"max":100})"},
      {"MASKED WITH FUNCTION anon.ternary( id > 1000, NULL::TEXT, c)", "null when id > 1000, keep"},
      {"MASKED WITH FUNCTION anon.ternary(a = 'x, (y', anon.fake_city(), 'none')",
       R"(city when a = 'x, (y', constant {"value":"none"})"},
      {"MASKED WITH FUNCTION anon.dummy_ipv4()", "ip"},
      {"MASKED WITH FUNCTION anon.fake_siret()", R"(national_id {"kind":"fr_siret"})"},
      {"MASKED WITH FUNCTION pg_catalog.md5(c)", "hash"},
      {"MASKED WITH VALUE NULL", "null"},
      {"MASKED WITH VALUE 'it''s secret'", R"(constant {"value":"it's secret"})"},
      {"MASKED WITH VALUE $$CONFIDENTIAL$$", R"(constant {"value":"CONFIDENTIAL"})"},
      {"MASKED WITH VALUE $x$a$$b$x$", R"(constant {"value":"a$$b"})"},
      {"MASKED WITH VALUE 0::int", R"(constant {"value":"0"})"},
  };
  for (const auto &[label, rule] : labels) EXPECT_EQ(rule_of(label), rule) << label;
}

TEST(anon_labels, without_an_equivalent) {
  for (const char *label : {"",
                            "TRUSTED",
                            "MASKED",
                            "MASKED WITH FUNCTION anon.fake_siren()",
                            "MASKED WITH FUNCTION anon.ternary(a, b, c)",
                            "MASKED WITH FUNCTION anon.ternary(a, anon.ternary(b, NULL, c), c)",
                            "MASKED WITH FUNCTION anon.left(c, 2)",
                            "MASKED WITH FUNCTION anon.random_in_daterange('[2001-02-31,2001-03-01)')",
                            "MASKED WITH FUNCTION anon.random_in_daterange('(2001-02-31,2001-03-01]')",
                            "MASKED WITH FUNCTION anon.noise(c, 2)",
                            "MASKED WITH FUNCTION anon.noise(c, x)",
                            "MASKED WITH FUNCTION anon.dnoise(c, '3 moons')",
                            "MASKED WITH FUNCTION anon.random_in_int4range('[5,')",
                            "MASKED WITH FUNCTION anon.random_in_int4range('(5,5]')",
                            "MASKED WITH FUNCTION anon.random_in_int4range('')",
                            "MASKED WITH FUNCTION anon.random_in(ARRAY['a', c])",
                            "MASKED WITH FUNCTION anon.random_in(]ARRAY[)",
                            "MASKED WITH FUNCTION anon.random_string(9999)",
                            "MASKED WITH FUNCTION public.fake_email()",
                            "MASKED WITH FUNCTION anon.partial(c,2)",
                            "MASKED WITH FUNCTION anon.partial(c,-1,'*',x)",
                            "MASKED WITH FUNCTION anon.partial(c,99999999999,'*',1)",
                            "MASKED WITH FUNCTION )(",
                            "MASKED WITH VALUE",
                            "MASKED WITH VALUE 'open",
                            "MASKED WITH VALUE $$open"})
    EXPECT_EQ(rule_of(label), "none") << label;
}

}  // namespace
