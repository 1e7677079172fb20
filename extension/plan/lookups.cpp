#include "plan/lookups.h"

#include "pg/attempt.h"
#include "pg/digest.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/plan.h"
#include "plan/wire_type.h"

namespace confiture {

// They are in the memory of each backend that masks by them.
static constexpr int64 most_values = 100000, most_bytes = 4 * 1024 * 1024;

struct LookupName {
  const char *table, *column;
};

static LookupName name_in(const char *options) {
  Row row = spi_run("SELECT $1::jsonb ->> 'table', $1::jsonb ->> 'column'", {arg(options)}).first();
  const char *table = row.next<const char *>(), *column = row.next<const char *>();
  return {table, column};
}

bool looks_up(const wall::ColumnSpec *spec) {
  const wall::StrategyRow *strategy = spec->strategy != nullptr ? wall::strategy_find(spec->strategy) : nullptr;
  return strategy != nullptr && strategy->reads_table && spec->options != nullptr &&
         name_in(spec->options).table != nullptr;
}

// A name without a schema would mean another table for each search_path.
static Oid find_table(const char *name) {
  List *names = textToQualifiedNameList(cstring_to_text(name));
  if (list_length(names) != 2)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("option \"table\" has no schema: %s", name),
                    errhint("Write it as schema.table.")));
  Oid relation = RangeVarGetRelid(makeRangeVarFromNameList(names), AccessShareLock, true);
  if (!OidIsValid(relation))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table %s does not exist", name)));
  // A view is a query, whose functions run as whoever reads it.
  char kind = get_rel_relkind(relation);
  if (other_kind(relation) != nullptr && kind != RELKIND_MATVIEW)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("%s is %s", name, other_kind(relation)),
                    errhint("Values are looked up in tables and materialized views.")));
  if (get_rel_persistence(relation) == RELPERSISTENCE_TEMP)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("%s is temporary", name)));
  return relation;
}

static bool may_read_column(Oid relation, AttrNumber number, Oid role) {
  return (pg_attribute_aclcheck(relation, number, role, ACL_SELECT) == ACLCHECK_OK ||
          pg_class_aclcheck(relation, role, ACL_SELECT) == ACLCHECK_OK) &&
         check_enable_rls(relation, role, true) != RLS_ENABLED;
}

// By whoever syncs, by the owner of the table that the values get into, and by whoever set the rule, which patterns and
// foreign keys bring to tables of others: none may have others read for him what he may not.
static void require_readable(Oid relation, AttrNumber number, const LookupName &name, Oid target, const char *set_by) {
  if (!may_read_column(relation, number, GetUserId()))
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("permission denied for column \"%s\" of %s, or for some of its rows", name.column, name.table)));
  if (OidIsValid(target) && !may_read_column(relation, number, owner_of(target)))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("the owner of %s may not SELECT column \"%s\" of %s, or some of its rows",
                           qualified_name(target), name.column, name.table)));
  if (set_by == nullptr) return;
  Oid setter = get_role_oid(set_by, true);
  if (!OidIsValid(setter) || !may_read_column(relation, number, setter))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("role %s, which has set the rule, may not SELECT column \"%s\" of %s, or some of its rows",
                           quote_identifier(set_by), name.column, name.table)));
}

static void require_kind(const wall::ColumnSpec *spec, Oid type, Oid relation, AttrNumber number,
                         const LookupName &name) {
  Oid other, collation;
  int32 typmod;
  get_atttypetypmodcoll(relation, number, &other, &typmod, &collation);
  wall::ColumnSpec found = spec_of_type(other, typmod);
  auto is_integer = [](wall::ValueKind kind) { return (wall::kind_bit(kind) & mask::integer_kinds) != 0; };
  bool fits = !found.is_array && (found.kind == spec->kind || (is_integer(found.kind) && is_integer(spec->kind)));
  // Of enums only the same one has the same labels.
  Oid element = spec->is_array ? get_element_type(getBaseType(type)) : type;
  if (spec->kind == wall::ValueKind::enumeration) fits = fits && getBaseType(other) == getBaseType(element);
  if (!fits)
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("column \"%s\" of %s is of type %s, and the values of %s cannot become such", name.column,
                           name.table, format_type_be(other), format_type_be(type))));
}

static void refuse_count(const LookupName &name, int64 count, int64 bytes) {
  if (count == 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("column \"%s\" of %s has no values", name.column, name.table)));
  if (count > most_values || bytes > most_bytes)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("column \"%s\" of %s has more than " INT64_FORMAT " values or " INT64_FORMAT " kB",
                           name.column, name.table, most_values, most_bytes / 1024),
                    errhint("Copy some of them into a table of their own, and look them up there.")));
}

static void pin_output() {
  const struct {
    const char *name, *value;
  } settings[] = {
      {"datestyle", "ISO"}, {"intervalstyle", "postgres"}, {"extra_float_digits", "3"}, {"timezone", "UTC"}};
  for (const auto &setting : settings) set_locally(setting.name, setting.value, PGC_USERSET);
}

// Twice, so that what is too much is counted and not gathered. A collation may take different texts for one.
static const char *read_values(Oid relation, const LookupName &name) {
  const char *values = psprintf(
      R"(SELECT DISTINCT %s::pg_catalog.text COLLATE "C" AS v FROM %s%s WHERE %s IS NOT NULL LIMIT )" INT64_FORMAT,
      quote_identifier(name.column), only_itself(get_rel_relkind(relation)), qualified_name(relation),
      quote_identifier(name.column), most_values + 1);
  Row size = spi_run(psprintf("SELECT count(*), coalesce(sum(octet_length(v)), 0)::int8 FROM (%s) s", values)).first();
  int64 count = size.next<int64>(), bytes = size.next<int64>();
  refuse_count(name, count, bytes);
  return spi_run(psprintf("SELECT array_agg(v ORDER BY v)::text FROM (%s) s", values)).first().next<const char *>();
}

const char *read_lookup(const wall::ColumnSpec *spec, Oid type, Oid target, const char *set_by, Oid *relation) {
  const LookupName name = name_in(spec->options);
  if (name.column == nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("option \"column\" is missing")));
  *relation = find_table(name.table);
  AttrNumber number = get_attnum(*relation, name.column);
  if (number <= 0)
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"%s\" of %s does not exist", name.column, name.table)));
  require_readable(*relation, number, name, target, set_by);
  if (OidIsValid(type)) require_kind(spec, type, *relation, number, name);
  MemoryContext caller = CurrentMemoryContext;
  const char *values = nullptr;
  // Planning a query already runs what the owner has put into indexes and statistics.
  ErrorData *failure = rehearse_as_owner_of(*relation, [&] {
    int level = NewGUCNestLevel();
    pin_output();
    const char *found = read_values(*relation, name);
    AtEOXact_GUC(true, level);
    values = found != nullptr ? MemoryContextStrdup(caller, found) : nullptr;
  });
  if (failure != nullptr) ThrowErrorData(failure);
  if (values == nullptr) refuse_count(name, 0, 0);  // gone between the two queries
  return values;
}

const char *read_same_lookup(const wall::ColumnSpec *spec, const char *digest) {
  Oid relation;
  const char *values = read_lookup(spec, InvalidOid, InvalidOid, nullptr, &relation);
  if (strcmp(digest_of(values), digest) != 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the values of %s, which column \"%s\" is masked by, have changed since the run was planned",
                           qualified_name(relation), spec->name),
                    errhint("Start a new run with CALL confiture.sync().")));
  return values;
}

// ---- in the plan

bool plan_lookup(SyncPlan *plan, PlanColumn *column) {
  if (!looks_up(&column->spec)) return true;
  // A cached plan would keep the values of yesterday.
  if (plan->request.in_scan) {
    refuse_column(
        plan, column,
        psprintf("%s looks values up in a table, which a foreign table does not: give it a list of \"values\"",
                 masked_by(column)));
    return false;
  }
  PlannedLookup *lookup = make<PlannedLookup>({.relation = InvalidOid, .column = column});
  const ErrorData *failure = error_in([&] {
    column->spec.values =
        read_lookup(&column->spec, column->type, plan->request.relation, column->mask->set_by, &lookup->relation);
  });
  if (failure != nullptr) {
    refuse_column(plan, column,
                  psprintf("%s: %s%s%s", masked_by(column), failure->message, failure->hint != nullptr ? ". " : "",
                           failure->hint != nullptr ? without_full_stop(failure->hint) : ""));
    return false;
  }
  plan->lookups = append(plan->lookups, lookup);
  return true;
}

void check_lookups(List *plans) {
  List *roots = NIL;
  bool has_lookups = false;
  for (const SyncPlan *plan : each<SyncPlan>(plans)) has_lookups |= plan->lookups != NIL;
  if (!has_lookups) return;
  for (const SyncPlan *plan : each<SyncPlan>(plans)) roots = lappend_oid(roots, partition_root(plan->request.relation));
  for (SyncPlan *plan : each<SyncPlan>(plans))
    for (const PlannedLookup *lookup : each<PlannedLookup>(plan->lookups))
      if (list_member_oid(roots, partition_root(lookup->relation)))
        refuse_column(plan, lookup->column,
                      psprintf("%s looks values up in %s, which is loaded itself", masked_by(lookup->column),
                               qualified_name(lookup->relation)));
}

}  // namespace confiture
