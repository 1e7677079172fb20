#include "load/wire_rows.h"

#include "load/progress.h"
#include "pg/bytes.h"
#include "pg/memory.h"

namespace confiture {

WireRows *begin_wire_rows(MaskedStream *stream, const Transfer *transfer) {
  WireRows *rows = make<WireRows>();
  if (!transfer->binary) give_masker(stream, transfer);
  rows->stream = stream;
  rows->n_columns = transfer->n_columns;
  rows->fields = rows->scanned = make_array<WireField>(transfer->n_columns);
  rows->in_header = true;
  initStringInfo(&rows->carry);
  return rows;
}

// The core checks what it masks in the same words; here a source may send anything.
[[noreturn]] static void refuse(WireRows *rows, const char *problem) {
  rows->stream->failed = true;
  ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION), errmsg_internal("%s", problem)));
}

[[noreturn]] static void refuse_row(WireRows *rows, const char *problem) {
  refuse(rows, psprintf("row " UINT64_FORMAT " of the COPY stream %s", rows->row + 1, problem));
}

static void check_needed(WireRows *rows) {
  if (rows->needed < MaxAllocSize - 1) return;  // enlargeStringInfo() takes no more
  rows->stream->failed = true;
  ereport(ERROR,
          (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
           errmsg("row " UINT64_FORMAT " of the COPY stream is larger than PostgreSQL can store", rows->row + 1)));
}

static constexpr char signature[] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\377', '\r', '\n', '\0'};
static constexpr uint32 critical_flags = 0xffff0000;
static constexpr size_t count_size = sizeof(int16), length_size = sizeof(int32);

// Each of these looks at an item that begins at `item`. Returns its size, or 0 when more than `available` bytes are
// needed.

static size_t scan_header(WireRows *rows, const char *item, size_t available) {
  if (memcmp(item, signature, Min(available, sizeof(signature))) != 0)
    refuse(rows, "the COPY stream does not start with the signature of the binary format");
  rows->needed = sizeof(signature) + 2 * length_size;
  if (available < rows->needed) return 0;
  if ((read_int32(item + sizeof(signature)) & critical_flags) != 0)
    refuse(rows, "the header of the COPY stream has flags this version does not know");
  int32 extension = read_int32(item + sizeof(signature) + length_size);
  if (extension < 0) refuse(rows, "the header of the COPY stream has an impossible length");
  rows->needed += extension;
  check_needed(rows);
  return available < rows->needed ? 0 : rows->needed;
}

static size_t scan_row(WireRows *rows, const char *item, size_t available) {
  rows->needed = count_size;
  if (available < count_size) return 0;
  int16 count = read_int16(item);
  if (count == -1) {
    rows->at_end = true;
    return count_size;
  }
  if (count != rows->n_columns) refuse_row(rows, psprintf("has %d columns instead of %d", count, rows->n_columns));
  // In registers: bytes of a row might be those of *rows, for all that the compiler knows.
  WireField *fields = rows->scanned;
  size_t scanned = count_size;
  int n_nulls = 0, n_columns = rows->n_columns;
  for (int i = 0; i < n_columns; i++) {
    size_t needed = scanned + length_size;
    int32 size = available < needed ? 0 : read_int32(item + scanned);
    if (size < -1) refuse_row(rows, psprintf("is malformed at column %d: the length of the value is negative", i + 1));
    fields[i] = {item + scanned + length_size, size};
    n_nulls += size < 0;
    needed += Max(size, 0);
    if (available < needed) {
      rows->needed = needed;
      check_needed(rows);
      return 0;
    }
    scanned = needed;
  }
  rows->size = scanned;
  rows->n_nulls = n_nulls;
  return scanned;
}

static size_t scan_item(WireRows *rows, const char *item, size_t available) {
  return rows->in_header ? scan_header(rows, item, available) : scan_row(rows, item, available);
}

// Gets more bytes. False: the stream has ended.
static bool refill(WireRows *rows) {
  int size = take_bytes(rows->stream, false, &rows->at);
  if (size == 0) {
    show_loaded(static_cast<int64>(rows->row), static_cast<int64>(rows->stream->bytes));
    size = take_bytes(rows->stream, true, &rows->at);
  }
  rows->end = rows->at + Max(size, 0);
  return size > 0;
}

[[noreturn]] static void refuse_end(WireRows *rows) {
  if (rows->carry.len > 0 && !rows->in_header) refuse_row(rows, "is malformed: the stream ended inside the row");
  refuse(rows, "the COPY stream ended without its trailer");
}

// Moves bytes to the carried beginning of an item until it is complete.
static size_t complete_carried(WireRows *rows) {
  for (;;) {
    size_t taken = Min(rows->needed - rows->carry.len, static_cast<size_t>(rows->end - rows->at));
    appendBinaryStringInfo(&rows->carry, rows->at, static_cast<int>(taken));
    rows->at += taken;
    if (static_cast<size_t>(rows->carry.len) == rows->needed) {
      size_t size = scan_item(rows, rows->carry.data, rows->carry.len);
      if (size > 0) return size;
    } else if (!refill(rows)) {
      refuse_end(rows);
    }
  }
}

static void next_item(WireRows *rows) {
  resetStringInfo(&rows->carry);  // the item before may have been in it
  while (rows->at == rows->end)
    if (!refill(rows)) refuse_end(rows);
  size_t size = scan_item(rows, rows->at, rows->end - rows->at);
  if (size > 0) {
    rows->at += size;
    return;
  }
  appendBinaryStringInfo(&rows->carry, rows->at, static_cast<int>(rows->end - rows->at));
  rows->at = rows->end;
  complete_carried(rows);
}

// Gets the next masked rows. False: the stream has ended.
static bool take_masked(WireRows *rows) {
  int n = take_rows(rows->stream, false, &rows->masked);
  if (n == 0) {
    show_loaded(static_cast<int64>(rows->row), static_cast<int64>(rows->stream->bytes));
    n = take_rows(rows->stream, true, &rows->masked);
  }
  rows->n_read = 0;
  return n > 0;
}

static bool next_masked_row(WireRows *rows) {
  if (rows->n_read == rows->masked.n_rows && !take_masked(rows)) return false;
  const WireField *fields = rows->masked.fields + rows->n_read++ * rows->masked.stride;
  size_t size = 0;
  int n_nulls = 0;
  for (int i = 0; i < rows->n_columns; i++) {
    size += Max(fields[i].size, 0);
    n_nulls += fields[i].size < 0;
  }
  rows->fields = fields;
  rows->size = size;
  rows->n_nulls = n_nulls;
  rows->row++;
  return true;
}

bool next_wire_row(WireRows *rows) {
  if (rows->stream->masker != nullptr) return next_masked_row(rows);
  if (rows->in_header) {
    next_item(rows);
    rows->in_header = false;
  }
  next_item(rows);
  if (!rows->at_end) {
    rows->row++;
    return true;
  }
  if (rows->at != rows->end || refill(rows)) refuse(rows, "bytes follow the trailer of the COPY stream");
  return false;
}

}  // namespace confiture
