// confiture.set_reference() and drop_reference().
#include "api/request.h"
#include "api/rule_arguments.h"
#include "pg/list.h"
#include "pg/relations.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/declared.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_set_reference);
PG_FUNCTION_INFO_V1(confiture_drop_reference);
}

static DeclaredReference read_arguments(FunctionCallInfo fcinfo) {
  return {
      .relation = PG_GETARG_OID(0),
      .referenced = PG_GETARG_OID(2),
      .columns = texts_argument(fcinfo, 1, "names of columns"),
      .referenced_columns = texts_argument(fcinfo, 3, "names of columns"),
      .condition = PG_NARGS() < 5 || PG_ARGISNULL(4) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(4)),
      .is_trusted = true,
  };
}

static void check_columns(Oid relation, List *names, bool may_be_expressions) {
  List *seen = NIL;
  for (const char *name : each_text(names)) {
    if (!may_be_expressions || !is_expression(relation, name)) (void)existing_column(relation, name);
    for (const char *other : each_text(seen))
      if (strcmp(name, other) == 0)
        ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN), errmsg("column \"%s\" appears twice", name)));
    seen = append(seen, name);
  }
}

// What a foreign key would want of its creator. Without it a role could stop loads of a table of another's.
static void require_reference(Oid relation, List *names) {
  if (pg_class_aclcheck(relation, GetUserId(), ACL_REFERENCES) == ACLCHECK_OK) return;
  for (const char *name : each_text(names))
    if (pg_attribute_aclcheck(relation, get_attnum(relation, name), GetUserId(), ACL_REFERENCES) != ACLCHECK_OK)
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("permission denied for table %s", qualified_name(relation)),
                      errhint("Declaring a reference to a table wants the privilege REFERENCES on it, as a foreign "
                              "key does.")));
}

static Oid type_of(Oid relation, const char *column) {
  if (is_expression(relation, column)) return read_expression(relation, column).type;
  return get_atttype(relation, get_attnum(relation, column));
}

static void check_reference(const DeclaredReference *reference) {
  int n = list_length(reference->columns);
  if (n == 0 || n != list_length(reference->referenced_columns))
    ereport(ERROR, (errcode(ERRCODE_INVALID_FOREIGN_KEY),
                    errmsg("columns and referenced_columns must be as many, and one at least")));
  check_columns(reference->relation, reference->columns, true);
  check_columns(reference->referenced, reference->referenced_columns, false);
  require_reference(reference->referenced, reference->referenced_columns);
  bool is_itself = reference->relation == reference->referenced;
  for (int i = 0; i < n; i++) {
    const char *name = static_cast<const char *>(list_nth(reference->columns, i));
    const char *other = static_cast<const char *>(list_nth(reference->referenced_columns, i));
    is_itself &= strcmp(name, other) == 0;
    check_comparable(type_of(reference->relation, name), type_of(reference->referenced, other));
  }
  if (is_itself)
    ereport(ERROR, (errcode(ERRCODE_INVALID_FOREIGN_KEY), errmsg("the columns would reference themselves")));
  if (reference->condition != nullptr) (void)read_condition(reference->relation, reference->condition);
  // It names the reference in keys of control tables.
  if (strlen(reference_text(reference)) > 2000)
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("the columns of a reference take more than 2000 bytes"),
             errhint("An expression can be a generated column instead.")));
}

static const char *name_or_null(Oid relation) {
  return get_rel_relkind(relation) != '\0' ? qualified_name(relation) : nullptr;
}

// Removes it, also what is left of tables of these names that are gone.
static bool delete_reference(const DeclaredReference *reference) {
  Rows deleted = spi_run_as_owner(
      R"(
    DELETE FROM confiture.reference
    WHERE columns OPERATOR(pg_catalog.=) $1
      AND referenced_columns OPERATOR(pg_catalog.=) $2::pg_catalog.name[]
      AND (relation OPERATOR(pg_catalog.=) $3
        OR relation_name OPERATOR(pg_catalog.=) $5
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relation))
      AND (referenced OPERATOR(pg_catalog.=) $4
        OR referenced_name OPERATOR(pg_catalog.=) $6
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) referenced)))",
      {arg_texts(reference->columns), arg_texts(reference->referenced_columns), arg(reference->relation),
       arg(reference->referenced), arg(name_or_null(reference->relation)), arg(name_or_null(reference->referenced))});
  return !deleted.is_empty();
}

static void insert_reference(const DeclaredReference *reference) {
  spi_run_as_owner(
      R"(
    INSERT INTO confiture.reference
      (relation, relation_name, columns, referenced, referenced_name, referenced_columns, condition, set_by)
    VALUES ($1, $2, $3, $4, $5, $6::pg_catalog.name[], $7, $8))",
      {arg(reference->relation), arg(qualified_name(reference->relation)), arg_texts(reference->columns),
       arg(reference->referenced), arg(qualified_name(reference->referenced)), arg_texts(reference->referenced_columns),
       arg(reference->condition), arg_name(NameStr(*caller_name()))});
}

Datum confiture_set_reference(PG_FUNCTION_ARGS) {
  for (int i = 0; i < 4; i++)
    if (PG_ARGISNULL(i))
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                      errmsg("relation, columns, referenced and referenced_columns must not be NULL")));
  const DeclaredReference reference = read_arguments(fcinfo);
  require_owned_table(reference.relation, true);
  require_table(reference.referenced, true);
  int level = enter_session();
  check_reference(&reference);
  leave_session(level);
  spi_connect();
  delete_reference(&reference);
  insert_reference(&reference);
  spi_finish();
  PG_RETURN_VOID();
}

Datum confiture_drop_reference(PG_FUNCTION_ARGS) {
  const DeclaredReference reference = read_arguments(fcinfo);
  // Everyone may clear away what is left of a dropped table's references.
  if (get_rel_relkind(reference.relation) != '\0') require_owned_table(reference.relation, true);
  spi_connect();
  bool was_there = delete_reference(&reference);
  spi_finish();
  PG_RETURN_BOOL(was_there);
}
