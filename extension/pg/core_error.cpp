#include "pg.h"
#include "core_error.h"

namespace confiture {

int sqlstate_of(wall::code what) {
  switch (what) {
    case wall::code::bad_option:
    case wall::code::unknown_strategy:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case wall::code::unsuitable_type:
      return ERRCODE_DATATYPE_MISMATCH;
    case wall::code::does_not_fit:
      return ERRCODE_STRING_DATA_RIGHT_TRUNCATION;
    case wall::code::malformed_stream:
      return ERRCODE_PROTOCOL_VIOLATION;
    case wall::code::limit_exceeded:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case wall::code::out_of_memory:
      return ERRCODE_OUT_OF_MEMORY;
    default:
      return ERRCODE_INTERNAL_ERROR;
  }
}

void raise(const wall::status *status) {
  ereport(ERROR, (errcode(sqlstate_of(status->what)), errmsg_internal("%s", status->message),
                  status->hint[0] != '\0' ? errhint("%s", status->hint) : 0));
}

}  // namespace confiture
