// IMPORT FOREIGN SCHEMA: the statements that make the foreign tables. What the source's catalog says is a stranger's
// word, and the statements run with the caller's rights: names are quoted, types are looked up here and written by our
// own catalog, expressions must be one expression.
#include "pg/attempt.h"
#include "pg/guc.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "scan/scan.h"
#include "source/error.h"
#include "source/kept.h"
#include "source/schema.h"

namespace confiture {

struct ImportOptions {
  bool defaults, collate, generated, not_null;
  const char *policy;  // nullptr: none
};

struct Import {
  const char *schema, *server;
  ImportOptions options;
  List *missing;  // char *: what columns need and is not here
};

static ImportOptions read_options(List *given) {
  ImportOptions options = {.defaults = false, .collate = true, .generated = false, .not_null = true, .policy = nullptr};
  for (DefElem *option : each<DefElem>(given)) {
    const char *name = option->defname;
    if (strcmp(name, "import_default") == 0)
      options.defaults = defGetBoolean(option);
    else if (strcmp(name, "import_collate") == 0)
      options.collate = defGetBoolean(option);
    else if (strcmp(name, "import_generated") == 0)
      options.generated = defGetBoolean(option);
    else if (strcmp(name, "import_not_null") == 0)
      options.not_null = defGetBoolean(option);
    else if (strcmp(name, "policy") == 0)
      options.policy = policy_name(parse_policy(defGetString(option)));
    else
      ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME), errmsg("invalid option \"%s\"", name),
                      errhint("Valid options in this context are: import_default, import_collate, import_generated, "
                              "import_not_null, policy")));
  }
  return options;
}

// ---- words of the source

[[noreturn]] static void refuse(const Import *import, const ImportedRelation *relation, const ImportedColumn *column,
                                const char *what, const char *why) {
  ereport(ERROR, (errcode(ERRCODE_FDW_ERROR),
                  errmsg("server \"%s\" gives %s.%s %s that is none", import->server, quote_identifier(relation->name),
                         quote_identifier(column->name), what),
                  why != nullptr ? errdetail_internal("%s", bounded_text(why)) : 0,
                  errhint("Leave the table out with EXCEPT.")));
}

// Calls body, which parses what the source said: an error of it points into no statement of the user.
static void parse(const Import *import, const ImportedRelation *relation, const ImportedColumn *column,
                  const char *what, Callback<void()> body) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  { body(); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    if (is_about_session(error)) PG_RE_THROW();
    FlushErrorState();
    refuse(import, relation, column, what, error->message);
  }
  PG_END_TRY();
}

// ---- types and collations

// The schema that our extension of that name has its type of that name in, nullptr without one.
static const char *schema_of_extension_type(const char *extension, const char *type) {
  Rows rows = spi_run(R"(
      SELECT n.nspname
      FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
        AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'e'
      JOIN pg_catalog.pg_type t ON t.oid = d.objid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE e.extname = $1 AND t.typname = $2)",
                      {arg(extension), arg(type)});
  return rows.is_empty() ? nullptr : rows.first().next<const char *>();
}

// An extension may have another schema here.
static const char *name_of_type(const ImportedColumn *column) {
  if (column->extension == nullptr) return column->type;
  const char *schema = schema_of_extension_type(column->extension, column->type_name);
  const char *prefix = psprintf("%s.", quote_identifier(column->type_schema));
  if (schema == nullptr || strncmp(column->type, prefix, strlen(prefix)) != 0) return column->type;
  return psprintf("%s.%s", quote_identifier(schema), column->type + strlen(prefix));
}

static void note_missing(Import *import, const char *kind, const char *name, const ImportedRelation *relation,
                         const ImportedColumn *column) {
  const char *extension =
      column->extension != nullptr ? psprintf(" of extension %s", quote_identifier(column->extension)) : "";
  const char *text =
      psprintf("%s %s%s, which %s.%s is of", kind, bounded_text(name), strcmp(kind, "type") == 0 ? extension : "",
               quote_qualified_identifier(import->schema, relation->name), quote_identifier(column->name));
  import->missing = append(import->missing, text);
}

// As our catalog writes it; nullptr when it is missing.
static const char *type_of(Import *import, const ImportedRelation *relation, const ImportedColumn *column) {
  Oid type;
  int32 typmod;
  bool is_known = false;
  parse(import, relation, column, "a type", [&] { is_known = parse_type(name_of_type(column), &type, &typmod); });
  if (is_known) return format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
  note_missing(import, "type", column->type, relation, column);
  return nullptr;
}

static void write_collation(Import *import, StringInfo sql, const ImportedRelation *relation,
                            const ImportedColumn *column) {
  if (column->collation == nullptr || !import->options.collate) return;
  const char *name = quote_qualified_identifier(column->collation_schema, column->collation);
  List *parts = list_make2(makeString(pstrdup(column->collation_schema)), makeString(pstrdup(column->collation)));
  if (OidIsValid(get_collation_oid(parts, true)))
    appendStringInfo(sql, " COLLATE %s", name);
  else
    note_missing(import, "collation", name, relation, column);
}

// ---- expressions

static bool is_one_expression(const char *text) {
  List *statements = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
  if (list_length(statements) != 1) return false;
  Node *statement = linitial_node(RawStmt, statements)->stmt;
  if (!IsA(statement, SelectStmt)) return false;
  const SelectStmt *select = reinterpret_cast<SelectStmt *>(statement);
  if (list_length(select->targetList) != 1) return false;
  const ResTarget *target = linitial_node(ResTarget, select->targetList);
  SelectStmt *bare = makeNode(SelectStmt);
  bare->targetList = select->targetList;
  bare->limitOption = select->limitOption;
  return target->name == nullptr && equal(bare, select);
}

static const char *expression_of(const Import *import, const ImportedRelation *relation, const ImportedColumn *column) {
  bool is_one = false;
  parse(import, relation, column, "an expression", [&] { is_one = is_one_expression(column->expression); });
  if (!is_one) refuse(import, relation, column, "an expression", nullptr);
  return column->expression;
}

// ---- statements

static const char *statement_of(Import *import, const ImportedRelation *relation) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_identifier(relation->name));
  const char *separator = "\n";
  for (const ImportedColumn *column : each<ImportedColumn>(relation->columns)) {
    const char *type = type_of(import, relation, column);
    if (type == nullptr) continue;
    appendStringInfo(&sql, "%s  %s %s OPTIONS (column_name %s)", separator, quote_identifier(column->name), type,
                     quote_literal_cstr(column->name));
    separator = ",\n";
    write_collation(import, &sql, relation, column);
    if (column->expression != nullptr && column->is_generated && import->options.generated)
      appendStringInfo(&sql, " GENERATED ALWAYS AS (%s) STORED", expression_of(import, relation, column));
    if (column->expression != nullptr && !column->is_generated && import->options.defaults)
      appendStringInfo(&sql, " DEFAULT (%s)", expression_of(import, relation, column));
    if (column->not_null && import->options.not_null) appendStringInfoString(&sql, " NOT NULL");
  }
  appendStringInfo(&sql, "\n) SERVER %s\nOPTIONS (schema_name %s, table_name %s", quote_identifier(import->server),
                   quote_literal_cstr(import->schema), quote_literal_cstr(relation->name));
  if (import->options.policy != nullptr)
    appendStringInfo(&sql, ", policy %s", quote_literal_cstr(import->options.policy));
  appendStringInfoString(&sql, ");");
  return sql.data;
}

static void refuse_missing(const Import *import) {
  if (import->missing == NIL) return;
  constexpr int most_shown = 20;
  StringInfoData list;
  initStringInfo(&list);
  int n = 0;
  for (const char *text : each_text(import->missing))
    if (n++ < most_shown) appendStringInfo(&list, "%s%s", list.len > 0 ? "\n" : "", text);
  if (n > most_shown) appendStringInfo(&list, "\nand %d more", n - most_shown);
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_OBJECT),
           errmsg("schema %s of server \"%s\" has types or collations that do not exist here",
                  quote_identifier(import->schema), import->server),
           errdetail_internal("%s", list.data),
           errhint("Create them, leave the tables out with EXCEPT, or collations with import_collate 'false'.")));
}

static List *names_of(List *tables) {
  List *names = NIL;
  for (const RangeVar *table : each<RangeVar>(tables)) names = append(names, table->relname);
  return names;
}

List *import_schema(ImportForeignSchemaStmt *statement, Oid server) {
  Import import = {.schema = statement->remote_schema,
                   .server = GetForeignServer(server)->servername,
                   .options = read_options(statement->options),
                   .missing = NIL};
  List *names = names_of(statement->table_list), *statements = NIL;
  List *limit = statement->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO ? names : NIL;
  List *except = statement->list_type == FDW_IMPORT_SCHEMA_EXCEPT ? names : NIL;
  MemoryContext caller = CurrentMemoryContext;
  with_kept_source(server, GetUserId(), [&](const Lease *lease) {
    spi_connect();
    int level = enter_session();
    for (const ImportedRelation *relation :
         each<ImportedRelation>(read_schema(leased(lease), import.schema, limit, except))) {
      const char *sql = statement_of(&import, relation);
      MemoryContext inner = MemoryContextSwitchTo(caller);
      statements = append(statements, pstrdup(sql));
      MemoryContextSwitchTo(inner);
    }
    refuse_missing(&import);
    leave_session(level);
    spi_finish();
  });
  return statements;
}

}  // namespace confiture
