#include "plan/expressions.h"

#include "pg/list.h"

namespace confiture {

struct Reading {
  Relation table;
  IndexedColumns *columns;
  bool is_lossy;      // what is read now does not tell all values apart
  bool is_condition;  // of a partial index: which rows are in it
};

static bool read_node(Node *node, void *reading);

static void read_column(Reading *reading, AttrNumber number) {
  if (number <= 0) return;
  if (TupleDescAttr(RelationGetDescr(reading->table), number - 1)->attgenerated != '\0') {
    (void)read_node(build_column_default(reading->table, number), reading);
    return;
  }
  IndexedColumns *columns = reading->columns;
  if (!reading->is_condition) columns->all = bms_add_member(columns->all, number);
  if (reading->is_lossy) columns->lossy = bms_add_member(columns->lossy, number);
}

static bool read_parts_as(Node *node, const Reading *reading, bool is_lossy) {
  Reading parts = *reading;
  parts.is_lossy = is_lossy;
  return walk_expression(node, read_node, &parts);
}

// Functions of which different arguments have different results: a masked value under a unique index is a bijection or
// has 96 bits of a keyed hash, of which letter case is no part that counts.
static bool tells_apart(Oid function) {
  switch (function) {
    case F_LOWER_TEXT:
    case F_UPPER_TEXT:
    case F_MD5_TEXT:
    case F_REVERSE_TEXT:
    case F_BTRIM_TEXT:
    case F_LTRIM_TEXT:
    case F_RTRIM_TEXT:
    case F_TEXT_BPCHAR:
    case F_TEXT_NAME:
    case F_INT8_INT4:
    case F_INT8_INT2:
    case F_INT4_INT2:
    case F_NUMERIC_INT2:
    case F_NUMERIC_INT4:
    case F_NUMERIC_INT8:
    case F_TEXTCAT:
    case F_TEXTANYCAT:
    case F_ANYTEXTCAT:
      return true;
    default:
      return false;
  }
}

static bool is_text(Oid type) {
  char category;
  bool is_preferred;
  get_type_category_preferred(type, &category, &is_preferred);
  return category == TYPCATEGORY_STRING;
}

static bool is_transparent(const Node *node) {
  switch (nodeTag(node)) {
    case T_List:
    case T_RelabelType:
    case T_CollateExpr:
    case T_CoerceToDomain:
    case T_Const:
    case T_CoalesceExpr:
      return true;
    case T_CoerceViaIO:
      return is_text(exprType(node));
    case T_FuncExpr:
      return tells_apart(reinterpret_cast<const FuncExpr *>(node)->funcid);
    case T_OpExpr:
      return tells_apart(get_opcode(reinterpret_cast<const OpExpr *>(node)->opno));
    default:
      return false;
  }
}

static bool is_null_constant(const Node *node) {
  return node == nullptr || (IsA(node, Const) && reinterpret_cast<const Const *>(node)->constisnull);
}

static void note_nulls(Node *node, Reading *reading) {
  Bitmapset *numbers = nullptr;
  pull_varattnos(node, 1, &numbers);
  int member = -1;
  while ((member = bms_next_member(numbers, member)) >= 0) {
    AttrNumber number = static_cast<AttrNumber>(member + FirstLowInvalidHeapAttributeNumber);
    if (number > 0) reading->columns->nulled = bms_add_member(reading->columns->nulled, number);
  }
}

// CASE WHEN ... THEN email END: values of one branch are told apart, the conditions say of which rows.
static bool read_case(const CaseExpr *node, const Reading *reading) {
  Reading values = *reading, conditions = *reading;
  conditions.is_lossy = true;
  if (node->arg != nullptr) (void)read_node(reinterpret_cast<Node *>(node->arg), &conditions);
  for (const CaseWhen *when : each<CaseWhen>(node->args)) {
    (void)read_node(reinterpret_cast<Node *>(when->expr), &conditions);
    note_nulls(reinterpret_cast<Node *>(when->expr), &conditions);
    if (IsA(when->result, Const) && !is_null_constant(reinterpret_cast<Node *>(when->result))) values.is_lossy = true;
  }
  for (const CaseWhen *when : each<CaseWhen>(node->args))
    (void)read_node(reinterpret_cast<Node *>(when->result), &values);
  (void)read_node(reinterpret_cast<Node *>(node->defresult), &values);
  return false;
}

// email <> '' and email = '': what is empty stays so.
static bool compares_with_empty(const Node *node) {
  if (!IsA(node, OpExpr)) return false;
  Oid function = get_opcode(reinterpret_cast<const OpExpr *>(node)->opno);
  if (function != F_TEXTNE && function != F_TEXTEQ) return false;
  const Node *other = static_cast<const Node *>(lsecond(reinterpret_cast<const OpExpr *>(node)->args));
  if (!IsA(other, Const) || reinterpret_cast<const Const *>(other)->constisnull) return false;
  return VARSIZE_ANY_EXHDR(DatumGetPointer(reinterpret_cast<const Const *>(other)->constvalue)) == 0;
}

static bool read_node(Node *node, void *context) {
  Reading *reading = static_cast<Reading *>(context);
  if (node == nullptr) return false;
  if (IsA(node, Var)) {
    read_column(reading, reinterpret_cast<Var *>(node)->varattno);
    return false;
  }
  if (IsA(node, NullTest) || IsA(node, CoalesceExpr)) note_nulls(node, reading);
  if (reading->is_condition && (compares_with_empty(node) || IsA(node, NullTest))) return false;
  if (IsA(node, CaseExpr)) return read_case(reinterpret_cast<CaseExpr *>(node), reading);
  bool tells_nulls = IsA(node, NullTest);
  return read_parts_as(node, reading, reading->is_lossy || !(tells_nulls || is_transparent(node)));
}

// An exclusion constraint may compare by another operator than equality, as by that of overlapping ranges.
static Oid *excluding_operators(Relation index) {
  if (!index->rd_index->indisexclusion) return nullptr;
  Oid *operators, *functions;
  uint16 *strategies;
  RelationGetExclusionInfo(index, &operators, &functions, &strategies);
  return operators;
}

IndexedColumns read_indexed_columns(Relation table, Relation index) {
  IndexedColumns columns = {};
  Oid *operators = excluding_operators(index);
  List *expressions = RelationGetIndexExpressions(index);  // a copy, another one at each call
  ListCell *expression = list_head(expressions);
  for (int i = 0; i < index->rd_index->indnkeyatts; i++) {
    AttrNumber number = index->rd_index->indkey.values[i];
    Reading reading = {table, &columns, false, false};
    if (operators != nullptr) {
      Oid left, right;
      op_input_types(operators[i], &left, &right);
      reading.is_lossy = !op_hashjoinable(operators[i], left);
    }
    if (number == 0) {
      (void)read_node(static_cast<Node *>(lfirst(expression)), &reading);
      expression = lnext(expressions, expression);
    } else {
      read_column(&reading, number);
    }
  }
  Reading condition = {table, &columns, true, true};
  (void)read_node(reinterpret_cast<Node *>(RelationGetIndexPredicate(index)), &condition);
  return columns;
}

}  // namespace confiture
