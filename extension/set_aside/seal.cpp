#include "set_aside/seal.h"

#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "record/seal.h"

namespace confiture {

// Without the run, which another one may take over.
static const char *make_seal(const Recipe *recipe, const char *relation_name) {
  StringInfoData statements;
  initStringInfo(&statements);
  for (const char *statement : each_text(recipe->statements))
    appendStringInfo(&statements, "%zu:%s;", strlen(statement), statement);
  return seal_fields("set aside",
                     {psprintf("%d", static_cast<int>(recipe->step)), recipe->kind, psprintf("%u", recipe->relation),
                      psprintf("%u", recipe->referenced), relation_name, recipe->name, statements.data});
}

const char *seal_recipe(const Recipe *recipe, const char *relation_name) {
  LockRelationOid(own_relation("set_aside"), RowExclusiveLock);
  return make_seal(recipe, relation_name);
}

void require_seal(const Recipe *recipe, const char *relation_name, const char *seal) {
  if (strcmp(make_seal(recipe, relation_name), seal) == 0) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
                  errmsg("its entry in confiture.set_aside is not what a run wrote, and is not executed")));
}

struct SealedEntry {
  int64 id;
  const char *relation_name;
  Recipe recipe;
  bool is_authentic;
};

// What is not restored yet (SealedEntry *), in the order of restoring.
static List *read_entries() {
  Rows rows = spi_run_latest_as_owner(R"(
      SELECT s.set_aside_id, s.relation_name, s.seal,
             s.step, s.kind, s.relation::oid, s.referenced::oid, s.name, s.statements
      FROM confiture.set_aside s
      WHERE s.restored_at IS NULL
      ORDER BY s.step, s.set_aside_id
      )");
  bool has_key = find_masking_key().size > 0;
  List *entries = NIL;
  for (Row row : rows) {
    SealedEntry *entry = make<SealedEntry>();
    entry->id = row.next<int64>();
    entry->relation_name = row.next<const char *>();
    const char *seal = row.next<const char *>();
    entry->recipe = {.step = static_cast<RestoreStep>(row.next<int16>()),
                     .kind = row.next<const char *>(),
                     .relation = row.next<Oid>(),
                     .referenced = row.next<Oid>(),
                     .name = row.next<const char *>(),
                     .statements = row.next_texts()};
    entry->is_authentic = has_key && strcmp(make_seal(&entry->recipe, entry->relation_name), seal) == 0;
    entries = append(entries, entry);
  }
  return entries;
}

SetAsideReport report_set_aside() {
  StringInfoData statements;
  initStringInfo(&statements);
  SetAsideReport report = {.count = 0, .forged = 0, .statements = nullptr};
  for (const SealedEntry *entry : each<SealedEntry>(read_entries())) {
    report.count++;
    report.forged += !entry->is_authentic;
    if (!entry->is_authentic) continue;
    for (const char *statement : each_text(entry->recipe.statements)) appendStringInfo(&statements, "%s;\n", statement);
  }
  report.statements = statements.data;
  return report;
}

List *lock_authentic_entries() {
  LockRelationOid(own_relation("set_aside"), ExclusiveLock);
  List *entries = NIL;
  for (SealedEntry *entry : each<SealedEntry>(read_entries()))
    if (entry->is_authentic) entries = append(entries, entry);
  return entries;
}

void seal_entries(List *entries) {
  for (const SealedEntry *entry : each<SealedEntry>(entries))
    spi_run_as_owner("UPDATE confiture.set_aside SET seal = $2 WHERE set_aside_id = $1",
                     {arg(entry->id), arg(make_seal(&entry->recipe, entry->relation_name))});
}

}  // namespace confiture
