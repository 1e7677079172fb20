#include "run/options.h"

#include "pg/masking_key.h"
#include "pg/spi.h"
#include "plan/seeds.h"

namespace confiture {

static constexpr int64 min_chunk_bytes = 64 * 1024;
static constexpr int64 default_chunk_bytes = 64 * 1024 * 1024;

// A word that an argument takes, and what it means.
template <class Meaning>
struct Word {
  const char *name;
  Meaning meaning;
};

template <class Meaning>
static Meaning one_of(const char *argument, const char *given, std::initializer_list<Word<Meaning>> words) {
  StringInfoData known;
  initStringInfo(&known);
  for (const Word<Meaning> &word : words) {
    if (strcmp(given, word.name) == 0) return word.meaning;
    appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "", word.name);
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown %s \"%s\"", argument, given),
                  errhint("It is one of %s.", known.data)));
}

// The next column of the row is a text[].
static List *next_patterns(Row *row, const char *argument) {
  if (row->is_null()) {
    row->skip();
    return NIL;
  }
  List *patterns = row->next_texts();
  // An empty list is not the same as none: it must not empty all tables there are.
  if (patterns == NIL && strcmp(argument, "include") == 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("include has no pattern"),
                    errhint("Leave it out to copy all tables.")));
  return patterns;
}

static void refuse_null_pattern(bool has_null, const char *argument) {
  if (has_null)
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("patterns of %s must not be NULL", argument)));
}

// The next column of the row is a jsonb.
static Jsonb *next_object(Row *row, const char *argument) {
  Jsonb *object = row->next<Jsonb *>();
  if (object == nullptr || JB_ROOT_IS_OBJECT(object)) return object;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("%s must be a JSON object with a member for each table", argument),
                  strcmp(argument, "rules") == 0
                      ? errhint("For example {\"public.users\": {\"email\": \"email\"}}.")
                      : errhint("For example {\"public.orders\": \"created_at > now() - interval '30 days'\"}.")));
}

static void check_range(const char *argument, int64 value, int64 least, int64 most, const char *unit) {
  if (value >= least && value <= most) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("%s must be between " INT64_FORMAT " and " INT64_FORMAT "%s", argument, least, most, unit)));
}

void check_jobs(int jobs) { check_range("jobs", jobs, 1, max_jobs, ""); }

// Not in the query, whose text would be shown with the error.
static int64 parse_chunk_size(const char *size) {
  if (size == nullptr) return default_chunk_bytes;
  return DatumGetInt64(DirectFunctionCall1(pg_size_bytes, CStringGetTextDatum(size)));
}

RunOptions read_options(Jsonb *parameters) {
  Row row = spi_run(R"(
      SELECT p.server,
        coalesce(array_position(p.include, NULL) > 0, false), coalesce(array_position(p.exclude, NULL) > 0, false),
        p.include, p.exclude, p.jobs IS NOT NULL, coalesce(p.jobs, 0), p.rules, p.filters, p.policy, p.policy_setting,
        coalesce(p.format, 'auto'), p.chunk_size, coalesce(p.chunk_by, 'auto'), coalesce(p.on_error, 'stop'),
        coalesce(p.on_fk_violation, 'fail'), p.rebuild_indexes, p.refresh_views, coalesce(p.analyze_tables, true),
        p.atomic, p.detach, coalesce((extract(epoch FROM p.retry_for) * 1000)::int8, 300000),
        coalesce(p.loader, p.loader_setting, 'auto'), coalesce(p.subset, p.seeds), p.subset IS NOT NULL, p.follow,
        coalesce(p.unreached, 'all'), coalesce(p.mode, 'replace')
      FROM jsonb_to_record($1) AS p(server text, include text[], exclude text[], jobs int4, rules jsonb, filters jsonb,
        policy text, policy_setting text, format text, chunk_size text, chunk_by text, on_error text,
        on_fk_violation text, rebuild_indexes bool, refresh_views bool, analyze_tables bool, atomic bool, detach bool,
        retry_for interval, loader text, loader_setting text, subset jsonb, seeds jsonb, follow jsonb,
        unreached text, mode text))",
                    {arg(parameters)})
                .first();
  RunOptions options = {};
  options.server = row.next<const char *>();
  if (options.server == nullptr)
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("server must not be NULL")));
  refuse_null_pattern(row.next<bool>(), "include");
  refuse_null_pattern(row.next<bool>(), "exclude");
  options.include = next_patterns(&row, "include");
  options.exclude = next_patterns(&row, "exclude");
  bool names_jobs = row.next<bool>();
  options.jobs = row.next<int32>();
  if (names_jobs) check_jobs(options.jobs);
  options.rules = next_object(&row, "rules");
  options.filters = next_object(&row, "filters");
  const char *policy = row.next<const char *>(), *policy_setting = row.next<const char *>();
  options.policy = parse_policy(policy != nullptr ? policy : policy_setting != nullptr ? policy_setting : "guard");
  options.format = row.next<const char *>();
  (void)one_of<int>("format", options.format, {{"auto", 0}, {"binary", 0}, {"text", 0}});
  options.chunk_bytes = parse_chunk_size(row.next<const char *>());
  check_range("chunk_size", options.chunk_bytes, min_chunk_bytes, INT64CONST(1) << 50, " bytes");
  options.by = one_of<ChunkBy>(
      "chunk_by", row.next<const char *>(),
      {{"auto", ChunkBy::automatic}, {"key", ChunkBy::key}, {"ctid", ChunkBy::ctid}, {"table", ChunkBy::table}});
  options.stop_on_error = one_of<bool>("on_error", row.next<const char *>(), {{"stop", true}, {"continue", false}});
  options.on_violation = one_of<FkViolation>("on_fk_violation", row.next<const char *>(),
                                             {{"fail", FkViolation::fail},
                                              {"delete", FkViolation::remove},
                                              {"null", FkViolation::set_null},
                                              {"report", FkViolation::report}});
  options.rebuild_indexes = row.next<bool>();
  options.refresh_views = row.next<bool>();
  options.analyze_tables = row.next<bool>();
  options.atomic = row.next<bool>();
  options.detach = row.next<bool>();
  options.retry_ms = row.next<int64>();
  check_range("retry_for", options.retry_ms, 0, INT64CONST(7) * 24 * 3600 * 1000, " ms");
  options.loader = effective_loader(row.next<const char *>());
  options.subset = row.next<Jsonb *>();
  options.has_own_subset = row.next<bool>();
  options.follow = row.next<Jsonb *>();
  options.copies_unreached = one_of<bool>("unreached", row.next<const char *>(), {{"all", true}, {"none", false}});
  options.mode = one_of<LoadMode>("mode", row.next<const char *>(),
                                  {{"replace", LoadMode::replace}, {"upsert", LoadMode::upsert}});
  (void)read_seeds(options.subset);
  if (options.atomic && options.detach)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("atomic and detach exclude each other"),
                    errhint("A run in the background cannot take part in your transaction.")));
  if (options.mode == LoadMode::upsert && options.rebuild_indexes)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("mode upsert and rebuild_indexes exclude each other"),
             errhint("An upsert finds the rows that are there by their indexes: leave rebuild_indexes out, or "
                     "replace all rows.")));
  refuse_published_key();
  return options;
}

// A leader in the background does not have the session's settings, and the session that resumes may have others.
Jsonb *settle_settings(Jsonb *parameters) {
  const char *policy = spi_run("SELECT $1 ->> 'policy'", {arg(parameters)}).first().next<const char *>();
  return spi_run(R"(
      SELECT jsonb_build_object('loader_setting', $3) || CASE WHEN $1 ? 'policy' THEN $1
             ELSE $1 || jsonb_build_object('policy_setting', $2) END
      )",
                 {arg(parameters), arg(policy_name(effective_policy(policy))),
                  arg(loader_choice_name(effective_loader(nullptr)))})
      .first()
      .next<Jsonb *>();
}

}  // namespace confiture
