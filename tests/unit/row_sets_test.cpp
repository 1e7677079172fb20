// Sets of row positions: against std::set, their memory, the streams they are read from.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "mask/error.h"
#include "mask/position_list.h"
#include "mask/row_sets.h"

namespace confiture::mask {
namespace {

constexpr uint64_t no_limit = uint64_t{1} << 40;

Position random_position(std::mt19937_64 *random, uint32_t blocks) {
  return make_position(static_cast<uint32_t>((*random)() % blocks), static_cast<uint16_t>(1 + (*random)() % 200));
}

TEST(PositionSet, HoldsWhatAStdMapHolds) {
  std::mt19937_64 random(1);
  for (uint32_t blocks : {1u, 40u, 3000u, 4294967295u}) {
    MemoryBudget budget(no_limit);
    PositionSet set(&budget, 7);
    std::map<Position, bool> model;
    for (int i = 0; i < 60000; i++) {
      Position position = random_position(&random, blocks);
      bool mark = random() % 3 == 0;
      auto [entry, is_new] = model.emplace(position, mark);
      PositionSet::Added expected = is_new                   ? PositionSet::Added::fresh
                                    : mark && !entry->second ? PositionSet::Added::marked
                                                             : PositionSet::Added::known;
      entry->second |= mark;
      ASSERT_EQ(set.add(position, mark), expected);
    }
    ASSERT_EQ(set.size(), model.size());
    std::vector<Position> positions;
    for (const auto &[position, mark] : model) positions.push_back(position);
    EXPECT_EQ(set.sorted(), positions);
    for (int i = 0; i < 1000; i++) {
      Position position = random_position(&random, blocks);
      ASSERT_EQ(set.contains(position), model.contains(position));
    }
    set.clear();
    EXPECT_EQ(budget.used(), 0u);
  }
}

TEST(PositionSet, TakesTwelveBytesAPositionAtMost) {
  MemoryBudget budget(no_limit);
  PositionSet set(&budget, 3);
  double worst = 0;
  for (uint32_t i = 0; i < 3000000; i++) {
    (void)set.add(make_position(i * 7, 1 + i % 100), false);
    if (i > 1000) worst = std::max(worst, static_cast<double>(budget.used()) / set.size());
  }
  EXPECT_LT(worst, 12.0);
}

TEST(PositionSet, RefusesWhatTheBudgetHasNoRoomFor) {
  for (uint64_t limit : {0u, 100u, 5000u, 150000u, 400000u}) {
    MemoryBudget budget(limit);
    PositionSet set(&budget, 3);
    uint32_t i = 0;
    while (set.add(make_position(i, 1), false) != PositionSet::Added::no_memory) i++;
    EXPECT_EQ(set.size(), i);
    EXPECT_LE(budget.used(), limit);
    for (uint32_t j = 0; j < i; j++) ASSERT_TRUE(set.contains(make_position(j, 1)));
  }
}

TEST(PositionList, UnpacksWhatWasPacked) {
  std::mt19937_64 random(2);
  for (uint32_t blocks : {1u, 9u, 100000u, 4294967295u}) {
    std::set<Position> positions;
    for (int i = 0; i < 500; i++) positions.insert(random_position(&random, blocks));
    std::vector<Position> list(positions.begin(), positions.end());
    EXPECT_EQ(unpacked_text(pack_positions(list)), positions_text(list));
  }
  EXPECT_EQ(unpacked_text(""), "{}");
  EXPECT_EQ(positions_text(std::vector<Position>{make_position(0, 1), make_position(4294967295, 8191)}),
            R"x({"(0,1)","(4294967295,8191)"})x");
}

TEST(PositionList, RefusesDamage) {
  using namespace std::string_view_literals;
  for (std::string_view packed : {"\x01"sv, "\x80"sv, "\0\0"sv, "\x01\x80\x80\x01"sv, "\xff\xff\xff\xff\x7f\x01"sv,
                                  "\xff\xff\xff\xff\x0f\x01\x01\x01"sv, "\x80\x80\x80\x80\x80\x80\x01\x01"sv})
    EXPECT_THROW((void)unpacked_text(packed), Error);
}

void append16(std::string *bytes, unsigned number) {
  bytes->push_back(static_cast<char>(number >> 8));
  bytes->push_back(static_cast<char>(number));
}

void append32(std::string *bytes, uint32_t number) {
  append16(bytes, number >> 16);
  append16(bytes, number & 0xffff);
}

std::string row(uint32_t oid, uint32_t block, unsigned offset, uint32_t xmin = 5) {
  std::string bytes;
  append16(&bytes, 3);
  append32(&bytes, 4);
  append32(&bytes, oid);
  append32(&bytes, 6);
  append32(&bytes, block);
  append16(&bytes, offset);
  append32(&bytes, 4);
  append32(&bytes, xmin);
  return bytes;
}

std::string stream(const std::vector<std::string> &rows) {
  std::string bytes("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (const std::string &one : rows) bytes += one;
  return bytes + "\xff\xff";
}

void read(RowSets *sets, size_t table, bool followed, const std::string &bytes, size_t step = 1000, size_t via = 0) {
  sets->begin(table, followed, via, 0);
  for (size_t i = 0; i < bytes.size(); i += step) sets->feed(std::string_view(bytes).substr(i, step));
  sets->finish();
}

constexpr auto fresh = RowSets::Pending::fresh;
constexpr auto followed = RowSets::Pending::followed;

const std::string &next_batch(RowSets *sets, size_t relation, RowSets::Pending kind, size_t most) {
  size_t via;
  return sets->next_batch(relation, kind, most, &via);
}

TEST(RowSets, BatchesAreOfWhatOneBrought) {
  RowSets sets(no_limit, 9);
  sets.add_relation(11, 0, true, true);
  read(&sets, 0, true, stream({row(11, 2, 1), row(11, 3, 1)}), 1000, 7);
  read(&sets, 0, false, stream({row(11, 1, 1), row(11, 3, 1)}), 1000, 4);
  size_t via = 0;
  EXPECT_EQ(sets.next_batch(0, fresh, 10, &via), R"x({"(1,1)"})x");
  EXPECT_EQ(via, 4u);
  EXPECT_EQ(sets.next_batch(0, fresh, 1, &via), R"x({"(2,1)"})x");
  EXPECT_EQ(via, 7u);
  EXPECT_EQ(sets.next_batch(0, fresh, 1, &via), R"x({"(3,1)"})x");
  EXPECT_FALSE(sets.has_pending(0, fresh));
  EXPECT_TRUE(sets.has_pending(0, followed));
}

TEST(RowSets, KeepsWhatIsNewUntilItIsAskedFor) {
  for (size_t step : {1u, 3u, 28u, 1000u}) {
    RowSets sets(no_limit, 9);
    sets.add_relation(11, 0, true, true);
    sets.add_relation(12, 1, true, false);
    read(&sets, 0, false, stream({row(11, 2, 1), row(11, 1, 3), row(11, 2, 1)}), step);
    EXPECT_EQ(sets.size(0), 2u);
    EXPECT_EQ(next_batch(&sets, 0, fresh, 10), R"x({"(1,3)","(2,1)"})x");
    EXPECT_EQ(next_batch(&sets, 0, fresh, 10), "");
    EXPECT_FALSE(sets.has_pending(0, followed));
    // One that came as a parent is followed later.
    read(&sets, 0, true, stream({row(11, 2, 1), row(11, 9, 9)}), step);
    EXPECT_EQ(next_batch(&sets, 0, fresh, 10), R"x({"(9,9)"})x");
    EXPECT_EQ(next_batch(&sets, 0, followed, 1), R"x({"(2,1)"})x");
    EXPECT_EQ(next_batch(&sets, 0, followed, 1), R"x({"(9,9)"})x");
    read(&sets, 1, true, stream({row(12, 2, 1)}), step);
    EXPECT_FALSE(sets.has_pending(1, followed));
  }
}

TEST(RowSets, DigestHangsOnTheRowsNotOnTheirOrder) {
  auto digest = [](const std::vector<std::string> &rows) {
    RowSets sets(no_limit, 9);
    sets.add_relation(11, 0, false, false);
    read(&sets, 0, false, stream(rows));
    return sets.digest(0);
  };
  EXPECT_EQ(digest({row(11, 1, 1), row(11, 2, 2)}), digest({row(11, 2, 2), row(11, 1, 1), row(11, 1, 1)}));
  EXPECT_NE(digest({row(11, 1, 1), row(11, 2, 2)}), digest({row(11, 1, 2), row(11, 2, 1)}));
  EXPECT_NE(digest({row(11, 1, 1, 5)}), digest({row(11, 1, 1, 6)}));
}

TEST(RowSets, RefusesWhatWasNotAskedFor) {
  std::string good = stream({row(11, 1, 1)});
  std::vector<std::string> streams = {stream({row(12, 1, 1)}),
                                      stream({row(13, 1, 1)}),
                                      stream({row(11, 1, 0)}),
                                      stream({row(11, 1, 8192)}),
                                      good + "x",
                                      good.substr(0, 30),
                                      "",
                                      "PGCOPY",
                                      stream({row(11, 1, 1)}) + good};
  for (size_t i = 0; i < 47; i++)
    if (i < 25 || (i >= 29 && i < 33)) streams.push_back(good.substr(0, i) + '\x7f' + good.substr(i + 1));
  for (const std::string &bytes : streams)
    for (size_t step : {1u, 1000u}) {
      RowSets sets(no_limit, 9);
      sets.add_relation(11, 0, true, true);
      sets.add_relation(12, 1, true, true);
      EXPECT_THROW(read(&sets, 0, false, bytes, step), Error);
      EXPECT_EQ(sets.size(1), 0u);
    }
}

TEST(RowSets, EndsWithItsBudget) {
  RowSets sets(10000, 9);
  sets.add_relation(11, 0, true, false);
  std::vector<std::string> rows;
  for (uint32_t i = 0; i < 5000; i++) rows.push_back(row(11, i, 1));
  try {
    read(&sets, 0, false, stream(rows));
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code, Code::limit_exceeded);
  }
  EXPECT_LE(sets.memory(), 10000u);
}

TEST(RowSets, SlicesHaveAllRowsInOrder) {
  RowSets sets(no_limit, 9);
  sets.add_relation(11, 0, false, false);
  read(&sets, 0, false, stream({row(11, 5, 1), row(11, 1, 1), row(11, 1, 2), row(11, 70000, 3)}));
  size_t rows;
  EXPECT_EQ(unpacked_text(sets.next_slice(0, 3, &rows)), R"x({"(1,1)","(1,2)","(5,1)"})x");
  EXPECT_EQ(rows, 3u);
  EXPECT_EQ(unpacked_text(sets.next_slice(0, 3, &rows)), R"x({"(70000,3)"})x");
  (void)sets.next_slice(0, 3, &rows);
  EXPECT_EQ(rows, 0u);
}

TEST(RowSets, ASearchFindsWhatCameEarlier) {
  RowSets sets(no_limit, 9);
  sets.record_arrivals();
  for (uint32_t oid : {11u, 12u}) sets.add_relation(oid, 0, false, false);
  sets.begin(0, false, 0, 4);
  sets.feed(stream({row(11, 1, 1), row(12, 2, 2)}));
  sets.begin(0, true, 0, 6);
  sets.feed(stream({row(12, 2, 2)}));
  EXPECT_EQ(sets.arrival(0, make_position(1, 1), false), 4u);
  EXPECT_EQ(sets.arrival(0, make_position(1, 1), true), std::nullopt);
  EXPECT_EQ(sets.arrival(1, make_position(2, 2), false), 4u);
  EXPECT_EQ(sets.arrival(1, make_position(2, 2), true), 6u);
  auto search = [&](bool was_followed, size_t before) {
    sets.begin_search(0, was_followed, before);
    sets.feed(stream({row(11, 9, 9), row(12, 2, 2), row(11, 1, 1)}));
    sets.finish();
    return sets.found();
  };
  EXPECT_FALSE(search(false, 4).has_value());
  EXPECT_EQ(search(false, 5)->relation, 1u);
  EXPECT_FALSE(search(true, 6).has_value());
  EXPECT_EQ(search(true, 7)->position, make_position(2, 2));
  EXPECT_EQ(sets.size(0), 1u);  // what is only looked for is not taken
}

TEST(RowSets, ArrivalsAreWithinTheBudget) {
  RowSets sets(2000, 9);
  sets.record_arrivals();
  sets.add_relation(11, 0, false, false);
  std::vector<std::string> rows;
  for (uint32_t i = 0; i < 60; i++) rows.push_back(row(11, i, 1));
  sets.begin(0, false, 0, 1);
  EXPECT_THROW(sets.feed(stream(rows)), Error);
}

}  // namespace
}  // namespace confiture::mask
