#include "set_aside/restore.h"

#include "pg/spi.h"
#include "set_aside/recipe.h"
#include "source/error.h"

namespace confiture {

struct Entry {
  int64 id;
  RestoreStep step;
  Oid relation, referenced;
  const char *relation_name;  // qualified, quoted, when it was set aside
  const char *name;           // not quoted
  List *statements;
};

static constexpr char select_entries[] =
    "SELECT s.set_aside_id, s.step, s.relation::oid, s.referenced::oid, s.relation_name, s.name, s.statements "
    "FROM confiture.set_aside s";

static Entry *read_entry(uint64 row) {
  bool is_null;
  Entry *read = static_cast<Entry *>(palloc(sizeof(Entry)));
  read->id = old_spi_int64(row, 1);
  read->step = static_cast<RestoreStep>(DatumGetInt16(old_spi_datum(row, 2, &is_null)));
  read->relation = old_spi_oid(row, 3);
  read->referenced = old_spi_oid(row, 4);
  read->relation_name = old_spi_text(row, 5);
  read->name = old_spi_text(row, 6);
  read->statements = old_spi_texts(row, 7);
  return read;
}

// In steps that work in parallel, any that nobody is at; in the others only the very next one: they lock several
// tables, and two at a time would find each other waiting. `which`: SQL condition.
static Entry *claim(int64 run_id, RestoreStep first, RestoreStep last, const char *which) {
  Oid types[] = {INT8OID, INT2OID, INT2OID};
  Datum values[] = {Int64GetDatum(run_id), Int16GetDatum(static_cast<int16>(first)),
                    Int16GetDatum(static_cast<int16>(last))};
  uint64 n = old_spi_run_as_owner(
      psprintf("%s, (SELECT step, set_aside_id FROM confiture.set_aside s WHERE run_id = $1 AND restored_at IS NULL "
               "  AND error IS NULL AND step BETWEEN $2 AND $3 AND %s ORDER BY step, set_aside_id LIMIT 1) next "
               "WHERE s.run_id = $1 AND s.restored_at IS NULL AND s.error IS NULL AND s.step = next.step "
               "AND (next.step = $2 OR s.set_aside_id = next.set_aside_id) AND %s "
               "ORDER BY s.set_aside_id LIMIT 1 FOR UPDATE OF s SKIP LOCKED",
               select_entries, which, which),
      3, types, values);
  return n > 0 ? read_entry(0) : nullptr;
}

// Is the index or constraint on its table?
static bool has_it(const Entry *claimed) {
  if (claimed->step >= RestoreStep::foreign_key)
    return OidIsValid(get_relation_constraint_oid(claimed->relation, claimed->name, true));
  Oid index = get_relname_relid(claimed->name, get_rel_namespace(claimed->relation));
  return OidIsValid(index) && IndexGetRelation(index, true) == claimed->relation;
}

// Is it the second half of a foreign key?
static bool makes_valid(const Entry *claimed) {
  return claimed->step >= RestoreStep::validation && get_rel_relkind(claimed->relation) != RELKIND_PARTITIONED_TABLE;
}

static bool is_first_half_missing(const Entry *claimed) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(claimed->id)};
  return old_spi_run_as_owner(
             "SELECT FROM confiture.set_aside s JOIN confiture.set_aside f USING (run_id, relation, name) "
             "WHERE s.set_aside_id = $1 AND f.step = 3 AND f.restored_at IS NULL",
             1, types, values) > 0;
}

// Why there is nothing to put back: the world went on after a crash. nullptr: there is.
static const char *obsolete(const Entry *claimed) {
  if (get_rel_name(claimed->relation) == nullptr) return "the table is gone";
  if (OidIsValid(claimed->referenced) && get_rel_name(claimed->referenced) == nullptr)
    return "the referenced table is gone";
  if (claimed->step == RestoreStep::trigger)
    return OidIsValid(get_trigger_oid(claimed->relation, claimed->name, true)) ? nullptr : "the trigger is gone";
  // Where the first half of a foreign key failed, so may the second.
  if (makes_valid(claimed)) return has_it(claimed) || is_first_half_missing(claimed) ? nullptr : "it is gone";
  return has_it(claimed) ? "it was there already" : nullptr;
}

// A CREATE INDEX lets others build on the same table. Whoever goes on to ALTER the table would wait for them, and they
// for him, so he takes his lock first.
static void lock_for(const Entry *claimed) {
  ListCell *cell;
  foreach (cell, claimed->statements)
    if (strncmp(static_cast<char *>(lfirst(cell)), "ALTER TABLE", strlen("ALTER TABLE")) == 0 &&
        claimed->step == RestoreStep::table_index)
      return LockRelationOid(claimed->relation, AccessExclusiveLock);
}

// A process that helps to build an index logs what it stumbles upon, values and all, before we hear of it.
static void keep_errors_out_of_the_log() {
  (void)set_config_option("log_min_messages", "log", PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

static void run_statement(const Entry *claimed, const char *sql) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  { old_spi_run(sql); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    withhold_values(error, claimed->relation_name);
    if (error->detail != nullptr) error->message = error->detail;  // says which message is withheld
    ThrowErrorData(error);
  }
  PG_END_TRY();
}

static void run_statements(void *arg) {
  const Entry *claimed = static_cast<Entry *>(arg);
  const char *name = qualified_name(claimed->relation);
  if (strcmp(name, claimed->relation_name) != 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("the table is called %s now", name)));
  lock_for(claimed);
  int level = NewGUCNestLevel();
  keep_errors_out_of_the_log();
  ListCell *cell;
  foreach (cell, claimed->statements) run_statement(claimed, static_cast<char *>(lfirst(cell)));
  AtEOXact_GUC(true, level);
}

static void restore(Entry *claimed) {
  const char *gone = obsolete(claimed);
  const char *failure = gone == nullptr ? error_of([&] { run_statements(claimed); }) : nullptr;
  const char *error = gone != nullptr ? gone : failure;
  Oid types[] = {INT8OID, BOOLOID, TEXTOID};
  Datum values[] = {Int64GetDatum(claimed->id), BoolGetDatum(failure == nullptr),
                    error != nullptr ? CStringGetTextDatum(error) : Datum(0)};
  old_spi_run_as_owner(
      "UPDATE confiture.set_aside SET restored_at = CASE WHEN $2 THEN clock_timestamp() END, error = $3 "
      "WHERE set_aside_id = $1",
      3, types, values, error != nullptr ? nullptr : "  n");
}

bool restore_one(int64 run_id) {
  Entry *claimed = claim(run_id, RestoreStep::table_index, RestoreStep::trigger, "true");
  if (claimed != nullptr) restore(claimed);
  return claimed != nullptr;
}

bool validate_one(int64 run_id) {
  Entry *claimed = claim(
      run_id, RestoreStep::validation, RestoreStep::whole_foreign_key,
      "NOT EXISTS (SELECT FROM confiture.foreign_key_check k WHERE k.run_id = s.run_id AND k.referencing = "
      "s.referencing AND k.constraint_name = s.constraint_name AND k.action IN ('failed', 'skipped', 'reported'))");
  if (claimed != nullptr) restore(claimed);
  return claimed != nullptr;
}

List *keys_to_validate(int64 run_id) {
  Oid types[] = {INT8OID, INT2OID};
  Datum values[] = {Int64GetDatum(run_id), Int16GetDatum(static_cast<int16>(RestoreStep::validation))};
  uint64 n = old_spi_run_as_owner(
      "SELECT c.oid, to_regclass(s.referencing)::oid, s.constraint_name FROM confiture.set_aside s "
      "JOIN pg_constraint c ON c.conrelid = s.relation AND c.conname = s.name AND c.contype = 'f' "
      "WHERE s.run_id = $1 AND s.restored_at IS NULL AND s.step >= $2",
      2, types, values);
  List *keys = NIL;
  for (uint64 row = 0; row < n; row++) {
    AwaitedKey *key = static_cast<AwaitedKey *>(palloc(sizeof(AwaitedKey)));
    *key = {old_spi_oid(row, 1), old_spi_oid(row, 2), old_spi_text(row, 3)};
    keys = lappend(keys, key);
  }
  return keys;
}

static uint64 run_on(int64 run_id, const char *sql) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  return old_spi_run_as_owner(sql, 1, types, values);
}

void retry_failed(int64 run_id) {
  run_on(run_id,
         "UPDATE confiture.set_aside SET error = NULL WHERE run_id = $1 AND restored_at IS NULL AND error IS NOT NULL");
}

bool is_being_restored(int64 run_id) {
  bool found = run_on(run_id,
                      "SELECT FROM confiture.set_aside WHERE run_id = $1 AND restored_at IS NULL AND error IS NULL "
                      "AND step <= 4 LIMIT 1") > 0;
  SPI_freetuptable(SPI_tuptable);
  return found;
}

char *restore_failures(int64 run_id) {
  run_on(run_id,
         "SELECT string_agg(format('%s %I of %s: %s.', kind, name, relation_name, rtrim(error, '.')), E'\n' "
         "  ORDER BY step, set_aside_id) "
         "FROM confiture.set_aside WHERE run_id = $1 AND restored_at IS NULL AND error IS NOT NULL");
  return old_spi_text(0, 1);
}

int64 restore_all(int64 run_id) {
  Oid types[] = {INT8OID, TIMESTAMPTZOID};
  Datum values[] = {Int64GetDatum(run_id), TimestampTzGetDatum(GetCurrentTimestamp())};
  uint64 n = run_on(run_id, psprintf("%s WHERE s.run_id = $1 AND s.restored_at IS NULL "
                                     "ORDER BY s.step, s.set_aside_id FOR UPDATE",
                                     select_entries));
  List *entries = NIL;
  for (uint64 row = 0; row < n; row++) entries = lappend(entries, read_entry(row));
  ListCell *cell;
  foreach (cell, entries) restore(static_cast<Entry *>(lfirst(cell)));
  // The two halves of a foreign key are one.
  old_spi_run_as_owner(
      "SELECT count(DISTINCT (relation, kind, name)) FROM confiture.set_aside "
      "WHERE run_id = $1 AND restored_at >= $2 AND error IS NULL",
      2, types, values);
  return old_spi_int64(0, 1);
}

}  // namespace confiture
