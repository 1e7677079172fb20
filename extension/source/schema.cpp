#include "source/schema.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "source/engine.h"
#include "source/error.h"

namespace confiture {

static const char schema_query[] = "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1";

// A dropped default's expression is not there; since 18 a generated column may be virtual.
static const char columns_query[] = R"(
  SELECT c.oid, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), n.nspname, e.typname, x.extname,
    cn.nspname, l.collname, a.attnotnull, a.attgenerated <> '', pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typlen = -1 AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
  JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace
  LEFT JOIN pg_catalog.pg_depend m ON m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND m.objid = e.oid
    AND m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND m.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension x ON x.oid = m.refobjid
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND l.oid <> t.typcollation
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = l.collnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (NOT c.relispartition OR $2::pg_catalog.name[] IS NOT NULL)
    AND ($2::pg_catalog.name[] IS NULL OR c.relname = ANY ($2::pg_catalog.name[]))
    AND c.relname <> ALL ($3::pg_catalog.name[])
    AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
  ORDER BY c.relname COLLATE "C", a.attnum)";

static const char *text_at(const PGresult *result, int row, int field) {
  return PQgetisnull(result, row, field) ? nullptr : PQgetvalue(result, row, field);
}

static bool is_name(const char *text) { return text[0] != '\0' && strlen(text) < NAMEDATALEN; }

static ImportedColumn *read_column(const Source *source, const PGresult *result, int row) {
  ImportedColumn *column = make<ImportedColumn>({
      .name = PQgetvalue(result, row, 2),
      .type = PQgetvalue(result, row, 3),
      .type_schema = PQgetvalue(result, row, 4),
      .type_name = PQgetvalue(result, row, 5),
      .extension = text_at(result, row, 6),
      .collation_schema = text_at(result, row, 7),
      .collation = text_at(result, row, 8),
      .not_null = PQgetvalue(result, row, 9)[0] == 't',
      .is_generated = PQgetvalue(result, row, 10)[0] == 't',
      .expression = text_at(result, row, 11),
  });
  if (!is_name(column->name) || !is_name(PQgetvalue(result, row, 1)))
    raise_no_postgresql(source, "Its catalog has names that no table or column can have.");
  return column;
}

static void check_schema(Source *source, const char *schema) {
  PGresult *result = expect_shape(source, source_query(source, schema_query, 1, &schema), 1, 1);
  if (PQgetvalue(result, 0, 0)[0] != '1')
    ereport(ERROR, (errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND), errmsg("schema %s does not exist on server \"%s\"",
                                                                  quote_identifier(schema), source->server_name)));
}

static bool is_limited_to(List *limit, const char *name) {
  for (const char *other : each_text(limit))
    if (strcmp(other, name) == 0) return true;
  return false;
}

List *read_schema(Source *source, const char *schema, List *limit, List *except) {
  check_schema(source, schema);
  const char *parameters[] = {schema, limit != NIL ? text_array(limit) : nullptr, text_array(except)};
  PGresult *result = expect_shape(source, source_query(source, columns_query, 3, parameters), 12, -1);
  SourceEngines engines = read_source_engines(source);
  List *relations = NIL;
  ImportedRelation *relation = nullptr;
  for (int row = 0; row < PQntuples(result); row++) {
    ImportedColumn *column = read_column(source, result, row);
    const char *name = PQgetvalue(result, row, 1);
    Oid oid = static_cast<Oid>(strtoul(PQgetvalue(result, row, 0), nullptr, 10));
    bool is_part = list_member_oid(engines.chunks, oid) || list_member_oid(engines.shards, oid);
    if (is_part && !is_limited_to(limit, name)) continue;
    if (relation == nullptr || strcmp(relation->name, name) != 0)
      relations = append(relations, relation = make<ImportedRelation>({name, NIL}));
    relation->columns = append(relation->columns, column);
  }
  return relations;
}

}  // namespace confiture
