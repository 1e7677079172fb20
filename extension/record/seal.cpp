#include "record/seal.h"

#include "pg/masking_key.h"
#include "pg/memory.h"
#include "wall/wall.h"

namespace confiture {

// Lengths keep the end of one field from being taken for the beginning of the next.
static void append_field(StringInfo message, const char *field) {
  if (field == nullptr)
    appendStringInfoString(message, "-;");
  else
    appendStringInfo(message, "%zu:%s;", strlen(field), field);
}

const char *seal_fields(const char *kind, std::initializer_list<const char *> fields) {
  StringInfoData message;
  initStringInfo(&message);
  append_field(&message, kind);
  for (const char *field : fields) append_field(&message, field);
  MaskingKey key = read_masking_key();
  char *seal = make_array<char>(wall::seal_size);
  if (!wall::make_seal(key.bytes, key.size, message.data, message.len, seal))
    elog(ERROR, "could not authenticate a control table");
  return seal;
}

}  // namespace confiture
