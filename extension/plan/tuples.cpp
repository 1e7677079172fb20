// Which tables the loader `tuples` takes.
#include "pg/list.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "plan/loader.h"

namespace confiture {

const char *loader_name(Loader loader) {
  switch (loader) {
    case Loader::copy:
      return "copy";
    case Loader::tuples:
      return "tuples";
    case Loader::insert:
      return "insert";
  }
  pg_unreachable();
}

Loader loader_of(const char *name) {
  for (Loader loader : {Loader::tuples, Loader::insert})
    if (strcmp(name, loader_name(loader)) == 0) return loader;
  return Loader::copy;
}

static bool fires(const Trigger *trigger, bool silent) {
  if (trigger->tgenabled == TRIGGER_DISABLED || !TRIGGER_FOR_INSERT(trigger->tgtype)) return false;
  return trigger->tgenabled != (silent ? TRIGGER_FIRES_ON_ORIGIN : TRIGGER_FIRES_ON_REPLICA);
}

static const char *why_not_triggers(const TriggerDesc *triggers, FiringTriggers firing, bool silent) {
  if (triggers == nullptr || firing == FiringTriggers::none) return nullptr;
  for (int i = 0; i < triggers->numtriggers; i++) {
    const Trigger *trigger = &triggers->triggers[i];
    // Is queued whatever the trigger's state is, by ExecARInsertTriggers().
    if (trigger->tgfoid == F_UNIQUE_KEY_RECHECK) return "a constraint is deferrable";
    if (!fires(trigger, silent)) continue;
    if (!trigger->tgisinternal && firing == FiringTriggers::all)
      return psprintf("trigger %s fires", quote_identifier(trigger->tgname));
    if (trigger->tgisinternal) return "triggers check its foreign keys";
  }
  return nullptr;
}

static bool travels(List *columns, const char *name) {
  for (const char *column : each_text(columns))
    if (strcmp(column, name) == 0) return true;
  return false;
}

static const char *why_not_columns(Relation relation, List *columns) {
  TupleDesc descriptor = RelationGetDescr(relation);
  for (int i = 0; i < descriptor->natts; i++) {
    const FormData_pg_attribute *attribute = TupleDescAttr(descriptor, i);
    const char *name = NameStr(attribute->attname);
    if (attribute->attisdropped) continue;
    if (is_virtual(attribute)) return psprintf("the generated column %s is virtual", quote_identifier(name));
    if (attribute->attgenerated != '\0' || travels(columns, name)) continue;
    // Such a default may read the table, and expects the rows before.
    if (contain_volatile_functions_not_nextval(build_column_default(relation, i + 1)))
      return psprintf("the default of column %s is volatile", quote_identifier(name));
  }
  return nullptr;
}

// The last tree whose partitions nothing was found of, until the server says that some relation has changed: each chunk
// of a table asks, and thousands of partitions cost 16 ms.
struct FoundTree {
  Oid relation;
  FiringTriggers firing;
  bool silent;
};

static FoundTree found_tree = {};
static uint64 changes = 0;  // of relations that the server has told of

static void forget_tree(Datum, Oid) {
  found_tree.relation = InvalidOid;
  changes++;
}

static void watch_relations() {
  static bool is_registered = false;
  if (!is_registered) CacheRegisterRelcacheCallback(forget_tree, 0);
  is_registered = true;
}

// Of partitions, from the catalog: opening thousands of them would cost more than a chunk. Users' triggers count in
// `all`, the server's own in any scope but `none`.
static const char *why_not_partitions(Relation relation, FiringTriggers firing, bool silent) {
  static const char sql[] = R"(
    SELECT format(
      CASE
        WHEN c.relkind NOT IN ('r', 'p') THEN 'its partition %I.%I is no plain table'
        WHEN c.relkind = 'r' AND a.amhandler <> 'pg_catalog.heap_tableam_handler'::regproc
          THEN 'the access method of its partition %I.%I is not heap'
        ELSE 'triggers of its partition %I.%I fire'
      END, n.nspname, c.relname)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am a ON a.oid = c.relam
    WHERE c.oid = ANY ($1)
      AND (c.relkind NOT IN ('r', 'p')
        OR c.relkind = 'r' AND a.amhandler <> 'pg_catalog.heap_tableam_handler'::regproc
        OR $2 AND EXISTS (
          SELECT FROM pg_trigger g
          WHERE g.tgrelid = c.oid
            AND (g.tgfoid = 'pg_catalog.unique_key_recheck'::regproc
              OR (g.tgisinternal OR $3) AND g.tgtype & 4 <> 0
                AND g.tgenabled IN ('A', CASE WHEN $4 THEN 'R' ELSE 'O' END))))
    ORDER BY c.oid
    LIMIT 1
    )";
  const FoundTree tree = {.relation = RelationGetRelid(relation), .firing = firing, .silent = silent};
  if (tree.relation == found_tree.relation && firing == found_tree.firing && silent == found_tree.silent)
    return nullptr;
  watch_relations();
  uint64 changes_before = changes;
  Rows rows =
      spi_run_latest(sql, {arg_oids(partition_tree(RelationGetRelid(relation), NoLock)),
                           arg(firing != FiringTriggers::none), arg(firing == FiringTriggers::all), arg(silent)});
  if (!rows.is_empty()) return rows.first().next<const char *>();
  // What changed meanwhile may have been too late for the query's snapshot.
  if (changes == changes_before) found_tree = tree;
  return nullptr;
}

const char *why_not_rows(Relation relation, FiringTriggers firing, bool silent) {
  if (relation->rd_rel->relkind != RELKIND_RELATION) return "it is no plain table";
  if (relation->rd_tableam != GetHeapamTableAmRoutine()) return "its access method is not heap";
  return why_not_triggers(relation->trigdesc, firing, silent);
}

const char *why_not_tuples(Relation relation, List *columns, FiringTriggers firing, bool silent) {
  const char *reason;
  if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
    reason = why_not_triggers(relation->trigdesc, firing, silent);
    if (reason == nullptr) reason = why_not_partitions(relation, firing, silent);
  } else {
    reason = why_not_rows(relation, firing, silent);
  }
  return reason != nullptr ? reason : why_not_columns(relation, columns);
}

}  // namespace confiture
