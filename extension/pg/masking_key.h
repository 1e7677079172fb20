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

// The same with size 0 when there is none.
MaskingKey find_masking_key();

// Fingerprint of the key, palloc'ed.
char *masking_key_id();

// Ereports 55000 when a publication of this database has the key's table: whoever subscribes would get the key. Wants
// SPI connected.
void refuse_published_key();

// Replaces the key (nullptr: by a new random one of 32 bytes). Returns the new fingerprint, palloc'ed. Ereports 42501
// unless the current user owns the extension's tables, 22023 when the key has not 32 to 1024 bytes, 55000 when it would
// be published. Wants SPI connected.
char *replace_masking_key(const bytea *key);

// Changes whenever a session replaces the key: for caches of what was derived from it.
uint64 masking_key_generation();

}  // namespace confiture
