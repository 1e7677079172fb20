// Reading the list of contents of pg_dump's custom format.
#include <gtest/gtest.h>

#include "clone/archive.h"
#include "clone/difference.h"
#include "error.h"

using namespace client;
using clone::Archive;
using clone::Entry;
using clone::read_archive;

namespace {

// As pg_dump of PostgreSQL 12 to 15 writes it.
class Writer {
 public:
  explicit Writer(int minor = 14) : bytes_("PGDMP") {
    for (int each : {1, minor, 0, 4, 8, 1}) byte(each);
    number(0);                              // no compression
    for (int i = 0; i < 7; i++) number(0);  // the time
    for (int i = 0; i < 3; i++) text("");
  }
  void byte(int value) { bytes_ += static_cast<char>(value); }
  void number(int value) {
    byte(value < 0);
    for (int i = 0; i < 4; i++) byte((value < 0 ? -value : value) >> (8 * i) & 0xff);
  }
  void text(const std::string &value) {
    number(static_cast<int>(value.size()));
    bytes_ += value;
  }
  void entry(int id, const std::string &kind, int section, const std::string &name, const std::string &definition,
             const std::vector<int> &needs = {}) {
    number(id);
    number(0);
    for (const std::string &each : {std::string("1259"), std::string("16385"), name, kind}) text(each);
    number(section);
    for (const std::string &each :
         {definition, std::string(), std::string(), std::string("public"), std::string("fast"), std::string("heap"),
          std::string("postgres"), std::string("false")})
      text(each);
    for (int each : needs) text(std::to_string(each));
    number(-1);
    for (int i = 0; i < 9; i++) byte(0);
  }
  const std::string &bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::string sample() {
  Writer writer;
  writer.number(8);
  writer.entry(1, "ENCODING", 2, "ENCODING", "SET client_encoding = 'UTF8';\n");
  writer.entry(2, "SCHEMA", 2, "public", "-- *not* creating schema, since initdb creates it\n\n");
  writer.entry(3, "TABLE", 2, "users", "CREATE TABLE public.users ();\n");
  writer.entry(4, "COMMENT", 1, "TABLE users", "COMMENT ON TABLE public.users IS '--';\n", {3});
  writer.entry(5, "USER MAPPING", 2, "USER MAPPING x", "CREATE USER MAPPING ... 'secret'\n");
  writer.entry(6, "TABLE DATA", 3, "users", "");
  writer.entry(7, "INDEX", 4, "users_id", "CREATE INDEX users_id ON public.users (id);\n", {3});
  writer.entry(8, "COMMENT", 1, "INDEX users_id", "COMMENT ON INDEX public.users_id IS 'x';\n", {7});
  return writer.bytes();
}

TEST(archive, has_what_is_restored) {
  Archive archive = read_archive(sample());
  EXPECT_EQ(archive.settings, "SET client_encoding = 'UTF8';\n");
  ASSERT_EQ(archive.entries.size(), 4u);
  EXPECT_EQ(archive.entries[0].words(), "TABLE public.users");
  EXPECT_EQ(archive.entries[0].access_method, "heap");
  EXPECT_EQ(archive.entries[0].tablespace, "fast");
  EXPECT_FALSE(archive.entries[1].follows_rows) << "a comment stands where its object does";
  EXPECT_TRUE(archive.entries[2].follows_rows);
  EXPECT_TRUE(archive.entries[3].follows_rows);
  EXPECT_EQ(archive.entries[3].needs, std::vector<int>{7});
}

TEST(archive, options_that_servers_keep_for_themselves) {
  std::string kept =
      "CREATE TABLE public.t (a text DEFAULT '\npg_attver=1 SET (pg_attver=1);');\n"
      "ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5);\n"
      "ALTER TABLE ONLY public.t ALTER COLUMN c SET (n_distinct=5);\n"
      "ALTER TABLE ONLY public.t ALTER COLUMN d SET (n_distinct=5, n_distinct_inherited=2);\n"
      "ALTER TABLE ONLY public.t ALTER COLUMN e SET STATISTICS 5;\n";
  std::string written = kept;
  auto put = [&written](const char *before, const std::string &option) {
    written.insert(written.find(before) + std::string_view(before).size(), option);
  };
  put("');\n", "ALTER TABLE ONLY public.t ALTER COLUMN a SET (pg_attver=22198064);\n");
  put("b SET (", "pg_attver=22198064, ");
  put("c SET (n_distinct=5", ", pg_attver=22198064");
  put("d SET (n_distinct=5", ", pg_attver=22198064");
  Writer writer;
  writer.number(1);
  writer.entry(3, "TABLE", 2, "t", written);
  EXPECT_EQ(read_archive(writer.bytes()).entries.at(0).definition, kept);
}

TEST(archive, cut_off_anywhere) {
  std::string whole = sample();
  for (size_t size = 0; size < whole.size(); size++)
    EXPECT_THROW((void)read_archive(whole.substr(0, size)), Error) << size << " bytes";
}

TEST(archive, unknown_versions) {
  EXPECT_THROW((void)read_archive(Writer(17).bytes()), Error);
  EXPECT_THROW((void)read_archive(Writer(11).bytes()), Error);
}

Entry entry(int id, const std::string &name, const std::string &definition) {
  Entry made;
  made.id = id;
  made.kind = "OPERATOR";
  made.name = name;
  made.definition = definition;
  return made;
}

TEST(difference, by_name_and_definition) {
  Archive source = {"", {entry(1, "=", "of a"), entry(2, "=", "of b"), entry(3, "<", "x"), entry(4, ">", "y")}};
  Archive target = {"", {entry(7, "=", "of b"), entry(8, "<", "z"), entry(9, "only here", "")}};
  clone::Difference found = clone::compare(source, target);
  ASSERT_EQ(found.missing.size(), 2u);
  EXPECT_EQ(found.missing[0]->id, 1) << "the one of the same name is taken";
  EXPECT_EQ(found.missing[1]->id, 4);
  ASSERT_EQ(found.differing.size(), 1u);
  EXPECT_EQ(found.differing[0]->id, 3);
  EXPECT_TRUE(clone::compare(source, source).missing.empty());
}

}  // namespace
