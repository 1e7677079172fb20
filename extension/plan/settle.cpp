#include "plan/settle.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"

namespace confiture {

struct TargetOf {
  Oid source;  // the hash key
  const TableRules *table;
};

static HTAB *make_hash(const char *name, Size key_size, Size entry_size) {
  HASHCTL control = {};
  control.keysize = key_size;
  control.entrysize = entry_size;
  control.hcxt = CurrentMemoryContext;
  return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static RuledColumns *make_columns() {
  return make<RuledColumns>({
      .columns = make_hash("columns with rules", sizeof(ColumnKey), sizeof(RuledColumn)),
      .targets = make_hash("targets of source tables", sizeof(Oid), sizeof(TargetOf)),
      .all = NIL,
  });
}

// The whole table that it is a part of.
static Oid whole_table(Oid relation) { return get_rel_relispartition(relation) ? partition_root(relation) : relation; }

RuledColumn *ruled_column(RuledColumns *columns, Oid relation, const char *column) {
  ColumnKey key = {};
  key.relation = whole_table(relation);
  strlcpy(key.column, column, sizeof key.column);
  bool found;
  RuledColumn *entry = static_cast<RuledColumn *>(hash_search(columns->columns, &key, HASH_ENTER, &found));
  if (!found) {
    *entry = {};
    entry->key = key;
    columns->all = append(columns->all, entry);
  }
  return entry;
}

// A column that only the source has, or that is gone, has none here.
static bool has_column(Oid relation, const char *column) { return get_attnum(relation, column) > 0; }

// What the target calls a column of the source.
static const char *target_name_of(const SourceTable *table, const char *name) {
  for (int i = 0; table->is_renamed && i < table->n_columns; i++)
    if (strcmp(table->columns[i].name, name) == 0) return table->columns[i].target_name;
  return name;
}

static RuledColumn *existing_column(RuledColumns *columns, Oid relation, const char *column) {
  return has_column(relation, column) ? ruled_column(columns, relation, column) : nullptr;
}

RuledColumn *ruled_source_column(RuledColumns *columns, const SourceColumnName *name) {
  for (Oid oid : {name->relation, name->root}) {
    const TargetOf *found = static_cast<TargetOf *>(hash_search(columns->targets, &oid, HASH_FIND, nullptr));
    if (found == nullptr) continue;
    return existing_column(columns, found->table->relation, target_name_of(found->table->source, name->column));
  }
  Oid schema = get_namespace_oid(name->schema, true);
  Oid relation = OidIsValid(schema) ? get_relname_relid(name->table, schema) : InvalidOid;
  return OidIsValid(relation) ? existing_column(columns, relation, name->column) : nullptr;
}

wall::ColumnSpec spec_of_column(const RuledColumn *column) {
  Oid type, collation;
  int32 typmod;
  get_atttypetypmodcoll(column->key.relation, get_attnum(column->key.relation, column->key.column), &type, &typmod,
                        &collation);
  return spec_of_type(type, typmod);
}

char *column_label(const RuledColumn *column) {
  return psprintf("%s.%s", qualified_name(column->key.relation), quote_identifier(column->key.column));
}

char *set_rule_statement(const RuledColumn *column, const Rule *rule) {
  return rule_statements(qualified_name(column->key.relation), column->key.column, rule);
}

static void add_rule(RuledColumns *columns, Oid relation, const Rule *rule) {
  if (rule->renamed_to != nullptr || !has_column(relation, rule->column)) return;
  RuledColumn *column = ruled_column(columns, relation, rule->column);
  if (column->rule != nullptr) return;
  column->rule = rule;
  column->is_stored = rule->relation != nullptr;
}

static void add_table(RuledColumns *columns, TableRules *table) {
  TargetOf *target = static_cast<TargetOf *>(hash_search(columns->targets, &table->source->oid, HASH_ENTER, nullptr));
  target->table = table;
  for (int i = 0; i < table->source->n_columns; i++) {
    const SourceColumn *source = &table->source->columns[i];
    if (!has_column(table->relation, source->target_name)) continue;
    RuledColumn *column = ruled_column(columns, table->relation, source->target_name);
    column->tables = append(column->tables, table);
    column->source = source;
  }
  for (const Rule *rule : each<Rule>(table->rules)) add_rule(columns, table->relation, rule);
}

// Those of other tables. Where a partition alone has a rule, its whole table may be one of the plan, whose rules are
// known already.
static void add_stored_rules(RuledColumns *columns, List *tables) {
  HTAB *planned = make_hash("tables of the plan", sizeof(Oid), sizeof(Oid));
  for (const TableRules *table : each<TableRules>(tables)) {
    Oid relation = whole_table(table->relation);
    hash_search(planned, &relation, HASH_ENTER, nullptr);
  }
  List *relations = load_ruled_relations();
  int i = 0;
  for (List *rules : each<List>(load_stored_rules(relations, GetUserId()))) {
    Oid relation = list_nth_oid(relations, i++), whole = whole_table(relation);
    if (hash_search(planned, &whole, HASH_FIND, nullptr) != nullptr) continue;
    for (const Rule *rule : each<Rule>(rules)) add_rule(columns, relation, rule);
  }
  hash_destroy(planned);
}

// The column's rule is that of its whole table, of which a partition may have another.
static List *settled_cases(const Rule *own, const RuledColumn *column) {
  List *cases = NIL;
  for (const Rule *one : each<Rule>(own->cases)) {
    Rule *rule = make<Rule>(*one);
    rule->is_in_reference = column->is_in_reference;
    for (const Rule *settled : each<Rule>(column->rule->cases)) {
      if (strcmp(settled->strategy, one->strategy) != 0 || strcmp(settled->options, one->options) != 0) continue;
      rule->max_chars = settled->max_chars;
      rule->narrowest = settled->narrowest;
    }
    cases = append(cases, rule);
  }
  return cases;
}

// Copies what was settled back to the tables' lists. Their own rules stay their own.
static List *settled_rules(RuledColumns *columns, const TableRules *table) {
  List *rules = NIL;
  for (const Rule *own : each<Rule>(table->rules)) {
    Rule *rule = make<Rule>(*own);
    if (own->renamed_to == nullptr && has_column(table->relation, own->column)) {
      const RuledColumn *column = ruled_column(columns, table->relation, own->column);
      rule->max_chars = column->rule->max_chars;
      rule->narrowest = column->rule->narrowest;
      rule->is_in_reference = column->is_in_reference;
      rule->read_by = column->read_by;
      rule->cases = settled_cases(own, column);
    }
    rules = append(rules, rule);
  }
  for (int i = 0; i < table->source->n_columns; i++) {
    const char *name = table->source->columns[i].target_name;
    if (!has_column(table->relation, name)) continue;
    const RuledColumn *column = ruled_column(columns, table->relation, name);
    if (column->rule == nullptr || column->rule->taken_from == nullptr || find_rule(table->rules, name) != nullptr)
      continue;
    Rule *rule = make<Rule>(*column->rule);
    rule->is_in_reference = true;
    rule->read_by = column->read_by;
    rules = append(rules, rule);
  }
  return rules;
}

void settle_rules(Source *source, List *tables) {
  RuledColumns *columns = make_columns();
  for (TableRules *table : each<TableRules>(tables)) add_table(columns, table);
  add_stored_rules(columns, tables);
  for (TableRules *table : each<TableRules>(tables)) add_automatic_rules(columns, table);
  bool has_rules = false;
  for (const RuledColumn *column : each<RuledColumn>(columns->all))
    has_rules |= is_mask(column->rule) || is_drop(column->rule);
  if (has_rules) {
    spread_along_references(source, columns);
    settle_widths(columns);
  }
  ask_about_computed_columns(source, columns, tables);
  for (TableRules *table : each<TableRules>(tables)) table->rules = settled_rules(columns, table);
}

}  // namespace confiture
