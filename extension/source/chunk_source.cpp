#include "source/chunk_source.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

// A root, then the leaves of it. By pg_inherits and not pg_partition_tree(), which sees partitions that are younger
// than our snapshot. 2 is the heap's OID, fixed in PostgreSQL's sources, as is 403, the B-tree's, below.
static const char table_query[] = R"(
  WITH RECURSIVE part(number, root, oid) AS (
    SELECT o.number, o.oid, o.oid
    FROM unnest($1::oid[]) WITH ORDINALITY AS o(oid, number)
    UNION ALL
    SELECT part.number, part.root, i.inhrelid
    FROM part
    JOIN pg_class p ON p.oid = part.oid AND p.relkind = 'p'
    JOIN pg_inherits i ON i.inhparent = p.oid)
  SELECT c.oid, c.oid = r.oid, format('%I.%I', n.nspname, c.relname),
    CASE WHEN c.oid <> r.oid THEN quote_ident(r.relname) END, c.relkind,
    has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE') AND NOT row_security_active(c.oid),
    c.relkind IN ('r', 'm') AND c.relam = 2 AND c.relispopulated,
    coalesce(pg_table_size(c.oid), 0),
    coalesce(pg_relation_size(c.oid), 0) / current_setting('block_size')::bigint,
    CASE WHEN c.reltoastrelid <> 0 AND pg_table_size(c.oid) > 2 * pg_relation_size(c.oid) THEN (
      SELECT string_agg(format('coalesce(pg_catalog.pg_column_size(%I), 0)', a.attname), ' + ')
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attlen = -1 AND a.attstorage <> 'p' AND a.attgenerated <> 'v') END
  FROM part
  JOIN pg_class r ON r.oid = part.root
  JOIN pg_class c ON c.oid = part.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind <> 'p' OR c.oid = r.oid
  ORDER BY part.number, c.oid <> r.oid, c.oid)";

// A primary key always has the default operator classes of its columns, so ORDER BY sorts as its index does.
// format_type() with a modifier, because `character` would be character(1). A type whose operators take pseudo-types
// (enums, arrays, ranges) is written as the column has it; they do not take domains over such types. OFFSET 0: by an
// index, one by one, though a server that never analyzed its catalog would rather read all of it for each table.
static const char key_query[] = R"(
  SELECT o.number - 1, f.attname, f.quoted, f.type, f.operators, f.is_usable
  FROM unnest($1::oid[]) WITH ORDINALITY AS o(oid, number)
  CROSS JOIN LATERAL (
    SELECT i.indexrelid, i.indkey, i.indclass, i.indnkeyatts
    FROM pg_index i
    WHERE i.indrelid = o.oid AND i.indisprimary AND i.indisvalid
    OFFSET 0) i
  CROSS JOIN LATERAL unnest(i.indkey, i.indclass) WITH ORDINALITY AS k(attnum, opclass, position)
  CROSS JOIN LATERAL (
    SELECT a.attname, quote_ident(a.attname) AS quoted, format_type(t.oid, -1) AS type,
      quote_ident(n.nspname) AS operators,
      t.typtype <> 'd' AND has_schema_privilege(t.typnamespace, 'USAGE')
        AND p.oprname = '>=' AND has_schema_privilege(n.oid, 'USAGE') AS is_usable
    FROM pg_class x
    JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = k.attnum
    JOIN pg_opclass c ON c.oid = k.opclass
    JOIN pg_type ct ON ct.oid = c.opcintype
    JOIN pg_type t ON t.oid = CASE ct.typtype WHEN 'p' THEN a.atttypid ELSE ct.oid END
    JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = ct.oid AND m.amoprighttype = ct.oid
      AND m.amopstrategy = 4
    JOIN pg_operator p ON p.oid = m.amopopr
    JOIN pg_namespace n ON n.oid = p.oprnamespace
    WHERE x.oid = i.indexrelid AND x.relam = 403
    OFFSET 0) f
  WHERE k.position <= i.indnkeyatts
  ORDER BY o.number, k.position)";

static bool is_true(const PGresult *result, int row, int field) { return PQgetvalue(result, row, field)[0] == 't'; }

static int64 integer(const PGresult *result, int row, int field) {
  return strtoll(PQgetvalue(result, row, field), nullptr, 10);
}

// No table has more than 2^32 blocks of 32 kB, and no negative number: what a source tells is added and multiplied.
static int64 size_at(const PGresult *result, int row, int field) {
  static constexpr int64 most = int64{1} << 47;
  return Min(Max(integer(result, row, field), 0), most);
}

static const char *text_or_null(const PGresult *result, int row, int field) {
  return PQgetisnull(result, row, field) ? nullptr : PQgetvalue(result, row, field);
}

static ChunkSource *read_table(const PGresult *tables, int row) {
  return make<ChunkSource>({
      .oid = PQgetvalue(tables, row, 0),
      .qualified = PQgetvalue(tables, row, 2),
      .alias = text_or_null(tables, row, 3),
      .kind = PQgetvalue(tables, row, 4)[0],
      .is_readable = is_true(tables, row, 5),
      .is_heap = is_true(tables, row, 6),
      .bytes = size_at(tables, row, 7),
      .pages = size_at(tables, row, 8),
      .width = text_or_null(tables, row, 9),
      .key = NIL,
      .operators = nullptr,
      .partitions = NIL,
  });
}

// A row comparison has one operator, so the operators of all columns must be in one schema.
static void read_keys(Source *source, const char *oids, List *tables) {
  PGresult *keys = expect_shape(source, source_query(source, key_query, 1, &oids), 6, -1);
  for (int row = 0; row < PQntuples(keys); row++) {
    int64 number = integer(keys, row, 0);
    if (number < 0 || number >= list_length(tables)) continue;
    ChunkSource *table = static_cast<ChunkSource *>(list_nth(tables, static_cast<int>(number)));
    const char *operators = PQgetvalue(keys, row, 4);
    bool is_like_others =
        table->key == NIL || (table->operators != nullptr && strcmp(table->operators, operators) == 0);
    table->operators = is_true(keys, row, 5) && is_like_others ? operators : nullptr;
    table->key = append(table->key, make<KeyColumn>({
                                        .name = PQgetvalue(keys, row, 1),
                                        .quoted = PQgetvalue(keys, row, 2),
                                        .type = PQgetvalue(keys, row, 3),
                                    }));
  }
  for (ChunkSource *table : each<ChunkSource>(tables))
    if (table->operators == nullptr) table->key = NIL;
}

List *read_chunk_sources(Source *source, List *oids) {
  const char *parameter = oid_array(oids);
  PGresult *result = expect_shape(source, source_query(source, table_query, 1, &parameter), 10, -1);
  List *tables = NIL, *roots = NIL;
  StringInfoData all_oids;
  initStringInfo(&all_oids);
  for (int row = 0; row < PQntuples(result); row++) {
    ChunkSource *table = read_table(result, row);
    tables = append(tables, table);
    appendStringInfo(&all_oids, "%s%s", row > 0 ? "," : "", table->oid);
    if (is_true(result, row, 1) || roots == NIL) {
      roots = append(roots, table);
      continue;
    }
    ChunkSource *root = static_cast<ChunkSource *>(llast(roots));
    root->partitions = append(root->partitions, table);
    root->bytes += table->bytes;
    root->pages += table->pages;
  }
  if (tables != NIL) read_keys(source, psprintf("{%s}", all_oids.data), tables);
  return roots;
}

}  // namespace confiture
