#include "source/catalog.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "source/engine.h"

namespace confiture {

// This comes before the transaction whose settings are ours, so that every operator is qualified (IN and NOT IN would
// look for = and <> in the role's search_path), and the first table of the join makes names look as they do
// there.
static const char relations_query[] = R"(
  SELECT n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind, c.relpersistence,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT'),
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
    c.oid, k.extname, pg_catalog.regexp_replace(k.condition, '^\s*WHERE', '', 'i')
  FROM (SELECT pg_catalog.set_config('quote_all_identifiers', 'off', true)) q
  CROSS JOIN pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
  LEFT JOIN (
    SELECT u.relation, e.extname, u.condition
    FROM pg_catalog.pg_extension e
    CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) u(relation, condition)
  ) k ON k.relation OPERATOR(pg_catalog.=) c.oid AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S}'::pg_catalog."char"[])
    AND NOT c.relispartition
    AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
    AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,confiture}'::pg_catalog.name[])
    AND (k.relation IS NOT NULL OR NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) c.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'))
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
      WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) n.oid
        AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
        AND e.extname OPERATOR(pg_catalog.=) 'timescaledb')
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")";

// An empty text is none.
static const char *value_or_null(const PGresult *result, int row, int field) {
  return PQgetlength(result, row, field) > 0 ? PQgetvalue(result, row, field) : nullptr;
}

List *list_source_relations(Source *source) {
  PGresult *result = expect_shape(source, source_query(source, relations_query), 10, -1);
  SourceEngines engines = read_source_engines(source);
  List *relations = NIL;
  for (int row = 0; row < PQntuples(result); row++) {
    Oid oid = static_cast<Oid>(strtoul(PQgetvalue(result, row, 7), nullptr, 10));
    if (list_member_oid(engines.chunks, oid) || list_member_oid(engines.shards, oid)) continue;
    bool is_hypertable = list_member_oid(engines.hypertables, oid);
    relations = append(relations, make<SourceRelation>({
                                      .oid = oid,
                                      .schema = PQgetvalue(result, row, 0),
                                      .name = PQgetvalue(result, row, 1),
                                      .qualified = PQgetvalue(result, row, 2),
                                      .kind = is_hypertable ? RELKIND_PARTITIONED_TABLE : PQgetvalue(result, row, 3)[0],
                                      .persistence = PQgetvalue(result, row, 4)[0],
                                      .is_readable = PQgetvalue(result, row, 5)[0] == 't',
                                      .is_lockable = PQgetvalue(result, row, 6)[0] == 't',
                                      .extension = value_or_null(result, row, 8),
                                      .condition = value_or_null(result, row, 9),
                                  }));
  }
  return relations;
}

bool has_large_objects(Source *source) {
  PGresult *result = source_query(source, "SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)");
  return PQgetvalue(expect_shape(source, result, 1, 1), 0, 0)[0] == 't';
}

}  // namespace confiture
