#include "source/table.h"

#include "source/session.h"

namespace confiture {

// schema.table as written by the user, quoted anew; only qualified names mean the same on both sides.
static char *requoted_name(const char *name) {
  List *parts = textToQualifiedNameList(cstring_to_text(name));
  if (list_length(parts) != 2)
    ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("source relation \"%s\" is not schema-qualified", name),
                    errhint("Write it as schema.table, with double quotes where SQL wants them.")));
  return quote_qualified_identifier(strVal(linitial(parts)), strVal(lsecond(parts)));
}

static const char table_query[] =
    "SELECT c.oid, c.relkind, CASE c.relkind WHEN 'p' THEN coalesce((SELECT sum(l.reltuples) FILTER (WHERE l.reltuples "
    " >= 0) FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class l ON l.oid = t.relid WHERE t.isleaf), "
    " -1) ELSE c.reltuples END, pg_catalog.pg_table_size(c.oid), "
    "(SELECT count(*) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid "
    " WHERE i.inhparent = c.oid AND NOT p.relispartition), c.relname, pg_catalog.row_security_active(c.oid) "
    "FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS u(name, number) "
    "LEFT JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(u.name) ORDER BY u.number";

// All that a type is made of, down to built-in types: elements, bases of domains, attributes, subtypes. (Before 14
// pg_range has no column rngmultitypid.)
#define PARTS_OF_TYPE                                                                                                 \
  "WITH RECURSIVE part(path, label, type) AS ("                                                                       \
  "  SELECT ARRAY[0], '' COLLATE pg_catalog.\"C\", t.oid "                                                            \
  "  UNION ALL SELECT part.path OPERATOR(pg_catalog.||) m.number, m.label COLLATE pg_catalog.\"C\", m.type "          \
  "  FROM part JOIN pg_catalog.pg_type y ON y.oid = part.type CROSS JOIN LATERAL ("                                   \
  "    SELECT 1 AS number, ''::pg_catalog.text AS label, y.typelem AS type WHERE y.typlen = -1 AND y.typelem <> 0 "   \
  "    UNION ALL SELECT 1, y.typtypmod::pg_catalog.text, y.typbasetype WHERE y.typtype = 'd' "                        \
  "    UNION ALL SELECT pg_catalog.row_number() OVER (ORDER BY a.attnum)::pg_catalog.int4, "                          \
  "      pg_catalog.format('%I %s', a.attname, a.atttypmod), a.atttypid FROM pg_catalog.pg_attribute a "              \
  "      WHERE y.typtype = 'c' AND a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped "                  \
  "    UNION ALL SELECT 1, '', r.rngsubtype FROM pg_catalog.pg_range r WHERE y.typtype = 'r' AND r.rngtypid = y.oid " \
  "    UNION ALL SELECT 1, '', r.rngtypid FROM pg_catalog.pg_range r WHERE y.typtype = 'm' "                          \
  "      AND (pg_catalog.to_jsonb(r) OPERATOR(pg_catalog.->>) 'rngmultitypid')::pg_catalog.oid = y.oid) m) "

// With modifiers, since those of an attribute cut values too, and without the names of array types, which the server
// makes up.
const char type_shape[] = "(CASE WHEN t.oid >= 16384 THEN (" PARTS_OF_TYPE
                          " SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', part.label, "
                          "   CASE WHEN y.typlen = -1 AND y.typelem <> 0 THEN '[]' ELSE y.typname END), ', ' "
                          "   ORDER BY part.path) "
                          " FROM part JOIN pg_catalog.pg_type y ON y.oid = part.type) ELSE '' END)";

const char type_labels[] = "(CASE WHEN t.oid >= 16384 THEN (" PARTS_OF_TYPE
                           " SELECT pg_catalog.array_agg(pg_catalog.format('%s %s', part.path, e.enumlabel) "
                           "   ORDER BY part.path, e.enumsortorder) "
                           " FROM part JOIN pg_catalog.pg_enum e ON e.enumtypid = part.type) END)";

static const char column_query[] =
    "SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.format_type(b.type, "
    "NULL), "
    "n.nspname, t.typname, t.typtype, b.typmod, a.attnotnull, "
    "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'), "
    "%s, %s "
    "FROM pg_catalog.pg_attribute a "
    "CROSS JOIN LATERAL (WITH RECURSIVE base(type, typmod) AS ("
    "  SELECT a.atttypid, a.atttypmod "
    "  UNION ALL SELECT d.typbasetype, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE base.typmod END "
    "  FROM base JOIN pg_catalog.pg_type d ON d.oid = base.type AND d.typtype = 'd') "
    " SELECT type, typmod FROM base JOIN pg_catalog.pg_type d ON d.oid = base.type WHERE d.typtype <> 'd') b "
    "JOIN pg_catalog.pg_type t ON t.oid = b.type JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
    "WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY a.attrelid, a.attnum";

// An array of text for the source, from a list of char *.
static char *text_array(List *texts) {
  StringInfoData array;
  initStringInfo(&array);
  appendStringInfoChar(&array, '{');
  ListCell *cell;
  foreach (cell, texts) {
    appendStringInfoString(&array, array.len > 1 ? ",\"" : "\"");
    for (const char *c = static_cast<char *>(lfirst(cell)); *c != '\0'; c++) {
      if (*c == '"' || *c == '\\') appendStringInfoChar(&array, '\\');
      appendStringInfoChar(&array, *c);
    }
    appendStringInfoChar(&array, '"');
  }
  appendStringInfoChar(&array, '}');
  return array.data;
}

static void read_column(SourceColumn *column, PGresult *columns, int row) {
  column->name = PQgetvalue(columns, row, 1);
  column->type = PQgetvalue(columns, row, 2);
  column->type_plain = PQgetvalue(columns, row, 3);
  column->base_schema = PQgetvalue(columns, row, 4);
  column->base_name = PQgetvalue(columns, row, 5);
  column->base_kind = PQgetvalue(columns, row, 6)[0];
  column->typmod = atoi(PQgetvalue(columns, row, 7));
  column->not_null = PQgetvalue(columns, row, 8)[0] == 't';
  column->is_readable = PQgetvalue(columns, row, 9)[0] == 't';
  column->labels = PQgetisnull(columns, row, 10) ? nullptr : PQgetvalue(columns, row, 10);
  column->shape = PQgetvalue(columns, row, 11);
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

static void read_columns(Source *from, SourceTable **tables, int n) {
  qsort(tables, n, sizeof(SourceTable *), compare_tables);
  List *oids = NIL;
  for (int i = 0; i < n; i++) oids = lappend(oids, psprintf("%u", tables[i]->oid));
  const char *parameter = text_array(oids);
  PGresult *columns =
      expect_shape(from, source_query(from, psprintf(column_query, type_labels, type_shape), 1, &parameter), 12, -1);
  int rows = PQntuples(columns);
  SourceColumn *all = static_cast<SourceColumn *>(MemoryContextAllocExtended(
      CurrentMemoryContext, sizeof(SourceColumn) * Max(rows, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
  for (int row = 0; row < rows; row++) {
    SourceTable *table = find_table(tables, n, static_cast<Oid>(strtoul(PQgetvalue(columns, row, 0), nullptr, 10)));
    read_column(&all[row], columns, row);
    if (table == nullptr) continue;  // we did not ask for it
    if (table->n_columns++ == 0) table->columns = &all[row];
  }
}

List *read_source_tables(Source *from, List *names) {
  const char *parameter = text_array(names);
  int n = list_length(names);
  PGresult *found = expect_shape(from, source_query(from, table_query, 1, &parameter), 7, n);
  SourceTable **existing = static_cast<SourceTable **>(palloc(sizeof(SourceTable *) * Max(n, 1)));
  int n_existing = 0;
  List *tables = NIL;
  for (int i = 0; i < n; i++) {
    if (PQgetisnull(found, i, 0)) {
      tables = lappend(tables, nullptr);
      continue;
    }
    SourceTable *table = static_cast<SourceTable *>(palloc0(sizeof(SourceTable)));
    table->oid = static_cast<Oid>(strtoul(PQgetvalue(found, i, 0), nullptr, 10));
    table->name = PQgetvalue(found, i, 5);
    table->qualified = static_cast<char *>(list_nth(names, i));
    table->kind = PQgetvalue(found, i, 1)[0];
    table->estimated_rows = strtod(PQgetvalue(found, i, 2), nullptr);
    table->estimated_bytes = strtoll(PQgetvalue(found, i, 3), nullptr, 10);
    table->children = atoi(PQgetvalue(found, i, 4));
    table->has_row_security = PQgetvalue(found, i, 6)[0] == 't';
    tables = lappend(tables, table);
    existing[n_existing++] = table;
  }
  read_columns(from, existing, n_existing);
  return tables;
}

SourceTable *open_source_table(Source *from, const char *source_relation) {
  char *qualified = requoted_name(source_relation);
  refuse_own_database(from);
  begin_snapshot(from, qualified);
  SourceTable *table = static_cast<SourceTable *>(linitial(read_source_tables(from, list_make1(qualified))));
  if (table == nullptr)
    ereport(ERROR, (errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
                    errmsg("table %s does not exist on server \"%s\"", qualified, from->server_name)));
  if (strchr("rpvmf", table->kind) == nullptr)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("%s on server \"%s\" is neither a table nor a view", qualified, from->server_name)));
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

bool *find_nulls(Source *from, const SourceTable *table, const char *filter, List *column_names) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT ");
  ListCell *cell;
  foreach (cell, column_names)
    appendStringInfo(&sql, "%spg_catalog.bool_or(%s IS NULL)", foreach_current_index(cell) > 0 ? ", " : "",
                     source_name(static_cast<const char *>(lfirst(cell))));
  appendStringInfo(&sql, " FROM %s%s", table->kind == RELKIND_RELATION ? "ONLY " : "", table->qualified);
  if (filter != nullptr) appendStringInfo(&sql, " WHERE (%s\n)", filter);
  PGresult *result = expect_shape(from, source_query_rows(from, sql.data), list_length(column_names), 1);
  bool *found = static_cast<bool *>(palloc(list_length(column_names)));
  for (int i = 0; i < list_length(column_names); i++) found[i] = PQgetvalue(result, 0, i)[0] == 't';
  return found;
}

}  // namespace confiture
