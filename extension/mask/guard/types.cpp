#include "mask/guard/types.h"

#include <algorithm>
#include <iterator>

#include "mask/guard/patterns.h"
#include "mask/guard/words.h"

namespace confiture::mask {

namespace {

constexpr struct {
  std::string_view name;
  uint16_t type;
} known_types[] = {
    {"text", type_text},
    {"character varying", type_text},
    {"character", type_text},
    {"\"char\"", 0},
    {"bpchar", type_text},
    {"name", type_text},
    {"citext", type_text},
    {"smallint", type_integer},
    {"integer", type_integer},
    {"bigint", type_integer},
    {"numeric", type_fraction},
    {"real", type_fraction},
    {"double precision", type_fraction},
    {"money", type_fraction},
    {"date", type_date},
    {"timestamp without time zone", type_date},
    {"timestamp with time zone", type_date},
    {"uuid", type_uuid},
    {"json", type_document},
    {"jsonb", type_document},
    {"xml", type_document},
    {"hstore", type_document},
    {"tsvector", type_document},
    {"bytea", type_bytes},
    {"point", type_geometry},
    {"line", type_geometry},
    {"lseg", type_geometry},
    {"box", type_geometry},
    {"path", type_geometry},
    {"polygon", type_geometry},
    {"circle", type_geometry},
    {"geometry", type_geometry},
    {"geography", type_geometry},
};

// Not judged by name: flags, times of day, the server's own types. What is neither here nor above is a type of the
// user's own and judged like text.
constexpr std::string_view impersonal_types =
    "boolean|bit|bit varying|oid|xid|xid8|cid|tid|regclass|regproc|regprocedure|regtype|regrole|regnamespace|regoper|"
    "regoperator|regconfig|regdictionary|regcollation|pg_lsn|pg_snapshot|txid_snapshot|tsquery|interval|"
    "time without time zone|time with time zone|int4range|int8range|numrange|tsrange|tstzrange|daterange|"
    "int4multirange|int8multirange|nummultirange|tsmultirange|tstzmultirange|datemultirange|ltree|lquery|ltxtquery";

}  // namespace

ColumnType classify(std::string_view name) {
  ColumnType type;
  while (name.ends_with("[]")) {
    name.remove_suffix(2);
    type.array = true;
  }
  if (size_t dot = name.rfind('.'); dot != name.npos) name.remove_prefix(dot + 1);
  type.bare = name;
  if (listed(name, impersonal_types)) return type;
  auto known = std::find_if(std::begin(known_types), std::end(known_types), [&](auto &t) { return t.name == name; });
  type.what = known != std::end(known_types) ? known->type : uint16_t{type_own};
  return type;
}

}  // namespace confiture::mask
