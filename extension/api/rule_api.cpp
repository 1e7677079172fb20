// confiture.set_rule(), keep(), drop_rule() and set_filter().
#include "api/rule_arguments.h"
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "pg/list.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/filters.h"
#include "plan/functions.h"
#include "plan/plan.h"
#include "plan/sql_rule.h"
#include "plan/wire_type.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_rule);
PG_FUNCTION_INFO_V1(confiture_keep);
PG_FUNCTION_INFO_V1(confiture_drop_rule);
PG_FUNCTION_INFO_V1(confiture_set_filter);
}

static Oid relation_argument(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("relation and column_name must not be NULL")));
  require_owned_table(PG_GETARG_OID(0), true);
  return PG_GETARG_OID(0);
}

// Removes the rules of a column, also those left of an earlier table of the same name; returns whether there were any.
static bool clear_rule(Oid relation, const char *column) {
  bool is_gone = get_rel_relkind(relation) == '\0';
  const char *name = is_gone ? nullptr : qualified_name(relation);
  spi_connect();
  Rows deleted = spi_run_as_owner(R"(
    DELETE FROM confiture.rule
    WHERE column_name OPERATOR(pg_catalog.=) $2
      AND (relation OPERATOR(pg_catalog.=) $1
        OR relation_name OPERATOR(pg_catalog.=) $3
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation)))",
                                  {arg(relation), arg_name(column), arg(name)});
  spi_finish();
  return !deleted.is_empty();
}

struct NewRule {
  const char *column;
  AttrNumber number;  // of the column; 0: the source alone has it
  const char *strategy;
  Jsonb *options;
  const char *when;  // nullptr: for all rows that no condition takes
};

// What an earlier table of that name has left is this one's, unless it has rules of its own for the column.
static void adopt_rules(Oid relation, const NewRule *rule) {
  spi_run_as_owner(R"(
    UPDATE confiture.rule r
    SET relation = $1, column_number = $3
    WHERE r.column_name OPERATOR(pg_catalog.=) $2
      AND r.relation OPERATOR(pg_catalog.=) (
        SELECT pg_catalog.max(o.relation::pg_catalog.oid)
        FROM confiture.rule o
        WHERE o.column_name OPERATOR(pg_catalog.=) $2
          AND o.relation_name OPERATOR(pg_catalog.=) $4
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) o.relation))
      AND NOT EXISTS (
        SELECT FROM confiture.rule o
        WHERE o.column_name OPERATOR(pg_catalog.=) $2 AND o.relation OPERATOR(pg_catalog.=) $1))",
                   {arg(relation), arg_name(rule->column), arg(rule->number), arg(qualified_name(relation))});
  spi_run_as_owner(R"(
    DELETE FROM confiture.rule
    WHERE column_name OPERATOR(pg_catalog.=) $2
      AND relation OPERATOR(pg_catalog.<>) $1
      AND relation_name OPERATOR(pg_catalog.=) $3
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation))",
                   {arg(relation), arg_name(rule->column), arg(qualified_name(relation))});
}

// The place of the rule among those of its column: that of the rule it replaces, which is removed, or behind the
// others. Where the column is left out no row has a rule.
static int16 take_position(Oid relation, const NewRule *rule) {
  Rows replaced = spi_run_as_owner(R"(
    DELETE FROM confiture.rule
    WHERE relation OPERATOR(pg_catalog.=) $1
      AND column_name OPERATOR(pg_catalog.=) $2
      AND (condition OPERATOR(pg_catalog.=) $3
        OR condition IS NULL AND $3 IS NULL
        OR strategy OPERATOR(pg_catalog.=) ANY (ARRAY['drop', 'default']))
    RETURNING CASE WHEN strategy OPERATOR(pg_catalog.<>) ALL (ARRAY['drop', 'default']) THEN position END)",
                                   {arg(relation), arg_name(rule->column), arg(rule->when)});
  for (Row row : replaced)
    if (int16 position = row.next<int16>(); position > 0) return position;
  if (rule->when == nullptr) return 0;
  Rows last = spi_run_as_owner(R"(
    SELECT COALESCE(pg_catalog.max(position), 0::pg_catalog.int2)
    FROM confiture.rule
    WHERE relation OPERATOR(pg_catalog.=) $1 AND column_name OPERATOR(pg_catalog.=) $2)",
                               {arg(relation), arg_name(rule->column)});
  return static_cast<int16>(last.first().next<int16>() + 1);
}

static void store_rule(Oid relation, const NewRule *rule) {
  if (leaves_column(rule->strategy)) clear_rule(relation, rule->column);
  spi_connect();
  adopt_rules(relation, rule);
  int16 position = take_position(relation, rule);
  spi_run_as_owner(R"(
    INSERT INTO confiture.rule
      (relation, column_name, column_number, strategy, options, condition, position, set_by, relation_name)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))",
                   {arg(relation), arg_name(rule->column), arg(rule->number), arg(rule->strategy), arg(rule->options),
                    arg(rule->when), arg(position), arg_name(NameStr(*caller_name())), arg(qualified_name(relation))});
  spi_finish();
}

// As the plan does, but without a source: name, options and kind must fit.
static void check_strategy(Oid relation, AttrNumber number, const char *strategy, Jsonb *options) {
  Oid type, collation;
  int32 typmod;
  get_atttypetypmodcoll(relation, number, &type, &typmod, &collation);
  wall::ColumnSpec spec = spec_of_type(type, typmod);
  spec.name = get_attname(relation, number, false);
  spec.strategy = strategy;
  spec.options = JsonbToCString(nullptr, &options->root, VARSIZE(options));
  spec.literal = "";
  wall::Status status;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr) raise(&status);
  for (size_t part = 0; part < wall::value_masker_parts(masker); part++)
    if (const char *name = wall::value_masker_part(masker, part); get_attnum(relation, name) <= 0)
      ereport(ERROR,
              (errcode(ERRCODE_UNDEFINED_COLUMN),
               errmsg("column \"%s\", which the template names, does not exist in %s", name, qualified_name(relation)),
               errhint("Write a brace that is meant as one twice, as in {{.")));
}

static bool has_object(const Jsonb *options, const char *name) {
  JsonbContainer *root = const_cast<JsonbContainer *>(&options->root);
  const JsonbValue *value = getKeyJsonValueFromContainer(root, name, static_cast<int>(strlen(name)), nullptr);
  return value != nullptr && value->type == jbvBinary;
}

[[noreturn]] static void raise_no_clue(Oid relation, const char *column) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN),
           errmsg("column \"%s\", which an option names, does not exist in %s", column, qualified_name(relation)),
           errhint("Where only the source has it, leave it out first: %s",
                   rule_statement(qualified_name(relation), "set_rule", column, "drop"))));
}

// Is it a column that the source alone has, by a rule that leaves it out?
static bool is_left_out(Oid relation, const char *column) {
  static const char sql[] = R"(
    SELECT FROM confiture.rule
    WHERE relation = $1 AND column_name = $2 AND strategy = 'drop')";
  return !spi_run(sql, {arg(relation), arg_name(column)}).is_empty();
}

// Raw values leave the core's hands.
static void check_function(Oid relation, AttrNumber number, const char *options, const char *when) {
  const RuleText rule = read_function_rule(options, when);
  if (!superuser())
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("must be superuser to have a function mask a column"),
             errdetail("The function is given raw values.")));
  (void)find_function(rule.text, get_atttype(relation, number), relation, GetUserId());
}

// The columns that the options name must be there, as far as is known without a source.
static void check_clues(Oid relation, const char *strategy, const Jsonb *options) {
  const wall::StrategyRow *row = wall::strategy_find(strategy);
  if (row == nullptr || !(row->takes_entity || row->takes_gender || row->takes_columns)) return;
  const char *text = JsonbToCString(nullptr, const_cast<JsonbContainer *>(&options->root), VARSIZE(options));
  spi_connect();
  int level = enter_session();
  // Of a gender only an object names a column.
  List *names = row->takes_entity ? clue_columns(text, wall::Clue::entity) : NIL;
  if (row->takes_gender && has_object(options, "gender"))
    names = list_concat(names, clue_columns(text, wall::Clue::gender));
  if (row->takes_columns) names = list_concat(names, option_columns(text, "columns"));
  for (const char *name : each_text(names))
    if (get_attnum(relation, name) <= 0 && !is_left_out(relation, name)) raise_no_clue(relation, name);
  leave_session(level);
  spi_finish();
}

Datum confiture_set_rule(PG_FUNCTION_ARGS) {
  Oid relation = relation_argument(fcinfo);
  if (PG_ARGISNULL(2))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("strategy must not be NULL"),
                    errhint("To mask with NULL, write the strategy as 'null'; to remove a rule, use drop_rule().")));
  const char *strategy = text_to_cstring(PG_GETARG_TEXT_PP(2));
  Jsonb *options = PG_ARGISNULL(3) ? empty_object() : PG_GETARG_JSONB_P(3);
  // A column to leave out may be one that the source alone has.
  bool is_on_source_only =
      strcmp(strategy, "drop") == 0 && get_attnum(relation, NameStr(*PG_GETARG_NAME(1))) == InvalidAttrNumber;
  AttrNumber number = is_on_source_only ? InvalidAttrNumber : existing_column(relation, NameStr(*PG_GETARG_NAME(1)));
  const char *when = PG_NARGS() < 5 || PG_ARGISNULL(4) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(4));
  if (when != nullptr) check_condition(when, "\"when\"");
  if (leaves_column(strategy) && when != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("\"%s\" leaves a column out of all rows, so that it takes no condition", strategy),
                    errhint("Strategy \"null\" leaves a value out.")));
  if (strcmp(strategy, "sql") == 0)
    (void)read_sql_rule(JsonbToCString(nullptr, &options->root, VARSIZE(options)), when);
  else if (strcmp(strategy, "function") == 0)
    check_function(relation, number, JsonbToCString(nullptr, &options->root, VARSIZE(options)), when);
  else if (!is_keep_or_drop(strategy, options)) {
    check_strategy(relation, number, strategy, options);
    check_clues(relation, strategy, options);
  }
  check_reversible(options);
  const NewRule rule = {NameStr(*PG_GETARG_NAME(1)), number, strategy, options, when};
  store_rule(relation, &rule);
  PG_RETURN_VOID();
}

Datum confiture_keep(PG_FUNCTION_ARGS) {
  Oid relation = relation_argument(fcinfo);
  const NewRule rule = {NameStr(*PG_GETARG_NAME(1)), existing_column(relation, NameStr(*PG_GETARG_NAME(1))), "keep",
                        empty_object(), nullptr};
  store_rule(relation, &rule);
  PG_RETURN_VOID();
}

Datum confiture_drop_rule(PG_FUNCTION_ARGS) {
  // Everyone may clear away what is left of a dropped table's rules.
  bool is_gone = !PG_ARGISNULL(0) && !PG_ARGISNULL(1) && get_rel_relkind(PG_GETARG_OID(0)) == '\0';
  Oid relation = is_gone ? PG_GETARG_OID(0) : relation_argument(fcinfo);
  PG_RETURN_BOOL(clear_rule(relation, NameStr(*PG_GETARG_NAME(1))));
}

Datum confiture_set_filter(PG_FUNCTION_ARGS) {
  if (PG_ARGISNULL(0)) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("relation must not be NULL")));
  Oid relation = PG_GETARG_OID(0);
  require_owned_table(relation, false);
  const char *condition = PG_ARGISNULL(1) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(1));
  if (condition != nullptr) check_condition(condition, "filter");
  spi_connect();
  store_filter(relation, condition);
  spi_finish();
  PG_RETURN_VOID();
}
