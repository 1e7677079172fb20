#include "load/upsert.h"

#include "load/insert.h"
#include "pg/list.h"
#include "pg/owner.h"
#include "pg/spi.h"
#include "source/error.h"

namespace confiture {

static bool is_key(const Transfer *transfer, const char *name) {
  for (const char *key : each_text(transfer->key_columns))
    if (strcmp(key, name) == 0) return true;
  return false;
}

static char *name_list(List *names) {
  StringInfoData list;
  initStringInfo(&list);
  for (const char *name : each_text(names))
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_identifier(name));
  return list.data;
}

// What an upsert does with the columns that are neither part of the key nor GENERATED ALWAYS identities: those keep
// their value, since SQL allows no UPDATE of them. "": there are none.
static const char *assignments_of(const Transfer *transfer) {
  StringInfoData assignments;
  initStringInfo(&assignments);
  Relation target = table_open(transfer->relation, AccessShareLock);
  for (int i = 0; i < transfer->n_columns; i++) {
    const WireColumn *column = &transfer->columns[i];
    char identity = TupleDescAttr(RelationGetDescr(target), column->number - 1)->attidentity;
    if (is_key(transfer, column->name) || identity == ATTRIBUTE_IDENTITY_ALWAYS) continue;
    const char *name = quote_identifier(column->name);
    appendStringInfo(&assignments, "%s%s = excluded.%s", assignments.len > 0 ? ", " : "", name, name);
  }
  table_close(target, NoLock);
  return assignments.data;
}

static const char *on_conflict(const Transfer *transfer, const char *assignments) {
  return psprintf("ON CONFLICT (%s) DO %s%s", name_list(transfer->key_columns),
                  *assignments != '\0' ? "UPDATE SET " : "NOTHING", assignments);
}

uint64 upsert_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress) {
  const char *assignments = assignments_of(transfer);
  if (transfer->loader == Loader::insert) {
    (void)insert_rows(transfer, stream, progress, on_conflict(transfer, assignments));
    return stream->rows;
  }
  List *names = NIL;
  for (int i = 0; i < transfer->n_columns; i++) names = append(names, transfer->columns[i].name);
  const char *columns = name_list(names), *relation = qualified_name(transfer->relation);
  const char *staging = psprintf("confiture_upsert_%u", transfer->relation);

  // Made by the caller: a restricted operation makes no temporary table. WITH NO DATA plans no query of the target.
  spi_run(psprintf(R"(
      CREATE TEMPORARY TABLE %s ON COMMIT DROP AS
      SELECT %s
      FROM %s
      WITH NO DATA
      )",
                   staging, columns, relation));
  Oid owner = owner_of(transfer->relation);
  if (owner != GetUserId())
    spi_run(psprintf("GRANT SELECT ON pg_temp.%s TO %s", staging, quote_identifier(GetUserNameFromId(owner, false))));
  uint64 rows = load_rows(RelnameGetRelid(staging), transfer, stream, progress);
  show_staged(progress, static_cast<int64>(rows), static_cast<int64>(stream->bytes));
  const char *insert = psprintf(R"(
      INSERT INTO %s (%s)
      OVERRIDING SYSTEM VALUE
      SELECT %s
      FROM pg_temp.%s
      %s
      )",
                                relation, columns, columns, staging, on_conflict(transfer, assignments));
  // INSERT's errors quote keys and rows as COPY's do.
  as_owner_of(transfer->relation, [&] {
    run_withholding_values(relation, insert);
    if (*assignments != '\0') rows = SPI_processed;
  });
  spi_run(psprintf("DROP TABLE pg_temp.%s", staging));
  return rows;
}

}  // namespace confiture
