#include "api/request.h"

#include "api/rule_arguments.h"
#include "pg/list.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

static bool has(FunctionCallInfo fcinfo, int position) { return position >= 0 && !PG_ARGISNULL(position); }

static const char *text_argument(FunctionCallInfo fcinfo, int position) {
  return has(fcinfo, position) ? text_to_cstring(PG_GETARG_TEXT_PP(position)) : nullptr;
}

[[noreturn]] static void unknown_word(const char *argument, const char *value, const char *hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown %s \"%s\"", argument, value),
                  errhint("%s", hint)));
}

static LoadMode parse_mode(const char *mode) {
  if (mode == nullptr || strcmp(mode, "replace") == 0) return LoadMode::replace;
  if (strcmp(mode, "append") == 0) return LoadMode::append;
  if (strcmp(mode, "upsert") == 0) return LoadMode::upsert;
  unknown_word("mode", mode, "The modes are replace, append and upsert.");
}

static const char *parse_format(const char *format) {
  if (format == nullptr) return "auto";
  for (const char *known : {"auto", "binary", "text"})
    if (strcmp(format, known) == 0) return known;
  unknown_word("format", format, "The formats are auto, binary and text.");
}

SyncRequest read_request(FunctionCallInfo fcinfo, const ArgumentPositions &positions) {
  if (!has(fcinfo, positions.server) || !has(fcinfo, positions.relation))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("server and relation must not be NULL")));
  SyncRequest request = {};
  request.server = text_argument(fcinfo, positions.server);
  request.relation = PG_GETARG_OID(positions.relation);
  const char *other = why_no_target(request.relation);
  if (other != nullptr)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("%s is not a table, but %s", qualified_name(request.relation), other),
                    errhint("Load an ordinary table with source_relation, then INSERT INTO ... SELECT from it.")));
  request.source_relation = text_argument(fcinfo, positions.source_relation);
  if (request.source_relation == nullptr && get_rel_persistence(request.relation) == RELPERSISTENCE_TEMP)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s is a temporary table, whose schema does not say which table of the source it is for",
                           quote_identifier(get_rel_name(request.relation))),
                    errhint("Name it, for example source_relation => 'public.%s'.", get_rel_name(request.relation))));
  if (request.source_relation == nullptr) request.source_relation = qualified_name(request.relation);
  request.rules = has(fcinfo, positions.rules) ? PG_GETARG_JSONB_P(positions.rules) : nullptr;
  request.filter = text_argument(fcinfo, positions.filter);
  request.mode = parse_mode(text_argument(fcinfo, positions.mode));
  request.format = parse_format(text_argument(fcinfo, positions.format));
  request.policy = effective_policy(text_argument(fcinfo, positions.policy));
  request.loader = effective_loader(text_argument(fcinfo, positions.loader));
  request.reader = GetUserId();
  request.triggers = has(fcinfo, positions.triggers) && PG_GETARG_BOOL(positions.triggers);
  return request;
}

List *texts_argument(FunctionCallInfo fcinfo, int number, const char *what) {
  Datum *elements;
  bool *nulls;
  int n;
  deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
  List *texts = NIL;
  for (int i = 0; i < n; i++) {
    if (nulls[i]) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", what)));
    texts = append(texts, TextDatumGetCString(elements[i]));
  }
  return texts;
}

Jsonb *parameters_of(FunctionCallInfo fcinfo, std::initializer_list<const char *> names) {
  Jsonb *parameters = empty_object();
  int position = 0;
  for (const char *name : names) {
    int i = position++;
    if (name == nullptr || PG_ARGISNULL(i)) continue;
    Arg value = {get_fn_expr_argtype(fcinfo->flinfo, i), PG_GETARG_DATUM(i), false};
    Rows rows = spi_run("SELECT $1 || jsonb_build_object($2, $3)", {arg(parameters), arg(name), value});
    parameters = rows.first().next<Jsonb *>();
  }
  return parameters;
}

}  // namespace confiture
