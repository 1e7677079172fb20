#include "plan/fit.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/spi.h"
#include "plan/column_checks.h"
#include "plan/forms.h"
#include "plan/samples.h"
#include "plan/wire_type.h"

namespace confiture {

// Expressions (char *): those of the column alone, and of its domains.
static List *checks_of(const SyncPlan *plan, const PlanColumn *column) {
  List *checks = domain_checks(column);
  for (const ColumnCheck *check : each<ColumnCheck>(table_checks(plan, column)))
    checks = append(checks, check->expression);
  return checks;
}

uint32 checked_limit(const SyncPlan *plan, const PlanColumn *column) {
  static const char sql[] = R"(
    SELECT min(m[2]::int4 - CASE m[1] WHEN '<' THEN 1 ELSE 0 END)
    FROM unnest($1) expression,
      regexp_matches(expression, 'length\(.*?\) (<=?) (\d{1,9})\M', 'g') m)";
  List *checks = checks_of(plan, column);
  if (checks == NIL) return 0;
  return static_cast<uint32>(Max(spi_run(sql, {arg_texts(checks)}).first().next<int32>(), 0));
}

// ---------------------------------------------------------------------------------------------------------------
// Masked values

// A longer constant would be an error in binary, and in text be cut silently, as by the cast.
static void check_name_size(const PlanColumn *column, List *outputs) {
  if (getBaseType(column->type) != NAMEOID || column->raw_leaves_source) return;
  for (const char *output : each_text(outputs))
    if (strlen(output) >= NAMEDATALEN)
      ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG), errmsg("a name has %d bytes at most", NAMEDATALEN - 1)));
}

// Casts masked samples to the column's type, which tries its domain's constraints too, then asks every CHECK that
// concerns this column alone. Returns the name of one that the samples violate, nullptr when there is none.
static const char *try_samples(const SyncPlan *plan, const PlanColumn *column, List *outputs) {
  check_name_size(column, outputs);
  Arg samples = arg_texts(outputs);
  const char *type = format_type_with_typemod(column->type, column->typmod);
  spi_run(psprintf("SELECT count(v::%s) FROM unnest($1) v", type), {samples});
  const char *violated = nullptr;
  for (const ColumnCheck *check : each<ColumnCheck>(table_checks(plan, column))) {
    const char *sql = psprintf("SELECT FROM (SELECT v::%s AS %s FROM unnest($1) v) s WHERE NOT (%s) LIMIT 1", type,
                               quote_identifier(column->name), check->expression);
    if (!spi_run(sql, {samples}).is_empty()) violated = check->name;
  }
  return violated;
}

struct Objection {
  const ErrorData *failure;  // of a cast
  const char *violated;      // the name of a CHECK
  explicit operator bool() const { return failure != nullptr || violated != nullptr; }
};

static Objection objection_to(const SyncPlan *plan, const PlanColumn *column, List *outputs) {
  Objection objection = {};
  if (outputs != NIL)
    objection.failure =
        rehearse_as_owner_of(plan->request.relation, [&] { objection.violated = try_samples(plan, column, outputs); });
  return objection;
}

static void refuse(SyncPlan *plan, PlanColumn *column, const Objection *objection, const char *reason) {
  const char *text = objection->failure != nullptr
                         ? psprintf("%s%s: %s", masked_by(column), reason, objection->failure->message)
                         : psprintf("%s violates CHECK constraint %s", masked_by(column), objection->violated);
  refuse_column(plan, column, text, propose_rule(plan, column, "hash"));
}

// ---------------------------------------------------------------------------------------------------------------
// Values that satisfy the CHECKs

// The column's type below its domains.
static const char *base_type(const PlanColumn *column) {
  int32 typmod = column->typmod;
  Oid base = getBaseTypeAndTypmod(column->type, &typmod);
  return format_type_with_typemod(base, typmod);
}

// Those of the values that satisfy all checks, as the column has them, in their order.
static List *satisfying(const PlanColumn *column, List *checks, List *values) {
  const char *name = quote_identifier(column->name);
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(
      &sql,
      "SELECT %1$s::text FROM (SELECT v AS %1$s%2$s FROM (SELECT DISTINCT v::%3$s AS v FROM unnest($1) v) d) s WHERE true",
      name, strcmp(column->name, "value") != 0 ? ", v AS value" : "", base_type(column));
  for (const char *check : each_text(checks)) appendStringInfo(&sql, " AND (%s) IS NOT FALSE", check);
  appendStringInfo(&sql, " ORDER BY s.%s", name);
  List *satisfied = NIL;
  for (Row row : spi_run(static_cast<const char *>(sql.data), {arg_texts(values)}))
    satisfied = append(satisfied, row.next<const char *>());
  return satisfied;
}

// What stands in the checks as a constant.
static List *constants_in(List *checks, bool is_number) {
  static const char numbers[] = R"(
    SELECT DISTINCT m[1]
    FROM regexp_matches($1, '(-?\d+(?:\.\d+)?)', 'g') m
    LIMIT 1000)";
  static const char texts[] = R"(
    SELECT DISTINCT replace(m[1], '''''', '''')
    FROM regexp_matches($1, '''((?:[^'']|'''')*)''', 'g') m
    LIMIT 1000)";
  List *constants = NIL;
  for (const char *check : each_text(checks))
    for (Row row : is_number ? spi_run(numbers, {arg(check)}) : spi_run(texts, {arg(check)}))
      constants = append(constants, row.next<const char *>());
  return constants;
}

// The numbers next to these, which a list of all that are allowed lacks.
static List *neighbours(List *numbers) {
  List *next = NIL;
  for (Row row :
       spi_run("SELECT (n::numeric + d)::text FROM unnest($1) n, unnest(ARRAY[-1, 1]) d", {arg_texts(numbers)}))
    next = append(next, row.next<const char *>());
  return next;
}

static int most_digits(const wall::ColumnSpec *spec) {
  return spec->precision == 0 ? 9 : static_cast<int>(spec->precision) - spec->scale;
}

static bool is_number(wall::ValueKind kind) { return (wall::kind_bit(kind) & mask::number_kinds) != 0; }

static constexpr int fewest_inputs = 12;  // that tell what a mask makes of values of their form

static List *find_inputs(const SyncPlan *plan, const PlanColumn *column) {
  KnownInputs unshared = {};
  KnownInputs *inputs = plan->known_inputs != nullptr ? plan->known_inputs : &unshared;
  if (!inputs->is_known)
    rehearse_as_owner_of(plan->request.relation, [&] {
      List *forms = values_of_forms(column->spec.kind, most_digits(&column->spec));
      if (forms != NIL) inputs->values = satisfying(column, checks_of(plan, column), forms);
    });
  inputs->is_known = true;
  return inputs->values;
}

void check_masks(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker) {
  Objection objection = objection_to(plan, column, sample_outputs(masker, &column->spec));
  if (objection && column->strategy->needs_value && !column->spec.is_array)
    if (List *inputs = find_inputs(plan, column); list_length(inputs) >= fewest_inputs)
      objection = objection_to(plan, column, outputs_of(masker, inputs));
  if (objection) refuse(plan, column, &objection, " does not take masked values");
}

void check_constant(SyncPlan *plan, PlanColumn *column, char *text) {
  Objection objection = objection_to(plan, column, list_make1(text));
  if (objection) refuse(plan, column, &objection, "");
}

static bool is_among(List *values, const char *wanted) {
  for (const char *value : each_text(values))
    if (strcmp(value, wanted) == 0) return true;
  return false;
}

// The day of a timestamp, and all of any other value.
static char *without_time(char *value) {
  if (char *blank = strchr(value, ' ')) *blank = '\0';
  return value;
}

static CheckedValues checked_values(const SyncPlan *plan, const PlanColumn *column) {
  CheckedValues checked = {};
  const wall::ColumnSpec spec = spec_of_type(column->type, column->typmod);
  List *checks = checks_of(plan, column);
  if (checks == NIL || spec.is_array) return checked;
  List *constants = satisfying(column, checks, constants_in(checks, is_number(spec.kind)));
  List *forms = values_of_forms(spec.kind, most_digits(&spec));
  if (is_number(spec.kind)) forms = list_concat(forms, neighbours(constants));
  forms = satisfying(column, checks, forms);
  bool is_open = false;
  for (const char *value : each_text(forms)) is_open = is_open || !is_among(constants, value);
  if (!is_open && constants != NIL) checked.labels = constants;
  if (is_open && spec.kind != wall::ValueKind::text) {
    List *values = is_number(spec.kind) ? satisfying(column, checks, list_concat(forms, constants)) : forms;
    checked.lowest = without_time(static_cast<char *>(linitial(values)));
    checked.highest = without_time(static_cast<char *>(llast(values)));
  }
  return checked;
}

CheckedValues find_checked_values(const SyncPlan *plan, const PlanColumn *column) {
  CheckedValues checked = {};
  rehearse_as_owner_of(plan->request.relation, [&] { checked = checked_values(plan, column); });
  return checked;
}

}  // namespace confiture
