#include "source/keys.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

// A key of a partition may be its own, and not that of the whole table. Columns are compared by the operators that the
// key compares by, cast as they want it; those of polymorphic ones are pseudo-types. That of a PERIOD is &&: by it, a
// row references all those that it overlaps.
static const char keys_query[] = R"(
  WITH RECURSIVE part(root, oid) AS (
    SELECT o.oid, o.oid
    FROM unnest($1::oid[]) AS o(oid)
    UNION ALL
    SELECT part.root, i.inhrelid
    FROM part
    JOIN pg_class p ON p.oid = part.oid AND p.relkind = 'p'
    JOIN pg_inherits i ON i.inhparent = p.oid),
  leaf(top, oid) AS (
    SELECT part.oid, part.oid
    FROM part
    WHERE part.oid <> part.root
    UNION ALL
    SELECT leaf.top, i.inhrelid
    FROM leaf
    JOIN pg_inherits i ON i.inhparent = leaf.oid)
  SELECT quote_ident(c.conname), f.root, p.root, format('%%I.%%I', fn.nspname, fc.relname),
    format('%%I.%%I', pn.nspname, pc.relname), fc.relkind, pc.relkind,
    string_agg(
      format('p.%%I%%s OPERATOR(%%I.%%s) f.%%I%%s',
        pa.attname,
        CASE WHEN lt.typtype <> 'p' THEN '::' || format_type(lt.oid, -1) ELSE '' END || CASE
          WHEN pa.attcollation <> fa.attcollation
          THEN (SELECT format(' COLLATE %%I.%%I', n.nspname, l.collname)
                FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
                WHERE l.oid = pa.attcollation)
          ELSE '' END,
        n.nspname,
        o.oprname,
        fa.attname,
        CASE WHEN rt.typtype <> 'p' THEN '::' || format_type(rt.oid, -1) ELSE '' END),
      ' AND ' ORDER BY u.number),
    (SELECT array_agg(leaf.oid) FROM leaf WHERE leaf.top = c.conrelid),
    (SELECT array_agg(leaf.oid) FROM leaf WHERE leaf.top = c.confrelid),
    EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
        AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey),
    bool_or(%s)
  FROM pg_constraint c
  JOIN part f ON f.oid = c.conrelid
  JOIN part p ON p.oid = c.confrelid
  JOIN pg_class fc ON fc.oid = c.conrelid
  JOIN pg_namespace fn ON fn.oid = fc.relnamespace
  JOIN pg_class pc ON pc.oid = c.confrelid
  JOIN pg_namespace pn ON pn.oid = pc.relnamespace
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey, c.conpfeqop) WITH ORDINALITY AS u(fk, pk, op, number)
  JOIN pg_attribute fa ON fa.attrelid = c.conrelid AND fa.attnum = u.fk
  JOIN pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = u.pk
  JOIN pg_operator o ON o.oid = u.op
  JOIN pg_namespace n ON n.oid = o.oprnamespace
  JOIN pg_type lt ON lt.oid = o.oprleft
  JOIN pg_type rt ON rt.oid = o.oprright
  WHERE c.contype = 'f' AND c.conparentid = 0 AND %s
  GROUP BY c.oid, c.conname, c.conrelid, c.confrelid, c.conkey, f.root, p.root, fn.nspname, fc.relname, fc.relkind,
    pn.nspname, pc.relname, pc.relkind
  ORDER BY fn.nspname, fc.relname, c.conname)";

static List *oids_at(const PGresult *result, int row, int field) {
  List *oids = NIL;
  for (const char *c = PQgetvalue(result, row, field); *c != '\0';) {
    char *end;
    Oid oid = static_cast<Oid>(strtoul(++c, &end, 10));  // behind a brace or a comma
    if (end == c) break;
    oids = lappend_oid(oids, oid);
    c = end;
  }
  return oids;
}

List *read_source_keys(Source *source, List *tables) {
  const char *parameter = oid_array(tables);
  bool is_new = source->version >= 180000;
  const char *sql = psprintf(keys_query, is_new ? "c.conperiod" : "false", is_new ? "c.conenforced" : "true");
  PGresult *result = expect_shape(source, source_query(source, sql, 1, &parameter), 12, -1);
  List *keys = NIL;
  for (int row = 0; row < PQntuples(result); row++)
    keys = append(keys, make<SourceKey>({
                            .name = PQgetvalue(result, row, 0),
                            .referencing = static_cast<Oid>(strtoul(PQgetvalue(result, row, 1), nullptr, 10)),
                            .referenced = static_cast<Oid>(strtoul(PQgetvalue(result, row, 2), nullptr, 10)),
                            .referencing_name = PQgetvalue(result, row, 3),
                            .referenced_name = PQgetvalue(result, row, 4),
                            .referencing_kind = PQgetvalue(result, row, 5)[0],
                            .referenced_kind = PQgetvalue(result, row, 6)[0],
                            .joins = PQgetvalue(result, row, 7),
                            .referencing_leaves = oids_at(result, row, 8),
                            .referenced_leaves = oids_at(result, row, 9),
                            .has_index = PQgetvalue(result, row, 10)[0] == 't',
                            .is_temporal = PQgetvalue(result, row, 11)[0] == 't',
                        }));
  return keys;
}

// A definition has parentheses around what is neither a column nor a call of a function.
static const char index_query[] = R"(
  SELECT EXISTS (
    SELECT
    FROM pg_index i
    CROSS JOIN generate_series(1, least(i.indnkeyatts, cardinality($2::text[] || $3::text[]))) AS n(n)
    CROSS JOIN LATERAL (
      SELECT array_agg(CASE WHEN d.text LIKE '(%' THEN substr(d.text, 2, length(d.text) - 2) ELSE d.text END) AS keys
      FROM generate_series(1, n.n) AS k(k)
      CROSS JOIN LATERAL pg_get_indexdef(i.indexrelid, k.k, false) AS d(text)) d
    WHERE i.indrelid = $1::oid AND i.indisvalid AND d.keys @> $2 AND d.keys <@ ($2 || $3)
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = $4)))";

bool source_has_index(Source *source, Oid relation, const IndexColumns *columns) {
  const char *parameters[] = {psprintf("%u", relation), text_array(columns->wanted), text_array(columns->besides),
                              columns->condition};
  PGresult *result = expect_shape(source, source_query(source, index_query, 4, parameters), 1, 1);
  return PQgetvalue(result, 0, 0)[0] == 't';
}

}  // namespace confiture
