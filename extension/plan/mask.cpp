// The part of the plan about masked columns: does the strategy exist, take the type, fit the column?
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "plan/column_checks.h"
#include "plan/fit.h"
#include "plan/samples.h"

namespace confiture {

const char *masked_by(const PlanColumn *column) {
  const char *pattern = column->mask->pattern;
  return psprintf("(masked with %s%s)", column->mask->strategy,
                  pattern != nullptr ? psprintf(" by the pattern %s", pattern) : "");
}

// A pattern takes columns that its author may not have had in mind.
static const char *way_out_of_pattern(SyncPlan *plan, const PlanColumn *column) {
  if (column->mask->pattern == nullptr) return nullptr;
  return either(propose_rule(plan, column, "hash"), rule_statement(plan->relation_name, "keep", column->name));
}

const char *without_full_stop(const char *sentence) {
  size_t size = strlen(sentence);
  return pnstrdup(sentence, size > 0 && sentence[size - 1] == '.' ? size - 1 : size);
}

// An array with the bounds of the source's, and a marker for each element. NULLs stay where the array is a plain list:
// no function tells where they are in another one.
static const char *marked_array(const char *name, const char *marker) {
  return psprintf(R"(CASE
      WHEN pg_catalog.array_ndims(%1$s) OPERATOR(pg_catalog.=) 1
        AND pg_catalog.array_lower(%1$s, 1) OPERATOR(pg_catalog.=) 1
      THEN ARRAY(SELECT CASE WHEN e IS NOT NULL THEN %2$s END FROM ROWS FROM (pg_catalog.unnest(%1$s)) AS u(e))
      WHEN pg_catalog.array_ndims(%1$s) IS NOT NULL
      THEN pg_catalog.array_fill(%2$s,
        ARRAY(SELECT pg_catalog.array_length(%1$s, d) FROM pg_catalog.generate_series(1, pg_catalog.array_ndims(%1$s)) d),
        ARRAY(SELECT pg_catalog.array_lower(%1$s, d) FROM pg_catalog.generate_series(1, pg_catalog.array_ndims(%1$s)) d))
      WHEN %1$s IS NOT NULL THEN (ARRAY[%2$s])[2:1]
    END)",
                  name, marker);
}

// What stands for a value that the strategy does not look at, and for NULL.
static const char *marker_for(const PlanColumn *column, const wall::StrategyRow *strategy) {
  const char *name = source_name(column->source->name);
  bool is_literal = strategy->uses_literal;
  const char *marker = is_literal ? "''::pg_catalog.text" : wall::traits_of(column->spec.kind).marker;
  // Without SELECT on the column its NULLs cannot be distinguished from values either.
  bool is_hidden = !column->source->is_readable;
  if (column->spec.is_array && !is_literal)
    return is_hidden ? psprintf("ARRAY[%s]", marker) : marked_array(name, marker);
  return column->source->not_null || is_hidden ? marker
                                               : psprintf("CASE WHEN %s IS NOT NULL THEN %s END", name, marker);
}

// Equal values must be equal bytes, or a masked key would not join.
static bool is_folded(const PlanColumn *column) {
  const char *name = column->source->base_name;
  return strcmp(name, "citext") == 0 || strcmp(name, "_citext") == 0;
}

static const char *value_of(const PlanColumn *column) {
  const char *name = source_name(column->source->name);
  if (column->spec.kind != wall::ValueKind::text)
    return column->wire.cast != nullptr ? psprintf("%s::%s", name, column->wire.cast) : name;
  const char *brackets = column->spec.is_array ? "[]" : "";
  if (is_folded(column))
    return psprintf("pg_catalog.lower(%s::pg_catalog.text)%s", name,
                    column->spec.is_array ? "::pg_catalog.text[]" : "");
  return psprintf("%s::pg_catalog.text%s", name, brackets);
}

// What the source is asked for.
static const char *expression_for(const PlanColumn *column, const wall::StrategyRow *strategy) {
  if (strategy->gives_null) return "NULL::pg_catalog.text";
  return strategy->needs_value ? value_of(column) : marker_for(column, strategy);
}

const char *expression_as_text(const PlanColumn *column) {
  return column->spec.kind == wall::ValueKind::text ? value_of(column)
                                                    : psprintf("(%s)::pg_catalog.text", value_of(column));
}

static List *outputs_at(const PlanColumn *column, uint32 max_chars) {
  wall::ColumnSpec spec = column->spec;
  spec.max_chars = max_chars;
  wall::Status status;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status);
  return masker != nullptr ? sample_outputs(masker, &spec) : NIL;
}

// Equal values of a masking domain get equal masks, for which they all have the width of its narrowest column.
static void narrow_to_domain(PlanColumn *column) {
  const Rule *rule = column->mask;
  uint32 own = column->spec.max_chars;
  if (rule->max_chars == 0 || (own != 0 && own <= rule->max_chars)) return;
  column->spec.max_chars = rule->max_chars;
  List *wide = outputs_at(column, own), *narrow = outputs_at(column, rule->max_chars);
  bool is_same = list_length(wide) == list_length(narrow);
  for (int i = 0; is_same && i < list_length(wide); i++)
    is_same = strcmp(static_cast<char *>(list_nth(wide, i)), static_cast<char *>(list_nth(narrow, i))) == 0;
  if (is_same) return;
  column->is_narrowed = true;
  column->warnings = append(
      column->warnings,
      psprintf("masked values fit %u characters, the width of %s in the same masking domain; values masked at another "
               "width change",
               rule->max_chars, rule->narrowest));
}

void plan_mask(SyncPlan *plan, PlanColumn *column) {
  load_table_checks(plan);
  const wall::StrategyRow *strategy = column->strategy = wall::strategy_find(column->mask->strategy);
  if (strategy == nullptr)
    return refuse_column(plan, column,
                         psprintf("has an unknown strategy \"%s\" (see confiture.strategies)", column->mask->strategy));
  if (plan->request.in_scan && !strategy->deterministic)
    return refuse_column(
        plan, column,
        psprintf("%s would have another value with each query, whose average is the real one", masked_by(column)),
        propose_rule(plan, column, "hash"));
  column->spec = spec_of_type(column->type, column->typmod);
  column->spec.name = column->name;
  column->spec.strategy = column->mask->strategy;
  column->spec.options = column->mask->options;
  column->spec.is_folded = is_folded(column);
  if (!plan_lookup(plan, column)) return;
  if (column->spec.kind == wall::ValueKind::text) {
    uint32 checked = column->spec.is_array ? 0 : checked_limit(plan, column);
    uint32 typed = column->spec.max_chars;
    column->spec.max_chars = typed == 0 ? checked : checked == 0 ? typed : Min(checked, typed);
    narrow_to_domain(column);
  }

  // The strategy reads the source's value as one of the target's kind; of arrays at least the shape is read.
  bool reads_shape = column->spec.is_array && !strategy->uses_literal && !strategy->gives_null;
  if (strategy->needs_value || reads_shape) {
    column->wire = compare_types(column->source, column->type, -1);
    // Single texts are cast, and cut by their masks.
    bool is_text = column->spec.kind == wall::ValueKind::text && !column->spec.is_array;
    if (!is_text && column->wire.problem != nullptr) return refuse_column(plan, column, column->wire.problem);
  }
  if (strategy->needs_value) {
    column->raw_leaves_source = true;
    if (!column->source->is_readable) return refuse_column(plan, column, "the source role may not SELECT it");
  }

  wall::Status status;
  // A literal is made later; with any, the core can check the rest of the options.
  column->spec.literal = strategy->uses_literal ? "" : nullptr;
  wall::ColumnSpec unnamed = column->spec;  // the problem names the column itself
  unnamed.name = nullptr;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &unnamed, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr)
    return refuse_column(plan, column,
                         psprintf("%s: %s%s%s", masked_by(column), status.message, status.hint[0] != '\0' ? ". " : "",
                                  without_full_stop(status.hint)),
                         way_out_of_pattern(plan, column));
  column->may_give_null = wall::value_masker_may_give_null(masker);
  if (wall::value_masker_passes_some(masker))
    column->warnings = append(column->warnings, "values that its options let pass arrive as they are");
  if (wall::value_masker_may_be_real(masker))
    column->warnings = append(column->warnings, "a masked value may be one that somebody has");
  column->keeps_unique = wall::value_masker_keeps_unique(masker);
  column->is_permutation = wall::value_masker_permutes(masker);
  if (strategy->names_columns && !plan_template(plan, column, masker)) return;
  // Reading an index folds the constants of its expressions.
  try_as_owner_of(plan->request.relation, [&] { check_unique(plan, column, column->keeps_unique); });
  check_collation(plan, column);
  if (column->action == ColumnAction::mask && !strategy->uses_literal) check_masks(plan, column, masker);
  column->expression = expression_for(column, strategy);
  plan_clues(plan, column);
  if (!strategy->needs_value && !column->source->is_readable && !column->source->not_null)
    column->warnings =
        append(column->warnings, "the source role may not SELECT it, so its NULLs are masked like values");
}

// Reads the constant as a value of the column's type, domain constraints included, and writes it in the form it travels
// in.
static void read_literal(PlanColumn *column, char *text, bool is_binary) {
  Oid input, parameter, output;
  bool is_varlena;
  getTypeInputInfo(column->type, &input, &parameter);
  Datum value = OidInputFunctionCall(input, text, parameter, column->typmod);
  if (is_binary) {
    getTypeBinaryOutputInfo(column->type, &output, &is_varlena);
    bytea *sent = OidSendFunctionCall(output, value);
    column->spec.literal = VARDATA(sent);
    column->spec.literal_size = VARSIZE(sent) - VARHDRSZ;
  } else {
    getTypeOutputInfo(column->type, &output, &is_varlena);
    column->spec.literal = OidOutputFunctionCall(output, value);
    column->spec.literal_size = strlen(column->spec.literal);
  }
}

// As text the strategy itself says what its constant is.
static char *literal_text(const PlanColumn *column) {
  wall::ColumnSpec spec = {};
  spec.name = column->name;
  spec.strategy = column->mask->strategy;
  spec.options = column->mask->options;
  spec.kind = wall::ValueKind::text;
  wall::Status status;
  const char *output;
  size_t size;
  bool is_null;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &spec, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr || !wall::value_masker_apply(masker, "", 0, &output, &size, &is_null, &status)) raise(&status);
  return pnstrdup(output, size);
}

void plan_literal(SyncPlan *plan, PlanColumn *column) {
  for (PlanColumn *planned : each<PlanColumn>(column->cases)) {
    plan_literal(plan, planned);
    if (planned->action == ColumnAction::refuse) column->action = ColumnAction::refuse;
  }
  if (column->strategy == nullptr || !column->strategy->uses_literal) return;
  char *text = literal_text(column);
  const ErrorData *failure =
      rehearse_as_owner_of(plan->request.relation, [&] { read_literal(column, text, plan->binary); });
  if (failure != nullptr) return refuse_column(plan, column, psprintf("%s: %s", masked_by(column), failure->message));
  check_constant(plan, column, text);
}

}  // namespace confiture
