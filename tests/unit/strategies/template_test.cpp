// template: texts that other columns of the row stand in, and how both row maskers tell what these hold.
#include <gtest/gtest.h>

#include "../row_masker_fixture.h"
#include "../strategy_fixture.h"
#include "mask/shown_value.h"
#include "mask/template_strategy.h"

namespace confiture::mask {
namespace {

using namespace test;

std::string options(std::string_view text, std::string_view more = "") {
  return R"({"template": ")" + std::string(text) + "\"" + std::string(more) + "}";
}

// With values for the columns, in their order; all texts, unless kinds are given.
std::string filled(std::string_view text, const std::vector<std::string> &values, ColumnFit fit = {},
                   const std::vector<ValueKind> &kinds = {}) {
  auto strategy = make_for("template", options(text), fit);
  TemplateStrategy &made = *strategy->as_template_strategy();
  for (size_t i = 0; i < kinds.size(); ++i) made.set_type(i, kinds[i]);
  for (size_t i = 0; i < values.size(); ++i) made.set_value(i, values[i]);
  return mask::masked_by(made, "whatever");
}

std::string refusal_of(std::string_view all) {
  const Error error = make_error("template", all);
  return error.code == Code::bad_option ? error.message : "(another code) " + error.message;
}

TEST(template, columns_stand_in_its_text) {
  EXPECT_EQ(filled("{first}.{last}@x.org", {"Ada", "Lovelace"}), "Ada.Lovelace@x.org");
  EXPECT_EQ(filled("{a}{a}{b}", {"1", ""}), "11");
  EXPECT_EQ(filled("{{{a}}} }}{{ {b}", {"x", "{a}"}), "{x} }{ {a}") << "values are not read as templates";
  EXPECT_EQ(filled("{odd name.é} x", {"y"}), "y x");
  EXPECT_EQ(mask::mask("template", options("{a}@x {b}", R"(, "values": {"a": 7, "b": "{c}"})"), ""), "7@x {c}");
  auto strategy = make_for("template", options("{b}{a}{b}{c}", R"(, "values": {"c": true})"));
  const auto columns = strategy->as_template_strategy()->columns();
  EXPECT_EQ(std::vector<std::string>(columns.begin(), columns.end()), (std::vector<std::string>{"b", "a"}));
}

TEST(template, refuses_what_names_no_column) {
  EXPECT_EQ(refusal_of("{}"), R"(strategy "template": option "template" is missing)");
  EXPECT_NE(refusal_of(options("nothing")).find("names no {column}"), std::string::npos);
  for (const char *text : {"{", "}", "{}", "{a", "a}", "{a}}", "{a}{"})
    EXPECT_NE(refusal_of(options(text)).find("write it twice"), std::string::npos) << text;
  EXPECT_NE(refusal_of(options("{a}", R"(, "values": {"b": 1})")).find("not in the template"), std::string::npos);
  EXPECT_NE(refusal_of(options("{a}", R"(, "values": {"a": {"b": 1}})")).find("an object"), std::string::npos);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "{a}";
  EXPECT_NE(refusal_of(options(many)).find("more than 50"), std::string::npos);
}

TEST(template, texts_are_cut_and_numbers_are_not) {
  EXPECT_EQ(filled("{a}.{b}@x.org", {"Ada", "Lovelace"}, room(13)), "Ada.Lov@x.org");
  EXPECT_EQ(filled("{a}.{b}@x.org", {"Ada", "Lovelace"}, room(18)), "Ada.Lovelace@x.org") << "it fits";
  EXPECT_EQ(filled("{a}/{b}", {"\xc3\xa9\xc3\xa9\xc3\xa9", "abc"}, room(5)), "\xc3\xa9\xc3\xa9/ab");
  EXPECT_EQ(filled("{a}/{b}", {"\xa4\xa2", "abcdef"}, room(5, CharEncoding::other)), "\xa4\xa2/ab");
  EXPECT_EQ(filled("{a}/{b}", {"\xa4\xa2\xa4\xa2\xa4\xa2", "b"}, room(4, CharEncoding::other)), "/b");
  EXPECT_EQ(filled("{a}{n}", {"abcdef", "-2147483648"}, room(13), {ValueKind::text, ValueKind::int4}), "ab-2147483648");
  for (uint32_t width = 5; width < 40; ++width)
    for (size_t first = 0; first < 30; first += 3)
      EXPECT_LE(filled("{a}-{b}-{a}", {std::string(first, 'x'), "yyyyyyy"}, room(width)).size(), width);
  EXPECT_EQ(make_error("template", options("{a}-{b}-{a}"), room(4)).code, Code::does_not_fit);
  const Error error = error_of([] { filled("{n}@x", {"1"}, room(12), {ValueKind::int4}); });
  EXPECT_EQ(error.code, Code::does_not_fit);
  EXPECT_EQ(error.message, "strategy \"template\": a column of 12 characters has no room for its 13");
}

TEST(template, shows_what_prints_alike_everywhere) {
  for (size_t i = 0; i < kind_count; ++i) {
    const auto kind = static_cast<ValueKind>(i);
    const Code expected = (shown_kinds & kind_bit(kind)) != 0 ? Code::ok : Code::unsuitable_type;
    EXPECT_EQ(error_of([&] { filled("{a}", {}, {}, {kind}); }).code, expected) << traits_of(kind).type;
  }
  auto strategy = make_for("template", options("{a}"));
  EXPECT_EQ(error_of([&] {
              strategy->as_template_strategy()->set_type(0, {ValueKind::text, true});
            }).code,
            Code::unsuitable_type);
}

bool is_told_apart(std::string_view text, size_t column, ValueKind kind = ValueKind::int4) {
  auto strategy = make_for("template", options(text));
  TemplateStrategy &made = *strategy->as_template_strategy();
  made.set_type(column, kind);
  return made.is_told_apart_by(column);
}

TEST(template, a_number_at_an_end_keeps_values_apart) {
  EXPECT_TRUE(is_told_apart("{a}", 0));
  EXPECT_TRUE(is_told_apart("user{a}@x.org", 0));
  EXPECT_TRUE(is_told_apart("{b}.{a}@x.org", 1));
  EXPECT_TRUE(is_told_apart("u{a}.{b}@x.org", 0));
  EXPECT_TRUE(is_told_apart("{a}_{b}", 0, ValueKind::uuid));
  EXPECT_FALSE(is_told_apart("{a}{b}", 0)) << "1 and 23 are what 12 and 3 are";
  EXPECT_FALSE(is_told_apart("{a}0{b}", 0));
  EXPECT_FALSE(is_told_apart("{b}-{a}", 1)) << "a sign";
  EXPECT_FALSE(is_told_apart("{b}x{a}", 1));
  EXPECT_FALSE(is_told_apart("{b}.{a}.{c}", 1));
  EXPECT_FALSE(is_told_apart("{a}.{a}", 0, ValueKind::text));
  EXPECT_FALSE(is_told_apart("{a}", 0, ValueKind::date)) << "as any text: infinite ones";
}

// ---- in rows

CompiledColumn made_of(std::string_view text, std::vector<size_t> parts, const std::vector<ValueKind> &kinds) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = ValueKind::text;
  column.strategy = make_for("template", options(text));
  for (size_t i = 0; i < kinds.size(); ++i) column.strategy->as_template_strategy()->set_type(i, kinds[i]);
  column.parts = std::move(parts);
  return column;
}

CompiledColumn kept(ValueKind kind) {
  CompiledColumn column;
  column.type = kind;
  return column;
}

// A template of what comes behind it, of another template, and of what is kept; one in a case.
std::vector<CompiledColumn> rows_of_templates() {
  return columns_of(made_of("{id}:{name}:{tag}", {1, 2, 4}, {ValueKind::int4, ValueKind::text, ValueKind::text}),
                    kept(ValueKind::int4), masked<HashedStrategy>(), masked(ValueKind::int4),
                    made_of("[{number}]", {3}, {ValueKind::int4}), make_null(),
                    choose(0, made_of("{gone}!{name}", {5, 2}, {ValueKind::text, ValueKind::text}), pass(), masked()));
}

std::string hashed(const std::string &value) {
  ByteSink out;
  HashedStrategy().mask_text(value, out);
  return std::string(out.view());
}

TEST(template, shows_columns_of_the_row_as_they_are_masked_in_text) {
  const MakeMasker make = [] { return make_row_masker(WireFormat::text, rows_of_templates(), 1); };
  const std::string stream =
      "x\t1\ta\\tb\t5\ty\tsecret\tz\t0\n"
      "x\t-2\t\\N\t\\N\ty\tsecret\tz\t1\n"
      "\\N\t3\tc\t6\t\\N\t\\N\t\\N\t0\n"
      "x\t\\N\td\t7\ty\t\\N\tz\t2\n";
  const std::string first = "a\\tb" + hashed("a\tb").substr(3);
  const std::string expected = "1:" + first + ":[-6]\t1\t" + first + "\t-6\t[-6]\t\\N\t!" + first + "\n" +
                               "-2::[]\t-2\t\\N\t\\N\t[]\t\\N\tz\n" +                //
                               "\\N\t3\t" + hashed("c") + "\t-7\t\\N\t\\N\t\\N\n" +  //
                               ":" + hashed("d") + ":[-8]\t\\N\t" + hashed("d") + "\t-8\t[-8]\t\\N\t<z>\n";
  EXPECT_EQ(mask_whole(make, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = make();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(template, shows_columns_of_the_row_as_they_are_masked_in_binary) {
  const MakeMasker make = [] { return make_row_masker(WireFormat::binary, rows_of_templates(), 1); };
  std::string stream = header(), expected = header();
  for (int i = 0; i < 21; ++i) {  // more than two blocks
    const std::string name = "name" + std::to_string(i), id = std::to_string(i);
    const bool has_name = i % 3 != 0, has_number = i % 4 != 0, has_value = i % 5 != 0;
    const int number = -1 - i;
    stream += row({has_value ? Value("x") : std::nullopt, be32(i), has_name ? Value(name) : std::nullopt,
                   has_number ? Value(be32(i)) : std::nullopt, "y", "secret", "z", be32(i % 3)});
    const std::string shown = has_name ? hashed(name) : "", tag = has_number ? std::to_string(number) : "";
    const Value chosen[] = {"!" + shown, "z", "<z>"};
    expected += row({has_value ? Value(id + ":" + shown + ":[" + tag + "]") : std::nullopt, be32(i),
                     has_name ? Value(shown) : std::nullopt, has_number ? Value(be32(number)) : std::nullopt,
                     "[" + tag + "]", std::nullopt, chosen[i % 3]});
  }
  stream += trailer();
  expected += trailer();
  EXPECT_EQ(mask_whole(make, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = make();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(template, beside_a_case_that_keeps_arrays) {
  const auto array = [](int64_t oid) { return be32(1) + be32(0) + be32(oid) + be32(1) + be32(1) + be32(1) + "x"; };
  const MakeMasker make = [] {
    CompiledColumn made = made_of("{a}", {1}, {ValueKind::text});
    made.type = {ValueKind::text, true, 25};
    return make_row_masker(WireFormat::binary,
                           columns_of(choose(0, std::move(made), element_oid(25)), kept(ValueKind::text)), 1);
  };
  const std::string y = array(25).substr(0, 24) + "y";
  EXPECT_EQ(mask_whole(make, header() + test::row({array(1043), "y", be32(0)}) +
                                 test::row({array(1043), "y", be32(1)}) + trailer()),
            header() + test::row({y, "y"}) + test::row({array(25), "y"}) + trailer());
}

TEST(template, kinds_are_shown_as_they_print) {
  const auto shown = [](ValueKind kind, const std::string &value) {
    ByteSink out;
    return show_binary(kind, value, out) ? std::string(out.view()) : "(no value)";
  };
  EXPECT_EQ(shown(ValueKind::int2, be16(-7)), "-7");
  EXPECT_EQ(shown(ValueKind::int8, be64(int64_t{1} << 40)), "1099511627776");
  EXPECT_EQ(shown(ValueKind::date, be32(366)), "2001-01-01");
  EXPECT_EQ(shown(ValueKind::date, be32(INT32_MIN)), "-infinity");
  EXPECT_EQ(shown(ValueKind::uuid, std::string(16, '\x1f')), "1f1f1f1f-1f1f-1f1f-1f1f-1f1f1f1f1f1f");
  EXPECT_EQ(shown(ValueKind::enumeration, "so so"), "so so");
  for (const ValueKind kind : {ValueKind::int2, ValueKind::int4, ValueKind::int8, ValueKind::date, ValueKind::uuid})
    EXPECT_EQ(shown(kind, "abc"), "(no value)") << "a source that lies";
  EXPECT_EQ(shown(ValueKind::date, be32(INT32_MIN + 1)), "(no value)");
  EXPECT_EQ(shown(ValueKind::jsonb, "abc"), "(no value)");
  EXPECT_EQ(refusal(
                [] {
                  return make_row_masker(WireFormat::binary,
                                         columns_of(made_of("{a}", {1}, {ValueKind::int4}), kept(ValueKind::int4)));
                },
                header() + test::row({"x", "12345"}) + trailer()),
            "row 1 of the COPY stream has something else than an integer in column 2");
}

TEST(template, is_never_made_of_itself) {
  const auto code_of = [](std::vector<CompiledColumn> (*make)()) {
    return error_of([&] { make_row_masker(WireFormat::text, make()); }).code;
  };
  EXPECT_EQ(code_of([] { return columns_of(made_of("{a}", {0}, {ValueKind::text})); }), Code::bad_option);
  EXPECT_EQ(code_of([] {
              return columns_of(made_of("{a}", {1}, {ValueKind::text}), made_of("{a}", {2}, {ValueKind::text}),
                                made_of("{a}", {0}, {ValueKind::text}));
            }),
            Code::bad_option);
  EXPECT_EQ(code_of([] { return columns_of(made_of("{a}", {7}, {ValueKind::text})); }), Code::internal);
}

}  // namespace
}  // namespace confiture::mask
