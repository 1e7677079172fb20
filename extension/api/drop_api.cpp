// The event trigger confiture_refuse_drop: DROP EXTENSION would lose the definitions of what runs took off their
// tables.
#include "pg/list.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "set_aside/seal.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_refuse_drop);
}

static bool names_extension(const DropStmt *drop) {
  if (drop->removeType != OBJECT_EXTENSION) return false;
  for (const String *name : each<String>(drop->objects))
    if (strcmp(name->sval, "confiture") == 0) return true;
  return false;
}

static Oid extension_owner() {
  Rows rows = spi_run("SELECT extowner FROM pg_extension WHERE extname = 'confiture'");
  return rows.is_empty() ? InvalidOid : rows.first().next<Oid>();
}

// DROP OWNED drops extensions too.
static bool drops_extension(const Node *statement) {
  if (IsA(statement, DropStmt)) return names_extension(castNode(DropStmt, const_cast<Node *>(statement)));
  if (!IsA(statement, DropOwnedStmt)) return false;
  for (const RoleSpec *role : each<RoleSpec>(castNode(DropOwnedStmt, const_cast<Node *>(statement))->roles))
    if (get_rolespec_oid(role, true) == extension_owner()) return true;
  return false;
}

// The reader may run what is printed: only what runs wrote.
static void refuse_loss() {
  SetAsideReport report = report_set_aside();
  if (report.count == 0) return;
  const char *runs = spi_run_as_owner(R"(
      SELECT string_agg(DISTINCT run_id::text, ', ')
      FROM confiture.set_aside
      WHERE restored_at IS NULL)")
                         .first()
                         .next<const char *>();
  const char *forged = "";
  if (report.forged > 0)
    forged = psprintf("\nEntries of confiture.set_aside that are not what a run wrote, and are not shown: %d.",
                      report.forged);
  ereport(ERROR,
          (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
           errmsg_plural("cannot drop the extension confiture: tables still lack %d thing that runs took off them",
                         "cannot drop the extension confiture: tables still lack %d things that runs took off them",
                         static_cast<unsigned long>(report.count), report.count),
           errdetail("Runs: %s. These statements put back what is missing:\n%s%s", runs, report.statements, forged),
           errhint("Call confiture.restore_indexes(), or resume the run. To drop the extension all the same, "
                   "first run ALTER EVENT TRIGGER confiture_refuse_drop DISABLE.")));
}

Datum confiture_refuse_drop(PG_FUNCTION_ARGS) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    ereport(ERROR,
            (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED), errmsg("not called by an event trigger")));
  const Node *statement = reinterpret_cast<EventTriggerData *>(fcinfo->context)->parsetree;
  spi_connect();
  int level = enter_session();
  if (drops_extension(statement)) refuse_loss();
  leave_session(level);
  spi_finish();
  PG_RETURN_NULL();
}
