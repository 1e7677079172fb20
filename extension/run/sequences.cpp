#include "run/sequences.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/spi.h"
#include "record/run_store.h"
#include "source/error.h"
#include "source/table.h"
#include "table/sequences.h"

namespace confiture {

// ---- of the source

// Unlogged sequences of a standby cannot be read at all, and have no value.
static const char source_query_text[] = R"(
    SELECT n.nspname, s.relname, tn.nspname, t.relname, a.attname, q.seqincrement > 0,
           pg_catalog.has_sequence_privilege(s.oid, 'SELECT')
             AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
             AND NOT (s.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())
    FROM pg_catalog.pg_sequence q
    JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid AND s.relpersistence <> 't'
    JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
    LEFT JOIN (pg_catalog.pg_depend d
               JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
               JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
               JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
      ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = s.oid
      AND d.objsubid = 0
      AND d.refclassid = d.classid
      AND d.deptype IN ('a', 'i')
    )";

// The source plans a query in a time that grows with the square of the sequences in it, and keeps each locked until the
// end of the transaction, or of a savepoint that is given up.
static constexpr int sequences_at_once = 100;

// Not by pg_sequence_last_value(), which says nothing about unused sequences.
static char *values_query(List *sequences, int first) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SAVEPOINT sequences;");
  for (int i = first; i < Min(first + sequences_at_once, list_length(sequences)); i++)
    appendStringInfo(&sql, R"(%s((
        SELECT CASE WHEN is_called THEN '+' ELSE '=' END OPERATOR(pg_catalog.||) last_value::pg_catalog.text
        FROM %s)))",
                     i > first ? ", " : "VALUES ", static_cast<SourceSequence *>(list_nth(sequences, i))->source_name);
  return sql.data;
}

static void read_value(const PGresult *result, int row, SourceSequence *sequence) {
  if (PQgetisnull(result, row, 0)) return;
  const char *value = PQgetvalue(result, row, 0);
  sequence->is_called = value[0] == '+';
  sequence->last_value = strtoll(value + 1, nullptr, 10);
  sequence->is_known = true;
}

static void read_values(Source *source, List *sequences) {
  int n = list_length(sequences);
  for (int first = 0; first < n; first += sequences_at_once) {
    PGresult *result = expect_shape(source, source_query(source, values_query(sequences, first)), 1,
                                    Min(sequences_at_once, n - first));
    for (int row = 0; row < PQntuples(result); row++)
      read_value(result, row, static_cast<SourceSequence *>(list_nth(sequences, first + row)));
    source_query(source, "ROLLBACK TO sequences; RELEASE sequences");
  }
}

static SourceSequence *read_source_sequence(const PGresult *result, int row) {
  const char *schema = PQgetvalue(result, row, 0), *name = PQgetvalue(result, row, 1);
  SourceSequence *sequence = make<SourceSequence>();
  sequence->name = quote_qualified_identifier(schema, name);
  sequence->source_name = psprintf("%s.%s", source_name(schema), source_name(name));
  if (!PQgetisnull(result, row, 4)) {
    sequence->table = quote_qualified_identifier(PQgetvalue(result, row, 2), PQgetvalue(result, row, 3));
    sequence->column = PQgetvalue(result, row, 4);
  }
  sequence->is_ascending = PQgetvalue(result, row, 5)[0] == 't';
  return sequence;
}

List *read_source_sequences(Source *source) {
  PGresult *result = expect_shape(source, source_query(source, source_query_text), 7, -1);
  List *sequences = NIL, *readable = NIL;
  for (int row = 0; row < PQntuples(result); row++) {
    SourceSequence *sequence = read_source_sequence(result, row);
    sequences = append(sequences, sequence);
    if (PQgetvalue(result, row, 6)[0] == 't') readable = append(readable, sequence);
  }
  read_values(source, readable);
  return sequences;
}

// ---- of the target

struct RunSequence {
  Sequence sequence;
  const char *table;  // of the source, from which the table of the run that owns the sequence was loaded; nullptr: none
  const char *column;  // that owns it
  bool is_passed;      // the column is copied as it is
};

// The sequences that concern the run's tables or belong to no table, each with all the columns that take values from
// it, of other tables too. They are read as the sequence's owner (pg/owner.h), another owner's table only where
// planning the query runs no code of that one. Where one of them cannot be read, the sequence itself says what is in
// use; and so it does where rows stay ($2): it is never set back.
static const char target_query[] = R"(
    WITH run AS (
      SELECT coalesce(pg_partition_root(r.relation)::oid, r.relation) AS relation, r.source, r.columns
      FROM jsonb_to_recordset($1) AS r(relation oid, source text, columns jsonb)
    ),
    taker(sequence, relation, number, owns) AS (
      SELECT objid, refobjid, refobjsubid, true
      FROM pg_depend
      WHERE classid = 'pg_class'::regclass
        AND refclassid = 'pg_class'::regclass
        AND objsubid = 0
        AND refobjsubid > 0
        AND deptype IN ('a', 'i')
      UNION ALL
      SELECT d.refobjid, f.adrelid, f.adnum, false
      FROM pg_depend d
      JOIN pg_attrdef f ON f.oid = d.objid
      WHERE d.classid = 'pg_attrdef'::regclass
        AND d.refclassid = 'pg_class'::regclass
    ),
    used AS (
      SELECT t.sequence, t.owns, run.relation IS NOT NULL AS in_run, run.source, a.attname::text AS attname,
             run.columns ->> a.attname = 'pass' AS is_passed,
             format('%I', a.attname) AS column_name,
             format('%I.%I', n.nspname, c.relname) AS table_name,
             a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) AS is_number,
             has_schema_privilege(n.oid, 'USAGE')
               AND has_column_privilege(c.oid, a.attnum, 'SELECT')
               AND NOT row_security_active(c.oid)
               AND has_schema_privilege(o.relowner, n.oid, 'USAGE')
               AND (c.relowner = o.relowner
                      OR has_column_privilege(o.relowner, c.oid, a.attnum, 'SELECT')
                        AND NOT c.relrowsecurity
                        AND NOT EXISTS (
                          SELECT FROM pg_index i
                          WHERE i.indrelid = c.oid
                            AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))) AS is_readable
      FROM taker t
      JOIN pg_class o ON o.oid = t.sequence
      JOIN pg_attribute a ON a.attrelid = t.relation AND a.attnum = t.number AND NOT a.attisdropped
      JOIN pg_class c ON c.oid = t.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND (c.relpersistence <> 't' OR pg_table_is_visible(c.oid))
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN run ON run.relation = c.oid
    )
    SELECT n.nspname, s.relname, coalesce(bool_or(u.in_run), false),
           s.oid,
           format('%I.%I', n.nspname, s.relname) AS name,
           nullif(concat_ws(', ',
             string_agg(DISTINCT format('(SELECT %s(%s)::numeric FROM %s)',
                                        CASE WHEN q.seqincrement > 0 THEN 'max' ELSE 'min' END,
                                        u.column_name, u.table_name), ', ')
               FILTER (WHERE u.is_number AND u.is_readable),
             max(format('(SELECT last_value::numeric FROM %I.%I WHERE is_called)', n.nspname, s.relname))
               FILTER (WHERE $2 OR NOT u.is_readable)), ''),
           q.seqincrement, q.seqstart, q.seqmin, q.seqmax, q.seqcycle,
           max(u.source) FILTER (WHERE u.owns),
           max(u.attname) FILTER (WHERE u.owns),
           coalesce(bool_or(u.is_passed) FILTER (WHERE u.owns), false)
    FROM pg_sequence q
    JOIN pg_class s ON s.oid = q.seqrelid AND s.relpersistence <> 't'
    JOIN pg_namespace n ON n.oid = s.relnamespace
    LEFT JOIN used u ON u.sequence = s.oid
    GROUP BY s.oid, n.nspname, s.relname, q.seqincrement, q.seqstart, q.seqmin, q.seqmax, q.seqcycle
    HAVING bool_or(u.in_run)
      OR NOT coalesce(bool_or(u.owns), false)
        AND NOT EXISTS (
          SELECT FROM pg_depend e
          WHERE e.classid = 'pg_class'::regclass AND e.objid = s.oid AND e.deptype = 'e')
    ORDER BY name
    )";

// The tables that were loaded, as target_query takes them.
static Jsonb *loaded_tables(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT coalesce(jsonb_agg(jsonb_build_object('relation', relation::oid,
                                                   'source', source_relation,
                                                   'columns', columns)), '[]')
      FROM confiture.run_table
      WHERE run_id = $1
        AND state = 'done'
      )",
                               {arg(run_id)});
  return rows.first().next<Jsonb *>();
}

static List *find_sequences(int64 run_id, bool keeps_rows, Callback<bool(const char *, const char *)> is_wanted) {
  List *sequences = NIL;
  for (Row row : spi_run(target_query, {arg(loaded_tables(run_id)), arg(keeps_rows)})) {
    const char *schema = row.next<const char *>(), *name = row.next<const char *>();
    bool is_in_run = row.next<bool>();
    if (!is_in_run && !is_wanted(schema, name)) continue;
    sequences = append(sequences, make<RunSequence>({.sequence = {.oid = row.next<Oid>(),
                                                                  .name = row.next<const char *>(),
                                                                  .values_in_use = row.next<const char *>(),
                                                                  .increment = row.next<int64>(),
                                                                  .start = row.next<int64>(),
                                                                  .least = row.next<int64>(),
                                                                  .most = row.next<int64>(),
                                                                  .cycles = row.next<bool>()},
                                                     .table = row.next<const char *>(),
                                                     .column = row.next<const char *>(),
                                                     .is_passed = row.next<bool>()}));
  }
  return sequences;
}

// The source's sequences by what they are called, and by the columns that own them.
struct SourceNames {
  HTAB *by_name, *by_owner;
};

struct NamedSequence {
  uint64 key;  // a hash
  List *sequences;
};

// FNV-1a.
static uint64 hash_of(const char *text, const char *more) {
  uint64 hash = UINT64CONST(14695981039346656037);
  for (const char *part : {text, more})
    for (const char *c = part; c != nullptr && *c != '\0'; c++)
      hash = (hash ^ static_cast<unsigned char>(*c)) * UINT64CONST(1099511628211);
  return hash;
}

static HTAB *make_names() {
  HASHCTL control = {};
  control.keysize = sizeof(uint64);
  control.entrysize = sizeof(NamedSequence);
  control.hcxt = CurrentMemoryContext;
  return hash_create("sequences of the source", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void add_name(HTAB *names, uint64 key, const SourceSequence *sequence) {
  bool found;
  NamedSequence *entry = static_cast<NamedSequence *>(hash_search(names, &key, HASH_ENTER, &found));
  entry->sequences = append(found ? entry->sequences : NIL, sequence);
}

static List *find_names(HTAB *names, uint64 key) {
  const NamedSequence *entry = static_cast<NamedSequence *>(hash_search(names, &key, HASH_FIND, nullptr));
  return entry != nullptr ? entry->sequences : NIL;
}

static SourceNames index_names(List *sources) {
  SourceNames names = {make_names(), make_names()};
  for (const SourceSequence *source : each<SourceSequence>(sources)) {
    add_name(names.by_name, hash_of(source->name, nullptr), source);
    if (source->table != nullptr) add_name(names.by_owner, hash_of(source->table, source->column), source);
  }
  return names;
}

// The source's counterpart: what the same column owns there, else the sequence of the same name. nullptr: none.
static const SourceSequence *counterpart_of(const RunSequence *target, const SourceNames *names) {
  if (target->table != nullptr)
    for (const SourceSequence *source :
         each<SourceSequence>(find_names(names->by_owner, hash_of(target->table, target->column))))
      if (strcmp(target->table, source->table) == 0 && strcmp(target->column, source->column) == 0) return source;
  for (const SourceSequence *source :
       each<SourceSequence>(find_names(names->by_name, hash_of(target->sequence.name, nullptr))))
    if (strcmp(target->sequence.name, source->name) == 0) return source;
  return nullptr;
}

// The source's position, within the limits that the sequence has here.
static SequencePosition position_on_source(const RunSequence *target, const SourceNames *names) {
  const Sequence *sequence = &target->sequence;
  if (target->table != nullptr && !target->is_passed) return {};
  bool ascends = sequence->increment > 0;
  const SourceSequence *source = counterpart_of(target, names);
  if (source == nullptr || !source->is_known || source->is_ascending != ascends) return {};
  int64 first = ascends ? sequence->least : sequence->most, last = ascends ? sequence->most : sequence->least;
  if (is_past(sequence, first, source->last_value)) return {.is_known = true, .value = first, .is_called = false};
  if (is_past(sequence, source->last_value, last)) return {.is_known = true, .value = last, .is_called = true};
  return {.is_known = true, .value = source->last_value, .is_called = source->is_called};
}

static SequencePosition choose_position(const RunSequence *target, const SourceNames *names) {
  const Sequence *sequence = &target->sequence;
  SequencePosition source = position_on_source(target, names);
  // Of one that cycles there may be rows on both sides.
  if (source.is_known && sequence->cycles) return source;
  SequencePosition rows = {};
  as_owner_of(sequence->oid, [&] { rows = position_in_use(sequence); });
  if (rows.is_known && (!source.is_known || is_past(sequence, rows.value, source.value) ||
                        (rows.value == source.value && rows.is_called)))
    return rows;
  if (!source.is_known && target->table != nullptr)
    return {.is_known = true, .value = sequence->start, .is_called = false};
  return source;
}

const char *set_run_sequences(int64 run_id, List *sequences, Callback<bool(const char *, const char *)> is_wanted,
                              bool keeps_rows, bool atomic) {
  StringInfoData failures;
  initStringInfo(&failures);
  SourceNames names = index_names(sequences);
  for (const RunSequence *target : each<RunSequence>(find_sequences(run_id, keeps_rows, is_wanted))) {
    ErrorData *error = error_in([&] {
      SequencePosition position = choose_position(target, &names);
      if (position.is_known) set_sequence(&target->sequence, position, atomic);
    });
    if (error == nullptr) continue;
    withhold_values(error, target->sequence.name);
    appendStringInfo(&failures, "%sSequence %s was not set: %s.", failures.len > 0 ? "\n" : "", target->sequence.name,
                     text_of(error));
  }
  return failures.len > 0 ? failures.data : nullptr;
}

}  // namespace confiture
