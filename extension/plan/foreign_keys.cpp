#include "plan/foreign_keys.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/engine.h"
#include "source/error.h"

namespace confiture {

// The join repeats what the server's own triggers compare: the constraint's operators on its columns, cast to the
// operators' types (pseudo-types of polymorphic operators aside; modifier -1, or `character` would mean character(1)),
// by the referenced column's collation where the two differ. MATCH FULL lets no key be NULL in part. A partition's keys
// are looked at as those of the whole table they were declared on. A PERIOD must be covered by all that overlap it.
//
// To reference nothing one NULL is enough, but MATCH FULL wants all; ON DELETE SET NULL may say which.
static const char key_query[] = R"(
  WITH RECURSIVE up(oid, conrelid, confrelid, root) AS (
    SELECT oid, conrelid, confrelid, oid
    FROM pg_constraint
    WHERE contype = 'f' AND (conrelid = ANY ($1) OR confrelid = ANY ($1))
    UNION ALL
    SELECT up.oid, up.conrelid, up.confrelid, c.conparentid
    FROM up
    JOIN pg_constraint c ON c.oid = up.root AND c.conparentid <> 0),
  family AS (
    SELECT root, bool_or(conrelid = ANY ($1)) AS is_outbound,
      bool_or(confrelid = ANY ($1) AND conrelid <> ALL ($1)) AS is_referenced
    FROM up
    GROUP BY root)
  SELECT c.oid, c.conname, c.conrelid, c.confrelid,
    format('%I.%I', fn.nspname, f.relname), format('%I.%I', pn.nspname, p.relname),
    NOT k.is_outbound, k.is_referenced, c.convalidated, )" SQL_IS_TEMPORAL("c") R"(,
    EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.conindid AND i.indisprimary),
    bool_or(greatest(o.oid, fa.atttypid, pa.atttypid) >= 16384) OR EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid IN (c.conrelid, c.confrelid) AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)),
    string_agg(format('f.%I IS NOT NULL', fa.attname), CASE c.confmatchtype WHEN 'f' THEN ' OR ' ELSE ' AND ' END),
    string_agg(
      format('p.%I%s%s OPERATOR(%I.%s) f.%I%s',
        pa.attname,
        CASE WHEN lt.typtype <> 'p' THEN '::' || format_type(lt.oid, -1) ELSE '' END,
        CASE WHEN pa.attcollation <> fa.attcollation
          THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END,
        opn.nspname, o.oprname, fa.attname,
        CASE WHEN rt.typtype <> 'p' THEN '::' || format_type(rt.oid, -1) ELSE '' END),
      ' AND '),
    coalesce((array_agg(format(' HAVING f.%I <@ range_agg(p.%I)', fa.attname, pa.attname))
      FILTER (WHERE )" SQL_IS_TEMPORAL("c") R"( AND u.number = cardinality(c.conkey)))[1], ''),
    CASE WHEN c.confmatchtype <> 'f' OR NOT bool_or(fa.attnotnull OR fa.attgenerated <> '') THEN
      string_agg(format('%I = NULL', fa.attname), ', ')
      FILTER (WHERE NOT fa.attnotnull AND fa.attgenerated = ''
        AND (c.confmatchtype = 'f' OR u.fk = ANY (coalesce(c.confdelsetcols, c.conkey)))) END
  FROM family k
  JOIN pg_constraint c ON c.oid = k.root
  JOIN pg_class f ON f.oid = c.conrelid
  JOIN pg_namespace fn ON fn.oid = f.relnamespace
  JOIN pg_class p ON p.oid = c.confrelid
  JOIN pg_namespace pn ON pn.oid = p.relnamespace
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey, c.conpfeqop) WITH ORDINALITY AS u(fk, pk, op, number)
  JOIN pg_attribute fa ON fa.attrelid = c.conrelid AND fa.attnum = u.fk
  JOIN pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = u.pk
  JOIN pg_operator o ON o.oid = u.op
  JOIN pg_namespace opn ON opn.oid = o.oprnamespace
  JOIN pg_type lt ON lt.oid = o.oprleft
  JOIN pg_type rt ON rt.oid = o.oprright
  LEFT JOIN pg_collation l ON l.oid = pa.attcollation
  LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
  WHERE c.conparentid = 0)" SQL_AND_ENFORCED("c") R"(
  GROUP BY c.oid, c.conname, c.conrelid, c.confrelid, fn.nspname, f.relname, pn.nspname, p.relname, c.convalidated,
    c.conindid, c.confmatchtype, c.confdelsetcols, k.is_outbound, k.is_referenced)" SQL_GROUP_BY_TEMPORAL("c") R"(
  ORDER BY c.conname, c.oid)";

// The rows that a key is about: the rows of a hypertable are in tables that inherit from it.
static char *table_source(Oid relation, const char *name, const char *alias) {
  bool has_parts = has_subclass(relation) && find_engine(relation) != nullptr;
  return psprintf("%s%s %s", has_parts ? "" : only_itself(get_rel_relkind(relation)), name, alias);
}

static char *referencing_source(const ForeignKey *key) {
  return table_source(key->referencing, key->referencing_name, "f");
}

static char *referenced_source(const ForeignKey *key) {
  return table_source(key->referenced, key->referenced_name, "p");
}

void complete_key(ForeignKey *key, const char *covers) {
  key->violates = psprintf("(%s) AND NOT EXISTS (SELECT FROM %s WHERE %s%s)", key->references, referenced_source(key),
                           key->joins, covers);
}

char *key_label(const ForeignKey *key) {
  return psprintf("%s %s", key->is_declared ? "declared reference" : "foreign key", key->name);
}

static ForeignKey *read_key(Row row) {
  ForeignKey *key = make<ForeignKey>();
  key->oid = row.next<Oid>();
  key->bare_name = row.next<const char *>();
  key->name = quote_identifier(key->bare_name);
  key->referencing = row.next<Oid>();
  key->referenced = row.next<Oid>();
  key->referencing_name = row.next<const char *>();
  key->referenced_name = row.next<const char *>();
  key->is_inbound = row.next<bool>();
  key->is_referenced = row.next<bool>();
  key->is_validated = row.next<bool>();
  key->is_temporal = row.next<bool>();
  key->references_key = row.next<bool>();
  key->runs_code = row.next<bool>();
  key->references = row.next<const char *>();
  key->joins = row.next<const char *>();
  complete_key(key, row.next<const char *>());
  key->set_null = row.next<const char *>();
  return key;
}

List *load_foreign_keys(List *tree) {
  List *keys = NIL;
  for (Row row : spi_run(key_query, {arg_oids(tree)})) {
    ForeignKey *key = read_key(row);
    if (!is_engine_part(key->referencing)) keys = append(keys, key);
  }
  return keys;
}

static int64 count_rows(const ForeignKey *key, const char *sql) {
  return run_withholding_values(key->referencing_name, sql, true).first().next<int64>();
}

// Citus takes no SELECT without columns from a table of its own; and a transaction that has read a table over several
// connections to a node may not change one that it references.
bool has_references(const ForeignKey *key) {
  bool found = false;
  int level = NewGUCNestLevel();
  reach_shards_in_turn();
  try_as_owner_of(key->referencing, [&] {
    found = count_rows(key, psprintf("SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT 1) r",
                                     referencing_source(key), key->references)) > 0;
  });
  AtEOXact_GUC(true, level);
  return found;
}

// The role that joins both tables: the planner folds constants of their indexes' expressions, and the join calls the
// casts and operators of their columns' types. An owner who is not the caller goes first: as the caller, the other
// owner's code would have the caller's rights. InvalidOid: there is none.
static Oid joining_role(const ForeignKey *key) {
  Oid caller = GetUserId(), referencing = owner_of(key->referencing), referenced = owner_of(key->referenced);
  if (referencing != caller && may_read(key->referenced, referencing)) return referencing;
  if (referenced != caller && may_read(key->referencing, referenced)) return referenced;
  bool owns_both = referencing == caller && referenced == caller;
  return owns_both || !key->runs_code ? caller : InvalidOid;
}

bool can_be_joined(const ForeignKey *key) {
  return may_read(key->referencing) && may_read(key->referenced) && OidIsValid(joining_role(key));
}

char *remove_violations(const ForeignKey *key) {
  const char *referencing = referencing_source(key);
  if (key->referencing != key->referenced || key->is_temporal)
    return psprintf("DELETE FROM %s WHERE %s", referencing, key->violates);
  // A chain of rows each of which references the one before would take a statement for each of its links.
  return psprintf(R"(
    WITH RECURSIVE gone AS (
      SELECT f.tableoid, f.ctid
      FROM %s
      WHERE %s
      UNION
      SELECT f.tableoid, f.ctid
      FROM gone
      JOIN %s ON p.tableoid = gone.tableoid AND p.ctid = gone.ctid
      JOIN %s ON %s)
    DELETE FROM %s
    USING gone
    WHERE f.tableoid = gone.tableoid AND f.ctid = gone.ctid)",
                  referencing, key->violates, referenced_source(key), referencing, key->joins, referencing);
}

char *null_violations(const ForeignKey *key) {
  if (key->set_null == nullptr) return nullptr;
  return psprintf("UPDATE %s SET %s WHERE %s", referencing_source(key), key->set_null, key->violates);
}

// Writers of a partition lock it alone.
void block_writers(Oid relation, LOCKMODE lock) {
  LockRelationOid(relation, lock);
  (void)partition_tree(relation, lock);
}

// A writer between our count and our commit would not see our rows, nor we its rows.
int64 count_violations(const ForeignKey *key, LOCKMODE lock) {
  block_writers(Min(key->referencing, key->referenced), lock);
  block_writers(Max(key->referencing, key->referenced), lock);
  Oid role = joining_role(key);
  if (!OidIsValid(role))
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("%s of %s cannot be verified", key_label(key), key->referencing_name),
             errdetail("Comparing its columns may run code of the owners of both tables, and neither may read both."),
             errhint("GRANT SELECT ON %s to the owner of %s.", key->referenced_name, key->referencing_name)));
  int64 count = 0;
  as_role(role, [&] {
    count = count_rows(key, psprintf("SELECT count(*) FROM %s WHERE %s", referencing_source(key), key->violates));
  });
  return count;
}

void verify_foreign_keys(List *keys) {
  StringInfoData violations;
  initStringInfo(&violations);
  int n = 0, n_declared = 0;
  for (const ForeignKey *key : each<ForeignKey>(keys)) {
    int64 count = count_violations(key, ShareLock);
    if (count == 0) continue;
    n++;
    n_declared += key->is_declared;
    appendStringInfo(&violations, "%s%s %s of %s: " INT64_FORMAT " rows reference what is not in %s.",
                     violations.len > 0 ? "\n" : "", key->is_declared ? "Declared reference" : "Foreign key", key->name,
                     key->referencing_name, count, key->referenced_name);
  }
  if (n == 0) return;
  const char *hint =
      "Load the referenced table first; masked keys join when both sides have the same strategy, options and "
      "masking_domain; a filter must not cut rows that others reference.";
  if (n_declared > 0)
    hint = psprintf(
        "%s Where the source's own rows violate a declared reference, CALL confiture.sync(..., "
        "on_fk_violation => 'report') loads them, and 'delete' or 'null' corrects them.",
        hint);
  ereport(ERROR,
          (errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
           n_declared == 0
               ? errmsg_plural("the load would violate %d foreign key", "the load would violate %d foreign keys", n, n)
               : errmsg_plural("the load would violate %d reference", "the load would violate %d references", n, n),
           errdetail_internal("%s", violations.data), errhint("%s", hint)));
}

}  // namespace confiture
