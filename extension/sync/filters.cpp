#include "filters.h"

#include "../pg/spi.h"

namespace confiture {

// The filter becomes part of a statement of ours. It must be one expression: text that closes our parenthesis could
// add columns or rows that no rule has seen.
void check_filter(const char *filter) {
  List *statements = raw_parser(psprintf("SELECT FROM t WHERE (%s\n)", filter), RAW_PARSE_DEFAULT);
  SelectStmt *select =
      list_length(statements) == 1 ? reinterpret_cast<SelectStmt *>(linitial_node(RawStmt, statements)->stmt) : nullptr;
  if (select == nullptr || !IsA(select, SelectStmt) || select->op != SETOP_NONE || select->whereClause == nullptr ||
      select->groupClause != NIL || select->havingClause != nullptr || select->windowClause != NIL ||
      select->sortClause != NIL || select->limitCount != nullptr || select->limitOffset != nullptr ||
      select->lockingClause != NIL)
    ereport(ERROR,
            (errcode(ERRCODE_SYNTAX_ERROR), errmsg("filter is not a single SQL condition"),
             errhint("Give what follows WHERE, for example filter => 'created_at > now() - interval ''30 days'''.")));
}

// A filter is SQL that runs on the source with the rights of whoever syncs: not what just any owner of a table wrote.
static void refuse_strangers(uint64 n) {
  bool is_null;
  for (uint64 row = 0; row < n; row++)
    if (!DatumGetBool(spi_datum(row, 2, &is_null)) && !is_null)
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("the filter of %s was set by role %s", spi_text(row, 3), spi_text(row, 4)),
                      errhint("Look at it in confiture.filters; if it is right, set it yourself with "
                              "confiture.set_filter().")));
}

// As for rules, a table made anew keeps the filter of its name.
List *load_stored_filters(List *relations) {
  Oid types[] = {OIDARRAYOID};
  Datum values[] = {oid_array(relations)};
  uint64 n = spi_run(
      "SELECT f.condition, f.is_trusted, f.relation_name, f.set_by "
      "FROM unnest($1) WITH ORDINALITY u(relation, number) "
      "LEFT JOIN (pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace) ON c.oid = u.relation "
      "LEFT JOIN LATERAL (SELECT f.*, f.set_by = current_user OR coalesce((SELECT rolsuper FROM pg_roles "
      "    WHERE rolname = f.set_by), false) AS is_trusted "
      "  FROM confiture.filter f WHERE f.relation = u.relation "
      "  OR f.relation_name = format('%I.%I', s.nspname, c.relname) "
      "  AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = f.relation) "
      "  ORDER BY f.relation <> u.relation LIMIT 1) f ON true ORDER BY u.number",
      1, types, values);
  refuse_strangers(n);
  List *filters = NIL;
  for (uint64 row = 0; row < n; row++) filters = lappend(filters, spi_text(row, 1));
  return filters;
}

void store_filter(Oid relation, const char *condition) {
  const char *name = qualified_name(relation);
  Oid types[] = {OIDOID, TEXTOID, TEXTOID, NAMEOID};
  Datum values[] = {ObjectIdGetDatum(relation), CStringGetTextDatum(name),
                    condition != nullptr ? CStringGetTextDatum(condition) : Datum(0), NameGetDatum(caller_name())};
  spi_run_as_owner(
      "DELETE FROM confiture.filter WHERE relation OPERATOR(pg_catalog.=) $1 OR relation_name OPERATOR(pg_catalog.=) "
      "$2 "
      "AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation)",
      2, types, values);
  if (condition == nullptr) return;
  spi_run_as_owner("INSERT INTO confiture.filter (relation, relation_name, condition, set_by) VALUES ($1, $2, $3, $4)",
                   4, types, values);
}

}  // namespace confiture
