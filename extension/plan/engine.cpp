// Asks the server itself, without knowing any engine: whoever keeps the rows of a table replaces the ModifyTable on top
// of an INSERT's plan, through the planner's hooks, because an INSERT would not reach its rows otherwise.
#include "plan/engine.h"

#include <dlfcn.h>

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

// ---- the statement

static bool is_inserted(Form_pg_attribute attribute) { return !attribute->attisdropped && !attribute->attgenerated; }

// SELECT NULL::type, ... WHERE false
static Query *select_nothing(TupleDesc columns) {
  Query *query = makeNode(Query);
  query->commandType = CMD_SELECT;
  query->canSetTag = true;
  query->jointree = makeFromExpr(NIL, makeBoolConst(false, false));
  for (int i = 0; i < columns->natts; i++) {
    Form_pg_attribute column = TupleDescAttr(columns, i);
    if (!is_inserted(column)) continue;
    Const *null = makeNullConst(column->atttypid, column->atttypmod, column->attcollation);
    AttrNumber number = static_cast<AttrNumber>(list_length(query->targetList) + 1);
    char *name = pstrdup(NameStr(column->attname));
    query->targetList = append(query->targetList, makeTargetEntry(reinterpret_cast<Expr *>(null), number, name, false));
  }
  return query;
}

// INSERT INTO table (column, ...) OVERRIDING SYSTEM VALUE SELECT NULL::type, ... WHERE false
//
// Made from nodes: parsing would lock the table as a writer does and so wait for loads that are under way, and
// extensions that count statements would count these. Neither defaults nor index expressions are part of it, which the
// planner would evaluate as the caller.
static Query *insert_nothing(Relation table) {
  TupleDesc columns = RelationGetDescr(table);
  ParseState *state = make_parsestate(nullptr);
  (void)addRangeTableEntryForRelation(state, table, AccessShareLock, nullptr, false, false);
  (void)addRangeTableEntryForSubquery(state, select_nothing(columns), makeAlias("nothing", NIL), false, true);

  RangeTblRef *rows = makeNode(RangeTblRef);
  rows->rtindex = 2;
  Query *query = makeNode(Query);
  query->commandType = CMD_INSERT;
  query->canSetTag = true;
  query->resultRelation = 1;
  query->override = OVERRIDING_SYSTEM_VALUE;
  query->jointree = makeFromExpr(list_make1(rows), nullptr);
  AttrNumber from = 0;
  for (int i = 0; i < columns->natts; i++) {
    Form_pg_attribute column = TupleDescAttr(columns, i);
    if (!is_inserted(column)) continue;
    Var *value = makeVar(rows->rtindex, ++from, column->atttypid, column->atttypmod, column->attcollation, 0);
    char *name = pstrdup(NameStr(column->attname));
    query->targetList =
        append(query->targetList, makeTargetEntry(reinterpret_cast<Expr *>(value), column->attnum, name, false));
  }
  take_range_table(query, state);
  free_parsestate(state);
  return query;
}

// ---- what becomes of it

// The library that brings a custom scan, which is named after its extension and may have a version: "citus.so",
// "timescaledb-2.20.3.so". The scan's own name where that cannot be found.
static const char *owner_of(const CustomScan *scan) {
  Dl_info library;
  if (dladdr(scan->methods, &library) == 0 || library.dli_fname == nullptr) return scan->methods->CustomName;
  char *name = pstrdup(library.dli_fname);
  const char *slash = strrchr(name, '/');
  char *base = slash != nullptr ? pstrdup(slash + 1) : name;
  base[strcspn(base, ".")] = '\0';
  char *dash = strrchr(base, '-');
  if (dash != nullptr && dash[1] >= '0' && dash[1] <= '9') *dash = '\0';
  return base;
}

static Engine *make_engine(const char *name, const char *text, bool takes_inserts) {
  return make<Engine>({.name = name, .text = text, .takes_inserts = takes_inserts});
}

// What takes the place of ModifyTable, nullptr for nothing.
static const Engine *engine_of(Relation table) {
  MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "confiture plan", ALLOCSET_SMALL_SIZES);
  MemoryContext previous = MemoryContextSwitchTo(context);
  PushActiveSnapshot(GetTransactionSnapshot());
  const PlannedStmt *planned = plan_query(insert_nothing(table));
  PopActiveSnapshot();
  MemoryContextSwitchTo(previous);
  const Plan *top = planned->planTree;
  const Engine *engine = nullptr;
  if (IsA(top, CustomScan)) {
    const CustomScan *scan = reinterpret_cast<const CustomScan *>(top);
    const char *name = pstrdup(owner_of(scan));
    engine = make_engine(name,
                         psprintf("the extension %s keeps its rows (an INSERT is planned as Custom Scan \"%s\")", name,
                                  scan->methods->CustomName),
                         true);
  } else if (!IsA(top, ModifyTable)) {
    engine = make_engine("", "an extension keeps its rows (no ModifyTable is on top of an INSERT's plan)", true);
  }
  MemoryContextDelete(context);
  return engine;
}

// The tables that it inherits from, without those that it is a partition of: chunks of a hypertable are children of it,
// and an INSERT into one is planned as into any table.
static List *ancestors_of(Oid relation) {
  static const char sql[] = R"(
    WITH RECURSIVE ancestor(oid) AS (
      SELECT inhparent
      FROM pg_inherits
      WHERE inhrelid = $1
      UNION
      SELECT i.inhparent
      FROM pg_inherits i
      JOIN ancestor a ON a.oid = i.inhrelid)
    SELECT oid FROM ancestor)";
  List *ancestors = NIL;
  for (Row row : spi_run(sql, {arg(relation)})) ancestors = lappend_oid(ancestors, row.next<Oid>());
  return ancestors;
}

// What no plan shows: the shards of Citus are ordinary tables to the planner, as are tables that TimescaleDB keeps
// compressed rows in.
static const Engine *engine_of_internals(Relation table) {
  static const char sql[] = R"(
    SELECT e.extname
    FROM pg_depend d
    JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_namespace'::regclass
      AND d.objid = $1
      AND d.refclassid = 'pg_extension'::regclass
      AND d.deptype = 'e'
      AND e.extname = 'timescaledb')";
  if (OidIsValid(get_extension_oid("timescaledb", true)) &&
      !spi_run(sql, {arg(RelationGetNamespace(table))}).is_empty())
    return make_engine("timescaledb", "it is a table of the extension timescaledb itself", false);
  if (OidIsValid(get_extension_oid("citus", true)) &&
      spi_run("SELECT pg_catalog.relation_is_a_known_shard($1)", {arg_relation(RelationGetRelid(table))})
          .first()
          .next<bool>())
    return make_engine("citus", "it is a shard of a table that the extension citus keeps", false);
  return nullptr;
}

const Engine *find_engine(Relation target) {
  const Engine *engine = engine_of_internals(target);
  if (engine == nullptr) engine = engine_of(target);
  if (engine != nullptr || target->rd_rel->relispartition || !has_superclass(RelationGetRelid(target))) return engine;
  for (Oid oid : each_oid(ancestors_of(RelationGetRelid(target)))) {
    Relation ancestor = table_open(oid, AccessShareLock);
    const Engine *owner = engine_of(ancestor);
    table_close(ancestor, AccessShareLock);
    if (owner != nullptr)
      return make_engine(owner->name, psprintf("it is a part of %s: %s", qualified_name(oid), owner->text), false);
  }
  return nullptr;
}

const Engine *find_engine(Oid oid) {
  char kind = get_rel_relkind(oid);
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) return nullptr;
  Relation relation = table_open(oid, AccessShareLock);
  const Engine *engine = find_engine(relation);
  table_close(relation, AccessShareLock);
  return engine;
}

bool is_engine_part(Oid oid) {
  if (get_rel_relispartition(oid) || !has_superclass(oid)) return false;
  const Engine *engine = find_engine(oid);
  return engine != nullptr && !engine->takes_inserts;
}

void as_engine_wants(Oid relation, Oid other, Callback<void()> body) {
  if (find_engine(relation) == nullptr && (!OidIsValid(other) || find_engine(other) == nullptr)) return body();
  int level = NewGUCNestLevel();
  switch_triggers_on();
  as_owner_of(relation, body);
  AtEOXact_GUC(true, level);
}

}  // namespace confiture
