#include "record/run_store.h"

#include "pg/masking_key.h"
#include "pg/spi.h"
#include "table/log.h"

namespace confiture {

void store_run(int64 run_id, const char *server, const char *state, Jsonb *parameters) {
  Oid types[] = {INT8OID, TEXTOID, TEXTOID, NAMEOID, TEXTOID, JSONBOID};
  Datum values[] = {Int64GetDatum(run_id),       CStringGetTextDatum(server),           CStringGetTextDatum(state),
                    NameGetDatum(caller_name()), CStringGetTextDatum(masking_key_id()), JsonbPGetDatum(parameters)};
  old_spi_run_as_owner(
      "INSERT INTO confiture.run (run_id, server, state, started_by, started_at, key_id, parameters) "
      "OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, clock_timestamp(), $5, $6)",
      6, types, values);
}

void store_queued(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "UPDATE confiture.run SET state = 'queued', error = NULL, finished_at = NULL "
      "WHERE run_id = $1 AND state NOT IN ('done', 'superseded')",
      1, types, values);
}

RunRecord load_run(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  uint64 n = old_spi_run_as_owner(
      "SELECT r.server, r.state, a.oid, r.key_id, r.parameters, r.snapshots FROM confiture.run r "
      "LEFT JOIN pg_authid a ON a.rolname = r.started_by WHERE r.run_id = $1",
      1, types, values);
  if (n == 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no run " INT64_FORMAT, run_id),
                    errhint("The view confiture.runs has the runs there are.")));
  bool is_null;
  RunRecord record = {run_id, old_spi_text(0, 1), old_spi_text(0, 2), InvalidOid, old_spi_text(0, 4), nullptr, 0};
  Datum role = old_spi_datum(0, 3, &is_null);
  if (!is_null) record.started_by = DatumGetObjectId(role);
  record.parameters = DatumGetJsonbPCopy(old_spi_datum(0, 5, &is_null));
  record.snapshots = DatumGetInt32(old_spi_datum(0, 6, &is_null));
  bool may = superuser() || (OidIsValid(record.started_by) && has_privs_of_role(GetUserId(), record.started_by));
  if (!may)
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("run " INT64_FORMAT " is not yours", run_id),
                    errhint("Only members of the role that started a run may do this.")));
  return record;
}

void refuse_closed(const RunRecord *record) {
  bool is_done = strcmp(record->state, "done") == 0;
  if (!is_done && strcmp(record->state, "superseded") != 0) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("run " INT64_FORMAT " is %s", record->run_id, record->state),
                  is_done ? errhint("There is nothing left to do.")
                          : errhint("A later run took over its tables; resume that one, or start a new one.")));
}

void require_same_role(const RunRecord *record) {
  if (record->started_by == GetUserId()) return;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("run " INT64_FORMAT " goes on only as the role that started it", record->run_id),
                  OidIsValid(record->started_by)
                      ? errhint("SET ROLE %s first.", quote_identifier(GetUserNameFromId(record->started_by, false)))
                      : errhint("That role is gone. Start a new run with CALL confiture.sync().")));
}

void store_snapshot(int64 run_id, const char *snapshot, bool is_new) {
  Oid types[] = {INT8OID, TEXTOID, BOOLOID};
  Datum values[] = {Int64GetDatum(run_id), CStringGetTextDatum(snapshot), BoolGetDatum(is_new)};
  old_spi_run_as_owner(
      "UPDATE confiture.run SET state = 'running', error = NULL, finished_at = NULL, snapshot = $2, "
      "snapshots = snapshots + CASE WHEN $3 THEN 1 ELSE 0 END WHERE run_id = $1",
      3, types, values);
}

char *shape_of(const SyncPlan *plan) {
  StringInfoData json;
  initStringInfo(&json);
  appendStringInfoChar(&json, '{');
  ListCell *cell;
  foreach (cell, plan->columns) {
    const PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    StringInfoData text;
    initStringInfo(&text);
    if (column->source != nullptr) appendStringInfo(&text, "%s on the source", column->source->type);
    if (column->number != 0)
      appendStringInfo(&text, "%s%s here", text.len > 0 ? ", " : "",
                       format_type_with_typemod(column->type, column->typmod));
    const char *treatment = column->mask != nullptr
                                ? psprintf("masked with %s %s", column->mask->strategy, column->mask->options)
                            : column->action == ColumnAction::pass ? "copied as it is"
                                                                   : "left out";
    appendStringInfo(&text, ", %s", treatment);
    if (json.len > 1) appendStringInfoString(&json, ", ");
    escape_json(&json, column->name);
    appendStringInfoString(&json, ": ");
    escape_json(&json, text.data);
  }
  appendStringInfoChar(&json, '}');
  return json.data;
}

static const char *name_of(ChunkBy by) { return by == ChunkBy::key ? "key" : by == ChunkBy::ctid ? "ctid" : "table"; }

static Datum text_or_null(const char *text, char *null) {
  *null = text == nullptr ? 'n' : ' ';
  return text != nullptr ? CStringGetTextDatum(text) : Datum(0);
}

static void store_chunks(int64 run_id, Oid relation, const ChunkList *list) {
  int n = list_length(list->chunks);
  Datum *relations = static_cast<Datum *>(palloc(sizeof(Datum) * n));
  Datum *conditions = static_cast<Datum *>(palloc(sizeof(Datum) * n));
  Datum *bytes = static_cast<Datum *>(palloc(sizeof(Datum) * n));
  ListCell *cell;
  foreach (cell, list->chunks) {
    const Chunk *c = static_cast<Chunk *>(lfirst(cell));
    int i = foreach_current_index(cell);
    relations[i] = CStringGetTextDatum(c->source_relation);
    conditions[i] = CStringGetTextDatum(c->condition != nullptr ? c->condition : "");
    bytes[i] = Int64GetDatum(c->bytes);
  }
  Oid types[] = {INT8OID, OIDOID, TEXTARRAYOID, TEXTARRAYOID, INT8ARRAYOID};
  Datum values[] = {Int64GetDatum(run_id), ObjectIdGetDatum(relation),
                    PointerGetDatum(construct_array(relations, n, TEXTOID, -1, false, TYPALIGN_INT)),
                    PointerGetDatum(construct_array(conditions, n, TEXTOID, -1, false, TYPALIGN_INT)),
                    PointerGetDatum(construct_array(bytes, n, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE))};
  old_spi_run_as_owner(
      "INSERT INTO confiture.chunk (run_id, relation, number, source_relation, condition, estimated_bytes) "
      "SELECT $1, $2, number, source_relation, nullif(condition, ''), bytes "
      "FROM ROWS FROM (unnest($3), unnest($4), unnest($5)) "
      "WITH ORDINALITY u(source_relation, condition, bytes, number) ORDER BY number",
      5, types, values);
}

void store_table(int64 run_id, const RunTable *table, const ChunkList *chunks) {
  const SyncPlan *plan = table->plan;
  const Transfer *what = make_transfer(plan);
  char nulls[] = "            ";
  Oid types[] = {INT8OID, OIDOID,  TEXTOID, TEXTOID, TEXTOID, TEXTOID,
                 TEXTOID, TEXTOID, INT8OID, INT8OID, TEXTOID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id),
                    ObjectIdGetDatum(plan->request.relation),
                    CStringGetTextDatum(plan->relation_name),
                    CStringGetTextDatum(plan->source->qualified),
                    CStringGetTextDatum(plan->binary ? "binary" : "text"),
                    text_or_null(plan->request.filter, &nulls[5]),
                    CStringGetTextDatum(columns_as_json(plan)),
                    CStringGetTextDatum(name_of(chunks->by)),
                    Int64GetDatum(static_cast<int64>(plan->source->estimated_rows)),
                    Int64GetDatum(table->extent->bytes),
                    CStringGetTextDatum(transfer_to_json(what)),
                    CStringGetTextDatum(shape_of(plan))};
  if (plan->request.filter != nullptr || plan->source->estimated_rows < 0) nulls[8] = 'n';
  // Not left to ON DELETE CASCADE, which is a trigger, and triggers may be off.
  old_spi_run_as_owner("DELETE FROM confiture.chunk WHERE run_id = $1 AND relation = $2", 2, types, values);
  old_spi_run_as_owner("DELETE FROM confiture.run_table WHERE run_id = $1 AND relation = $2", 2, types, values);
  old_spi_run_as_owner(
      "INSERT INTO confiture.run_table (run_id, relation, relation_name, source_relation, mode, format, filter, rows, "
      "bytes, elapsed, columns, state, chunk_by, estimated_rows, estimated_bytes, transfer, shape) "
      "VALUES ($1, $2, $3, $4, 'replace', $5, $6, 0, 0, '0', $7::jsonb, 'waiting', $8, $9, $10, "
      "$11::jsonb, $12::jsonb)",
      12, types, values, nulls);
  store_chunks(run_id, plan->request.relation, chunks);
}

// A run asks thousands of times: what SPI keeps of each answer must not add up until the procedure ends.
static bool has_row(int64 run_id, const char *sql) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  bool found = old_spi_run_as_owner(sql, 1, types, values) > 0;
  SPI_freetuptable(SPI_tuptable);
  return found;
}

bool has_work_left(int64 run_id) {
  return has_row(run_id,
                 "SELECT FROM confiture.chunk k JOIN confiture.run_table t USING (run_id, relation) "
                 "JOIN confiture.run r USING (run_id) WHERE k.run_id = $1 AND k.state = 'pending' "
                 "AND t.state = 'waiting' AND r.state = 'running' LIMIT 1");
}

bool is_stopped(int64 run_id) {
  return has_row(run_id, "SELECT FROM confiture.run WHERE run_id = $1 AND state <> 'running'");
}

bool has_failed_tables(int64 run_id) {
  return has_row(run_id, "SELECT FROM confiture.run_table WHERE run_id = $1 AND state = 'failed' LIMIT 1");
}

int64 count_done(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "SELECT count(*) + coalesce(sum(rows), 0)::int8 FROM confiture.chunk WHERE run_id = $1 AND state = 'done'", 1,
      types, values);
  return old_spi_int64(0, 1);
}

void store_state(int64 run_id, const char *state, const char *error) {
  char nulls[] = "   ";
  Oid types[] = {INT8OID, TEXTOID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), CStringGetTextDatum(state), text_or_null(error, &nulls[2])};
  old_spi_run_as_owner(
      "UPDATE confiture.run SET state = $2, error = coalesce(error, $3), finished_at = clock_timestamp() "
      "WHERE run_id = $1",
      3, types, values, nulls);
}

const char *text_of(const ErrorData *error) {
  return error->detail != nullptr ? psprintf("%s (%s)", error->message, error->detail) : error->message;
}

void cancel_open_run(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "UPDATE confiture.run SET state = 'cancelled', finished_at = clock_timestamp() "
      "WHERE run_id = $1 AND state IN ('queued', 'running')",
      1, types, values);
}

void fail_open_run(int64 run_id, const ErrorData *error) {
  Oid types[] = {INT8OID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), CStringGetTextDatum(text_of(error))};
  old_spi_run_as_owner(
      "UPDATE confiture.run SET state = 'failed', error = $2, finished_at = clock_timestamp() "
      "WHERE run_id = $1 AND state IN ('queued', 'running')",
      2, types, values);
}

const char *store_table_failure(int64 run_id, Oid relation, const char *error) {
  Oid types[] = {INT8OID, OIDOID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), ObjectIdGetDatum(relation), CStringGetTextDatum(error)};
  uint64 n = old_spi_run_as_owner(
      "UPDATE confiture.run_table SET state = 'failed', error = $3 WHERE run_id = $1 AND relation = $2 "
      "RETURNING relation_name",
      3, types, values);
  return n > 0 ? old_spi_text(0, 1) : psprintf("%u", relation);
}

static List *oids_found(uint64 n) {
  List *oids = NIL;
  bool is_null;
  for (uint64 row = 0; row < n; row++) oids = lappend_oid(oids, DatumGetObjectId(old_spi_datum(row, 1, &is_null)));
  SPI_freetuptable(SPI_tuptable);
  return oids;
}

List *mark_done_tables(int64 run_id, Oid relation) {
  Oid types[] = {INT8OID, OIDOID};
  Datum values[] = {Int64GetDatum(run_id), ObjectIdGetDatum(relation)};
  return oids_found(old_spi_run_as_owner(
      "UPDATE confiture.run_table t SET state = 'done', rows = c.rows, bytes = c.bytes, elapsed = c.elapsed FROM ("
      "SELECT k.relation, sum(k.rows) AS rows, sum(k.bytes) AS bytes, max(k.finished_at) "
      "- min(k.started_at) AS elapsed "
      "FROM confiture.chunk k WHERE k.run_id = $1 AND ($2 = 0 OR k.relation = $2) GROUP BY k.relation "
      "HAVING bool_and(k.state = 'done')) c WHERE t.run_id = $1 AND t.relation = c.relation "
      "AND t.state = 'waiting' RETURNING t.relation::oid",
      2, types, values));
}

List *run_relations(int64 run_id, const char *state) {
  char nulls[] = "  ";
  Oid types[] = {INT8OID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), text_or_null(state, &nulls[1])};
  return oids_found(
      old_spi_run_as_owner("SELECT t.relation::oid FROM confiture.run_table t JOIN pg_class c ON c.oid "
                           "= t.relation WHERE t.run_id = $1 AND ($2 IS NULL OR t.state = $2) ORDER BY 1",
                           2, types, values, nulls));
}

}  // namespace confiture
