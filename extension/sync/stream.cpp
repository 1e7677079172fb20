#include "stream.h"

#include "../pg/core_error.h"
#include "core_objects.h"

namespace confiture {

masked_stream *open_stream(source *from, const transfer *what, const slice *which) {
  masked_stream *stream = static_cast<masked_stream *>(palloc0(sizeof(masked_stream)));
  stream->from = from;
  if (what->needs_masker) {
    wall::column_spec *specs = static_cast<wall::column_spec *>(palloc(sizeof(wall::column_spec) * what->n_columns));
    for (int i = 0; i < what->n_columns; i++) specs[i] = what->columns[i].spec;
    wall::status status;
    stream->masker =
        make_masker(CurrentMemoryContext, specs, what->n_columns,
                    what->binary ? wall::wire_format::binary : wall::wire_format::text, read_masking_key(), &status);
    if (stream->masker == nullptr) raise(&status);
  }
  source_start_copy(from, copy_statement(what, which), what->source_kind == RELKIND_VIEW);
  return stream;
}

// What can be handed on: the masker's output, or without one what is left of the message.
static size_t ready_bytes(const masked_stream *stream, const char **data) {
  size_t size = stream->message_left;
  *data = stream->message;
  if (stream->masker != nullptr) wall::masker_output(stream->masker, data, &size);
  return size;
}

// Moves what is ready to `out`; returns how much.
static int take_ready(masked_stream *stream, char *out, int most) {
  const char *data;
  size_t size = ready_bytes(stream, &data);
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

static void take_message(masked_stream *stream, const char *message, int size) {
  stream->bytes += size;
  if (stream->masker == nullptr) {
    stream->message = message;
    stream->message_left = size;
    return;
  }
  wall::status status;
  if (!wall::masker_feed(stream->masker, message, size, &status)) raise(&status);
}

static void end_stream(masked_stream *stream) {
  stream->at_end = true;
  wall::status status;
  if (stream->masker != nullptr && !wall::masker_finish(stream->masker, &status)) raise(&status);
}

int read_stream(masked_stream *stream, char *out, int least, int most) {
  stream->failed = true;  // until we return
  CHECK_FOR_INTERRUPTS();
  int filled = take_ready(stream, out, most);
  const char *waiting;
  size_t ready = ready_bytes(stream, &waiting);
  while (filled + ready < static_cast<size_t>(most) && !stream->at_end) {
    const char *message;
    bool wait = filled + ready < static_cast<size_t>(least);
    int size = source_copy_message(stream->from, &message, wait, &stream->rows);
    if (size == 0) break;
    if (size > 0)
      take_message(stream, message, size);
    else
      end_stream(stream);
    // A message passed on as it is goes out at once; masked bytes gather in the masker and go out in one piece.
    if (stream->masker == nullptr) filled += take_ready(stream, out + filled, most - filled);
    ready = ready_bytes(stream, &waiting);
  }
  filled += take_ready(stream, out + filled, most - filled);
  stream->failed = false;
  return filled;
}

}  // namespace confiture
