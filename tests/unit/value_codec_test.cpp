// Values of every kind, in both wire forms: an exact way there and back, and nothing else is taken for one.
#include <gtest/gtest.h>

#include "row_masker_fixture.h"
#include "value_fixture.h"

namespace confiture::test {
namespace {

std::string copied_text(ValueType type, std::string_view text) {
  ByteSink out;
  if (!text_codec::mask_value(Copier(), type, text, out)) {
    EXPECT_EQ(out.size(), 0U);
    return "no value";
  }
  return std::string(out.view());
}

std::string copied_binary(ValueType type, std::string_view bytes) {
  // A copy of exactly the bytes, so that a sanitizer sees any byte read outside them.
  const std::vector<char> exact(bytes.begin(), bytes.end());
  ByteSink out;
  if (!binary_codec::mask_value(Copier(), type, {exact.data(), exact.size()}, out)) {
    EXPECT_EQ(out.size(), 0U);
    return "no value";
  }
  return std::string(out.view());
}

TEST(value_codec, every_value_comes_back_as_it_was) {
  for (ValueKind kind : all_kinds()) {
    if (kind == ValueKind::other) continue;
    for (const std::string &text : printed_values(kind)) {
      EXPECT_EQ(copied_text(kind, text), text) << traits_of(kind).type;
      const std::string binary = to_binary(kind, text);
      EXPECT_EQ(copied_binary(kind, binary), binary) << traits_of(kind).type << " " << text;
      EXPECT_EQ(to_text(kind, binary), text) << traits_of(kind).type;
    }
  }
}

TEST(value_codec, binary_forms_are_those_of_the_server) {
  EXPECT_EQ(to_binary(ValueKind::numeric, "12345.678"),
            be16(3) + be16(1) + be16(0) + be16(3) + be16(1) + be16(2345) + be16(6780));
  EXPECT_EQ(to_binary(ValueKind::numeric, "-0.0001"), be16(1) + be16(-1) + be16(0x4000) + be16(4) + be16(1));
  EXPECT_EQ(to_binary(ValueKind::numeric, "0.00"), be16(0) + be16(0) + be16(0) + be16(2));
  EXPECT_EQ(to_binary(ValueKind::numeric, "100000000"), be16(1) + be16(2) + be16(0) + be16(0) + be16(1));
  EXPECT_EQ(to_binary(ValueKind::float4, "1.5"), be32(0x3fc00000));
  EXPECT_EQ(to_binary(ValueKind::float8, "1.5"), be64(0x3ff8000000000000));
  EXPECT_EQ(to_binary(ValueKind::date, "2000-01-01"), be32(0));
  EXPECT_EQ(to_binary(ValueKind::date, "1970-01-01"), be32(-10957));
  EXPECT_EQ(to_binary(ValueKind::date, "4714-11-24 BC"), be32(-2451545));
  EXPECT_EQ(to_binary(ValueKind::date, "5874897-12-31"), be32(2145031948));
  EXPECT_EQ(to_binary(ValueKind::timestamp, "1999-12-31 23:59:59.9"), be64(-100000));
  EXPECT_EQ(to_binary(ValueKind::timestamptz, "2000-01-01 00:00:00+05:30"), be64(-19800LL * 1000000));
  EXPECT_EQ(to_binary(ValueKind::time, "01:02:03.5"), be64(3723500000));
  EXPECT_EQ(to_binary(ValueKind::timetz, "01:02:03.5+05:30"), be64(3723500000) + be32(-19800));
  EXPECT_EQ(to_binary(ValueKind::interval, "1 year 2 mons 3 days 04:05:06.7"), be64(14706700000) + be32(3) + be32(14));
  EXPECT_EQ(to_binary(ValueKind::inet, "10.1.2.3/8"), std::string("\x02\x08\0\x04\x0a\x01\x02\x03", 8));
  EXPECT_EQ(to_binary(ValueKind::cidr, "10.0.0.0/8"), std::string("\x02\x08\x01\x04\x0a\0\0\0", 8));
  EXPECT_EQ(to_binary(ValueKind::inet, "::1"), std::string("\x03\x80\0\x10", 4) + std::string(15, '\0') + "\x01");
  EXPECT_EQ(to_binary(ValueKind::jsonb, "{}"), "\x01{}");
  EXPECT_EQ(to_binary(ValueKind::bytea, "\\x00ff"), std::string("\0\xff", 2));
}

TEST(value_codec, text_is_read_in_any_time_zone_and_in_other_ways_to_write_an_address) {
  EXPECT_EQ(copied_text(ValueKind::timestamptz, "2024-03-01 01:30:00+02"), "2024-02-29 23:30:00+00");
  EXPECT_EQ(copied_text(ValueKind::timestamptz, "1890-01-01 00:00:00-04:56:02"), "1890-01-01 04:56:02+00");
  EXPECT_EQ(copied_text(ValueKind::timestamptz, "0001-12-31 23:30:00-01 BC"), "0001-01-01 00:30:00+00");
  EXPECT_EQ(copied_text(ValueKind::inet, "2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(copied_text(ValueKind::inet, "1::2:3:4:5:6:7"), "1:0:2:3:4:5:6:7");
  EXPECT_EQ(copied_text(ValueKind::macaddr, "08:00:2B:01:02:03"), "08:00:2b:01:02:03");
}

TEST(value_codec, text_that_is_no_value_is_refused) {
  const struct {
    ValueKind kind;
    std::vector<const char *> texts;
  } cases[] = {
      {ValueKind::numeric, {"", "-", ".", "1.", ".5", "+1", "1e5", " 1", "1 ", "--1", "0x1", "nan", "1.2.3", "1,5"}},
      {ValueKind::float4, {"", "-", "+1", "1e39", "inf", "nan", "1.5x", " 1", "-inf", "infinity"}},
      {ValueKind::float8, {"", "-", "+1", "1e309", "inf", "nan", "0x1p3", "1e", "-nan"}},
      {ValueKind::date,
       {"", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "24-01-01", "2024-1-1", "2024-01-01x",
        "2024/01/01", "0000-01-01", "5874898-01-01", "4714-11-23 BC", "2024-01-01BC", "-2024-01-01", "Infinity",
        "12345678-01-01", "2024-01-01 00:00:00"}},
      {ValueKind::timestamp,
       {"", "2024-01-01", "2024-01-01 24:00:00", "2024-01-01 23:60:00", "2024-01-01 23:59:60", "2024-01-01 1:00:00",
        "2024-01-01 00:00:00.", "2024-01-01 00:00:00.1234567", "2024-01-01 00:00:00+00", "294277-01-01 00:00:00",
        "4714-11-23 23:59:59 BC", "2024-01-01T00:00:00"}},
      {ValueKind::timestamptz,
       {"2024-01-01 00:00:00", "2024-01-01 00:00:00+", "2024-01-01 00:00:00+1", "2024-01-01 00:00:00+16",
        "2024-01-01 00:00:00+01:60", "2024-01-01 00:00:00 UTC", "2024-01-01 00:00:00+00 AD", "294276-12-31 23:59:59-01",
        "4714-11-24 00:00:00+01 BC"}},
      {ValueKind::time, {"", "24:00:01", "25:00:00", "1:00:00", "00:00", "00:00:00+00", "-01:00:00"}},
      {ValueKind::timetz, {"", "00:00:00", "00:00:00+", "00:00:00+1", "24:00:01+00", "00:00:00+16", "00:00:00+00x"}},
      {ValueKind::interval,
       {"", " ", "1", "1 fortnight", "1 day 2 mons", "1 days 1 days", "1 year ", "P1Y", "1 day 1 day", "00:00",
        "178956971 years", "2147483648 days", "2562047788:00:54.775808", "9999999999:00:00", "1 day  00:00:01",
        "1 months"}},
      {ValueKind::inet,
       {"",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.4/33",
        "1.2.3.4/",
        "1.2.3.4/08",
        "1.2.3.-4",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "::1/129",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::g",
        "1:2:3:4:5:6:7:8::",
        "::1%eth0",
        " ::1",
        "1:",
        "::1.2.3.4.5"}},
      {ValueKind::macaddr, {"", "08:00:2b:01:02", "08-00-2b-01-02-03", "08:00:2b:01:02:0g", "08:00:2b:01:02:03:04:05"}},
      {ValueKind::macaddr8, {"08:00:2b:01:02:03"}},
      {ValueKind::bytea, {"", "x", "\\", "\\x0", "\\x0g", "00", "\\000"}},
      {ValueKind::boolean, {"", "true", "T", "1", "ff"}},
  };
  for (const auto &c : cases)
    for (const char *text : c.texts)
      EXPECT_EQ(copied_text(c.kind, text), "no value") << traits_of(c.kind).type << " " << text;
  EXPECT_EQ(copied_text(ValueKind::numeric, std::string(131073, '1')), "no value");
  EXPECT_EQ(copied_text(ValueKind::numeric, "0." + std::string(16384, '1')), "no value");
  const std::string longest = std::string(131072, '9') + "." + std::string(16383, '9');
  EXPECT_EQ(copied_text(ValueKind::numeric, longest), longest);
}

TEST(value_codec, bytes_that_are_no_value_are_refused) {
  const std::string head = be16(1) + be16(0) + be16(0) + be16(0);
  for (const std::string &bytes :
       {std::string(), std::string(7, '\0'), be16(2) + head.substr(2) + be16(1), head + be16(10000), head + be16(-1),
        be16(1) + be16(0) + be16(1) + be16(0) + be16(1), be16(1) + be16(0) + be16(0) + be16(16384) + be16(1),
        be16(-1) + head.substr(2) + be16(1), head + be16(1) + "x"})
    EXPECT_EQ(copied_binary(ValueKind::numeric, bytes), "no value");
  EXPECT_EQ(copied_binary(ValueKind::date, be32(-2451546)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::date, be32(2145031949)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::timestamp, be64(9223371331200000000)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::timestamp, be64(INT64_MAX - 1)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::timestamp, be64(-211813488000000001)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::time, be64(-1)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::time, be64(86400000001)), "no value");
  EXPECT_EQ(copied_binary(ValueKind::timetz, be64(86400000001) + be32(0)), "no value");
  for (const int32_t zone : {57600, -57600, INT32_MIN})
    EXPECT_EQ(copied_binary(ValueKind::timetz, be64(0) + be32(zone)), "no value");
  for (const std::string &bytes :
       {std::string("\x02\x20\0\x04\0\0\0", 7), std::string("\x02\x21\0\x04\0\0\0\0", 8),
        std::string("\x04\x20\0\x04\0\0\0\0", 8), std::string("\x03\x20\0\x04\0\0\0\0", 8),
        std::string("\x02\x20\0\x05\0\0\0\0\0", 9), std::string("\x02\x20\0\xff\0\0\0\0", 8)})
    EXPECT_EQ(copied_binary(ValueKind::inet, bytes), "no value");
  EXPECT_EQ(copied_binary(ValueKind::boolean, "\x02"), "no value");
  EXPECT_EQ(copied_binary(ValueKind::jsonb, "{}"), "no value");
  EXPECT_EQ(copied_binary(ValueKind::jsonb, ""), "no value");
  for (ValueKind kind : all_kinds()) {
    if (traits_of(kind).binary_size == 0) continue;
    for (size_t size = 0; size < 20; ++size) {
      if (size == traits_of(kind).binary_size) continue;
      EXPECT_EQ(copied_binary(kind, std::string(size, '\0')), "no value") << traits_of(kind).type;
    }
  }
}

// The server drops what it does not show; a value then has one form.
TEST(value_codec, numerics_have_one_form) {
  const std::string plain = be16(1) + be16(0) + be16(0) + be16(1) + be16(5);
  EXPECT_EQ(copied_binary(ValueKind::numeric, be16(3) + be16(1) + be16(0) + be16(1) + be16(0) + be16(5) + be16(0)),
            plain);
  EXPECT_EQ(copied_binary(ValueKind::numeric, be16(2) + be16(0) + be16(0) + be16(1) + be16(5) + be16(999)), plain);
  EXPECT_EQ(copied_binary(ValueKind::numeric, be16(1) + be16(5) + be16(0x4000) + be16(2) + be16(0)),
            be16(0) + be16(0) + be16(0) + be16(2));
  EXPECT_EQ(copied_text(ValueKind::numeric, "-0.00"), "0.00");
  EXPECT_EQ(copied_text(ValueKind::numeric, "007"), "7");
}

TEST(value_codec, dates_agree_with_the_calendar) {
  int64_t day = day_of({1600, 1, 1});
  for (int64_t year = 1600; year < 2400; ++year)
    for (int month = 1; month <= 12; ++month)
      for (int of_month = 1; of_month <= days_in_month(year, month); ++of_month, ++day) {
        const CivilDate date = civil_date(day);
        ASSERT_TRUE(date.year == year && date.month == month && date.day == of_month) << day;
        ASSERT_EQ(day_of(date), day);
        ASSERT_EQ(year_of(day).number, year);
        ASSERT_EQ(year_of(day).first_day, day_of({year, 1, 1}));
        ASSERT_EQ(year_of(day).first_day + year_of(day).days, day_of({year + 1, 1, 1}));
      }
  for (int64_t start : {first_day, int64_t{-730500}, last_day(ValueKind::date) - 1000})
    for (int64_t i = start; i < start + 1000; ++i) ASSERT_EQ(day_of(civil_date(i)), i);
}

// ---- arrays

std::string bracketed(ValueType type, std::string_view array) {
  ByteSink out;
  return text_codec::mask_value(BracketStrategy(), type, array, out) ? std::string(out.view()) : "no value";
}

TEST(value_codec, arrays_are_masked_element_by_element_as_text) {
  const ValueType texts(ValueKind::text, true), numbers(ValueKind::int4, true);
  EXPECT_EQ(bracketed(texts, "{}"), "{}");
  EXPECT_EQ(bracketed(texts, "{a,\"b c\",NULL,\"NULL\",\"\"}"), "{<a>,\"<b c>\",NULL,<NULL>,<>}");
  EXPECT_EQ(bracketed(texts, "{{a,b},{\"{\",\"\\\"\\\\\"}}"), "{{<a>,<b>},{\"<{>\",\"<\\\"\\\\>\"}}");
  EXPECT_EQ(bracketed(numbers, "[0:1][-1:0]={{1,2},{NULL,-4}}"), "[0:1][-1:0]={{-2,-3},{NULL,3}}");
  for (ValueKind kind : all_kinds()) {
    if (kind == ValueKind::other) continue;
    std::string array = "{";
    for (const std::string &text : printed_values(kind)) {
      std::string quoted;
      for (char c : text) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
      array += "\"" + quoted + "\",";
    }
    array += "NULL}";
    const std::string once = copied_text({kind, true}, array);
    EXPECT_NE(once, "no value") << traits_of(kind).type;
    EXPECT_EQ(copied_text({kind, true}, once), once);
  }
}

TEST(value_codec, text_that_is_no_array_is_refused) {
  for (const char *text : {"",       "{",     "}",        "a",       "{a",    "{a,}",     "{,a}",
                           "{a}}",   "{{}}",  "{a,{}}",   "{{a}",    "{\"a}", "{\"a\"b}", "{a b}",
                           "{a}x",   "[1:2]", "[1:2]{a}", "[x]={a}", "{a\\}", "{\"a\\",   "{{{{{{{a}}}}}}}",
                           "{a}{b}", "{}{}"})
    EXPECT_EQ(copied_text({ValueKind::text, true}, text), "no value") << text;
  EXPECT_EQ(copied_text({ValueKind::int4, true}, "{1,x}"), "no value");
}

std::string binary_array(const std::vector<int> &sizes, const std::vector<Value> &elements, uint32_t oid = 25,
                         int flags = 1) {
  std::string bytes = be32(static_cast<int64_t>(sizes.size())) + be32(flags) + be32(oid);
  for (int size : sizes) bytes += be32(size) + be32(1);
  for (const Value &element : elements)
    bytes += element ? be32(static_cast<int64_t>(element->size())) + *element : be32(-1);
  return bytes;
}

TEST(value_codec, arrays_are_masked_element_by_element_in_binary) {
  const auto masked = [](ValueType type, std::string_view array) {
    ByteSink out;
    return binary_codec::mask_value(BracketStrategy(), type, array, out) ? std::string(out.view()) : "no value";
  };
  const ValueType texts(ValueKind::text, true);
  EXPECT_EQ(masked(texts, binary_array({}, {})), binary_array({}, {}));
  EXPECT_EQ(masked(texts, binary_array({3}, {"a", std::nullopt, ""})), binary_array({3}, {"<a>", std::nullopt, "<>"}));
  EXPECT_EQ(masked(texts, binary_array({2, 2}, {"a", "b", "c", "d"})),
            binary_array({2, 2}, {"<a>", "<b>", "<c>", "<d>"}));
  EXPECT_EQ(masked({ValueKind::int4, true, 23}, binary_array({1}, {be32(1)}, 99)), binary_array({1}, {be32(-2)}, 23));
  EXPECT_EQ(masked(texts, binary_array({0}, {})), binary_array({0}, {}));

  const std::string good = binary_array({2}, {"a", "b"});
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(copied_binary(texts, good.substr(0, size)), "no value") << size;
  EXPECT_EQ(copied_binary(texts, good + "x"), "no value");
  EXPECT_EQ(copied_binary(texts, binary_array({3}, {"a", "b"})), "no value");
  EXPECT_EQ(copied_binary(texts, binary_array({-1}, {})), "no value");
  EXPECT_EQ(copied_binary(texts, binary_array({1, 1, 1, 1, 1, 1, 1}, {"a"})), "no value");
  EXPECT_EQ(copied_binary(texts, binary_array({65536, 65536}, {})), "no value");
  EXPECT_EQ(copied_binary(texts, binary_array({1}, {"a"}, 25, 2)), "no value");
  EXPECT_EQ(copied_binary({ValueKind::int4, true}, binary_array({1}, {"a"})), "no value");
}

// Arrays and values with a backslash in COPY's text, where they are escaped.
TEST(value_codec, text_rows_escape_what_needs_it) {
  const auto rows = [] {
    return make_row_masker(
        WireFormat::text, columns_of(masked<Copier>(ValueKind::bytea), masked<Copier>(ValueType(ValueKind::text, true)),
                                     masked<Copier>(ValueKind::jsonb)));
  };
  const std::string row = "\\\\x0a5c\t{\"a\\\\\"b\",\"\\\\\\\\\",\"tab\\t\"}\t{\"a\": \"\\\\n\"}\n";
  EXPECT_EQ(mask_whole(rows, row), row);
}

TEST(value_codec, a_wrong_value_is_reported_before_a_malformed_row_behind_it) {
  const auto rows = [] { return make_row_masker(WireFormat::binary, columns_of(masked<Copier>(ValueKind::numeric))); };
  const std::string stream = header() + row({"x"}) + be16(7);
  for (size_t slice : {1, 30, 1000})
    EXPECT_EQ(refusal(rows, stream, slice), "row 1 of the COPY stream has something else than a numeric in column 1");
  const auto arrays = [] {
    return make_row_masker(WireFormat::text, columns_of(masked<Copier>(ValueType(ValueKind::date, true))));
  };
  EXPECT_EQ(refusal(arrays, "{yesterday}\n"),
            "row 1 of the COPY stream has something else than an array of date in column 1");
}

}  // namespace
}  // namespace confiture::test
