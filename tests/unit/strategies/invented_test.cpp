// Strategies that invent a value: places, work, names on the net.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "mask/characters.h"
#include "mask/data/countries.h"
#include "mask/data/regions.h"
#include "mask/data/word_list.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// Of 10,000 values, how many masks are there?
size_t count_masks(const char *strategy, const char *options = "{}") {
  auto made = make_for(strategy, options);
  std::set<std::string> seen;
  for (int i = 0; i < 10000; i++) seen.insert(masked_by(*made, "value " + std::to_string(i)));
  return seen.size();
}

bool is_one_of(const WordList &list, std::string_view word) {
  for (uint32_t i = 0; i < list.count(); i++)
    if (list[i] == word) return true;
  return false;
}

TEST(word_list, is_sorted_by_length) {
  for (const WordList *list :
       {&town_starts, &town_stems, &town_ends, &street_types, &states, &state_codes, &country_codes, &company_stems,
        &company_fields, &company_forms, &job_levels, &job_fields, &job_roles, &titles, &latin_words}) {
    std::set<std::string_view> seen;
    for (uint32_t i = 0; i < list->count(); i++) {
      EXPECT_FALSE((*list)[i].empty());
      EXPECT_TRUE(seen.insert((*list)[i]).second) << (*list)[i];
      EXPECT_LE((*list)[i > 0 ? i - 1 : 0].size(), (*list)[i].size());
    }
    EXPECT_EQ(list->count(list->shortest() - 1), 0U);
    EXPECT_EQ(list->count(list->longest()), list->count());
  }
}

TEST(city, is_varied) {
  EXPECT_GT(count_masks("city"), 4000U);
  EXPECT_EQ(make_error("city", "{}", room(1)).code, Code::does_not_fit);
}

TEST(street, has_a_number_where_the_value_has_one) {
  EXPECT_GT(count_masks("street"), 9000U);
  auto is_digit_at = [](const std::string &text, size_t at) { return std::isdigit(text[at]) != 0; };
  const std::string in_front = mask("street", "{}", "12 Main Street"), behind = mask("street", "{}", "Hauptstr. 12"),
                    none = mask("street", "{}", "Main Street");
  EXPECT_TRUE(is_digit_at(in_front, 0)) << in_front;
  EXPECT_TRUE(is_digit_at(behind, behind.size() - 1) && !is_digit_at(behind, 0)) << behind;
  EXPECT_EQ(none.find_first_of("0123456789"), none.npos) << none;
}

TEST(address, is_varied) { EXPECT_GT(count_masks("address"), 9990U); }

TEST(house_number, keeps_its_shape) {
  EXPECT_TRUE(has_shape(mask("house_number", "{}", "12-14"), "99-99"));
  for (int i = 0; i < 100; i++) EXPECT_NE(mask("house_number", "{}", std::to_string(i))[0], '0');
  EXPECT_NE(mask("house_number", "{}", "J\xc3\xbcrgen"), "J\xc3\xbcrgen");
  EXPECT_EQ(mask("house_number", "{}", "J\xc3\xbcrgen").size(), 6U);
}

TEST(country, fits_narrow_columns) {
  for (uint32_t width = 2; width < 20; width++) {
    auto country = make_for("country", "{}", room(width)), state = make_for("state", "{}", room(width));
    for (int i = 0; i < 200; i++) {
      const std::string drawn = masked_by(*country, "no " + std::to_string(i)), value = std::to_string(i);
      EXPECT_TRUE(std::ranges::any_of(all_countries(), [&](auto &c) { return drawn == c.name || drawn == c.code; }))
          << drawn;
      EXPECT_EQ(masked_by(*state, value).size() == 2, width < 4)
          << "a name where there is room: " << masked_by(*state, value);
    }
  }
  for (const char *options : {"{}", R"({"country": "US"})"}) {
    const std::string street = mask("address", options, "12 St James Square, London", room(22));
    EXPECT_TRUE(is_digit(street[0]) && street.find(',') == street.npos) << street;
  }
}

TEST(postcode, keeps_its_shape) {
  EXPECT_TRUE(has_shape(mask("postcode", "{}", "75008"), "99999"));
  EXPECT_TRUE(has_shape(mask("postcode", "{}", "12345-6789"), "99999-9999"));
  for (int i = 0; i < 100; i++) {
    EXPECT_LE(mask("postcode", "{}", std::to_string(90000 + i)), "49999") << "Spain's end with 52";
    const std::string six = mask("postcode", "{}", std::to_string(110000 + i));
    EXPECT_TRUE(six[0] >= '2' && six[0] <= '4' && six[1] <= '4') << "all of India's and China's are there: " << six;
    EXPECT_EQ(mask("postcode", "{}", "K" + std::to_string(i % 10) + "A 0B" + std::to_string(i / 10)).find('W'),
              std::string::npos)
        << "no code of Canada has a W";
  }
  const std::string british = mask("postcode", "{}", "SW1Y 4LB");
  EXPECT_EQ(british.find_first_of("CDFIJKMOQUVXZ"), british.npos) << british;
  EXPECT_EQ(british[4], ' ');
}

TEST(state, is_a_code_for_a_code) {
  EXPECT_TRUE(is_one_of(states, mask("state", "{}", "Bavaria")));
  EXPECT_TRUE(is_one_of(state_codes, mask("state", "{}", "BY")));
  EXPECT_TRUE(is_one_of(state_codes, mask("state", "{}", "Bavaria", room(2))));
}

TEST(country, is_a_code_for_a_code) {
  EXPECT_NE(find_country(mask("country", "{}", "FR")), nullptr);
  EXPECT_EQ(mask("country", "{}", "France").find_first_of("0123456789"), std::string::npos);
  EXPECT_EQ(country_codes.count(), all_countries().size());
  for (const char *name : {"France", "Spain", "Peru", "Chad", "Oman"})
    EXPECT_NE(find_country(mask("country", "{}", name, room(2))), nullptr) << "a code where no name fits";
}

TEST(company, is_varied) { EXPECT_GT(count_masks("company"), 8000U); }
TEST(job_title, is_varied) { EXPECT_GT(count_masks("job_title"), 5000U); }

TEST(title, has_a_full_stop_where_the_value_has_one) {
  EXPECT_TRUE(mask("title", "{}", "Dr.").ends_with("."));
  EXPECT_FALSE(mask("title", "{}", "Dr").ends_with("."));
}

TEST(user_agent, looks_like_a_browser) {
  EXPECT_TRUE(mask("user_agent", "{}", "x").starts_with("Mozilla/5.0 ("));
  EXPECT_LE(mask("user_agent", "{}", "x", room(20)).size(), 20U);
}

TEST(username, is_unique_when_asked) {
  auto plain = make_for("username");
  EXPECT_FALSE(plain->keeps_unique());
  EXPECT_LE(masked_by(*plain, "ada").size(), 16U);
  const char *unique = R"({"unique": true})";
  EXPECT_EQ(count_masks("username", unique), 10000U);
  EXPECT_TRUE(make_for("username", unique, room(20))->keeps_unique());
  EXPECT_FALSE(make_for("username", unique, room(19))->keeps_unique());
  EXPECT_EQ(mask("username", unique, "ada", room(20)).size(), 20U);
  EXPECT_EQ(make_error("username", "{}", room(7)).code, Code::does_not_fit);
}

TEST(hostname, is_unique) {
  EXPECT_TRUE(mask("hostname", "{}", "db1").ends_with(".example"));
  EXPECT_EQ(count_masks("hostname"), 10000U);
  EXPECT_TRUE(make_for("hostname", "{}", room(28))->keeps_unique());
  EXPECT_FALSE(make_for("hostname", "{}", room(27))->keeps_unique());
}

TEST(url, keeps_or_masks_parts_as_asked) {
  const std::string url = "https://ada:secret@db.lovelace.org:8080/notes/caf%C3%A9/7?id=42&q=a%20b&flag#top";
  EXPECT_EQ(mask("url", R"({"host": "keep"})", url), "https://db.lovelace.org:8080/");
  EXPECT_EQ(mask("url", R"({"host": "keep", "path": "keep", "query": "keep"})", url),
            "https://db.lovelace.org:8080/notes/caf%C3%A9/7?id=42&q=a%20b&flag");
  EXPECT_EQ(mask("url", R"({"host": "keep", "query": "keep"})", url),
            "https://db.lovelace.org:8080/?id=42&q=a%20b&flag");
  const std::string masked = mask("url", R"({"host": "keep", "path": "mask", "query": "mask"})", url);
  const auto shape = [](std::string text) {
    for (char &c : text) c = is_digit(c) ? '9' : is_lower(c) ? 'a' : is_upper(c) ? 'A' : c;
    return text;
  };
  EXPECT_EQ(shape(masked), shape("https://db.lovelace.org:8080/notes/cafaa/7?id=42&q=aab&flag"));
  EXPECT_NE(masked.find("?id="), std::string::npos);
  EXPECT_NE(masked.find("&q="), std::string::npos);
  EXPECT_EQ(masked.find("notes"), std::string::npos);
  // The same path is masked alike at another host.
  const std::string other = mask("url", R"({"host": "keep", "path": "mask"})", "http://b.test/notes/caf%C3%A9/7");
  EXPECT_NE(masked.find(other.substr(other.find("/", 8))), std::string::npos) << other;
  EXPECT_TRUE(mask("url", R"({"path": "keep"})", url).ends_with(".example/notes/caf%C3%A9/7"));
  EXPECT_TRUE(make_for("url", R"({"path": "keep"})")->keeps_unique());
  EXPECT_FALSE(make_for("url", R"({"host": "keep"})")->keeps_unique());
  for (const char *none : {"a.test/x?y=1", "javascript:alert(1)", "https:///x", "https://a b/x", "https://"})
    EXPECT_NE(mask("url", R"({"host": "keep"})", none).find(".example/"), std::string::npos) << none;
  EXPECT_EQ(mask("url", R"({"host": "keep", "path": "keep"})", url, room(45)), "https://db.lovelace.org:8080/");
  EXPECT_EQ(make_error("url", R"({"host": "drop"})").code, Code::bad_option);
  for (uint32_t width = 24; width < 90; width++)
    EXPECT_LE(mask("url", R"({"host": "keep", "path": "mask", "query": "keep"})", url, room(width)).size(), width);
}

TEST(url, gives_a_host_the_mask_of_hostname) {
  const char *options = R"({"host": "hostname", "path": "keep"})";
  const std::string host = mask("hostname", "{}", "db.lovelace.org");
  for (const char *start : {"https://db.lovelace.org", "https://ada:secret@DB.Lovelace.org:8080"})
    EXPECT_EQ(mask("url", options, std::string(start) + "/notes"), "https://" + host + "/notes");
  EXPECT_EQ(mask("url", options, "ftp://[::1]:21/"), "ftp://" + mask("hostname", "{}", "[::1]") + "/");
  EXPECT_NE(mask("url", options, "https://other.test/notes"), "https://" + host + "/notes");
  for (const char *none : {"db.lovelace.org", "https://:80/", "https:///notes"})
    EXPECT_NE(mask("url", options, none).find(".example/"), std::string::npos) << none;
  EXPECT_FALSE(make_for("url", options)->keeps_unique());
  EXPECT_LE(mask("url", options, "https://db.lovelace.org/notes", room(30)).size(), 30U);
}

TEST(url, keeps_the_scheme) {
  EXPECT_TRUE(mask("url", "{}", "http://a.test/").starts_with("http://"));
  EXPECT_TRUE(mask("url", "{}", "https://a.test/").starts_with("https://"));
  EXPECT_TRUE(mask("url", "{}", "javascript:alert(1)").starts_with("https://"));
  EXPECT_TRUE(mask("url", "{}", "a.test").ends_with(".example/"));
  EXPECT_EQ(count_masks("url"), 10000U);
}

TEST(lorem, is_as_long_as_the_value) {
  for (size_t size = 1; size < 300; size++) {
    const std::string masked = mask("lorem", "{}", std::string(size, 'x'));
    EXPECT_EQ(masked.size(), size);
    EXPECT_NE(masked.back(), ' ');
  }
  EXPECT_EQ(mask("lorem", "{}", "\xe5\xb1\xb1\xe7\x94\xb0").size(), 2U);
  EXPECT_EQ(mask("lorem", "{}", std::string(50, 'x'), room(20)).size(), 20U);
  const std::string words = mask("lorem", R"({"words": 30})", "x");
  EXPECT_EQ(std::count(words.begin(), words.end(), ' '), 29);
  EXPECT_LE(mask("lorem", R"({"words": 30})", "x", room(20)).size(), 20U);
  const std::string sentences = mask("lorem", R"({"sentences": 3})", "x");
  EXPECT_EQ(std::count(sentences.begin(), sentences.end(), '.'), 3) << sentences;
  EXPECT_TRUE(sentences.ends_with('.')) << sentences;
  EXPECT_EQ(std::count(sentences.begin(), sentences.end(), ' '), 35) << sentences;
  EXPECT_EQ(mask("lorem", R"({"sentences": 3})", "x", room(20)).size(), 20U);
  for (const char *bad : {R"({"words": 0})", R"({"sentences": 0})", R"({"words": 1, "sentences": 1})"})
    EXPECT_EQ(make_error("lorem", bad).code, Code::bad_option) << bad;
}

TEST(password, is_a_hash_in_the_format_asked_for) {
  EXPECT_EQ(mask("password", "{}", "x").size(), 60U);
  EXPECT_TRUE(mask("password", "{}", "x").starts_with("$2b$10$"));
  EXPECT_TRUE(mask("password", R"({"format": "scram"})", "x").starts_with("SCRAM-SHA-256$4096:"));
  EXPECT_EQ(make_error("password", R"({"format": "md5"})").code, Code::bad_option);
  EXPECT_EQ(make_error("password", "{}", room(59)).code, Code::does_not_fit);
}

std::string part_of(const char *strategy, std::string_view entity, std::string_view value, const char *options) {
  const auto made = make_for(strategy, options);
  made->set_entity(entity);
  return masked_by(*made, value);
}

// Has a postal code the shape of its country, and the beginning of its region?
bool is_postcode_of(const AddressCountry &country, const Region &region, std::string_view code) {
  const auto has_shape = [](char c, char shape) {
    return shape == '9' ? is_digit(c) : shape == 'A' ? is_upper(c) : c == shape;
  };
  return code.starts_with(region.postcodes) &&
         std::equal(code.begin(), code.end(), country.postcode.begin(), country.postcode.end(), has_shape);
}

TEST(address, of_an_entity_agrees_in_all_its_parts) {
  const char *options = R"({"entity": "id", "country": ["US", "GB", "DE", "NL", "CA"]})";
  std::set<std::string> countries, lines;
  for (int i = 0; i < 200; i++) {
    const std::string id = std::to_string(i);
    const auto part = [&](const char *strategy, const char *value) { return part_of(strategy, id, value, options); };
    const std::string code = part("country", "US"), number = part("house_number", "7b"), street = part("street", "Elm"),
                      city = part("city", "x"), postcode = part("postcode", "1"), state = part("state", "OH");
    const AddressCountry &country = *find_address_country(code);
    EXPECT_EQ(part("country", "Germany"), find_country(code)->name);
    const auto region = std::find_if(country.regions.begin(), country.regions.end(), [&](const Region &candidate) {
      return candidate.code == state && candidate.name == part("state", "Ohio");
    });
    ASSERT_NE(region, country.regions.end()) << state;
    EXPECT_TRUE(is_postcode_of(country, *region, postcode)) << code << " " << state << " " << postcode;
    EXPECT_EQ(part("street", "7 Elm"), number + " " + street);
    EXPECT_EQ(part("street", "Elm 7"), street + " " + number);
    const std::string line = part("address", "anything");
    EXPECT_EQ(line, country.number_first ? number + " " + street + ", " + city + ", " + state + " " + postcode
                                         : street + " " + number + ", " + postcode + " " + city);
    countries.insert(code);
    lines.insert(line);
  }
  EXPECT_EQ(countries.size(), 5U);
  EXPECT_EQ(lines.size(), 200U);
}

TEST(postcode, takes_the_shape_of_a_country) {
  EXPECT_TRUE(has_shape(mask("postcode", R"({"country": "US"})", "SW1Y 4LB"), "99999"));
  const std::string dutch = mask("postcode", R"({"country": "NL"})", "x");
  EXPECT_TRUE(has_shape(dutch.substr(0, 5), "9999 ") && dutch.size() == 7) << dutch;
  EXPECT_EQ(mask("postcode", R"({"country": "US"})", ""), "");
  EXPECT_EQ(make_error("postcode", R"({"country": "GB"})", room(6)).code, Code::does_not_fit);
  for (const char *bad : {R"({"country": "XX"})", R"({"country": "de"})", R"({"country": []})", R"({"country": 1})"})
    EXPECT_EQ(make_error("postcode", bad).code, Code::bad_option) << bad;
}

TEST(state, lists_of_regions_are_plain) {
  for (const AddressCountry &country : address_countries()) {
    ASSERT_NE(find_country(country.code), nullptr);
    for (const Region &region : country.regions) {
      EXPECT_LE(region.code.size(), 3U) << region.name;
      for (const char c : region.name) EXPECT_TRUE(c >= ' ' && c < 0x7f) << region.name;
      size_t at = 0;
      for (const char c : region.postcodes) EXPECT_EQ(is_digit(c), country.postcode[at++] == '9') << region.name;
    }
  }
}

}  // namespace
}  // namespace confiture::mask
