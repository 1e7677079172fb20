// How fields of the wire are turned into what a heap tuple holds.
#pragma once

#include "pg/pg.h"

namespace confiture {

enum class FieldForm : uint8 {
  convert,  // by the type's own function alone
  boolean,
  swap2,  // integers and floats, whose bytes change their order
  swap4,
  swap8,
  date,
  time,
  timestamp,
  timestamptz,
  uuid,
  text,
  bytea,
  numeric
};

}  // namespace confiture
