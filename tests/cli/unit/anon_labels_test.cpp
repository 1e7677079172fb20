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
      {"MASKED WITH VALUE NULL", "null"},
      {"MASKED WITH VALUE 'it''s secret'", R"(constant {"value":"it's secret"})"},
      {"MASKED WITH VALUE $$CONFIDENTIAL$$", R"(constant {"value":"CONFIDENTIAL"})"},
      {"MASKED WITH VALUE $x$a$$b$x$", R"(constant {"value":"a$$b"})"},
      {"MASKED WITH VALUE 0::int", R"(constant {"value":"0"})"},
  };
  for (const auto &[label, rule] : labels) EXPECT_EQ(rule_of(label), rule) << label;
}

TEST(anon_labels, without_an_equivalent) {
  for (const char *label :
       {"", "TRUSTED", "MASKED", "MASKED WITH FUNCTION anon.fake_siret()", "MASKED WITH FUNCTION anon.noise(c, 0.5)",
        "MASKED WITH FUNCTION public.fake_email()", "MASKED WITH FUNCTION anon.partial(c,2)",
        "MASKED WITH FUNCTION anon.partial(c,-1,'*',x)", "MASKED WITH FUNCTION anon.partial(c,99999999999,'*',1)",
        "MASKED WITH FUNCTION )(", "MASKED WITH VALUE", "MASKED WITH VALUE 'open", "MASKED WITH VALUE $$open"})
    EXPECT_EQ(rule_of(label), "none") << label;
}

}  // namespace
