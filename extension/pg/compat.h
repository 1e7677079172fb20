// What differs between PostgreSQL 15 and 19. The only file that looks at PG_VERSION_NUM; included by pg.h only.
#pragma once

#if PG_VERSION_NUM < 150000
#error "Confiture supports PostgreSQL 15 to 19"
#endif

extern "C" {
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "nodes/queryjumble.h"
#else
#include "utils/queryjumble.h"
#endif
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#include "storage/waiteventset.h"
#endif
}

namespace confiture {

#if PG_VERSION_NUM < 190000
using SysCacheIdentifier = int;
#endif

// Do bulk inserts extend a relation by many pages at a time?
constexpr bool extends_by_many = PG_VERSION_NUM >= 160000;

inline bool may_use_server(Oid server, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(ForeignServerRelationId, server, role, ACL_USAGE) == ACLCHECK_OK;
#else
  return pg_foreign_server_aclcheck(server, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

inline bool may_execute(Oid function, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE) == ACLCHECK_OK &&
         object_aclcheck(NamespaceRelationId, get_func_namespace(function), role, ACL_USAGE) == ACLCHECK_OK;
#else
  return pg_proc_aclcheck(function, role, ACL_EXECUTE) == ACLCHECK_OK &&
         pg_namespace_aclcheck(get_func_namespace(function), role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

inline bool owns_relation(Oid relation, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, relation, role);
#else
  return pg_class_ownercheck(relation, role);
#endif
}

inline bool owns_database(Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(DatabaseRelationId, MyDatabaseId, role);
#else
  return pg_database_ownercheck(MyDatabaseId, role);
#endif
}

inline bool may_make_temporary(Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(DatabaseRelationId, MyDatabaseId, role, ACL_CREATE_TEMP) == ACLCHECK_OK;
#else
  return pg_database_aclcheck(MyDatabaseId, role, ACL_CREATE_TEMP) == ACLCHECK_OK;
#endif
}

// May the role become the other one by SET ROLE?
inline bool may_become(Oid role, Oid other) {
#if PG_VERSION_NUM >= 160000
  return member_can_set_role(role, other);
#else
  return is_member_of_role(role, other);
#endif
}

// Its owner may; since 17 the privilege MAINTAIN is enough.
inline bool may_refresh(Oid view, Oid role) {
#if PG_VERSION_NUM >= 170000
  return pg_class_aclcheck(view, role, ACL_MAINTAIN) == ACLCHECK_OK;
#else
  return owns_relation(view, role);
#endif
}

// An event set of `size` events that lives until free_wait_events().
inline WaitEventSet *make_wait_events(int size) {
#if PG_VERSION_NUM >= 170000
  return CreateWaitEventSet(nullptr, size);  // no resource owner: freed with the connection, on every path
#else
  return CreateWaitEventSet(TopMemoryContext, size);
#endif
}

// What a backend waits for, as pg_stat_activity shows it. Events of extensions have names since 17.
enum class WaitFor { source, processes };

inline uint32 wait_event(WaitFor reason) {
#if PG_VERSION_NUM >= 170000
  static const char *const names[] = {"ConfitureSource", "ConfitureProcesses"};
  static uint32 events[lengthof(names)];
  uint32 *event = &events[static_cast<int>(reason)];
  if (*event == 0) *event = WaitEventExtensionNew(names[static_cast<int>(reason)]);
  return *event;
#else
  (void)reason;
  return PG_WAIT_EXTENSION;
#endif
}

// Gives the range table of a COPY FROM the permission entry it wants since 16. The lock is one the caller holds.
inline void register_copy_target(ParseState *pstate, Relation relation, LOCKMODE lock) {
  addRangeTableEntryForRelation(pstate, relation, lock, nullptr, false, false);
}

// Gives a query made from nodes the relations that a ParseState has gathered.
inline void take_range_table(Query *query, const ParseState *state) {
  query->rtable = state->p_rtable;
#if PG_VERSION_NUM >= 160000
  query->rteperminfos = state->p_rteperminfos;
#endif
}

// As whom a foreign table, which has that entry in the range table, is read: a view's owner, or the caller.
inline Oid scanning_role(const ForeignScan *scan, Index entry_number, EState *executor) {
#if PG_VERSION_NUM >= 160000
  (void)executor, (void)entry_number;
  return OidIsValid(scan->checkAsUser) ? scan->checkAsUser : GetUserId();
#else
  (void)scan;
  const RangeTblEntry *entry = exec_rt_fetch(entry_number, executor);
  return OidIsValid(entry->checkAsUser) ? entry->checkAsUser : GetUserId();
#endif
}

// The same while planning.
inline Oid planning_role(PlannerInfo *root, const RelOptInfo *relation) {
#if PG_VERSION_NUM >= 160000
  (void)root;
  return OidIsValid(relation->userid) ? relation->userid : GetUserId();
#else
  const RangeTblEntry *entry = planner_rt_fetch(relation->relid, root);
  return OidIsValid(entry->checkAsUser) ? entry->checkAsUser : GetUserId();
#endif
}

// A path of a foreign scan.
inline ForeignPath *make_foreign_path(PlannerInfo *root, RelOptInfo *relation, double rows, Cost startup, Cost total,
                                      List *order, Relids outer, List *details) {
#if PG_VERSION_NUM >= 180000
  return create_foreignscan_path(root, relation, nullptr, rows, 0, startup, total, order, outer, nullptr, NIL, details);
#elif PG_VERSION_NUM >= 170000
  return create_foreignscan_path(root, relation, nullptr, rows, startup, total, order, outer, nullptr, NIL, details);
#else
  return create_foreignscan_path(root, relation, nullptr, rows, startup, total, order, outer, nullptr, details);
#endif
}

// A path that gives one row of aggregates.
inline ForeignPath *make_aggregate_path(PlannerInfo *root, RelOptInfo *relation, Cost cost, List *details) {
  PathTarget *target = relation->reltarget;
#if PG_VERSION_NUM >= 180000
  return create_foreign_upper_path(root, relation, target, 1, 0, cost, cost, NIL, nullptr, NIL, details);
#elif PG_VERSION_NUM >= 170000
  return create_foreign_upper_path(root, relation, target, 1, cost, cost, NIL, nullptr, NIL, details);
#else
  return create_foreign_upper_path(root, relation, target, 1, cost, cost, NIL, nullptr, details);
#endif
}

inline bool is_descending(const PathKey *key) {
#if PG_VERSION_NUM >= 180000
  return key->pk_cmptype == COMPARE_GT;
#else
  return key->pk_strategy == BTGreaterStrategyNumber;
#endif
}

// Does the collation order texts by their bytes?
inline bool is_c_collation(Oid collation) {
#if PG_VERSION_NUM >= 180000
  return pg_newlocale_from_collation(collation)->collate_is_c;
#else
  return lc_collate_is_c(collation);
#endif
}

// The type that a name means, with its modifier; false when there is none. Ereports when the text is no name of a type.
inline bool parse_type(const char *name, Oid *type, int32 *typmod) {
#if PG_VERSION_NUM >= 160000
  ErrorSaveContext failure = {};
  failure.type = T_ErrorSaveContext;
  return parseTypeString(name, type, typmod, reinterpret_cast<Node *>(&failure)) && OidIsValid(*type);
#else
  parseTypeString(name, type, typmod, true);
  return OidIsValid(*type);
#endif
}

// Is the operator a comparison that B-trees know? And an equality or its negation?
struct ComparisonKind {
  bool is_comparison, is_equality;
};

inline ComparisonKind comparison_kind(Oid operator_oid) {
#if PG_VERSION_NUM >= 180000
  using Meaning = OpIndexInterpretation;
  List *meanings = get_op_index_interpretation(operator_oid);
  auto equates = [](const Meaning *meaning) {
    return meaning->cmptype == COMPARE_EQ || meaning->cmptype == COMPARE_NE;
  };
#else
  using Meaning = OpBtreeInterpretation;
  List *meanings = get_op_btree_interpretation(operator_oid);
  auto equates = [](const Meaning *meaning) {
    return meaning->strategy == BTEqualStrategyNumber || meaning->strategy == ROWCOMPARE_NE;
  };
#endif
  ComparisonKind kind = {.is_comparison = meanings != NIL, .is_equality = true};
  for (int i = 0; i < list_length(meanings); i++)
    kind.is_equality &= equates(static_cast<const Meaning *>(list_nth(meanings, i)));
  return kind;
}

// Was the relation, or its file, made in this transaction?
inline bool has_new_storage(Relation relation) {
#if PG_VERSION_NUM >= 160000
  SubTransactionId file = relation->rd_firstRelfilelocatorSubid;
#else
  SubTransactionId file = relation->rd_firstRelfilenodeSubid;
#endif
  return relation->rd_createSubid != InvalidSubTransactionId || file != InvalidSubTransactionId;
}

// And in this very subtransaction, so that a rollback leaves none of its rows?
inline bool has_storage_of_this_level(Relation relation) {
#if PG_VERSION_NUM >= 160000
  SubTransactionId file = relation->rd_newRelfilelocatorSubid;
#else
  SubTransactionId file = relation->rd_newRelfilenodeSubid;
#endif
  SubTransactionId current = GetCurrentSubTransactionId();
  return relation->rd_createSubid == current || file == current;
}

// A generated column that is not stored.
inline bool is_virtual(const FormData_pg_attribute *attribute) {
#if PG_VERSION_NUM >= 180000
  return attribute->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL;
#else
  (void)attribute;
  return false;
#endif
}

// Makes the index entries of a tuple that was inserted; none of the indexes is deferrable.
inline void insert_index_tuples(ResultRelInfo *result, TupleTableSlot *slot, EState *executor) {
#if PG_VERSION_NUM >= 190000
  list_free(ExecInsertIndexTuples(result, executor, 0, slot, NIL, nullptr));
#elif PG_VERSION_NUM >= 160000
  list_free(ExecInsertIndexTuples(result, slot, executor, false, false, nullptr, NIL, false));
#else
  list_free(ExecInsertIndexTuples(result, slot, executor, false, false, nullptr, NIL));
#endif
}

// Makes the relation, into which rows will be written, the first of the executor's, as COPY does. Wrappers of foreign
// partitions look for it there.
inline void set_result_relation(EState *executor, Relation relation) {
  RangeTblEntry *entry = makeNode(RangeTblEntry);
  entry->rtekind = RTE_RELATION;
  entry->relid = RelationGetRelid(relation);
  entry->relkind = relation->rd_rel->relkind;
  entry->rellockmode = RowExclusiveLock;
#if PG_VERSION_NUM >= 160000
  List *permissions = NIL;
  addRTEPermissionInfo(&permissions, entry)->requiredPerms = ACL_INSERT;
#if PG_VERSION_NUM >= 180000
  ExecInitRangeTable(executor, list_make1(entry), permissions, bms_make_singleton(1));
#else
  ExecInitRangeTable(executor, list_make1(entry), permissions);
#endif
#else
  ExecInitRangeTable(executor, list_make1(entry));
#endif
}

// How rows of a partitioned table become those of the partition; nullptr: as they are.
inline const TupleConversionMap *root_to_partition_map(ResultRelInfo *partition, EState *executor) {
#if PG_VERSION_NUM >= 160000
  return ExecGetRootToChildMap(partition, executor);
#else
  (void)executor;
  return partition->ri_RootToPartitionMap;
#endif
}

// Visits the parts of an expression; before 16 the walker was declared without parameters.
inline bool walk_expression(Node *node, bool (*walker)(Node *, void *), void *context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker_impl(node, walker, context);
#else
  return expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context);
#endif
}

// Plans a query without parameters.
inline PlannedStmt *plan_query(Query *query) {
#if PG_VERSION_NUM >= 190000
  return pg_plan_query(query, "", 0, nullptr, nullptr);
#else
  return pg_plan_query(query, "", 0, nullptr);
#endif
}

// Runs a portal to its end, as a client's statement outside any block.
inline void run_portal(Portal portal, DestReceiver *receiver, QueryCompletion *completion) {
#if PG_VERSION_NUM >= 180000
  (void)PortalRun(portal, FETCH_ALL, true, receiver, receiver, completion);
#else
  (void)PortalRun(portal, FETCH_ALL, true, true, receiver, receiver, completion);
#endif
}

// The index of the primary key, InvalidOid when there is none or ON CONFLICT could not use it (deferrable).
inline Oid primary_key_index(Relation relation) {
#if PG_VERSION_NUM >= 180000
  return RelationGetPrimaryKeyIndex(relation, false);
#else
  return RelationGetPrimaryKeyIndex(relation);
#endif
}

}  // namespace confiture

// SQL that differs by version, to stand between string literals. The argument is the alias of pg_constraint, as a
// literal: R"(... WHERE c.contype = 'f')" SQL_AND_ENFORCED("c") R"(...)".
#if PG_VERSION_NUM >= 180000
// Only constraints that the server enforces (NOT ENFORCED came with 18).
#define SQL_AND_ENFORCED(constraint) " AND " constraint ".conenforced"
// Is the foreign key a temporal one (PERIOD came with 18)? And what GROUP BY needs for it.
#define SQL_IS_TEMPORAL(constraint) constraint ".conperiod"
#define SQL_GROUP_BY_TEMPORAL(constraint) ", " constraint ".conperiod"
#else
#define F_REVERSE_TEXT F_REVERSE  // 18 has one for bytea, too
#define SQL_AND_ENFORCED(constraint) ""
#define SQL_IS_TEMPORAL(constraint) "false"
#define SQL_GROUP_BY_TEMPORAL(constraint) ""
#endif

#ifdef PG_MODULE_MAGIC_EXT
#define CONFITURE_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "confiture", .version = CONFITURE_VERSION)
#else
#define CONFITURE_MODULE_MAGIC PG_MODULE_MAGIC
#endif
