// The part of settling rules about foreign keys: a rule on a referenced column holds for the columns that reference it.
#include "pg/core_objects.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/declared.h"
#include "plan/settle.h"

namespace confiture {

struct Reference {
  RuledColumn *referencing, *referenced;
  const char *when;  // of a declared one: which rows reference anything; nullptr: all
};

static const char references_query[] = R"(
  SELECT c.conrelid, fa.attname, c.confrelid, pa.attname
  FROM pg_constraint c
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS u(fk, pk)
  JOIN pg_attribute fa ON fa.attrelid = c.conrelid AND fa.attnum = u.fk
  JOIN pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = u.pk
  WHERE c.contype = 'f' AND c.conparentid = 0
  ORDER BY c.oid)";

static List *add_reference(List *references, RuledColumn *referencing, RuledColumn *referenced,
                           const char *when = nullptr) {
  if (referencing == nullptr || referenced == nullptr || referencing == referenced) return references;
  // Most constraints are on both sides.
  for (const RuledColumn *known : each<RuledColumn>(referencing->references))
    if (known == referenced) return references;
  referencing->references = append(referencing->references, referenced);
  referenced->referencing = append(referenced->referencing, referencing);
  referencing->is_in_reference = referenced->is_in_reference = true;
  return append(references, make<Reference>({referencing, referenced, when}));
}

// A column that is gone is a problem of the plan elsewhere.
static List *add_declared(List *references, RuledColumns *columns, const DeclaredReference *declared) {
  int i = 0;
  for (const char *name : each_text(declared->columns)) {
    const char *other = static_cast<const char *>(list_nth(declared->referenced_columns, i++));
    if (get_attnum(declared->relation, name) <= 0 || get_attnum(declared->referenced, other) <= 0) continue;
    references = add_reference(references, ruled_column(columns, declared->relation, name),
                               ruled_column(columns, declared->referenced, other), declared->condition);
  }
  return references;
}

// Of both sides (Reference *): the target may lack the source's constraints, and may have others. Those that were
// declared last, so that a constraint between the same columns, which holds for all rows, goes before.
static List *find_references(Source *source, RuledColumns *columns) {
  List *references = NIL;
  for (Row row : spi_run(references_query)) {
    Oid referencing = row.next<Oid>();
    RuledColumn *referencing_column = ruled_column(columns, referencing, row.next<const char *>());
    Oid referenced = row.next<Oid>();
    references =
        add_reference(references, referencing_column, ruled_column(columns, referenced, row.next<const char *>()));
  }
  for (const SourceReference *reference : each<SourceReference>(read_source_references(source)))
    references = add_reference(references, ruled_source_column(columns, &reference->referencing),
                               ruled_source_column(columns, &reference->referenced));
  for (const DeclaredReference *declared : each<DeclaredReference>(load_declared_references()))
    references = add_declared(references, columns, declared);
  return references;
}

// Breadth first, so that a chain takes over the nearest rule; each column at most once, so that cycles end.
static void spread(RuledColumns *columns) {
  List *queue = NIL;
  for (RuledColumn *column : each<RuledColumn>(columns->all))
    if (is_mask(column->rule) && column->rule->cases == NIL && !is_sql(column->rule)) queue = append(queue, column);
  for (const RuledColumn *column : each<RuledColumn>(queue))  // which grows meanwhile
    for (RuledColumn *referencing : each<RuledColumn>(column->referencing)) {
      if (referencing->rule != nullptr) continue;
      Rule *rule = make<Rule>(*column->rule);
      rule->column = pstrdup(referencing->key.column);
      if (rule->taken_from == nullptr) rule->taken_from = column_label(column);
      referencing->rule = rule;
      referencing->is_stored = column->is_stored;
      queue = append(queue, referencing);
    }
}

static bool is_same(const Rule *rule, const Rule *other) {
  return strcmp(rule->strategy, other->strategy) == 0 && strcmp(rule->options, other->options) == 0;
}

// Does the rule leave nothing that could reference a row?
static bool references_nothing(const Rule *rule) {
  if (is_drop(rule)) return true;
  for (const Rule *one : each<Rule>(rule->cases))
    if (!references_nothing(one)) return false;
  if (rule->cases != NIL) return true;
  const wall::StrategyRow *strategy = is_mask(rule) ? wall::strategy_find(rule->strategy) : nullptr;
  return strategy != nullptr && strategy->gives_null;
}

static const char *treatment(const Rule *rule) {
  if (rule == nullptr) return "has no rule";
  if (is_keep(rule)) return "is kept";
  if (is_default(rule)) return "gets its default";
  if (is_drop(rule)) return "is dropped";
  return psprintf("is masked with %s%s", rule->strategy,
                  strcmp(rule->options, "{}") != 0 ? psprintf(" %s", rule->options) : "");
}

static void add_to_tables(const RuledColumn *column, const char *text, const char *fix) {
  for (TableRules *table : each<TableRules>(column->tables))
    table->problems = append(table->problems, make<PlanProblem>({pstrdup(column->key.column), text, fix}));
}

// Reports at the referencing column where it is part of the plan, else at the referenced one.
static void refuse(const Reference *reference, const char *fix) {
  const RuledColumn *referencing = reference->referencing, *referenced = reference->referenced;
  if (referencing->tables != NIL)
    add_to_tables(referencing,
                  psprintf("%s, but references %s, which %s", treatment(referencing->rule), column_label(referenced),
                           treatment(referenced->rule)),
                  fix);
  else
    add_to_tables(referenced,
                  psprintf("%s, but is referenced by %s, which %s", treatment(referenced->rule),
                           column_label(referencing), treatment(referencing->rule)),
                  fix);
}

static wall::ValueMasker *masker_for(const Rule *rule, wall::ColumnSpec spec) {
  spec.strategy = rule->strategy;
  spec.options = rule->options;
  spec.literal = "";
  wall::Status status;
  return make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status);
}

// Does the mask make equal values of the same number in columns of two types? Numbers of all widths are tried that both
// types have. (Text columns have one width, see widths.cpp.)
static bool masks_alike(const RuledColumn *left, const RuledColumn *right, const Rule *rule) {
  wall::ColumnSpec left_type = spec_of_column(left), right_type = spec_of_column(right);
  bool has_limits = left_type.precision != right_type.precision || left_type.scale != right_type.scale;
  if (left_type.kind == right_type.kind && !has_limits) return true;
  wall::ValueMasker *left_masker = masker_for(rule, left_type), *right_masker = masker_for(rule, right_type);
  if (left_masker == nullptr || right_masker == nullptr) return true;  // a problem of its column
  static const char *const samples[] = {"0", "1", "-1", "4711", "32767", "-32768", "100000", "2147483647"};
  for (const char *sample : samples) {
    const char *left_output, *right_output;
    size_t left_size, right_size;
    bool left_null, right_null;
    wall::Status status;
    if (!wall::value_masker_apply(left_masker, sample, strlen(sample), &left_output, &left_size, &left_null, &status) ||
        !wall::value_masker_apply(right_masker, sample, strlen(sample), &right_output, &right_size, &right_null,
                                  &status))
      continue;
    if (left_null != right_null || left_size != right_size || memcmp(left_output, right_output, left_size) != 0)
      return false;
  }
  return true;
}

static bool is_folded(const RuledColumn *column) {
  if (column->source != nullptr) return strcmp(column->source->base_name, "citext") == 0;
  Oid type = get_atttype(column->key.relation, get_attnum(column->key.relation, column->key.column));
  return is_citext(getBaseType(type));
}

// A value drawn for each row is another one in each of the two tables.
static bool is_drawn_by_row(const Rule *rule) {
  const wall::StrategyRow *strategy = wall::strategy_find(rule->strategy);
  return strategy != nullptr && !strategy->deterministic;
}

// That the rule of both makes the same of equal values.
static void check_types(const Reference *reference, const Rule *rule) {
  const RuledColumn *referencing = reference->referencing, *referenced = reference->referenced;
  const RuledColumn *reported = referencing->tables != NIL ? referencing : referenced;
  const RuledColumn *other = reported == referencing ? referenced : referencing;
  const char *verb = reported == referencing ? "references" : "is referenced by";
  if (is_drawn_by_row(rule))
    add_to_tables(reported,
                  psprintf("(masked with %s) %s %s, and every row gets a value of its own", rule->strategy, verb,
                           column_label(other)),
                  "-- give both columns a deterministic strategy, or leave both unmasked (confiture.keep())");
  else if (!masks_alike(referencing, referenced, rule))
    add_to_tables(reported,
                  psprintf("(masked with %s) %s %s, whose type is another one, for which the masked values differ",
                           rule->strategy, verb, column_label(other)),
                  "-- give both columns one type, or leave both unmasked (confiture.keep())");
  else if (is_folded(referencing) != is_folded(referenced))
    add_to_tables(reported,
                  psprintf("(masked with %s) %s %s, and only one of the two is citext, whose masked values ignore case",
                           rule->strategy, verb, column_label(other)),
                  "-- give both columns one type, or leave both unmasked (confiture.keep())");
}

static bool has_case(const Rule *rule, const char *when) {
  for (const Rule *one : each<Rule>(rule->cases))
    if (one->when != nullptr && strcmp(one->when, when) == 0) return true;
  return false;
}

// Rules with conditions of the referencing column: each of them must make what the referenced one has. Where the
// reference itself is one for some rows, and a rule has the same condition, that one is meant.
static bool follows(const Reference *reference, const Rule *other) {
  const Rule *rule = reference->referencing->rule;
  bool is_for_one = reference->when != nullptr && has_case(rule, reference->when);
  for (const Rule *one : each<Rule>(rule->cases)) {
    bool is_meant = !is_for_one || (one->when != nullptr && strcmp(one->when, reference->when) == 0);
    if (!is_meant || references_nothing(one)) continue;
    if (is_mask(other) ? !is_same(one, other) : !is_keep(one)) return false;
  }
  return true;
}

// What makes the rules with conditions of the referencing column follow.
static const char *followed_by_cases(const Reference *reference) {
  const RuledColumn *referencing = reference->referencing, *referenced = reference->referenced;
  if (reference->when != nullptr) {
    const Rule *other = referenced->rule;
    bool is_masked = is_mask(other) && other->cases == NIL;
    return rule_statement(qualified_name(referencing->key.relation), "set_rule", referencing->key.column,
                          is_masked ? other->strategy : "keep", is_masked ? other->options : "{}", reference->when);
  }
  return psprintf("-- let each rule of %s do what is done to %s, or give NULL", column_label(referencing),
                  column_label(referenced));
}

static void check_reference(const Reference *reference) {
  const RuledColumn *referencing = reference->referencing, *referenced = reference->referenced;
  const Rule *rule = referencing->rule, *other = referenced->rule;
  if (referencing->tables == NIL && referenced->tables == NIL) return;
  if (other != nullptr && other->cases != NIL) {
    if (rule != nullptr && references_nothing(rule)) return;
    return refuse(reference,
                  psprintf("-- give %s one rule for all rows: a reference does not tell which of several has "
                           "masked its row; or mask the references with null",
                           column_label(referenced)));
  }
  if (rule != nullptr && rule->cases != NIL) {
    bool is_unknown = other == nullptr && referenced->tables == NIL && !referencing->is_stored;
    if (!is_unknown && !follows(reference, other))
      refuse(reference, followed_by_cases(reference));
    else if (is_mask(other) && !references_nothing(rule))
      check_types(reference, other);
    return;
  }
  if (is_sql(other) || is_sql(rule)) {
    // Whether two expressions make the same of equal values shows when the keys are checked after the load.
    bool is_unknown =
        (other == nullptr && referenced->tables == NIL) || (rule == nullptr && referencing->tables == NIL);
    bool follow = is_sql(other) && rule != nullptr && (is_sql(rule) || references_nothing(rule));
    if (!is_unknown && !follow)
      refuse(reference, "-- give both columns strategy sql, with expressions that make the same of equal values");
    return;
  }
  if (is_mask(other)) {
    if (rule == nullptr || references_nothing(rule)) return;  // none: outside the plan, a rule of this call alone
    if (!is_mask(rule) || !is_same(rule, other))
      refuse(reference, set_rule_statement(referencing, other));
    else
      check_types(reference, other);
  } else if (is_mask(rule) && !references_nothing(rule)) {
    // What another call does with that table is not known here; the load is verified in any case.
    bool is_unknown = other == nullptr && referenced->tables == NIL && !referencing->is_stored;
    if (!is_unknown) refuse(reference, set_rule_statement(referenced, rule));
  } else if (is_drop(other) && rule == nullptr && referencing->tables != NIL) {
    refuse(reference, set_rule_statement(referencing, other));
  }
}

// ---- the SQL of declared references, which the target evaluates, of what has become of the columns

static bool is_changed(const RuledColumn *column) { return column->rule != nullptr && !is_keep(column->rule); }

static void refuse_changed(const DeclaredReference *declared, const RuledColumn *column, const char *part) {
  add_to_tables(column,
                psprintf("%s, but is in %s of the declared reference %s", treatment(column->rule), part,
                         reference_text(declared)),
                psprintf("%s -- or keep the column as it is", drop_reference_statement(declared)));
}

static void check_condition_of(RuledColumns *columns, const DeclaredReference *declared) {
  List *names = NIL;
  if (declared->condition == nullptr) return;
  if (error_of([&] { names = read_condition(declared->relation, declared->condition).columns; }) != nullptr) return;
  for (const char *name : each_text(names)) {
    const RuledColumn *column = ruled_column(columns, declared->relation, name);
    if (is_changed(column)) refuse_changed(declared, column, "the condition");
  }
}

// May the reference hold of what is masked? The mask may leave what an expression reads, as that of a document's other
// members does, or leave nothing. To choose rows of a subset the source evaluates the expression on what is masked
// here, so that it must be of a role that may see that.
static bool may_hold(const DeclaredReference *declared, const Rule *rule) {
  if (!declared->is_trusted || references_nothing(rule)) return declared->is_trusted;
  const wall::StrategyRow *strategy =
      is_mask(rule) && rule->cases == NIL ? wall::strategy_find(rule->strategy) : nullptr;
  return strategy != nullptr && strategy->shows_part;
}

// What is masked as the column that it references cannot be told of an expression.
static void check_expression_of(RuledColumns *columns, const DeclaredReference *declared, const char *expression,
                                const char *referenced_column) {
  List *names = NIL;
  if (error_of([&] { names = read_expression(declared->relation, expression).columns; }) != nullptr) return;
  bool is_settled = true;
  RuledColumn *first = nullptr;
  for (const char *name : each_text(names)) {
    RuledColumn *column = ruled_column(columns, declared->relation, name);
    if (first == nullptr) first = column;
    if (!is_changed(column)) continue;
    if (may_hold(declared, column->rule))
      column->read_by = reference_text(declared);
    else
      refuse_changed(declared, column, "an expression");
    is_settled = false;
  }
  const RuledColumn *referenced = ruled_column(columns, declared->referenced, referenced_column);
  if (!is_settled || !is_changed(referenced)) return;
  const char *fix = psprintf("%s -- or keep the referenced column as it is", drop_reference_statement(declared));
  if (first->tables != NIL)
    add_to_tables(first,
                  psprintf("is not masked, but an expression of it references %s, which %s", column_label(referenced),
                           treatment(referenced->rule)),
                  fix);
  else
    add_to_tables(referenced,
                  psprintf("%s, but is referenced by an expression of %s, which is not masked",
                           treatment(referenced->rule), column_label(first)),
                  fix);
}

static void check_declared_sql(RuledColumns *columns) {
  for (const DeclaredReference *declared : each<DeclaredReference>(load_declared_references())) {
    check_condition_of(columns, declared);
    int i = 0;
    for (const char *column : each_text(declared->columns)) {
      const char *other = static_cast<const char *>(list_nth(declared->referenced_columns, i++));
      if (is_expression(declared->relation, column) && get_attnum(declared->referenced, other) > 0)
        check_expression_of(columns, declared, column, other);
    }
  }
}

void spread_along_references(Source *source, RuledColumns *columns) {
  List *references = find_references(source, columns);
  spread(columns);
  for (const Reference *reference : each<Reference>(references)) check_reference(reference);
  check_declared_sql(columns);
}

}  // namespace confiture
