#include "plan/declared.h"

#include "pg/attempt.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "pg/spi.h"

namespace confiture {

// As for rules, a table created under the name of a dropped one has its references. Of several that say the same, the
// one that was declared for the table itself counts. Where none is declared, no name of the database is looked at: each
// sync asks several times.
#define SQL_DECLARED                                                                                   \
  "named AS ("                                                                                         \
  " SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind"                            \
  " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f')"  \
  "  AND EXISTS (SELECT FROM confiture.reference)),"                                                   \
  "declared AS ("                                                                                      \
  " SELECT DISTINCT ON (f.oid, r.columns, p.oid, r.referenced_columns)"                                \
  "  f.oid AS referencing, f.name AS referencing_name, f.relkind AS referencing_kind,"                 \
  "  p.oid AS referenced, p.name AS referenced_name, p.relkind AS referenced_kind,"                    \
  "  r.columns, r.referenced_columns, r.condition, r.set_by = current_user"                            \
  "   OR coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = r.set_by), false) AS is_trusted"      \
  " FROM confiture.reference r"                                                                        \
  " JOIN named f ON f.oid = r.relation"                                                                \
  "  OR f.name = r.relation_name AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = r.relation)"     \
  " JOIN named p ON p.oid = r.referenced"                                                              \
  "  OR p.name = r.referenced_name AND NOT EXISTS (SELECT FROM pg_class o WHERE o.oid = r.referenced)" \
  " ORDER BY f.oid, r.columns, p.oid, r.referenced_columns, f.oid <> r.relation, p.oid <> r.referenced, r.set_at DESC)"

static DeclaredReference *read_reference(Row *row) {
  DeclaredReference *reference = make<DeclaredReference>();
  reference->relation = row->next<Oid>();
  reference->referenced = row->next<Oid>();
  reference->columns = row->next_texts();
  reference->referenced_columns = row->next_texts();
  reference->condition = row->next<const char *>();
  reference->is_trusted = row->next<bool>();
  return reference;
}

List *load_declared_references() {
  List *references = NIL;
  for (Row row : spi_run("WITH " SQL_DECLARED R"(
      SELECT referencing, referenced, columns, referenced_columns::text[], condition, is_trusted
      FROM declared)"))
    references = append(references, read_reference(&row));
  return references;
}

// Expressions as they are.
static char *quoted_list(Oid relation, List *columns) {
  StringInfoData list;
  initStringInfo(&list);
  for (const char *column : each_text(columns))
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
                     is_expression(relation, column) ? column : quote_identifier(column));
  return list.data;
}

char *reference_text(const DeclaredReference *reference) {
  return psprintf("(%s) REFERENCES %s (%s)", quoted_list(reference->relation, reference->columns),
                  qualified_name(reference->referenced),
                  quoted_list(reference->referenced, reference->referenced_columns));
}

static const char *array_literal(Oid relation, List *columns) {
  bool has_expression = false;
  for (const char *column : each_text(columns)) has_expression |= is_expression(relation, column);
  if (!has_expression) return quote_literal_cstr(psprintf("{%s}", quoted_list(relation, columns)));
  StringInfoData list;
  initStringInfo(&list);
  for (const char *column : each_text(columns))
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_literal_cstr(column));
  return psprintf("ARRAY[%s]", list.data);
}

char *drop_reference_statement(const DeclaredReference *reference) {
  return psprintf(
      "SELECT confiture.drop_reference(%s, %s, %s, %s);", quote_literal_cstr(qualified_name(reference->relation)),
      array_literal(reference->relation, reference->columns), quote_literal_cstr(qualified_name(reference->referenced)),
      array_literal(reference->referenced, reference->referenced_columns));
}

// ---- comparing columns

// left: of the referenced column, right: of the referencing one; pseudo-types are those of polymorphic operators
struct Equality {
  Oid operation, left, right;
};

// What a foreign key to an index of the type's default operator class would compare by.
static bool find_equality(Oid referencing_type, Oid referenced_type, Equality *equality) {
  Oid referencing = getBaseType(referencing_type), referenced = getBaseType(referenced_type);
  const TypeCacheEntry *other = lookup_type_cache(referencing, TYPECACHE_BTREE_OPFAMILY);
  const TypeCacheEntry *type = lookup_type_cache(referenced, TYPECACHE_BTREE_OPFAMILY);
  if (!OidIsValid(type->btree_opf)) return false;
  equality->left = type->btree_opintype;
  if (IsPolymorphicType(equality->left) && referencing != referenced) return false;
  equality->right = OidIsValid(other->btree_opf) ? other->btree_opintype : referencing;
  equality->operation = get_opfamily_member(type->btree_opf, equality->left, equality->right, BTEqualStrategyNumber);
  if (OidIsValid(equality->operation)) return true;
  if (!can_coerce_type(1, &referencing, &equality->left, COERCION_IMPLICIT)) return false;
  equality->right = equality->left;
  equality->operation = get_opfamily_member(type->btree_opf, equality->left, equality->right, BTEqualStrategyNumber);
  return OidIsValid(equality->operation);
}

void check_comparable(Oid referencing_type, Oid referenced_type) {
  Equality equality;
  if (!find_equality(referencing_type, referenced_type, &equality))
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("a column of type %s cannot reference one of type %s", format_type_be(referencing_type),
                           format_type_be(referenced_type)),
                    errhint("Give both columns one type, or cast the one that references: '(\"column\"::%s)'.",
                            format_type_be(referenced_type))));
}

static const char *cast_to(Oid type) {
  return IsPolymorphicType(type) ? "" : psprintf("::%s", format_type_with_typemod(type, -1));
}

static const char *qualified_operator(Oid operation) {
  HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operation));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for operator %u", operation);
  const FormData_pg_operator *form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
  const char *text =
      psprintf("OPERATOR(%s.%s)", quote_identifier(get_namespace_name(form->oprnamespace)), NameStr(form->oprname));
  ReleaseSysCache(tuple);
  return text;
}

static const char *collate(Oid collation) {
  HeapTuple tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
  if (!HeapTupleIsValid(tuple)) return "";
  const FormData_pg_collation *form = reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple));
  const char *text = psprintf(" COLLATE %s.%s", quote_identifier(get_namespace_name(form->collnamespace)),
                              quote_identifier(NameStr(form->collname)));
  ReleaseSysCache(tuple);
  return text;
}

// ---- as keys

struct ComparedColumn {
  AttrNumber number;  // InvalidAttrNumber: an expression
  const char *sql, *index_sql;
  Oid type, collation;
};

static ComparedColumn compared_column(Oid relation, const char *name, const char *alias) {
  if (is_expression(relation, name)) {
    const DeclaredSql expression = read_expression(relation, name);
    return {InvalidAttrNumber, expression.sql, expression.index_sql, expression.type, expression.collation};
  }
  const char *quoted = quote_identifier(name);
  ComparedColumn column = {get_attnum(relation, name), psprintf("%s.%s", alias, quoted), quoted, InvalidOid,
                           InvalidOid};
  if (column.number <= 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("column %s of %s is gone", quote_identifier(name), qualified_name(relation))));
  int32 typmod;
  get_atttypetypmodcoll(relation, column.number, &column.type, &typmod, &column.collation);
  return column;
}

static bool takes_null(Oid relation, AttrNumber number) {
  if (number == InvalidAttrNumber) return false;
  HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relation), Int16GetDatum(number));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for attribute %d of relation %u", number, relation);
  const FormData_pg_attribute *form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
  bool takes = !form->attnotnull && form->attgenerated == '\0';
  ReleaseSysCache(tuple);
  return takes;
}

// The SQL of the key, as foreign_keys.cpp has it of a constraint.
static void describe(const DeclaredReference *reference, ForeignKey *key) {
  StringInfoData references, joins, nulls;
  for (StringInfo text : {&references, &joins, &nulls}) initStringInfo(text);
  IndexColumns *index = make<IndexColumns>();
  if (reference->condition != nullptr) {
    const DeclaredSql condition = read_condition(reference->relation, reference->condition);
    appendStringInfoString(&references, condition.sql);
    for (const char *column : each_text(condition.columns))
      index->besides = append(index->besides, quote_identifier(column));
    index->condition = condition.index_sql;
  }
  int i = 0;
  for (const char *name : each_text(reference->columns)) {
    const char *other = static_cast<const char *>(list_nth(reference->referenced_columns, i++));
    ComparedColumn left = compared_column(reference->referenced, other, "p");
    ComparedColumn right = compared_column(reference->relation, name, "f");
    Equality equality;
    if (!find_equality(right.type, left.type, &equality)) check_comparable(right.type, left.type);
    appendStringInfo(&references, "%s%s IS NOT NULL", references.len > 0 ? " AND " : "", right.sql);
    appendStringInfo(&joins, "%s%s%s%s %s %s%s", joins.len > 0 ? " AND " : "", left.sql, cast_to(equality.left),
                     left.collation != right.collation ? collate(left.collation) : "",
                     qualified_operator(equality.operation), right.sql, cast_to(equality.right));
    if (takes_null(reference->relation, right.number))
      appendStringInfo(&nulls, "%s%s = NULL", nulls.len > 0 ? ", " : "", quote_identifier(name));
    key->has_expression |= right.number == InvalidAttrNumber;
    index->wanted = append(index->wanted, right.index_sql);
    Oid greatest = Max(Max(left.type, right.type), equality.operation);
    key->runs_code |= greatest >= FirstNormalObjectId;
  }
  key->index = index;
  key->references = references.data;
  // A row of its own table must meet the condition, too, to follow another one.
  key->joins = psprintf("%s AND %s", references.data, joins.data);
  key->set_null = nulls.len > 0 ? nulls.data : nullptr;
  complete_key(key, "");
}

// Where a partition is loaded, the references of what it is a part of are looked at as a whole.
static const char keys_query[] = "WITH " SQL_DECLARED R"(,
  reached AS (
    SELECT u.oid
    FROM unnest($1) u(oid)
    UNION
    SELECT a.relid
    FROM unnest($1) u(oid)
    CROSS JOIN LATERAL pg_partition_ancestors(u.oid) a(relid))
  SELECT referencing, referenced, columns, referenced_columns::text[], condition, is_trusted, referencing_name,
    referenced_name, f.oid IS NULL, EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid IN (referencing, referenced) AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))
  FROM declared
  LEFT JOIN reached f ON f.oid = referencing
  LEFT JOIN reached p ON p.oid = referenced
  WHERE (f.oid IS NOT NULL OR p.oid IS NOT NULL) AND referencing_kind <> 'f' AND referenced_kind <> 'f'
  ORDER BY referencing_name, columns, referenced_name, referenced_columns)";

List *load_declared_keys(List *tree) {
  List *keys = NIL;
  for (Row row : spi_run(keys_query, {arg_oids(tree)})) {
    const DeclaredReference *reference = read_reference(&row);
    ForeignKey *key = make<ForeignKey>();
    key->name = key->bare_name = reference_text(reference);
    key->referencing = reference->relation;
    key->referenced = reference->referenced;
    key->referencing_name = row.next<const char *>();
    key->referenced_name = row.next<const char *>();
    key->is_inbound = row.next<bool>();
    key->runs_code = row.next<bool>();
    key->is_validated = key->is_declared = true;
    key->drop_statement = drop_reference_statement(reference);
    key->broken = error_of([&] { describe(reference, key); });
    keys = append(keys, key);
  }
  return keys;
}

}  // namespace confiture
