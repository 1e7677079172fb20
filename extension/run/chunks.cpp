#include "run/chunks.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"

namespace confiture {

static constexpr int64 max_chunks = 2000;
// Blocks to sample for a chunk, and for a table. Where the key follows the blocks, as a serial one does, a chunk's size
// varies by 1 / sqrt(blocks_per_chunk): with 32 by 18 %, so that none of 2000 comes near 3 times the mean.
static constexpr int64 blocks_per_chunk = 32;
static constexpr int64 min_blocks = 256;
// What ranges of the key may read again, as a share of the table, before they cost too much. Where the key does not
// follow the blocks, each range reads most of them.
static constexpr double max_reread = 0.5;
// Tables that are cached, or read again quickly enough, when there is no better way than ranges of a scattered key.
static constexpr int64 small_bytes = INT64CONST(1) << 30;

// An order of the rows to cut along.
struct CutOrder {
  List *columns;          // KeyColumn *
  const char *operators;  // their schema, quoted
};

static constexpr KeyColumn row_position = {"ctid", "ctid", "pg_catalog.tid"};

// What a sample along one order says.
struct SampledCut {
  List *chunks;   // NIL: too few rows or blocks for two
  double reread;  // how many bytes all chunks together read a second time or more often, as a share of the table
};

// The sample's rows in order, in n tiles of equal size. Where large values make most of the table, a row counts half
// for itself and half for their bytes: so no tile has more than twice its share of either. n is less than wanted where
// the filter or dead rows leave blocks empty, or too few blocks to say where a chunk ends.
//
// 1 keys, 2 their order, 3 width, 4 relation, 5 percent, 6 filter, 7 chunks wanted, 8 blocks expected, 9 the most
// chunks the sample is good for, 10 number of tile, 11 literals of all keys, 12 literal of the first
static const char sample_query[] = R"(
    WITH sample AS MATERIALIZED (
      SELECT %1$s, tableoid, substr(tidsend(ctid), 1, 4) AS block, %3$s AS width
      FROM %4$s TABLESAMPLE pg_catalog.system (%5$.9g) REPEATABLE (0)%6$s
    ), total AS MATERIALIZED (
      SELECT count(*) AS rows, greatest(sum(width), 1) AS all_width,
        (SELECT count(*) FROM (SELECT FROM sample GROUP BY tableoid, block) b) AS blocks
      FROM sample
    ), cut AS MATERIALIZED (
      SELECT rows, all_width, blocks, least(1, blocks / %8$.9g::float8) AS share,
        greatest(1, least(ceil(%7$d * blocks / %8$.9g::float8), %9$s))::bigint AS n
      FROM total
    ), tiled AS MATERIALIZED (
      SELECT %2$s, tableoid, block, tile, lag(tile) OVER (ORDER BY %2$s) AS previous
      FROM (
        SELECT %2$s, tableoid, block, %10$s AS tile
        FROM sample, cut
        WINDOW ordered AS (ORDER BY %2$s)) t
    )
    SELECT n, share,
      ((SELECT count(*) FROM (SELECT FROM tiled GROUP BY tile, tableoid, block) t) - n + 1) / blocks::float8 - 1,
      bound.*
    FROM cut, (SELECT tile, %11$s, %12$s FROM tiled WHERE tile <> previous) bound
    ORDER BY tile)";

static const char tile_of_rows[] = "(row_number() OVER ordered - 1) * n / rows";
static const char tile_of_widths[] = R"(least(n - 1,
          floor(n * ((row_number() OVER ordered - 1) / rows::float8
            + (sum(width) OVER ordered - width) / all_width) / 2)::bigint))";

static char *key_names(int n) {
  StringInfoData names;
  initStringInfo(&names);
  for (int i = 0; i < n; i++) appendStringInfo(&names, "%sk%d", i > 0 ? ", " : "", i);
  return names.data;
}

static const KeyColumn *column_of(const CutOrder *order, int i) {
  return static_cast<KeyColumn *>(list_nth(order->columns, i));
}

// SQL that writes the first n keys of a row as typed literals.
static char *literals(const CutOrder *order, int n) {
  StringInfoData sql;
  initStringInfo(&sql);
  for (int i = 0; i < n; i++)
    appendStringInfo(&sql, "%squote_nullable(k%d) || %s", i > 0 ? " || ', ' || " : "", i,
                     quote_literal_cstr(psprintf("::%s", column_of(order, i)->type)));
  return sql.data;
}

static void add_comparison(StringInfo condition, const CutOrder *order, const char *columns, const char *operation,
                           const char *values) {
  appendStringInfo(condition, "%s(%s) OPERATOR(%s.%s) (%s)", condition->len > 0 ? " AND " : "", columns,
                   order->operators, operation, values);
}

// The range between two rows of `bounds`; where there is no such row it is open. The planner estimates a row comparison
// by its first column and takes the two ends for independent, so it gets the range of that column too.
static const char *range(const CutOrder *order, const PGresult *bounds, int low, int high) {
  StringInfoData columns, condition;
  initStringInfo(&columns);
  initStringInfo(&condition);
  int n = list_length(order->columns);
  bool has_low = low >= 0, has_high = high < PQntuples(bounds);
  const char *first = column_of(order, 0)->quoted;
  for (int i = 0; i < n; i++) appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "", column_of(order, i)->quoted);
  if (has_low) add_comparison(&condition, order, columns.data, ">=", PQgetvalue(bounds, low, 4));
  if (has_high) add_comparison(&condition, order, columns.data, "<", PQgetvalue(bounds, high, 4));
  if (has_low && n > 1) add_comparison(&condition, order, first, ">=", PQgetvalue(bounds, low, 5));
  if (has_high && n > 1) add_comparison(&condition, order, first, "<=", PQgetvalue(bounds, high, 5));
  return condition.data;
}

static Chunk *make_chunk(const ChunkSource *table, const char *condition, double bytes) {
  return make<Chunk>({
      .source_relation = table->qualified,
      .source_oid = static_cast<Oid>(strtoul(table->oid, nullptr, 10)),
      .condition = condition,
      .bytes = static_cast<int64>(bytes),
      .positions = nullptr,
  });
}

static char *sample_statement(const ChunkSource *table, const CutOrder *order, const char *filter, int n) {
  int n_keys = list_length(order->columns);
  StringInfoData keys;
  initStringInfo(&keys);
  for (int i = 0; i < n_keys; i++)
    appendStringInfo(&keys, "%s%s AS k%d", i > 0 ? ", " : "", column_of(order, i)->quoted, i);
  const char *relation = psprintf("%s%s%s%s", only_itself(table->kind), table->qualified,
                                  table->alias != nullptr ? " AS " : "", table->alias != nullptr ? table->alias : "");
  double pages = static_cast<double>(table->pages);
  double expected = Min(pages, static_cast<double>(Max(n * blocks_per_chunk, min_blocks)));
  bool is_all = expected == pages;
  return psprintf(sample_query, keys.data, key_names(n_keys),
                  table->width != nullptr ? psprintf("(%s)::float8", table->width) : "0::float8", relation,
                  is_all ? 100.0 : 100.0 * expected / pages, filter != nullptr ? psprintf(" WHERE (%s\n)", filter) : "",
                  n, expected, is_all ? "rows" : psprintf("blocks / " INT64_FORMAT, blocks_per_chunk / 2),
                  table->width != nullptr ? tile_of_widths : tile_of_rows, literals(order, n_keys), literals(order, 1));
}

static SampledCut cut_along(Source *source, const ChunkSource *table, const CutOrder *order, const char *filter,
                            int n) {
  PGresult *bounds = expect_shape(source, source_query_rows(source, sample_statement(table, order, filter, n)), 6, -1);
  SampledCut result = {};
  int n_bounds = PQntuples(bounds);
  if (n_bounds == 0) return result;
  double tiles = strtod(PQgetvalue(bounds, 0, 0), nullptr);
  double tile_bytes = static_cast<double>(table->bytes) * strtod(PQgetvalue(bounds, 0, 1), nullptr) / tiles;
  result.reread = strtod(PQgetvalue(bounds, 0, 2), nullptr) * static_cast<double>(table->pages * BLCKSZ) /
                  static_cast<double>(table->bytes);
  double tile = 0;
  for (int i = 0; i <= n_bounds; i++) {
    double next_tile = i < n_bounds ? strtod(PQgetvalue(bounds, i, 3), nullptr) : tiles;
    result.chunks =
        append(result.chunks, make_chunk(table, range(order, bounds, i - 1, i), (next_tile - tile) * tile_bytes));
    tile = next_tile;
  }
  return result;
}

static bool is_plain(List *names, const char *name) {
  for (const char *plain : each_text(names))
    if (strcmp(plain, name) == 0) return true;
  return false;
}

static bool may_use_key(const ChunkSource *table, const CutRequest *request) {
  for (const KeyColumn *column : each<KeyColumn>(table->key))
    if (!is_plain(request->plain_columns, column->name)) return false;
  return table->key != NIL;
}

static ChunkList whole(const ChunkSource *table) {
  return {ChunkBy::table, list_make1(make_chunk(table, nullptr, static_cast<double>(table->bytes)))};
}

static bool is_worth_cutting(const ChunkSource *table, const CutRequest *request) {
  return request->wanted != ChunkBy::table && table->is_readable && table->pages > 0 &&
         table->bytes * 2 >= request->chunk_bytes * 3;
}

static SampledCut cut_by_key(Source *source, const ChunkSource *table, const char *filter, int n) {
  CutOrder key = {table->key, table->operators};
  return cut_along(source, table, &key, filter, n);
}

static SampledCut cut_by_position(Source *source, const ChunkSource *table, const char *filter, int n) {
  CutOrder position = {append(NIL, &row_position), "pg_catalog"};
  return cut_along(source, table, &position, filter, n);
}

// One table that holds rows, or a partitioned one as if it did.
static ChunkList cut_alone(Source *source, const ChunkSource *table, const CutRequest *request) {
  if (!is_worth_cutting(table, request)) return whole(table);
  int n = static_cast<int>((table->bytes + request->chunk_bytes - 1) / request->chunk_bytes);
  // Ranges of ctid are read without the rest of the table since 14.
  bool ctid_is_fit = table->is_heap && source->version >= 140000;
  SampledCut by_key = {};
  if ((request->wanted != ChunkBy::ctid || !ctid_is_fit) && may_use_key(table, request)) {
    by_key = cut_by_key(source, table, request->filter, n);
    if (by_key.chunks == NIL) return whole(table);
    if (by_key.reread <= max_reread || request->wanted == ChunkBy::key) return {ChunkBy::key, by_key.chunks};
  }
  if (ctid_is_fit) {
    SampledCut by_ctid = cut_by_position(source, table, request->filter, n);
    return by_ctid.chunks != NIL ? ChunkList{ChunkBy::ctid, by_ctid.chunks} : whole(table);
  }
  if (by_key.chunks != NIL && table->bytes < small_bytes) return {ChunkBy::key, by_key.chunks};
  return whole(table);
}

// SQL that calls the table schema.table finds nothing of that name when a partition is read in its place.
static bool takes_condition(Source *source, const ChunkSource *partition, const char *condition) {
  return condition == nullptr || source_objection(source,
                                                  psprintf("SELECT FROM ONLY %s AS %s WHERE (%s\n)",
                                                           partition->qualified, partition->alias, condition),
                                                  false) == nullptr;
}

// Each partition by itself where the role may and the filter can; else by the key of the root, which is a condition on
// all of them.
static ChunkList cut_partitions(Source *source, const ChunkSource *root, const CutRequest *request) {
  if (!is_worth_cutting(root, request)) return whole(root);
  bool all_heaps = true, all_readable = true;
  for (const ChunkSource *partition : each<ChunkSource>(root->partitions)) {
    all_heaps &= partition->is_heap;
    all_readable &= partition->is_readable;
  }
  if (!all_heaps) return whole(root);
  const ChunkSource *first = static_cast<ChunkSource *>(linitial(root->partitions));
  if (!all_readable || !takes_condition(source, first, request->filter) ||
      !takes_condition(source, first, request->reads))
    return cut_alone(source, root, request);
  ChunkList result = {ChunkBy::table, NIL};
  for (const ChunkSource *partition : each<ChunkSource>(root->partitions)) {
    ChunkList part = cut_alone(source, partition, request);
    result.chunks = list_concat(result.chunks, part.chunks);
    if (result.by == ChunkBy::table || part.by == ChunkBy::ctid) result.by = part.by;
  }
  return result;
}

ChunkList cut_table(Source *source, const ChunkSource *table, const CutRequest *request) {
  CutRequest limited = *request;
  limited.chunk_bytes = Max(request->chunk_bytes, table->bytes / max_chunks + 1);
  if (table->kind == RELKIND_PARTITIONED_TABLE) return cut_partitions(source, table, &limited);
  return table->is_heap ? cut_alone(source, table, &limited) : whole(table);
}

}  // namespace confiture
