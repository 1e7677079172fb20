#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "strategy_fixture.h"
#include "value_fixture.h"
#include "wall/catch_all.h"

namespace confiture::wall {
namespace {

const unsigned char *const masking_key = reinterpret_cast<const unsigned char *>("0123456789abcdef0123456789abcdef");
constexpr size_t masking_key_size = 32;

ColumnSpec column(const char *name, const char *strategy, const char *options = nullptr,
                  ValueKind kind = ValueKind::text) {
  ColumnSpec spec{};
  spec.name = name;
  spec.strategy = strategy;
  spec.options = options;
  spec.kind = kind;
  return spec;
}

Masker *create(const std::vector<ColumnSpec> &columns, Status *st, WireFormat format = WireFormat::text) {
  return masker_create(columns.data(), columns.size(), 0, format, CharEncoding::utf8, masking_key, masking_key_size,
                       st);
}

std::string output(Masker *m) {
  const char *data = nullptr;
  size_t size = 0;
  masker_output(m, &data, &size);
  return {data, size};
}

TEST(status, long_text_is_cut_between_characters) {
  Status st{};
  for (size_t shift = 0; shift < 4; ++shift) {
    const std::string ascii(shift, 'a');
    std::string text = ascii;
    while (text.size() < 1000) text += "\xf0\x9f\x8d\x93";
    set_status(&st, Code::internal, text, text);
    for (const char *cut : {st.message, st.hint}) {
      const size_t size = std::strlen(cut);
      EXPECT_LE(size, sizeof st.message - 1);
      EXPECT_GT(size, sizeof st.message - 5);
      EXPECT_EQ((size - shift) % 4, 0U);
      EXPECT_EQ(text.compare(0, size, cut), 0);
    }
  }
  const std::string exact(sizeof st.message - 1, 'x');
  set_status(&st, Code::internal, exact);
  EXPECT_EQ(st.message, exact);
  EXPECT_STREQ(st.hint, "");
}

TEST(status, text_that_is_no_utf8_is_cut_all_the_same) {
  Status st{};
  set_status(&st, Code::internal, std::string(1000, '\x80'));
  EXPECT_GE(std::strlen(st.message), sizeof st.message - 4);
}

template <typename exception>
Status after_throwing(exception thrown) {
  Status st{};
  EXPECT_FALSE(guarded(&st, [&]() -> bool { throw thrown; }));
  return st;
}

TEST(status, every_exception_becomes_a_code) {
  EXPECT_EQ(after_throwing(mask::Error{Code::bad_option, "m", "H."}).code, Code::bad_option);
  EXPECT_STREQ(after_throwing(mask::Error{Code::bad_option, "m", "H."}).message, "m");
  EXPECT_STREQ(after_throwing(mask::Error{Code::bad_option, "m", "H."}).hint, "H.");
  EXPECT_EQ(after_throwing(std::bad_alloc()).code, Code::out_of_memory);
  EXPECT_EQ(after_throwing(42).code, Code::internal);
  // The text of a foreign exception may quote a value.
  EXPECT_EQ(std::string(after_throwing(std::runtime_error("secret")).message).find("secret"), std::string::npos);
}

TEST(wall_masker, masks_a_stream) {
  Status st{};
  std::vector<ColumnSpec> columns = {column("id", nullptr), column("note", "redact"), column("gone", "null")};
  Masker *m = create(columns, &st);
  ASSERT_NE(m, nullptr) << st.message;
  const std::string_view stream = "1\tsecret\tx\n2\t\\N\ty\n";
  EXPECT_TRUE(masker_feed(m, stream.data(), 5, &st));
  EXPECT_EQ(output(m), "");
  EXPECT_TRUE(masker_feed(m, stream.data() + 5, stream.size() - 5, &st));
  EXPECT_TRUE(masker_finish(m, &st));
  EXPECT_EQ(st.code, Code::ok);
  EXPECT_STREQ(st.message, "");
  EXPECT_EQ(output(m), "1\t[REDACTED]\t\\N\n2\t\\N\t\\N\n");
  masker_consume(m, 2);
  EXPECT_EQ(output(m), "[REDACTED]\t\\N\n2\t\\N\t\\N\n");
  masker_consume(m, 1000000);
  EXPECT_EQ(output(m), "");
  EXPECT_EQ(masker_rows(m), 2U);
  masker_destroy(m);
}

TEST(wall_masker, gives_nothing_more_after_a_failure) {
  Status st{};
  std::vector<ColumnSpec> columns = {column("a", nullptr), column("b", nullptr)};
  Masker *m = create(columns, &st);
  ASSERT_NE(m, nullptr);
  EXPECT_FALSE(masker_feed(m, "1\t2\n3\n", 6, &st));
  EXPECT_EQ(st.code, Code::malformed_stream);
  EXPECT_STREQ(st.message, "row 2 of the COPY stream has 1 columns instead of 2");
  EXPECT_EQ(output(m), "");
  EXPECT_FALSE(masker_feed(m, "1\t2\n", 4, &st));
  EXPECT_EQ(st.code, Code::internal);
  EXPECT_FALSE(masker_finish(m, &st));
  masker_destroy(m);
}

TEST(wall_masker, says_which_column_is_wrong) {
  Status st{};
  EXPECT_EQ(create({column("id", nullptr), column("mail", "e-mail")}, &st), nullptr);
  EXPECT_EQ(st.code, Code::unknown_strategy);
  EXPECT_EQ(std::string(st.message).find("column \"mail\": "), 0U) << st.message;
  EXPECT_EQ(create({column("mail", "email", R"({"domian": "x"})")}, &st), nullptr);
  EXPECT_EQ(st.code, Code::bad_option);
  EXPECT_STRNE(st.hint, "");
  for (const char *options : {"{", "[]", "null", "1", "{\"domain\": {}}", "{\"domain\": 1}"}) {
    EXPECT_EQ(create({column("mail", "email", options)}, &st), nullptr) << options;
    EXPECT_EQ(st.code, Code::bad_option) << options;
  }
  EXPECT_EQ(create({column("mail", "email", nullptr, ValueKind::other)}, &st), nullptr);
  EXPECT_EQ(st.code, Code::unsuitable_type);
}

TEST(wall_masker, a_missing_constant_is_refused) {
  Status st{};
  EXPECT_EQ(create({column("c", "constant", R"({"value": 1})", ValueKind::int4)}, &st), nullptr);
  EXPECT_EQ(st.code, Code::internal);
  EXPECT_EQ(create({column("c", "constant")}, &st), nullptr);
  EXPECT_EQ(st.code, Code::bad_option);
}

TEST(wall_masker, takes_a_constant_in_wire_form) {
  Status st{};
  ColumnSpec spec = column("c", "constant", R"({"value": "7"})", ValueKind::int4);
  spec.literal = "\0\0\0\x07";
  spec.literal_size = 4;
  Masker *m = create({spec}, &st, WireFormat::binary);
  ASSERT_NE(m, nullptr) << st.message;
  const std::string_view stream("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\377\377", 27);
  const std::string_view expected("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\0\0\0\7\377\377", 31);
  EXPECT_TRUE(masker_feed(m, stream.data(), stream.size(), &st)) << st.message;
  EXPECT_TRUE(masker_finish(m, &st)) << st.message;
  EXPECT_EQ(output(m), expected);
  masker_destroy(m);
}

TEST(wall_masker, destroying_nothing_is_fine) {
  masker_destroy(nullptr);
  value_masker_destroy(nullptr);
}

std::string apply(const ColumnSpec &spec, std::string_view value, bool *is_null = nullptr) {
  Status st{};
  ValueMasker *m = value_masker_create(&spec, WireFormat::text, CharEncoding::utf8, masking_key, masking_key_size, &st);
  EXPECT_NE(m, nullptr) << st.message;
  if (m == nullptr) return "";
  const char *out = nullptr;
  size_t size = 0;
  bool null = false;
  EXPECT_TRUE(value_masker_apply(m, value.data(), value.size(), &out, &size, &null, &st)) << st.message;
  const std::string masked(out == nullptr ? "" : out, size);
  if (is_null != nullptr) *is_null = null;
  value_masker_destroy(m);
  return masked;
}

TEST(value_masker, does_not_escape) {
  EXPECT_EQ(apply(column("a", nullptr), "a\tb\\"), "a\tb\\");
  EXPECT_EQ(apply(column(nullptr, "redact", R"({"text": "a\tb\\"})"), "x"), "a\tb\\");
}

TEST(value_masker, a_constant_of_text_is_its_own_wire_form) {
  EXPECT_EQ(apply(column("c", "constant", R"({"value": "a\tb"})"), "x"), "a\tb");
}

TEST(value_masker, says_null) {
  bool is_null = false;
  apply(column("a", "null"), "x", &is_null);
  EXPECT_TRUE(is_null);
  apply(column("a", "redact"), "x", &is_null);
  EXPECT_FALSE(is_null);
}

TEST(value_masker, refuses_a_value_of_another_type) {
  Status st{};
  const ColumnSpec spec = column("n", "hash", nullptr, ValueKind::int4);
  ValueMasker *m = value_masker_create(&spec, WireFormat::text, CharEncoding::utf8, masking_key, masking_key_size, &st);
  if (m == nullptr) GTEST_SKIP() << st.message;
  const char *out = nullptr;
  size_t size = 0;
  bool is_null = false;
  EXPECT_FALSE(value_masker_apply(m, "secret", 6, &out, &size, &is_null, &st));
  EXPECT_EQ(st.code, Code::malformed_stream);
  EXPECT_EQ(std::string(st.message).find("secret"), std::string::npos);
  EXPECT_TRUE(value_masker_apply(m, "12", 2, &out, &size, &is_null, &st));
  value_masker_destroy(m);
}

// A value in text and in binary form.
struct Sample {
  std::string text, binary;
  const std::string &in(WireFormat format) const { return format == WireFormat::text ? text : binary; }
};

std::string big_endian(int64_t number, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i));
  return bytes;
}

std::vector<Sample> samples_of(ValueKind kind) {
  std::vector<Sample> samples;
  if (kind == ValueKind::record) {
    const std::string head = big_endian(2, 4) + big_endian(25, 4), color = big_endian(25, 4) + big_endian(3, 4) + "red";
    return {{"(Ada,red)", head + big_endian(3, 4) + "Ada" + color}, {"(,red)", head + big_endian(-1, 4) + color}};
  }
  for (const std::string &text : test::printed_values(kind)) samples.push_back({text, test::to_binary(kind, text)});
  return samples;
}

std::string escaped(std::string_view text) {
  mask::ByteSink out;
  mask::text_codec::escape(text, out);
  return std::string(out.view());
}

// A stream of rows with one value each; nullptr stands for NULL.
std::string stream_of(const std::vector<const std::string *> &values, WireFormat format) {
  std::string stream;
  if (format == WireFormat::binary) stream.append("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  for (const std::string *value : values)
    if (format == WireFormat::text)
      stream += (value == nullptr ? "\\N" : escaped(*value)) + "\n";
    else
      stream += big_endian(1, 2) +
                (value == nullptr ? big_endian(-1, 4) : big_endian(static_cast<int64_t>(value->size()), 4) + *value);
  if (format == WireFormat::binary) stream += big_endian(-1, 2);
  return stream;
}

void expect_stream_gives_what_single_values_give(const StrategyRow &row, ValueKind kind, WireFormat format) {
  const std::string options = mask::options_for(row, kind);
  ColumnSpec spec = column("c", row.name, options.c_str(), kind), fields[2] = {};
  fields[0].name = "name";
  fields[1].name = "color";
  for (ColumnSpec &field : fields) field.type_name = "text";
  if (kind == ValueKind::record) {
    spec.fields = fields;
    spec.n_fields = 2;
  }
  const std::vector<Sample> samples = samples_of(kind);
  std::vector<const std::string *> raw, masked;
  std::vector<std::string> outputs(samples.size());
  Status st{};
  ValueMasker *values = value_masker_create(&spec, format, CharEncoding::utf8, masking_key, masking_key_size, &st);
  ASSERT_NE(values, nullptr) << row.name << ": " << st.message;
  for (size_t i = 0; i < samples.size(); ++i) {
    const std::string &value = samples[i].in(format);
    const char *out = nullptr;
    size_t size = 0;
    bool is_null = false;
    ASSERT_TRUE(value_masker_apply(values, value.data(), value.size(), &out, &size, &is_null, &st)) << st.message;
    if (!is_null) outputs[i].assign(out, size);
    raw.push_back(&value);
    masked.push_back(is_null ? nullptr : &outputs[i]);
  }
  value_masker_destroy(values);

  Masker *m = create({spec}, &st, format);
  ASSERT_NE(m, nullptr) << row.name << ": " << st.message;
  const std::string stream = stream_of(raw, format);
  ASSERT_TRUE(masker_feed(m, stream.data(), stream.size(), &st)) << row.name << ": " << st.message;
  EXPECT_EQ(output(m), stream_of(masked, format)) << row.name << ", " << traits_of(kind).type;
  masker_destroy(m);
}

// The promise of the SQL functions: the stream and the function give the same bytes.
TEST(value_masker, gives_what_the_stream_gives_for_every_strategy) {
  for (size_t i = 0; i < strategy_count(); ++i) {
    const StrategyRow *row = strategy_at(i);
    for (size_t k = 0; k < kind_count; ++k) {
      const auto kind = static_cast<ValueKind>(k);
      // A constant of another type than text is written by that type's functions.
      const bool is_written_here = kind == ValueKind::text || !row->uses_literal;
      if ((row->kinds & kind_bit(kind)) == 0 || !row->deterministic || !is_written_here) continue;
      for (const WireFormat format : {WireFormat::text, WireFormat::binary})
        expect_stream_gives_what_single_values_give(*row, kind, format);
    }
  }
}

}  // namespace
}  // namespace confiture::wall
