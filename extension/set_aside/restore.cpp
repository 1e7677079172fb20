#include "set_aside/restore.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/patient_lock.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/engine.h"
#include "set_aside/recipe.h"
#include "set_aside/seal.h"
#include "source/error.h"

namespace confiture {

struct Entry {
  int64 id;
  RestoreStep step;
  const char *kind;
  Oid relation, referenced;
  const char *relation_name;  // qualified, quoted, when it was set aside
  const char *name;           // not quoted
  List *statements;           // char *
  const char *seal;
};

#define ENTRY_COLUMNS \
  "s.set_aside_id, s.step, s.kind, s.relation::oid, s.referenced::oid, s.relation_name, s.name, s.statements, s.seal"

static Entry *read_entry(Row row) {
  return make<Entry>({.id = row.next<int64>(),
                      .step = static_cast<RestoreStep>(row.next<int16>()),
                      .kind = row.next<const char *>(),
                      .relation = row.next<Oid>(),
                      .referenced = row.next<Oid>(),
                      .relation_name = row.next<const char *>(),
                      .name = row.next<const char *>(),
                      .statements = row.next_texts(),
                      .seal = row.next<const char *>("")});
}

// With $4 without foreign keys whose verification left violations or did not take place.
#define IS_OPEN                                                                          \
  "s.run_id = $1 AND s.restored_at IS NULL AND s.error IS NULL AND NOT ($4 AND EXISTS (" \
  "  SELECT FROM confiture.foreign_key_check k"                                          \
  "  WHERE k.run_id = s.run_id"                                                          \
  "    AND k.referencing = s.referencing"                                                \
  "    AND k.constraint_name = s.constraint_name"                                        \
  "    AND k.action IN ('failed', 'skipped', 'reported')))"

// Of the steps from $2 to $3, the first one that is not done. Where it is $2, whose entries are worked on in parallel,
// any unclaimed entry; in others only the very next one: they lock several tables, and two at a time would deadlock.
// Reads the index of the open entries in its order, up to the one it wants: there may be thousands, and each is claimed
// by a query.
static const char claim_query[] = R"(
    WITH next AS MATERIALIZED (
      SELECT s.set_aside_id, s.step
      FROM confiture.set_aside s
      WHERE )" IS_OPEN R"(
        AND s.step BETWEEN $2 AND $3
      ORDER BY s.step, s.set_aside_id
      LIMIT 1
    )
    SELECT )" ENTRY_COLUMNS R"(
    FROM confiture.set_aside s
    WHERE )" IS_OPEN R"(
      AND s.step = (SELECT step FROM next)
      AND ((SELECT step FROM next) = $2 OR s.set_aside_id = (SELECT set_aside_id FROM next))
    ORDER BY s.set_aside_id
    LIMIT 1
    FOR UPDATE OF s SKIP LOCKED
    )";

// nullptr: there is none left, or others have claimed the rest.
static Entry *claim(int64 run_id, RestoreStep first, RestoreStep last, bool only_verified) {
  Rows rows = spi_run_as_owner(
      claim_query, {arg(run_id), arg(static_cast<int16>(first)), arg(static_cast<int16>(last)), arg(only_verified)});
  return rows.is_empty() ? nullptr : read_entry(rows.first());
}

// Is the index or constraint on its table?
static bool has_it(const Entry *entry) {
  if (entry->step >= RestoreStep::foreign_key)
    return OidIsValid(get_relation_constraint_oid(entry->relation, entry->name, true));
  Oid index = get_relname_relid(entry->name, get_rel_namespace(entry->relation));
  return OidIsValid(index) && IndexGetRelation(index, true) == entry->relation;
}

// Is it something to do to a foreign key that is there?
static bool needs_key(const Entry *entry) {
  return entry->step >= RestoreStep::validation && entry->step != RestoreStep::whole_foreign_key;
}

static bool is_earlier_step_missing(const Entry *entry) {
  Rows rows = spi_run_as_owner(R"(
      SELECT FROM confiture.set_aside s
      JOIN confiture.set_aside e USING (run_id, relation, name)
      WHERE s.set_aside_id = $1
        AND e.step BETWEEN $2 AND s.step - 1
        AND e.restored_at IS NULL
      )",
                               {arg(entry->id), arg(static_cast<int16>(RestoreStep::foreign_key))});
  return !rows.is_empty();
}

// Why there is nothing to put back: things changed after a crash. nullptr: there is.
static const char *why_obsolete(const Entry *entry) {
  if (get_rel_name(entry->relation) == nullptr) return "the table is gone";
  if (OidIsValid(entry->referenced) && get_rel_name(entry->referenced) == nullptr)
    return "the referenced table is gone";
  if (entry->step == RestoreStep::trigger)
    return OidIsValid(get_trigger_oid(entry->relation, entry->name, true)) ? nullptr : "the trigger is gone";
  // Where an earlier step of a foreign key failed, so may this one.
  if (needs_key(entry)) return has_it(entry) || is_earlier_step_missing(entry) ? nullptr : "it is gone";
  return has_it(entry) ? "it was there already" : nullptr;
}

static bool alters_table(const Entry *entry) {
  for (const char *statement : each_text(entry->statements))
    if (strncmp(statement, "ALTER TABLE", strlen("ALTER TABLE")) == 0) return true;
  return false;
}

// The tables (Oids) that readers, too, must leave alone while the statements run. Indexes are attached, constraints
// made or renamed, keys dropped, and with the parts of a key the triggers of its other side.
static List *locked_by(const Entry *entry) {
  if (entry->step == RestoreStep::table_index) return alters_table(entry) ? list_make1_oid(entry->relation) : NIL;
  if (entry->step == RestoreStep::whole_index) return list_make1_oid(entry->relation);
  if (entry->step < RestoreStep::remade_foreign_key) return NIL;
  List *relations = list_make2_oid(entry->relation, entry->referenced);
  list_sort(relations, list_oid_cmp);  // as others do that wait for several
  return relations;
}

static void run_statement(const Entry *entry, const char *sql) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  { spi_run(sql); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    withhold_values(error, entry->relation_name);
    if (error->detail != nullptr) error->message = error->detail;  // says which message is withheld
    ThrowErrorData(error);
  }
  PG_END_TRY();
}

static Oid referenced_by(const Entry *entry) {
  Oid constraint = get_relation_constraint_oid(entry->relation, entry->name, false);
  HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for constraint %u", constraint);
  Oid referenced = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->confrelid;
  ReleaseSysCache(tuple);
  return referenced;
}

[[noreturn]] static void raise_renamed(const char *table, Oid relation) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("the %s is called %s now", table, qualified_name(relation))));
}

// Statements name tables, and another table may have taken the name of one of them.
static void check_is_back(const Entry *entry) {
  if (entry->step == RestoreStep::trigger) return;
  if (!has_it(entry)) raise_renamed("table", entry->relation);
  if (OidIsValid(entry->referenced) && referenced_by(entry) != entry->referenced)
    raise_renamed("referenced table", entry->referenced);
}

static void require_authentic(const Entry *entry) {
  Recipe recipe = {.step = entry->step,
                   .kind = entry->kind,
                   .relation = entry->relation,
                   .referenced = entry->referenced,
                   .name = entry->name,
                   .statements = entry->statements};
  require_seal(&recipe, entry->relation_name, entry->seal);
}

static bool reads_rows(RestoreStep step) {
  return step == RestoreStep::validation || step == RestoreStep::remade_foreign_key ||
         step == RestoreStep::remade_whole_key;
}

static void run_statements(const Entry *entry, Callback<void()> show) {
  require_authentic(entry);
  if (strcmp(qualified_name(entry->relation), entry->relation_name) != 0) raise_renamed("table", entry->relation);
  // At once what the statements want in the end: two that build on one table and then ALTER it would wait for each
  // other.
  lock_patiently(locked_by(entry), AccessExclusiveLock, show);
  int level = NewGUCNestLevel();
  set_locally("log_min_messages", "log", PGC_SUSET);  // a parallel worker logs its error, with values, before we see it
  auto run_all = [&] {
    for (const char *statement : each_text(entry->statements)) run_statement(entry, statement);
  };
  // The server builds indexes as the table's owner by itself, but looks for violations of a key as whoever asks.
  if (reads_rows(entry->step))
    as_engine_wants(entry->relation, entry->referenced, [&] { as_owner_of(entry->relation, run_all); });
  else
    as_engine_wants(entry->relation, entry->referenced, [&] { guard_session(run_all); });
  AtEOXact_GUC(true, level);
  check_is_back(entry);
}

static void restore(const Entry *entry, Callback<void()> show) {
  const char *obsolete = why_obsolete(entry);
  const char *failure = obsolete == nullptr ? error_of([&] { run_statements(entry, show); }) : nullptr;
  spi_run_as_owner(R"(
      UPDATE confiture.set_aside
      SET restored_at = CASE WHEN $2 THEN clock_timestamp() END,
          error = $3
      WHERE set_aside_id = $1
      )",
                   {arg(entry->id), arg(failure == nullptr), arg(obsolete != nullptr ? obsolete : failure)});
}

static bool restore_next(int64 run_id, RestoreStep first, RestoreStep last, bool only_verified, Callback<void()> show) {
  const Entry *entry = claim(run_id, first, last, only_verified);
  if (entry != nullptr) restore(entry, show);
  return entry != nullptr;
}

bool restore_one(int64 run_id, Callback<void()> show) {
  return restore_next(run_id, RestoreStep::table_index, RestoreStep::trigger, false, show);
}

bool validate_one(int64 run_id, Callback<void()> show) {
  return restore_next(run_id, RestoreStep::validation, RestoreStep::key_parts, true, show);
}

List *keys_to_validate(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT c.oid, to_regclass(s.referencing), s.constraint_name
      FROM confiture.set_aside s
      JOIN pg_constraint c ON c.conrelid = s.relation AND c.conname = s.name AND c.contype = 'f'
      WHERE s.run_id = $1
        AND s.restored_at IS NULL
        AND s.step BETWEEN $2 AND $3
      )",
                               {arg(run_id), arg(static_cast<int16>(RestoreStep::validation)),
                                arg(static_cast<int16>(RestoreStep::remade_whole_key))});
  List *keys = NIL;
  for (Row row : rows)
    keys = append(
        keys, make<AwaitedKey>(
                  {.constraint = row.next<Oid>(), .referencing = row.next<Oid>(), .name = row.next<const char *>()}));
  return keys;
}

void retry_failed(int64 run_id) {
  spi_run_as_owner(R"(
      UPDATE confiture.set_aside
      SET error = NULL
      WHERE run_id = $1
        AND restored_at IS NULL
        AND error IS NOT NULL
      )",
                   {arg(run_id)});
}

bool is_being_restored(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT FROM confiture.set_aside
      WHERE run_id = $1
        AND restored_at IS NULL
        AND error IS NULL
        AND step <= $2
      LIMIT 1
      )",
                               {arg(run_id), arg(static_cast<int16>(RestoreStep::trigger))});
  bool found = !rows.is_empty();
  rows.free();  // asked again and again while others restore
  return found;
}

const char *restore_failures(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT string_agg(format('%s %I of %s: %s.', kind, name, relation_name, rtrim(error, '.')), E'\n'
                        ORDER BY step, set_aside_id)
      FROM confiture.set_aside
      WHERE run_id = $1
        AND restored_at IS NULL
        AND error IS NOT NULL
      )",
                               {arg(run_id)});
  return rows.first().next<const char *>();
}

int64 restore_all(int64 run_id) {
  TimestampTz started = GetCurrentTimestamp();
  Rows entries = spi_run_as_owner("SELECT " ENTRY_COLUMNS R"(
      FROM confiture.set_aside s
      WHERE s.run_id = $1
        AND s.restored_at IS NULL
      ORDER BY s.step, s.set_aside_id
      FOR UPDATE
      )",
                                  {arg(run_id)});
  for (Row row : entries) restore(read_entry(row), [] {});
  // The steps of a foreign key are one.
  Rows count = spi_run_as_owner(R"(
      SELECT count(DISTINCT (relation, kind, name))
      FROM confiture.set_aside
      WHERE run_id = $1
        AND restored_at >= $2
        AND error IS NULL
      )",
                                {arg(run_id), arg_time(started)});
  return count.first().next<int64>();
}

}  // namespace confiture
