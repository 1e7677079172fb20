#include "source/engine.h"

#include "pg/list.h"

namespace confiture {

// Operators are qualified (IN would look for = in the search path): before the snapshot, that path is the role's.
static const char extensions_query[] = R"(
  SELECT extname
  FROM pg_catalog.pg_extension
  WHERE extname OPERATOR(pg_catalog.=) ANY ('{citus,timescaledb}'::pg_catalog.name[]))";

// Chunks inherit from their hypertable. Materialisations of continuous aggregates are hypertables too, in the
// extension's own schemas.
static const char timescaledb_query[] = R"(
  WITH hypertable AS (
    SELECT c.oid
    FROM _timescaledb_catalog.hypertable h
    JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) h.schema_name
    JOIN pg_catalog.pg_class c
      ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relname OPERATOR(pg_catalog.=) h.table_name)
  SELECT oid, 'hypertable'
  FROM hypertable
  UNION ALL
  SELECT i.inhrelid, 'chunk'
  FROM hypertable h
  JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) h.oid)";

static const char citus_query[] = R"(
  SELECT logicalrelid::pg_catalog.oid, 'distributed'
  FROM pg_catalog.pg_dist_partition
  UNION ALL
  SELECT oid, 'shard'
  FROM pg_catalog.pg_class
  WHERE relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
    AND pg_catalog.relation_is_a_known_shard(oid))";

static void add_relations(Source *source, SourceEngines *engines, const char *query) {
  PGresult *result = expect_shape(source, source_query(source, query), 2, -1);
  for (int row = 0; row < PQntuples(result); row++) {
    Oid oid = static_cast<Oid>(strtoul(PQgetvalue(result, row, 0), nullptr, 10));
    const char *kind = PQgetvalue(result, row, 1);
    List **relations = strcmp(kind, "hypertable") == 0 ? &engines->hypertables
                       : strcmp(kind, "chunk") == 0    ? &engines->chunks
                       : strcmp(kind, "shard") == 0    ? &engines->shards
                                                       : &engines->distributed;
    *relations = lappend_oid(*relations, oid);
  }
}

SourceEngines read_source_engines(Source *source) {
  SourceEngines engines = {};
  PGresult *extensions = expect_shape(source, source_query(source, extensions_query), 1, -1);
  for (int row = 0; row < PQntuples(extensions); row++)
    add_relations(source, &engines,
                  strcmp(PQgetvalue(extensions, row, 0), "citus") == 0 ? citus_query : timescaledb_query);
  return engines;
}

}  // namespace confiture
