// The part of the plan about masked columns: does the strategy exist, take the type, fit, keep unique values unique?
#include "pg/core_objects.h"
#include "plan/plan.h"
#include "pg/core_error.h"
#include "pg/spi.h"

namespace confiture {

static void refuse(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix = nullptr) {
  column->action = ColumnAction::refuse;
  add_problem(plan, column->name, text, fix);
}

static const char *masked_by(const PlanColumn *column) { return psprintf("(masked with %s)", column->mask->strategy); }

// A problem gets its full stop where it is shown.
static const char *without_full_stop(const char *sentence) {
  size_t size = strlen(sentence);
  return pnstrdup(sentence, size > 0 && sentence[size - 1] == '.' ? size - 1 : size);
}

// Is `c` a CHECK constraint on the column $2 alone, of one of the tables $1? Partitions number columns on their own.
static const char checks_column[] =
    "c.contype = 'c' AND c.conrelid = ANY ($1) AND c.conkey = ARRAY(SELECT a.attnum FROM pg_attribute a "
    "WHERE a.attrelid = c.conrelid AND a.attname = $2)";

// The longest text that CHECK constraints on this column alone, its own or its domain's, speak of; 0 for none.
static uint32 checked_limit(const SyncPlan *plan, const PlanColumn *column) {
  Oid types[] = {OIDARRAYOID, TEXTOID, OIDOID};
  Datum values[] = {oid_array(plan->tree), CStringGetTextDatum(column->name), ObjectIdGetDatum(column->type)};
  old_spi_run(psprintf("SELECT min(m[2]::int4 - CASE m[1] WHEN '<' THEN 1 ELSE 0 END) FROM pg_constraint c, "
                       "regexp_matches(pg_get_constraintdef(c.oid), 'length\\(.*?\\) (<=?) (\\d{1,9})\\M', 'g') m "
                       "WHERE %s OR c.contypid = $3",
                       checks_column),
              3, types, values);
  bool is_null;
  int32 limit = DatumGetInt32(old_spi_datum(0, 1, &is_null));
  return is_null || limit <= 0 ? 0 : static_cast<uint32>(limit);
}

// Inputs unlike each other, to see what a strategy makes of them. Text form of the kind.
static constexpr int n_samples = 32;
static char *sample_input(wall::ValueKind kind, int i) {
  switch (kind) {
    case wall::ValueKind::int2:
    case wall::ValueKind::int4:
    case wall::ValueKind::int8:
      return psprintf("%d", i * i + 1);
    case wall::ValueKind::uuid:
      return psprintf("%08x-0000-4000-8000-%012x", i, i + 1);
    default:
      return psprintf("%.*s sample %d", i, "Zoe.Example+abcdefghijklmnopqrstuvwxyz", i);
  }
}

static List *sample_outputs(wall::ValueMasker *masker, wall::ValueKind kind) {
  List *outputs = NIL;
  for (int i = 0; i < n_samples; i++) {
    char *input = sample_input(kind, i);
    const char *out;
    size_t size;
    bool is_null;
    wall::Status status;
    if (!wall::value_masker_apply(masker, input, strlen(input), &out, &size, &is_null, &status)) continue;
    if (!is_null) outputs = lappend(outputs, pnstrdup(out, size));
  }
  return outputs;
}

struct FitCheck {
  const SyncPlan *plan;
  const PlanColumn *column;
  List *outputs;
  const char *violated;  // a CHECK constraint, when the outputs fit the type but not the table
};

// Casts masked samples to the column's type, which tries its domain's constraints too, then asks every CHECK that
// speaks of this column alone.
static void try_samples(void *arg) {
  FitCheck *check = static_cast<FitCheck *>(arg);
  // A longer constant would be an error in binary, and in text be cut without a word, as by the cast.
  bool is_name = getBaseType(check->column->type) == NAMEOID && !check->column->raw_leaves_source;
  Datum *texts = static_cast<Datum *>(palloc(sizeof(Datum) * list_length(check->outputs)));
  ListCell *cell;
  foreach (cell, check->outputs) {
    const char *output = static_cast<char *>(lfirst(cell));
    if (is_name && strlen(output) >= NAMEDATALEN)
      ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG), errmsg("a name has %d bytes at most", NAMEDATALEN - 1)));
    texts[foreach_current_index(cell)] = CStringGetTextDatum(output);
  }
  Datum samples =
      PointerGetDatum(construct_array(texts, list_length(check->outputs), TEXTOID, -1, false, TYPALIGN_INT));

  Oid types[] = {TEXTARRAYOID};
  const char *type = format_type_with_typemod(check->column->type, check->column->typmod);
  old_spi_run(psprintf("SELECT count(v::%s) FROM unnest($1) v", type), 1, types, &samples);

  Oid check_types[] = {OIDARRAYOID, TEXTOID};
  Datum check_values[] = {oid_array(check->plan->tree), CStringGetTextDatum(check->column->name)};
  uint64 n = old_spi_run(psprintf("SELECT DISTINCT quote_ident(c.conname), pg_get_expr(c.conbin, c.conrelid) "
                                  "FROM pg_constraint c WHERE %s%s ORDER BY 1",
                                  checks_column, enforced_only("c")),
                         2, check_types, check_values);
  SPITupleTable *checks = SPI_tuptable;
  for (uint64 row = 0; row < n; row++) {
    const char *expression = SPI_getvalue(checks->vals[row], checks->tupdesc, 2);
    uint64 bad = old_spi_run(psprintf("SELECT FROM (SELECT v::%s AS %s FROM unnest($1) v) s WHERE NOT (%s) LIMIT 1",
                                      type, quote_identifier(check->column->name), expression),
                             1, types, &samples);
    if (bad > 0) check->violated = SPI_getvalue(checks->vals[row], checks->tupdesc, 1);
  }
}

// Would a load fail hours later, because masked values do not fit a CHECK or a domain? Tried here on samples.
static void check_fit(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker) {
  FitCheck check = {plan, column, sample_outputs(masker, column->spec.kind), nullptr};
  if (check.outputs == NIL) return;
  const char *failure = error_of([&] { try_samples(&check); });
  if (failure != nullptr)
    refuse(plan, column, psprintf("%s does not take masked values: %s", masked_by(column), failure));
  else if (check.violated != nullptr)
    refuse(plan, column, psprintf("%s violates CHECK constraint %s", masked_by(column), check.violated));
}

// May masked values of this column of a table in the tree meet?
static bool may_collide(const SyncPlan *plan, Relation table, AttrNumber number, const PlanColumn *masked) {
  const char *name = NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname);
  if (strcmp(name, masked->name) == 0) return true;
  ListCell *cell;
  foreach (cell, plan->columns) {
    PlanColumn *other = static_cast<PlanColumn *>(lfirst(cell));
    if (strcmp(other->name, name) == 0) return other->mask != nullptr;
  }
  return false;
}

// The columns an index is made of, those behind expressions and generated columns too.
static Bitmapset *indexed_columns(Relation table, Relation index) {
  Bitmapset *columns = nullptr;
  Bitmapset *of_expressions = nullptr;
  for (int i = 0; i < index->rd_index->indnkeyatts; i++) {
    AttrNumber number = index->rd_index->indkey.values[i];
    if (number <= 0) continue;
    if (TupleDescAttr(RelationGetDescr(table), number - 1)->attgenerated != '\0')
      pull_varattnos(build_column_default(table, number), 1, &of_expressions);
    else
      columns = bms_add_member(columns, number);
  }
  pull_varattnos(reinterpret_cast<Node *>(RelationGetIndexExpressions(index)), 1, &of_expressions);
  int member = -1;
  while ((member = bms_next_member(of_expressions, member)) >= 0)
    columns = bms_add_member(columns, member + FirstLowInvalidHeapAttributeNumber);
  return columns;
}

struct UniqueIndex {
  const char *name;
  Bitmapset *columns;
  bool is_partial, is_exclusion;
};

static List *unique_indexes(Relation table, bool nulls_only) {
  List *found = NIL;
  ListCell *cell;
  foreach (cell, RelationGetIndexList(table)) {
    Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    bool is_exclusion = index->rd_index->indisexclusion && !index->rd_index->indisunique;
    if ((index->rd_index->indisunique || is_exclusion) && (!nulls_only || index->rd_index->indnullsnotdistinct)) {
      UniqueIndex *unique = static_cast<UniqueIndex *>(palloc(sizeof(UniqueIndex)));
      *unique = {pstrdup(RelationGetRelationName(index)), indexed_columns(table, index),
                 RelationGetIndexPredicate(index) != NIL, is_exclusion};
      found = lappend(found, unique);
    }
    index_close(index, AccessShareLock);
  }
  return found;
}

// A unique index holds when the values of one of its columns cannot meet anyway, or when the rest of it is covered by
// another unique index, of all rows, whose columns stay as they are (UNIQUE (id, email) beside PRIMARY KEY (id)).
static bool is_covered(const SyncPlan *plan, Relation table, const UniqueIndex *index, List *indexes,
                       const PlanColumn *masked) {
  ListCell *cell;
  foreach (cell, indexes) {
    const UniqueIndex *other = static_cast<UniqueIndex *>(lfirst(cell));
    if (other->is_partial || other->is_exclusion || !bms_is_subset(other->columns, index->columns)) continue;
    bool safe = true;
    int member = -1;
    while (safe && (member = bms_next_member(other->columns, member)) >= 0)
      safe = !may_collide(plan, table, static_cast<AttrNumber>(member), masked);
    if (safe) return true;
  }
  return false;
}

static const UniqueIndex *find_broken(const SyncPlan *plan, Oid relation, const PlanColumn *column) {
  Relation table = table_open(relation, AccessShareLock);
  List *indexes = unique_indexes(table, column->strategy->gives_null);
  const UniqueIndex *broken = nullptr;
  ListCell *cell;
  foreach (cell, indexes) {
    const UniqueIndex *index = static_cast<UniqueIndex *>(lfirst(cell));
    if (bms_is_member(get_attnum(relation, column->name), index->columns) &&
        !is_covered(plan, table, index, indexes, column)) {
      broken = index;
      break;
    }
  }
  table_close(table, NoLock);
  return broken;
}

// Partitions may have indexes of their own.
static void check_unique(SyncPlan *plan, PlanColumn *column, bool keeps_unique) {
  if (keeps_unique) return;
  const UniqueIndex *broken = nullptr;
  ListCell *cell;
  foreach (cell, plan->tree)
    if ((broken = find_broken(plan, lfirst_oid(cell), column)) != nullptr) break;
  if (broken == nullptr) return;
  refuse(plan, column,
         psprintf("%s is under the %s %s, and masked values could collide", masked_by(column),
                  broken->is_exclusion ? "exclusion constraint" : "unique index", quote_identifier(broken->name)),
         psprintf("SELECT confiture.set_rule(%s, %s, %s);", quote_literal_cstr(plan->relation_name),
                  quote_literal_cstr(column->name), quote_literal_cstr(column->strategy->when_unique)));
}

// What the source is asked for. A strategy that does not need the value gets a marker that tells NULL from not NULL.
static const char *expression_for(const PlanColumn *column, const wall::StrategyRow *strategy) {
  const char *name = source_name(column->name);
  if (strategy->gives_null) return "NULL::pg_catalog.text";
  // Without SELECT on the column its NULLs cannot be told from values either.
  if (!strategy->needs_value && (column->source->not_null || !column->source->is_readable))
    return "''::pg_catalog.text";
  if (!strategy->needs_value) return psprintf("CASE WHEN %s IS NOT NULL THEN ''::pg_catalog.text END", name);
  if (column->spec.kind != wall::ValueKind::text)
    return column->wire.cast != nullptr ? psprintf("%s::%s", name, column->wire.cast) : name;
  // Equal values have to be equal bytes, or a masked key would not join.
  if (strcmp(column->source->base_name, "citext") == 0) return psprintf("pg_catalog.lower(%s::pg_catalog.text)", name);
  return psprintf("%s::pg_catalog.text", name);
}

void plan_mask(SyncPlan *plan, PlanColumn *column) {
  const wall::StrategyRow *strategy = column->strategy = wall::strategy_find(column->mask->strategy);
  if (strategy == nullptr)
    return refuse(plan, column,
                  psprintf("has an unknown strategy \"%s\" (see confiture.strategies)", column->mask->strategy));
  int32 typmod = column->typmod;
  Oid base = getBaseTypeAndTypmod(column->type, &typmod);
  column->spec.name = column->name;
  column->spec.strategy = column->mask->strategy;
  column->spec.options = column->mask->options;
  column->spec.kind = kind_of_type(column->type);
  if (column->spec.kind == wall::ValueKind::text) {
    uint32 checked = checked_limit(plan, column);
    uint32 typed = text_limit(base, typmod);
    column->spec.max_chars = typed == 0 ? checked : checked == 0 ? typed : Min(checked, typed);
  }

  // The strategy reads the source's value as one of the target's kind.
  if (strategy->needs_value) {
    column->wire = compare_types(column->source, column->type, -1);
    if (column->spec.kind != wall::ValueKind::text && column->wire.problem != nullptr)
      return refuse(plan, column, column->wire.problem);
    column->raw_leaves_source = true;
    if (!column->source->is_readable) return refuse(plan, column, "the source role may not SELECT it");
  }

  wall::Status status;
  // A literal is made later; with any, the core can check the rest of the options.
  column->spec.literal = strategy->uses_literal ? "" : nullptr;
  wall::ColumnSpec unnamed = column->spec;  // the problem names the column itself
  unnamed.name = nullptr;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &unnamed, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr)
    return refuse(plan, column,
                  psprintf("%s: %s%s%s", masked_by(column), status.message, status.hint[0] != '\0' ? ". " : "",
                           without_full_stop(status.hint)));
  check_unique(plan, column, wall::value_masker_keeps_unique(masker));
  if (column->action == ColumnAction::mask && !strategy->uses_literal) check_fit(plan, column, masker);
  column->expression = expression_for(column, strategy);
  if (!strategy->needs_value && !column->source->is_readable && !column->source->not_null)
    column->warnings = lappend(column->warnings, const_cast<char *>("the source role may not SELECT it, so its NULLs "
                                                                    "are masked like values"));
}

struct LiteralInput {
  PlanColumn *column;
  char *text;
  bool binary;
};

// The constant as a value of the column's type, domain constraints included, in the form it travels in.
static void read_literal(void *arg) {
  LiteralInput *input = static_cast<LiteralInput *>(arg);
  PlanColumn *column = input->column;
  Oid in, param, out;
  bool is_varlena;
  getTypeInputInfo(column->type, &in, &param);
  Datum value = OidInputFunctionCall(in, input->text, param, column->typmod);
  if (input->binary) {
    getTypeBinaryOutputInfo(column->type, &out, &is_varlena);
    bytea *sent = OidSendFunctionCall(out, value);
    column->spec.literal = VARDATA(sent);
    column->spec.literal_size = VARSIZE(sent) - VARHDRSZ;
  } else {
    getTypeOutputInfo(column->type, &out, &is_varlena);
    column->spec.literal = OidOutputFunctionCall(out, value);
    column->spec.literal_size = strlen(column->spec.literal);
  }
}

void plan_literal(SyncPlan *plan, PlanColumn *column) {
  const wall::StrategyRow *strategy = wall::strategy_find(column->mask->strategy);
  if (strategy == nullptr || !strategy->uses_literal) return;
  // As text the strategy itself says what its constant is.
  wall::ColumnSpec spec = {};
  spec.name = column->name;
  spec.strategy = column->mask->strategy;
  spec.options = column->mask->options;
  spec.kind = wall::ValueKind::text;
  wall::Status status;
  const char *out;
  size_t size;
  bool is_null;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr || !wall::value_masker_apply(masker, "", 0, &out, &size, &is_null, &status)) raise(&status);
  LiteralInput input = {column, pnstrdup(out, size), plan->binary};
  const char *failure = error_of([&] { read_literal(&input); });
  if (failure != nullptr) return refuse(plan, column, psprintf("%s: %s", masked_by(column), failure));
  FitCheck check = {plan, column, list_make1(input.text), nullptr};
  failure = error_of([&] { try_samples(&check); });
  if (failure != nullptr)
    refuse(plan, column, psprintf("%s: %s", masked_by(column), failure));
  else if (check.violated != nullptr)
    refuse(plan, column, psprintf("%s violates CHECK constraint %s", masked_by(column), check.violated));
}

}  // namespace confiture
