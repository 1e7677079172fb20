#include "api/rule_arguments.h"

#include "pg/list.h"
#include "pg/nearest_name.h"
#include "pg/relations.h"
#include "plan/plan.h"
#include "source/foreign_table.h"

namespace confiture {

Jsonb *empty_object() { return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))); }

bool leaves_column(const char *strategy) { return strcmp(strategy, "drop") == 0 || strcmp(strategy, "default") == 0; }

bool is_keep_or_drop(const char *strategy, const Jsonb *options) {
  if (strcmp(strategy, "keep") != 0 && !leaves_column(strategy)) return false;
  if (!JB_ROOT_IS_OBJECT(options) || JB_ROOT_COUNT(options) > 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"%s\" takes no options", strategy)));
  return true;
}

static bool has_member(const Jsonb *options, const char *name) {
  if (!JB_ROOT_IS_OBJECT(options)) return false;
  JsonbContainer *root = const_cast<JsonbContainer *>(&options->root);
  return getKeyJsonValueFromContainer(root, name, static_cast<int>(strlen(name)), nullptr) != nullptr;
}

void check_reversible(const Jsonb *options) {
  if (!has_member(options, "reversible") || owns_relation(own_relation("masking_key"), GetUserId())) return;
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("must be owner of confiture.masking_key to make a column reversible"),
                  errhint("Without option \"reversible\" the mask has no way back but by the key.")));
}

void require_table(Oid relation, bool takes_foreign) {
  char kind = get_rel_relkind(relation);
  bool takes_rows = kind != '\0' && why_no_target(relation) == nullptr;
  if (!takes_rows && !(takes_foreign && is_masked_foreign_table(relation)))
    ereport(ERROR,
            (errcode(ERRCODE_WRONG_OBJECT_TYPE), kind == '\0' ? errmsg("relation with OID %u does not exist", relation)
                                                              : errmsg("%s is not a table", qualified_name(relation))));
}

void require_owned_table(Oid relation, bool takes_foreign) {
  require_table(relation, takes_foreign);
  if (!owns_relation(relation, GetUserId())) aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(relation));
}

static List *column_names(Oid relation) {
  List *names = NIL;
  Relation table = table_open(relation, AccessShareLock);
  for (int i = 0; i < RelationGetNumberOfAttributes(table); i++) {
    const FormData_pg_attribute *attribute = TupleDescAttr(RelationGetDescr(table), i);
    if (!attribute->attisdropped) names = append(names, pstrdup(NameStr(attribute->attname)));
  }
  table_close(table, AccessShareLock);
  return names;
}

AttrNumber existing_column(Oid relation, const char *name) {
  AttrNumber number = get_attnum(relation, name);
  if (number > 0) return number;
  const char *nearest = nearest_name(name, column_names(relation));
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("column \"%s\" of relation %s does not exist", name, qualified_name(relation)),
                  nearest != nullptr ? errhint("Perhaps you meant the column \"%s\".", nearest) : 0));
}

}  // namespace confiture
