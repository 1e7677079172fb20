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
  out_of_memory,
  internal,
};

enum class WireFormat : uint8_t { text, binary };

// How characters are counted in values. `other` covers the multi-byte server encodings besides UTF-8.
enum class CharEncoding : uint8_t { utf8, single_byte, other };

// What a column holds, as far as a strategy cares. `other` is last: types whose values the core cannot read.
enum class ValueKind : uint8_t { text, int2, int4, int8, uuid, other };

constexpr size_t kind_count = static_cast<size_t>(ValueKind::other) + 1;

// A set of kinds: bit 1 << ValueKind for each.
using KindSet = uint32_t;
constexpr KindSet kind_bit(ValueKind kind) { return KindSet{1} << static_cast<unsigned>(kind); }
constexpr KindSet any_kind = (KindSet{1} << kind_count) - 1;
static_assert(kind_count < 8 * sizeof(KindSet));

// What is known of a kind, in the order of ValueKind.
struct KindTraits {
  const char *type;     // in lists of types
  const char *value;    // one of them, in messages
  uint8_t binary_size;  // bytes in binary form, 0: any number
};
constexpr KindTraits kind_traits[] = {
    {"text", "a value of its type", 0}, {"smallint", "a smallint", 2}, {"integer", "an integer", 4},
    {"bigint", "a bigint", 8},          {"uuid", "a uuid", 16},        {"any other", "a value of its type", 0},
};
static_assert(sizeof kind_traits / sizeof *kind_traits == kind_count);

constexpr const KindTraits &traits_of(ValueKind kind) { return kind_traits[static_cast<size_t>(kind)]; }

// One row of the registry of strategies: everything the rest of the system may know about a strategy. Nothing outside
// the registry compares a strategy's name. What has a default here is rare.
struct StrategyRow {
  const char *name;
  const char *summary;                  // one sentence
  const char *options_help = "";        // "length: hex digits, 1 to 64 (default 64); ..."
  const char *example;                  // what becomes of Ada Lovelace, as documentation
  const char *required_options = "{}";  // JSON object of the options it cannot do without; those of the example
  KindSet kinds;                        // what it takes
  bool deterministic;                   // equal inputs give equal outputs under one key and domain
  bool keyed;                           // depends on the masking key
  bool needs_value;                     // false: the raw value never has to leave the source
  bool uses_literal = false;            // the glue must pass ColumnSpec::literal
  bool gives_null = false;              // every value becomes NULL
  bool shows_part = false;              // the masked value holds characters of the value
  bool keeps_unique;                    // with default options: a bijection, or >= 96 bits of a PRF in the output
  const char *when_unique;              // the strategy to suggest where outputs must not collide; may be itself
};

}  // namespace confiture::mask
