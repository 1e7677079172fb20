// Side columns of both row maskers: a column's case is chosen by the number in one, and none of them goes out.
#include <gtest/gtest.h>

#include "row_masker_fixture.h"

namespace confiture::test {
namespace {

std::vector<CompiledColumn> two_with_cases() {
  return columns_of(pass(), choose(1, pass(), masked(), make_null(), literal("fixed")), masked<HashedStrategy>(),
                    choose(0, masked(ValueKind::text), masked<HashedStrategy>()));
}
std::unique_ptr<RowMasker> text_cases() { return make_row_masker(WireFormat::text, two_with_cases(), 2); }
std::unique_ptr<RowMasker> binary_cases() { return make_row_masker(WireFormat::binary, two_with_cases(), 2); }
std::unique_ptr<RowMasker> one_of_text() {
  return make_row_masker(WireFormat::text, columns_of(choose(0, pass(), masked())), 1);
}
std::unique_ptr<RowMasker> one_of_binary() {
  return make_row_masker(WireFormat::binary, columns_of(choose(0, pass(), masked())), 1);
}

std::string hashed(const std::string &value) {
  ByteSink out;
  HashedStrategy().mask_text(value, out);
  return std::string(out.view());
}

std::string text_of(const std::vector<std::vector<std::string>> &rows) {
  std::string stream;
  for (const auto &each : rows)
    for (size_t i = 0; i < each.size(); ++i)
      stream += (i > 0 ? "\t" : "") + each[i] + (i + 1 == each.size() ? "\n" : "");
  return stream;
}

TEST(side_columns, choose_a_case_and_do_not_go_out_in_text) {
  const std::string stream = text_of({{"1", "ann", "x", "bob", "0", "0"},
                                      {"2", "ann", "x", "bob", "1", "1"},
                                      {"3", "ann", "", "bob", "1", "2"},
                                      {"4", "a\\tn", "\\N", "\\N", "0", "3"},
                                      {"5", "\\N", "x", "b", "0", "3"},
                                      {"\\N", "\\\\", "x", "\\\\", "1", "0"}});
  const std::string expected = text_of({{"1", "ann", hashed("x"), "<bob>"},
                                        {"2", "<ann>", hashed("x"), hashed("bob")},
                                        {"3", "\\N", "", hashed("bob")},
                                        {"4", "fixed", "\\N", "\\N"},
                                        {"5", "\\N", hashed("x"), "<b>"},
                                        {"\\N", "\\\\", hashed("x"), "\\\\" + hashed("\\").substr(1)}});
  EXPECT_EQ(mask_whole(text_cases, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = text_cases();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(side_columns, choose_a_case_and_do_not_go_out_in_binary) {
  std::string stream = header(), expected = header();
  for (int i = 0; i < 21; ++i) {  // more than two blocks
    const std::string name = "name" + std::to_string(i);
    const int first = i % 4, second = i % 2;
    stream += row({"id", name, "x", i % 5 == 0 ? Value() : Value(name), be32(second), be32(first)});
    const Value chosen[] = {name, "<" + name + ">", std::nullopt, "fixed"};
    expected += row({"id", chosen[first], hashed("x"),
                     i % 5 == 0 ? Value() : Value(second == 0 ? "<" + name + ">" : hashed(name))});
  }
  stream += trailer();
  expected += trailer();
  EXPECT_EQ(mask_whole(binary_cases, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = binary_cases();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
    ASSERT_EQ(masker->rows(), 21U);
  }
}

TEST(side_columns, a_row_without_a_rule_is_refused) {
  EXPECT_EQ(refusal(one_of_text, "a\t0\nb\t\\N\n", SIZE_MAX, Code::no_rule),
            "no rule of column 1 takes row 2 of the COPY stream");
  EXPECT_EQ(refusal(one_of_binary, header() + row({"a", be32(0)}) + row({"b", std::nullopt}) + trailer(), SIZE_MAX,
                    Code::no_rule),
            "no rule of column 1 takes row 2 of the COPY stream");
  // also when there is nothing to mask
  EXPECT_NE(refusal(one_of_text, "\\N\t\\N\n", SIZE_MAX, Code::no_rule), "");
  EXPECT_NE(refusal(one_of_binary, header() + row({std::nullopt, std::nullopt}) + trailer(), SIZE_MAX, Code::no_rule),
            "");
}

TEST(side_columns, what_is_no_case_is_refused) {
  for (const char *side : {"2", "-1", "", "x", "0x", "1.0", " 1", "18446744073709551616", "\\x30"})
    EXPECT_EQ(refusal(one_of_text, std::string("a\t") + side + "\n"),
              "row 1 of the COPY stream has something else than the number of a rule for column 1")
        << side;
  for (const std::string &side : {be32(2), be32(-1), be16(0), be64(0), std::string()})
    EXPECT_EQ(refusal(one_of_binary, header() + row({"a", side}) + trailer()),
              "row 1 of the COPY stream has something else than the number of a rule for column 1");
}

TEST(side_columns, rows_have_all_of_them) {
  EXPECT_EQ(refusal(one_of_text, "a\n"), "row 1 of the COPY stream has 1 columns instead of 2");
  EXPECT_EQ(refusal(one_of_text, "a\t0\t0\n"), "row 1 of the COPY stream has at least 3 columns instead of 2");
  EXPECT_EQ(refusal(one_of_binary, header() + row({"a"}) + trailer()),
            "row 1 of the COPY stream has 1 columns instead of 2");
}

// Without its side column the row would be the line that ends the data, and the server would drop what follows.
TEST(side_columns, no_row_becomes_an_end_of_data_marker) {
  EXPECT_EQ(refusal(one_of_text, "\\.\t0\n"), "row 1 of the COPY stream is malformed: it is an end-of-data marker");
}

}  // namespace
}  // namespace confiture::test
