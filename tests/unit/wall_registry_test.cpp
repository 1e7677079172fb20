// The registry, the guard and the keys as the glue sees them.
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "wall/wall.h"

namespace confiture::wall {
namespace {

TEST(wall_registry, lists_and_finds_strategies) {
  ASSERT_GT(strategy_count(), 0U);
  for (size_t i = 0; i < strategy_count(); i++) {
    const StrategyRow *row = strategy_at(i);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(strategy_find(row->name), row);
    for (const char *text : {row->name, row->summary, row->options_help, row->example}) EXPECT_NE(text, nullptr);
  }
  EXPECT_EQ(strategy_at(strategy_count()), nullptr);
  EXPECT_EQ(strategy_at(SIZE_MAX), nullptr);
  EXPECT_EQ(strategy_find("nonsense"), nullptr);
  EXPECT_EQ(strategy_find(nullptr), nullptr);
}

// Asks about one column of a table that has no other.
bool is_personal(const char *name, const char *type, GuardHit *hit, const char *relation = nullptr) {
  GuardTable table = {.relation_name = relation, .notes = {}};
  const GuardColumn column = {
      .name = name, .type_name = type, .declared_type = type, .type_shape = nullptr, .is_enum = false};
  guard_note(&table, &column);
  return guard_match(&table, &column, hit);
}

TEST(wall_guard, answers) {
  GuardHit hit = {};
  EXPECT_TRUE(is_personal("email", "text", &hit));
  EXPECT_STREQ(hit.reason, "name matches e-mail address");
  EXPECT_STREQ(hit.suggested_strategy, "email");
  EXPECT_TRUE(is_personal("name", "text", &hit, "customers"));
  EXPECT_FALSE(is_personal("name", "text", &hit, "genres"));
  EXPECT_TRUE(is_personal("email", "text", nullptr));
  EXPECT_FALSE(is_personal("id", "bigint", &hit));
  EXPECT_FALSE(is_personal(nullptr, "text", &hit));
  EXPECT_FALSE(is_personal("email", nullptr, &hit));
}

TEST(wall_keys, random_keys_differ) {
  unsigned char first[32] = {}, second[32] = {}, zeros[32] = {};
  ASSERT_TRUE(random_key(first, sizeof first));
  ASSERT_TRUE(random_key(second, sizeof second));
  EXPECT_NE(std::memcmp(first, second, sizeof first), 0);
  EXPECT_NE(std::memcmp(first, zeros, sizeof first), 0);
}

TEST(wall_keys, seals_depend_on_key_and_message) {
  const unsigned char key[32] = {1, 2, 3}, other_key[32] = {1, 2, 4};
  char seal[seal_size], again[seal_size], other[seal_size];
  ASSERT_TRUE(make_seal(key, sizeof key, "message", 7, seal));
  EXPECT_EQ(std::strlen(seal), seal_size - 1);
  ASSERT_TRUE(make_seal(key, sizeof key, "message", 7, again));
  EXPECT_STREQ(seal, again);
  ASSERT_TRUE(make_seal(key, sizeof key, "Message", 7, other));
  EXPECT_STRNE(seal, other);
  ASSERT_TRUE(make_seal(other_key, sizeof other_key, "message", 7, other));
  EXPECT_STRNE(seal, other);
  EXPECT_FALSE(make_seal(key, 16, "message", 7, other)) << "a key that is too short";
}

TEST(wall_keys, key_id_is_a_fingerprint) {
  unsigned char key[32];
  for (unsigned char i = 0; i < 32; i++) key[i] = i;
  char id[key_id_size], other[key_id_size];
  ASSERT_TRUE(key_id(key, sizeof key, id));
  EXPECT_EQ(std::strlen(id), key_id_size - 1);
  EXPECT_STREQ(id, "9f7b93d19cda2b55");
  key[31] ^= 1;
  ASSERT_TRUE(key_id(key, sizeof key, other));
  EXPECT_STRNE(id, other);
  EXPECT_FALSE(key_id(nullptr, 0, id));
  EXPECT_STREQ(id, "");
}

}  // namespace
}  // namespace confiture::wall
