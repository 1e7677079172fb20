#include "record/run_store.h"

#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/spi.h"
#include "record/seal.h"

namespace confiture {

static int64 draw_run_id() {
  return spi_run_as_owner("SELECT nextval('confiture.run_run_id_seq')").first().next<int64>();
}

// A later run has a greater number, but whoever may write all data may set the sequence back. One that other sessions
// have merely overtaken is drawn a second time: setting it would give theirs away again.
int64 next_run_id() {
  int64 run_id = draw_run_id();
  int64 latest = spi_run_latest_as_owner("SELECT coalesce(max(run_id), 0) FROM confiture.run").first().next<int64>();
  if (run_id <= latest) run_id = draw_run_id();
  if (run_id > latest) return run_id;
  return spi_run_as_owner("SELECT setval('confiture.run_run_id_seq', $1)", {arg(latest + 1)}).first().next<int64>();
}

static const char *seal_run(int64 run_id, Oid role, const Jsonb *parameters) {
  const char *text = JsonbToCString(nullptr, const_cast<JsonbContainer *>(&parameters->root), VARSIZE(parameters));
  return seal_fields("run", {psprintf(INT64_FORMAT, run_id), psprintf("%u", role), text});
}

void store_run(int64 run_id, const char *server, const char *state, Jsonb *parameters) {
  spi_run_as_owner(R"(
      INSERT INTO confiture.run (run_id, server, state, started_by, started_by_name, started_at, key_id, parameters,
        seal)
      OVERRIDING SYSTEM VALUE
      VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7, $8))",
                   {arg(run_id), arg(server), arg(state), arg(GetUserId()), arg_name(NameStr(*caller_name())),
                    arg(masking_key_id()), arg(parameters), arg(seal_run(run_id, GetUserId(), parameters))});
}

void store_refused(int64 run_id, const char *server, Jsonb *parameters, const ErrorData *error) {
  if (has_run(run_id)) return;
  store_run(run_id, server, "refused", parameters);
  store_state(run_id, "refused", text_of(error));
}

void store_queued(int64 run_id) {
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET state = 'queued', error = NULL, finished_at = NULL
      WHERE run_id = $1 AND state NOT IN ('done', 'superseded'))",
                   {arg(run_id)});
}

RunRecord load_run(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT r.server, r.state, a.oid, r.key_id, r.parameters, r.seal, r.snapshots
      FROM confiture.run r
      LEFT JOIN pg_authid a ON a.oid = r.started_by
      WHERE r.run_id = $1)",
                               {arg(run_id)});
  if (rows.is_empty())
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no run " INT64_FORMAT, run_id),
                    errhint("The view confiture.runs has the runs there are.")));
  Row row = rows.first();
  RunRecord record = {
      .run_id = run_id,
      .server = row.next<const char *>(),
      .state = row.next<const char *>(),
      .started_by = row.next<Oid>(),
      .key_id = row.next<const char *>(),
      .parameters = row.next<Jsonb *>(),
      .seal = row.next<const char *>(""),
      .snapshots = row.next<int32>(),
  };
  if (!superuser() && !(OidIsValid(record.started_by) && has_privs_of_role(GetUserId(), record.started_by)))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("permission denied for run " INT64_FORMAT, run_id),
                    errhint("Only members of the role that started a run may do this.")));
  return record;
}

Jsonb *store_parameter(const RunRecord *record, const char *name, const char *value) {
  Jsonb *parameters =
      spi_run("SELECT $1 || jsonb_build_object($2, $3)", {arg(record->parameters), arg(name), arg(value)})
          .first()
          .next<Jsonb *>();
  spi_run_as_owner(
      R"(
      UPDATE confiture.run
      SET parameters = $2, seal = $3
      WHERE run_id = $1)",
      {arg(record->run_id), arg(parameters), arg(seal_run(record->run_id, record->started_by, parameters))});
  return parameters;
}

void refuse_closed(const RunRecord *record) {
  bool is_done = strcmp(record->state, "done") == 0;
  if (strcmp(record->state, "refused") == 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("run " INT64_FORMAT " was refused before it began", record->run_id),
                    errhint("Start a new run with CALL confiture.sync().")));
  if (!is_done && strcmp(record->state, "superseded") != 0) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("run " INT64_FORMAT " is %s", record->run_id, record->state),
                  is_done ? errhint("There is nothing left to do.")
                          : errhint("A later run took over its tables; resume that one, or start a new one.")));
}

void require_same_role(const RunRecord *record) {
  if (record->started_by == GetUserId()) return;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("run " INT64_FORMAT " can only be continued by the role that started it", record->run_id),
                  OidIsValid(record->started_by)
                      ? errhint("SET ROLE %s first.", quote_identifier(GetUserNameFromId(record->started_by, false)))
                      : errhint("That role is gone. Start a new run with CALL confiture.sync().")));
}

void require_seal(const RunRecord *record) {
  if (strcmp(record->key_id, masking_key_id()) != 0)
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("run " INT64_FORMAT " cannot be resumed: the masking key was replaced since", record->run_id),
             errhint("Start a new run with CALL confiture.sync().")));
  if (strcmp(seal_run(record->run_id, record->started_by, record->parameters), record->seal) == 0) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                  errmsg("the parameters in confiture.run are not those that run " INT64_FORMAT " was started with",
                         record->run_id),
                  errhint("Start a new run with CALL confiture.sync().")));
}

void store_snapshot(int64 run_id, const char *snapshot, bool is_new, bool is_distributed) {
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET state = 'running', error = NULL, finished_at = NULL,
        snapshot = $2, snapshots = snapshots + CASE WHEN $3 THEN 1 ELSE 0 END,
        is_distributed = is_distributed OR $4
      WHERE run_id = $1)",
                   {arg(run_id), arg(snapshot), arg(is_new), arg(is_distributed)});
}

const char *current_snapshot(int64 run_id) {
  Rows rows = spi_run_as_owner("SELECT snapshot FROM confiture.run WHERE run_id = $1", {arg(run_id)});
  return rows.is_empty() ? nullptr : rows.first().next<const char *>();
}

// A run asks thousands of times: what SPI keeps of each answer must not add up until the procedure ends.
static bool has_row(Statement sql, std::initializer_list<Arg> args) {
  Rows rows = spi_run_as_owner(sql, args);
  rows.free();
  return !rows.is_empty();
}

bool has_run(int64 run_id) { return has_row("SELECT FROM confiture.run WHERE run_id = $1", {arg(run_id)}); }

bool is_current(int64 run_id, const char *snapshot) {
  return has_row(R"(
      SELECT FROM confiture.run
      WHERE run_id = $1 AND state = 'running' AND snapshot = coalesce($2, snapshot))",
                 {arg(run_id), arg(snapshot)});
}

bool is_stopped(int64 run_id) {
  return has_row("SELECT FROM confiture.run WHERE run_id = $1 AND state <> 'running'", {arg(run_id)});
}

bool has_failed_tables(int64 run_id) {
  return has_row("SELECT FROM confiture.run_table WHERE run_id = $1 AND state = 'failed' LIMIT 1", {arg(run_id)});
}

void store_state(int64 run_id, const char *state, const char *error) {
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET state = $2, error = coalesce(error, $3), finished_at = coalesce(finished_at, clock_timestamp())
      WHERE run_id = $1)",
                   {arg(run_id), arg(state), arg(error)});
}

const char *text_of(const ErrorData *error) {
  return error->detail != nullptr ? psprintf("%s (%s)", error->message, error->detail) : error->message;
}

void cancel_open_run(int64 run_id) {
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET state = 'cancelled', finished_at = clock_timestamp(), error = format('cancelled by role %I', $2)
      WHERE run_id = $1 AND state IN ('queued', 'running'))",
                   {arg(run_id), arg_name(NameStr(*caller_name()))});
}

void fail_open_run(int64 run_id, const ErrorData *error) {
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET state = 'failed', error = $2, finished_at = clock_timestamp()
      WHERE run_id = $1 AND state IN ('queued', 'running'))",
                   {arg(run_id), arg(text_of(error))});
}

void store_interruption(int64 run_id, const char *reason) {
  if (!ConditionalLockRelationOid(own_relation("run"), RowExclusiveLock)) return;
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET error = coalesce(error, $2)
      WHERE run_id = (
        SELECT run_id
        FROM confiture.run
        WHERE run_id = $1 AND state IN ('queued', 'running')
        FOR UPDATE SKIP LOCKED))",
                   {arg(run_id), arg(reason)});
}

const char *store_table_failure(int64 run_id, Oid relation, const char *error) {
  Rows rows = spi_run_as_owner(R"(
      UPDATE confiture.run_table
      SET state = 'failed', error = $3
      WHERE run_id = $1 AND relation = $2
      RETURNING relation_name)",
                               {arg(run_id), arg(relation), arg(error)});
  return rows.is_empty() ? psprintf("%u", relation) : rows.first().next<const char *>();
}

void store_table_note(int64 run_id, Oid relation, const char *note) {
  spi_run_as_owner(R"(
      UPDATE confiture.run_table
      SET error = $3
      WHERE run_id = $1 AND relation = $2)",
                   {arg(run_id), arg(relation), arg(note)});
}

const char *table_notes(int64 run_id) {
  return spi_run_as_owner(R"(
      SELECT string_agg(format('%s: %s.', t.relation_name, rtrim(t.error, '.')), E'\n' ORDER BY t.relation_name)
      FROM confiture.run_table t
      WHERE t.run_id = $1 AND t.state = 'done' AND t.error IS NOT NULL)",
                          {arg(run_id)})
      .first()
      .next<const char *>();
}

void retry_failed_tables(int64 run_id) {
  spi_run_as_owner(R"(
      UPDATE confiture.run_table
      SET state = 'waiting', error = NULL
      WHERE run_id = $1 AND state = 'failed')",
                   {arg(run_id)});
}

List *run_relations(int64 run_id, const char *state) {
  List *relations = NIL;
  for (Row row : spi_run_as_owner(R"(
      SELECT t.relation
      FROM confiture.run_table t
      JOIN pg_class c ON c.oid = t.relation
      WHERE t.run_id = $1 AND ($2 IS NULL OR t.state = $2)
      ORDER BY 1)",
                                  {arg(run_id), arg(state)}))
    relations = lappend_oid(relations, row.next<Oid>());
  return relations;
}

List *names_of_run(int64 run_id) {
  List *names = NIL;
  for (Row row : spi_run_as_owner(R"(
      SELECT source_relation
      FROM confiture.run_table
      WHERE run_id = $1
      ORDER BY relation)",
                                  {arg(run_id)}))
    names = append(names, row.next<const char *>());
  return names;
}

}  // namespace confiture
