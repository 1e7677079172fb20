#include "load/transfer.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

static WireColumn wire_column(const PlanColumn *column);

static const WireColumn *named_columns(const PlanColumn *column) {
  WireColumn *named = make_array<WireColumn>(list_length(column->named));
  int n = 0;
  for (const PlanColumn *wanted : each<PlanColumn>(column->named)) {
    named[n] = wire_column(wanted);
    named[n++].expression = expression_as_text(wanted);
  }
  return named;
}

static WireColumn wire_column(const PlanColumn *column) {
  return {.name = column->name,
          .number = column->number,
          .type = column->type,
          .typmod = column->typmod,
          .source = column->source->is_readable ? source_name(column->source->name) : nullptr,
          .expression = column->expression,
          .side = column->side,
          .clues = {column->clues[0], column->clues[1]},
          .n_named = list_length(column->named),
          .named = named_columns(column),
          .spec = column->spec,
          .function = column->function,
          .function_digest = column->function_digest};
}

Transfer *make_transfer(const SyncPlan *plan) {
  List *columns = wire_columns(plan);
  Transfer *transfer = make<Transfer>({.relation = plan->request.relation,
                                       .loader = plan->loader,
                                       .engine = plan->engine != nullptr ? plan->engine->name : nullptr,
                                       .source_relation = plan->source->qualified,
                                       .source_name = source_name(plan->source->name),
                                       .source_kind = plan->source->kind,
                                       .filter = plan->request.filter,
                                       .binary = plan->binary,
                                       .needs_masker = plan->needs_masker,
                                       .n_columns = 0,
                                       .columns = make_array<WireColumn>(list_length(columns)),
                                       .key_columns = plan->key_columns});
  for (const PlanColumn *column : each<PlanColumn>(columns))
    transfer->columns[transfer->n_columns++] = wire_column(column);
  return transfer;
}

static int side_count(const WireColumn *column) {
  int n = column->side != nullptr;
  for (const char *clue : column->clues) n += clue != nullptr;
  for (int i = 0; i < column->n_named; i++) n += 1 + side_count(&column->named[i]);
  return n;
}

int side_count(const Transfer *transfer) {
  int n = 0;
  for (int i = 0; i < transfer->n_columns; i++) n += side_count(&transfer->columns[i]);
  return n;
}

static bool is_as_planned(TupleDesc target, const WireColumn *planned) {
  if (planned->number > target->natts) return false;
  const FormData_pg_attribute *column = TupleDescAttr(target, planned->number - 1);
  return !column->attisdropped && strcmp(NameStr(column->attname), planned->name) == 0 &&
         column->atttypid == planned->type && column->atttypmod == planned->typmod;
}

void refuse_altered(const Transfer *transfer) {
  Relation target = table_open(transfer->relation, NoLock);
  for (int i = 0; i < transfer->n_columns; i++) {
    const WireColumn *planned = &transfer->columns[i];
    if (!is_as_planned(RelationGetDescr(target), planned))
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("column %s was altered while the run went on", quote_identifier(planned->name))));
  }
  table_close(target, NoLock);
}

// FROM, WHERE and ORDER BY: the rows of the slice.
static void append_rows(StringInfo sql, const Transfer *transfer, const Slice *slice) {
  // Only plain tables and leaf partitions are sliced.
  if (slice->relation != nullptr)
    appendStringInfo(sql, " FROM ONLY %s AS %s", slice->relation, transfer->source_name);
  else
    appendStringInfo(sql, " FROM %s%s", only_itself(transfer->source_kind), transfer->source_relation);
  if (slice->sample != nullptr) appendStringInfo(sql, " TABLESAMPLE %s", slice->sample);
  if (transfer->filter != nullptr) appendStringInfo(sql, " WHERE (%s\n)", transfer->filter);
  if (slice->condition != nullptr)
    appendStringInfo(sql, " %s (%s)", transfer->filter != nullptr ? "AND" : "WHERE", slice->condition);
  if (slice->order != nullptr) appendStringInfo(sql, " ORDER BY %s", slice->order);
}

// The sides are made in a subquery, so that a value that hangs on one sees what the masker sees: a planner keeps a
// subquery apart where something in it is volatile, and evaluates it once for each row.
static void append_rows_with_sides(StringInfo sql, const Transfer *transfer, const Slice *slice) {
  appendStringInfoString(sql, " FROM (SELECT ");
  const char *separator = "";
  const auto add = [&](const char *expression, const char *name) {
    if (expression == nullptr) return;
    appendStringInfo(sql, "%s%s%s%s", separator, expression, name != nullptr ? " AS " : "",
                     name != nullptr ? name : "");
    separator = ", ";
  };
  // A column that others name may be there without them, or a column for itself.
  Bitmapset *added = nullptr;
  const auto add_column = [&](const WireColumn *column) {
    if (bms_is_member(column->number, added)) return;
    added = bms_add_member(added, column->number);
    add(column->source, nullptr);
    add(column->side, side_name(column->number));
    for (size_t clue = 0; clue < wall::clue_count; clue++)
      add(column->clues[clue], clue_name(static_cast<wall::Clue>(clue), column->number));
  };
  for (int i = 0; i < transfer->n_columns; i++) add_column(&transfer->columns[i]);
  for (int i = 0; i < transfer->n_columns; i++)
    for (int j = 0; j < transfer->columns[i].n_named; j++) add_column(&transfer->columns[i].named[j]);
  append_rows(sql, transfer, slice);
  appendStringInfoString(sql, ") q");
}

// In the order in which the masker numbers them, see number_sides(). Those of a column that another one names are
// texts.
static void append_sides(StringInfo sql, const WireColumn *column, bool is_named) {
  if (is_named) appendStringInfo(sql, ", %s", column->expression);
  if (column->side != nullptr)
    appendStringInfo(sql, ", %s%s", side_name(column->number), is_named ? "::pg_catalog.text" : "");
  for (size_t clue = 0; clue < wall::clue_count; clue++)
    if (column->clues[clue] != nullptr)
      appendStringInfo(sql, ", %s", clue_name(static_cast<wall::Clue>(clue), column->number));
  for (int i = 0; i < column->n_named; i++) append_sides(sql, &column->named[i], true);
}

char *row_query(const Transfer *transfer, const Slice *slice) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT ");
  for (int i = 0; i < transfer->n_columns; i++)
    appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", transfer->columns[i].expression);
  for (int i = 0; i < transfer->n_columns; i++) append_sides(&sql, &transfer->columns[i], false);
  if (side_count(transfer) > 0)
    append_rows_with_sides(&sql, transfer, slice);
  else
    append_rows(&sql, transfer, slice);
  if (slice->limit >= 0) appendStringInfo(&sql, " LIMIT " INT64_FORMAT, slice->limit);
  return sql.data;
}

char *copy_statement(const Transfer *transfer, const Slice *slice) {
  return psprintf("COPY (%s) TO STDOUT (FORMAT %s)", row_query(transfer, slice), transfer->binary ? "binary" : "text");
}

}  // namespace confiture
