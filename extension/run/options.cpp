#include "run/options.h"

#include "pg/spi.h"

namespace confiture {

static constexpr int most_jobs = 128;
static constexpr int64 least_chunk = 64 * 1024;
static constexpr int64 default_chunk = 64 * 1024 * 1024;

struct Word {
  const char *name;
  int value;
};

static int one_of(const char *argument, const char *given, std::initializer_list<Word> words) {
  StringInfoData known;
  initStringInfo(&known);
  for (const Word &candidate : words) {
    if (strcmp(given, candidate.name) == 0) return candidate.value;
    appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "", candidate.name);
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown %s \"%s\"", argument, given),
                  errhint("It is one of %s.", known.data)));
}

static List *patterns_of(int number, const char *argument) {
  bool is_null;
  Datum datum = old_spi_datum(0, number, &is_null);
  if (is_null) return NIL;
  if (array_contains_nulls(DatumGetArrayTypeP(datum)))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("patterns of %s must not be NULL", argument)));
  return old_spi_texts(0, number);
}

static Jsonb *object_of(int number, const char *argument) {
  bool is_null;
  Datum datum = old_spi_datum(0, number, &is_null);
  if (is_null) return nullptr;
  Jsonb *object = DatumGetJsonbPCopy(datum);
  if (!JB_ROOT_IS_OBJECT(object))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must be a JSON object with a member for each table", argument),
                    strcmp(argument, "rules") == 0
                        ? errhint("For example {\"public.users\": {\"email\": \"email\"}}.")
                        : errhint("For example {\"public.orders\": \"created_at > now() - interval '30 days'\"}.")));
  return object;
}

static bool flag(int number) {
  bool is_null;
  return DatumGetBool(old_spi_datum(0, number, &is_null)) && !is_null;
}

static void check_range(const char *argument, int64 value, int64 least, int64 most, const char *unit) {
  if (value >= least && value <= most) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("%s must be between " INT64_FORMAT " and " INT64_FORMAT "%s", argument, least, most, unit)));
}

RunOptions read_options(Jsonb *parameters) {
  Oid types[] = {JSONBOID};
  Datum values[] = {JsonbPGetDatum(parameters)};
  old_spi_run(
      "SELECT p.server, p.include, p.exclude, p.jobs, p.rules, p.filters, p.policy, coalesce(p.format, 'auto'), "
      "p.chunk_size, coalesce(p.chunk_by, 'auto'), coalesce(p.on_error, 'stop'), "
      "coalesce(p.on_fk_violation, 'fail'), p.rebuild_indexes, p.refresh_views, coalesce(p.analyze_tables, true), "
      "p.atomic, p.detach, coalesce((extract(epoch FROM p.retry_for) * 1000)::int8, 300000), p.policy_setting "
      "FROM jsonb_to_record($1) AS p(server text, include text[], exclude text[], jobs int, rules jsonb, "
      "filters jsonb, policy text, format text, chunk_size text, chunk_by text, on_error text, on_fk_violation text, "
      "rebuild_indexes bool, refresh_views bool, analyze_tables bool, atomic bool, detach bool, retry_for interval, "
      "policy_setting text)",
      1, types, values);
  bool is_null;
  RunOptions options = {};
  options.server = old_spi_text(0, 1);
  if (options.server == nullptr)
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("server must not be NULL")));
  options.include = patterns_of(2, "include");
  options.exclude = patterns_of(3, "exclude");
  // An empty list is not the same as none: it must not empty all tables there are.
  if (options.include == NIL && old_spi_text(0, 2) != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("include has no pattern"),
                    errhint("Leave it out to copy all tables.")));
  options.jobs = DatumGetInt32(old_spi_datum(0, 4, &is_null));
  if (is_null) options.jobs = 2;
  check_range("jobs", options.jobs, 1, most_jobs, "");
  options.rules = object_of(5, "rules");
  options.filters = object_of(6, "filters");
  const char *policy = old_spi_text(0, 7), *policy_then = old_spi_text(0, 19);
  options.format = old_spi_text(0, 8);
  (void)one_of("format", options.format, {{"auto", 0}, {"binary", 0}, {"text", 0}});
  // Not in the query, which its errors would quote.
  const char *chunk_size = old_spi_text(0, 9);
  options.chunk_bytes = chunk_size != nullptr
                            ? DatumGetInt64(DirectFunctionCall1(pg_size_bytes, CStringGetTextDatum(chunk_size)))
                            : default_chunk;
  check_range("chunk_size", options.chunk_bytes, least_chunk, INT64CONST(1) << 50, " bytes");
  options.by = static_cast<ChunkBy>(one_of("chunk_by", old_spi_text(0, 10),
                                           {{"auto", static_cast<int>(ChunkBy::automatic)},
                                            {"key", static_cast<int>(ChunkBy::key)},
                                            {"ctid", static_cast<int>(ChunkBy::ctid)},
                                            {"table", static_cast<int>(ChunkBy::table)}}));
  options.stop_on_error = one_of("on_error", old_spi_text(0, 11), {{"stop", 1}, {"continue", 0}}) == 1;
  options.on_violation = static_cast<FkViolation>(one_of("on_fk_violation", old_spi_text(0, 12),
                                                         {{"fail", static_cast<int>(FkViolation::fail)},
                                                          {"delete", static_cast<int>(FkViolation::remove)},
                                                          {"null", static_cast<int>(FkViolation::set_null)},
                                                          {"report", static_cast<int>(FkViolation::report)}}));
  options.rebuild_indexes = flag(13);
  options.refresh_views = flag(14);
  options.analyze_tables = flag(15);
  options.atomic = flag(16);
  options.detach = flag(17);
  options.retry_ms = DatumGetInt64(old_spi_datum(0, 18, &is_null));
  check_range("retry_for", options.retry_ms, 0, INT64CONST(7) * 24 * 3600 * 1000, " ms");
  if (options.atomic && options.detach)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("atomic and detach exclude each other"),
                    errhint("A run in the background cannot take part in your transaction.")));
  options.policy = effective_policy(policy);
  // A leader in the background has not the session's setting, and whoever resumes may have another.
  if (policy_then != nullptr) options.policy = Max(options.policy, parse_policy(policy_then));
  return options;
}

}  // namespace confiture
