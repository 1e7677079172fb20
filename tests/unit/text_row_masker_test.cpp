#include <gtest/gtest.h>

#include <chrono>

#include "row_masker_fixture.h"

namespace confiture::test {
namespace {

std::unique_ptr<RowMasker> text_masker(std::vector<CompiledColumn> columns) {
  return make_row_masker(WireFormat::text, std::move(columns));
}
std::unique_ptr<RowMasker> three_columns() { return text_masker(columns_of(pass(), masked(), pass())); }
std::unique_ptr<RowMasker> every_action() {
  return text_masker(columns_of(masked(ValueKind::int8), pass(), masked(), make_null(), pass(), literal("l\t\\N"),
                                masked(ValueKind::uuid), element_oid(25)));
}

const std::string every_stream =
    "1\tone\tann\tx\t1.5\tabc\t00112233-4455-6677-8899-aabbccddeeff\t{1,2}\n"
    "-7\t\\N\ta\\tb\\\\\\x41\\101\t\\N\t\\\\\\\t\\\n.\t\\N\t\\N\t\\N\n"
    "\\N\t\t\t\t\t\t00112233-4455-6677-8899-aabbccddeeff\t\n"
    "9\tend\\\\\tend\\\\\ty\ty\\\\\tz\\\\\t\\N\tlast\\\\\n";
const std::string every_result =
    "-2\tone\t<ann>\t\\N\t1.5\tl\\t\\\\N\tffeeddcc-bbaa-9988-7766-554433221100\t{1,2}\n"
    "6\t\\N\t<a\\tb\\\\AA>\t\\N\t\\\\\\\t\\\n.\t\\N\t\\N\t\\N\n"
    "\\N\t\t<>\t\\N\t\tl\\t\\\\N\tffeeddcc-bbaa-9988-7766-554433221100\t\n"
    "-10\tend\\\\\t<end\\\\>\t\\N\ty\\\\\tl\\t\\\\N\t\\N\tlast\\\\\n";

TEST(text_row_masker, does_what_the_plan_says_column_by_column) {
  EXPECT_EQ(mask_whole(every_action, every_stream), every_result);
}

TEST(text_row_masker, slicing_changes_nothing) {
  for (const auto &sizes : slicings_of(every_stream.size())) {
    const auto masker = every_action();
    ASSERT_EQ(feed_in_slices(*masker, every_stream, sizes), every_result) << sizes[0];
    ASSERT_EQ(masker->rows(), 4U);
  }
}

TEST(text_row_masker, rows_are_taken_without_escapes) {
  const std::string uuid = "ffeeddcc-bbaa-9988-7766-554433221100";
  const std::string rows = row({"-2", "one", "<ann>", {}, "1.5", "l\t\\N", uuid, "{1,2}"}) +
                           row({"6", {}, "<a\tb\\AA>", {}, "\\\t\n.", {}, {}, {}}) +
                           row({{}, "", "<>", {}, "", "l\t\\N", uuid, ""}) +
                           row({"-10", "end\\", "<end\\>", {}, "y\\", "l\t\\N", {}, "last\\"}) + trailer();
  for (const auto &sizes : slicings_of(every_stream.size())) {
    const auto masker = every_action();
    ASSERT_EQ(take_in_slices(*masker, 8, every_stream, sizes), rows) << sizes[0];
    ASSERT_EQ(masker->rows(), 4U);
  }
}

TEST(text_row_masker, an_empty_stream_is_complete) {
  EXPECT_EQ(mask_whole(three_columns, ""), "");
  EXPECT_EQ(text_masker({})->rows(), 0U);
}

TEST(text_row_masker, a_table_without_columns_has_empty_lines) {
  const auto none = [] { return text_masker({}); };
  EXPECT_EQ(mask_whole(none, "\n\n"), "\n\n");
  EXPECT_NE(refusal(none, "\nx\n"), "");
  EXPECT_NE(refusal(none, "\t\n"), "");
}

TEST(text_row_masker, one_empty_value_is_masked_too) {
  const auto one = [] { return text_masker(columns_of(masked())); };
  EXPECT_EQ(mask_whole(one, "\n\n"), "<>\n<>\n");
}

TEST(text_row_masker, null_is_not_the_text_backslash_n) {
  const auto one = [] { return text_masker(columns_of(masked())); };
  EXPECT_EQ(mask_whole(one, "\\N\n"), "\\N\n");
  EXPECT_EQ(mask_whole(one, "\\\\N\n"), "<\\\\N>\n");
  const auto fixed = [] { return text_masker(columns_of(masked<FixedStrategy>(ValueKind::text, "\\N"))); };
  EXPECT_EQ(mask_whole(fixed, "x\n"), "\\\\N\n");
}

TEST(text_row_masker, masked_text_is_escaped) {
  const auto fixed = [] {
    return text_masker(columns_of(pass(), masked<FixedStrategy>(ValueKind::text, "a\nb\tc\\"), pass()));
  };
  EXPECT_EQ(mask_whole(fixed, "1\tx\t2\n3\tx\t4\n"), "1\ta\\nb\\tc\\\\\t2\n3\ta\\nb\\tc\\\\\t4\n");
}

TEST(text_row_masker, bytes_of_zero_are_bytes) {
  const std::string stream("\0\ta\0b\t\0\n", 8);
  EXPECT_EQ(mask_whole(three_columns, stream), std::string("\0\t<a\0b>\t\0\n", 10));
}

TEST(text_row_masker, refuses_a_carriage_return_without_escape) {
  EXPECT_EQ(refusal(three_columns, "1\t2\t3\n1\t2\r\t3\n"),
            "row 2 of the COPY stream is malformed: it has a carriage return that is not escaped");
  EXPECT_EQ(mask_whole(three_columns, "1\t2\\\r\t3\n"), "1\t<2\\r>\t3\n");
}

TEST(text_row_masker, refuses_a_wrong_number_of_columns) {
  EXPECT_EQ(refusal(three_columns, "1\t2\t3\n1\t2\n"), "row 2 of the COPY stream has 2 columns instead of 3");
  EXPECT_EQ(refusal(three_columns, "1\t2\t3\t4\n"), "row 1 of the COPY stream has at least 4 columns instead of 3");
  EXPECT_EQ(refusal(three_columns, "\n"), "row 1 of the COPY stream has 1 columns instead of 3");
  // A tab behind a backslash is data, not a delimiter.
  EXPECT_EQ(refusal(three_columns, "1\t2\\\t3\n"), "row 1 of the COPY stream has 2 columns instead of 3");
}

TEST(text_row_masker, refuses_a_stream_that_ends_inside_a_row) {
  for (size_t size = 1; size < every_stream.size(); ++size) {
    const std::string_view cut = std::string_view(every_stream).substr(0, size);
    const std::string problem = refusal(every_action, cut);
    const bool at_row_end = cut.back() == '\n' && cut[size - 2] != '\\';
    const bool after_escaped_backslash = cut.ends_with("\\\\\n");
    EXPECT_EQ(problem == "", at_row_end || after_escaped_backslash) << size << ' ' << problem;
  }
}

TEST(text_row_masker, refuses_the_end_of_data_marker) {
  const auto one = [] { return text_masker(columns_of(pass())); };
  for (size_t slice : {1, 2, 3, 100}) EXPECT_NE(refusal(one, "a\n\\.\nb\n", slice), "");
  EXPECT_EQ(mask_whole(one, ".\n\\\\.\n"), ".\n\\\\.\n");
}

TEST(text_row_masker, errors_name_the_place_and_no_value) {
  const auto number = [] { return text_masker(columns_of(pass(), masked(ValueKind::int4))); };
  EXPECT_EQ(refusal(number, "a\t1\nb\tsecret\n"),
            "row 2 of the COPY stream has something else than an integer in column 2");
  const auto uuid = [] { return text_masker(columns_of(masked(ValueKind::uuid))); };
  EXPECT_EQ(refusal(uuid, "secret\n"), "row 1 of the COPY stream has something else than a uuid in column 1");
}

TEST(text_row_masker, literals_need_no_value_to_decode) {
  const auto numbers = [] {
    CompiledColumn column = literal("42");
    column.type = ValueKind::int4;
    return text_masker(columns_of(std::move(column)));
  };
  EXPECT_EQ(mask_whole(numbers, "\n\\N\nnonsense\n"), "42\n\\N\n42\n");
}

TEST(text_row_masker, other_kinds_cannot_be_masked) {
  EXPECT_THROW(text_masker(columns_of(masked(ValueKind::other))), Error);
}

TEST(text_row_masker, a_huge_row_in_small_slices_takes_linear_time) {
  const size_t size = 8 << 20;
  const std::string stream = "1\t" + std::string(size, 'v') + "\t\\\\\n2\tb\tc\n";
  const auto masker = three_columns();
  const auto start = std::chrono::steady_clock::now();
  const std::string result = feed_in_slices(*masker, stream, {509});
  // Reading the row again for each slice would be 10^12 bytes: minutes, not a second.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(result, "1\t<" + std::string(size, 'v') + ">\t\\\\\n2\t<b>\tc\n");
}

}  // namespace
}  // namespace confiture::test
