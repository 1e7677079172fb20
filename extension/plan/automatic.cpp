// The part of settling rules about the policy auto: a column that looks personal and has no rule gets the one that the
// guard would suggest. It does so before rules travel along foreign keys, so that keys and masking domains stay whole.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "plan/settle.h"

namespace confiture {

static wall::GuardColumn guarded(const SourceColumn *column) {
  bool is_enum = column->labels != nullptr && column->base_kind != TYPTYPE_COMPOSITE;
  return {column->name, column->type_plain, column->type, column->shape, is_enum};
}

wall::GuardTable guard_of(const SourceTable *table) {
  wall::GuardTable guard = {.relation_name = table->name, .notes = {}};
  for (int i = 0; i < table->n_columns; i++) {
    wall::GuardColumn column = guarded(&table->columns[i]);
    wall::guard_note(&guard, &column);
  }
  return guard;
}

bool looks_personal(const wall::GuardTable *guard, const SourceColumn *column, wall::GuardHit *hit) {
  wall::GuardColumn judged = guarded(column);
  return wall::guard_match(guard, &judged, hit);
}

void add_automatic_rules(RuledColumns *columns, TableRules *table) {
  if (table->policy != GuardPolicy::automatic) return;
  wall::GuardTable guard = guard_of(table->source);
  Bitmapset *unique = uniquely_indexed_columns(table->relation);
  for (int i = 0; i < table->source->n_columns; i++) {
    const SourceColumn *source = &table->source->columns[i];
    AttrNumber number = get_attnum(table->relation, source->target_name);
    if (number <= 0 || get_attgenerated(table->relation, number) != '\0') continue;
    RuledColumn *column = ruled_column(columns, table->relation, source->target_name);
    wall::GuardHit hit = {};
    if (column->rule != nullptr || !looks_personal(&guard, source, &hit)) continue;
    const wall::StrategyRow *suggested = wall::strategy_find(hit.suggested_strategy);
    bool may_collide = bms_is_member(number, unique) && !suggested->keeps_unique;
    Rule *rule = make<Rule>({
        .column = source->target_name,
        .strategy = may_collide ? suggested->when_unique : suggested->name,
        .options = may_collide ? suggested->when_unique_options : hit.suggested_options,
        .renamed_to = nullptr,
        .relation = nullptr,
        .personal = pstrdup(hit.reason),
    });
    column->rule = rule;
    table->rules = append(table->rules, rule);
  }
}

}  // namespace confiture
