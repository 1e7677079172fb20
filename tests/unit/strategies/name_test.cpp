// name, first_name, last_name, and the person that they share with others.
#include <iconv.h>

#include <algorithm>
#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

#include "mask/characters.h"
#include "mask/data/locale.h"
#include "mask/keys.h"
#include "mask/letter_case.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(names, lists_are_long_plain_and_free_of_doubles) {
  for (const NameList *list : {&first_names, &last_names}) {
    EXPECT_GE(list->count(), list == &first_names ? 2000U : 3000U);
    std::unordered_set<std::string> seen;
    size_t longest = 0;
    for (uint32_t i = 0; i < list->count(); i++) {
      std::string name((*list)[i].view());
      ASSERT_TRUE(seen.insert(name).second) << name;
      ASSERT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
      ASSERT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return isalpha(c); })) << name;
      ASSERT_GE(name.size(), longest) << "not sorted by length: " << name;
      longest = name.size();
    }
    EXPECT_EQ(list->count(static_cast<uint32_t>(longest)), list->count());
    EXPECT_EQ(list->count(1), 0U);
  }
}

TEST(first_name, is_drawn_from_the_whole_list) {
  auto made = make_for("first_name");
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 100000; i++) seen.insert(masked_by(*made, std::to_string(i)));
  EXPECT_EQ(seen.size(), first_names.count());
}

TEST(last_name, is_drawn_from_the_whole_list) {
  auto made = make_for("last_name");
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 200000; i++) seen.insert(masked_by(*made, std::to_string(i)));
  EXPECT_EQ(seen.size(), last_names.count());
}

TEST(name, draws_both_parts_independently) {
  auto made = make_for("name");
  std::unordered_set<std::string> pairs, firsts;
  for (int i = 0; i < 20000; i++) {
    std::string name = masked_by(*made, std::to_string(i));
    pairs.insert(name);
    firsts.insert(name.substr(0, name.find(' ')));
  }
  EXPECT_GT(pairs.size(), 19900U);
  EXPECT_GT(firsts.size(), 6000U);
}

TEST(names, say_when_nothing_fits_and_which_locales_there_are) {
  EXPECT_EQ(make_error("first_name", "{}", room(1)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("name", "{}", room(4)).code, Code::does_not_fit);
  EXPECT_EQ(mask("name", "{}", "x", room(5)).size(), 5U);
  Error e = make_error("name", R"({"locale": "xx"})");
  EXPECT_EQ(e.code, Code::bad_option);
  EXPECT_NE(e.message.find("must be one of cs, de, en, es, fr, it, ja, ja-Latn, nl"), std::string::npos) << e.message;
  EXPECT_EQ(make_error("name", R"({"locale": "fr-Latn"})").code, Code::bad_option);
  EXPECT_EQ(make_error("name", R"({"gender": "m"})").code, Code::bad_option);
}

// The text in another encoding; none where that lacks a character.
std::string recoded(std::string text, const char *to) {
  const iconv_t converter = iconv_open(to, "UTF-8");
  char bytes[100], *in = text.data(), *out = bytes;
  size_t n_in = text.size(), n_out = sizeof bytes;
  const size_t lost = iconv(converter, &in, &n_in, &out, &n_out);
  iconv_close(converter);
  return lost != 0 ? "" : std::string(bytes, out);
}

TEST(locales, names_keep_the_letters_that_an_encoding_of_bytes_has) {
  const std::pair<CharEncoding, const char *> encodings[] = {
      {CharEncoding::latin1, "ISO-8859-1"}, {CharEncoding::latin2, "ISO-8859-2"},
      {CharEncoding::latin5, "ISO-8859-9"}, {CharEncoding::win1250, "CP1250"},
      {CharEncoding::win1251, "CP1251"},    {CharEncoding::koi8r, "KOI8-R"},
      {CharEncoding::koi8r, "KOI8-U"},      {CharEncoding::iso_8859_5, "ISO-8859-5"}};
  for (const auto &[encoding, name] : encodings)
    for (const Locale *locale : all_locales())
      for (const char *letter_case : {"title", "upper", "lower"}) {
        const std::string options =
            R"({"locale": ")" + std::string(locale->code) + R"(", "case": ")" + letter_case + R"("})";
        for (const char *strategy : {"first_name", "last_name"}) {
          const auto in_utf8 = make_for(strategy, options), made = make_for(strategy, options, room(0, encoding));
          for (int i = 0; i < 300; i++) {
            const std::string masked = masked_by(*made, std::to_string(i)),
                              own = masked_by(*in_utf8, std::to_string(i));
            const std::string wanted = recoded(own, name);
            EXPECT_TRUE(masked == wanted || (wanted.empty() && is_ascii(masked))) << name << " " << own;
          }
        }
      }
}

// Of each locale the names are plain in ASCII, and varied in their own letters.
TEST(locales, have_names_for_every_column) {
  for (const Locale *locale : all_locales()) {
    for (const auto *lists : {&locale->first, &locale->last})
      for (const NameList &list : *lists)
        for (uint32_t i = 0; i < list.count(); i++) {
          const std::string_view name = list[i].view(), own = list.native(i);
          ASSERT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return isalpha(c); })) << name;
          ASSERT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
          ASSERT_EQ(own.find_first_of("=|, "), own.npos) << own;
        }
    const std::string locale_option = R"({"locale": ")" + std::string(locale->code) + R"("})";
    for (const CharEncoding encoding : {CharEncoding::utf8, CharEncoding::single_byte, CharEncoding::other}) {
      auto made = make_for("name", locale_option, room(0, encoding));
      std::unordered_set<std::string> seen;
      for (int i = 0; i < 10000; i++) seen.insert(masked_by(*made, std::to_string(i)));
      EXPECT_GT(seen.size(), 7000U) << locale->code;
      if (encoding != CharEncoding::utf8) {
        EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](const auto &name) { return is_printable_ascii(name); }));
      }
    }
    for (const char *strategy : {"name", "first_name", "last_name", "title", "username"}) {
      bool fits = false;
      for (uint32_t width = 1; width < 40; width++) {
        std::unique_ptr<Strategy> made;
        error_of([&] { made = make_for(strategy, locale_option, room(width)); });
        EXPECT_TRUE(made != nullptr || !fits) << strategy << " " << width;
        if (made == nullptr) continue;
        fits = true;
        for (int i = 0; i < 200; i++) {
          const std::string masked = masked_by(*made, std::to_string(i));
          EXPECT_LE(count_characters(masked, CharEncoding::utf8), width) << strategy << " " << masked;
          EXPECT_FALSE(masked.empty());
        }
      }
      EXPECT_TRUE(fits);
    }
  }
}

TEST(people, names_of_one_output_tell_one_person) {
  const Subkey key = derive_subkey(test_key(), "person", "person");
  const Prf128 prf(key);
  for (const char *options : {"{}", R"({"gender": "female"})", R"({"locale": "fr"})", R"({"locale": "ru"})"}) {
    const auto write = [&](const char *strategy, const PrfOutput &random) {
      ByteSink out;
      make_for(strategy, options)->as_prf_strategy()->write("x", random, out);
      return std::string(out.view());
    };
    for (int i = 0; i < 50; i++) {
      const PrfOutput random = prf(std::to_string(i));
      const std::string first = write("first_name", random), last = write("last_name", random);
      EXPECT_EQ(write("name", random), first + " " + last);
      if (!is_ascii(first) || !is_ascii(last)) continue;
      std::string lower = first + "." + last + ".";
      std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
      EXPECT_TRUE(write("email", random).starts_with(lower)) << lower;
      EXPECT_TRUE(write("username", random).starts_with(lower.substr(0, first.size()))) << lower;
    }
  }
}

TEST(people, have_one_gender) {
  std::unordered_set<std::string> of_women, of_men;
  const Locale *cs = find_locale("cs");
  for (uint32_t i = 0; i < cs->first[1].count(); i++) of_women.emplace(cs->first[1].native(i));
  for (uint32_t i = 0; i < cs->first[0].count(); i++) of_men.emplace(cs->first[0].native(i));
  auto any = make_for("name", R"({"locale": "cs"})"),
       female = make_for("name", R"({"locale": "cs", "gender": "female"})");
  int women = 0;
  for (int i = 0; i < 1000; i++) {
    const std::string name = masked_by(*any, std::to_string(i)), first = name.substr(0, name.find(' '));
    const bool is_woman = name.ends_with("\u00e1") || name.ends_with("\u00ed");
    if (!name.ends_with("\u00ed") && !is_woman) {
      EXPECT_TRUE(of_men.contains(first)) << name;
    }
    women += of_women.contains(first) && !of_men.contains(first);
    const std::string other = masked_by(*female, std::to_string(i));
    EXPECT_TRUE(of_women.contains(other.substr(0, other.find(' ')))) << other;
    EXPECT_TRUE(other.ends_with("\u00e1") || other.ends_with("\u00ed")) << other;
  }
  EXPECT_NEAR(women, 500, 80);
  for (const char *value : {"1", "2", "3"}) {
    EXPECT_NE(mask("title", R"({"gender": "female"})", value), "Mr");
    EXPECT_NE(mask("title", R"({"gender": "male"})", value), "Mrs");
  }
}

TEST(names, letters_stay_where_the_encoding_has_them) {
  EXPECT_EQ(mask("name", R"({"locale": "ja"})", "x").find_first_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos);
  for (const char *options : {R"({"locale": "ja-Latn"})", R"({"locale": "ru-Latn"})", R"({"locale": "zh-Latn"})"})
    EXPECT_TRUE(is_printable_ascii(mask("name", options, "x"))) << options;
  EXPECT_TRUE(is_printable_ascii(mask("email", R"({"locale": "zh"})", "a@b.c")));
}

TEST(names, case_is_what_is_asked_for) {
  EXPECT_EQ(mask("name", R"({"case": "upper"})", "Ada Lovelace"), "TROY BENTCROFT");
  EXPECT_EQ(mask("name", R"({"case": "lower"})", "Ada Lovelace"), "troy bentcroft");
  EXPECT_EQ(mask("name", R"({"case": "keep"})", "Ada Lovelace"), "Troy Bentcroft");
  const std::string lower = mask("name", R"({"case": "keep"})", "ada lovelace");
  EXPECT_EQ(lower.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string::npos) << lower;
  const auto in_case = [](std::string_view text, LetterCase to, bool turkish = false) {
    ByteSink out;
    append_in_case(text, to, turkish, out);
    return std::string(out.view());
  };
  EXPECT_EQ(in_case("\u00c9lodie Wei\u00df \u0160\u0165astn\u00fd \u0141\u017c", LetterCase::upper),
            "\u00c9LODIE WEI\u1e9e \u0160\u0164ASTN\u00dd \u0141\u017b");
  EXPECT_EQ(in_case("\u00c9LODIE \u0160\u0164ASTN\u00dd \u0141\u017b", LetterCase::lower),
            "\u00e9lodie \u0161\u0165astn\u00fd \u0142\u017c");
  EXPECT_EQ(in_case("\u0401\u043b\u043a\u0438\u043d", LetterCase::upper), "\u0401\u041b\u041a\u0418\u041d");
  EXPECT_EQ(in_case("I\u011fd\u0131r", LetterCase::lower, true), "\u0131\u011fd\u0131r");
  EXPECT_EQ(in_case("izmir", LetterCase::upper, true), "\u0130ZM\u0130R");
}

TEST(names, fold_makes_case_and_blanks_no_difference) {
  for (const char *strategy : {"name", "first_name", "last_name", "username", "email"}) {
    const std::string folded = mask(strategy, R"({"fold": true})", "\u00c9lodie Roux");
    EXPECT_EQ(folded, mask(strategy, R"({"fold": true})", "  \u00e9LODIE roux ")) << strategy;
    EXPECT_NE(folded, mask(strategy, R"({"fold": true})", "Elodie Roux")) << strategy;
    EXPECT_NE(mask(strategy, "{}", "ada"), mask(strategy, "{}", "Ada")) << strategy;
  }
}

TEST(name, of_a_company_is_a_company) {
  for (const char *company :
       {"Analytical Engines Ltd", "Lovelace & Sons", "Werke M\u00fcller GmbH", "Acme S.A.R.L.", "Kowalski Sp. z o.o."})
    EXPECT_EQ(mask("name", R"({"kind": "auto"})", company), mask("name", R"({"kind": "company"})", company)) << company;
  for (const char *person : {"Ada Lovelace", "Sa Limited-Smith", "Co", "Anders And"})
    EXPECT_EQ(mask("name", R"({"kind": "auto"})", person), mask("name", "{}", person)) << person;
}

}  // namespace
}  // namespace confiture::mask
