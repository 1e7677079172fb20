// Option `entity`: what strategies make of a row's values hangs on its entity, so that all of them tell one person.
#include <gtest/gtest.h>

#include <set>

#include "row_masker_fixture.h"
#include "strategy_fixture.h"

namespace confiture::test {
namespace {

using mask::make_for;
using mask::masked_by;

constexpr const char *of_id = R"({"entity": "id"})";

std::string of_entity(const char *strategy, std::string_view entity, std::string_view value,
                      const char *options = of_id) {
  const auto made = make_for(strategy, options);
  made->set_entity(entity);
  return masked_by(*made, value);
}

std::string lower(std::string text) {
  for (char &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(entity, all_strategies_tell_one_person) {
  std::set<std::string> titles;
  for (int i = 0; i < 200; i++) {
    const std::string id = std::to_string(i);
    const std::string first = of_entity("first_name", id, "Ann"), last = of_entity("last_name", id, "Miller");
    EXPECT_EQ(of_entity("name", id, "Ann Miller"), first + " " + last);
    EXPECT_TRUE(of_entity("email", id, "ann@work.test").starts_with(lower(first) + "." + lower(last) + ".")) << id;
    EXPECT_TRUE(of_entity("username", id, "ann").starts_with(lower(first))) << id;
    // Titles and first names are of one gender.
    const std::string title = of_entity("title", id, "Dr");
    if (title == "Mr" || title == "Mrs" || title == "Ms") {
      const char *gender =
          title == "Mr" ? R"({"entity": "id", "gender": "male"})" : R"({"entity": "id", "gender": "female"})";
      EXPECT_EQ(of_entity("first_name", id, "Ann", gender), first);
    }
    titles.insert(title);
  }
  EXPECT_TRUE(titles.contains("Mr") && (titles.contains("Mrs") || titles.contains("Ms")));
}

TEST(entity, values_of_one_entity_stay_apart_where_they_must) {
  const std::string one = of_entity("email", "7", "home@x.test"), other = of_entity("email", "7", "work@x.test");
  EXPECT_NE(one, other);
  EXPECT_EQ(one.substr(0, one.find_last_of('.', one.find('@'))),
            other.substr(0, other.find_last_of('.', other.find('@'))));
  EXPECT_TRUE(make_for("email", of_id)->keeps_unique());
  EXPECT_EQ(of_entity("name", "7", "x"), of_entity("name", "7", "y"));
  EXPECT_NE(of_entity("name", "7", "x"), of_entity("name", "8", "x"));
  EXPECT_EQ(of_entity("name", "7", ""), "");
}

TEST(entity, has_one_gender_in_every_form) {
  const char *map = R"({"entity": "id", "map": {"0": "female", "-1": "male"}})";
  for (int i = 0; i < 50; i++) {
    const std::string id = std::to_string(i), letter = of_entity("gender", id, "f");
    for (const auto kind : {mask::ValueKind::int2, mask::ValueKind::int4, mask::ValueKind::int8}) {
      const auto numbers = make_for("gender", of_id, {.kind = kind}), mapped = make_for("gender", map, {.kind = kind});
      numbers->set_entity(id);
      mapped->set_entity(id);
      EXPECT_EQ(numbers->mask_integer(2, 16), letter == "m" ? 1 : 2);
      EXPECT_EQ(mapped->mask_integer(0, 16), letter == "m" ? -1 : 0);
    }
  }
  for (const char *bad : {R"({"map": {"1": "male"}})", R"({"map": {"1": "male", "x": "female"}})",
                          R"({"map": {"1": "male", "40000": "female"}})"})
    EXPECT_EQ(mask::make_error("gender", bad, {.kind = mask::ValueKind::int2}).code, mask::Code::bad_option) << bad;
}

TEST(entity, without_one_a_value_is_its_own) {
  const auto made = make_for("name", of_id);
  made->set_entity("7");
  const std::string seven = masked_by(*made, "x");
  made->set_entity({});
  EXPECT_EQ(masked_by(*made, "7"), seven);
  EXPECT_NE(masked_by(*made, "x"), seven);
  made->set_entity("");
  EXPECT_EQ(masked_by(*made, "x"), masked_by(*made, "y"));
}

TEST(entity, a_domain_has_other_people) {
  EXPECT_NE(of_entity("name", "7", "x"), of_entity("name", "7", "x", R"({"entity": "id", "masking_domain": "b"})"));
  EXPECT_EQ(of_entity("name", "7", "x"), of_entity("name", "7", "x", R"({"entity": ["a", "b"]})"));
}

TEST(entity, dates_of_one_move_alike) {
  for (const char *id : {"1", "2", "3", "4"}) {
    const auto shift = make_for("shift", of_id, {.kind = ValueKind::date});
    shift->set_entity(id);
    Moment early{.day = 100}, late{.day = 160};
    shift->mask_moment(early);
    shift->mask_moment(late);
    EXPECT_EQ(late.day - early.day, 60);
    EXPECT_NE(early.day, 100);
  }
}

TEST(entity, is_an_option_of_some) {
  EXPECT_EQ(mask::make_error("hash", of_id).code, Code::bad_option);
  for (const char *options : {R"({"entity": []})", R"({"entity": 5})", R"({"entity": {"a": 1}})"})
    EXPECT_EQ(mask::make_error("name", options).code, Code::bad_option) << options;
}

constexpr const char *of_sex = R"({"entity": "id", "gender": {"column": "sex", "map": {"1": "male", "2": "female"}}})";

TEST(gender, is_what_a_column_of_the_row_says) {
  constexpr const char *male = R"({"entity": "id", "gender": "male"})";
  constexpr const char *female = R"({"entity": "id", "gender": "female"})";
  for (const char *strategy : {"first_name", "name", "title", "username", "email"}) {
    const auto made = make_for(strategy, of_sex);
    for (int i = 0; i < 50; i++) {
      const std::string id = std::to_string(i);
      made->set_entity(id);
      made->set_gender("1");
      EXPECT_EQ(masked_by(*made, "a@b.test"), of_entity(strategy, id, "a@b.test", male)) << strategy;
      made->set_gender("2");
      EXPECT_EQ(masked_by(*made, "a@b.test"), of_entity(strategy, id, "a@b.test", female)) << strategy;
      for (const char *else_said : {"3", "", "male"}) {
        made->set_gender(else_said);
        EXPECT_EQ(masked_by(*made, "a@b.test"), of_entity(strategy, id, "a@b.test")) << strategy;
      }
      made->set_gender({});
      EXPECT_EQ(masked_by(*made, "a@b.test"), of_entity(strategy, id, "a@b.test")) << strategy;
    }
  }
}

TEST(gender, has_words_without_a_map) {
  const auto made = make_for("title", R"({"locale": "de", "gender": {"column": "sex"}})");
  for (const char *man : {"m", "M", "male", "Mann"}) {
    made->set_gender(man);
    EXPECT_NE(masked_by(*made, "x"), "Frau") << man;
  }
  for (const char *woman : {"f", "F", "Female", "w", "weiblich"}) {
    made->set_gender(woman);
    EXPECT_NE(masked_by(*made, "x"), "Herr") << woman;
  }
}

TEST(gender, of_a_column_wants_its_name_and_words) {
  for (const char *options :
       {R"({"gender": {}})", R"({"gender": {"map": {"M": "male"}}})", R"({"gender": {"column": "sex", "map": {}}})",
        R"({"gender": {"column": "sex", "map": {"M": "man"}}})", R"({"gender": {"column": "sex", "other": 1}})",
        R"({"gender": {"column": ""}})", R"({"gender": "sex"})", R"({"gender": ["sex"]})"})
    EXPECT_EQ(mask::make_error("name", options).code, Code::bad_option) << options;
  EXPECT_EQ(
      mask::make_error("name", R"({"gender": {"column": "s", "map": {"M": "man"}}})").message,
      "strategy \"name\": option \"gender\": option \"map\" must be of male, female or any, but for \"M\" it is not");
}

TEST(gender, is_masked_as_the_person_has_it) {
  int women = 0;
  for (int i = 0; i < 100; i++) {
    const std::string id = std::to_string(i), title = of_entity("title", id, "Mr"), sex = of_entity("gender", id, "M");
    EXPECT_TRUE(sex == "M" || sex == "F");
    if (title == "Mr") EXPECT_EQ(sex, "M");
    if (title == "Mrs" || title == "Ms") EXPECT_EQ(sex, "F");
    women += sex == "F";
    EXPECT_EQ(of_entity("gender", id, "m"), lower(sex));
    EXPECT_EQ(of_entity("gender", id, "Female"), sex == "M" ? "Male" : "Female");
    EXPECT_EQ(of_entity("gender", id, "FEMALE"), sex == "M" ? "MALE" : "FEMALE");
    EXPECT_EQ(of_entity("gender", id, "weiblich"), sex == "M" ? "male" : "female");
    EXPECT_EQ(
        of_entity("gender", id, "x", R"({"entity": "id", "map": {"Herr": "male", "Frau": "female", "-": "any"}})"),
        sex == "M" ? "Herr" : "Frau");
  }
  EXPECT_TRUE(women > 30 && women < 70);
  EXPECT_EQ(mask::mask("gender", "{}", "Female", mask::room(5)).size(), 1U);
  EXPECT_EQ(mask::make_error("gender", R"({"map": {"Herr": "male", "Frau": "female"}})", mask::room(3)).code,
            Code::does_not_fit);
  EXPECT_EQ(mask::make_error("gender", R"({"map": {"M": "male"}})").code, Code::bad_option);
  const mask::ColumnFit sexes = {.kind = ValueKind::enumeration, .labels = "{unknown,male,female}"};
  EXPECT_TRUE(mask::make_error("gender", "{}", sexes).code == Code::ok);
  EXPECT_EQ(mask::make_error("gender", R"({"map": {"man": "male", "female": "female"}})", sexes).code,
            Code::bad_option);
  EXPECT_EQ(mask::make_error("gender", "{}", {.kind = ValueKind::enumeration, .labels = "{1,2}"}).code,
            Code::bad_option);
}

// ---- in row maskers

CompiledColumn of_side(const char *strategy, size_t side) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = ValueKind::text;
  column.strategy = make_for(strategy, of_id);
  column.clues.is_given[0] = true;
  column.clues.side[0] = side;
  return column;
}
std::vector<CompiledColumn> two_people() {
  return columns_of(of_side("first_name", 0), choose(1, pass(), of_side("last_name", 2)));
}
std::unique_ptr<RowMasker> text_people() { return make_row_masker(WireFormat::text, two_people(), 3); }
std::unique_ptr<RowMasker> binary_people() { return make_row_masker(WireFormat::binary, two_people(), 3); }

TEST(entity, comes_in_side_columns_of_text) {
  const std::string stream =
      "Ann\tMiller\t7\t1\t7\n"
      "Bob\tSmith\t\\N\t1\ta\\tb\n"
      "\\N\tSmith\t7\t0\t\\N\n";
  const std::string expected = of_entity("first_name", "7", "Ann") + "\t" + of_entity("last_name", "7", "Miller") +
                               "\n" + of_entity("first_name", "Bob", "Bob") + "\t" +
                               of_entity("last_name", "a\tb", "Smith") + "\n\\N\tSmith\n";
  EXPECT_EQ(mask_whole(text_people, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = text_people();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected);
  }
}

TEST(entity, comes_in_side_columns_of_binary) {
  std::string stream = header(), expected = header();
  for (int i = 0; i < 20; i++) {
    const std::string id = std::to_string(i % 3), name = "n" + std::to_string(i);
    stream += row({name, name, id, be32(i % 2), id});
    expected += row({of_entity("first_name", id, name), i % 2 == 0 ? name : of_entity("last_name", id, name)});
  }
  stream += row({std::string("Bob"), std::nullopt, std::nullopt, be32(1), std::nullopt}) + trailer();
  expected += row({of_entity("first_name", "Bob", "Bob"), std::nullopt}) + trailer();
  EXPECT_EQ(mask_whole(binary_people, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = binary_people();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected);
  }
}

// A row has an entity, a gender, or both; in cases too.
std::vector<CompiledColumn> people_with_gender() {
  CompiledColumn first = of_side("first_name", 0);
  first.strategy = make_for("first_name", of_sex);
  first.clues.is_given[1] = true;
  first.clues.side[1] = 1;
  CompiledColumn title;
  title.treatment = Treatment::mask;
  title.type = ValueKind::text;
  title.strategy = make_for("title", R"({"gender": {"column": "sex"}})");
  title.clues.is_given[1] = true;
  title.clues.side[1] = 3;
  return columns_of(std::move(first), choose(2, pass(), std::move(title)));
}

TEST(gender, comes_in_side_columns) {
  const auto first_name = make_for("first_name", of_sex);
  first_name->set_entity("7");
  first_name->set_gender("2");
  const std::string woman = masked_by(*first_name, "Ann");
  first_name->set_gender({});
  const std::string anyone = masked_by(*first_name, "Bob");
  const auto title = make_for("title", R"({"gender": {"column": "sex"}})");
  title->set_gender("f");
  const std::string lady = masked_by(*title, "Mr");
  const auto make_text = [] { return make_row_masker(WireFormat::text, people_with_gender(), 4); };
  const auto make_binary = [] { return make_row_masker(WireFormat::binary, people_with_gender(), 4); };
  EXPECT_EQ(mask_whole(make_text, "Ann\tMr\t7\t2\t1\tf\nBob\tMr\t7\t\\N\t0\t\\N\n"),
            woman + "\t" + lady + "\n" + anyone + "\tMr\n");
  const auto given = [](const char *text) { return std::string(text); };
  EXPECT_EQ(
      mask_whole(make_binary, header() + row({given("Ann"), given("Mr"), given("7"), given("2"), be32(1), given("f")}) +
                                  row({given("Bob"), given("Mr"), given("7"), std::nullopt, be32(0), std::nullopt}) +
                                  trailer()),
      header() + row({woman, lady}) + row({anyone, given("Mr")}) + trailer());
}

}  // namespace
}  // namespace confiture::test
