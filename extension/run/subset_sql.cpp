#include "pg/list.h"
#include "pg/relations.h"
#include "run/subset.h"

namespace confiture {

// Names that no column of users has.
#define SQL_OID "\"confiture.oid\""
#define SQL_TID "\"confiture.tid\""
#define SQL_XID "\"confiture.xid\""

// A relation that stands for a table: itself, or one of its partitions.
struct Side {
  const SubsetTable *table;
  const char *relation;   // qualified, quoted
  char kind;              // relkind
  const char *condition;  // nullptr: none besides the filter
};

// In parentheses, for FROM. Conditions find their columns by the table's name, as in a chunk.
static char *side_sql(const Side *side) {
  const SubsetTable *table = side->table;
  const char *filter = table->table->plan->request.filter;
  bool is_itself = strcmp(side->relation, table->table->plan->source->qualified) == 0;
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql,
                   "(SELECT %1$s.tableoid AS " SQL_OID ", %1$s.ctid AS " SQL_TID ", %1$s.xmin AS " SQL_XID
                   ", %1$s.* FROM %2$s%3$s%4$s%5$s",
                   table->alias, only_itself(is_itself ? table->table->plan->source->kind : side->kind), side->relation,
                   is_itself ? "" : " AS ", is_itself ? "" : table->alias);
  if (filter != nullptr) appendStringInfo(&sql, " WHERE (%s\n)", filter);
  if (side->condition != nullptr)
    appendStringInfo(&sql, "%s (%s\n)", filter != nullptr ? " AND" : " WHERE", side->condition);
  appendStringInfoChar(&sql, ')');
  return sql.data;
}

// What a row is recognised by from night to night: its primary key, or else where it lies.
static char *identity(const SubsetTable *table, const char *alias, const char *position) {
  StringInfoData sql;
  initStringInfo(&sql);
  for (const KeyColumn *column : each<KeyColumn>(table->table->extent->key))
    appendStringInfo(&sql, "%s%s.%s", sql.len > 0 ? ", " : "ROW(", alias, column->quoted);
  if (sql.len == 0) return psprintf("%s.%s::pg_catalog.text", alias, position);
  appendStringInfoString(&sql, ")::pg_catalog.text");
  return sql.data;
}

static char *hash(const Subset *subset, const char *identity) {
  return psprintf("pg_catalog.hashtextextended(%s, '" INT64_FORMAT "'::pg_catalog.int8)", identity, subset->choice);
}

void prefer_positions(Source *source) {
  source_query(source, R"(
    SELECT set_config('random_page_cost', least(1.1 * current_setting('seq_page_cost')::float8,
      current_setting('random_page_cost')::float8)::text, true))");
}

char *copy_positions(const char *query) { return psprintf("COPY (%s) TO STDOUT (FORMAT binary)", query); }

char *seed_query(const Subset *subset, const SubsetTable *table) {
  const Seed *seed = table->seed;
  Side side = {table, table->table->plan->source->qualified, table->table->plan->source->kind, seed->condition};
  const char *order = hash(subset, identity(table, "s", SQL_TID));
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql, "SELECT " SQL_OID ", " SQL_TID ", " SQL_XID " FROM %s s", side_sql(&side));
  if (seed->percent > 0 && seed->percent < 100) {
    // The hash is one of 2^64 numbers, half of them below 0.
    double least = seed->percent / 100 * 18446744073709551616.0 - 9223372036854775808.0;
    appendStringInfo(&sql, " WHERE %s < '" INT64_FORMAT "'::pg_catalog.int8", order, static_cast<int64>(least));
  }
  if (seed->rows > 0) appendStringInfo(&sql, " ORDER BY %s LIMIT " INT64_FORMAT, order, seed->rows);
  return sql.data;
}

// The side of a step where it comes from: some rows of one leaf, or all of the table.
static Side known_side(const SubsetStep *step, const SubsetTable *table, const char *relation, char kind) {
  if (step->leaf == nullptr) return {table, relation, kind, nullptr};
  return {table, step->leaf->extent->qualified, step->leaf->extent->kind, nullptr};
}

static char *join(const Side *child, const Side *parent, const SourceKey *key) {
  return psprintf("FROM %s f JOIN %s p ON %s", side_sql(child), side_sql(parent), key->joins);
}

static Side child_side(const SubsetKey *key) {
  return {key->child, key->source->referencing_name, key->source->referencing_kind, nullptr};
}

static Side parent_side(const SubsetKey *key) {
  return {key->parent, key->source->referenced_name, key->source->referenced_kind, nullptr};
}

char *joined_sides(const SubsetKey *key) {
  const Side child = child_side(key), parent = parent_side(key);
  return join(&child, &parent, key->source);
}

// A row is sent once for each of those that reference it, without DISTINCT; one that references is sent once anyway.
char *step_statement(const Subset *subset, const SubsetStep *step) {
  const SubsetKey *key = step->key;
  const SourceKey *source = key->source;
  Side child = child_side(key), parent = parent_side(key);
  const char *known = step->to_parents ? "f" : "p", *wanted = step->to_parents ? "p" : "f";
  if (step->to_parents)
    child = known_side(step, key->child, source->referencing_name, source->referencing_kind);
  else
    parent = known_side(step, key->parent, source->referenced_name, source->referenced_kind);
  bool is_limited = !step->to_parents && key->rows_per_parent > 0;
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql, "SELECT %1$s%2$s." SQL_OID ", %2$s." SQL_TID ", %2$s." SQL_XID,
                   step->to_parents ? "DISTINCT " : "", wanted);
  if (is_limited)
    appendStringInfo(&sql, ", row_number() OVER (PARTITION BY p." SQL_OID ", p." SQL_TID " ORDER BY %s) AS number",
                     hash(subset, identity(key->child, "f", SQL_TID)));
  appendStringInfo(&sql, " %s", join(&child, &parent, source));
  if (step->positions != nullptr)
    appendStringInfo(&sql, " WHERE %s." SQL_TID " = ANY ('%s'::pg_catalog.tid[])", known, step->positions);
  if (!is_limited) return copy_positions(sql.data);
  return copy_positions(psprintf("SELECT " SQL_OID ", " SQL_TID ", " SQL_XID " FROM (%s) q WHERE number <= %d",
                                 sql.data, key->rows_per_parent));
}

}  // namespace confiture
