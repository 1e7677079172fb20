#include "load/write_rows.h"

#include "load/insert.h"
#include "load/load.h"
#include "load/upsert.h"

namespace confiture {

uint64 write_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress) {
  if (transfer->key_columns != NIL) return upsert_rows(transfer, stream, progress);
  if (transfer->loader == Loader::insert) return insert_rows(transfer, stream, progress, "");
  return load_rows(transfer->relation, transfer, stream, progress);
}

}  // namespace confiture
