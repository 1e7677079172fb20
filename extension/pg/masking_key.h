// The masking key in confiture.masking_key. Read by a direct scan: the table is closed to ordinary roles.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct MaskingKey {
  const unsigned char *bytes;  // palloc'ed
  size_t size;
};

// Ereports 55000 when there is none.
MaskingKey read_masking_key();

// Fingerprint of the key, palloc'ed.
char *masking_key_id();

// Replaces the key (nullptr: by a new random one of 32 bytes). Returns the new fingerprint, palloc'ed. Ereports 42501
// unless the current user owns the extension's tables, 22023 when the key has not 32 to 1024 bytes.
char *replace_masking_key(const bytea *key);

// Changes whenever a session replaces the key: for caches of what was derived from it.
uint64 masking_key_generation();

}  // namespace confiture
