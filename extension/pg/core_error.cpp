#include "pg/pg.h"
#include "pg/core_error.h"

namespace confiture {

int sqlstate_of(wall::Code code) {
  switch (code) {
    case wall::Code::bad_option:
    case wall::Code::unknown_strategy:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case wall::Code::unsuitable_type:
      return ERRCODE_DATATYPE_MISMATCH;
    case wall::Code::does_not_fit:
      return ERRCODE_STRING_DATA_RIGHT_TRUNCATION;
    case wall::Code::malformed_stream:
      return ERRCODE_PROTOCOL_VIOLATION;
    case wall::Code::limit_exceeded:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case wall::Code::no_rule:
      return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case wall::Code::out_of_memory:
      return ERRCODE_OUT_OF_MEMORY;
    default:
      return ERRCODE_INTERNAL_ERROR;
  }
}

void raise(const wall::Status *status) {
  ereport(ERROR, (errcode(sqlstate_of(status->code)), errmsg_internal("%s", status->message),
                  status->hint[0] != '\0' ? errhint("%s", status->hint) : 0));
}

}  // namespace confiture
