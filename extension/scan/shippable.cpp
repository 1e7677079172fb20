#include "scan/shippable.h"

#include "pg/guc.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "source/query.h"
#include "source/server_options.h"

namespace confiture {

// For both sides. A signature names types by their extension, which may be in another schema on each; those of no
// extension that is named are of the server itself.
static const char members_query[] = R"(
  WITH member AS (
    SELECT d.classid, d.objid, e.extname
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
      AND d.deptype = 'e'
    WHERE e.extname = ANY ($1::pg_catalog.name[])
  ), known AS (
    SELECT t.oid, n.nspname, m.extname, pg_catalog.concat(coalesce(m.extname, n.nspname), '.', t.typname) AS word
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN member m ON m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND m.objid = t.oid
    WHERE (n.nspname = 'pg_catalog' OR m.extname IS NOT NULL) AND t.typtype IN ('b', 'r', 'e')
  ), found AS (
    SELECT 't' AS kind, oid, nspname, word AS signature
    FROM known
    WHERE extname IS NOT NULL
    UNION ALL
    SELECT 'o', o.oid, n.nspname, pg_catalog.concat_ws(' ', m.extname, o.oprname, l.word, r.word, x.word)
    FROM member m
    JOIN pg_catalog.pg_operator o ON o.oid = m.objid
    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode AND p.provolatile = 'i'
    JOIN known l ON l.oid = o.oprleft
    JOIN known r ON r.oid = o.oprright
    JOIN known x ON x.oid = o.oprresult
    WHERE m.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass
    UNION ALL
    SELECT 'f', p.oid, n.nspname, pg_catalog.concat_ws(' ', m.extname, p.proname, x.word, a.words)
    FROM member m
    JOIN pg_catalog.pg_proc p ON p.oid = m.objid AND p.provolatile = 'i' AND p.prokind = 'f'
      AND p.provariadic = 0 AND NOT p.proretset
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN known x ON x.oid = p.prorettype
    CROSS JOIN LATERAL (
      SELECT pg_catalog.string_agg(k.word, ' ' ORDER BY i.place) AS words, pg_catalog.count(*) AS n
      FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY i (type, place)
      JOIN known k ON k.oid = i.type) a
    WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.pronargs > 0 AND a.n = p.pronargs
  )
  SELECT pg_catalog.concat(kind, ' ', signature) COLLATE "C", oid, nspname
  FROM found
  ORDER BY 1)";

static Oid catalog_of(const char *signature) {
  switch (signature[0]) {
    case 't':
      return TypeRelationId;
    case 'o':
      return OperatorRelationId;
    default:
      return ProcedureRelationId;
  }
}

Shippables read_shippables(Source *source, const char *extensions) {
  List *names = extensions != nullptr ? extension_names(extensions) : NIL;
  if (names == NIL) return {0, nullptr};
  const char *parameters[] = {text_array(names)};
  PGresult *theirs = expect_shape(source, source_query(source, members_query, 1, parameters), 3, -1);
  MemoryContext context = CurrentMemoryContext;
  Rows ours = spi_run(members_query, {arg(parameters[0])});
  Shippables found = {0, nullptr};
  int place = 0, n = PQntuples(theirs);
  List *all = NIL;
  // Both are sorted.
  for (Row row : ours) {
    const char *signature = row.next<const char *>();
    Oid object = row.next<Oid>();
    while (place < n && strcmp(PQgetvalue(theirs, place, 0), signature) < 0) place++;
    if (place == n || strcmp(PQgetvalue(theirs, place, 0), signature) != 0) continue;
    MemoryContext inner = MemoryContextSwitchTo(context);
    all = append(all, make<Shippable>({catalog_of(signature), object, pstrdup(PQgetvalue(theirs, place, 2))}));
    MemoryContextSwitchTo(inner);
  }
  MemoryContext inner = MemoryContextSwitchTo(context);
  found.all = make_array<Shippable>(list_length(all));
  for (const Shippable *one : each<Shippable>(all)) found.all[found.n++] = *one;
  MemoryContextSwitchTo(inner);
  return found;
}

const char *schema_of_shippable(const Shippables *shippables, Oid catalog, Oid object) {
  if (object < FirstNormalObjectId) return nullptr;
  for (int i = 0; i < shippables->n; i++)
    if (shippables->all[i].object == object && shippables->all[i].catalog == catalog) return shippables->all[i].schema;
  return nullptr;
}

// Not by format_type(), which writes bpchar as character, which is character(1).
const char *bare_type_name(Oid type) {
  HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for type %u", type);
  const char *name = pstrdup(NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typname));
  ReleaseSysCache(tuple);
  return name;
}

}  // namespace confiture
