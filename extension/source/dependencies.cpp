#include "source/dependencies.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

static const char references_query[] = R"(
  SELECT c.conrelid, fr.oid, fn.nspname, fr.relname, fa.attname,
    c.confrelid, pr.oid, pn.nspname, pr.relname, pa.attname
  FROM pg_catalog.pg_constraint c
  CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey)) AS u(fk, pk)
  JOIN pg_catalog.pg_class fr ON fr.oid = coalesce(pg_catalog.pg_partition_root(c.conrelid), c.conrelid)
  JOIN pg_catalog.pg_namespace fn ON fn.oid = fr.relnamespace
  JOIN pg_catalog.pg_attribute fa ON fa.attrelid = c.conrelid AND fa.attnum = u.fk
  JOIN pg_catalog.pg_class pr ON pr.oid = coalesce(pg_catalog.pg_partition_root(c.confrelid), c.confrelid)
  JOIN pg_catalog.pg_namespace pn ON pn.oid = pr.relnamespace
  JOIN pg_catalog.pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = u.pk
  WHERE c.contype = 'f' AND c.conparentid = 0)";

static Oid oid_at(const PGresult *result, int row, int field) {
  return static_cast<Oid>(strtoul(PQgetvalue(result, row, field), nullptr, 10));
}

// Five fields from `field` on.
static SourceColumnName name_at(const PGresult *result, int row, int field) {
  return {
      .relation = oid_at(result, row, field),
      .root = oid_at(result, row, field + 1),
      .schema = PQgetvalue(result, row, field + 2),
      .table = PQgetvalue(result, row, field + 3),
      .column = PQgetvalue(result, row, field + 4),
  };
}

List *read_source_references(Source *source) {
  PGresult *result = expect_shape(source, source_query(source, references_query), 10, -1);
  List *references = NIL;
  for (int row = 0; row < PQntuples(result); row++)
    references = append(references, make<SourceReference>({name_at(result, row, 0), name_at(result, row, 5)}));
  return references;
}

// Until 14 the generated column itself depends on what it is computed from, later its expression does.
//
// A view's rule lists the columns it reads, not which of them make which column. Its parse tree says of each output
// column whether it is a plain column of a table or view (resorigtbl, resorigcol), also by way of subqueries. Those
// have lists too; how many braces are open distinguishes the view's own entries (2: of the query and its entry) and,
// for a UNION, whose own only repeat the numbers of its arms, those of the arms (4). A backslash escapes a brace in a
// name. Of an expression in a query without subqueries it tells the columns too: the numbers of their relations count
// the entries of its range table. (Entries without a name are arguments of aggregates.) Nothing records the columns of
// a whole row (varattno 0): that is all of them.
//
// encode(…, 'escape') writes the zero bytes between a trigger's arguments as \000.
static const char derivations_query[] = R"(
  WITH RECURSIVE reached(relation) AS (
    SELECT pg_catalog.unnest($1::pg_catalog.oid[])
    UNION
    SELECT d.refobjid
    FROM reached
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = reached.relation AND r.ev_type = '1'
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class),
  generated AS (
    SELECT a.attrelid, a.attnum, e.oid AS expression
    FROM reached
    JOIN pg_catalog.pg_attribute a ON a.attrelid = reached.relation AND a.attnum > 0 AND a.attgenerated <> ''
    JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum),
  view_rule AS (
    SELECT r.oid, r.ev_class, r.ev_action::pg_catalog.text AS tree,
      r.ev_action::pg_catalog.text ~ ':setOperations \{((?!:setOperations ).)*$' AS is_union
    FROM reached
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = reached.relation AND r.ev_type = '1'
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')),
  token AS (
    SELECT v.oid, v.ev_class, v.is_union, u.m,
      pg_catalog.sum(CASE u.m[1] WHEN '{' THEN 1 WHEN '}' THEN -1 ELSE 0 END) OVER (PARTITION BY v.oid ORDER BY u.place)
        AS depth
    FROM view_rule v
    CROSS JOIN LATERAL pg_catalog.regexp_matches(v.tree,
      '\\.|([{}])|:resno (\d+) :resname (?!<>)(?:\\.|[^ ])+ :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+)',
      'g') WITH ORDINALITY AS u(m, place)),
  entry AS (
    SELECT oid, ev_class, m[2]::pg_catalog.int2 AS number, m[3]::pg_catalog.oid AS base,
      m[4]::pg_catalog.int2 AS base_number
    FROM token
    WHERE m[2] IS NOT NULL AND depth = CASE WHEN is_union THEN 4 ELSE 2 END),
  expression AS (
    SELECT v.oid, v.ev_class, a.attnum AS number
    FROM view_rule v
    JOIN pg_catalog.pg_attribute a ON a.attrelid = v.ev_class AND a.attnum > 0 AND NOT a.attisdropped
    WHERE NOT EXISTS (SELECT FROM entry e WHERE e.oid = v.oid AND e.number = a.attnum)
      OR EXISTS (SELECT FROM entry e WHERE e.oid = v.oid AND e.number = a.attnum AND e.base = 0)),
  simple_rule AS (
    SELECT *
    FROM view_rule
    WHERE pg_catalog.cardinality(pg_catalog.string_to_array(tree, '{QUERY ')) = 2),
  range_entry AS (
    SELECT s.oid, u.number, m[2]::pg_catalog.oid AS base
    FROM simple_rule s
    CROSS JOIN LATERAL pg_catalog.regexp_matches(s.tree, ':rtekind (\d+)(?: :relid (\d+))?', 'g')
      WITH ORDINALITY AS u(m, number)),
  used AS (
    SELECT s.oid, s.ev_class, m[2]::pg_catalog.int2 AS number, r.base, u.v[2]::pg_catalog.int2 AS base_number,
      u.v IS NULL OR r.base IS NOT NULL AND u.v[2] <> '0' AS is_known
    FROM simple_rule s
    CROSS JOIN LATERAL pg_catalog.regexp_matches(s.tree, '\{TARGETENTRY :expr (.*?) :resno (\d+) :resname (?!<>)', 'g') m
    LEFT JOIN LATERAL pg_catalog.regexp_matches(m[1], '\{VAR :varno (\d+) :varattno (-?\d+) ', 'g') AS u(v) ON true
    LEFT JOIN range_entry r ON r.oid = s.oid AND r.number = u.v[1]::pg_catalog.int8),
  simple_expression AS (
    SELECT oid, number
    FROM used
    GROUP BY oid, number
    HAVING pg_catalog.bool_and(is_known)),
  derivation(relation, number, base, base_number, is_copy) AS (
    SELECT g.attrelid, g.attnum, d.refobjid, d.refobjsubid, false
    FROM generated g
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = g.expression
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = g.attrelid
      AND d.refobjsubid NOT IN (0, g.attnum)
    UNION
    SELECT g.attrelid, g.attnum, d.refobjid, d.refobjsubid, false
    FROM generated g
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = g.attrelid
      AND d.objsubid = g.attnum AND d.refclassid = d.classid AND d.refobjid = g.attrelid
      AND d.refobjsubid NOT IN (0, g.attnum)
    UNION
    SELECT e.ev_class, e.number, e.base, e.base_number, true
    FROM entry e
    WHERE e.base <> 0 AND NOT EXISTS (SELECT FROM expression x WHERE x.oid = e.oid AND x.number = e.number)
    UNION
    SELECT x.ev_class, x.number, d.refobjid, d.refobjsubid, false
    FROM expression x
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = x.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> x.ev_class AND d.refobjsubid > 0
    WHERE NOT EXISTS (SELECT FROM simple_expression s WHERE s.oid = x.oid AND s.number = x.number)
    UNION
    SELECT x.ev_class, x.number, d.refobjid, a.attnum, false
    FROM expression x
    JOIN view_rule v ON v.oid = x.oid AND v.tree ~ ':varattno 0 '
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = x.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> x.ev_class
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE NOT EXISTS (SELECT FROM simple_expression s WHERE s.oid = x.oid AND s.number = x.number)
    UNION
    SELECT u.ev_class, u.number, u.base, u.base_number, false
    FROM used u
    JOIN simple_expression s ON s.oid = u.oid AND s.number = u.number
    JOIN expression x ON x.oid = u.oid AND x.number = u.number
    WHERE u.base_number > 0
    UNION
    SELECT t.tgrelid, a.attnum, t.tgrelid, b.attnum, false
    FROM reached
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = reached.relation
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      AND p.proname IN ('tsvector_update_trigger', 'tsvector_update_trigger_column')
    CROSS JOIN LATERAL (
      SELECT pg_catalog.array_agg(
        pg_catalog.convert_from(pg_catalog.decode(u.word, 'escape'), pg_catalog.getdatabaseencoding()) ORDER BY u.n)
      FROM pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.encode(t.tgargs, 'escape'), '\000'))
        WITH ORDINALITY u(word, n)) w(words)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attname = w.words[1]
    JOIN pg_catalog.pg_attribute b ON b.attrelid = t.tgrelid AND b.attname = ANY (w.words[3:]))
  SELECT v.relation, a.attname, v.base, r.oid, n.nspname, r.relname, b.attname,
    pg_catalog.format_type(b.atttypid, NULL), v.is_copy
  FROM derivation v
  JOIN pg_catalog.pg_attribute a ON a.attrelid = v.relation AND a.attnum = v.number
  JOIN pg_catalog.pg_attribute b ON b.attrelid = v.base AND b.attnum = v.base_number
  JOIN pg_catalog.pg_class r ON r.oid = coalesce(pg_catalog.pg_partition_root(v.base), v.base)
  JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
  ORDER BY v.relation, v.number, v.base, v.base_number)";

List *read_derivations(Source *source, List *relations) {
  const char *parameter = oid_array(relations);
  PGresult *result = expect_shape(source, source_query(source, derivations_query, 1, &parameter), 9, -1);
  List *derivations = NIL;
  for (int row = 0; row < PQntuples(result); row++)
    derivations = append(derivations, make<SourceDerivation>({
                                          .relation = oid_at(result, row, 0),
                                          .column = PQgetvalue(result, row, 1),
                                          .base = name_at(result, row, 2),
                                          .base_type = PQgetvalue(result, row, 7),
                                          .is_copy = PQgetvalue(result, row, 8)[0] == 't',
                                      }));
  return derivations;
}

}  // namespace confiture
