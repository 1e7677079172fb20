// The part of the plan about CHECKs that are NOT VALID in the target, of the table and of its columns' domains: a load
// checks each row by them, and rows of the source may violate them as rows of the target do.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/plan.h"
#include "source/query.h"

namespace confiture {

struct LooseCheck {
  const char *name;        // quoted
  const char *domain;      // qualified, quoted; nullptr: a check of the table
  const char *expression;  // of the columns; of a domain: of VALUE
  List *columns;           // names that it reads
  bool is_own;             // it calls functions of others than the server, or volatile ones
};

// What functions a check calls is in its tree: pg_depend leaves out the server's own.
static const char check_query[] = R"(
    WITH RECURSIVE type(attname, oid) AS (
      SELECT attname, atttypid
      FROM pg_attribute
      WHERE attrelid = $1
        AND attnum > 0
        AND NOT attisdropped
      UNION
      SELECT type.attname, t.typbasetype
      FROM type
      JOIN pg_type t USING (oid)
      WHERE t.typbasetype <> 0
    ),
    loose(oid, domain, columns) AS (
      SELECT k.oid, NULL,
        ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey))
      FROM pg_constraint k
      WHERE k.conrelid = $1
        AND k.contype = 'c'
        AND NOT k.convalidated
      UNION ALL
      SELECT k.oid, k.contypid::regtype::text, ARRAY[type.attname::text]
      FROM type
      JOIN pg_constraint k ON k.contypid = type.oid
      WHERE k.contype = 'c'
        AND NOT k.convalidated
    )
    SELECT quote_ident(k.conname), loose.domain, pg_get_expr(k.conbin, k.conrelid), loose.columns,
      EXISTS (
        SELECT FROM regexp_matches(k.conbin::text, ':(?:funcid|opfuncid) (\d+)', 'g') m
        JOIN pg_proc p ON p.oid = m[1]::oid
        WHERE p.oid >= 16384 OR p.provolatile = 'v')
    FROM loose
    JOIN pg_constraint k USING (oid)
    WHERE coalesce((to_jsonb(k) ->> 'conenforced')::bool, true)
    ORDER BY k.conname
    )";

// So that the catalogs are asked only where there is something.
static bool may_have_loose_checks(Relation target) {
  const TupleDesc descriptor = RelationGetDescr(target);
  const TupleConstr *constraints = descriptor->constr;
  for (int i = 0; constraints != nullptr && i < constraints->num_check; i++)
    if (!constraints->check[i].ccvalid) return true;
  for (int i = 0; i < descriptor->natts; i++)
    if (!TupleDescAttr(descriptor, i)->attisdropped &&
        get_typtype(TupleDescAttr(descriptor, i)->atttypid) == TYPTYPE_DOMAIN)
      return true;
  return false;
}

static List *find_loose_checks(Oid relation) {
  List *checks = NIL;
  for (Row row : spi_run(check_query, {arg(relation)}))
    checks = append(checks, make<LooseCheck>({.name = row.next<const char *>(),
                                              .domain = row.next<const char *>(),
                                              .expression = row.next<const char *>(),
                                              .columns = row.next_texts(),
                                              .is_own = row.next<bool>()}));
  return checks;
}

// Why the source cannot say whether its rows satisfy the check; nullptr: it can. Functions of users would run there
// with the rights of the role that reads.
static const char *why_unknown(const SyncPlan *plan, const LooseCheck *check) {
  if (check->is_own) return "it calls functions of users, or volatile ones";
  for (const char *name : each_text(check->columns)) {
    const PlanColumn *column = find_column(plan, name);
    if (column == nullptr || column->action != ColumnAction::pass || !column->source->is_readable)
      return psprintf("it reads %s, which is not copied as it is", quote_identifier(name));
  }
  return nullptr;
}

// Rows that violate it. In a domain's expression, VALUE is what the subquery calls so.
static const char *violations(const SyncPlan *plan, const LooseCheck *check) {
  const char *column = check->domain != nullptr
                           ? psprintf("%s AS value", source_name(static_cast<const char *>(linitial(check->columns))))
                           : "*";
  const char *filter = plan->request.filter;
  return psprintf("SELECT 1 FROM (SELECT %s FROM %s%s%s) q WHERE (%s) IS FALSE LIMIT 1", column,
                  only_itself(plan->source->kind), plan->source->qualified,
                  filter != nullptr ? psprintf(" WHERE (%s\n)", filter) : "", check->expression);
}

static void judge(SyncPlan *plan, Source *source, const LooseCheck *check) {
  const char *of = check->domain != nullptr ? psprintf(" of domain %s", check->domain) : "";
  const char *unknown = why_unknown(plan, check);
  const char *sql = violations(plan, check);
  if (unknown == nullptr && source_objection(source, sql, false) != nullptr)
    unknown = "the source does not understand it";
  if (unknown != nullptr) {
    plan->warnings =
        append(plan->warnings,
               psprintf("constraint %s%s is NOT VALID, and a row that violates it ends the load; whether there "
                        "is one the plan cannot tell: %s",
                        check->name, of, unknown));
    return;
  }
  if (PQntuples(expect_shape(source, source_query_rows(source, sql), 1, -1)) == 0) return;
  const char *object =
      check->domain != nullptr ? psprintf("DOMAIN %s", check->domain) : psprintf("TABLE %s", plan->relation_name);
  add_problem(plan, check->domain != nullptr ? static_cast<const char *>(linitial(check->columns)) : nullptr,
              psprintf("rows of the source violate constraint %s%s, which is NOT VALID here but checked for new rows",
                       check->name, of),
              psprintf("ALTER %s DROP CONSTRAINT %s; -- and add it NOT VALID again after the sync; or filter the rows",
                       object, check->name));
}

void check_loose_checks(SyncPlan *plan, Source *source, Relation target) {
  if (!may_have_loose_checks(target)) return;
  for (const LooseCheck *check : each<LooseCheck>(find_loose_checks(plan->request.relation)))
    judge(plan, source, check);
}

}  // namespace confiture
