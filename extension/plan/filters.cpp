#include "plan/filters.h"

#include "pg/list.h"
#include "pg/spi.h"

namespace confiture {

static const char condition_prefix[] = "SELECT FROM t WHERE ";

// The parser counts in the statement it was given; the reader of its error wrote the condition alone.
static void place_in_condition(void *condition) {
  int position = geterrposition() - static_cast<int>(strlen(condition_prefix));
  if (geterrposition() <= 0) return;
  errposition(0);
  internalerrposition(Max(position, 1));
  internalerrquery(static_cast<const char *>(condition));
}

static const SelectStmt *parse_condition(char *condition) {
  ErrorContextCallback place = {error_context_stack, place_in_condition, condition};
  error_context_stack = &place;
  List *statements = raw_parser(psprintf("%s%s", condition_prefix, condition), RAW_PARSE_DEFAULT);
  error_context_stack = place.previous;
  if (list_length(statements) != 1) return nullptr;
  SelectStmt *select = reinterpret_cast<SelectStmt *>(linitial_node(RawStmt, statements)->stmt);
  return IsA(select, SelectStmt) ? select : nullptr;
}

// It becomes part of a statement of ours. It must be one expression, with parentheses around it and without: text that
// closes ours could add columns or rows that no rule has seen, or rows of another chunk.
static bool is_one_expression(const char *text) {
  const SelectStmt *select = parse_condition(pstrdup(text));
  if (select == nullptr || select->op != SETOP_NONE || select->whereClause == nullptr || select->groupClause != NIL ||
      select->havingClause != nullptr || select->windowClause != NIL || select->sortClause != NIL ||
      select->limitCount != nullptr || select->limitOffset != nullptr || select->lockingClause != NIL)
    return false;
  (void)parse_condition(psprintf("(%s\n)", text));
  return true;
}

void check_condition(const char *condition, const char *noun) {
  if (!is_one_expression(condition))
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s is not a single SQL condition", noun),
                    errhint("Give what follows WHERE, for example 'created_at > now() - interval ''30 days'''.")));
}

void check_expression(const char *expression, const char *noun, const char *hint) {
  if (!is_one_expression(expression))
    ereport(ERROR,
            (errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s is not a single SQL expression", noun), errhint("%s", hint)));
}

// As for rules, a table created under the name of a dropped one has its filter.
static const char stored_filters_query[] = R"(
  SELECT f.condition, f.relation_name, f.set_by, f.is_trusted
  FROM unnest($1) WITH ORDINALITY u(relation, number)
  LEFT JOIN (pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace) ON c.oid = u.relation
  LEFT JOIN LATERAL (
    SELECT f.*, f.set_by = current_user
      OR coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = f.set_by), false) AS is_trusted
    FROM confiture.filter f
    WHERE f.relation = u.relation
      OR f.relation_name = format('%I.%I', s.nspname, c.relname)
      AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = f.relation)
    ORDER BY f.relation <> u.relation
    LIMIT 1) f ON true
  ORDER BY u.number)";

// A filter is SQL that runs on the source with the rights of the caller, so that another role's is refused, even the
// table owner's.
List *load_stored_filters(List *relations) {
  List *filters = NIL;
  for (Row row : spi_run(stored_filters_query, {arg_oids(relations)})) {
    const char *condition = row.next<const char *>();
    const char *relation = row.next<const char *>();
    const char *role = row.next<const char *>();
    if (!row.next<bool>(true))
      ereport(ERROR,
              (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("the filter of %s was set by role %s", relation, role),
               errhint("Look at it in confiture.filters; if it is right, set it yourself with "
                       "confiture.set_filter().")));
    filters = append(filters, condition);
  }
  return filters;
}

void store_filter(Oid relation, const char *condition) {
  const char *name = qualified_name(relation);
  spi_run_as_owner(R"(
    DELETE FROM confiture.filter
    WHERE relation OPERATOR(pg_catalog.=) $1
      OR relation_name OPERATOR(pg_catalog.=) $2
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation))",
                   {arg(relation), arg(name)});
  if (condition == nullptr) return;
  spi_run_as_owner(R"(
    INSERT INTO confiture.filter (relation, relation_name, condition, set_by)
    VALUES ($1, $2, $3, $4))",
                   {arg(relation), arg(name), arg(condition), arg_name(NameStr(*caller_name()))});
}

}  // namespace confiture
