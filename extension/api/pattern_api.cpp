// confiture.set_pattern() and drop_pattern().
#include "api/rule_arguments.h"
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "pg/spi.h"
#include "plan/column_patterns.h"
#include "plan/wire_type.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_pattern);
PG_FUNCTION_INFO_V1(confiture_drop_pattern);
}

// A pattern reaches the tables of all owners, those to come too.
static void check_caller() {
  if (!owns_database(GetUserId()))
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be owner of the database to set or drop patterns"),
             errhint("A pattern holds for the tables of all owners; confiture.set_rule() gives single columns "
                     "of your tables a rule.")));
}

// The options must do for one kind of values at least; each column is asked by the plan.
static void check_strategy(const char *strategy, const Jsonb *options) {
  wall::Status failure = {};
  for (int kind = 0; kind < static_cast<int>(wall::ValueKind::other); kind++) {
    wall::ColumnSpec spec = {};
    spec.strategy = strategy;
    spec.options = JsonbToCString(nullptr, const_cast<JsonbContainer *>(&options->root), VARSIZE(options));
    spec.kind = static_cast<wall::ValueKind>(kind);
    spec.labels = spec.kind == wall::ValueKind::enumeration ? "{a,b}" : nullptr;
    spec.literal = "";
    const wall::StrategyRow *row = wall::strategy_find(strategy);
    if (row != nullptr && (row->kinds & mask::kind_bit(spec.kind)) == 0) continue;
    wall::Status status;
    if (make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status) != nullptr)
      return;
    if (failure.message[0] == '\0') failure = status;
  }
  raise(&failure);
}

static bool delete_pattern(const char *relations, const char *columns) {
  Rows deleted = spi_run_as_owner(R"(
    DELETE FROM confiture.pattern
    WHERE relations OPERATOR(pg_catalog.=) $1
      AND columns OPERATOR(pg_catalog.=) $2)",
                                  {arg(relations), arg(columns)});
  return !deleted.is_empty();
}

Datum confiture_set_pattern(PG_FUNCTION_ARGS) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("relations, columns and strategy must not be NULL"),
                    errhint("To mask with NULL, write the strategy as 'null'; to remove a pattern, use "
                            "drop_pattern().")));
  check_caller();
  const char *relations = text_to_cstring(PG_GETARG_TEXT_PP(0));
  const char *columns = text_to_cstring(PG_GETARG_TEXT_PP(1));
  const char *strategy = text_to_cstring(PG_GETARG_TEXT_PP(2));
  Jsonb *options = PG_ARGISNULL(3) ? empty_object() : PG_GETARG_JSONB_P(3);
  check_pattern(relations, columns);
  if (!is_keep_or_drop(strategy, options)) check_strategy(strategy, options);
  check_reversible(options);
  spi_connect();
  delete_pattern(relations, columns);
  spi_run_as_owner(R"(
    INSERT INTO confiture.pattern (relations, columns, strategy, options, set_by)
    VALUES ($1, $2, $3, $4, $5))",
                   {arg(relations), arg(columns), arg(strategy), arg(options), arg_name(NameStr(*caller_name()))});
  spi_finish();
  PG_RETURN_VOID();
}

Datum confiture_drop_pattern(PG_FUNCTION_ARGS) {
  check_caller();
  spi_connect();
  bool was_there = delete_pattern(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)));
  spi_finish();
  PG_RETURN_BOOL(was_there);
}
