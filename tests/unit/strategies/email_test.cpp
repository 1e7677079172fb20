// email: addresses at domains where no mail arrives.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "../row_masker_fixture.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// Letters, a dot, letters, a dot, 20 characters of base32 and the domain.
bool is_of_a_person(const std::string &address) {
  const size_t first = address.find('.'), last = address.find('.', first + 1), at = address.find('@');
  auto is_name = [&](size_t from, size_t to) {
    return to - from >= 2 &&
           std::all_of(address.begin() + from, address.begin() + to, [](char c) { return c >= 'a' && c <= 'z'; });
  };
  return last < at && is_name(0, first) && is_name(first + 1, last) &&
         has_shape(address.substr(last + 1), "zzzzzzzzzzzzzzzzzzzz@example.com");
}

TEST(email, has_the_form_of_an_address) {
  for (const char *value : {"a", "ada@lovelace.org", "not an address", "\xff"}) {
    EXPECT_TRUE(is_of_a_person(mask("email", "{}", value))) << value;
    EXPECT_TRUE(has_shape(mask("email", R"({"style": "opaque"})", value), "zzzzzzzzzzzzzzzzzzzz@example.com"));
  }
}

TEST(email, keeps_the_class_of_the_domain_when_asked) {
  auto made = make_for("email", R"({"keep_domain": "class"})");
  auto domain = [&](const char *value) {
    const std::string masked = masked_by(*made, value);
    return masked.substr(masked.find('@') + 1);
  };
  EXPECT_TRUE(made->keeps_unique());
  EXPECT_EQ(domain("ada@gmail.com"), "freemail.example");
  EXPECT_EQ(domain("ada@WEB.de"), "freemail.example");
  EXPECT_EQ(domain("ada@lovelace.org"), domain("grace@LOVELACE.org"));
  EXPECT_NE(domain("ada@lovelace.org"), domain("ada@hopper.org"));
  EXPECT_TRUE(domain("ada@lovelace.org").ends_with(".example"));
  EXPECT_EQ(domain("not an address"), "example.com");
  EXPECT_EQ(make_error("email", R"({"keep_domain": "full"})").code, Code::bad_option);
  const char *full = R"({"keep_domain": "full", "allow_real_domain": true})";
  EXPECT_TRUE(mask("email", full, "ada@Lovelace.org").ends_with("@Lovelace.org"));
  EXPECT_TRUE(mask("email", full, "ada@" + std::string(50, 'x') + ".org", room(60)).ends_with("@example.com"));
  EXPECT_EQ(make_error("email", R"({"keep_domain": "some"})").code, Code::bad_option);
}

TEST(email, follows_a_template) {
  const char *plain = R"({"template": "qa+{unique}@example.com"})";
  EXPECT_TRUE(has_shape(mask("email", plain, "x"), "qa+zzzzzzzzzzzzzzzzzzzz@example.com"));
  EXPECT_TRUE(make_for("email", plain)->keeps_unique());
  const char *names = R"({"template": "{first}.{last}@shop.test"})";
  EXPECT_FALSE(make_for("email", names)->keeps_unique());
  EXPECT_TRUE(mask("email", names, "x").ends_with("@shop.test"));
  EXPECT_LE(mask("email", names, "x", room(20)).size(), 20U);
  EXPECT_EQ(make_error("email", names, room(14)).code, Code::does_not_fit);
  for (const char *bad :
       {R"({"template": "{first}"})", R"({"template": "{first}@real.com"})", R"({"template": "{given}@a.test"})",
        R"({"template": "same@a.test"})", R"({"template": "@a.test"})", R"({"template": "{first}@a@b.test"})",
        R"({"template": "{first} {last}@a.test"})", R"({"template": "{first}@a.test", "style": "name"})"})
    EXPECT_EQ(make_error("email", bad).code, Code::bad_option) << bad;
}

TEST(email, passes_what_is_no_address_when_asked) {
  const char *options = R"({"invalid": "pass"})";
  for (const char *value : {"n/a", "ada at home", "none since 2024"}) EXPECT_EQ(mask("email", options, value), value);
  // Nothing that an address or a number may be in.
  for (const char *value : {"@", "a@", "Ada <ada@lovelace.org>", "ada@lovelace.org, or ada@work.org", "call 33612"})
    EXPECT_TRUE(mask("email", options, value).ends_with("@example.com")) << value;
  EXPECT_TRUE(make_for("email", options)->passes_some());
  EXPECT_FALSE(make_for("email")->passes_some());
  EXPECT_EQ(mask("email", options, "ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
  EXPECT_FALSE(make_for("email", options)->keeps_unique());
  EXPECT_EQ(make_error("email", R"({"invalid": "keep"})").code, Code::bad_option);
  EXPECT_EQ(make_error("email", R"({"style": "opaque", "locale": "de"})").code, Code::bad_option);
}

TEST(email, makes_null_of_what_is_no_address_when_asked) {
  const auto made = make_for("email", R"({"invalid": "null"})");
  EXPECT_TRUE(made->may_give_null() && made->keeps_unique());
  EXPECT_FALSE(made->makes_null() || made->passes_some() || make_for("email")->may_give_null());
  for (const char *value : {"n/a", "ada", "@", "a@", "a b@c"}) EXPECT_TRUE(made->gives_null_for(value)) << value;
  for (const char *value : {"", "ada@lovelace.org", "a@b"}) EXPECT_FALSE(made->gives_null_for(value)) << value;
  EXPECT_EQ(masked_by(*made, "ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
  const auto folding = make_for("email", R"({"invalid": "null", "fold": true})");
  EXPECT_FALSE(folding->gives_null_for(" ada@lovelace.org "));
  EXPECT_FALSE(make_for("email", R"({"fold": true})")->gives_null_for("ada"));
}

std::unique_ptr<RowMasker> masker_with_nulls(WireFormat format) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = ValueKind::text;
  column.strategy = make_for("email", R"({"invalid": "null"})");
  return make_row_masker(format, test::columns_of(std::move(column), test::pass()));
}

TEST(email, makes_null_in_both_formats) {
  const std::string ada = mask("email", "{}", "ada@lovelace.org");
  EXPECT_EQ(test::mask_whole([] { return masker_with_nulls(WireFormat::text); },
                             "ada@lovelace.org\ta\nn/a\tb\n\\N\tc\n\td\nat\\thome\te\n"),
            ada + "\ta\n\\N\tb\n\\N\tc\n\td\n\\N\te\n");
  const auto text = [](const char *value) { return test::Value(value); };
  EXPECT_EQ(test::mask_whole([] { return masker_with_nulls(WireFormat::binary); },
                             test::header() + test::row({text("ada@lovelace.org"), text("a")}) +
                                 test::row({text("n/a"), text("b")}) + test::row({std::nullopt, text("c")}) +
                                 test::row({text(""), text("d")}) + test::trailer()),
            test::header() + test::row({ada, text("a")}) + test::row({std::nullopt, text("b")}) +
                test::row({std::nullopt, text("c")}) + test::row({text(""), text("d")}) + test::trailer());
  EXPECT_EQ(
      make_error("json", R"({"paths": {"$.a": {"strategy": "email", "invalid": "null"}}})", {.kind = ValueKind::jsonb})
          .code,
      Code::bad_option);
  EXPECT_EQ(make_error("regexp", R"({"pattern": "a", "mask": "email", "options": {"invalid": "null"}})").code,
            Code::bad_option);
}

TEST(email, takes_tags_as_asked) {
  const std::string plain = mask("email", "{}", "ada@lovelace.org");
  const char *same = R"({"plus": "same"})", *tag = R"({"plus": "tag"})";
  EXPECT_NE(mask("email", "{}", "ada+notes@lovelace.org"), plain);
  for (const char *value : {"ada@lovelace.org", "ada+notes@lovelace.org", "ada+a+b@lovelace.org", "ada+@lovelace.org"})
    EXPECT_EQ(mask("email", same, value), plain) << value;
  EXPECT_NE(mask("email", same, "+ada@lovelace.org"), plain);
  EXPECT_NE(mask("email", same, "ada@love+lace.org"), mask("email", same, "ada@love"));
  EXPECT_EQ(mask("email", R"({"plus": "same", "fold": true})", " Ada+Notes@lovelace.org"), plain);
  EXPECT_FALSE(make_for("email", same)->keeps_unique());

  // The same local part, and a tag of 100 bits.
  const std::string untagged = mask("email", tag, "ada@lovelace.org"), local = untagged.substr(0, untagged.find('@'));
  std::set<std::string> tagged;
  for (int i = 0; i < 50; i++) {
    const std::string masked = mask("email", tag, "ada+" + std::to_string(i) + "@lovelace.org");
    EXPECT_TRUE(has_shape(masked.substr(local.size()), "+zzzzzzzzzzzzzzzzzzzz@example.com")) << masked;
    EXPECT_TRUE(masked.starts_with(local)) << masked;
    EXPECT_LE(masked.find('@'), 64U);
    tagged.insert(masked);
  }
  EXPECT_EQ(tagged.size(), 50U);
  EXPECT_TRUE(make_for("email", tag)->keeps_unique());
  EXPECT_EQ(mask("email", tag, "ada+notes@lovelace.org", room(53)).size(), 53U);
  EXPECT_EQ(make_error("email", tag, room(52)).code, Code::does_not_fit);
  for (const char *bad : {R"({"plus": "tag", "template": "{first}@a.test"})", R"({"plus": "drop"})",
                          R"({"plus": "tag", "local_length": 40})"})
    EXPECT_NE(make_error("email", bad).code, Code::ok) << bad;
  EXPECT_EQ(mask("email", R"({"plus": "same", "template": "qa+{unique}@a.test"})", "ada+x@b.org"),
            mask("email", R"({"template": "qa+{unique}@a.test"})", "ada@b.org"));

  // An entity is the person, and the letters are those of the address without its tag.
  const auto made = make_for("email", R"({"plus": "tag", "entity": "id"})");
  made->set_entity("7");
  const std::string one = masked_by(*made, "ada@b.org"), other = masked_by(*made, "ada+x@b.org");
  EXPECT_EQ(other.substr(0, other.find('+')), one.substr(0, one.find('@')));
}

TEST(email, takes_case_for_nothing_when_asked) {
  const char *options = R"({"fold": true})";
  EXPECT_EQ(mask("email", options, " Ada@Lovelace.org "), mask("email", options, "ada@lovelace.org"));
  EXPECT_EQ(mask("email", options, "ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
  EXPECT_NE(mask("email", "{}", "Ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
}

TEST(email, takes_domains_where_no_mail_arrives) {
  for (const char *good : {"example.com", "example.net", "EXAMPLE.org", "mail.example.com", "a.test", "shop.example",
                           "x.invalid", "localhost", "dev.localhost"}) {
    std::string options = std::string("{\"domain\": \"") + good + "\"}";
    EXPECT_EQ(make_error("email", options).code, Code::ok) << good;
    std::string masked = mask("email", options, "x");
    EXPECT_TRUE(std::none_of(masked.begin(), masked.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
  for (const char *real :
       {"gmail.com", "notexample.com", "example.com.evil.org", "test.com", "example.co", "a.tests"}) {
    std::string options = std::string("{\"domain\": \"") + real + "\"";
    EXPECT_EQ(make_error("email", options + "}").code, Code::bad_option) << real;
    EXPECT_EQ(make_error("email", options + ", \"allow_real_domain\": true}").code, Code::ok) << real;
  }
  std::string label(63, 'a'), long_label(64, 'a');
  EXPECT_EQ(make_error("email", "{\"domain\": \"" + label + ".test\"}").code, Code::ok);
  std::string too_long;
  for (int i = 0; i < 4; i++) too_long += label + ".";
  for (const std::string &bad :
       {std::string(), std::string("."), std::string(".test"), std::string("a..test"), std::string("a.test."),
        std::string("-a.test"), std::string("a-.test"), std::string("a b.test"), std::string("a@b.test"),
        std::string("\xc3\xa9.test"), std::string("a_b.test"), long_label + ".test", too_long + "test"})
    EXPECT_EQ(make_error("email", "{\"domain\": \"" + bad + "\", \"allow_real_domain\": true}").code, Code::bad_option)
        << bad;
}

TEST(email, gets_shorter_with_the_column) {
  EXPECT_EQ(mask("email", "{}", "x", room(58)), mask("email", "{}", "x"));
  for (uint32_t width = 38; width < 58; width++) {
    EXPECT_TRUE(is_of_a_person(mask("email", "{}", "x", room(width)))) << width;
    EXPECT_TRUE(make_for("email", "{}", room(width))->keeps_unique());
  }
  EXPECT_EQ(mask("email", "{}", "x", room(37)), mask("email", R"({"style": "opaque"})", "x"));
  EXPECT_TRUE(make_for("email", "{}", room(32))->keeps_unique());
  EXPECT_FALSE(make_for("email", "{}", room(31))->keeps_unique());
  // The way out for a unique varchar(30).
  EXPECT_TRUE(make_for("email", R"({"style": "opaque", "domain": "a.test"})", room(30))->keeps_unique());
  EXPECT_EQ(mask("email", "{}", "x", room(20)).size(), 20U);
  Error e = make_error("email", "{}", room(19));
  EXPECT_EQ(e.code, Code::does_not_fit);
  EXPECT_NE(e.hint.find("It takes 20 characters"), std::string::npos) << e.hint;
  const std::string shorter = mask("email", R"({"local_length": 30})", "x");
  EXPECT_LE(shorter.find('@'), 30U);
  EXPECT_TRUE(is_of_a_person(shorter));
  EXPECT_EQ(mask("email", R"({"local_length": 8})", "x").find('@'), 8U);
}

}  // namespace
}  // namespace confiture::mask
