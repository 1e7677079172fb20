#include "scan/inverse.h"

#include "pg/list.h"
#include "scan/conditions.h"
#include "scan/unmask.h"

namespace confiture {

// So many values of an IN are inverted.
static constexpr int most_values = 1000;

// ---- which conditions

// "column = value" or "column = ANY (values)".
struct Equality {
  const ScanColumn *column;
  Node *value;
  bool is_any;
};

static const Var *column_below(Node *node) {
  while (IsA(node, RelabelType)) node = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(node)->arg);
  return IsA(node, Var) ? reinterpret_cast<const Var *>(node) : nullptr;
}

static bool is_equality(Oid operator_oid, Oid collation) {
  ComparisonKind kind = comparison_kind(operator_oid);
  return operator_oid < FirstGenbkiObjectId && kind.is_comparison && kind.is_equality &&
         strcmp(get_opname(operator_oid), "=") == 0 &&
         (!OidIsValid(collation) || get_collation_isdeterministic(collation));
}

static const ScanColumn *invertible_column(const ScanPlan *plan, Index varno, Node *node) {
  const Var *var = column_below(node);
  if (var == nullptr || var->varno != static_cast<int>(varno) || var->varlevelsup != 0 || var->varattno <= 0 ||
      var->varattno > plan->n_columns)
    return nullptr;
  const ScanColumn *column = &plan->columns[var->varattno - 1];
  return column->is_invertible ? column : nullptr;
}

static bool is_value(Index varno, Node *node, bool with_others) {
  if (IsA(node, RelabelType)) node = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(node)->arg);
  if (IsA(node, Var)) return with_others && reinterpret_cast<const Var *>(node)->varno != static_cast<int>(varno);
  return IsA(node, Const) || IsA(node, Param);
}

static bool read_equality(const ScanPlan *plan, Index varno, Node *node, bool with_others, Equality *equality) {
  if (IsA(node, ScalarArrayOpExpr)) {
    const ScalarArrayOpExpr *any = reinterpret_cast<const ScalarArrayOpExpr *>(node);
    Node *values = static_cast<Node *>(lsecond(any->args));
    *equality = {invertible_column(plan, varno, static_cast<Node *>(linitial(any->args))), values, true};
    return any->useOr && is_equality(any->opno, any->inputcollid) && equality->column != nullptr &&
           IsA(values, Const) && are_alike(equality->column->wire->type, get_element_type(exprType(values)));
  }
  if (!IsA(node, OpExpr)) return false;
  const OpExpr *operation = reinterpret_cast<const OpExpr *>(node);
  if (list_length(operation->args) != 2 || !is_equality(operation->opno, operation->inputcollid)) return false;
  Node *left = static_cast<Node *>(linitial(operation->args)), *right = static_cast<Node *>(lsecond(operation->args));
  const ScanColumn *column = invertible_column(plan, varno, left);
  *equality = {column != nullptr ? column : invertible_column(plan, varno, right), column != nullptr ? right : left,
               false};
  return equality->column != nullptr && is_value(varno, equality->value, with_others) &&
         are_alike(equality->column->wire->type, exprType(equality->value));
}

List *invertible_conditions(const ScanPlan *plan, Index varno, List *conditions, bool with_others) {
  List *found = NIL;
  Equality equality;
  for (Node *condition : each<Node>(conditions))
    if (read_equality(plan, varno, condition, with_others, &equality)) found = append(found, condition);
  return found;
}

// ---- as SQL

// The masked values that are looked for, as text (char *). False: too many.
static bool read_values(const Equality *equality, const ValueOf *value_of, List **values) {
  Datum datum;
  *values = NIL;
  if (!(*value_of)(equality->value, &datum)) return false;
  Oid type = exprType(equality->value);
  if (!equality->is_any) {
    *values = list_make1(const_cast<char *>(value_text(type, datum)));
    return true;
  }
  Oid element = get_element_type(type);
  int16 size;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(element, &size, &is_by_value, &alignment);
  Datum *elements;
  bool *nulls;
  int count;
  deconstruct_array(DatumGetArrayTypeP(datum), element, size, is_by_value, alignment, &elements, &nulls, &count);
  for (int i = 0; i < count && count <= most_values; i++)
    if (!nulls[i]) *values = append(*values, value_text(element, elements[i]));
  return *values != NIL;
}

static const char *list_of_inverses(const ScanPlan *plan, const Equality *equality, const ValueOf *value_of) {
  if (value_of == nullptr) return "(unmasked here)";
  List *values;
  if (!read_values(equality, value_of, &values)) return nullptr;
  wall::ValueMasker *masker = masker_of(equality->column->wire);
  StringInfoData list;
  initStringInfo(&list);
  for (const char *value : each_text(values)) {
    const char *inverse = inverse_of(masker, value);
    if (inverse == nullptr) return nullptr;
    appendStringInfo(&list, "%s%s::%s", list.len > 0 ? ", " : "", quote_literal_cstr(inverse),
                     type_name(plan, equality->column->wire->type));
  }
  return psprintf("(%s)", list.data);
}

const char *inverted_sql(const ScanPlan *plan, Index varno, List *conditions, const ValueOf *value_of) {
  StringInfoData sql;
  initStringInfo(&sql);
  for (Node *condition : each<Node>(conditions)) {
    Equality equality;
    if (!read_equality(plan, varno, condition, false, &equality)) continue;
    const char *list = list_of_inverses(plan, &equality, value_of);
    if (list != nullptr)
      appendStringInfo(&sql, "%s%s IN %s", sql.len > 0 ? " AND " : "", equality.column->wire->source, list);
  }
  return sql.len > 0 ? sql.data : nullptr;
}

}  // namespace confiture
