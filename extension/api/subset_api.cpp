// confiture.set_seed(), drop_seed(), set_follow(), drop_follow(); plan_subset(), why().
#include "api/request.h"
#include "api/rule_arguments.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/nearest_name.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/declared.h"
#include "plan/filters.h"
#include "run/subset.h"
#include "source/call.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_seed);
PG_FUNCTION_INFO_V1(confiture_drop_seed);
PG_FUNCTION_INFO_V1(confiture_set_follow);
PG_FUNCTION_INFO_V1(confiture_drop_follow);
PG_FUNCTION_INFO_V1(confiture_plan_subset);
PG_FUNCTION_INFO_V1(confiture_why);
}

// ---------------------------------------------------------------------------------------------------------------
// Stored

static void refuse_null(bool is_null, const char *arguments) {
  if (is_null) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", arguments)));
}

Datum confiture_set_seed(PG_FUNCTION_ARGS) {
  refuse_null(PG_ARGISNULL(0), "relation");
  Oid relation = PG_GETARG_OID(0);
  require_owned_table(relation, false);
  Seed seed = {
      .relation = nullptr,
      .condition = PG_ARGISNULL(1) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(1)),
      .rows = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2),
      .percent = PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3),
  };
  if (seed.condition != nullptr) check_condition(seed.condition, "condition");
  if (!PG_ARGISNULL(2) && seed.rows < 1)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rows must be 1 or more")));
  if (!PG_ARGISNULL(3) && !(seed.percent > 0 && seed.percent <= 100))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("percent must be above 0, and 100 at most")));
  spi_connect();
  store_seed(relation, &seed);
  spi_finish();
  PG_RETURN_VOID();
}

// Everyone may clear away what is left of a dropped table.
static void require_owned_or_gone(Oid relation) {
  if (get_rel_relkind(relation) != '\0') require_owned_table(relation, false);
}

Datum confiture_drop_seed(PG_FUNCTION_ARGS) {
  require_owned_or_gone(PG_GETARG_OID(0));
  spi_connect();
  bool was_there = delete_seed(PG_GETARG_OID(0));
  spi_finish();
  PG_RETURN_BOOL(was_there);
}

// The source's key may have another name, or its table more keys than the one here: no error.
static void warn_of_unknown(Oid relation, const char *key) {
  List *names = NIL;
  for (Row row : spi_run(R"(
      SELECT pg_catalog.quote_ident(conname)
      FROM pg_catalog.pg_constraint
      WHERE conrelid = $1 AND contype = 'f'
      )",
                         {arg(relation)}))
    names = append(names, row.next<const char *>());
  for (DeclaredReference *reference : each<DeclaredReference>(load_declared_references()))
    if (reference->relation == relation) names = append(names, reference_text(reference));
  for (const char *name : each_text(names))
    if (strcmp(name, key) == 0 || strcmp(name, quote_identifier(key)) == 0) return;
  const char *nearest = strlen(key) < 2 * NAMEDATALEN ? nearest_name(key, names) : nullptr;
  ereport(WARNING, (errmsg("%s has no foreign key or declared reference \"%s\" here", qualified_name(relation), key),
                    nearest != nullptr
                        ? errhint("Perhaps you meant %s.", nearest)
                        : errhint("Keys are the source's: confiture.plan_subset() says whether it has this one.")));
}

Datum confiture_set_follow(PG_FUNCTION_ARGS) {
  refuse_null(PG_ARGISNULL(0) || PG_ARGISNULL(1), "relation and key");
  Oid relation = PG_GETARG_OID(0);
  require_owned_table(relation, false);
  const Follow follow = {
      .relation = nullptr,
      .key = text_to_cstring(PG_GETARG_TEXT_PP(1)),
      .is_by_default = PG_ARGISNULL(2),
      .follows = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2),
      .rows_per_parent = PG_ARGISNULL(3) ? 0 : PG_GETARG_INT32(3),
  };
  if (!PG_ARGISNULL(3) && follow.rows_per_parent < 1)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rows_per_parent must be 1 or more"),
                    errhint("To follow the reference to no row, set follow to false.")));
  refuse_null(follow.is_by_default && follow.rows_per_parent == 0, "follow and rows_per_parent");
  int level = enter_session();
  spi_connect();
  store_follow(relation, &follow);
  warn_of_unknown(relation, follow.key);
  spi_finish();
  leave_session(level);
  PG_RETURN_VOID();
}

Datum confiture_drop_follow(PG_FUNCTION_ARGS) {
  require_owned_or_gone(PG_GETARG_OID(0));
  spi_connect();
  bool was_there = delete_follow(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
  spi_finish();
  PG_RETURN_BOOL(was_there);
}

// ---------------------------------------------------------------------------------------------------------------
// The plan

static const char *size_of(int64 bytes) {
  return text_to_cstring(DatumGetTextPP(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(bytes))));
}

static List *warnings_about(const Subset *subset, const SubsetTable *table) {
  List *warnings = NIL;
  const RunTable *planned = table->table;
  for (const SubsetKey *key : each<SubsetKey>(subset->keys)) {
    bool is_asked = key->child == table && key->policy != FollowPolicy::never && !table->is_whole &&
                    (key->parent->is_followed || (key->policy == FollowPolicy::always && key->parent->is_reached));
    if (is_asked && !key->source->has_index)
      warnings =
          append(warnings, psprintf("no index of the source leads to the rows that %s references by: each batch "
                                    "of rows reads all %s of %s",
                                    key->name, size_of(planned->extent->bytes), planned->plan->source->qualified));
    if (key->child == table && table->is_whole && !table->is_reached && key->parent->is_reached && key->parents > 0)
      warnings = append(warnings, psprintf("it comes whole, and brings %s of %s along by %s: "
                                           "confiture.set_follow('%s', '%s', false) leaves it out",
                                           counted_rows(key->parents), key->parent->table->plan->relation_name,
                                           key->name, planned->plan->relation_name, key->name));
  }
  constexpr int64 large = INT64CONST(100) << 20;
  if (!table->is_reached && table->is_whole && planned->extent->bytes > large)
    warnings = append(warnings, psprintf("it has %s, and comes whole: unreached => 'none' leaves such tables out",
                                         size_of(planned->extent->bytes)));
  if (planned->plan->request.filter != nullptr)
    warnings = append(warnings, "its filter leaves rows out that others may reference: see on_fk_violation");
  return warnings;
}

struct PlanTotals {
  int64 rows, bytes;
};

static void put_row(const ReturnSetInfo *result, const char *relation, const char *chosen, int64 rows, int64 of_rows,
                    int64 bytes, List *why, List *warnings) {
  Datum values[] = {relation != nullptr ? CStringGetTextDatum(relation) : Datum(0),
                    chosen != nullptr ? CStringGetTextDatum(chosen) : Datum(0),
                    Int64GetDatum(rows),
                    Int64GetDatum(of_rows),
                    Int64GetDatum(bytes),
                    arg_texts(why).value,
                    arg_texts(warnings).value};
  bool nulls[] = {relation == nullptr, chosen == nullptr, rows < 0, of_rows < 0, false, false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static List *words_of(List *reasons) {
  List *words = NIL;
  for (const SubsetReason *reason : each<SubsetReason>(reasons)) words = append(words, reason->words);
  return words;
}

static void put_table(const ReturnSetInfo *result, const Subset *subset, const SubsetTable *table, PlanTotals *totals) {
  const RunTable *planned = table->table;
  double all = planned->plan->source->estimated_rows;
  int64 bytes = planned->extent->bytes;
  if (!table->is_whole)
    bytes = all > 0 ? static_cast<int64>(static_cast<double>(bytes) * Min(static_cast<double>(table->rows) / all, 1))
                    : Min(bytes, table->rows * BLCKSZ);
  const char *chosen = table->is_whole ? "whole" : table->rows > 0 ? "some" : "none";
  put_row(result, planned->plan->relation_name, chosen, table->rows, all < 0 ? -1 : static_cast<int64>(all), bytes,
          words_of(subset_reasons(subset, table)), warnings_about(subset, table));
  totals->rows += Max(table->rows, 0);
  totals->bytes += bytes;
}

static void put_subset(const ReturnSetInfo *result, const RunPlan *plan, const Subset *subset) {
  PlanTotals totals = {};
  for (const SubsetTable *table : each<SubsetTable>(subset->tables)) put_table(result, subset, table, &totals);
  List *problems = NIL;
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems)) problems = append(problems, problem->text);
  const char *effort = psprintf("%d rounds, " INT64_FORMAT " statements, " UINT64_FORMAT " kB for the chosen rows",
                                subset->rounds, subset->statements, (subset->memory + 1023) / 1024);
  put_row(result, nullptr, nullptr, totals.rows, -1, totals.bytes, list_make1(const_cast<char *>(effort)), problems);
}

// Chooses rows as a sync with these options would, and passes them to `body`.
static void with_subset(const RunOptions &options, bool is_recorded, Callback<void(const RunPlan *, Subset *)> body) {
  with_source(options.server, [&](Source *source) {
    RunPlan *plan = plan_run(source, &options, NIL);
    Subset *subset = choose_subset(source, &options, plan, is_recorded);
    if (subset == nullptr)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("no table of the run has a seed"),
                      errhint("Say where the subset starts: confiture.set_seed(), or subset => '{\"public.customers\": "
                              "{\"rows\": 1000}}'.")));
    body(plan, subset);
    release_sets(subset);
  });
}

static RunOptions options_of(FunctionCallInfo fcinfo, std::initializer_list<const char *> names) {
  return read_options(settle_subset(settle_settings(parameters_of(fcinfo, names))));
}

Datum confiture_plan_subset(PG_FUNCTION_ARGS) {
  InitMaterializedSRF(fcinfo, 0);
  const ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  spi_connect();
  int level = enter_session();
  with_subset(options_of(fcinfo, {"server", "subset", "include", "exclude", "filters", "unreached"}), false,
              [&](const RunPlan *plan, Subset *subset) { put_subset(result, plan, subset); });
  leave_session(level);
  spi_finish();
  return Datum(0);
}

// ---------------------------------------------------------------------------------------------------------------
// One row

static const SubsetTable *table_of(const Subset *subset, Oid relation) {
  for (const SubsetTable *table : each<SubsetTable>(subset->tables))
    if (table->table->plan->request.relation == relation) return table;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("%s is not a table of this run", qualified_name(relation))));
}

static void put_path(const ReturnSetInfo *result, List *path) {
  int step = 0;
  for (const ExplainedRow *row : each<ExplainedRow>(path)) {
    Datum values[] = {Int32GetDatum(++step), CStringGetTextDatum(row->table->table->plan->relation_name),
                      row->key != NIL ? arg_texts(row->key).value : Datum(0), CStringGetTextDatum(row->reason)};
    bool nulls[] = {false, false, row->key == NIL, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
}

Datum confiture_why(PG_FUNCTION_ARGS) {
  refuse_null(PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2), "server, relation and key");
  InitMaterializedSRF(fcinfo, 0);
  const ReturnSetInfo *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  spi_connect();
  int level = enter_session();
  Oid relation = PG_GETARG_OID(1);
  List *key = texts_argument(fcinfo, 2, "values of a key");
  with_subset(
      options_of(fcinfo, {"server", nullptr, nullptr, "subset", "include", "exclude", "filters", "unreached"}), true,
      [&](const RunPlan *, Subset *subset) { put_path(result, explain_row(subset, table_of(subset, relation), key)); });
  leave_session(level);
  spi_finish();
  return Datum(0);
}
