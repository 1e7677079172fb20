#include "run/sequences.h"

#include "pg/spi.h"
#include "source/table.h"

namespace confiture {

// What cannot be read at all has no value: unlogged sequences on a standby.
static const char source_query_text[] =
    "SELECT n.nspname, s.relname, tn.nspname, t.relname, a.attname, q.seqincrement > 0, "
    "pg_catalog.has_sequence_privilege(s.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') "
    "  AND NOT (s.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()) "
    "FROM pg_catalog.pg_sequence q JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid AND s.relpersistence <> 't' "
    "JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace "
    "LEFT JOIN (pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid "
    "  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace "
    "  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) "
    "ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid AND d.objsubid = 0 "
    "  AND d.refclassid = d.classid AND d.deptype IN ('a', 'i')";

// Their values, in one query: pg_sequence_last_value() would not tell those of sequences that nobody has used yet.
static void read_values(Source *from, List *sequences, const char *sql) {
  PGresult *result = expect_shape(from, source_query(from, sql), 1, list_length(sequences));
  ListCell *cell;
  foreach (cell, sequences) {
    SourceSequence *sequence = static_cast<SourceSequence *>(lfirst(cell));
    if (PQgetisnull(result, foreach_current_index(cell), 0)) continue;
    const char *value = PQgetvalue(result, foreach_current_index(cell), 0);
    sequence->is_called = value[0] == '+';
    sequence->last_value = strtoll(value + 1, nullptr, 10);
    sequence->is_known = true;
  }
}

List *read_source_sequences(Source *from) {
  PGresult *found = expect_shape(from, source_query(from, source_query_text), 7, -1);
  List *sequences = NIL, *readable = NIL;
  StringInfoData sql;
  initStringInfo(&sql);
  for (int i = 0; i < PQntuples(found); i++) {
    SourceSequence *sequence = static_cast<SourceSequence *>(palloc0(sizeof(SourceSequence)));
    const char *schema = PQgetvalue(found, i, 0), *name = PQgetvalue(found, i, 1);
    sequence->name = quote_qualified_identifier(schema, name);
    if (!PQgetisnull(found, i, 4)) {
      sequence->table = quote_qualified_identifier(PQgetvalue(found, i, 2), PQgetvalue(found, i, 3));
      sequence->column = PQgetvalue(found, i, 4);
    }
    sequence->is_ascending = PQgetvalue(found, i, 5)[0] == 't';
    sequences = lappend(sequences, sequence);
    if (PQgetvalue(found, i, 6)[0] != 't') continue;
    readable = lappend(readable, sequence);
    appendStringInfo(&sql,
                     "%s((SELECT CASE WHEN is_called THEN '+' ELSE '=' END OPERATOR(pg_catalog.||) "
                     "last_value::pg_catalog.text FROM %s.%s))",
                     sql.len > 0 ? ", " : "VALUES ", source_name(schema), source_name(name));
  }
  if (readable != NIL) read_values(from, readable, sql.data);
  return sequences;
}

// A sequence of the target.
struct TargetSequence {
  Oid oid;
  const char *name;           // qualified, quoted
  const char *table;          // of the source, that the table of the run came from that owns it; nullptr: none does
  const char *column;         // that owns it
  bool is_passed;             // the column is copied as it is
  const char *values_in_use;  // SQL: the greatest (descending: the least) value of each column that takes from it
  int64 increment, start, least, most;
  bool cycles;
};

struct Position {
  bool is_known;
  int64 value;
  bool is_called;
};

// The sequences that concern the run's tables or stand free, each with all the columns that take values from it: of
// other tables too. Where one of them cannot be read, the sequence itself tells what is in use.
static const char target_query[] =
    "WITH run AS (SELECT coalesce(pg_partition_root(r.relation)::oid, r.relation) AS relation, r.source, r.columns "
    "  FROM jsonb_to_recordset($1) AS r(relation oid, source text, columns jsonb)), "
    "taker(sequence, relation, number, owns) AS ("
    "  SELECT objid, refobjid, refobjsubid, true FROM pg_depend WHERE classid = 'pg_class'::regclass "
    "  AND refclassid = 'pg_class'::regclass AND objsubid = 0 AND refobjsubid > 0 AND deptype IN ('a', 'i') "
    "  UNION ALL SELECT d.refobjid, f.adrelid, f.adnum, false FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid "
    "  WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass), "
    "used AS (SELECT t.sequence, t.owns, run.relation IS NOT NULL AS in_run, run.source, a.attname::text AS attname, "
    "  run.columns ->> a.attname = 'pass' AS is_passed, format('%I', a.attname) AS column_name, "
    "  format('%I.%I', n.nspname, c.relname) AS table_name, "
    "  a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) AS is_number, "
    "  has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') "
    "    AND NOT row_security_active(c.oid) AS is_readable "
    "  FROM taker t JOIN pg_attribute a ON a.attrelid = t.relation AND a.attnum = t.number AND NOT a.attisdropped "
    "  JOIN pg_class c ON c.oid = t.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "    AND (c.relpersistence <> 't' OR pg_table_is_visible(c.oid)) "
    "  JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN run ON run.relation = c.oid) "
    "SELECT s.oid, n.nspname, s.relname, format('%I.%I', n.nspname, s.relname), coalesce(bool_or(u.in_run), false), "
    "max(u.source) FILTER (WHERE u.owns), max(u.attname) FILTER (WHERE u.owns), "
    "coalesce(bool_or(u.is_passed) FILTER (WHERE u.owns), false), "
    "nullif(concat_ws(', ', "
    "  string_agg(DISTINCT format('(SELECT %s(%s)::numeric FROM %s)', "
    "    CASE WHEN q.seqincrement > 0 THEN 'max' ELSE 'min' END, u.column_name, u.table_name), ', ') "
    "    FILTER (WHERE u.is_number AND u.is_readable), "
    "  max(format('(SELECT last_value::numeric FROM %I.%I WHERE is_called)', n.nspname, s.relname)) "
    "    FILTER (WHERE NOT u.is_readable)), ''), "
    "q.seqincrement, q.seqstart, q.seqmin, q.seqmax, q.seqcycle "
    "FROM pg_sequence q JOIN pg_class s ON s.oid = q.seqrelid AND s.relpersistence <> 't' "
    "JOIN pg_namespace n ON n.oid = s.relnamespace LEFT JOIN used u ON u.sequence = s.oid "
    "WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = s.oid "
    "  AND e.deptype = 'e') "
    "GROUP BY s.oid, n.nspname, s.relname, q.seqincrement, q.seqstart, q.seqmin, q.seqmax, q.seqcycle "
    "HAVING bool_or(u.in_run) OR NOT coalesce(bool_or(u.owns), false) ORDER BY 4";

static List *find_sequences(int64 run_id, SequenceFilter is_wanted, void *arg) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "SELECT coalesce(jsonb_agg(jsonb_build_object('relation', relation::oid, 'source', source_relation, 'columns', "
      "columns)), '[]') FROM confiture.run_table WHERE run_id = $1 AND state = 'done'",
      1, types, values);
  bool is_null;
  Oid table_types[] = {JSONBOID};
  Datum tables[] = {old_spi_datum(0, 1, &is_null)};
  uint64 n = old_spi_run(target_query, 1, table_types, tables);
  List *sequences = NIL;
  for (uint64 row = 0; row < n; row++) {
    if (!old_spi_bool(row, 5) && !is_wanted(old_spi_text(row, 2), old_spi_text(row, 3), arg)) continue;
    TargetSequence *sequence = static_cast<TargetSequence *>(palloc0(sizeof(TargetSequence)));
    sequence->oid = DatumGetObjectId(old_spi_datum(row, 1, &is_null));
    sequence->name = old_spi_text(row, 4);
    sequence->table = old_spi_text(row, 6);
    sequence->column = old_spi_text(row, 7);
    sequence->is_passed = old_spi_bool(row, 8);
    sequence->values_in_use = old_spi_text(row, 9);
    sequence->increment = old_spi_int64(row, 10);
    sequence->start = old_spi_int64(row, 11);
    sequence->least = old_spi_int64(row, 12);
    sequence->most = old_spi_int64(row, 13);
    sequence->cycles = old_spi_bool(row, 14);
    sequences = lappend(sequences, sequence);
  }
  return sequences;
}

// In the direction that the sequence counts.
static bool is_past(const TargetSequence *sequence, int64 value, int64 other) {
  return sequence->increment > 0 ? value > other : value < other;
}

// Where the source's is, within the limits that the sequence has here.
static Position position_on_source(const TargetSequence *sequence, List *sequences) {
  const SourceSequence *found = nullptr;
  ListCell *cell;
  if (sequence->table != nullptr && !sequence->is_passed) return {};
  foreach (cell, sequences) {
    const SourceSequence *candidate = static_cast<SourceSequence *>(lfirst(cell));
    if (sequence->table != nullptr && candidate->table != nullptr && strcmp(sequence->table, candidate->table) == 0 &&
        strcmp(sequence->column, candidate->column) == 0) {
      found = candidate;
      break;
    }
    if (strcmp(sequence->name, candidate->name) == 0) found = candidate;
  }
  if (found == nullptr || !found->is_known || found->is_ascending != (sequence->increment > 0)) return {};
  int64 first = sequence->increment > 0 ? sequence->least : sequence->most;
  int64 last = sequence->increment > 0 ? sequence->most : sequence->least;
  if (is_past(sequence, first, found->last_value)) return {true, first, false};
  if (is_past(sequence, found->last_value, last)) return {true, last, true};
  return {true, found->last_value, found->is_called};
}

// Where the rows are, within those limits; nowhere when there are none.
static Position position_in_use(const TargetSequence *sequence) {
  if (sequence->values_in_use == nullptr) return {};
  bool ascends = sequence->increment > 0;
  old_spi_run_latest(
      psprintf("SELECT least(greatest(v, q.seqmin), q.seqmax)::int8, v %s "
               "FROM pg_sequence q CROSS JOIN LATERAL (SELECT %s(%s(%s))) u(v) "
               "WHERE q.seqrelid = %u AND v IS NOT NULL",
               ascends ? ">= q.seqmin" : "<= q.seqmax", ascends ? "ceil" : "floor", ascends ? "greatest" : "least",
               sequence->values_in_use, sequence->oid));
  if (SPI_processed == 0) return {};
  return {true, old_spi_int64(0, 1), old_spi_bool(0, 2)};
}

static Position choose_position(const TargetSequence *sequence, List *sequences) {
  Position at = position_on_source(sequence, sequences);
  // Of one that cycles there may be rows on both sides.
  if (at.is_known && sequence->cycles) return at;
  Position rows = position_in_use(sequence);
  if (rows.is_known &&
      (!at.is_known || is_past(sequence, rows.value, at.value) || (rows.value == at.value && rows.is_called)))
    return rows;
  if (!at.is_known && sequence->table != nullptr) return {true, sequence->start, false};
  return at;
}

static bool has_value_left(const TargetSequence *sequence, Position at) {
  int64 next;
  if (!at.is_called || sequence->cycles) return true;
  return !pg_add_s64_overflow(at.value, sequence->increment, &next) && next >= sequence->least &&
         next <= sequence->most;
}

static void set_sequence(const TargetSequence *sequence, Position at, bool atomic) {
  if (atomic ? !owns_relation(sequence->oid, GetUserId())
             : pg_class_aclcheck(sequence->oid, GetUserId(), ACL_UPDATE) != ACLCHECK_OK) {
    ereport(WARNING, (errmsg("sequence %s was not set, because it is not yours", sequence->name),
                      errhint("Ask its owner to run SELECT setval(%s, " INT64_FORMAT ", %s).",
                              quote_literal_cstr(sequence->name), at.value, at.is_called ? "true" : "false")));
    return;
  }
  // setval() alone would outlive a rollback; what it does to a sequence that was restarted goes with that.
  if (atomic) old_spi_run(psprintf("ALTER SEQUENCE %s RESTART", sequence->name));
  Oid types[] = {REGCLASSOID, INT8OID, BOOLOID};
  Datum values[] = {ObjectIdGetDatum(sequence->oid), Int64GetDatum(at.value), BoolGetDatum(at.is_called)};
  old_spi_run("SELECT setval($1, $2, $3)", 3, types, values);
  if (!has_value_left(sequence, at))
    ereport(WARNING, (errmsg("sequence %s has no value left", sequence->name),
                      errhint("Its last one is in use here or on the source. ALTER SEQUENCE gives it other limits.")));
}

void set_run_sequences(int64 run_id, List *sequences, SequenceFilter is_wanted, void *arg, bool atomic) {
  ListCell *cell;
  foreach (cell, find_sequences(run_id, is_wanted, arg)) {
    const TargetSequence *sequence = static_cast<TargetSequence *>(lfirst(cell));
    Position at = choose_position(sequence, sequences);
    if (at.is_known) set_sequence(sequence, at, atomic);
  }
}

}  // namespace confiture
