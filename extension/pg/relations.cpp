#include "pg/relations.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

Bitmapset *uniquely_indexed_columns(Oid relation) {
  Bitmapset *numbers = nullptr;
  Relation table = table_open(relation, AccessShareLock);
  for (Oid oid : each_oid(RelationGetIndexList(table))) {
    Relation index = index_open(oid, AccessShareLock);
    const FormData_pg_index *form = index->rd_index;
    for (int i = 0; (form->indisunique || form->indisexclusion) && i < form->indnkeyatts; i++)
      if (form->indkey.values[i] > 0) numbers = bms_add_member(numbers, form->indkey.values[i]);
    index_close(index, AccessShareLock);
  }
  table_close(table, NoLock);
  return numbers;
}

Name caller_name() {
  Name caller = make<NameData>();
  namestrcpy(caller, GetUserNameFromId(GetUserId(), false));
  return caller;
}

Oid own_relation(const char *name) {
  Oid schema = get_namespace_oid("confiture", true);
  Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
  if (!OidIsValid(relation))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation confiture.%s does not exist", name),
                    errhint("Run CREATE EXTENSION confiture in this database.")));
  return relation;
}

const char *other_kind(Oid relation) {
  switch (get_rel_relkind(relation)) {
    case RELKIND_RELATION:
    case RELKIND_PARTITIONED_TABLE:
      return nullptr;
    case RELKIND_VIEW:
      return "a view";
    case RELKIND_MATVIEW:
      return "a materialized view";
    case RELKIND_FOREIGN_TABLE:
      return "a foreign table";
    default:
      return "no relation with rows";
  }
}

char *qualified_name(Oid relation) {
  const char *name = get_rel_name(relation);
  // Another session may drop what we hold no lock on.
  if (name == nullptr)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
  return quote_qualified_identifier(get_namespace_name_or_temp(get_rel_namespace(relation)), name);
}

Oid partition_root(Oid relation) {
  return get_rel_relispartition(relation) ? llast_oid(get_partition_ancestors(relation)) : relation;
}

// From pg_inherits. The cached descriptor of the partitions would be quicker, but to build it folds the constants of
// partition keys: code of the table's owner, which must not run as the caller.
List *partition_tree(Oid relation, LOCKMODE lock) {
  if (get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE) return list_make1_oid(relation);
  return find_all_inheritors(relation, lock, nullptr);
}

bool may_read(Oid relation, Oid role) {
  return pg_class_aclcheck(relation, role, ACL_SELECT) == ACLCHECK_OK &&
         check_enable_rls(relation, role, true) != RLS_ENABLED;
}

bool may_read(Oid relation) { return may_read(relation, GetUserId()); }

void require_privileges(Oid relation, AclMode privileges) {
  if (pg_class_aclmask(relation, GetUserId(), privileges, ACLMASK_ALL) != privileges)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relation));
}

bool may_have_triggers(Oid relation) {
  Relation table = table_open(relation, AccessShareLock);
  bool found = table->trigdesc != nullptr || table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
  table_close(table, NoLock);
  return found;
}

List *with_triggers(List *relations) {
  List *found = NIL;
  for (Oid oid : each_oid(relations)) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) continue;
    if (reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relhastriggers) found = lappend_oid(found, oid);
    ReleaseSysCache(tuple);
  }
  return found;
}

bool has_deferrable_index(List *tree) {
  bool found = false;
  for (Oid oid : each_oid(tree)) {
    Relation relation = table_open(oid, AccessShareLock);
    for (Oid index_oid : each_oid(RelationGetIndexList(relation))) {
      Relation index = index_open(index_oid, AccessShareLock);
      found |= !index->rd_index->indimmediate;
      index_close(index, AccessShareLock);
    }
    table_close(relation, AccessShareLock);
  }
  return found;
}

}  // namespace confiture
