// The part of settling rules about widths: what a keyed mask makes of a value often fills its column, so that the
// narrowest column of a masking domain settles the width for all of them. Otherwise equal values would not join.
#include "pg/core_objects.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/settle.h"

namespace confiture {

// Columns with the same strategy and options, masking_domain among them.
struct MaskingDomain {
  char key[64];      // the hash key: a digest, since options have any size
  uint32 max_chars;  // 0: no column has a limit
  const RuledColumn *narrowest;
};

// The CHECKs of a table are read once, for all of its columns.
static const char checked_widths_query[] = R"(
  WITH masked AS MATERIALIZED (
    SELECT u.number, a.attrelid, a.attnum, a.atttypid
    FROM unnest($1, $2) WITH ORDINALITY AS u(relation, name, number)
    JOIN pg_attribute a ON a.attrelid = u.relation AND a.attname = u.name
  ), checked AS MATERIALIZED (
    SELECT oid, conrelid, conkey[1] AS attnum
    FROM pg_constraint
    WHERE contype = 'c' AND conrelid = ANY ($1) AND cardinality(conkey) = 1
  ), found AS (
    SELECT number, oid
    FROM masked
    JOIN checked ON conrelid = attrelid AND checked.attnum = masked.attnum
    UNION ALL
    SELECT number, c.oid
    FROM masked
    JOIN pg_constraint c ON c.contypid = atttypid AND c.contype = 'c'
  )
  SELECT number, m[2]::int4 - CASE m[1] WHEN '<' THEN 1 ELSE 0 END
  FROM found
  CROSS JOIN LATERAL regexp_matches(pg_get_constraintdef(oid), 'length\(.*?\) (<=?) (\d{1,9})\M', 'g') m)";

// A rule of a column, or one of several: the copy that is settled.
struct Masked {
  const RuledColumn *column;
  Rule *rule;
};

// Text under a strategy whose output a key and the value settle.
static bool has_width(const RuledColumn *column, const Rule *rule) {
  if (!is_mask(rule)) return false;
  const wall::StrategyRow *strategy = wall::strategy_find(rule->strategy);
  if (strategy == nullptr || !strategy->keyed || !strategy->deterministic) return false;
  return spec_of_column(column).kind == wall::ValueKind::text;
}

// Gives the column copies of its rules, and adds those that have a width to the list (Masked *).
static List *add_masks(List *masks, RuledColumn *column) {
  if (!is_mask(column->rule)) return masks;
  Rule *whole = make<Rule>(*column->rule);
  whole->cases = NIL;
  for (const Rule *one : each<Rule>(column->rule->cases)) whole->cases = append(whole->cases, make<Rule>(*one));
  column->rule = whole;
  for (Rule *rule : each<Rule>(whole->cases != NIL ? whole->cases : list_make1(whole)))
    if (has_width(column, rule)) masks = append(masks, make<Masked>({column, rule}));
  return masks;
}

// In characters, 0 for no limit; in the order of the masks (Masked *).
static uint32 *widths_of(List *masks) {
  uint32 *widths = make_array<uint32>(list_length(masks));
  List *relations = NIL, *names = NIL;
  int i = 0;
  for (const Masked *masked : each<Masked>(masks)) {
    widths[i++] = spec_of_column(masked->column).max_chars;
    relations = lappend_oid(relations, masked->column->key.relation);
    names = append(names, masked->column->key.column);
  }
  for (Row row : spi_run(checked_widths_query, {arg_oids(relations), arg_texts(names)})) {
    uint32 *width = &widths[row.next<int64>() - 1];
    int32 longest = row.next<int32>();
    uint32 checked = static_cast<uint32>(Max(longest, 0));
    if (checked != 0 && (*width == 0 || checked < *width)) *width = checked;
  }
  return widths;
}

// A column too narrow for its strategy is a separate problem, not the width of all.
static bool takes_mask(const Rule *rule, uint32 width, MaskingKey key) {
  wall::ColumnSpec spec = {};
  spec.strategy = rule->strategy;
  spec.options = rule->options;
  spec.max_chars = width;
  spec.literal = "";
  wall::Status status;
  return make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, key, &status) != nullptr;
}

static HTAB *make_domains() {
  HASHCTL control = {};
  control.keysize = sizeof(MaskingDomain::key);
  control.entrysize = sizeof(MaskingDomain);
  control.hcxt = CurrentMemoryContext;
  return hash_create("masking domains", 64, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

static MaskingDomain *domain_of(HTAB *domains, const Rule *rule) {
  const char *name = psprintf("%s %s", rule->strategy, rule->options);
  Datum digest = DirectFunctionCall1(md5_text, PointerGetDatum(cstring_to_text(name)));
  bool found;
  MaskingDomain *domain =
      static_cast<MaskingDomain *>(hash_search(domains, TextDatumGetCString(digest), HASH_ENTER, &found));
  if (!found) {
    domain->max_chars = 0;
    domain->narrowest = nullptr;
  }
  return domain;
}

void settle_widths(RuledColumns *columns) {
  List *masks = NIL;
  for (RuledColumn *column : each<RuledColumn>(columns->all)) masks = add_masks(masks, column);
  if (masks == NIL) return;
  const uint32 *widths = widths_of(masks);
  MaskingKey key = read_masking_key();
  HTAB *domains = make_domains();
  int i = 0;
  for (const Masked *masked : each<Masked>(masks)) {
    uint32 width = widths[i++];
    MaskingDomain *domain = domain_of(domains, masked->rule);
    bool is_narrower = width != 0 && (domain->max_chars == 0 || width < domain->max_chars);
    if (!is_narrower || !takes_mask(masked->rule, width, key)) continue;
    domain->max_chars = width;
    domain->narrowest = masked->column;
  }
  for (const Masked *masked : each<Masked>(masks)) {
    const MaskingDomain *domain = domain_of(domains, masked->rule);
    if (domain->narrowest == nullptr) continue;
    masked->rule->max_chars = domain->max_chars;
    masked->rule->narrowest = column_label(domain->narrowest);
  }
}

}  // namespace confiture
