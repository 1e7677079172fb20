#include "scan/conditions.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/session.h"
#include "source/table.h"

namespace confiture {

struct Shipping {
  const ScanPlan *plan;
  Index varno;
  bool with_others;
};

// ---- what is shipped

// Types of which both sides have the same values, and whose text form, under our settings, is exact.
static bool is_built_in_type(Oid type) {
  switch (type) {
    case BOOLOID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case NUMERICOID:
    case FLOAT4OID:
    case FLOAT8OID:
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
    case UUIDOID:
    case DATEOID:
    case TIMEOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case INETOID:
    case CIDROID:
    case MACADDROID:
    case BYTEAOID:
      return true;
    default:
      return false;
  }
}

static bool is_shipped_type(const Shipping *shipping, Oid type) {
  return is_built_in_type(type) || schema_of_shippable(&shipping->plan->shippables, TypeRelationId, type) != nullptr;
}

// Of an extension. Whether it is immutable may have changed here since the plan was made.
static bool is_shipped_call(const Shipping *shipping, Oid catalog, Oid object, Oid function, Oid collation) {
  return schema_of_shippable(&shipping->plan->shippables, catalog, object) != nullptr &&
         func_volatile(function) == PROVOLATILE_IMMUTABLE &&
         (!OidIsValid(collation) || collation == DEFAULT_COLLATION_OID);
}

// An order of texts is that of a collation, of one version.
static bool is_shipped_extension_operator(const Shipping *shipping, Oid operator_oid, Oid collation) {
  ComparisonKind kind = comparison_kind(operator_oid);
  bool is_order_of_texts = OidIsValid(collation) && kind.is_comparison && !kind.is_equality;
  return !is_order_of_texts &&
         is_shipped_call(shipping, OperatorRelationId, operator_oid, get_opcode(operator_oid), collation);
}

// Texts are compared for being the same only: for more, both sides would need one collation, of one version.
static bool is_shipped_operator(Oid operator_oid, Oid collation) {
  if (operator_oid >= FirstGenbkiObjectId || func_volatile(get_opcode(operator_oid)) != PROVOLATILE_IMMUTABLE)
    return false;
  ComparisonKind kind = comparison_kind(operator_oid);
  if (!kind.is_comparison) return false;
  return !OidIsValid(collation) || (kind.is_equality && get_collation_isdeterministic(collation));
}

static bool is_shipped_column(const Shipping *shipping, const Var *column) {
  if (column->varno != static_cast<int>(shipping->varno)) return shipping->with_others && column->varlevelsup == 0;
  if (column->varlevelsup != 0 || column->varattno <= 0 || column->varattno > shipping->plan->n_columns) return false;
  const ScanColumn *known = &shipping->plan->columns[column->varattno - 1];
  return known->is_plain && known->is_deterministic;
}

static bool is_shipped_value(const Shipping *shipping, Node *node);

static bool are_shipped_values(const Shipping *shipping, List *nodes) {
  for (Node *node : each<Node>(nodes))
    if (!is_shipped_value(shipping, node)) return false;
  return true;
}

// A call of an extension's operator or function.
static bool is_shipped_call(const Shipping *shipping, Node *node) {
  if (IsA(node, OpExpr)) {
    const OpExpr *operation = reinterpret_cast<const OpExpr *>(node);
    return list_length(operation->args) == 2 && !operation->opretset &&
           is_shipped_extension_operator(shipping, operation->opno, operation->inputcollid) &&
           are_shipped_values(shipping, operation->args);
  }
  if (!IsA(node, FuncExpr)) return false;
  const FuncExpr *call = reinterpret_cast<const FuncExpr *>(node);
  return !call->funcretset && !call->funcvariadic &&
         is_shipped_call(shipping, ProcedureRelationId, call->funcid, call->funcid, call->inputcollid) &&
         are_shipped_values(shipping, call->args);
}

// A value: a column, a constant or a parameter, of a type that is shipped, or what an extension makes of such.
static bool is_shipped_value(const Shipping *shipping, Node *node) {
  if (IsA(node, RelabelType)) {
    const RelabelType *relabel = reinterpret_cast<const RelabelType *>(node);
    return is_shipped_type(shipping, relabel->resulttype) &&
           is_shipped_value(shipping, reinterpret_cast<Node *>(relabel->arg));
  }
  if (!is_shipped_type(shipping, exprType(node))) return false;
  if (IsA(node, Var)) return is_shipped_column(shipping, reinterpret_cast<const Var *>(node));
  if (IsA(node, Param)) {
    ParamKind kind = reinterpret_cast<const Param *>(node)->paramkind;
    return kind == PARAM_EXTERN || kind == PARAM_EXEC;
  }
  return IsA(node, Const) || is_shipped_call(shipping, node);
}

// Sorting is the server's own matter: of built-in types, and of columns as they are.
static bool is_built_in_value(Node *node) {
  if (IsA(node, RelabelType)) node = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(node)->arg);
  return is_built_in_type(exprType(node)) && (IsA(node, Var) || IsA(node, Const) || IsA(node, Param));
}

bool is_shipped_value(const ScanPlan *plan, Index varno, Node *node) {
  const Shipping shipping = {plan, varno, false};
  return is_built_in_value(node) && is_shipped_value(&shipping, node);
}

static bool is_shipped_array(const Shipping *shipping, Node *node) {
  if (!IsA(node, Const)) return false;
  const Const *constant = reinterpret_cast<const Const *>(node);
  return !constant->constisnull && is_shipped_type(shipping, get_element_type(constant->consttype));
}

static bool is_shipped(const Shipping *shipping, Node *node);

static bool are_shipped(const Shipping *shipping, List *nodes) {
  for (Node *node : each<Node>(nodes))
    if (!is_shipped(shipping, node)) return false;
  return true;
}

static bool is_shipped(const Shipping *shipping, Node *node) {
  switch (nodeTag(node)) {
    case T_OpExpr: {
      const OpExpr *operation = reinterpret_cast<const OpExpr *>(node);
      if (exprType(node) == BOOLOID && is_shipped_call(shipping, node)) return true;
      if (list_length(operation->args) != 2 || !is_shipped_operator(operation->opno, operation->inputcollid))
        return false;
      // Of two columns the source might not know which collation to take.
      bool has_constant = !OidIsValid(operation->inputcollid);
      for (Node *argument : each<Node>(operation->args)) {
        if (!is_shipped_value(shipping, argument)) return false;
        has_constant |= !contain_var_clause(argument);
      }
      return has_constant || shipping->with_others;
    }
    case T_ScalarArrayOpExpr: {
      const ScalarArrayOpExpr *operation = reinterpret_cast<const ScalarArrayOpExpr *>(node);
      return (is_shipped_operator(operation->opno, operation->inputcollid) ||
              is_shipped_extension_operator(shipping, operation->opno, operation->inputcollid)) &&
             is_shipped_value(shipping, static_cast<Node *>(linitial(operation->args))) &&
             is_shipped_array(shipping, static_cast<Node *>(lsecond(operation->args)));
    }
    case T_NullTest: {
      const NullTest *test = reinterpret_cast<const NullTest *>(node);
      return !test->argisrow && is_shipped_value(shipping, reinterpret_cast<Node *>(test->arg));
    }
    case T_BoolExpr:
      return are_shipped(shipping, reinterpret_cast<const BoolExpr *>(node)->args);
    case T_Var:
    case T_FuncExpr:
      return exprType(node) == BOOLOID && is_shipped_value(shipping, node);
    default:
      return false;
  }
}

List *shipped_conditions(const ScanPlan *plan, Index varno, List *conditions, bool with_others) {
  const Shipping shipping = {plan, varno, with_others};
  List *shipped = NIL;
  for (Node *condition : each<Node>(conditions))
    if (is_shipped(&shipping, condition)) shipped = append(shipped, condition);
  return shipped;
}

// ---- as SQL

int pin_output() {
  int level = NewGUCNestLevel();
  set_locally("datestyle", "ISO", PGC_USERSET);
  set_locally("extra_float_digits", "3", PGC_USERSET);
  set_locally("bytea_output", "hex", PGC_USERSET);
  return level;
}

struct Writing {
  const ScanPlan *plan;
  StringInfo sql;
  const ParameterText *parameter;
};

const char *value_text(Oid type, Datum value) {
  Oid output;
  bool is_varlena;
  getTypeOutputInfo(type, &output, &is_varlena);
  return OidOutputFunctionCall(output, value);
}

static const char *in_schema(const char *schema, const char *name) {
  return psprintf("%s.%s", schema != nullptr ? source_name(schema) : "pg_catalog", name);
}

const char *type_name(const ScanPlan *plan, Oid type) {
  Oid element = get_element_type(type);
  if (element >= FirstNormalObjectId) return psprintf("%s[]", type_name(plan, element));
  return in_schema(schema_of_shippable(&plan->shippables, TypeRelationId, type), source_name(bare_type_name(type)));
}

static void write_literal(const Writing *writing, Oid type, const char *text) {
  appendStringInfo(writing->sql, "%s::%s", text != nullptr ? quote_literal_cstr(text) : "NULL",
                   type_name(writing->plan, type));
}

static void write_column(const Writing *writing, const Var *column) {
  appendStringInfoString(writing->sql, writing->plan->columns[column->varattno - 1].wire->expression);
}

static const char *operator_name(const Writing *writing, Oid operator_oid) {
  const char *schema = schema_of_shippable(&writing->plan->shippables, OperatorRelationId, operator_oid);
  return psprintf("OPERATOR(%s)", in_schema(schema, get_opname(operator_oid)));
}

static void write_value(const Writing *writing, Node *node);

static void write_operation(const Writing *writing, const OpExpr *operation) {
  write_value(writing, static_cast<Node *>(linitial(operation->args)));
  appendStringInfo(writing->sql, " %s ", operator_name(writing, operation->opno));
  write_value(writing, static_cast<Node *>(lsecond(operation->args)));
}

static void write_call(const Writing *writing, const FuncExpr *call) {
  const char *schema = schema_of_shippable(&writing->plan->shippables, ProcedureRelationId, call->funcid);
  const char *separator = "";
  appendStringInfo(writing->sql, "%s(", in_schema(schema, source_name(get_func_name(call->funcid))));
  for (Node *argument : each<Node>(call->args)) {
    appendStringInfoString(writing->sql, separator);
    write_value(writing, argument);
    separator = ", ";
  }
  appendStringInfoChar(writing->sql, ')');
}

static void write_value(const Writing *writing, Node *node) {
  switch (nodeTag(node)) {
    case T_RelabelType: {
      const RelabelType *relabel = reinterpret_cast<const RelabelType *>(node);
      appendStringInfoChar(writing->sql, '(');
      write_value(writing, reinterpret_cast<Node *>(relabel->arg));
      appendStringInfo(writing->sql, ")::%s", type_name(writing->plan, relabel->resulttype));
      return;
    }
    case T_Var:
      return write_column(writing, reinterpret_cast<const Var *>(node));
    case T_FuncExpr:
      return write_call(writing, reinterpret_cast<const FuncExpr *>(node));
    case T_OpExpr:
      appendStringInfoChar(writing->sql, '(');
      write_operation(writing, reinterpret_cast<const OpExpr *>(node));
      appendStringInfoChar(writing->sql, ')');
      return;
    case T_Param: {
      const Param *parameter = reinterpret_cast<const Param *>(node);
      appendStringInfo(writing->sql, "%s::%s", (*writing->parameter)(parameter),
                       type_name(writing->plan, parameter->paramtype));
      return;
    }
    default: {
      const Const *constant = reinterpret_cast<const Const *>(node);
      const char *text = constant->constisnull ? nullptr : value_text(constant->consttype, constant->constvalue);
      return write_literal(writing, constant->consttype, text);
    }
  }
}

static void write_condition(const Writing *writing, Node *node);

static void write_list(const Writing *writing, List *nodes, const char *separator) {
  const char *before = "";
  for (Node *node : each<Node>(nodes)) {
    appendStringInfoString(writing->sql, before);
    write_condition(writing, node);
    before = separator;
  }
}

static void write_condition(const Writing *writing, Node *node) {
  StringInfo sql = writing->sql;
  appendStringInfoChar(sql, '(');
  switch (nodeTag(node)) {
    case T_OpExpr:
      write_operation(writing, reinterpret_cast<const OpExpr *>(node));
      break;
    case T_ScalarArrayOpExpr: {
      const ScalarArrayOpExpr *operation = reinterpret_cast<const ScalarArrayOpExpr *>(node);
      write_value(writing, static_cast<Node *>(linitial(operation->args)));
      appendStringInfo(sql, " %s %s (", operator_name(writing, operation->opno), operation->useOr ? "ANY" : "ALL");
      write_value(writing, static_cast<Node *>(lsecond(operation->args)));
      appendStringInfoChar(sql, ')');
      break;
    }
    case T_NullTest: {
      const NullTest *test = reinterpret_cast<const NullTest *>(node);
      write_value(writing, reinterpret_cast<Node *>(test->arg));
      appendStringInfoString(sql, test->nulltesttype == IS_NULL ? " IS NULL" : " IS NOT NULL");
      break;
    }
    case T_BoolExpr: {
      const BoolExpr *expression = reinterpret_cast<const BoolExpr *>(node);
      if (expression->boolop == NOT_EXPR) appendStringInfoString(sql, "NOT ");
      write_list(writing, expression->args, expression->boolop == OR_EXPR ? " OR " : " AND ");
      break;
    }
    default:
      write_value(writing, node);
  }
  appendStringInfoChar(sql, ')');
}

const char *value_sql(const ScanPlan *plan, Node *value) {
  StringInfoData sql;
  initStringInfo(&sql);
  const Writing writing = {plan, &sql, nullptr};
  write_value(&writing, value);
  return sql.data;
}

const char *conditions_sql(const ScanPlan *plan, List *conditions, ParameterText parameter) {
  if (conditions == NIL) return nullptr;
  StringInfoData sql;
  initStringInfo(&sql);
  const Writing writing = {plan, &sql, &parameter};
  write_list(&writing, conditions, " AND ");
  return sql.data;
}

}  // namespace confiture
