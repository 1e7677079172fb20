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

// ---- in row maskers

CompiledColumn of_side(const char *strategy, size_t side) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = ValueKind::text;
  column.strategy = make_for(strategy, of_id);
  column.has_entity = true;
  column.entity_side = side;
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

}  // namespace
}  // namespace confiture::test
