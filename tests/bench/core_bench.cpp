// Cost of the core: one value through each strategy, one row through the row maskers. The time of an iteration is
// that of one value, or of one row of a batch as a stream gathers them.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../unit/strategy_fixture.h"
#include "../unit/value_fixture.h"
#include "mask/binary_codec.h"
#include "mask/registry.h"
#include "mask/row_masker.h"

namespace {

using namespace confiture::mask;

constexpr std::string_view masking_key = "0123456789abcdef0123456789abcdef";
constexpr size_t drain_at = 65536;
constexpr size_t batch_rows = 64;

std::unique_ptr<Strategy> make(const char *name, ValueKind kind) {
  return make_strategy(name, options_for(find_strategy(name)->row, kind), {kind, 0, CharEncoding::utf8}, masking_key);
}

// Values as in real tables: ASCII, 8 to 30 bytes, all different.
std::string sample_text(std::string_view name, uint64_t i) {
  const std::string number = std::to_string(100000 + i * 7919 % 900000);
  if (name == "email") return "firstname." + number + "@example.org";
  if (name == "fpe") return "INV-2024-" + number;
  if (name == "card") return "4111 1111 11" + number.substr(0, 2) + " " + number.substr(2);
  if (name == "iban") return "DE89 3704 0044 0532 " + number.substr(0, 4) + " 00";
  if (name == "national_id") return "123-45-" + number.substr(2);
  if (name == "vat") return "DE123" + number;
  if (name == "bic") return "DEUTDEFF";
  if (name == "phone") return "+33 6 12 " + number;
  if (name == "mac") return "08:00:2b:" + number.substr(0, 2) + ":" + number.substr(2, 2) + ":" + number.substr(4);
  return "Firstname Lastname " + number;
}

void mask_texts(benchmark::State &state, const char *name) {
  const auto strategy = make(name, ValueKind::text);
  std::vector<std::string> values;
  for (uint64_t i = 0; i < 1024; ++i) values.push_back(sample_text(name, i));
  ByteSink out;
  size_t turn = 0;
  for (auto _ : state) {
    strategy->mask_text(values[turn++ % values.size()], out);
    if (out.size() > drain_at) out.clear();
  }
}

void mask_integers(benchmark::State &state, const char *name, ValueKind kind, int bits) {
  const auto strategy = make(name, kind);
  int64_t value = 0;
  for (auto _ : state) benchmark::DoNotOptimize(strategy->mask_integer(value++ & 0x7fff, bits));
}

void mask_uuids(benchmark::State &state, const char *name) {
  const auto strategy = make(name, ValueKind::uuid);
  std::array<uint8_t, 16> uuid{};
  for (auto _ : state) strategy->mask_uuid(uuid);
}

// All different, as they are printed.
std::string sample_value(ValueKind kind, uint64_t i) {
  const std::string number = std::to_string(100000 + i * 7919 % 900000), byte = std::to_string(100 + i % 100);
  const std::string date =
      std::to_string(1950 + i % 70) + "-" + std::to_string(10 + i % 3) + "-" + std::to_string(10 + i % 18);
  switch (kind) {
    case ValueKind::int2:
      return std::to_string(i);
    case ValueKind::int4:
    case ValueKind::int8:
      return number;
    case ValueKind::numeric:
    case ValueKind::float4:
    case ValueKind::float8:
      return number + "." + byte.substr(1);
    case ValueKind::date:
      return date;
    case ValueKind::timestamp:
      return date + " 12:34:56.7";
    case ValueKind::timestamptz:
      return date + " 12:34:56.7+00";
    case ValueKind::inet:
      return "10." + std::to_string(i % 7) + "." + std::to_string(i * 31 % 256) + "." + std::to_string(i % 256);
    case ValueKind::macaddr:
      return "08:00:2b:01:" + number.substr(0, 2) + ":" + number.substr(2, 2);
    default: {
      const auto printed = confiture::test::printed_values(kind);
      return printed[i % printed.size()];
    }
  }
}

// In binary, what is read and written with them.
void mask_values(benchmark::State &state, const char *name, ValueKind kind) {
  const auto strategy = make(name, kind);
  std::vector<std::string> values;
  for (uint64_t i = 0; i < 1024; ++i) values.push_back(confiture::test::to_binary(kind, sample_value(kind, i)));
  ByteSink out;
  size_t turn = 0;
  for (auto _ : state) {
    binary_codec::mask_value(*strategy, kind, values[turn++ % values.size()], out);
    if (out.size() > drain_at) out.clear();
  }
}

// Bytes a second of long values: documents as applications keep them, and prose.
void mask_bytes(benchmark::State &state, const char *name, ValueKind kind, const char *options,
                std::string_view value) {
  const auto strategy = make_strategy(name, options, {kind, 0, CharEncoding::utf8}, masking_key);
  ByteSink out;
  constexpr RowValue row_values[] = {{"Ada Lovelace", "Troy Bentcroft"},
                                     {"ada.lovelace@example.org", "troy.bentcroft.k7f3q2m5x4wzp6r3tc8b@example.com"}};
  for (auto _ : state) {
    if (strategy->wants_row_values()) strategy->set_row_values(row_values);
    strategy->mask_text(value, out);
    if (out.size() > drain_at) out.clear();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(value.size()));
}

constexpr std::string_view document =
    R"({"id": 4711, "status": "shipped", "created_at": "2024-03-01T12:34:56Z", "currency": "EUR", "total": 129.90,
"customer": {"id": 1815, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org", "newsletter": true},
"shipping": {"street": "Some Street 12", "city": "Some City", "carrier": "post", "tracking": "JD014600003SE"},
"items": [{"sku": "KX-93b/7", "title": "A kettle with a lid", "quantity": 1, "price": 79.95, "tags": ["kitchen", "steel"]},
{"sku": "KX-17a/2", "title": "Twelve filters made of paper", "quantity": 5, "price": 9.99, "tags": ["kitchen", "paper"]}],
"settings": {"theme": "dark", "language": "en-GB", "columns": [1, 2, 3, 5, 8, 13], "notifications": {"push": false}}})";
constexpr std::string_view prose =
    "The kettle arrived on Tuesday, well packed, and was tried out at once; it boils a litre in less than four minutes and "
    "switches itself off. What I miss is a mark inside that shows how much water is in it, since the scale outside cannot be "
    "read in the evening. The lid closes firmly. Should there be questions, write to ada.lovelace@example.org, or call "
    "+33 6 12 34 56 78 in the morning; after lunch I am mostly in the garden and will not hear the bell. ";

// A row of a users table: bigint, four texts (e-mail, name, phone, city), timestamptz, numeric.
std::string text_row(uint64_t i) {
  return std::to_string(i) + '\t' + sample_text("email", i) + '\t' + sample_text("name", i) + '\t' +
         sample_text("phone", i) +
         "\tSome Street 12, Some City, some longer text\t2024-03-01 12:34:56.789012+00\t1234.56\n";
}

void append_number(std::string &bytes, int64_t number, int size) {
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i));
}
void append_value(std::string &bytes, std::string_view value) {
  append_number(bytes, static_cast<int64_t>(value.size()), 4);
  bytes += value;
}
std::string binary_row(uint64_t i) {
  std::string row, number;
  append_number(row, 7, 2);
  append_number(number, static_cast<int64_t>(i), 8);
  append_value(row, number);
  append_value(row, sample_text("email", i));
  append_value(row, sample_text("name", i));
  append_value(row, sample_text("phone", i));
  append_value(row, "Some Street 12, Some City, some longer text");
  append_value(row, number);
  append_value(row, "0123456789ab");
  return row;
}

void run_rows(benchmark::State &state, WireFormat format, RowMasker &masker, const std::vector<std::string> &batches) {
  ByteSink out;
  if (format == WireFormat::binary) masker.feed(std::string(binary_codec::signature) + std::string(8, '\0'), out);
  size_t turn = 0;
  int64_t bytes = 0;
  while (state.KeepRunningBatch(batch_rows)) {
    const std::string &batch = batches[turn++ % batches.size()];
    bytes += static_cast<int64_t>(batch.size());
    masker.feed(batch, out);
    if (out.size() > drain_at) out.clear();
  }
  state.SetBytesProcessed(bytes);
}

void mask_rows(benchmark::State &state, WireFormat format, std::vector<const char *> names) {
  std::vector<CompiledColumn> columns(7);
  for (size_t i = 0; i < names.size(); ++i) {
    columns[i + 1].treatment = Treatment::mask;
    columns[i + 1].type = ValueKind::text;
    columns[i + 1].strategy = make(names[i], ValueKind::text);
  }
  const auto masker = make_row_masker(format, std::move(columns));
  std::vector<std::string> batches(64);
  for (uint64_t i = 0; i < batches.size() * batch_rows; ++i)
    batches[i / batch_rows] += format == WireFormat::text ? text_row(i) : binary_row(i);
  run_rows(state, format, *masker, batches);
}

// A table as tests/bench/sync.sh has it: 20 columns, 12 of them masked.
struct PersonColumn {
  ValueKind kind;
  const char *strategy;  // nullptr: passes
  std::string (*value)(uint64_t i);
};
const PersonColumn person_columns[] = {
    {ValueKind::int8, nullptr, [](uint64_t i) { return std::to_string(i); }},
    {ValueKind::text, "email", [](uint64_t i) { return sample_text("email", i); }},
    {ValueKind::text, "first_name", [](uint64_t i) { return "Firstname" + std::to_string(i % 5000); }},
    {ValueKind::text, "last_name", [](uint64_t i) { return "Lastname" + std::to_string(i); }},
    {ValueKind::text, "phone", [](uint64_t i) { return sample_text("phone", i); }},
    {ValueKind::text, "street", [](uint64_t i) { return std::to_string(i % 200) + " Long Street of the Town"; }},
    {ValueKind::text, "city",
     [](uint64_t i) { return std::to_string(i * 7 % 90000) + " City of " + std::to_string(i % 1000); }},
    {ValueKind::text, "postcode", [](uint64_t i) { return std::to_string(10000 + i % 80000); }},
    {ValueKind::date, "birthdate", [](uint64_t i) { return sample_value(ValueKind::date, i); }},
    {ValueKind::inet, "ip",
     [](uint64_t i) { return "10.0." + std::to_string(i / 256 % 256) + "." + std::to_string(i % 256); }},
    {ValueKind::text, "iban", [](uint64_t i) { return "DE893704004405320" + std::to_string(10000 + i % 90000); }},
    {ValueKind::int4, "hash", [](uint64_t i) { return std::to_string(i); }},
    {ValueKind::numeric, "noise", [](uint64_t i) { return std::to_string(i * 7919 % 100000) + ".25"; }},
    {ValueKind::text, nullptr, [](uint64_t i) { return std::to_string(i % 200) + " Long Street of the Town, City"; }},
    {ValueKind::timestamptz, nullptr, [](uint64_t i) { return sample_value(ValueKind::timestamptz, i); }},
    {ValueKind::timestamptz, nullptr, [](uint64_t i) { return sample_value(ValueKind::timestamptz, i); }},
    {ValueKind::text, nullptr, [](uint64_t) { return std::string("active"); }},
    {ValueKind::text, nullptr, [](uint64_t) { return std::string("FR"); }},
    {ValueKind::int4, nullptr, [](uint64_t i) { return std::to_string(i % 1000); }},
    {ValueKind::numeric, nullptr, [](uint64_t i) { return std::to_string(i * 31 % 100000) + ".75"; }},
};

void mask_people(benchmark::State &state, bool masks) {
  std::vector<CompiledColumn> columns;
  for (const PersonColumn &person : person_columns) {
    CompiledColumn &column = columns.emplace_back();
    column.type = person.kind;
    if (!masks || person.strategy == nullptr) continue;
    column.treatment = Treatment::mask;
    column.strategy = make(person.strategy, person.kind);
  }
  std::vector<std::string> batches(64);
  for (uint64_t i = 0; i < batches.size() * batch_rows; ++i) {
    std::string &batch = batches[i / batch_rows];
    append_number(batch, std::size(person_columns), 2);
    for (const PersonColumn &person : person_columns) {
      const std::string value = person.value(i);
      append_value(batch, person.kind == ValueKind::text ? value : confiture::test::to_binary(person.kind, value));
    }
  }
  run_rows(state, WireFormat::binary, *make_row_masker(WireFormat::binary, std::move(columns)), batches);
}

void register_strategy(const StrategyRow &row) {
  using benchmark::RegisterBenchmark;
  const auto takes = [&row](ValueKind kind) { return (row.kinds & kind_bit(kind)) != 0; };
  // These cost a memcpy in the row masker and no call of the strategy.
  if (row.uses_literal || row.gives_null) return;
  const std::string name = row.name;
  if (takes(ValueKind::text)) RegisterBenchmark((name + "/text").c_str(), mask_texts, row.name);
  if (takes(ValueKind::int2)) RegisterBenchmark((name + "/int2").c_str(), mask_integers, row.name, ValueKind::int2, 16);
  if (takes(ValueKind::int4)) RegisterBenchmark((name + "/int4").c_str(), mask_integers, row.name, ValueKind::int4, 32);
  if (takes(ValueKind::int8)) RegisterBenchmark((name + "/int8").c_str(), mask_integers, row.name, ValueKind::int8, 64);
  if (takes(ValueKind::uuid)) RegisterBenchmark((name + "/uuid").c_str(), mask_uuids, row.name);
  for (auto i = static_cast<size_t>(ValueKind::numeric); i < static_cast<size_t>(ValueKind::other); ++i) {
    const auto kind = static_cast<ValueKind>(i);
    if (takes(kind)) RegisterBenchmark((name + "/" + traits_of(kind).type).c_str(), mask_values, row.name, kind);
  }
}

}  // namespace

int main(int argc, char **argv) {
  for (const RegistryEntry *entry : all_strategies()) register_strategy(entry->row);
  for (const char *options : {"{}", R"({"others": "keep"})"})
    benchmark::RegisterBenchmark((std::string("bytes/json ") + options).c_str(), mask_bytes, "json", ValueKind::json,
                                 options, document);
  benchmark::RegisterBenchmark("bytes/scrub", mask_bytes, "scrub", ValueKind::text, "{}", prose);
  benchmark::RegisterBenchmark("bytes/scrub columns", mask_bytes, "scrub", ValueKind::text,
                               R"({"columns": ["name", "email"]})", prose);
  benchmark::RegisterBenchmark("bytes/regexp", mask_bytes, "regexp", ValueKind::text, R"({"pattern": "[+][0-9 ]+"})",
                               prose);
  for (const auto format : {WireFormat::text, WireFormat::binary}) {
    const std::string name = std::string("row/") + (format == WireFormat::text ? "text" : "binary") + "/7_columns/";
    using Names = std::vector<const char *>;
    benchmark::RegisterBenchmark((name + "0_masked").c_str(), mask_rows, format, Names{});
    benchmark::RegisterBenchmark((name + "3_masked").c_str(), mask_rows, format, Names{"email", "name", "phone"});
    benchmark::RegisterBenchmark((name + "3_hashed").c_str(), mask_rows, format, Names{"hash", "hash", "hash"});
  }
  benchmark::RegisterBenchmark("row/binary/20_columns/0_masked", mask_people, false);
  benchmark::RegisterBenchmark("row/binary/20_columns/12_masked", mask_people, true);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
