#include "pg/digest.h"

#include "pg/memory.h"

namespace confiture {

const char *digest_of(const char *text) {
  bytea *digest = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(cstring_to_text(text))));
  int size = static_cast<int>(VARSIZE_ANY_EXHDR(digest));
  char *hex = make_array<char>(2 * size + 1);
  hex_encode(VARDATA_ANY(digest), static_cast<size_t>(size), hex);
  return hex;
}

}  // namespace confiture
