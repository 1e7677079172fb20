#include "run/views.h"

#include "pg/list.h"
#include "pg/owner.h"
#include "pg/patient_lock.h"
#include "pg/spi.h"
#include "record/run_store.h"
#include "source/error.h"

namespace confiture {

// A view may read a table as a partition or through what it inherits from. How deep a view lies says when its turn is;
// the limit is for views that were made to read from each other, which only fail when they are read.
static const char view_query[] = R"(
    WITH RECURSIVE down(oid) AS (
      SELECT unnest($1)
      UNION
      SELECT i.inhrelid FROM down JOIN pg_inherits i ON i.inhparent = down.oid
    ), up(oid) AS (
      SELECT unnest($1)
      UNION
      SELECT i.inhparent FROM up JOIN pg_inherits i ON i.inhrelid = up.oid
    ), reader(oid, depth) AS (
      SELECT oid, 0
      FROM (SELECT oid FROM down UNION SELECT oid FROM up) t
      UNION
      SELECT w.ev_class, reader.depth + 1
      FROM reader
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = reader.oid
        AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite w ON w.oid = d.objid AND w.ev_class <> reader.oid
      WHERE reader.depth < 100
    )
    SELECT c.oid, format('%I.%I', n.nspname, c.relname)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN reader ON reader.oid = c.oid
    WHERE c.relkind = 'm' AND c.relispopulated
    GROUP BY c.oid, n.nspname, c.relname
    ORDER BY max(reader.depth), c.oid)";

static void refresh_view(Oid view, Callback<void()> show) {
  const char *name = qualified_name(view);
  if (!may_refresh(view, GetUserId())) {
    ereport(WARNING, (errmsg("materialized view %s was not refreshed: must be owner of it", name),
                      errhint("Ask its owner to run REFRESH MATERIALIZED VIEW %s.", name)));
    return;
  }
  lock_patiently(list_make1_oid(view), AccessExclusiveLock, show);
  guard_session([&] { run_withholding_values(name, psprintf("REFRESH MATERIALIZED VIEW %s", name)); });
}

const char *refresh_views(List *relations, void (*next_transaction)(), Callback<void(int64, int64)> show) {
  StringInfoData failures;
  initStringInfo(&failures);
  List *views = NIL, *names = NIL;
  for (Row row : spi_run(view_query, {arg_oids(relations)})) {
    views = lappend_oid(views, row.next<Oid>());
    names = append(names, row.next<const char *>());
  }
  int i = 0;
  for (Oid view : each_oid(views)) {
    auto show_this = [&] { show(i, list_length(views)); };
    show_this();
    const ErrorData *error = error_in([&] { refresh_view(view, show_this); });
    if (error != nullptr)
      appendStringInfo(&failures, "%sMaterialized view %s was not refreshed: %s.", failures.len > 0 ? "\n" : "",
                       static_cast<const char *>(list_nth(names, i)), text_of(error));
    i++;
    if (next_transaction != nullptr) next_transaction();
  }
  return failures.len > 0 ? failures.data : nullptr;
}

}  // namespace confiture
