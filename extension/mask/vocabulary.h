// The words that the core, the wall and the glue share: plain data, known to all three.
#pragma once

#include <cstddef>
#include <cstdint>

namespace confiture::mask {

// Why a call of the core failed.
enum class Code : int {
  ok = 0,
  bad_option,        // an option is unknown, missing, or has a bad value
  unknown_strategy,  // no strategy has that name
  unsuitable_type,   // the strategy does not take columns of this kind
  does_not_fit,      // the masked value cannot be made to fit the column
  malformed_stream,  // the COPY stream is not what COPY sends
  limit_exceeded,    // a value or row passes the 1 GiB bound of PostgreSQL
  no_rule,           // a row for which no condition of a column's rules is true
  out_of_memory,
  internal,
};

enum class WireFormat : uint8_t { text, binary };

// A value of a row, where it lies: in its binary form, or as a text without escapes.
struct Field {
  const char *bytes;
  int32_t size;  // -1: NULL
};

// Rows as their fields: those of the first, those of the next, and so on.
struct FieldRows {
  const Field *fields;
  size_t stride;  // from a row's first field to that of the next
  size_t n_rows;
};

// How characters are counted in values, and written in names. `other` are the multi-byte server encodings besides
// UTF-8, `single_byte` those of which we know no letters; latin1, latin5 and koi8r stand for all that have their
// letters.
enum class CharEncoding : uint8_t {
  utf8,
  other,
  single_byte,
  latin1,
  latin2,
  latin5,
  win1250,
  win1251,
  koi8r,
  iso_8859_5,
  count
};
constexpr bool is_single_byte(CharEncoding encoding) { return encoding >= CharEncoding::single_byte; }

// What a column holds, or the elements of its arrays. `other` is last: types whose values the core cannot read.
enum class ValueKind : uint8_t {
  text,
  int2,
  int4,
  int8,
  uuid,
  numeric,
  float4,
  float8,
  date,
  timestamp,
  timestamptz,
  time,
  timetz,
  interval,
  inet,
  cidr,
  macaddr,
  macaddr8,
  bytea,
  boolean,
  enumeration,
  json,
  jsonb,
  hstore,
  record,
  point,
  other,
};

constexpr size_t kind_count = static_cast<size_t>(ValueKind::other) + 1;

// A set of kinds: bit 1 << ValueKind for each.
using KindSet = uint32_t;
constexpr KindSet kind_bit(ValueKind kind) { return KindSet{1} << static_cast<unsigned>(kind); }
template <typename... Kinds>
constexpr KindSet kinds_of(Kinds... kinds) {
  return (kind_bit(kinds) | ...);
}
constexpr KindSet any_kind = (KindSet{1} << kind_count) - 1;
constexpr KindSet integer_kinds = kinds_of(ValueKind::int2, ValueKind::int4, ValueKind::int8);
constexpr KindSet number_kinds = integer_kinds | kinds_of(ValueKind::numeric, ValueKind::float4, ValueKind::float8);
constexpr KindSet day_kinds = kinds_of(ValueKind::date, ValueKind::timestamp, ValueKind::timestamptz);
constexpr KindSet time_kinds = kinds_of(ValueKind::time, ValueKind::timetz);
static_assert(kind_count < 8 * sizeof(KindSet));

// What is known of a kind, in the order of ValueKind.
struct KindTraits {
  const char *type;     // in lists of types
  const char *value;    // one of them, in messages
  uint8_t binary_size;  // bytes in binary form, 0: any number
  bool is_plain;        // the text form holds no byte that COPY escapes
  const char *marker;   // an expression of SQL for any value: sent for values that no strategy looks at
};
constexpr KindTraits kind_traits[] = {
    {"text", "a value of its type", 0, false, "''::pg_catalog.text"},
    {"smallint", "a smallint", 2, true, "0::pg_catalog.int2"},
    {"integer", "an integer", 4, true, "0::pg_catalog.int4"},
    {"bigint", "a bigint", 8, true, "0::pg_catalog.int8"},
    {"uuid", "a uuid", 16, true, "'00000000-0000-0000-0000-000000000000'::pg_catalog.uuid"},
    {"numeric", "a numeric", 0, true, "0::pg_catalog.numeric"},
    {"real", "a real", 4, true, "0::pg_catalog.float4"},
    {"double precision", "a double precision", 8, true, "0::pg_catalog.float8"},
    {"date", "a date", 4, true, "'2000-01-01'::pg_catalog.date"},
    {"timestamp without time zone", "a timestamp", 8, true, "'2000-01-01'::pg_catalog.timestamp"},
    {"timestamp with time zone", "a timestamp", 8, true, "'2000-01-01'::pg_catalog.timestamptz"},
    {"time without time zone", "a time", 8, true, "'00:00'::pg_catalog.time"},
    {"time with time zone", "a time", 12, true, "'00:00+00'::pg_catalog.timetz"},
    {"interval", "an interval", 16, true, "'0'::pg_catalog.interval"},
    {"inet", "an inet", 0, true, "'0.0.0.0'::pg_catalog.inet"},
    {"cidr", "a cidr", 0, true, "'0.0.0.0/32'::pg_catalog.cidr"},
    {"macaddr", "a macaddr", 6, true, "'00:00:00:00:00:00'::pg_catalog.macaddr"},
    {"macaddr8", "a macaddr8", 8, true, "'00:00:00:00:00:00:00:00'::pg_catalog.macaddr8"},
    {"bytea", "a bytea", 0, false, "''::pg_catalog.bytea"},
    {"boolean", "a boolean", 1, true, "false"},
    {"anyenum", "a label", 0, false, "''::pg_catalog.text"},
    {"json", "a json", 0, false, "'null'::pg_catalog.json"},
    {"jsonb", "a jsonb", 0, false, "'null'::pg_catalog.jsonb"},
    {"hstore", "an hstore", 0, false, "''::pg_catalog.text"},
    {"record", "a row of its type", 0, false, "''::pg_catalog.text"},
    {"point", "a point", 16, true, "'(0,0)'::pg_catalog.point"},
    {"any other", "a value of its type", 0, false, "''::pg_catalog.text"},
};
static_assert(sizeof kind_traits / sizeof *kind_traits == kind_count);

// Kinds whose marker is of another type.
constexpr KindSet unmarked_kinds = kinds_of(ValueKind::hstore, ValueKind::record, ValueKind::other);

constexpr const KindTraits &traits_of(ValueKind kind) { return kind_traits[static_cast<size_t>(kind)]; }

// A column's type: values of a kind, or arrays of them. A strategy masks arrays element by element and never sees one.
struct ValueType {
  ValueKind kind = ValueKind::other;
  bool is_array = false;
  uint32_t element_oid = 0;  // what arrays say in binary that their elements are; 0: as they come

  constexpr ValueType() = default;
  constexpr ValueType(ValueKind of, bool array = false, uint32_t oid = 0)
      : kind(of), is_array(array), element_oid(oid) {}
};

// What another column of the row says to a strategy, by the option of that name: whose value it is, of which gender the
// person is. It comes in a side column, as a text.
enum class Clue : uint8_t { entity, gender };
constexpr size_t clue_count = 2;
constexpr const char *clue_names[clue_count] = {"entity", "gender"};

// One row of the registry of strategies: everything the rest of the system may know about a strategy. Nothing outside
// the registry compares a strategy's name. The defaults are what most strategies have.
struct StrategyRow {
  const char *name;
  const char *summary;            // one sentence
  const char *options_help = "";  // "length: hex digits, 1 to 64 (default 64); ..."
  const char *example;            // what becomes of example_of, as documentation
  const char *example_of = "Ada Lovelace";
  const char *required_options = "{}";        // JSON object of the options it cannot do without; those of the example
  KindSet kinds = kind_bit(ValueKind::text);  // what it takes
  bool deterministic = true;                  // equal inputs give equal outputs under one key and domain
  bool keyed = true;                          // depends on the masking key
  bool needs_value = true;                    // false: the raw value never has to leave the source
  bool uses_literal = false;                  // the glue must pass ColumnSpec::literal
  bool gives_null = false;                    // every value becomes NULL
  bool takes_entity = false;                  // option `entity`: values may hang on other columns of their row
  bool takes_gender = false;                  // option `gender` may name a column of the row
  bool names_columns = false;                 // is made of columns of the row, masked: see template_strategy.h
  bool takes_columns = false;                 // option `columns` names masked columns of the row
  bool reads_table = false;                   // option `table` names a table of the target: ColumnSpec::values
  bool invertible = false;                    // takes option `reversible`: who has the key gets the value back
  bool shows_part = false;                    // the masked value holds characters of the value
  bool keeps_unique = false;               // with default options, for some kind: a bijection, or >= 96 bits of a PRF
  const char *when_unique = "hash";        // the strategy to suggest where outputs must not collide; may be itself
  const char *when_unique_options = "{}";  // with these options
};

}  // namespace confiture::mask
