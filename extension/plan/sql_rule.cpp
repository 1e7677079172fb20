#include "plan/sql_rule.h"

#include "plan/filters.h"

namespace confiture {

static void refuse_options(const char *problem) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("strategy sql: %s", problem),
                  errhint("For example {\"expression\": \"left(code, 3)\"}; with \"unique\": true where it gives no "
                          "value twice.")));
}

SqlRule read_sql_rule(const char *options, const char *when) {
  if (when != nullptr) refuse_options("takes no condition: write a CASE into the expression");
  Jsonb *json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(options)));
  if (!JB_ROOT_IS_OBJECT(json)) refuse_options("options must be a JSON object");
  SqlRule sql = {};
  JsonbIterator *members = JsonbIteratorInit(&json->root);
  JsonbValue name, value;
  (void)JsonbIteratorNext(&members, &name, true);  // the object's begin
  while (JsonbIteratorNext(&members, &name, true) == WJB_KEY) {
    (void)JsonbIteratorNext(&members, &value, true);
    const char *option = pnstrdup(name.val.string.val, name.val.string.len);
    if (strcmp(option, "expression") == 0 && value.type == jbvString)
      sql.expression = pnstrdup(value.val.string.val, value.val.string.len);
    else if (strcmp(option, "unique") == 0 && value.type == jbvBool)
      sql.unique = value.val.boolean;
    else
      refuse_options(psprintf("option \"%s\" is unknown, or of another type", option));
  }
  if (sql.expression == nullptr) refuse_options("needs option \"expression\"");
  check_expression(sql.expression, "\"expression\"",
                   "Give what the source is to send in the column's place, for example 'left(code, 3)'.");
  return sql;
}

}  // namespace confiture
