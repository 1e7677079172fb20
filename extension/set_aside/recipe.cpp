#include "set_aside/recipe.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"

namespace confiture {

static bool is_partitioned(Oid index) { return get_rel_relkind(index) == RELKIND_PARTITIONED_INDEX; }

// The server's own text, with options and tablespace. That of a partitioned table's leaves the partitions alone (ONLY):
// their indexes are built under their own names, and attached.
static char *definition(Oid index, const Form_pg_index form) {
  Oid constraint = get_index_constraint(index);
  char *sql = OidIsValid(constraint) ? pg_get_constraintdef_command(constraint) : pg_get_indexdef_string(index);
  if (!is_partitioned(index)) return sql;
  const char *start = OidIsValid(constraint) ? "ALTER TABLE "
                                             : psprintf("CREATE %sINDEX %s ON ", form->indisunique ? "UNIQUE " : "",
                                                        quote_identifier(get_rel_name(index)));
  Assert(strncmp(sql, start, strlen(start)) == 0);
  return psprintf("%sONLY %s", start, sql + strlen(start));
}

static List *constraint_comment(Oid constraint, Oid relation, List *statements) {
  const char *comment = GetComment(constraint, ConstraintRelationId, 0);
  if (comment == nullptr) return statements;
  return lappend(statements,
                 psprintf("COMMENT ON CONSTRAINT %s ON %s IS %s", quote_identifier(get_constraint_name(constraint)),
                          qualified_name(relation), quote_literal_cstr(comment)));
}

// What an index has besides its definition.
static List *properties(Oid index, const Form_pg_index form, List *statements) {
  const char *name = qualified_name(index), *table = qualified_name(form->indrelid);
  const char *comment = GetComment(index, RelationRelationId, 0);
  if (comment != nullptr)
    statements = lappend(statements, psprintf("COMMENT ON INDEX %s IS %s", name, quote_literal_cstr(comment)));
  Oid constraint = get_index_constraint(index);
  if (OidIsValid(constraint)) statements = constraint_comment(constraint, form->indrelid, statements);

  for (AttrNumber column = 1; column <= form->indnatts; column++) {
    HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(index), Int16GetDatum(column));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for column %d of index %u", column, index);
    bool is_null;
    int target = DatumGetInt16(SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &is_null));
    if (!is_null && target >= 0)  // the default is -1 until PostgreSQL 16, NULL since 17
      statements =
          lappend(statements, psprintf("ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d", name, column, target));
    ReleaseSysCache(tuple);
  }

  List *extensions = getAutoExtensionsOfObject(RelationRelationId, index);
  list_sort(extensions, list_oid_cmp);
  for (Oid extension : each_oid(extensions))
    statements = lappend(statements, psprintf("ALTER INDEX %s DEPENDS ON EXTENSION %s", name,
                                              quote_identifier(get_extension_name(extension))));
  const char *local_name = quote_identifier(get_rel_name(index));
  if (form->indisclustered)
    statements = lappend(statements, psprintf("ALTER TABLE %s CLUSTER ON %s", table, local_name));
  if (form->indisreplident)
    statements =
        lappend(statements, psprintf("ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", table, local_name));
  return statements;
}

static HeapTuple index_tuple(Oid index) {
  HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for index %u", index);
  return tuple;
}

static Form_pg_index form_of(HeapTuple index) { return reinterpret_cast<Form_pg_index>(GETSTRUCT(index)); }

static const char *index_kind(Oid index) { return OidIsValid(get_index_constraint(index)) ? "constraint" : "index"; }

// Creates an index of a partitioned table, attaches its parts and, once they made it valid, sets its properties.
// Recipes of the leaves are added to the list.
static List *whole_index_statements(Oid index, List *statements, List **leaves) {
  HeapTuple tuple = index_tuple(index);
  statements = lappend(statements, definition(index, form_of(tuple)));
  for (Oid part : each_oid(find_inheritance_children(index, NoLock))) {
    if (is_partitioned(part))
      statements = whole_index_statements(part, statements, leaves);
    else
      *leaves = list_concat(*leaves, index_recipes(part));
    statements = lappend(statements,
                         psprintf("ALTER INDEX %s ATTACH PARTITION %s", qualified_name(index), qualified_name(part)));
  }
  statements = properties(index, form_of(tuple), statements);
  ReleaseSysCache(tuple);
  return statements;
}

List *index_recipes(Oid index) {
  HeapTuple tuple = index_tuple(index);
  Recipe *recipe = make<Recipe>({.step = is_partitioned(index) ? RestoreStep::whole_index : RestoreStep::table_index,
                                 .kind = index_kind(index),
                                 .relation = form_of(tuple)->indrelid,
                                 .referenced = InvalidOid,
                                 .name = get_rel_name(index),
                                 .statements = NIL});
  List *leaves = NIL;
  if (is_partitioned(index))
    recipe->statements = whole_index_statements(index, NIL, &leaves);
  else
    recipe->statements = properties(index, form_of(tuple), list_make1(definition(index, form_of(tuple))));
  ReleaseSysCache(tuple);
  return append(leaves, recipe);
}

char *drop_index_statement(Oid index) {
  Oid constraint = get_index_constraint(index);
  if (!OidIsValid(constraint)) return psprintf("DROP INDEX %s", qualified_name(index));
  return psprintf("ALTER TABLE %s DROP CONSTRAINT %s", qualified_name(IndexGetRelation(index, false)),
                  quote_identifier(get_constraint_name(constraint)));
}

static Recipe *make_key_recipe(RestoreStep step, Oid constraint, List *statements) {
  HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for constraint %u", constraint);
  const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
  Recipe *recipe = make<Recipe>({.step = step,
                                 .kind = "foreign key",
                                 .relation = form->conrelid,
                                 .referenced = form->confrelid,
                                 .name = pstrdup(NameStr(form->conname)),
                                 .statements = constraint_comment(constraint, form->conrelid, statements)});
  ReleaseSysCache(tuple);
  return recipe;
}

static constexpr char not_valid[] = " NOT VALID";

Recipe *foreign_key_recipe(Oid constraint) {
  char *sql = pg_get_constraintdef_command(constraint);
  size_t size = strlen(sql), suffix = strlen(not_valid);
  if (size < suffix || strcmp(sql + size - suffix, not_valid) != 0) sql = psprintf("%s%s", sql, not_valid);
  return make_key_recipe(RestoreStep::foreign_key, constraint, list_make1(sql));
}

Recipe *validation_recipe(const Recipe *foreign_key) {
  Recipe *recipe = make(*foreign_key);
  recipe->step = RestoreStep::validation;
  recipe->statements = list_make1(psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                           qualified_name(foreign_key->relation), quote_identifier(foreign_key->name)));
  return recipe;
}

Recipe *whole_foreign_key_recipe(List *constraints) {
  Recipe *recipe = nullptr;
  for (Oid constraint : each_oid(constraints)) {
    List *statements = recipe != nullptr ? recipe->statements : NIL;
    statements = lappend(statements, pg_get_constraintdef_command(constraint));
    recipe = make_key_recipe(RestoreStep::whole_foreign_key, constraint, statements);
  }
  return recipe;
}

// Before PostgreSQL 18 VALIDATE leaves the parts as they are; and up to 15.8, 16.4 and 17.0 a key that is taken in
// keeps parts of its own, which it has not when it is made as one.
Recipe *remade_foreign_key_recipe(Oid constraint) {
  Recipe *recipe = make_key_recipe(RestoreStep::remade_foreign_key, constraint, NIL);
  if (get_rel_relkind(recipe->relation) == RELKIND_PARTITIONED_TABLE) recipe->step = RestoreStep::remade_whole_key;
  const char *table = qualified_name(recipe->relation), *name = quote_identifier(recipe->name);
  const char *add = pg_get_constraintdef_command(constraint) + strlen("ALTER TABLE ") + strlen(table);
  char *sql = psprintf("ALTER TABLE %s DROP CONSTRAINT %s,%s", table, name, add);
  recipe->statements = lcons(sql, recipe->statements);
  return recipe;
}

// Of a key's parts, those that are back are found by the two tables they are between.
static const char naming[] = R"(
DECLARE
  part record;
BEGIN
  FOR part IN
    WITH RECURSIVE part(oid) AS (
      SELECT oid
      FROM pg_catalog.pg_constraint
      WHERE conrelid = %s::pg_catalog.regclass AND conname = %s AND contype = 'f'
      UNION ALL
      SELECT c.oid
      FROM part p
      JOIN pg_catalog.pg_constraint c ON c.conparentid = p.oid)
    SELECT c.conrelid::pg_catalog.regclass AS relation, c.conname, %s AS name
    FROM part
    JOIN pg_catalog.pg_constraint c USING (oid)
    JOIN (VALUES %s) w(referencing, referenced, name)
      ON pg_catalog.to_regclass(w.referencing) = c.conrelid AND pg_catalog.to_regclass(w.referenced) = c.confrelid
    WHERE c.conname <> w.name
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE %%s RENAME CONSTRAINT %%I TO %%I', part.relation, part.conname, part.name);
  END LOOP;
END)";

static Recipe *naming_recipe(RestoreStep step, Oid constraint, const char *name, const char *parts) {
  Recipe *recipe = make_key_recipe(step, constraint, NIL);
  const char *body = psprintf(naming, quote_literal_cstr(qualified_name(recipe->relation)),
                              quote_literal_cstr(recipe->name), name, parts);
  recipe->statements = list_make1(psprintf("DO %s", quote_literal_cstr(body)));
  return recipe;
}

List *key_parts_recipes(Oid constraint) {
  StringInfoData parts;
  initStringInfo(&parts);
  List *comments = NIL;
  for (Row row : spi_run(R"(
      WITH RECURSIVE part(oid) AS (
        SELECT oid
        FROM pg_constraint
        WHERE conparentid = $1
        UNION ALL
        SELECT c.oid
        FROM part p
        JOIN pg_constraint c ON c.conparentid = p.oid
      )
      SELECT c.oid, c.conrelid, c.confrelid, c.conname
      FROM part
      JOIN pg_constraint c USING (oid)
      ORDER BY c.oid
      )",
                         {arg(constraint)})) {
    Oid part = row.next<Oid>(), referencing = row.next<Oid>(), referenced = row.next<Oid>();
    appendStringInfo(&parts, "%s(%s, %s, %s)", parts.len > 0 ? ", " : "",
                     quote_literal_cstr(qualified_name(referencing)), quote_literal_cstr(qualified_name(referenced)),
                     quote_literal_cstr(row.next<const char *>()));
    comments = constraint_comment(part, referencing, comments);
  }
  if (parts.len == 0) return NIL;
  Recipe *named = naming_recipe(RestoreStep::key_parts, constraint, "w.name", parts.data);
  named->statements = list_concat(named->statements, comments);
  return list_make2(
      naming_recipe(RestoreStep::moved_key_parts, constraint, "pg_catalog.concat('confiture part ', oid)", parts.data),
      named);
}

void run_recipes(List *recipes) {
  for (const Recipe *recipe : each<Recipe>(recipes))
    for (const char *statement : each_text(recipe->statements)) spi_run(statement);
}

static char *all_statements(List *recipes) {
  StringInfoData text;
  initStringInfo(&text);
  for (const Recipe *recipe : each<Recipe>(recipes))
    for (const char *statement : each_text(recipe->statements)) appendStringInfo(&text, "%s;\n", statement);
  return text.data;
}

bool same_recipes(List *recipes, List *others) { return strcmp(all_statements(recipes), all_statements(others)) == 0; }

}  // namespace confiture
