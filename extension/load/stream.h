// The masked stream: CopyData messages of the source in, masked COPY bytes out.
#pragma once

#include "source/copy.h"
#include "load/transfer.h"

namespace confiture {

struct MaskedStream {
  Source *source;
  wall::Masker *masker;  // nullptr: the bytes pass as they are
  const char *message;   // the unread rest of the message at hand
  int message_left;
  char batch[32768];     // with a masker: messages on their way into it, since it masks many rows at a time
  const char *unmasked;  // likewise: bytes of these, or of a longer one, that it has not taken yet
  size_t unmasked_left;
  uint64 bytes;    // received so far
  int64 messages;  // likewise; a server sends each row in one, though none has to
  uint64 rows;     // the source's own count, at the end
  bool at_end;
  bool failed;  // an error came out of reading the stream: its message is ours or the source's, and quotes no row
};

// Sends the query for the rows of the slice and makes the masker.
MaskedStream *open_stream(Source *source, const Transfer *transfer, const Slice *slice);

// Makes one that passes rows as they are, where there is none: it takes them apart.
void give_masker(MaskedStream *stream, const Transfer *transfer);

// Fills `out` with up to `most` bytes, at least `least` unless the stream ends; 0 at its end. Ereports when the
// connection breaks, the source fails or the stream is malformed.
int read_stream(MaskedStream *stream, char *out, int least, int most);

// The same without a copy, where there is no masker: gives the next bytes where they lie, which is until the next call.
// Returns how many; 0 when none are at hand and `wait` is false; -1 at the end.
int take_bytes(MaskedStream *stream, bool wait, const char **bytes);

// Likewise, where there is one: the next rows as their masked fields. Returns how many.
int take_rows(MaskedStream *stream, bool wait, wall::FieldRows *rows);

// Takes all that may quote a value out of an error that came while the stream's rows were written or read, see
// withhold_values(). `place` becomes its CONTEXT, nullptr: none.
void withhold_row(ErrorData *error, const MaskedStream *stream, const char *relation, const char *place);

}  // namespace confiture
