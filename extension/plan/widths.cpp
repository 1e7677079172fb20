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

static const char checked_widths_query[] = R"(
  SELECT u.number, m[2]::int4 - CASE m[1] WHEN '<' THEN 1 ELSE 0 END
  FROM unnest($1, $2) WITH ORDINALITY AS u(relation, name, number)
  JOIN pg_attribute a ON a.attrelid = u.relation AND a.attname = u.name
  JOIN pg_constraint c ON c.contype = 'c'
    AND (c.conrelid = a.attrelid AND c.conkey = ARRAY[a.attnum] OR c.contypid = a.atttypid)
  CROSS JOIN LATERAL regexp_matches(pg_get_constraintdef(c.oid), 'length\(.*?\) (<=?) (\d{1,9})\M', 'g') m)";

// Text under a strategy whose output a key and the value settle.
static bool has_width(const RuledColumn *column) {
  if (!is_mask(column->rule)) return false;
  const wall::StrategyRow *strategy = wall::strategy_find(column->rule->strategy);
  if (strategy == nullptr || !strategy->keyed || !strategy->deterministic) return false;
  return spec_of_column(column).kind == wall::ValueKind::text;
}

// In characters, 0 for no limit; in the order of the columns (RuledColumn *).
static uint32 *widths_of(List *columns) {
  uint32 *widths = make_array<uint32>(list_length(columns));
  List *relations = NIL, *names = NIL;
  int i = 0;
  for (const RuledColumn *column : each<RuledColumn>(columns)) {
    widths[i++] = spec_of_column(column).max_chars;
    relations = lappend_oid(relations, column->key.relation);
    names = append(names, column->key.column);
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
static bool takes_mask(const RuledColumn *column, uint32 width, MaskingKey key) {
  wall::ColumnSpec spec = {};
  spec.strategy = column->rule->strategy;
  spec.options = column->rule->options;
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

static MaskingDomain *domain_of(HTAB *domains, const RuledColumn *column) {
  const char *name = psprintf("%s %s", column->rule->strategy, column->rule->options);
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
  List *chosen = NIL;
  for (RuledColumn *column : each<RuledColumn>(columns->all))
    if (has_width(column)) chosen = append(chosen, column);
  if (chosen == NIL) return;
  const uint32 *widths = widths_of(chosen);
  MaskingKey key = read_masking_key();
  HTAB *domains = make_domains();
  int i = 0;
  for (const RuledColumn *column : each<RuledColumn>(chosen)) {
    uint32 width = widths[i++];
    MaskingDomain *domain = domain_of(domains, column);
    bool is_narrower = width != 0 && (domain->max_chars == 0 || width < domain->max_chars);
    if (!is_narrower || !takes_mask(column, width, key)) continue;
    domain->max_chars = width;
    domain->narrowest = column;
  }
  for (RuledColumn *column : each<RuledColumn>(chosen)) {
    const MaskingDomain *domain = domain_of(domains, column);
    if (domain->narrowest == nullptr) continue;
    Rule *rule = make<Rule>(*column->rule);
    rule->max_chars = domain->max_chars;
    rule->narrowest = column_label(domain->narrowest);
    column->rule = rule;
  }
}

}  // namespace confiture
