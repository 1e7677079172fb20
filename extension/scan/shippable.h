// Of the extensions that the server's option `extensions` names: types, operators and functions that conditions may be
// shipped with. Immutable ones, which are members of the extension here and, with the same signature, on the source: a
// name alone could be anybody's function there.
#pragma once

#include "source/source.h"

namespace confiture {

struct Shippable {
  Oid catalog, object;
  const char *schema;  // on the source
};

struct Shippables {
  int n;
  Shippable *all;
};

// Asks both sides, in the current memory context. `extensions`: the option's value, nullptr for none. Wants SPI
// connected.
Shippables read_shippables(Source *source, const char *extensions);

// The schema on the source; nullptr: the object is not shipped.
const char *schema_of_shippable(const Shippables *shippables, Oid catalog, Oid object);

// The name of a type as its catalog has it: without a schema, unquoted.
const char *bare_type_name(Oid type);

}  // namespace confiture
