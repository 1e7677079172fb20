#include "pg/list.h"
#include "plan/declared.h"
#include "plan/filters.h"

namespace confiture {

static bool is_foreign_function(Oid function, void *) { return function >= FirstNormalObjectId; }

// Does anything in the expression run code that PostgreSQL does not bring along? A domain has its CHECKs.
static bool runs_foreign_code(Node *node, void *context) {
  if (node == nullptr) return false;
  if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_foreign_function, nullptr)) return true;
  return walk_expression(node, runs_foreign_code, context);
}

// As the condition of a CHECK: no subquery, no aggregate.
static Node *analyse(Relation table, const char *condition) {
  ParseState *state = make_parsestate(nullptr);
  ParseNamespaceItem *item =
      addRangeTableEntryForRelation(state, table, AccessShareLock, makeAlias("f", NIL), false, true);
  addNSItemToQuery(state, item, true, true, true);
  List *statements = raw_parser(psprintf("SELECT FROM f WHERE %s", condition), RAW_PARSE_DEFAULT);
  const SelectStmt *select = linitial_node(SelectStmt, list_make1(linitial_node(RawStmt, statements)->stmt));
  Node *expression = transformWhereClause(state, select->whereClause, EXPR_KIND_CHECK_CONSTRAINT, "when");
  assign_expr_collations(state, expression);
  free_parsestate(state);
  return expression;
}

static List *columns_of(Relation table, Node *expression) {
  Bitmapset *numbers = nullptr;
  pull_varattnos(expression, 1, &numbers);
  List *columns = NIL;
  for (int i = 0; i < RelationGetNumberOfAttributes(table); i++) {
    const FormData_pg_attribute *attribute = TupleDescAttr(RelationGetDescr(table), i);
    bool is_read = bms_is_member(attribute->attnum - FirstLowInvalidHeapAttributeNumber, numbers) ||
                   bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, numbers);  // the whole row
    if (!attribute->attisdropped && is_read) columns = append(columns, pstrdup(NameStr(attribute->attname)));
  }
  return columns;
}

char *read_condition(Oid relation, const char *condition, List **columns) {
  check_condition(condition, "\"when\"");
  Relation table = table_open(relation, AccessShareLock);
  Node *expression = analyse(table, condition);
  if (contain_mutable_functions(expression) || runs_foreign_code(expression, nullptr))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("\"when\" uses more than immutable functions and operators of PostgreSQL's own"),
                    errhint("Compare columns with constants, for example 'owner_type = ''Post'''.")));
  if (columns != nullptr) *columns = columns_of(table, expression);
  List *names = deparse_context_for("f", relation);
  char *text = deparse_expression(expression, names, true, false);
  table_close(table, AccessShareLock);
  return text;
}

}  // namespace confiture
