// PostgreSQL Anonymizer's labels: which rule each becomes, and which none.
#include <gtest/gtest.h>

#include "rules/anon_labels.h"

using namespace client;

namespace {

std::string rule_of(const std::string &label) {
  auto rule = rules::rule_for_label("c", label);
  return rule ? rules::rule_text(rule->strategy, rule->options) : "none";
}

TEST(anon_labels, equivalents) {
  const std::pair<const char *, const char *> labels[] = {
      {"NOT MASKED", "keep"},
      {"MASKED WITH FUNCTION anon.fake_email()", "email"},
      {"masked with function anon.pseudo_email(c, 'salt')", "email"},
      {"MASKED WITH FUNCTION anon.dummy_last_name()", "last_name"},
      {"MASKED WITH FUNCTION anon.random_phone('0612')", "phone"},
      {"MASKED WITH FUNCTION anon.hash(c)", "hash"},
      {"MASKED WITH FUNCTION anon.lorem_ipsum( characters := 20 )", "lorem"},
      {"MASKED WITH FUNCTION anon.fake_iban()", "iban"},
      {"MASKED WITH FUNCTION anon.partial(c,2,$$***$$,2)", R"(partial {"first":2,"last":2,"mask":"*"})"},
      {"MASKED WITH FUNCTION anon.partial(c, 0, 'a,b', 4);", R"(partial {"first":0,"last":4})"},
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
      {"MASKED WITH FUNCTION anon.dummy_first_name_locale('fr_FR')", "first_name"},
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
