// The wall between PostgreSQL (glue, errors by longjmp) and the mask core (C++, errors by exceptions).
//
// Everything here is plain data and noexcept functions: no exception leaves the core, no longjmp enters it.
// The glue calls these with palloc'ed or static input, checks the return value and only then may ereport.
// Memory behind the opaque pointers belongs to the core (malloc); free it with the matching *_destroy, which
// never fails and takes nullptr.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mask/vocabulary.h"

namespace confiture::wall {

using mask::CharEncoding;
using mask::Clue;
using mask::clue_count;
using mask::clue_names;
using mask::Code;
using mask::Field;
using mask::FieldRows;
using mask::kind_bit;
using mask::kind_count;
using mask::KindSet;
using mask::StrategyRow;
using mask::traits_of;
using mask::ValueKind;
using mask::WireFormat;

// Result of a call. `message` is a lower-case sentence without a full stop, `hint` a full sentence or empty.
// Neither ever holds a row value.
struct Status {
  Code code;
  char message[512];
  char hint[512];
};

// One column of the wire, in wire order. All strings are NUL-terminated and only read during the call.
struct ColumnSpec {
  const char *name;            // for messages
  const char *strategy;        // nullptr: pass the value through untouched
  const char *options;         // JSON object, nullptr like {}
  ValueKind kind;              // of the column in the target, or of its elements
  bool is_array;               // it holds arrays of the kind
  uint32_t max_chars;          // longest value the column takes, in characters; 0: no limit
  uint32_t precision;          // of numeric: decimal digits in all; 0: no limit
  int32_t scale;               // and behind the point, with a precision
  bool is_folded;              // text whose values come in lower case, as those of citext
  const char *labels;          // of an enum, as array_out() writes them; nullptr for other types
  const char *values;          // of the table that a strategy with reads_table names, likewise; nullptr: not read
  uint32_t array_element_oid;  // non-zero, binary only: array of this element type, by our OID, not by the source's
  const char *type_name;       // of a composite type or a field of one: as format_type() prints it, below domains
  uint32_t oid;                // of a field: its type's
  const ColumnSpec *fields;    // of a composite type, in their order; not nullptr, even if it has none
  size_t n_fields;
  const char *literal;      // strategies with uses_literal: the constant in the column type's own wire form
  size_t literal_size;      // (text format: type output, not yet COPY-escaped), nullptr otherwise
  const ColumnSpec *cases;  // one of these instead, row by row; they have no cases. nullptr: none
  size_t n_cases;
  size_t side;                // with cases: the side column that has the number of the case, from 0, or NULL for none
  bool has_clue[clue_count];  // an option names columns of the row, and a side column has what they say, as a text;
                              // of cases one for all
  size_t clue_side[clue_count];  // which one; of a column with cases
  const ColumnSpec *named;       // the columns that option `columns` names, of cases one list for all; nullptr: none
  size_t n_named;
  size_t value_side;  // of one of these: the side column that has its value; all of its sides are texts
};

// The registry of strategies, sorted by name.
size_t strategy_count() noexcept;
const StrategyRow *strategy_at(size_t index) noexcept;        // nullptr past the end
const StrategyRow *strategy_find(const char *name) noexcept;  // nullptr when no strategy has that name

// Masks a COPY stream. Columns that a template names are found by the names of their specs, and have their kinds even
// if they are passed. Feed it the bytes of CopyData messages in any slicing; take masked bytes out. Behind its columns
// each row has `n_sides` side columns, integers and texts, which the masker reads and leaves out.
struct Masker;
Masker *masker_create(const ColumnSpec *columns, size_t n_columns, size_t n_sides, WireFormat format,
                      CharEncoding encoding, const unsigned char *masking_key, size_t masking_key_size,
                      Status *status) noexcept;
void masker_destroy(Masker *masker) noexcept;
bool masker_feed(Masker *masker, const char *data, size_t size, Status *status) noexcept;
bool masker_finish(Masker *masker, Status *status) noexcept;  // the stream ended: fails when it ended inside a row
// Gives the masked bytes at hand, valid until the next call on the masker; masker_consume() takes `size` of them away.
void masker_output(Masker *masker, const char **data, size_t *size) noexcept;
void masker_consume(Masker *masker, size_t size) noexcept;
// The same without a masked stream: takes a few rows off the front of the bytes and gives their masked fields, those of
// texts without escapes, valid until the next call, as those bytes must be. No rows: it has taken all of them.
bool masker_take_rows(Masker *masker, const char **data, size_t *size, FieldRows *rows, Status *status) noexcept;
uint64_t masker_rows(const Masker *masker) noexcept;

// Masks single values of one column: the SQL functions, samples at plan time. Input and output are the value in
// `format` (text: type output without COPY escaping; binary: type send form).
struct ValueMasker;
ValueMasker *value_masker_create(const ColumnSpec *column, WireFormat format, CharEncoding encoding,
                                 const unsigned char *masking_key, size_t masking_key_size, Status *status) noexcept;
void value_masker_destroy(ValueMasker *masker) noexcept;
// *out is valid until the next call on the masker; *is_null is set when the masked value is NULL.
bool value_masker_apply(ValueMasker *masker, const char *data, size_t size, const char **out, size_t *out_size,
                        bool *is_null, Status *status) noexcept;
// The inverse, in text format: gives the value of which this one is the mask. *has_inverse: is there one that the
// strategy can tell?
bool value_masker_unmask(ValueMasker *masker, const char *data, size_t size, const char **out, size_t *out_size,
                         bool *has_inverse, Status *status) noexcept;
// Returns whether distinct inputs never meet in one output (a bijection), or only with odds of 2^-96.
bool value_masker_keeps_unique(const ValueMasker *masker) noexcept;
// Returns whether an output may be what another value of the column is, or what another permutation makes of one.
bool value_masker_permutes(const ValueMasker *masker) noexcept;
// The option that asks for what a column has, and no single value; nullptr: none.
const char *value_masker_column_option(const ValueMasker *masker) noexcept;
// Of a strategy with names_columns: how many columns it names, their names, and what the one of that number holds,
// which is refused where it cannot stand there or leaves no room. Then: are masked values as distinct as those of this
// column?
size_t value_masker_parts(const ValueMasker *masker) noexcept;
const char *value_masker_part(const ValueMasker *masker, size_t part) noexcept;
bool value_masker_set_part(ValueMasker *masker, size_t part, ValueKind kind, bool is_array, Status *status) noexcept;
bool value_masker_told_apart(const ValueMasker *masker, size_t part) noexcept;
// May some values become NULL; may some, by an option that says so, come out as they are?
bool value_masker_may_give_null(const ValueMasker *masker) noexcept;
bool value_masker_passes_some(const ValueMasker *masker) noexcept;
bool value_masker_may_be_real(const ValueMasker *masker) noexcept;

// Does a column look like personal data? See mask/guard/guard.h. Strings may be nullptr; no column without
// a name or a type looks personal.
struct GuardHit {
  const char *reason;              // e.g. "name matches e-mail address"
  const char *suggested_strategy;  // a strategy that fits, e.g. "email"
  const char *suggested_options;
};
struct GuardColumn {
  const char *name;
  const char *type_name;      // format_type() below domains and without modifiers, e.g. "text", "inet"
  const char *declared_type;  // of the column itself: a domain may tell
  const char *type_shape;     // what arrays and composites are made of
  bool is_enum;               // or an array of an enum
};
// A relation and what its columns tell about each other: guard_note() for each of them before guard_match().
struct GuardTable {
  const char *relation_name;
  unsigned notes[10];  // zero at first
};
void guard_note(GuardTable *table, const GuardColumn *column) noexcept;
bool guard_match(const GuardTable *table, const GuardColumn *column, GuardHit *hit) noexcept;

constexpr size_t key_id_size = 17;                          // 16 hex digits and NUL
bool random_key(unsigned char *out, size_t size) noexcept;  // from the operating system's CSPRNG via OpenSSL
bool key_id(const unsigned char *masking_key, size_t size, char out[key_id_size]) noexcept;

// Authenticates a message: HMAC-SHA-256 in hex, by a key derived from the masking key for this purpose alone.
constexpr size_t seal_size = 65;  // 64 hex digits and NUL
bool make_seal(const unsigned char *masking_key, size_t key_size, const char *message, size_t size,
               char out[seal_size]) noexcept;

// A number to choose rows by, which hangs on the masking key and tells nothing of it.
bool choice_seed(const unsigned char *masking_key, size_t key_size, int64_t *seed) noexcept;

// The positions of the rows that a subset chooses, see mask/row_sets.h. Texts are valid until the next call.
struct RowSets;
RowSets *row_sets_create(uint64_t budget, Status *status) noexcept;
void row_sets_destroy(RowSets *sets) noexcept;
bool row_sets_add_relation(RowSets *sets, uint32_t oid, size_t table, bool keeps_fresh, bool keeps_followed,
                           Status *status) noexcept;
void row_sets_record_arrivals(RowSets *sets) noexcept;
bool row_sets_begin(RowSets *sets, size_t table, bool followed, size_t via, size_t step, Status *status) noexcept;
bool row_sets_begin_search(RowSets *sets, size_t table, bool followed, size_t step, Status *status) noexcept;
bool row_sets_feed(RowSets *sets, const char *data, size_t size, Status *status) noexcept;
bool row_sets_finish(RowSets *sets, Status *status) noexcept;
bool row_sets_has_pending(const RowSets *sets, size_t relation, bool followed) noexcept;
bool row_sets_batch(RowSets *sets, size_t relation, bool followed, size_t most, const char **text, size_t *via,
                    Status *status) noexcept;
uint64_t row_sets_size(const RowSets *sets, size_t relation) noexcept;
uint64_t row_sets_digest(const RowSets *sets, size_t relation) noexcept;
uint64_t row_sets_memory(const RowSets *sets) noexcept;
void row_sets_forget(RowSets *sets, size_t relation) noexcept;
// The number of the stream that brought a row, or made it followed. False: none.
bool row_sets_arrival(const RowSets *sets, size_t relation, uint32_t block, uint16_t offset, bool followed,
                      size_t *step) noexcept;
// What a search has found. False: nothing.
bool row_sets_found(const RowSets *sets, size_t *relation, uint32_t *block, uint16_t *offset) noexcept;
// The next up to `most` rows of a relation, packed; *rows is 0 after the last.
bool row_sets_slice(RowSets *sets, size_t relation, size_t most, const char **packed, size_t *size, size_t *rows,
                    Status *status) noexcept;

// What a slice is as the text of an array of tid. `out` nullptr: only *size, without a NUL, is wanted.
bool positions_text(const char *packed, size_t packed_size, char *out, size_t *size, Status *status) noexcept;

}  // namespace confiture::wall
