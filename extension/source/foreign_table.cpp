#include "source/foreign_table.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "source/server_options.h"

namespace confiture {

bool is_masked_foreign_table(Oid relation) {
  if (get_rel_relkind(relation) != RELKIND_FOREIGN_TABLE) return false;
  ForeignServer *server = GetForeignServer(GetForeignTable(relation)->serverid);
  return strcmp(GetForeignDataWrapper(server->fdwid)->fdwname, "confiture") == 0;
}

char *foreign_table_source(Oid relation) {
  List *options = GetForeignTable(relation)->options;
  const char *schema = option_value(options, "schema_name");
  const char *table = option_value(options, "table_name");
  return quote_qualified_identifier(schema != nullptr ? schema : get_namespace_name(get_rel_namespace(relation)),
                                    table != nullptr ? table : get_rel_name(relation));
}

const char *foreign_column_source(Oid relation, AttrNumber number) {
  const char *name = option_value(GetForeignColumnOptions(relation, number), "column_name");
  return name != nullptr ? name : get_attname(relation, number, false);
}

// A column that no column here shows keeps a name that none here has: '' is no identifier.
void rename_columns(SourceTable *table, Oid relation) {
  bool *is_shown = make_array<bool>(table->n_columns);
  Relation foreign = table_open(relation, AccessShareLock);
  TupleDesc columns = RelationGetDescr(foreign);
  for (AttrNumber number = 1; number <= columns->natts; number++) {
    if (TupleDescAttr(columns, number - 1)->attisdropped) continue;
    const char *source_name = foreign_column_source(relation, number);
    for (int i = 0; i < table->n_columns; i++) {
      if (strcmp(table->columns[i].name, source_name) != 0) continue;
      if (is_shown[i])
        ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_COLUMN_NAME),
                        errmsg("two columns of %s show column %s of the source", qualified_name(relation),
                               quote_identifier(source_name)),
                        errhint("A rule for one of them would not hold for the other: leave one out.")));
      is_shown[i] = true;
      table->columns[i].target_name = pstrdup(NameStr(TupleDescAttr(columns, number - 1)->attname));
    }
  }
  table_close(foreign, AccessShareLock);
  for (int i = 0; i < table->n_columns; i++)
    if (!is_shown[i]) table->columns[i].target_name = "";
  table->is_renamed = true;
}

List *foreign_tables_of(Oid server, Oid last) {
  static const char sql[] = R"(
    SELECT f.ftrelid
    FROM pg_foreign_table f
    JOIN pg_class c ON c.oid = f.ftrelid
    WHERE f.ftserver = $1
    ORDER BY c.relnamespace = $2, f.ftrelid)";
  List *relations = NIL;
  for (Row row : spi_run(sql, {arg(server), arg(last)})) relations = lappend_oid(relations, row.next<Oid>());
  return relations;
}

}  // namespace confiture
