#include "source_table.h"

namespace confiture {

// schema.table as written by the user, quoted anew, and the table's bare name; only qualified names mean the same on
// both sides.
static char *parse_qualified(const char *name, const char **bare) {
  List *parts = textToQualifiedNameList(cstring_to_text(name));
  if (list_length(parts) != 2)
    ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("source relation \"%s\" is not schema-qualified", name),
                    errhint("Write it as schema.table, with double quotes where SQL wants them.")));
  *bare = strVal(lsecond(parts));
  return quote_qualified_identifier(strVal(linitial(parts)), *bare);
}

// One simple query: no further round trip, and SET LOCAL leaves nothing behind in a connection pooler.
static char *begin_statement(const source *from) {
  return psprintf(
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
      "SET LOCAL search_path = pg_catalog;"
      "SET LOCAL standard_conforming_strings = on;"
      "SET LOCAL datestyle = 'ISO';"
      "SET LOCAL intervalstyle = 'postgres';"
      "SET LOCAL extra_float_digits = 3;"
      "SET LOCAL bytea_output = 'hex';"
      "SET LOCAL lc_monetary = 'C';"
      "SET LOCAL xmlbinary = 'base64';"
      "SET LOCAL row_security = off;"
      "SET LOCAL synchronize_seqscans = off;"
      "SET LOCAL statement_timeout = 0;"
      "SET LOCAL lock_timeout = 0;"
      "SET LOCAL idle_in_transaction_session_timeout = 0;%s",
      from->version >= 170000 ? "SET LOCAL transaction_timeout = 0;" : "");
}

// Queries that make the session fit for a long COPY. They take the snapshot: never before the lock.
//
// libpq reads from the socket what fits its buffer, which starts at 16 kB and grows with the largest message it met:
// one of 200 kB makes it 256 kB, and a COPY needs a fraction of the system calls (40 ns less per row). The check
// interval lets the source notice a target that died without a word; only Linux takes the setting.
static char *prepare_statement(const source *from) {
  return psprintf(";SELECT pg_catalog.repeat(' ', 200000)%s",
                  from->version >= 140000
                      ? ";SELECT pg_catalog.set_config('client_connection_check_interval', '5s', true) "
                        "WHERE pg_catalog.version() LIKE '%linux%'"
                      : "");
}

// Begins, and locks before the first snapshot is taken: so the catalog we read, the query we send and the rows we get
// are of one shape. A role with column privileges only may not lock, and materialized views and foreign tables cannot
// be: then DDL between catalog and COPY is possible, and all it can do is fail the COPY or swap names within
// milliseconds.
static void begin_and_lock(source *from, const char *qualified) {
  char *begin = begin_statement(from);
  char *with_lock = psprintf("%sLOCK TABLE %s IN ACCESS SHARE MODE%s", begin, qualified, prepare_statement(from));
  if (source_query_unless(from, with_lock, "42501 42809") != nullptr) return;
  source_query(from, "ROLLBACK");
  source_query(from, psprintf("%s%s", begin, prepare_statement(from)));
}

// Two databases are the same when one sees the other's locks. (A system identifier would also match a staging server
// that was made from a base backup of production, which is fine to load into.)
static void refuse_own_database(source *from) {
  uint32 key[2];
  if (!pg_strong_random(key, sizeof(key))) elog(ERROR, "could not generate random numbers");
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key[0], key[1], 1);
  (void)LockAcquire(&tag, ExclusiveLock, false, true);
  PGresult *result = source_query(
      from, psprintf("SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory' "
                     "AND pid OPERATOR(pg_catalog.=) %d AND classid OPERATOR(pg_catalog.=) %u "
                     "AND objid OPERATOR(pg_catalog.=) %u AND database OPERATOR(pg_catalog.=) (SELECT oid FROM "
                     "pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))",
                     MyProcPid, key[0], key[1]));
  LockRelease(&tag, ExclusiveLock, false);
  if (PQgetvalue(expect_shape(from, result, 1, 1), 0, 0)[0] == 't')
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("server \"%s\" is this very database", from->server_name),
                    errhint("A database is never synced onto itself.")));
}

static const char table_query[] =
    "SELECT c.oid, c.relkind, c.reltuples, pg_catalog.pg_table_size(c.oid), "
    "(SELECT count(*) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid "
    " WHERE i.inhparent = c.oid AND NOT p.relispartition) "
    "FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)";

const char type_shape[] =
    "(SELECT pg_catalog.format('%s (%s)', e.typname, CASE e.typtype "
    " WHEN 'c' THEN (SELECT pg_catalog.string_agg(pg_catalog.format('%I %I', m.attname, mt.typname), ', ' "
    "   ORDER BY m.attnum) FROM pg_catalog.pg_attribute m JOIN pg_catalog.pg_type mt ON mt.oid = m.atttypid "
    "   WHERE m.attrelid = e.typrelid AND m.attnum > 0 AND NOT m.attisdropped) "
    " WHEN 'r' THEN (SELECT st.typname FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype "
    "   WHERE r.rngtypid = e.oid) END) "
    " FROM pg_catalog.pg_type e WHERE e.oid = CASE WHEN t.typlen = -1 AND t.typelem <> 0 THEN t.typelem ELSE t.oid "
    "END)";

static const char column_query[] =
    "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.format_type(b.type, NULL), "
    "n.nspname, t.typname, t.typtype, b.typmod, a.attnotnull, "
    "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'), "
    "(SELECT pg_catalog.array_agg(e.enumlabel::pg_catalog.text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e "
    " WHERE e.enumtypid = t.oid OR (t.typlen = -1 AND e.enumtypid = t.typelem)), %s "
    "FROM pg_catalog.pg_attribute a "
    "CROSS JOIN LATERAL (WITH RECURSIVE base(type, typmod) AS ("
    "  SELECT a.atttypid, a.atttypmod "
    "  UNION ALL SELECT d.typbasetype, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE base.typmod END "
    "  FROM base JOIN pg_catalog.pg_type d ON d.oid = base.type AND d.typtype = 'd') "
    " SELECT type, typmod FROM base JOIN pg_catalog.pg_type d ON d.oid = base.type WHERE d.typtype <> 'd') b "
    "JOIN pg_catalog.pg_type t ON t.oid = b.type JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
    "WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

source_table *open_source_table(source *from, const char *source_relation) {
  const char *bare_name;
  char *qualified = parse_qualified(source_relation, &bare_name);
  // First: in our own database the lock would wait for us, and we for it.
  refuse_own_database(from);
  begin_and_lock(from, qualified);

  const char *parameter = qualified;
  PGresult *found = expect_shape(from, source_query(from, table_query, 1, &parameter), 5, -1);
  if (PQntuples(found) == 0)
    ereport(ERROR, (errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
                    errmsg("table %s does not exist on server \"%s\"", qualified, from->server_name)));
  source_table *table = static_cast<source_table *>(palloc0(sizeof(source_table)));
  table->name = bare_name;
  table->qualified = qualified;
  table->kind = PQgetvalue(found, 0, 1)[0];
  table->estimated_rows = strtod(PQgetvalue(found, 0, 2), nullptr);
  table->estimated_bytes = strtoll(PQgetvalue(found, 0, 3), nullptr, 10);
  table->children = atoi(PQgetvalue(found, 0, 4));
  if (strchr("rpvmf", table->kind) == nullptr)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("%s on server \"%s\" is neither a table nor a view", qualified, from->server_name)));

  parameter = PQgetvalue(found, 0, 0);
  PGresult *columns = expect_shape(from, source_query(from, psprintf(column_query, type_shape), 1, &parameter), 11, -1);
  table->n_columns = PQntuples(columns);
  table->columns = static_cast<source_column *>(palloc0(sizeof(source_column) * Max(table->n_columns, 1)));
  for (int i = 0; i < table->n_columns; i++) {
    source_column *column = &table->columns[i];
    column->name = PQgetvalue(columns, i, 0);
    column->type = PQgetvalue(columns, i, 1);
    column->type_plain = PQgetvalue(columns, i, 2);
    column->base_schema = PQgetvalue(columns, i, 3);
    column->base_name = PQgetvalue(columns, i, 4);
    column->base_kind = PQgetvalue(columns, i, 5)[0];
    column->typmod = atoi(PQgetvalue(columns, i, 6));
    column->not_null = PQgetvalue(columns, i, 7)[0] == 't';
    column->is_readable = PQgetvalue(columns, i, 8)[0] == 't';
    column->labels = PQgetisnull(columns, i, 9) ? nullptr : PQgetvalue(columns, i, 9);
    column->shape = PQgetvalue(columns, i, 10);
  }
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

bool *find_nulls(source *from, const source_table *table, const char *filter, List *column_names) {
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
