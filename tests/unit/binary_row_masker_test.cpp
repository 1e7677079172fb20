#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "mask/registry.h"
#include "row_masker_fixture.h"

namespace confiture::test {
namespace {

std::unique_ptr<RowMasker> binary_masker(std::vector<CompiledColumn> columns) {
  return make_row_masker(WireFormat::binary, std::move(columns));
}
std::unique_ptr<RowMasker> two_columns() { return binary_masker(columns_of(pass(), masked())); }
std::unique_ptr<RowMasker> every_action() {
  return binary_masker(columns_of(masked(ValueKind::int8), pass(), masked(), make_null(), pass(),
                                  literal(std::string("l\0t", 3)), masked(ValueKind::uuid), element_oid(0x01020304)));
}

std::string array_of(uint32_t oid) { return be32(1) + be32(0) + be32(oid) + be32(1) + be32(1) + be32(1) + "x"; }

const std::string every_stream =
    header() + row({be64(1), "one", "ann", "x", std::string("\0\n\t\\", 4), "abc", "0123456789abcdef", array_of(25)}) +
    row({std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
         std::nullopt}) +
    row({be64(-7), "", "", "", "", "", "0123456789abcdef", ""}) +
    row({be64(-7), "tail", std::string(300, 'b'), std::nullopt, "y", std::string(40, 'c'), std::nullopt, "short"}) +
    trailer();
const std::string every_result =
    header() +
    row({be64(-2), "one", "<ann>", std::nullopt, std::string("\0\n\t\\", 4), std::string("l\0t", 3), "fedcba9876543210",
         array_of(0x01020304)}) +
    row({std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
         std::nullopt}) +
    row({be64(6), "", "<>", std::nullopt, "", std::string("l\0t", 3), "fedcba9876543210", ""}) +
    row({be64(6), "tail", "<" + std::string(300, 'b') + ">", std::nullopt, "y", std::string("l\0t", 3), std::nullopt,
         "short"}) +
    trailer();

TEST(binary_row_masker, does_what_the_plan_says_column_by_column) {
  EXPECT_EQ(mask_whole(every_action, every_stream), every_result);
}

TEST(binary_row_masker, slicing_changes_nothing) {
  for (const auto &sizes : slicings_of(every_stream.size())) {
    const auto masker = every_action();
    ASSERT_EQ(feed_in_slices(*masker, every_stream, sizes), every_result) << sizes[0];
    ASSERT_EQ(masker->rows(), 4U);
  }
}

TEST(binary_row_masker, rows_are_taken_as_they_would_be_written) {
  for (const auto &sizes : slicings_of(every_stream.size())) {
    const auto masker = every_action();
    ASSERT_EQ(header() + take_in_slices(*masker, 8, every_stream, sizes), every_result) << sizes[0];
    ASSERT_EQ(masker->rows(), 4U);
  }
}

TEST(binary_row_masker, a_header_with_an_extension_is_passed_on) {
  const std::string stream = header(0x0000ffff, "extension") + row({"a", "b"}) + trailer();
  const std::string expected = header(0x0000ffff, "extension") + row({"a", "<b>"}) + trailer();
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = two_columns();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(binary_row_masker, streams_without_rows_or_columns_are_complete) {
  EXPECT_EQ(mask_whole(two_columns, header() + trailer()), header() + trailer());
  const auto none = [] { return binary_masker({}); };
  EXPECT_EQ(mask_whole(none, header() + row({}) + row({}) + trailer()), header() + row({}) + row({}) + trailer());
}

TEST(binary_row_masker, refuses_a_stream_that_is_cut_anywhere) {
  for (size_t size = 0; size < every_stream.size(); ++size)
    EXPECT_NE(refusal(every_action, std::string_view(every_stream).substr(0, size)), "") << size;
}

TEST(binary_row_masker, refuses_headers_it_does_not_know) {
  const std::string rest = row({"a", "b"}) + trailer();
  std::string wrong = header();
  wrong[0] = 'Q';
  EXPECT_NE(refusal(two_columns, wrong + rest), "");
  EXPECT_NE(refusal(two_columns, "1\tann\n", 1), "");
  for (int bit = 16; bit < 32; ++bit) EXPECT_NE(refusal(two_columns, header(1U << bit) + rest), "") << bit;
  const std::string lying = std::string(binary_codec::signature) + be32(0);
  EXPECT_NE(refusal(two_columns, lying + be32(-1) + rest), "");
  EXPECT_NE(refusal(two_columns, lying + be32(0x40000000) + rest), "");
  EXPECT_NE(refusal(two_columns, lying + be32(1000) + rest), "");
}

TEST(binary_row_masker, refuses_a_wrong_number_of_columns) {
  EXPECT_EQ(refusal(two_columns, header() + row({"a", "b"}) + row({"a"})),
            "row 2 of the COPY stream has 1 columns instead of 2");
  EXPECT_NE(refusal(two_columns, header() + row({"a", "b", "c"})), "");
  EXPECT_NE(refusal(two_columns, header() + be16(-2)), "");
}

TEST(binary_row_masker, refuses_lying_lengths) {
  for (size_t slice : {1, 4, 1000}) {
    EXPECT_NE(refusal(two_columns, header() + be16(2) + be32(-2) + "aaaa", slice), "");
    EXPECT_NE(refusal(two_columns, header() + be16(2) + be32(INT32_MIN) + "aaaa", slice), "");
    EXPECT_NE(refusal(two_columns, header() + be16(2) + be32(100) + "aaaa" + trailer(), slice), "");
    // Refused at once: nothing is allocated for bytes that are only announced.
    EXPECT_NE(refusal(two_columns, header() + be16(2) + be32(0x40000000), slice, Code::limit_exceeded), "");
    EXPECT_NE(refusal(two_columns, header() + be16(2) + be32(INT32_MAX), slice, Code::limit_exceeded), "");
  }
}

TEST(binary_row_masker, refuses_bytes_after_the_trailer) {
  for (size_t slice : {1, 3, 1000})
    EXPECT_EQ(refusal(two_columns, header() + row({"a", "b"}) + trailer() + "x", slice),
              "bytes follow the trailer of the COPY stream");
}

TEST(binary_row_masker, errors_name_the_place_and_no_value) {
  const auto number = [] { return binary_masker(columns_of(pass(), masked(ValueKind::int2))); };
  EXPECT_EQ(refusal(number, header() + row({"a", be16(1)}) + row({"a", "secret"})),
            "row 2 of the COPY stream has something else than a smallint in column 2");
}

TEST(binary_row_masker, literals_need_no_value_to_decode) {
  const auto numbers = [] {
    CompiledColumn column = literal(be32(42));
    column.type = ValueKind::int4;
    return binary_masker(columns_of(std::move(column)));
  };
  EXPECT_EQ(mask_whole(numbers, header() + row({""}) + row({std::nullopt}) + row({"nonsense"}) + trailer()),
            header() + row({be32(42)}) + row({std::nullopt}) + row({be32(42)}) + trailer());
}

TEST(binary_row_masker, element_oids_are_set_from_twelve_bytes_on) {
  const auto arrays = [] { return binary_masker(columns_of(element_oid(7), element_oid(8))); };
  const std::string empty = be32(0) + be32(0) + be32(25);
  EXPECT_EQ(
      mask_whole(arrays, header() + row({empty, array_of(25)}) + row({"elevenbytes", std::nullopt}) + trailer()),
      header() + row({be32(0) + be32(0) + be32(7), array_of(8)}) + row({"elevenbytes", std::nullopt}) + trailer());
}

// Rows are worked on in blocks, where values are hashed side by side, which must not show.
TEST(binary_row_masker, many_rows_are_masked_like_single_values) {
  const auto make = [] {
    return binary_masker(columns_of(masked<HashedStrategy>(), pass(), masked(ValueKind::int4), masked<HashedStrategy>(),
                                    masked<DigestedStrategy>(), masked<DigestedStrategy>(ValueKind::bytea)));
  };
  std::string stream = header(), expected = header();
  for (size_t i = 0; i < 100; ++i) {
    const Value one = i % 7 == 0 ? std::nullopt : Value(std::string(i % 5 == 0 ? 0 : i % 90, static_cast<char>(i)));
    const Value two = i % 11 == 0 ? std::nullopt : Value(std::string(1 + i * i % 40, 'x'));
    const auto masked_by = [](const Strategy &strategy, const Value &from) {
      ByteSink out;
      if (from) strategy.mask_text(*from, out);
      return from ? Value(out.view()) : std::nullopt;
    };
    const HashedStrategy hash;
    const DigestedStrategy digest;
    stream += row({one, two, be32(i), two, one, two});
    expected += row({masked_by(hash, one), two, be32(-1 - static_cast<int64_t>(i)), masked_by(hash, two),
                     masked_by(digest, one), masked_by(digest, two)});
  }
  for (size_t slice : {1, 100, 700, 100000}) {
    const auto masker = make();
    ASSERT_EQ(feed_in_slices(*masker, stream + trailer(), {slice}), expected + trailer()) << slice;
    ASSERT_EQ(masker->rows(), 100U);
  }
}

// Numbers, days and hardware addresses are masked several at a time, beside NULLs and infinities.
TEST(binary_row_masker, fixed_values_are_masked_like_single_ones) {
  struct Column {
    const char *strategy;
    ValueKind kind;
  } columns[] = {{"hash", ValueKind::int2},         {"hash", ValueKind::int4},      {"hash", ValueKind::int8},
                 {"noise", ValueKind::int4},        {"birthdate", ValueKind::date}, {"birthdate", ValueKind::timestamp},
                 {"shift", ValueKind::timestamptz}, {"mac", ValueKind::macaddr},    {"mac", ValueKind::macaddr8}};
  std::mt19937_64 random(3);
  for (const Column &column : columns) {
    const std::string options = find_strategy(column.strategy)->row.required_options;
    const auto make = [&] {
      return make_strategy(column.strategy, options, {column.kind, 0, CharEncoding::utf8},
                           "0123456789abcdef0123456789abcdef");
    };
    const auto single = make();
    const auto size = static_cast<size_t>(traits_of(column.kind).binary_size);
    std::string stream = header(), expected = header();
    for (size_t i = 0; i < 200; ++i) {
      std::string value(size, '\0');
      for (char &c : value) c = static_cast<char>(random() >> 8);
      // Near now, and both signs.
      if (size == 8 && i % 3 > 0) std::fill_n(value.begin(), 4, static_cast<char>(i % 3 == 1 ? 0 : 0xff));
      if (column.kind == ValueKind::date) std::fill_n(value.begin(), 2, static_cast<char>(i % 3 == 1 ? 0 : 0xff));
      if (column.kind == ValueKind::timestamp || column.kind == ValueKind::timestamptz)
        std::fill_n(value.begin(), 2, static_cast<char>(i % 2 == 0 ? 0 : 0xff));
      if (i / 50 == 2 && i % 9 == 0) value = "\x7f" + std::string(size - 1, '\xff');  // infinity of days
      ByteSink out;
      ASSERT_TRUE(binary_codec::mask_value(*single, column.kind, value, out)) << column.strategy << i;
      const bool is_null = i / 50 == 1 && i % 5 == 0;
      stream += row({is_null ? std::nullopt : Value(value)});
      expected += row({is_null ? std::nullopt : Value(out.view())});
    }
    for (size_t slice : {1, 100, 100000}) {
      std::vector<CompiledColumn> compiled(1);
      compiled[0].treatment = Treatment::mask;
      compiled[0].type = column.kind;
      compiled[0].strategy = make();
      const auto masker = binary_masker(std::move(compiled));
      ASSERT_EQ(feed_in_slices(*masker, stream + trailer(), {slice}), expected + trailer()) << column.strategy << slice;
    }
  }
}

TEST(binary_row_masker, errors_in_the_middle_of_many_rows_name_the_row) {
  const auto number = [] { return binary_masker(columns_of(masked(), masked(ValueKind::int2))); };
  std::string stream = header();
  for (int i = 1; i < 21; ++i) stream += row({"a", be16(i)});
  for (size_t slice : {1, 100, 100000}) {
    EXPECT_EQ(refusal(number, stream + row({"a", "bcd"}) + row({"a"}), slice),
              "row 21 of the COPY stream has something else than a smallint in column 2");
    EXPECT_EQ(refusal(number, stream + row({"a"}) + row({"a", "bcd"}), slice),
              "row 21 of the COPY stream has 1 columns instead of 2");
  }
}

TEST(binary_row_masker, a_huge_value_in_small_slices_takes_linear_time) {
  const size_t size = 8 << 20;
  const std::string stream =
      header() + row({std::string(size, 'p'), std::string(size, 'v')}) + row({"a", "b"}) + trailer();
  const auto masker = two_columns();
  const auto start = std::chrono::steady_clock::now();
  const std::string result = feed_in_slices(*masker, stream, {509});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(result, header() + row({std::string(size, 'p'), "<" + std::string(size, 'v') + ">"}) + row({"a", "<b>"}) +
                        trailer());
}

}  // namespace
}  // namespace confiture::test
