#include "run/queue.h"

#include <cmath>

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/summary.h"
#include "record/seal.h"
#include "run/cost.h"
#include "run/subset.h"

namespace confiture {

// ---------------------------------------------------------------------------------------------------------------
// In

// The size class in the upper 16 bits: the nearest power of two, since chunks that are cut to a size such as 64 MB vary
// about it. Then the number of the chunk, and last its size within the class.
static int64 place_of(int64 bytes, int number) {
  double size = log2(static_cast<double>(Max(bytes, 1))) + 0.5;
  double size_class = floor(size);
  int64 rest = static_cast<int64>((size - size_class) * 65536);
  return (64 - static_cast<int64>(size_class)) << 48 | static_cast<int64>(number) << 16 | (65535 - rest);
}

static Arg arg_int64s(const int64 *numbers, int count) {
  Datum *values = make_array<Datum>(count);
  for (int i = 0; i < count; i++) values[i] = Int64GetDatum(numbers[i]);
  ArrayType *array = construct_array(values, count, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE);
  return {INT8ARRAYOID, PointerGetDatum(array), false};
}

static const char *to_hex(const bytea *bytes) {
  size_t size = VARSIZE_ANY_EXHDR(bytes);
  char *hex = make_array<char>(2 * size + 1);
  hex_encode(VARDATA_ANY(bytes), size, hex);
  return hex;
}

// Which rows: positions in hex, or a condition.
static const char *chunk_seal(int64 run_id, Oid relation, int number, const char *source_relation, Oid source_oid,
                              const char *condition, const char *positions) {
  if (positions != nullptr) condition = psprintf("positions %s", positions);
  return seal_fields("chunk", {psprintf(INT64_FORMAT, run_id), psprintf("%u", relation), psprintf("%d", number),
                               source_relation, psprintf("%u", source_oid), condition});
}

static void store_chunks(int64 run_id, Oid relation, List *chunks) {
  int count = 0;
  int64 *bytes = make_array<int64>(list_length(chunks)), *places = make_array<int64>(list_length(chunks));
  List *source_relations = NIL, *source_oids = NIL, *conditions = NIL, *seals = NIL, *positions = NIL;
  for (const Chunk *chunk : each<Chunk>(chunks)) {
    source_relations = append(source_relations, chunk->source_relation);
    source_oids = lappend_oid(source_oids, chunk->source_oid);
    conditions = append(conditions, chunk->condition != nullptr ? chunk->condition : "");
    bytes[count] = chunk->bytes;
    places[count] = place_of(chunk->bytes, count + 1);
    count++;
    const char *hex = chunk->positions != nullptr ? to_hex(chunk->positions) : nullptr;
    positions = append(positions, hex != nullptr ? hex : "");
    seals = append(
        seals, chunk_seal(run_id, relation, count, chunk->source_relation, chunk->source_oid, chunk->condition, hex));
  }
  spi_run_as_owner(
      R"(
      INSERT INTO confiture.chunk (run_id, relation, number, source_relation, source_oid, condition, seal,
        estimated_bytes, place, positions)
      SELECT $1, $2, number, source_relation, source_oid, nullif(condition, ''), seal, bytes, place,
        decode(nullif(positions, ''), 'hex')
      FROM ROWS FROM (unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9))
        WITH ORDINALITY u(source_relation, source_oid, condition, seal, bytes, place, positions, number)
      ORDER BY number)",
      {arg(run_id), arg(relation), arg_texts(source_relations), arg_oids(source_oids), arg_texts(conditions),
       arg_texts(seals), arg_int64s(bytes, count), arg_int64s(places, count), arg_texts(positions)});
}

static const char *name_of(ChunkBy by) { return by == ChunkBy::key ? "key" : by == ChunkBy::ctid ? "ctid" : "table"; }

static const Jsonb *to_jsonb(const char *json) {
  return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
}

// Of a NULL, too.
static const char *transfer_seal(int64 run_id, Oid relation, const Jsonb *transfer) {
  const char *text = nullptr;
  if (transfer != nullptr)
    text = JsonbToCString(nullptr, const_cast<JsonbContainer *>(&transfer->root), VARSIZE(transfer));
  return seal_fields("transfer", {psprintf(INT64_FORMAT, run_id), psprintf("%u", relation), text});
}

static bool is_authentic(int64 run_id, const TakenChunk *chunk) {
  const char *seal = chunk_seal(run_id, chunk->relation, chunk->number, chunk->slice.relation, chunk->source_oid,
                                chunk->slice.condition, chunk->positions);
  return strcmp(seal, chunk->seal) == 0 && chunk->transfer != nullptr &&
         strcmp(transfer_seal(run_id, chunk->relation, chunk->transfer), chunk->transfer_seal) == 0;
}

void require_seals(int64 run_id, const TakenChunk *chunk) {
  if (is_authentic(run_id, chunk)) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                  errmsg("chunk %d of %s, or how it is masked, is not what the run planned", chunk->number,
                         chunk->relation_name),
                  errdetail("Its entry in confiture.chunk or confiture.run_table was changed."),
                  errhint("Start a new run with CALL confiture.sync().")));
}

void forget_table(int64 run_id, Oid relation) {
  // Not left to ON DELETE CASCADE, which is a trigger, and triggers may be off.
  spi_run_as_owner("DELETE FROM confiture.chunk WHERE run_id = $1 AND relation = $2", {arg(run_id), arg(relation)});
  spi_run_as_owner("DELETE FROM confiture.run_table WHERE run_id = $1 AND relation = $2", {arg(run_id), arg(relation)});
}

void store_table(int64 run_id, const RunTable *table, const ChunkList *chunks) {
  const SyncPlan *plan = table->plan;
  Oid relation = plan->request.relation;
  const char *filter = plan->request.filter;
  bool is_chosen = table->share != nullptr && !table->share->is_whole;
  int64 rows = is_chosen ? table->share->rows : static_cast<int64>(plan->source->estimated_rows);
  bool is_known = is_chosen || (filter == nullptr && rows >= 0);
  int64 bytes = is_chosen ? 0 : table->extent->bytes;
  for (const Chunk *chunk : each<Chunk>(is_chosen ? chunks->chunks : NIL)) bytes += chunk->bytes;
  const Jsonb *transfer = to_jsonb(transfer_to_json(make_transfer(plan)));
  spi_run_as_owner(
      R"(
      INSERT INTO confiture.run_table (run_id, relation, relation_name, source_relation, mode, format, filter,
        rows, bytes, elapsed, columns, state, chunk_by, chunks, estimated_rows, estimated_bytes, transfer,
        transfer_seal, shape, loader, subset_digest)
      VALUES ($1, $2, $3, $4, $17, $5, $6,
        0, 0, '0', $7::jsonb, 'waiting', $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16))",
      {arg(run_id), arg(relation), arg(plan->relation_name), arg(plan->source->qualified),
       arg(plan->binary ? "binary" : "text"), arg(filter), arg(columns_as_json(plan)), arg(name_of(chunks->by)),
       arg(list_length(chunks->chunks)), arg_or_null(arg(rows), !is_known), arg(bytes), arg(transfer),
       arg(transfer_seal(run_id, relation, transfer)), arg(shape_as_json(plan)), arg(loader_name(plan->loader)),
       arg(is_chosen ? table->share->digest : nullptr), arg(mode_name(plan->request.mode))});
  store_chunks(run_id, relation, chunks->chunks);
}

// ---------------------------------------------------------------------------------------------------------------
// Out

Queue begin_queue(int64 run_id, const char *snapshot) {
  return {
      .run_id = run_id,
      .snapshot = snapshot,
      .context = CurrentMemoryContext,
      .place = -1,
      .chunk_id = 0,
      .is_first_pass = true,
      .has_taken = false,
      .watched = nullptr,
  };
}

// Takes the first of the chunks that `near` lists whose lock is free: locks are tried one by one, in that order as long
// as the server joins in loops, which only speed hangs on. A chunk that was done meanwhile is no longer pending. Busy
// are the tables that other processes are loading, as pg_stat_progress_copy shows it: processes that extend one table
// wait for each other, which costs a tenth of the time. Chunk and run are found by their keys: with a condition on the
// chunk's run, all of the run that are pending would be read for each. OFFSET 0: each table's entry is found by its key
// too; as a join, all tables of the run would be read.
#define SQL_WAITING_TABLE                                                          \
  "CROSS JOIN LATERAL ("                                                           \
  " SELECT *"                                                                      \
  " FROM confiture.run_table t"                                                    \
  " WHERE t.run_id = k.run_id AND t.relation = k.relation AND t.state = 'waiting'" \
  " OFFSET 0) t "
#define SQL_TAKE_ONE_OF(near)                                                                               \
  "WITH busy AS MATERIALIZED ("                                                                             \
  " SELECT s.relid"                                                                                         \
  " FROM pg_stat_get_progress_info('COPY') s"                                                               \
  " WHERE s.param17 = $1 AND s.pid <> pg_backend_pid()"                                                     \
  "), near AS MATERIALIZED (" near                                                                          \
  ") "                                                                                                      \
  "SELECT k.chunk_id, k.place, k.relation, t.relation_name, k.number, t.chunks,"                            \
  " k.source_relation, k.condition, k.source_oid, k.seal, t.transfer, t.transfer_seal,"                     \
  " coalesce((t.estimated_rows * (k.estimated_bytes::float8 / greatest(t.estimated_bytes, 1)))::int8, -1)," \
  " r.snapshots, r.key_id, encode(k.positions, 'hex') "                                                     \
  "FROM near "                                                                                              \
  "JOIN confiture.chunk k USING (chunk_id) " SQL_WAITING_TABLE                                              \
  "JOIN confiture.run r ON r.run_id = $1 "                                                                  \
  "WHERE k.state = 'pending' AND r.state = 'running' AND ($2 IS NULL OR r.snapshot = $2) "                  \
  "LIMIT 1 "                                                                                                \
  "FOR UPDATE OF k SKIP LOCKED"

// More than others may have locked.
static const char take_behind_the_last[] = SQL_TAKE_ONE_OF(R"(
        SELECT chunk_id
        FROM (
          SELECT k.chunk_id, k.place, $5 AND k.relation::oid IN (SELECT relid FROM busy) AS is_busy
          FROM confiture.chunk k
          )" SQL_WAITING_TABLE R"(
          WHERE k.run_id = $1 AND k.state = 'pending' AND (k.place, k.chunk_id) > ($3, $4)
          ORDER BY k.place, k.chunk_id
          LIMIT (SELECT 16 + 2 * count(*) FROM busy)) n
        ORDER BY place >> 48, is_busy, place, chunk_id)");

static const char take_watched[] = SQL_TAKE_ONE_OF(R"(
        SELECT k.chunk_id
        FROM confiture.chunk k
        WHERE k.chunk_id = ANY ($3::int8[]) AND k.state = 'pending'
        ORDER BY k.place, k.chunk_id)");

static bool take_from(Queue *queue, Rows rows, TakenChunk *chunk) {
  if (rows.is_empty()) return false;
  Row row = rows.first();
  *chunk = {
      .chunk_id = row.next<int64>(),
      .place = row.next<int64>(),
      .relation = row.next<Oid>(),
      .relation_name = row.next<const char *>(),
      .number = row.next<int32>(),
      .chunks = row.next<int32>(),
      .slice = {.relation = row.next<const char *>(), .condition = row.next<const char *>(), .limit = -1},
      .source_oid = row.next<Oid>(),
      .seal = row.next<const char *>(""),
      .transfer = row.next<Jsonb *>(),
      .transfer_seal = row.next<const char *>(""),
      .estimated_rows = row.next<int64>(),
      .snapshots = row.next<int32>(),
      .key_id = row.next<const char *>(),
      .positions = row.next<const char *>(),
  };
  queue->place = chunk->place;
  queue->chunk_id = chunk->chunk_id;
  queue->has_taken = true;
  return true;
}

static bool take_next(Queue *queue, TakenChunk *chunk) {
  return take_from(queue,
                   spi_run_as_owner(take_behind_the_last, {arg(queue->run_id), arg(queue->snapshot), arg(queue->place),
                                                           arg(queue->chunk_id), arg(queue->is_first_pass)}),
                   chunk);
}

static void start_pass(Queue *queue) {
  queue->place = -1;
  queue->chunk_id = 0;
  queue->is_first_pass = queue->has_taken = false;
}

// Once in the life of a queue, at its end.
static void watch_pending(Queue *queue) {
  Rows rows = spi_run_as_owner(R"(
      SELECT coalesce(array_agg(k.chunk_id), '{}')::text
      FROM confiture.chunk k
      JOIN confiture.run_table t USING (run_id, relation)
      WHERE k.run_id = $1 AND k.state = 'pending' AND t.state = 'waiting')",
                               {arg(queue->run_id)});
  queue->watched = MemoryContextStrdup(queue->context, rows.first().next<const char *>());
}

bool take_chunk(Queue *queue, TakenChunk *chunk) {
  while (queue->watched == nullptr) {
    if (take_next(queue, chunk)) return true;
    if (queue->is_first_pass || queue->has_taken)
      start_pass(queue);
    else
      watch_pending(queue);
  }
  return take_from(
      queue, spi_run_as_owner(take_watched, {arg(queue->run_id), arg(queue->snapshot), arg(queue->watched)}), chunk);
}

bool has_work_left(const Queue *queue) {
  static const char any_pending[] = R"(
      SELECT
      FROM confiture.chunk k
      )" SQL_WAITING_TABLE R"(
      JOIN confiture.run r ON r.run_id = k.run_id
      WHERE k.run_id = $1 AND k.state = 'pending' AND r.state = 'running'
      ORDER BY k.place, k.chunk_id
      LIMIT 1)";
  static const char watched_pending[] = R"(
      SELECT
      FROM confiture.chunk k
      JOIN confiture.run_table t USING (run_id, relation)
      JOIN confiture.run r USING (run_id)
      WHERE k.run_id = $1 AND k.chunk_id = ANY ($2::int8[])
        AND k.state = 'pending' AND t.state = 'waiting' AND r.state = 'running'
      LIMIT 1)";
  Rows rows = queue->watched == nullptr ? spi_run_as_owner(any_pending, {arg(queue->run_id)})
                                        : spi_run_as_owner(watched_pending, {arg(queue->run_id), arg(queue->watched)});
  rows.free();
  return !rows.is_empty();
}

static Arg arg_interval(int64 microseconds) {
  return {INTERVALOID, IntervalPGetDatum(make<Interval>({.time = microseconds, .day = 0, .month = 0})), false};
}

void mark_done(const TakenChunk *chunk, uint64 rows, uint64 bytes, TimestampTz started) {
  ChunkCost cost = take_cost();
  spi_run_as_owner(
      R"(
      UPDATE confiture.chunk
      SET state = 'done', rows = $2, bytes = $3, snapshot = $4, pid = $5, started_at = $6,
        finished_at = clock_timestamp(), positions = NULL, cpu = $7, checkpoint_cpu = $8
      WHERE chunk_id = $1)",
      {arg(chunk->chunk_id), arg(rows), arg(bytes), arg(chunk->snapshots), arg(MyProcPid), arg_time(started),
       arg_interval(cost.all_us), arg_interval(cost.checkpoint_us)});
}

// The chunk that is taken last shows whether any is left: before it is done, no entry of a done one lies behind it.
#define SQL_MARK_DONE(of)                                                                                 \
  "WITH complete AS MATERIALIZED ("                                                                       \
  " SELECT t.relation"                                                                                    \
  " FROM confiture.run_table t"                                                                           \
  " WHERE t.run_id = $1 AND t.state = 'waiting'" of                                                       \
  "  AND (SELECT k.place"                                                                                 \
  "       FROM confiture.chunk k"                                                                         \
  "       WHERE k.run_id = $1 AND k.relation = t.relation AND k.state = 'pending'"                        \
  "       ORDER BY k.place DESC"                                                                          \
  "       LIMIT 1) IS NULL"                                                                               \
  ") "                                                                                                    \
  "UPDATE confiture.run_table t "                                                                         \
  "SET state = 'done', rows = c.rows, bytes = c.bytes, elapsed = c.elapsed "                              \
  "FROM complete "                                                                                        \
  "CROSS JOIN LATERAL ("                                                                                  \
  " SELECT sum(k.rows) AS rows, sum(k.bytes) AS bytes, max(k.finished_at) - min(k.started_at) AS elapsed" \
  " FROM confiture.chunk k"                                                                               \
  " WHERE k.run_id = $1 AND k.relation = complete.relation"                                               \
  " HAVING count(*) > 0) c "                                                                              \
  "WHERE t.run_id = $1 AND t.relation = complete.relation AND t.state = 'waiting'" of "RETURNING t.relation"

List *mark_done_tables(int64 run_id, Oid relation) {
  Rows rows = OidIsValid(relation)
                  ? spi_run_as_owner(SQL_MARK_DONE(" AND t.relation = $2 "), {arg(run_id), arg(relation)})
                  : spi_run_as_owner(SQL_MARK_DONE(" "), {arg(run_id)});
  List *relations = NIL;
  for (Row row : rows) relations = lappend_oid(relations, row.next<Oid>());
  rows.free();
  return relations;
}

int64 count_done(int64 run_id) {
  return spi_run_as_owner(R"(
      SELECT count(*) + coalesce(sum(rows), 0)::int8
      FROM confiture.chunk
      WHERE run_id = $1 AND state = 'done')",
                          {arg(run_id)})
      .first()
      .next<int64>();
}

}  // namespace confiture
