#include "pg/copied_row.h"

namespace confiture {

static TriggerData *trigger_of(FunctionCallInfo fcinfo) { return reinterpret_cast<TriggerData *>(fcinfo->context); }

bool precedes_rows(FunctionCallInfo fcinfo) {
  if (!CALLED_AS_TRIGGER(fcinfo)) return false;
  TriggerEvent event = trigger_of(fcinfo)->tg_event;
  return TRIGGER_FIRED_BEFORE(event) && TRIGGER_FIRED_FOR_STATEMENT(event);
}

HeapTuple copied_row(FunctionCallInfo fcinfo) {
  TriggerData *trigger = CALLED_AS_TRIGGER(fcinfo) ? trigger_of(fcinfo) : nullptr;
  if (trigger == nullptr || !TRIGGER_FIRED_INSTEAD(trigger->tg_event) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
    ereport(ERROR,
            (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED), errmsg("not called by an INSTEAD OF INSERT trigger")));
  if (ActivePortal == nullptr || ActivePortal->commandTag != CMDTAG_COPY)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("confiture.%s takes secrets from COPY only", RelationGetRelationName(trigger->tg_relation)),
                    errdetail("The text of other statements can be in the server's log."),
                    errhint("Take another secret, and in psql \\copy confiture.%s FROM a file.",
                            RelationGetRelationName(trigger->tg_relation))));
  return trigger->tg_trigtuple;
}

const char *copied_text(FunctionCallInfo fcinfo, int number) {
  TupleDesc columns = RelationGetDescr(trigger_of(fcinfo)->tg_relation);
  return SPI_getvalue(trigger_of(fcinfo)->tg_trigtuple, columns, number);
}

void without_context(Callback<void()> body) {
  ErrorContextCallback *outer = error_context_stack;
  error_context_stack = nullptr;  // set back by the handler that catches an error
  body();
  error_context_stack = outer;
}

}  // namespace confiture
