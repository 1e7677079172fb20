#include "scan/scan_plan.h"

#include "load/mask_function.h"
#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/plan.h"
#include "scan/unmask.h"
#include "source/foreign_table.h"
#include "source/server_options.h"

namespace confiture {

// A plan in the cache.
struct CachedPlan {
  ScanPlan plan;
  MemoryContext context;  // all of it, this struct too
  GuardPolicy policy;
  uint64 generation;  // of rules, key and options
  uint64 reading;     // the transaction in which the shape was last compared
  bool is_lasting;    // the shape tells all that can change
  const char *shape_query;
  const char *shape;
  CachedPlan *next;
};

static CachedPlan *all = nullptr;

// ---- the shape of the source's table

// Names the columns that the plan looked at. All, so that a new one is seen, where the role may. By its condition, with
// which there is nothing to plan or to open: this is a part of the time of each look-up.
static const char *shape_query(const SourceTable *table) {
  bool is_readable = true;
  StringInfoData names;
  initStringInfo(&names);
  for (int i = 0; i < table->n_columns; i++) {
    is_readable &= table->columns[i].is_readable;
    if (table->columns[i].is_readable)
      appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", source_name(table->columns[i].name));
  }
  return psprintf("SELECT %s FROM %s%s WHERE false", is_readable ? "*" : names.data, only_itself(table->kind),
                  table->qualified);
}

// Asks the source's parser, whose view of the catalog is the latest, not that of the snapshot. The table stays locked
// against changes.
static PGresult *describe(const Lease *lease, const char *query) { return leased_query(lease, query); }

static const char *shape_of(const PGresult *description) {
  StringInfoData shape;
  initStringInfo(&shape);
  for (int i = 0; i < PQnfields(description); i++)
    appendStringInfo(&shape, "%s %u %d %u %d,", source_name(PQfname(description, i)), PQftable(description, i),
                     PQftablecol(description, i), PQftype(description, i), PQfmod(description, i));
  return shape.data;
}

// Is it what the catalog of the snapshot says? The protocol shows what a domain is made of in place of it.
static bool is_described(const SourceTable *table, const PGresult *description) {
  int field = 0;
  for (int i = 0; i < table->n_columns; i++) {
    const SourceColumn *column = &table->columns[i];
    if (!column->is_readable) continue;
    if (field >= PQnfields(description) || strcmp(PQfname(description, field), column->name) != 0 ||
        PQftable(description, field) != table->oid || PQftablecol(description, field) != column->number ||
        (column->type_oid < FirstGenbkiObjectId && PQftype(description, field) != column->type_oid))
      return false;
    field++;
  }
  return field == PQnfields(description);
}

[[noreturn]] static void raise_changed(const ScanPlan *plan) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("the table that %s shows was changed on server \"%s\"", qualified_name(plan->relation),
                         GetForeignServer(plan->server)->servername),
                  errhint("Repeat the transaction.")));
}

static const CachedPlan *cached(const ScanPlan *plan) { return reinterpret_cast<const CachedPlan *>(plan); }

void check_shape(const ScanPlan *plan, const Lease *lease) {
  if (is_known_to(lease, plan->relation)) return;
  const CachedPlan *entry = cached(plan);
  if (strcmp(shape_of(describe(lease, entry->shape_query)), entry->shape) != 0) raise_changed(plan);
  remember_known(lease, plan->relation);
}

// ---- compiling

// A type whose input may call a function of its owner: those made of others, and domains.
static bool calls_user_code(Oid type) {
  if (type < FirstNormalObjectId) return false;
  char kind = get_typtype(type);
  return !(kind == TYPTYPE_ENUM || (kind == TYPTYPE_BASE && !OidIsValid(get_element_type(type))));
}

static bool is_plain(const PlanColumn *column, const Shippables *shippables) {
  if (column->action != ColumnAction::pass || column->wire.cast != nullptr) return false;
  const char *schema = schema_of_shippable(shippables, TypeRelationId, column->type);
  if (schema == nullptr && column->type >= FirstGenbkiObjectId) return false;
  if (schema == nullptr) schema = "pg_catalog";
  return strcmp(column->source->base_schema, schema) == 0 &&
         strcmp(column->source->base_name, bare_type_name(column->type)) == 0;
}

// Has a masked column the same values on both sides, none cut to a width?
static bool has_same_type(const PlanColumn *column) {
  return column->action == ColumnAction::mask && !column->is_narrowed && column->source->type_oid == column->type &&
         column->source->typmod == column->typmod && !column->source->is_nondeterministic;
}

static void add_columns(CachedPlan *entry, const SyncPlan *plan, const Transfer *transfer) {
  ScanPlan *scan = &entry->plan;
  scan->n_columns = 0;
  for (const PlanColumn *column : each<PlanColumn>(plan->columns))
    scan->n_columns = Max(scan->n_columns, column->number);
  scan->columns = make_array<ScanColumn>(scan->n_columns);
  // Rules of an old snapshot are for the transaction that keeps to it.
  entry->is_lasting = !IsolationUsesXactSnapshot();
  for (const PlanColumn *column : each<PlanColumn>(plan->columns)) {
    ScanColumn *target = &scan->columns[column->number - 1];
    for (int i = 0; i < transfer->n_columns; i++)
      if (transfer->columns[i].number == column->number) target->wire = &transfer->columns[i];
    target->is_plain = is_plain(column, &scan->shippables);
    target->is_invertible = target->wire != nullptr && is_invertible(target->wire, has_same_type(column));
    target->is_deterministic = column->source != nullptr && !column->source->is_nondeterministic;
    scan->calls_user_code |= target->wire != nullptr && (calls_user_code(column->type) || OidIsValid(column->function));
  }
  for (int i = 0; i < plan->source->n_columns; i++)
    entry->is_lasting &= strcmp(plan->source->columns[i].base_schema, "pg_catalog") == 0;
}

static const char *copied(const char *text) { return text != nullptr ? pstrdup(text) : nullptr; }

static const wall::ColumnSpec *copied_specs(const wall::ColumnSpec *specs, size_t n);

// What it points to, in the current memory context.
static void copy_spec(wall::ColumnSpec *spec) {
  spec->name = copied(spec->name);
  spec->strategy = copied(spec->strategy);
  spec->options = copied(spec->options);
  spec->labels = copied(spec->labels);
  spec->values = copied(spec->values);
  spec->type_name = copied(spec->type_name);
  if (spec->literal != nullptr) {
    char *literal = make_array<char>(spec->literal_size + 1);
    memcpy(literal, spec->literal, spec->literal_size);
    spec->literal = literal;
  }
  if (spec->fields != nullptr) spec->fields = copied_specs(spec->fields, spec->n_fields);
  if (spec->cases != nullptr) spec->cases = copied_specs(spec->cases, spec->n_cases);
}

static const wall::ColumnSpec *copied_specs(const wall::ColumnSpec *specs, size_t n) {
  check_stack_depth();
  wall::ColumnSpec *copies = make_array<wall::ColumnSpec>(static_cast<int>(n) + 1);
  for (size_t i = 0; i < n; i++) {
    copies[i] = specs[i];
    copy_spec(&copies[i]);
  }
  return copies;
}

static void copy_column(WireColumn *column) {
  column->name = pstrdup(column->name);
  column->source = copied(column->source);
  column->expression = pstrdup(column->expression);
  column->side = copied(column->side);
  for (const char *&clue : column->clues) clue = copied(clue);
  column->function_digest = copied(column->function_digest);
  copy_spec(&column->spec);
  WireColumn *named = make_array<WireColumn>(column->n_named);
  for (int i = 0; i < column->n_named; i++) {
    named[i] = column->named[i];
    copy_column(&named[i]);
  }
  column->named = named;
}

// All of it in the current memory context.
static Transfer *copy_transfer(const Transfer *transfer) {
  Transfer *copy = make<Transfer>(*transfer);
  copy->source_relation = pstrdup(transfer->source_relation);
  copy->source_name = pstrdup(transfer->source_name);
  copy->filter = nullptr;
  copy->columns = make_array<WireColumn>(transfer->n_columns);
  for (int i = 0; i < transfer->n_columns; i++) {
    copy->columns[i] = transfer->columns[i];
    copy_column(&copy->columns[i]);
  }
  return copy;
}

static SyncPlan *make_sync_plan(Source *source, Oid relation, Oid reader, GuardPolicy policy) {
  const SyncRequest request = {.server = source->server_name,
                               .relation = relation,
                               .source_relation = foreign_table_source(relation),
                               .rules = nullptr,
                               .filter = nullptr,
                               .mode = LoadMode::append,
                               .format = "auto",
                               .policy = policy,
                               .loader = LoaderChoice::automatic,
                               .reader = reader,
                               .triggers = false,
                               .in_scan = true,
                               .only_read = false,
                               .in_run = false};
  SyncPlan *plan = plan_scan(source, &request);
  refuse_problems(plan);
  return plan;
}

static void fill(CachedPlan *entry, const Lease *lease, MemoryContext context) {
  share_snapshot(lease);  // planning may call a table owner's code
  Source *source = leased(lease);
  const SyncPlan *plan = make_sync_plan(source, entry->plan.relation, entry->plan.role, entry->policy);
  const char *query = shape_query(plan->source);
  const PGresult *description = describe(lease, query);
  if (!is_described(plan->source, description)) raise_changed(&entry->plan);
  const char *shape = shape_of(description);
  MemoryContext caller = MemoryContextSwitchTo(context);
  const Transfer *transfer = copy_transfer(make_transfer(plan));
  entry->plan.transfer = transfer;
  const char *extensions = option_value(GetForeignServer(entry->plan.server)->options, "extensions");
  entry->plan.shippables = read_shippables(source, extensions);
  add_columns(entry, plan, transfer);
  entry->plan.estimated_rows = plan->source->estimated_rows;
  entry->shape_query = pstrdup(query);
  entry->shape = pstrdup(shape);
  MemoryContextSwitchTo(caller);
}

static CachedPlan *compile(Oid relation, Oid server, Oid role, const Lease *lease, GuardPolicy policy) {
  // Below the transaction's until it is complete.
  MemoryContext context = AllocSetContextCreate(TopTransactionContext, "confiture scan plan", ALLOCSET_SMALL_SIZES);
  CachedPlan *entry = static_cast<CachedPlan *>(MemoryContextAllocZero(context, sizeof(CachedPlan)));
  entry->context = context;
  entry->plan.relation = relation;
  entry->plan.server = server;
  entry->plan.role = role;
  entry->policy = policy;
  entry->generation = masking_key_generation();
  spi_connect();
  int level = enter_session();
  fill(entry, lease, context);
  leave_session(level);
  spi_finish();
  entry->reading = reading_number();
  remember_known(lease, relation);
  return entry;
}

// ---- the cache

static CachedPlan *find(Oid relation, Oid role) {
  for (CachedPlan *entry = all; entry != nullptr; entry = entry->next)
    if (entry->plan.relation == relation && entry->plan.role == role) return entry;
  return nullptr;
}

// A scan may be using it: it goes with the transaction.
static void retire(CachedPlan *old) {
  CachedPlan **place = &all;
  while (*place != old) place = &(*place)->next;
  *place = old->next;
  MemoryContextSetParent(old->context, TopTransactionContext);
}

static void enter(CachedPlan *entry) {
  MemoryContextSetParent(entry->context, CacheMemoryContext);
  entry->next = all;
  all = entry;
}

static bool is_current(const CachedPlan *entry, GuardPolicy policy) {
  return entry->generation == masking_key_generation() && entry->policy == policy &&
         has_same_functions(entry->plan.transfer);
}

// Is it, by what the source says in this transaction?
static bool has_shape(CachedPlan *entry, const Lease *lease) {
  if (!entry->is_lasting || strcmp(shape_of(describe(lease, entry->shape_query)), entry->shape) != 0) return false;
  entry->reading = reading_number();
  remember_known(lease, entry->plan.relation);
  return true;
}

// The table's own, unless the session's is stricter.
static GuardPolicy policy_of(const ForeignTable *table) {
  GuardPolicy policy = effective_policy(nullptr);
  const char *own = option_value(table->options, "policy");
  return own != nullptr && !is_weaker(parse_policy(own), policy) ? parse_policy(own) : policy;
}

const ScanPlan *scan_plan(Oid relation, Oid role) {
  const ForeignTable *table = GetForeignTable(relation);
  GuardPolicy policy = policy_of(table);
  Oid server = table->serverid;
  CachedPlan *entry = nullptr;
  with_kept_source(server, role, [&](const Lease *lease) {
    CachedPlan *old = entry = find(relation, role);
    bool is_usable =
        old != nullptr && is_current(old, policy) && (old->reading == reading_number() || has_shape(old, lease));
    if (is_usable) return;
    entry = compile(relation, server, role, lease, policy);
    if (old != nullptr) retire(old);
    enter(entry);
  });
  return &entry->plan;
}

}  // namespace confiture
