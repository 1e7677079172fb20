#include "load/mask_function.h"

#include "pg/confined.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "plan/functions.h"

namespace confiture {

bool calls_functions(const Transfer *transfer) {
  for (int i = 0; i < transfer->n_columns; i++)
    if (OidIsValid(transfer->columns[i].function)) return true;
  return false;
}

static bool is_same(const WireColumn *column) {
  const char *digest = digest_of_function(column->function);
  return digest != nullptr && strcmp(digest, column->function_digest) == 0;
}

bool has_same_functions(const Transfer *transfer) {
  for (int i = 0; i < transfer->n_columns; i++)
    if (OidIsValid(transfer->columns[i].function) && !is_same(&transfer->columns[i])) return false;
  return true;
}

static void require_same(const WireColumn *column) {
  if (!is_same(column))
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the function that masks column \"%s\" was changed since it was planned", column->name),
                    errhint("Start a new run with CALL confiture.sync().")));
}

void require_same_functions(const Transfer *transfer) {
  for (int i = 0; i < transfer->n_columns; i++) {
    const WireColumn *column = &transfer->columns[i];
    if (!OidIsValid(column->function)) continue;
    require_same(column);
    require_executable(column->function, owner_of(transfer->relation));
  }
}

struct MaskFunction {
  ConfinedFunction *function;
  ExprState *coercion;  // of what it returns; nullptr: none
  ExprContext *context;
};

// As an assignment does it: cut to no length, but refused, and checked by domains.
static Node *coercion_to(const FormData_pg_attribute *attribute, Oid base) {
  CaseTestExpr *result = makeNode(CaseTestExpr);
  result->typeId = base;
  result->typeMod = -1;
  result->collation = attribute->attcollation;
  Node *coerced = coerce_to_target_type(nullptr, reinterpret_cast<Node *>(result), base, attribute->atttypid,
                                        attribute->atttypmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
  if (coerced == nullptr) elog(ERROR, "no way from type %u to %u", base, attribute->atttypid);
  return coerced == reinterpret_cast<Node *>(result) ? nullptr : coerced;
}

MaskFunction *make_mask_function(const WireColumn *column, const FormData_pg_attribute *attribute) {
  if (column == nullptr || !OidIsValid(column->function)) return nullptr;
  MaskFunction *mask = make<MaskFunction>();
  mask->function = make_confined(column->function, attribute->attcollation);
  require_same(column);  // what was made, since the query was sent
  mask->context = CreateStandaloneExprContext();
  if (Node *coercion = coercion_to(attribute, getBaseType(attribute->atttypid)); coercion != nullptr)
    mask->coercion = ExecInitExpr(expression_planner(reinterpret_cast<Expr *>(coercion)), nullptr);
  return mask;
}

Datum mask_by_function(MaskFunction *mask, Datum value, bool *is_null) {
  if (!*is_null) value = call_confined(mask->function, value, is_null);
  if (mask->coercion == nullptr) return value;
  mask->context->caseValue_datum = value;
  mask->context->caseValue_isNull = *is_null;
  return ExecEvalExpr(mask->coercion, mask->context, is_null);
}

}  // namespace confiture
