// The part of settling rules about columns that the source computes from others: generated columns, views, tsvectors.
// A raw value that is masked in one column would reach the target through the other.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "plan/settle.h"

namespace confiture {

// What a computed column would give away.
struct Secret {
  const SourceDerivation *derivation;  // the column at the bottom
  const Rule *rule;                    // nullptr: it looks personal
  const char *reason;                  // why it does
  bool is_copy;                        // all the way down
};

// A column of the source and what it is computed from.
struct ComputedColumn {
  struct {
    Oid relation;
    char column[NAMEDATALEN];
  } key;
  List *derivations;  // SourceDerivation *
  bool is_judged;
  bool has_secret;  // once it is judged
  bool is_kept;     // computed from kept columns alone
  Secret secret;
};

static ComputedColumn *computed_column(HTAB *computed, Oid relation, const char *column, HASHACTION action) {
  ComputedColumn wanted = {};
  wanted.key.relation = relation;
  strlcpy(wanted.key.column, column, sizeof wanted.key.column);
  bool found;
  ComputedColumn *entry = static_cast<ComputedColumn *>(hash_search(computed, &wanted.key, action, &found));
  if (action == HASH_ENTER && !found) *entry = wanted;
  return entry;
}

static HTAB *index_by_column(List *derivations) {
  HASHCTL control = {};
  control.keysize = sizeof(ComputedColumn::key);
  control.entrysize = sizeof(ComputedColumn);
  control.hcxt = CurrentMemoryContext;
  HTAB *computed = hash_create("computed columns", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
  for (const SourceDerivation *derivation : each<SourceDerivation>(derivations)) {
    ComputedColumn *column = computed_column(computed, derivation->relation, derivation->column, HASH_ENTER);
    column->derivations = append(column->derivations, derivation);
  }
  return computed;
}

static bool base_looks_personal(const SourceDerivation *derivation, GuardPolicy policy, Secret *secret) {
  if (policy == GuardPolicy::off) return false;
  wall::GuardTable table = {.relation_name = derivation->base.table, .notes = {}};
  wall::GuardColumn column = {
      .name = derivation->base.column,
      .type_name = derivation->base_type,
      .declared_type = derivation->base_type,
      .type_shape = "",
      .is_enum = false,
  };
  wall::GuardHit hit = {};
  if (!wall::guard_match(&table, &column, &hit)) return false;
  *secret = {.derivation = derivation, .rule = nullptr, .reason = hit.reason, .is_copy = derivation->is_copy};
  return true;
}

static bool has_secret(HTAB *computed, RuledColumns *columns, GuardPolicy policy, ComputedColumn *column);

// A keep ends the way down: what is computed from such columns may be copied as well, whatever it is called.
static bool gives_away(HTAB *computed, RuledColumns *columns, GuardPolicy policy, const SourceDerivation *derivation,
                       ComputedColumn *column) {
  Secret *secret = &column->secret;
  const RuledColumn *base = ruled_source_column(columns, &derivation->base);
  const Rule *rule = base != nullptr ? base->rule : nullptr;
  if (is_keep(rule)) return false;
  if (rule != nullptr) {
    *secret = {.derivation = derivation, .rule = rule, .reason = nullptr, .is_copy = derivation->is_copy};
    return true;
  }
  ComputedColumn *next = computed_column(computed, derivation->base.relation, derivation->base.column, HASH_FIND);
  if (next != nullptr && has_secret(computed, columns, policy, next)) {
    *secret = next->secret;
    secret->is_copy &= derivation->is_copy;
    return true;
  }
  if (next != nullptr && next->is_kept) return false;
  column->is_kept = false;
  return base_looks_personal(derivation, policy, secret);
}

// Depth first, and each column once.
static bool has_secret(HTAB *computed, RuledColumns *columns, GuardPolicy policy, ComputedColumn *column) {
  check_stack_depth();
  if (column->is_judged) return column->has_secret;
  column->is_judged = column->is_kept = true;
  for (const SourceDerivation *derivation : each<SourceDerivation>(column->derivations))
    if (gives_away(computed, columns, policy, derivation, column)) {
      column->has_secret = true;
      break;
    }
  return column->has_secret;
}

// nullptr: what the table's plan proposes.
static const char *fix_for(const TableRules *table, const SourceColumn *column, const Secret *secret) {
  const char *relation = qualified_name(table->relation);
  const char *keep = rule_statement(relation, "keep", column->target_name);
  if (secret->is_copy && secret->rule != nullptr && secret->rule->cases == NIL) {
    RuledColumn copy = {};
    copy.key.relation = table->relation;
    strlcpy(copy.key.column, column->target_name, sizeof copy.key.column);
    return either(set_rule_statement(&copy, secret->rule), keep);
  }
  Oid type = get_atttype(table->relation, get_attnum(table->relation, column->target_name));
  if (kind_of_type(type) == wall::ValueKind::text) return nullptr;
  return either(rule_statement(relation, "set_rule", column->target_name, "drop"), keep);
}

static void ask(TableRules *table, const SourceColumn *column, const Secret *secret) {
  const SourceColumnName *base = &secret->derivation->base;
  const char *name =
      psprintf("%s.%s", quote_qualified_identifier(base->schema, base->table), quote_identifier(base->column));
  const char *why = secret->rule != nullptr ? psprintf("has a rule (%s)", secret->rule->strategy)
                                            : psprintf("looks like personal data (%s)", secret->reason);
  const char *text = psprintf("is computed on the source from %s, which %s, and has no rule", name, why);
  table->computed =
      append(table->computed, make<PlanProblem>({column->target_name, text, fix_for(table, column, secret)}));
}

// The source plans that question for longer than it answers all the others, and most tables have nothing to say.
static List *computing_oids(List *tables) {
  List *oids = NIL;
  for (const TableRules *table : each<TableRules>(tables))
    if (table->source->may_compute) oids = lappend_oid(oids, table->source->oid);
  return oids;
}

void ask_about_computed_columns(Source *source, RuledColumns *columns, List *tables) {
  List *computing = computing_oids(tables);
  if (computing == NIL) return;
  HTAB *computed = index_by_column(read_derivations(source, computing));
  for (TableRules *table : each<TableRules>(tables))
    for (int i = 0; i < table->source->n_columns; i++) {
      const SourceColumn *column = &table->source->columns[i];
      ComputedColumn *entry = computed_column(computed, table->source->oid, column->name, HASH_FIND);
      bool is_copied = entry != nullptr && get_attnum(table->relation, column->target_name) > 0 &&
                       ruled_column(columns, table->relation, column->target_name)->rule == nullptr;
      if (is_copied && has_secret(computed, columns, table->policy, entry)) ask(table, column, &entry->secret);
    }
}

}  // namespace confiture
