#include "run_plan.h"

#include "../pg/session.h"
#include "../pg/spi.h"
#include "filters.h"
#include "patterns.h"
#include "run_sequences.h"
#include "set_aside.h"
#include "source_catalog.h"
#include "source_session.h"

namespace confiture {

static void add_run_problem(run_plan *plan, const char *text, const char *fix = nullptr) {
  plan_problem *problem = static_cast<plan_problem *>(palloc(sizeof(plan_problem)));
  *problem = {nullptr, text, fix};
  plan->problems = lappend(plan->problems, problem);
}

static void note(run_plan *plan, const char *text) { plan->notes = lappend(plan->notes, const_cast<char *>(text)); }

// Why rows of a relation of the source are not copied, nullptr when they are.
static const char *why_skipped(const source_relation *relation) {
  switch (relation->kind) {
    case RELKIND_VIEW:
      return "is a view";
    case RELKIND_MATVIEW:
      return "is a materialized view (see refresh_views)";
    case RELKIND_FOREIGN_TABLE:
      return "is a foreign table";
    default:
      return relation->persistence == RELPERSISTENCE_UNLOGGED ? "is unlogged" : nullptr;
  }
}

static bool is_named(List *names, const char *name) {
  ListCell *cell;
  foreach (cell, names)
    if (strcmp(static_cast<char *>(lfirst(cell)), name) == 0) return true;
  return false;
}

static void report_idle_patterns(run_plan *plan, List *patterns, const char *argument) {
  ListCell *cell;
  foreach (cell, patterns) {
    const name_pattern *pattern = static_cast<name_pattern *>(lfirst(cell));
    if (!pattern->has_matched)
      add_run_problem(plan,
                      psprintf("%s \"%s\" matches no table or sequence of the source", argument, pattern->written));
  }
}

// The relations of the source that the run is about (source_relation *).
static List *choose_relations(source *from, run_plan *plan, const run_options *options, List *names) {
  List *include = parse_patterns(options->include, "include"), *exclude = parse_patterns(options->exclude, "exclude");
  List *chosen = NIL;
  ListCell *cell;
  foreach (cell, list_source_relations(from)) {
    source_relation *relation = static_cast<source_relation *>(lfirst(cell));
    if (names != NIL) {
      if (is_named(names, relation->qualified)) chosen = lappend(chosen, relation);
      continue;
    }
    bool included = include == NIL || matches_any(include, relation->schema, relation->name);
    if (matches_any(exclude, relation->schema, relation->name) || !included) continue;
    if (relation->kind == RELKIND_SEQUENCE) continue;  // set at the end, see run_sequences.h
    const char *reason = why_skipped(relation);
    if (reason != nullptr)
      note(plan, psprintf("%s is left out: it %s", relation->qualified, reason));
    else if (!relation->is_readable)
      add_run_problem(plan, psprintf("%s: the source role may not SELECT any of it", relation->qualified),
                      psprintf("-- GRANT it on the source, or exclude => '{%s}'", relation->qualified));
    else
      chosen = lappend(chosen, relation);
  }
  if (names == NIL) {
    report_idle_patterns(plan, include, "include");
    report_idle_patterns(plan, exclude, "exclude");
  }
  return chosen;
}

static char *lock_list(List *relations) {
  StringInfoData list;
  initStringInfo(&list);
  ListCell *cell;
  foreach (cell, relations) {
    const source_relation *relation = static_cast<source_relation *>(lfirst(cell));
    // ONLY: children by inheritance are tables of their own; partitions are locked with their table all the same.
    if (relation->is_lockable)
      appendStringInfo(&list, "%s%s%s", list.len > 0 ? ", " : "", relation->kind == RELKIND_RELATION ? "ONLY " : "",
                       relation->qualified);
  }
  return list.len > 0 ? list.data : nullptr;
}

// The target's table of the same name, InvalidOid with a problem when there is none.
static Oid find_target(run_plan *plan, const source_relation *relation) {
  Oid schema = get_namespace_oid(relation->schema, true);
  Oid found = OidIsValid(schema) ? get_relname_relid(relation->name, schema) : InvalidOid;
  if (!OidIsValid(found)) {
    add_run_problem(plan, psprintf("%s is on the source, but not here", relation->qualified),
                    psprintf("-- create it, or exclude => '{%s}'", relation->qualified));
    return InvalidOid;
  }
  char kind = get_rel_relkind(found);
  if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) return found;
  add_run_problem(plan, psprintf("%s is no table here", relation->qualified),
                  psprintf("-- exclude => '{%s}'", relation->qualified));
  return InvalidOid;
}

// The member of a jsonb object for a table, nullptr when it has none; counts the ones found.
static JsonbValue *member_for(Jsonb *object, const char *table, int *found) {
  if (object == nullptr) return nullptr;
  JsonbValue *value = getKeyJsonValueFromContainer(&object->root, table, static_cast<int>(strlen(table)), nullptr);
  if (value != nullptr) ++*found;
  return value;
}

static sync_request request_for(const run_options *options, Oid relation, const char *source_relation,
                                const char *stored_filter, int *rules_found, int *filters_found) {
  sync_request request = {};
  request.server = options->server;
  request.relation = relation;
  request.source_relation = source_relation;
  request.mode = load_mode::replace;
  request.format = options->format;
  request.policy = options->policy;
  request.in_run = true;
  const char *name = qualified_name(relation);
  JsonbValue *rules = member_for(options->rules, name, rules_found);
  if (rules != nullptr) request.rules = JsonbValueToJsonb(rules);
  JsonbValue *filter = member_for(options->filters, name, filters_found);
  request.filter = stored_filter;
  if (filter != nullptr && filter->type == jbvString)
    request.filter = pnstrdup(filter->val.string.val, filter->val.string.len);
  else if (filter != nullptr && filter->type == jbvNull)
    request.filter = nullptr;
  else if (filter != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("filters: the condition for table %s is no string", name)));
  return request;
}

static void check_members(run_plan *plan, Jsonb *object, int found, const char *argument) {
  if (object == nullptr || found == static_cast<int>(JB_ROOT_COUNT(object))) return;
  add_run_problem(plan,
                  psprintf("%s speaks of %d tables that are not in this run", argument,
                           static_cast<int>(JB_ROOT_COUNT(object)) - found),
                  psprintf("-- write each table of %s with its schema, quoted as SQL wants it", argument));
}

// As an array for the source.
static char *oids_of(List *tables) {
  StringInfoData array;
  initStringInfo(&array);
  appendStringInfoChar(&array, '{');
  ListCell *cell;
  foreach (cell, tables)
    if (lfirst(cell) != nullptr)
      appendStringInfo(&array, "%s%u", array.len > 1 ? "," : "", static_cast<source_table *>(lfirst(cell))->oid);
  appendStringInfoChar(&array, '}');
  return array.data;
}

static const chunk_source *extent_of(List *extents, Oid oid) {
  ListCell *cell;
  foreach (cell, extents) {
    const chunk_source *extent = static_cast<chunk_source *>(lfirst(cell));
    if (strtoul(extent->oid, nullptr, 10) == oid) return extent;
  }
  elog(ERROR, "table %u of the source went away within a snapshot", oid);
}

static void plan_tables(source *from, run_plan *plan, const run_options *options, List *relations) {
  List *names = NIL, *targets = NIL;
  ListCell *cell;
  foreach (cell, relations) {
    const source_relation *relation = static_cast<source_relation *>(lfirst(cell));
    Oid target = find_target(plan, relation);
    if (!OidIsValid(target)) continue;
    targets = lappend_oid(targets, target);
    names = lappend(names, const_cast<char *>(relation->qualified));
  }
  List *tables = read_source_tables(from, names), *extents = read_chunk_sources(from, oids_of(tables));
  List *rules = load_stored_rules(targets), *filters = load_stored_filters(targets);
  int rules_found = 0, filters_found = 0;
  foreach (cell, targets) {
    int i = foreach_current_index(cell);
    source_table *table = static_cast<source_table *>(list_nth(tables, i));
    if (table == nullptr) continue;  // dropped a moment ago
    sync_request request = request_for(options, lfirst_oid(cell), table->qualified,
                                       static_cast<char *>(list_nth(filters, i)), &rules_found, &filters_found);
    run_table *planned = static_cast<run_table *>(palloc0(sizeof(run_table)));
    planned->plan = plan_table(from, &request, table, static_cast<List *>(list_nth(rules, i)));
    planned->extent = extent_of(extents, table->oid);
    table->estimated_bytes = planned->extent->bytes;  // of all partitions
    plan->tables = lappend(plan->tables, planned);
    plan->trees = list_concat(plan->trees, planned->plan->tree);
  }
  check_members(plan, options->rules, rules_found, "rules");
  check_members(plan, options->filters, filters_found, "filters");
}

// Triggers that stay on would check every row, and refuse those that come before what they reference; an anti-join
// cannot follow a PERIOD, nor read what the caller may not.
static void plan_foreign_keys(run_plan *plan, const run_options *options) {
  bool needs_server = !may_switch_triggers_off();
  ListCell *cell;
  foreach (cell, load_foreign_keys(plan->trees)) {
    const foreign_key *key = static_cast<foreign_key *>(lfirst(cell));
    needs_server |= key->is_temporal || !may_read(key->referencing) || !may_read(key->referenced);
  }
  if (needs_server) plan->problems = list_concat(plan->problems, foreign_key_problems(plan->trees));
  plan->sets_keys_aside = needs_server || options->rebuild_indexes;
  if (!options->rebuild_indexes) return;
  foreach (cell, plan->tables) check_indexes_to_set_aside(static_cast<run_table *>(lfirst(cell))->plan);
}

run_plan *plan_run(source *from, const run_options *options, List *names) {
  run_plan *plan = static_cast<run_plan *>(palloc0(sizeof(run_plan)));
  refuse_own_database(from);
  List *relations = choose_relations(from, plan, options, names);
  begin_snapshot(from, lock_list(relations));
  plan->snapshot = export_snapshot(from);
  plan->sequences = read_source_sequences(from);
  plan_tables(from, plan, options, relations);
  plan_foreign_keys(plan, options);
  if (has_large_objects(from)) note(plan, "the source has large objects, which are not copied");
  if (plan->tables == NIL && plan->problems == NIL) add_run_problem(plan, "there is no table to copy");
  return plan;
}

void refuse_run_problems(const run_plan *plan, const char *server) {
  List *plans = NIL;
  ListCell *cell;
  foreach (cell, plan->tables) plans = lappend(plans, static_cast<run_table *>(lfirst(cell))->plan);
  refuse_problems_of(plans, plan->problems, server);
}

}  // namespace confiture
