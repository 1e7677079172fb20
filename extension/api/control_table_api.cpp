// The triggers confiture_refuse_write and confiture_refuse_row of all control tables.
#include "pg/pg.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_refuse_write);
}

// The functions of the extension write as the tables' owner. Rules decide which values arrive masked, and what is set
// aside is executed by whoever restores it: pg_write_all_data, or a privilege granted on the table, is not enough.
Datum confiture_refuse_write(PG_FUNCTION_ARGS) {
  if (!CALLED_AS_TRIGGER(fcinfo))
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED), errmsg("not called by a trigger")));
  const TriggerData *trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
  Relation table = trigger->tg_relation;
  if (!owns_relation(RelationGetRelid(table), GetUserId()))
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("must be owner of confiture.%s to write it", RelationGetRelationName(table)),
                    errhint("The functions of the extension write it: confiture.set_rule(), set_filter(), sync().")));
  // Whatever writes rules: what sessions have derived from them (scan/scan_plan.h) is made again.
  const char *name = RelationGetRelationName(table);
  for (const char *one : {"rule", "pattern", "reference"})
    if (strcmp(name, one) == 0) CacheInvalidateRelcache(table);
  // A trigger of a statement returns nullptr, one of a row what is to be done.
  PG_RETURN_POINTER(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple);
}
