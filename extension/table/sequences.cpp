#include "table/sequences.h"

#include "pg/list.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"

namespace confiture {

bool is_past(const Sequence *sequence, int64 value, int64 other) {
  return sequence->increment > 0 ? value > other : value < other;
}

// A fraction is cut off towards the values given out before: the next one is past it all the same.
SequencePosition position_in_use(const Sequence *sequence) {
  if (sequence->values_in_use == nullptr) return {};
  bool ascends = sequence->increment > 0;
  Rows rows =
      spi_run_latest(psprintf(R"(
      SELECT least(greatest(u.value, q.seqmin), q.seqmax)::int8,
             CASE WHEN q.seqincrement > 0 THEN u.value >= q.seqmin ELSE u.value <= q.seqmax END
      FROM pg_sequence q
      CROSS JOIN LATERAL (SELECT %s(%s(%s))) u(value)
      WHERE q.seqrelid = $1
        AND u.value IS NOT NULL
      )",
                              ascends ? "floor" : "ceil", ascends ? "greatest" : "least", sequence->values_in_use),
                     {arg(sequence->oid)});
  if (rows.is_empty()) return {};
  Row row = rows.first();
  return {.is_known = true, .value = row.next<int64>(), .is_called = row.next<bool>()};
}

static bool has_value_left(const Sequence *sequence, SequencePosition position) {
  if (!position.is_called || sequence->cycles) return true;
  int64 next;
  return !pg_add_s64_overflow(position.value, sequence->increment, &next) && next >= sequence->least &&
         next <= sequence->most;
}

static bool may_set(const Sequence *sequence, bool atomic) {
  return atomic ? owns_relation(sequence->oid, GetUserId())
                : pg_class_aclcheck(sequence->oid, GetUserId(), ACL_UPDATE) == ACLCHECK_OK;
}

void set_sequence(const Sequence *sequence, SequencePosition position, bool atomic) {
  if (!may_set(sequence, atomic)) {
    ereport(
        WARNING,
        (errmsg("sequence %s was not set: %s", sequence->name, atomic ? "must be owner of it" : "permission denied"),
         errhint("Ask its owner to run SELECT setval(%s, " INT64_FORMAT ", %s).", quote_literal_cstr(sequence->name),
                 position.value, position.is_called ? "true" : "false")));
    return;
  }
  // setval() alone would outlive a rollback; what it does to a sequence that was restarted is rolled back with that.
  // Citus refuses to restart those of distributed tables, on all nodes; nextval() counts on this one.
  int level = enter_on_this_node();
  if (atomic) spi_run(psprintf("ALTER SEQUENCE %s RESTART", sequence->name));
  leave_on_this_node(level);
  spi_run("SELECT setval($1::regclass, $2, $3)", {arg(sequence->oid), arg(position.value), arg(position.is_called)});
  if (!has_value_left(sequence, position))
    ereport(WARNING, (errmsg("sequence %s has no value left", sequence->name),
                      errhint("Its last one is in use here or on the source. ALTER SEQUENCE gives it other limits.")));
}

// ---- of one table

// The sequences that columns of a table own, where the columns are loaded ($2) and of a type that holds their values.
// Where rows were there before ($3), the sequence may have given out values that no row holds now.
static const char owned_query[] = R"(
    SELECT q.seqrelid,
           format('%I.%I', n.nspname, s.relname),
           format('(SELECT %s(%I)::numeric FROM %I.%I)', CASE WHEN q.seqincrement > 0 THEN 'max' ELSE 'min' END,
                  a.attname, tn.nspname, t.relname)
             || CASE WHEN $3 THEN
                  format(', (SELECT CASE WHEN is_called THEN last_value ELSE last_value - (%s)::numeric END FROM %I.%I)',
                         q.seqincrement, n.nspname, s.relname)
                ELSE '' END,
           q.seqincrement, q.seqstart, q.seqmin, q.seqmax, q.seqcycle,
           quote_ident(a.attname)
    FROM pg_depend d
    JOIN pg_sequence q ON q.seqrelid = d.objid
    JOIN pg_class s ON s.oid = d.objid
    JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    WHERE d.classid = 'pg_class'::regclass
      AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = $1
      AND d.deptype IN ('a', 'i')
      AND a.attname = ANY ($2)
      AND a.atttypid = ANY ('{int2,int4,int8,numeric}'::regtype[])
    ORDER BY a.attnum, s.relname
    )";

void set_sequences(const SyncPlan *plan) {
  // A partition takes its numbers from a sequence of the table it is part of.
  Oid root = partition_root(plan->request.relation);
  bool is_replace = plan->request.mode == LoadMode::replace;
  List *loaded = NIL;
  for (const PlanColumn *column : each<PlanColumn>(wire_columns(plan))) loaded = append(loaded, column->name);

  for (Row row : spi_run(owned_query, {arg(root), arg_texts(loaded), arg(!is_replace)})) {
    Sequence sequence = {.oid = row.next<Oid>(),
                         .name = row.next<const char *>(),
                         .values_in_use = row.next<const char *>(),
                         .increment = row.next<int64>(),
                         .start = row.next<int64>(),
                         .least = row.next<int64>(),
                         .most = row.next<int64>(),
                         .cycles = row.next<bool>()};
    const char *column = row.next<const char *>();
    // A role that does not own the sequence may not be able to read it, nor the table.
    if (!may_set(&sequence, true)) {
      ereport(WARNING, (errmsg("sequence %s was not set: must be owner of it", sequence.name),
                        errhint("Ask its owner to set it past the values loaded into column %s.", column)));
      continue;
    }
    SequencePosition position = {};
    as_owner_of(root, [&] { position = position_in_use(&sequence); });
    if (!position.is_known) position = {.is_known = true, .value = sequence.start, .is_called = false};
    set_sequence(&sequence, position, true);
  }
}

}  // namespace confiture
