#include "source/table.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "source/engine.h"
#include "source/error.h"
#include "source/session.h"

namespace confiture {

// schema.table as written by the user, quoted by our rules; only qualified names mean the same on both sides.
static char *requoted_name(const char *name) {
  List *parts = textToQualifiedNameList(cstring_to_text(name));
  if (list_length(parts) != 2)
    ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("source relation \"%s\" is not schema-qualified", name),
                    errhint("Write it as schema.table, with double quotes where SQL wants them.")));
  return quote_qualified_identifier(strVal(linitial(parts)), strVal(lsecond(parts)));
}

static const char table_query[] = R"(
  SELECT c.oid, c.relkind,
    CASE c.relkind WHEN 'p' THEN coalesce((
        SELECT sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)
        FROM pg_catalog.pg_partition_tree(c.oid) t
        JOIN pg_catalog.pg_class l ON l.oid = t.relid
        WHERE t.isleaf), -1)
      ELSE c.reltuples END,
    pg_catalog.pg_table_size(c.oid),
    (SELECT count(*)
      FROM pg_catalog.pg_inherits i
      JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
      WHERE i.inhparent = c.oid AND NOT p.relispartition),
    c.relname, pg_catalog.row_security_active(c.oid),
    EXISTS (
      SELECT FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384),
    c.relkind IN ('v', 'm') OR EXISTS (
      SELECT FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attgenerated <> '') OR EXISTS (
      SELECT FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = c.oid AND p.proname ~ '^tsvector_update_trigger')
  FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS u(name, number)
  LEFT JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(u.name)
  ORDER BY u.number)";

// All that a type is made of, down to built-in types: elements, bases of domains, attributes, subtypes. (Before 14
// pg_range has no column rngmultitypid.)
static const char parts_of_type[] = R"(
  WITH RECURSIVE part(path, label, type) AS (
    SELECT ARRAY[0], '' COLLATE pg_catalog."C", t.oid
    UNION ALL
    SELECT part.path OPERATOR(pg_catalog.||) m.number, m.label COLLATE pg_catalog."C", m.type
    FROM part
    JOIN pg_catalog.pg_type y ON y.oid = part.type
    CROSS JOIN LATERAL (
      SELECT 1 AS number, ''::pg_catalog.text AS label, y.typelem AS type
      WHERE y.typlen = -1 AND y.typelem <> 0
      UNION ALL
      SELECT 1, y.typtypmod::pg_catalog.text, y.typbasetype
      WHERE y.typtype = 'd'
      UNION ALL
      SELECT pg_catalog.row_number() OVER (ORDER BY a.attnum)::pg_catalog.int4,
        pg_catalog.format('%I %s', a.attname, a.atttypmod), a.atttypid
      FROM pg_catalog.pg_attribute a
      WHERE y.typtype = 'c' AND a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT 1, '', r.rngsubtype
      FROM pg_catalog.pg_range r
      WHERE y.typtype = 'r' AND r.rngtypid = y.oid
      UNION ALL
      SELECT 1, '', r.rngtypid
      FROM pg_catalog.pg_range r
      WHERE y.typtype = 'm'
        AND (pg_catalog.to_jsonb(r) OPERATOR(pg_catalog.->>) 'rngmultitypid')::pg_catalog.oid = y.oid) m))";

// With modifiers, since those of an attribute cut values too, and without the names of array types, which the server
// makes up.
const char *type_shape() {
  return psprintf(R"((
    CASE WHEN t.oid >= 16384 THEN (
      %s
      SELECT pg_catalog.string_agg(
        pg_catalog.concat(part.label, ' ', CASE WHEN y.typlen = -1 AND y.typelem <> 0 THEN '[]' ELSE y.typname END),
        ', ' ORDER BY part.path)
      FROM part
      JOIN pg_catalog.pg_type y ON y.oid = part.type)
    ELSE '' END))",
                  parts_of_type);
}

const char *type_labels() {
  return psprintf(R"((
    CASE WHEN t.oid >= 16384 THEN (
      %s
      SELECT pg_catalog.array_agg(
        pg_catalog.concat(part.path, ' ', e.enumlabel)
        ORDER BY part.path, e.enumsortorder)
      FROM part
      JOIN pg_catalog.pg_enum e ON e.enumtypid = part.type) END))",
                  parts_of_type);
}

// The placeholders are type_labels() and type_shape().
static const char column_query[] = R"(
  SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    pg_catalog.format_type(b.type, NULL), n.nspname, t.typname, t.typtype, b.typmod, a.attnotnull,
    pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
    %s,
    %s,
    EXISTS (SELECT FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation AND NOT l.collisdeterministic),
    a.attnum, a.atttypid
  FROM pg_catalog.pg_attribute a
  CROSS JOIN LATERAL (
    WITH RECURSIVE base(type, typmod) AS (
      SELECT a.atttypid, a.atttypmod
      UNION ALL
      SELECT d.typbasetype, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE base.typmod END
      FROM base
      JOIN pg_catalog.pg_type d ON d.oid = base.type AND d.typtype = 'd')
    SELECT type, typmod
    FROM base
    JOIN pg_catalog.pg_type d ON d.oid = base.type
    WHERE d.typtype <> 'd') b
  JOIN pg_catalog.pg_type t ON t.oid = b.type
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum)";

static Oid oid_at(const PGresult *result, int row, int field) {
  return static_cast<Oid>(strtoul(PQgetvalue(result, row, field), nullptr, 10));
}

static SourceColumn read_column(const PGresult *columns, int row) {
  return {
      .name = PQgetvalue(columns, row, 1),
      .target_name = PQgetvalue(columns, row, 1),
      .number = atoi(PQgetvalue(columns, row, 13)),
      .type_oid = oid_at(columns, row, 14),
      .type = PQgetvalue(columns, row, 2),
      .type_plain = PQgetvalue(columns, row, 3),
      .base_schema = PQgetvalue(columns, row, 4),
      .base_name = PQgetvalue(columns, row, 5),
      .base_kind = PQgetvalue(columns, row, 6)[0],
      .typmod = atoi(PQgetvalue(columns, row, 7)),
      .not_null = PQgetvalue(columns, row, 8)[0] == 't',
      .is_nondeterministic = PQgetvalue(columns, row, 12)[0] == 't',
      .is_readable = PQgetvalue(columns, row, 9)[0] == 't',
      .labels = PQgetisnull(columns, row, 10) ? nullptr : PQgetvalue(columns, row, 10),
      .shape = PQgetvalue(columns, row, 11),
  };
}

// The table of that OID in an array sorted by it.
static SourceTable *find_table(SourceTable **sorted, int n, Oid oid) {
  int low = 0, high = n;
  while (low < high) {
    int middle = (low + high) / 2;
    if (sorted[middle]->oid < oid)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && sorted[low]->oid == oid ? sorted[low] : nullptr;
}

static int compare_tables(const void *a, const void *b) {
  Oid left = (*static_cast<SourceTable *const *>(a))->oid, right = (*static_cast<SourceTable *const *>(b))->oid;
  return left < right ? -1 : left > right;
}

// Most tables have built-in types alone, and planning what looks into others takes the source longer than all the rest.
static const char *columns_statement(bool has_made_types) {
  if (!has_made_types) return psprintf(column_query, "NULL", "''");
  return psprintf(column_query, type_labels(), type_shape());
}

static void read_columns(Source *source, SourceTable **tables, int n, bool has_made_types) {
  qsort(tables, n, sizeof(SourceTable *), compare_tables);
  List *oids = NIL;
  for (int i = 0; i < n; i++) oids = lappend_oid(oids, tables[i]->oid);
  const char *parameter = oid_array(oids);
  const char *sql = columns_statement(has_made_types);
  PGresult *columns = expect_shape(source, source_query(source, sql, 1, &parameter), 15, -1);
  int rows = PQntuples(columns);
  SourceColumn *all = static_cast<SourceColumn *>(MemoryContextAllocExtended(
      CurrentMemoryContext, sizeof(SourceColumn) * Max(rows, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
  for (int row = 0; row < rows; row++) {
    SourceTable *table = find_table(tables, n, oid_at(columns, row, 0));
    all[row] = read_column(columns, row);
    if (table == nullptr) continue;  // not asked for
    size_t name_size = strlen(all[row].name);
    if (name_size == 0 || name_size >= NAMEDATALEN || table->n_columns >= MaxHeapAttributeNumber)
      raise_no_postgresql(source, "Its catalog has columns that no table can have.");
    if (table->n_columns++ == 0) table->columns = &all[row];
  }
}

List *read_source_tables(Source *source, List *names) {
  const char *parameter = text_array(names);
  int n = list_length(names);
  PGresult *result = expect_shape(source, source_query(source, table_query, 1, &parameter), 9, n);
  SourceEngines engines = read_source_engines(source);
  SourceTable **existing = make_array<SourceTable *>(n);
  int n_existing = 0;
  bool has_made_types = false;
  List *tables = NIL;
  for (int i = 0; i < n; i++) {
    if (PQgetisnull(result, i, 0)) {
      tables = append(tables, nullptr);
      continue;
    }
    Oid oid = oid_at(result, i, 0);
    bool is_hypertable = list_member_oid(engines.hypertables, oid), is_chunk = list_member_oid(engines.chunks, oid);
    bool is_distributed = list_member_oid(engines.distributed, oid);
    char kind = PQgetvalue(result, i, 1)[0];
    if (kind == '\0') raise_no_postgresql(source, "Its catalog has a relation of no kind.");
    has_made_types |= PQgetvalue(result, i, 7)[0] == 't';
    existing[n_existing] = make<SourceTable>({
        .oid = oid,
        .name = PQgetvalue(result, i, 5),
        .qualified = static_cast<const char *>(list_nth(names, i)),
        .kind = is_hypertable || is_chunk ? RELKIND_PARTITIONED_TABLE : kind,
        .is_distributed = is_distributed,
        .has_own_rows = !is_hypertable && !is_chunk && !is_distributed,
        .estimated_rows = is_hypertable || is_chunk ? -1 : strtod(PQgetvalue(result, i, 2), nullptr),
        .estimated_bytes = strtoll(PQgetvalue(result, i, 3), nullptr, 10),
        .children = atoi(PQgetvalue(result, i, 4)),
        .is_renamed = false,
        .has_row_security = PQgetvalue(result, i, 6)[0] == 't',
        .may_compute = PQgetvalue(result, i, 8)[0] == 't',
        .n_columns = 0,
        .columns = nullptr,
    });
    tables = append(tables, existing[n_existing++]);
  }
  read_columns(source, existing, n_existing, has_made_types);
  return tables;
}

SourceTable *open_source_table(Source *source, const char *source_relation) {
  char *qualified = requoted_name(source_relation);
  refuse_own_database(source);
  begin_snapshot(source, qualified);
  SourceTable *table = static_cast<SourceTable *>(linitial(read_source_tables(source, list_make1(qualified))));
  if (table == nullptr)
    ereport(ERROR, (errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
                    errmsg("table %s does not exist on server \"%s\"", qualified, source->server_name)));
  if (strchr("rpvmf", table->kind) == nullptr)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("%s on server \"%s\" is neither a table nor a view", qualified, source->server_name)));
  return table;
}

const char *source_name(const char *column) {
  StringInfoData quoted;
  initStringInfo(&quoted);
  appendStringInfoChar(&quoted, '"');
  for (const char *c = column; *c != '\0'; c++) {
    if (*c == '"') appendStringInfoChar(&quoted, '"');
    appendStringInfoChar(&quoted, *c);
  }
  appendStringInfoChar(&quoted, '"');
  return quoted.data;
}

bool *find_nulls(Source *source, const SourceTable *table, const char *filter, List *column_names) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT ");
  const char *separator = "";
  for (const char *name : each_text(column_names)) {
    appendStringInfo(&sql, "%spg_catalog.bool_or(%s IS NULL)", separator, source_name(name));
    separator = ", ";
  }
  appendStringInfo(&sql, " FROM %s%s", only_itself(table->kind), table->qualified);
  if (filter != nullptr) appendStringInfo(&sql, " WHERE (%s\n)", filter);
  int n = list_length(column_names);
  PGresult *result = expect_shape(source, source_query_rows(source, sql.data), n, 1);
  bool *has_nulls = make_array<bool>(n);
  for (int i = 0; i < n; i++) has_nulls[i] = PQgetvalue(result, 0, i)[0] == 't';
  return has_nulls;
}

}  // namespace confiture
