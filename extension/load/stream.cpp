#include "load/stream.h"

#include "load/mask_function.h"
#include "load/progress.h"
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "pg/memory.h"
#include "source/error.h"

namespace confiture {

// Returns how many there are with those of the column.
static size_t number_sides(wall::ColumnSpec *spec, const WireColumn *column, size_t n_sides) {
  if (column->side != nullptr) spec->side = n_sides++;
  for (size_t clue = 0; clue < wall::clue_count; clue++)
    if (column->clues[clue] != nullptr) spec->clue_side[clue] = n_sides++;
  if (column->n_named == 0) return n_sides;
  wall::ColumnSpec *named = make_array<wall::ColumnSpec>(column->n_named);
  for (int i = 0; i < column->n_named; i++) {
    named[i] = column->named[i].spec;
    named[i].value_side = n_sides++;
    n_sides = number_sides(&named[i], &column->named[i], n_sides);
  }
  spec->named = named;
  spec->n_named = column->n_named;
  return n_sides;
}

static wall::Masker *masker_of(const Transfer *transfer) {
  wall::ColumnSpec *specs = make_array<wall::ColumnSpec>(transfer->n_columns);
  size_t n_sides = 0;
  for (int i = 0; i < transfer->n_columns; i++) {
    specs[i] = transfer->columns[i].spec;
    n_sides = number_sides(&specs[i], &transfer->columns[i], n_sides);
  }
  wall::Status status;
  wall::Masker *masker =
      make_masker(CurrentMemoryContext, specs, transfer->n_columns, n_sides,
                  transfer->binary ? wall::WireFormat::binary : wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr) raise(&status);
  return masker;
}

void give_masker(MaskedStream *stream, const Transfer *transfer) {
  if (stream->masker == nullptr) stream->masker = masker_of(transfer);
}

MaskedStream *open_stream(Source *source, const Transfer *transfer, const Slice *slice) {
  require_same_functions(transfer);
  MaskedStream *stream = make<MaskedStream>();
  stream->source = source;
  if (transfer->needs_masker) give_masker(stream, transfer);
  const CopyRequest request = {.sql = copy_statement(transfer, slice),
                               .is_view = transfer->source_kind == RELKIND_VIEW,
                               .binary = transfer->binary,
                               .n_columns = transfer->n_columns + side_count(transfer)};
  source_start_copy(source, &request);
  return stream;
}

// Moves the bytes that are ready to `out`: the masker's output, or without a masker the rest of the message. Returns
// how many.
static int take_ready(MaskedStream *stream, char *out, int most) {
  const char *data = stream->message;
  size_t size = stream->message_left;
  if (stream->masker != nullptr) wall::masker_output(stream->masker, &data, &size);
  int n = static_cast<int>(Min(size, static_cast<size_t>(most)));
  if (n == 0) return 0;
  memcpy(out, data, n);
  if (stream->masker != nullptr) {
    wall::masker_consume(stream->masker, n);
  } else {
    stream->message += n;
    stream->message_left -= n;
  }
  return n;
}

static bool next_message(MaskedStream *stream, bool wait) {
  int size = source_copy_message(stream->source, &stream->message, wait, &stream->rows);
  stream->at_end = size < 0;
  stream->message_left = Max(size, 0);
  stream->bytes += stream->message_left;
  constexpr int trailer_size = 2;  // of the binary format
  stream->messages += size > trailer_size;
  return size != 0;
}

// Gets messages for the masker: those at hand that `batch` has room for, or one that is longer. False: no more is at
// hand.
static bool gather_messages(MaskedStream *stream, bool wait) {
  int gathered = 0;
  bool more = true;
  for (;;) {
    if (stream->message_left == 0) more = next_message(stream, wait && gathered == 0);
    if (stream->message_left == 0 || stream->message_left > static_cast<int>(sizeof(stream->batch)) - gathered) break;
    memcpy(stream->batch + gathered, stream->message, stream->message_left);
    gathered += stream->message_left;
    stream->message_left = 0;
  }
  stream->unmasked = gathered > 0 ? stream->batch : stream->message;
  stream->unmasked_left = gathered > 0 ? gathered : stream->message_left;
  if (gathered == 0) stream->message_left = 0;
  return more;
}

static void finish_masker(MaskedStream *stream) {
  wall::Status status;
  if (!wall::masker_finish(stream->masker, &status)) raise(&status);
}

// As gather_messages(), and masks them.
static bool mask_messages(MaskedStream *stream, bool wait) {
  bool more = gather_messages(stream, wait);
  wall::Status status;
  if (!wall::masker_feed(stream->masker, stream->unmasked, stream->unmasked_left, &status)) raise(&status);
  stream->unmasked_left = 0;
  if (stream->at_end) finish_masker(stream);
  return more;
}

static int64 rows_received(const MaskedStream *stream) {
  return stream->masker != nullptr ? static_cast<int64>(wall::masker_rows(stream->masker)) : stream->messages;
}

int read_stream(MaskedStream *stream, char *out, int least, int most) {
  stream->failed = true;  // an ereport() leaves it so
  CHECK_FOR_INTERRUPTS();
  int filled = take_ready(stream, out, most);
  while (filled < most && !stream->at_end) {
    bool wait = filled < least;
    bool more = stream->masker != nullptr ? mask_messages(stream, wait) : next_message(stream, wait);
    filled += take_ready(stream, out + filled, most - filled);
    if (!more && filled >= least) break;
  }
  show_received(rows_received(stream));
  stream->failed = false;
  return filled;
}

int take_bytes(MaskedStream *stream, bool wait, const char **bytes) {
  stream->failed = true;  // an ereport() leaves it so
  CHECK_FOR_INTERRUPTS();
  if (!stream->at_end) next_message(stream, wait);
  *bytes = stream->message;
  int size = stream->message_left;
  stream->message_left = 0;
  stream->failed = false;
  return stream->at_end ? -1 : size;
}

int take_rows(MaskedStream *stream, bool wait, wall::FieldRows *rows) {
  stream->failed = true;  // an ereport() leaves it so
  CHECK_FOR_INTERRUPTS();
  rows->n_rows = 0;
  for (bool more = true; rows->n_rows == 0;) {
    if (stream->unmasked_left == 0) {
      if (!more || stream->at_end) break;
      more = gather_messages(stream, wait);
    }
    wall::Status status;
    if (!wall::masker_take_rows(stream->masker, &stream->unmasked, &stream->unmasked_left, rows, &status))
      raise(&status);
  }
  bool has_ended = rows->n_rows == 0 && stream->at_end;
  if (has_ended) finish_masker(stream);
  stream->failed = false;
  return has_ended ? -1 : static_cast<int>(rows->n_rows);
}

void withhold_row(ErrorData *error, const MaskedStream *stream, const char *relation, const char *place) {
  error->context = nullptr;
  if (stream->failed) return;
  withhold_values(error, relation);
  error->context = const_cast<char *>(place);
}

}  // namespace confiture
