#include "plan/sql_rule.h"

#include "plan/filters.h"

namespace confiture {

struct OwnStrategy {
  const char *name, *option, *example;
};

static constexpr OwnStrategy sql_strategy = {"sql", "expression", "left(code, 3)"},
                             function_strategy = {"function", "function", "masks.code"};

[[noreturn]] static void refuse_options(const OwnStrategy *strategy, const char *problem) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("strategy %s: %s", strategy->name, problem),
                  errhint("For example {\"%s\": \"%s\"}; with \"unique\": true where it gives no value twice.",
                          strategy->option, strategy->example)));
}

static RuleText read_options(const OwnStrategy *strategy, const char *options) {
  Jsonb *json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(options)));
  if (!JB_ROOT_IS_OBJECT(json)) refuse_options(strategy, "options must be a JSON object");
  RuleText rule = {};
  JsonbIterator *members = JsonbIteratorInit(&json->root);
  JsonbValue name, value;
  (void)JsonbIteratorNext(&members, &name, true);  // the object's begin
  while (JsonbIteratorNext(&members, &name, true) == WJB_KEY) {
    (void)JsonbIteratorNext(&members, &value, true);
    const char *option = pnstrdup(name.val.string.val, name.val.string.len);
    if (strcmp(option, strategy->option) == 0 && value.type == jbvString)
      rule.text = pnstrdup(value.val.string.val, value.val.string.len);
    else if (strcmp(option, "unique") == 0 && value.type == jbvBool)
      rule.unique = value.val.boolean;
    else
      refuse_options(strategy, psprintf("option \"%s\" is unknown, or of another type", option));
  }
  if (rule.text == nullptr) refuse_options(strategy, psprintf("needs option \"%s\"", strategy->option));
  return rule;
}

RuleText read_sql_rule(const char *options, const char *when) {
  if (when != nullptr) refuse_options(&sql_strategy, "takes no condition: write a CASE into the expression");
  RuleText rule = read_options(&sql_strategy, options);
  check_expression(rule.text, "\"expression\"",
                   "Give what the source is to send in the column's place, for example 'left(code, 3)'.");
  return rule;
}

RuleText read_function_rule(const char *options, const char *when) {
  if (when != nullptr) refuse_options(&function_strategy, "takes no condition: a function sees its value alone");
  return read_options(&function_strategy, options);
}

}  // namespace confiture
