#include "api/rule_arguments.h"

namespace confiture {

Jsonb *empty_object() { return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))); }

bool is_keep_or_drop(const char *strategy, const Jsonb *options) {
  if (strcmp(strategy, "keep") != 0 && strcmp(strategy, "drop") != 0) return false;
  if (!JB_ROOT_IS_OBJECT(options) || JB_ROOT_COUNT(options) > 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"%s\" takes no options", strategy)));
  return true;
}

}  // namespace confiture
