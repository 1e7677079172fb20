#include "pg/list.h"
#include "pg/owner.h"
#include "plan/declared.h"
#include "plan/filters.h"

namespace confiture {

static bool is_foreign_function(Oid function, void *) { return function >= FirstNormalObjectId; }

// Does reading a value that is written in SQL run code that no superuser has made? That of a domain does, within
// arrays, ranges and rows.
static bool runs_code_of_users(Oid type) {
  Oid element = get_element_type(type);
  if (OidIsValid(element)) return runs_code_of_users(element);
  char kind = get_typtype(type);
  return type >= FirstNormalObjectId && kind != TYPTYPE_BASE && kind != TYPTYPE_ENUM;
}

// Does anything in the expression run code that PostgreSQL does not bring along? A domain has its CHECKs.
static bool runs_foreign_code(Node *node, void *context) {
  if (node == nullptr) return false;
  if (IsA(node, Const) && runs_code_of_users(reinterpret_cast<Const *>(node)->consttype)) return true;
  if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_foreign_function, nullptr)) return true;
  return walk_expression(node, runs_foreign_code, context);
}

// As the condition of a CHECK: no subquery, no aggregate.
static Node *parse(Relation table, const char *sql, bool is_condition) {
  ParseState *state = make_parsestate(nullptr);
  ParseNamespaceItem *item =
      addRangeTableEntryForRelation(state, table, AccessShareLock, makeAlias("f", NIL), false, true);
  addNSItemToQuery(state, item, true, true, true);
  List *statements = raw_parser(psprintf("SELECT FROM f WHERE %s", sql), RAW_PARSE_DEFAULT);
  const SelectStmt *select = linitial_node(SelectStmt, list_make1(linitial_node(RawStmt, statements)->stmt));
  Node *expression = is_condition ? transformWhereClause(state, select->whereClause, EXPR_KIND_CHECK_CONSTRAINT, "when")
                                  : transformExpr(state, select->whereClause, EXPR_KIND_CHECK_CONSTRAINT);
  assign_expr_collations(state, expression);
  free_parsestate(state);
  return expression;
}

// The parser reads what is written in it by code of its types.
static Node *analyse(Relation table, const char *sql, bool is_condition) {
  Node *expression = nullptr;
  try_as_owner_of(RelationGetRelid(table), [&] { expression = parse(table, sql, is_condition); });
  return expression;
}

// On the source the whole row has other columns.
static List *columns_of(Relation table, Node *expression, const char *noun) {
  Bitmapset *numbers = nullptr;
  pull_varattnos(expression, 1, &numbers);
  List *columns = NIL;
  for (int member = -1; (member = bms_next_member(numbers, member)) >= 0;) {
    int number = member + FirstLowInvalidHeapAttributeNumber;
    if (number <= 0)
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("%s reads the whole row, or a system column", noun), errhint("Name the columns.")));
    columns = append(columns, pstrdup(NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname)));
  }
  return columns;
}

static void refuse_unsafe(Node *expression, const char *noun, const char *hint) {
  if (contain_mutable_functions(expression) || runs_foreign_code(expression, nullptr))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s uses more than immutable functions and operators of PostgreSQL's own", noun),
                    errhint("%s", hint)));
}

// What it reads, in the words of PostgreSQL.
static DeclaredSql read_sql(Oid relation, const char *sql, bool is_condition, const char *noun, const char *hint) {
  Relation table = table_open(relation, AccessShareLock);
  Node *expression = analyse(table, sql, is_condition);
  refuse_unsafe(expression, noun, hint);
  List *names = deparse_context_for("f", relation);
  const DeclaredSql read = {
      .sql = psprintf("(%s)", deparse_expression(expression, names, true, false)),
      .index_sql = deparse_expression(expression, names, false, false),
      .type = exprType(expression),
      .collation = exprCollation(expression),
      .columns = columns_of(table, expression, noun),
  };
  table_close(table, AccessShareLock);
  return read;
}

DeclaredSql read_condition(Oid relation, const char *condition) {
  const char *noun = "\"when\"";
  check_condition(condition, noun);
  return read_sql(relation, condition, true, noun,
                  "Compare columns with constants, for example 'owner_type = ''Post'''.");
}

bool is_expression(Oid relation, const char *column) {
  return column[0] == '(' && get_attnum(relation, column) == InvalidAttrNumber;
}

DeclaredSql read_expression(Oid relation, const char *expression) {
  const char *noun = psprintf("the expression %s", expression);
  const char *hint = "Cast and take apart columns, for example '((data->>''order_id'')::bigint)'.";
  check_expression(expression, noun, hint);
  const DeclaredSql read = read_sql(relation, expression, false, noun, hint);
  if (read.columns == NIL)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s reads no column", noun), errhint("%s", hint)));
  return read;
}

}  // namespace confiture
