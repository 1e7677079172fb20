#include "run/plan.h"

#include "load/rehearse.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/nearest_name.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/filters.h"
#include "plan/relation_patterns.h"
#include "run/sequences.h"
#include "source/catalog.h"
#include "source/error.h"
#include "source/locks.h"
#include "source/session.h"

namespace confiture {

void add_run_problem(RunPlan *plan, const char *text, const char *fix) {
  plan->problems = append(plan->problems, make<PlanProblem>({.column = nullptr, .text = text, .fix = fix}));
}

static void note(RunPlan *plan, const char *text) { plan->notes = append(plan->notes, text); }

// Why rows of a relation of the source are not copied, nullptr when they are.
static const char *why_skipped(const SourceRelation *relation) {
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

// Rows that an extension's user wrote configure this one database, and may be jobs that would start: they are copied
// only where a pattern without wildcards names their table.
static bool is_left_out(RunPlan *plan, const SourceRelation *relation, List *include) {
  if (relation->extension == nullptr || is_named_by_any(include, relation->schema, relation->name)) return false;
  note(plan, psprintf("%s is left out: it holds configuration of the extension %s (name it in include to copy it)",
                      relation->qualified, quote_identifier(relation->extension)));
  return true;
}

static bool is_named(List *names, const char *name) {
  for (const char *chosen : each_text(names))
    if (strcmp(chosen, name) == 0) return true;
  return false;
}

// Capitals are as in psql, and as in SQL. Other names may be mistyped.
static const char *remark_on(const RelationPattern *pattern, List *relations) {
  bool has_capitals = strpbrk(pattern->written, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != nullptr;
  if (has_capitals && strchr(pattern->written, '"') == nullptr)
    return " (capitals count in double quotes only; in a shell: '\"Name\"')";
  if (strpbrk(pattern->written, "*?") != nullptr || strlen(pattern->written) > 2 * NAMEDATALEN) return "";
  List *names = NIL;
  for (const SourceRelation *relation : each<SourceRelation>(relations))
    names = append(names,
                   strchr(pattern->written, '.') != nullptr ? relation->qualified : quote_identifier(relation->name));
  const char *nearest = nearest_name(pattern->written, names);
  return nearest != nullptr ? psprintf("; perhaps you meant %s", nearest) : "";
}

static void report_idle_patterns(RunPlan *plan, List *patterns, const char *argument, List *relations) {
  for (const RelationPattern *pattern : each<RelationPattern>(patterns))
    if (!pattern->has_matched)
      add_run_problem(plan, psprintf("%s \"%s\" matches no table or sequence of the source%s", argument,
                                     pattern->written, remark_on(pattern, relations)));
}

// A comment that says what to do. A name of the source may hold a line break, after which it would be no comment.
static const char *or_exclude(const char *remedy, const SourceRelation *relation) {
  if (strpbrk(relation->qualified, "\r\n") != nullptr) return psprintf("-- %s, or exclude it", remedy);
  return psprintf("-- %s, or exclude => '{%s}'", remedy, relation->qualified);
}

// The relations of the source that the run is about (SourceRelation *).
static List *choose_relations(Source *source, RunPlan *plan, const RunOptions *options, List *names) {
  List *include = parse_patterns(options->include, "include"), *exclude = parse_patterns(options->exclude, "exclude");
  List *chosen = NIL;
  List *relations = list_source_relations(source);
  for (SourceRelation *relation : each<SourceRelation>(relations)) {
    if (names != NIL) {
      if (is_named(names, relation->qualified)) chosen = append(chosen, relation);
      continue;
    }
    bool included = include == NIL || matches_any(include, relation->schema, relation->name);
    if (matches_any(exclude, relation->schema, relation->name) || !included) continue;
    if (relation->kind == RELKIND_SEQUENCE) continue;  // set at the end, see run/sequences.h
    if (is_left_out(plan, relation, include)) continue;
    const char *reason = why_skipped(relation);
    if (reason != nullptr)
      note(plan, psprintf("%s is left out: it %s", relation->qualified, reason));
    else if (!relation->is_readable)
      add_run_problem(plan, psprintf("%s: the source role may not SELECT any of it", relation->qualified),
                      or_exclude("GRANT it on the source", relation));
    else
      chosen = append(chosen, relation);
  }
  if (names == NIL) {
    report_idle_patterns(plan, include, "include", relations);
    report_idle_patterns(plan, exclude, "exclude", relations);
  }
  return chosen;
}

static char *lock_list(List *relations) {
  StringInfoData list;
  initStringInfo(&list);
  for (const SourceRelation *relation : each<SourceRelation>(relations)) {
    if (relation->is_lockable)
      appendStringInfo(&list, "%s%s%s", list.len > 0 ? ", " : "", only_itself(relation->kind), relation->qualified);
  }
  return list.len > 0 ? list.data : nullptr;
}

// A role with column privileges only may not LOCK, but reading locks too: with the table emptied or rewritten meanwhile
// the run's snapshot would see no row of it.
static void hold_others(Source *source, List *relations) {
  StringInfoData reads;
  initStringInfo(&reads);
  for (const SourceRelation *relation : each<SourceRelation>(relations)) {
    if (relation->is_readable && !relation->is_lockable)
      appendStringInfo(&reads, "SELECT 1 FROM %s LIMIT 0;", relation->qualified);
  }
  if (reads.len > 0) source_query(source, reads.data);
}

// Before any is locked.
static bool fits_lock_table(RunPlan *plan, const LockNeed &need, const char *where) {
  const char *fix = nullptr, *objection = lock_objection(&need, where, &fix);
  if (objection != nullptr) add_run_problem(plan, objection, fix);
  return objection == nullptr;
}

static List *oids_to_lock(List *relations) {
  List *oids = NIL;
  for (const SourceRelation *relation : each<SourceRelation>(relations)) oids = lappend_oid(oids, relation->oid);
  return oids;
}

// The target's table of the same name, InvalidOid with a problem when there is none.
static Oid find_target(RunPlan *plan, const SourceRelation *relation, bool is_resumed) {
  Oid schema = get_namespace_oid(relation->schema, true);
  Oid found = OidIsValid(schema) ? get_relname_relid(relation->name, schema) : InvalidOid;
  if (!OidIsValid(found)) {
    add_run_problem(plan, psprintf("%s is on the source, but not here", relation->qualified),
                    is_resumed
                        ? "-- a run is not resumed without one of its tables: CALL confiture.sync() starts a new one"
                        : or_exclude("create it", relation));
    return InvalidOid;
  }
  const char *other = other_kind(found);
  if (other == nullptr) return found;
  // What becomes of such rows does not commit together with the checkpoint of their chunk.
  const char *loadable = why_no_target(found) != nullptr                   ? nullptr
                         : get_rel_relkind(found) == RELKIND_FOREIGN_TABLE ? "whose rows its own server commits"
                                                                           : "whose triggers take the rows";
  if (loadable != nullptr)
    add_run_problem(
        plan,
        psprintf("%s is %s here, %s: a run's checkpoints would not tell of them", relation->qualified, other, loadable),
        or_exclude("load it with confiture.sync_table()", relation));
  else
    add_run_problem(plan, psprintf("%s is not a table here, but %s", relation->qualified, other),
                    or_exclude("load an ordinary table with sync_table() and source_relation", relation));
  return InvalidOid;
}

// The member of a jsonb object for a table, nullptr when it has none.
static JsonbValue *member_for(Jsonb *object, const char *table) {
  if (object == nullptr) return nullptr;
  return getKeyJsonValueFromContainer(&object->root, table, static_cast<int>(strlen(table)), nullptr);
}

static SyncRequest request_for(const RunOptions *options, Oid relation, const char *source_relation,
                               const char *stored_filter) {
  SyncRequest request = {
      .server = options->server,
      .relation = relation,
      .source_relation = source_relation,
      .rules = nullptr,
      .filter = stored_filter,
      .mode = options->mode,
      .format = options->format,
      .policy = options->policy,
      .loader = options->loader,
      .reader = GetUserId(),
      .triggers = false,
      .in_scan = false,
      .only_read = false,
      .in_run = true,
  };
  const char *name = qualified_name(relation);
  JsonbValue *rules = member_for(options->rules, name);
  if (rules != nullptr) request.rules = JsonbValueToJsonb(rules);
  JsonbValue *filter = member_for(options->filters, name);
  if (filter != nullptr && filter->type == jbvString)
    request.filter = pnstrdup(filter->val.string.val, filter->val.string.len);
  else if (filter != nullptr && filter->type == jbvNull)
    request.filter = nullptr;
  else if (filter != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("filters: the condition for table %s must be a string", name)));
  return request;
}

// A member that matches no table would leave real data unmasked, or copy rows that were to stay out.
static void check_members(RunPlan *plan, Jsonb *object, const char *argument) {
  if (object == nullptr) return;
  List *names = NIL;
  for (const RunTable *table : each<RunTable>(plan->tables)) names = append(names, table->plan->relation_name);
  for (Row row : spi_run(R"(
      SELECT k
      FROM jsonb_object_keys($1) k
      WHERE k <> ALL ($2)
      ORDER BY k)",
                         {arg(object), arg_texts(names)}))
    add_run_problem(plan, psprintf("%s names %s, which is not a table of this run", argument, row.next<const char *>()),
                    psprintf("-- write each table of %s with its schema, quoted as SQL requires", argument));
}

static List *oids_of(List *tables) {
  List *oids = NIL;
  for (const SourceTable *table : each<SourceTable>(tables))
    if (table != nullptr) oids = lappend_oid(oids, table->oid);
  return oids;
}

// What is in the blocks of a table whose rows are elsewhere says nothing about them.
static void forget_blocks(ChunkSource *extent) {
  extent->is_heap = false;
  for (ChunkSource *partition : each<ChunkSource>(extent->partitions)) partition->is_heap = false;
}

// `extents` are in the order of the tables: those before this one were taken by others.
static const ChunkSource *next_extent(const Source *source, List *extents, int *next, const SourceTable *table) {
  while (*next < list_length(extents)) {
    ChunkSource *extent = static_cast<ChunkSource *>(list_nth(extents, (*next)++));
    if (strtoul(extent->oid, nullptr, 10) != table->oid) continue;
    if (!table->has_own_rows) forget_blocks(extent);
    return extent;
  }
  raise_no_postgresql(source, psprintf("Its catalog has no size for %s, which it has listed.", table->qualified));
}

// A malformed filter or rule is an error at once, which does not name the table.
static void describe_plan(void *arg) { errcontext("planning %s", static_cast<const SourceTable *>(arg)->qualified); }

static RunTable *plan_one(Source *source, const SyncRequest *request, SourceTable *table, const TableRules *rules) {
  ErrorContextCallback callback = {error_context_stack, describe_plan, table};
  error_context_stack = &callback;
  RunTable *planned = make<RunTable>();
  planned->plan = plan_table(source, request, table, rules);
  rehearse_row(source, planned->plan);
  error_context_stack = callback.previous;
  return planned;
}

// The rules of a table before they are settled.
static TableRules *rules_for(const SyncRequest *request, SourceTable *table, List *stored_rules) {
  ErrorContextCallback callback = {error_context_stack, describe_plan, table};
  error_context_stack = &callback;
  TableRules *rules = make<TableRules>({
      .relation = request->relation,
      .source = table,
      .policy = request->policy,
      .rules = override_rules(stored_rules, request->rules),
      .problems = NIL,
      .computed = NIL,
  });
  error_context_stack = callback.previous;
  return rules;
}

// Of an extension's configuration, only the rows that are the user's: the others come with the extension.
static const char *combined_filter(const char *condition, const char *filter) {
  if (condition == nullptr) return filter;
  return filter == nullptr ? condition : psprintf("(%s\n) AND (%s\n)", condition, filter);
}

List *plans_of(const RunPlan *plan) {
  List *plans = NIL;
  for (const RunTable *table : each<RunTable>(plan->tables)) plans = append(plans, table->plan);
  return plans;
}

// In the order in which another run locks them to empty them, so that neither waits for the other.
static void lock_in_order(List *targets) {
  List *sorted = list_copy(targets);
  list_sort(sorted, list_oid_cmp);
  for (Oid target : each_oid(sorted)) LockRelationOid(target, AccessShareLock);
}

static void plan_tables(Source *source, RunPlan *plan, const RunOptions *options, List *relations, bool is_resumed) {
  List *names = NIL, *targets = NIL, *conditions = NIL;
  for (const SourceRelation *relation : each<SourceRelation>(relations)) {
    Oid target = find_target(plan, relation, is_resumed);
    if (!OidIsValid(target)) continue;
    targets = lappend_oid(targets, target);
    names = append(names, relation->qualified);
    conditions = lappend(conditions, const_cast<char *>(relation->condition));
  }
  if (!fits_lock_table(plan, locks_here(targets), "here")) return;
  lock_in_order(targets);
  List *tables = read_source_tables(source, names), *extents = read_chunk_sources(source, oids_of(tables));
  List *rules = load_stored_rules(targets, GetUserId()), *filters = load_stored_filters(targets);
  SyncRequest *requests = make_array<SyncRequest>(list_length(tables));
  List *settled = NIL;
  int i = -1;
  for (SourceTable *table : each<SourceTable>(tables)) {
    i++;
    if (table == nullptr) continue;  // dropped a moment ago
    requests[i] =
        request_for(options, list_nth_oid(targets, i), table->qualified, static_cast<char *>(list_nth(filters, i)));
    requests[i].filter = combined_filter(static_cast<char *>(list_nth(conditions, i)), requests[i].filter);
    settled = append(settled, rules_for(&requests[i], table, static_cast<List *>(list_nth(rules, i))));
  }
  settle_rules(source, settled);
  i = -1;
  int n_settled = 0, n_extents = 0;
  for (SourceTable *table : each<SourceTable>(tables)) {
    i++;
    if (table == nullptr) continue;
    const TableRules *table_rules = static_cast<TableRules *>(list_nth(settled, n_settled++));
    RunTable *planned = plan_one(source, &requests[i], table, table_rules);
    planned->extent = next_extent(source, extents, &n_extents, table);
    table->estimated_bytes = planned->extent->bytes;  // of all partitions
    plan->tables = append(plan->tables, planned);
    plan->trees = list_concat(plan->trees, planned->plan->tree);
  }
  check_lookups(plans_of(plan));
  check_members(plan, options->rules, "rules");
  check_members(plan, options->filters, "filters");
}

RunPlan *plan_run(Source *source, const RunOptions *options, List *names) {
  RunPlan *plan = make<RunPlan>();
  refuse_own_database(source);
  List *relations = choose_relations(source, plan, options, names);
  if (!fits_lock_table(plan, locks_on_source(source, oids_to_lock(relations)), "on the source")) return plan;
  begin_snapshot(source, lock_list(relations));
  hold_others(source, relations);
  plan->snapshot = export_snapshot(source);
  plan->sequences = read_source_sequences(source);
  plan_tables(source, plan, options, relations, names != NIL);
  plan_foreign_keys(plan, options);
  if (options->mode == LoadMode::upsert) plan_upsert(plan);
  if (has_large_objects(source)) note(plan, "the source has large objects, which are not copied");
  if (plan->tables == NIL && plan->problems == NIL) add_run_problem(plan, "there is no table to copy");
  return plan;
}

void refuse_run_problems(const RunPlan *plan, const char *server) {
  refuse_problems_of(plans_of(plan), plan->problems, server);
}

}  // namespace confiture
