// confiture.set_key(), rotate_key() and key_id().
#include "pg/masking_key.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_key);
PG_FUNCTION_INFO_V1(confiture_rotate_key);
PG_FUNCTION_INFO_V1(confiture_key_id);
}

Datum confiture_set_key(PG_FUNCTION_ARGS) {
  PG_RETURN_TEXT_P(cstring_to_text(replace_masking_key(PG_GETARG_BYTEA_PP(0))));
}

Datum confiture_rotate_key(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  PG_RETURN_TEXT_P(cstring_to_text(replace_masking_key(nullptr)));
}

Datum confiture_key_id(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  PG_RETURN_TEXT_P(cstring_to_text(masking_key_id()));
}
