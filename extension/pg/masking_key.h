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

// Replaces the key (nullptr: by a new random one of 32 bytes); returns the new fingerprint. Only for the owner of the
// extension's tables.
char *replace_masking_key(bytea *key);

// Changes whenever any session replaced the key; for those who cache what they derived from it.
uint64 masking_key_generation();

}  // namespace confiture
