// The wall between PostgreSQL (glue, errors by longjmp) and the mask core (C++, errors by exceptions).
//
// Everything here is plain data and noexcept functions: no exception leaves the core, no longjmp enters it.
// The glue calls these with palloc'ed or static input, checks the return value and only then may ereport.
// Memory behind the opaque pointers belongs to the core (malloc); free it with the matching *_destroy, which
// never fails and takes nullptr.
#pragma once

#include <cstddef>
#include <cstdint>

namespace confiture::wall {

enum class Code : int {
  ok = 0,
  bad_option,        // an option is unknown, missing, or has a bad value
  unknown_strategy,  // no strategy of that name
  unsuitable_type,   // the strategy does not take columns of this kind
  does_not_fit,      // the masked value cannot be made to fit the column
  malformed_stream,  // the COPY stream is not what COPY sends
  limit_exceeded,    // a value or row passes the 1 GiB bound of PostgreSQL
  out_of_memory,
  internal,
};

// Result of a call. `message` is a lower-case sentence without a full stop, `hint` a full sentence or empty.
// Neither ever holds a row value.
struct Status {
  Code what;
  char message[512];
  char hint[512];
};

enum class WireFormat : uint8_t { text, binary };

// How characters are counted in values. `other` covers the multi-byte server encodings besides UTF-8.
enum class CharEncoding : uint8_t { utf8, single_byte, other };

// What a column holds, as far as a strategy cares.
enum class ValueKind : uint8_t { text, int2, int4, int8, uuid, other };

// One column of the wire, in wire order. All strings are NUL-terminated and only read during the call.
struct ColumnSpec {
  const char *name;            // for messages
  const char *strategy;        // nullptr: pass the value through untouched
  const char *options;         // JSON object, nullptr like {}
  ValueKind kind;              // kind of the column in the target
  uint32_t max_chars;          // longest value the column takes, in characters; 0: no limit
  uint32_t array_element_oid;  // non-zero, binary only: array of this element type, whose OID is ours, not the source's
  const char *literal;         // strategies with uses_literal: the constant in the column type's own wire form
  size_t literal_size;         // (text format: type output, not yet COPY-escaped), nullptr otherwise
};

// One row of the registry of strategies.
struct StrategyRow {
  const char *name;
  const char *summary;       // one sentence
  const char *options_help;  // "length: hex digits, 1 to 64 (default 64); ..." or empty
  const char *example;       // a masked value, as documentation
  uint32_t kinds;            // bit 1 << ValueKind for every kind it takes
  bool deterministic;        // equal inputs give equal outputs under one key and domain
  bool keyed;                // depends on the masking key
  bool needs_value;          // false: the raw value never has to leave the source
  bool uses_literal;         // the glue has to pass column_spec::literal
  bool keeps_unique;         // with default options, distinct inputs keep distinct outputs (bijection or >= 96 bits)
};

size_t strategy_count() noexcept;
const StrategyRow *strategy_at(size_t index) noexcept;
const StrategyRow *strategy_find(const char *name) noexcept;  // nullptr when there is none

// Masks a COPY stream. Feed it the bytes of CopyData messages in any slicing; take masked bytes out.
struct masker;
masker *masker_create(const ColumnSpec *columns, size_t n_columns, WireFormat format, CharEncoding encoding,
                      const unsigned char *masking_key, size_t masking_key_size, Status *st) noexcept;
void masker_destroy(masker *m) noexcept;
bool masker_feed(masker *m, const char *data, size_t size, Status *st) noexcept;
bool masker_finish(masker *m, Status *st) noexcept;  // the stream ended: fails when it ended inside a row
// The masked bytes at hand; valid until the next call on m. Then say how many of them were taken.
void masker_output(masker *m, const char **data, size_t *size) noexcept;
void masker_consume(masker *m, size_t size) noexcept;
uint64_t masker_rows(const masker *m) noexcept;

// Masks single values of one column: the SQL functions, samples at plan time. Input and output are the value in
// `format` (text: type output without COPY escaping; binary: type send form).
struct value_masker;
value_masker *value_masker_create(const ColumnSpec *column, WireFormat format, CharEncoding encoding,
                                  const unsigned char *masking_key, size_t masking_key_size, Status *st) noexcept;
void value_masker_destroy(value_masker *m) noexcept;
// *out is valid until the next call on m; *is_null is set when the masked value is NULL.
bool value_masker_apply(value_masker *m, const char *data, size_t size, const char **out, size_t *out_size,
                        bool *is_null, Status *st) noexcept;
// Can two distinct inputs meet in one output? True: no (bijection), or only with 2^-96 odds.
bool value_masker_keeps_unique(const value_masker *m) noexcept;

// Does a column look like personal data? `type_name` is format_type() without modifiers, e.g. "text", "inet".
struct GuardHit {
  const char *reason;              // e.g. "name matches e-mail address"
  const char *suggested_strategy;  // a strategy that fits, e.g. "email"
};
// `relation_name`, if given, settles names that say too little: "name" in "genre" is nobody's.
bool guard_match(const char *column_name, const char *type_name, GuardHit *hit,
                 const char *relation_name = nullptr) noexcept;

constexpr size_t key_id_size = 17;                          // 16 hex digits and NUL
bool random_key(unsigned char *out, size_t size) noexcept;  // from the operating system's CSPRNG via OpenSSL
bool key_id(const unsigned char *masking_key, size_t size, char out[key_id_size]) noexcept;

}  // namespace confiture::wall
