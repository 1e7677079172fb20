#include "api/request.h"

#include "pg/spi.h"

namespace confiture {

static bool has(FunctionCallInfo fcinfo, int at) { return at >= 0 && !PG_ARGISNULL(at); }

static const char *text_argument(FunctionCallInfo fcinfo, int at) {
  return has(fcinfo, at) ? text_to_cstring(PG_GETARG_TEXT_PP(at)) : nullptr;
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

SyncRequest read_request(FunctionCallInfo fcinfo, const ArgumentPositions &at) {
  if (!has(fcinfo, at.server) || !has(fcinfo, at.relation))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("server and relation must not be NULL")));
  SyncRequest request = {};
  request.server = text_argument(fcinfo, at.server);
  request.relation = PG_GETARG_OID(at.relation);
  char kind = get_rel_relkind(request.relation);
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("%s is not a table", qualified_name(request.relation))));
  request.source_relation = text_argument(fcinfo, at.source_relation);
  if (request.source_relation == nullptr) request.source_relation = qualified_name(request.relation);
  request.rules = has(fcinfo, at.rules) ? PG_GETARG_JSONB_P(at.rules) : nullptr;
  request.filter = text_argument(fcinfo, at.filter);
  request.mode = parse_mode(text_argument(fcinfo, at.mode));
  request.format = parse_format(text_argument(fcinfo, at.format));
  request.policy = effective_policy(text_argument(fcinfo, at.policy));
  request.triggers = has(fcinfo, at.triggers) && PG_GETARG_BOOL(at.triggers);
  return request;
}

}  // namespace confiture
