// Why the rows of a subset came, as the plan says it and as it is kept with the run.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/plan.h"
#include "run/subset.h"

namespace confiture {

const char *counted_rows(int64 rows) { return psprintf(INT64_FORMAT " %s", rows, rows == 1 ? "row" : "rows"); }

static List *add(List *reasons, const char *arrived_as, const SubsetKey *key, int64 rows, const char *words) {
  return append(reasons, make<SubsetReason>({arrived_as, key, rows, words}));
}

List *subset_reasons(const Subset *subset, const SubsetTable *table) {
  List *reasons = NIL;
  bool is_all = table->is_whole && !table->is_nearly_all;
  if (table->seed != nullptr)
    reasons = add(reasons, "seed", nullptr, is_all ? -1 : table->seed_rows,
                  is_all ? "seed: all rows" : psprintf("seed: %s", counted_rows(table->seed_rows)));
  else if (!table->is_reached && table->is_whole)
    reasons = add(reasons, "whole", nullptr, -1, "whole: no reference leads to it from a seed");
  else if (!table->is_reached)
    reasons = add(
        reasons, "none", nullptr, 0,
        table->is_left_out ? "none: its references are not followed" : "none: no reference leads to it from a seed");
  else if (is_all)
    reasons = add(reasons, "whole", nullptr, -1, "whole: its rows are not to be had by position");
  for (const SubsetKey *key : each<SubsetKey>(subset->keys)) {
    if (key->parent == table && key->parents > 0)
      reasons = add(reasons, "parent", key, key->parents,
                    psprintf("%s that %s of %s references", counted_rows(key->parents), key->name,
                             key->child->table->plan->relation_name));
    if (key->child == table && key->children > 0)
      reasons = add(reasons, "child", key, key->children,
                    psprintf("%s that reference %s by %s", counted_rows(key->children),
                             key->parent->table->plan->relation_name, key->name));
  }
  if (table->is_nearly_all) reasons = add(reasons, "whole", nullptr, -1, "whole: nearly all of its rows are chosen");
  return reasons;
}

void store_subset_reasons(int64 run_id, const Subset *subset) {
  if (subset == nullptr) return;
  List *tables = NIL, *arrivals = NIL, *references = NIL, *others = NIL, *rows = NIL, *words = NIL;
  for (const SubsetTable *table : each<SubsetTable>(subset->tables))
    for (const SubsetReason *reason : each<SubsetReason>(subset_reasons(subset, table))) {
      const SubsetKey *key = reason->key;
      const SubsetTable *other = key == nullptr ? nullptr : key->parent == table ? key->child : key->parent;
      tables = append(tables, table->table->plan->relation_name);
      arrivals = append(arrivals, reason->arrived_as);
      references = append(references, key != nullptr ? key->name : "");
      others = append(others, other != nullptr ? other->table->plan->relation_name : "");
      rows = append(rows, psprintf(INT64_FORMAT, reason->rows));
      words = append(words, reason->words);
    }
  spi_run_as_owner(R"(
      UPDATE confiture.run
      SET subset = (
        SELECT jsonb_agg(jsonb_build_object('relation', relation, 'arrived_as', arrived_as, 'reference',
          nullif(reference, ''), 'other', nullif(other, ''), 'rows', nullif(rows::bigint, -1), 'reason', reason))
        FROM unnest($2, $3, $4, $5, $6, $7) u(relation, arrived_as, reference, other, rows, reason))
      WHERE run_id = $1)",
                   {arg(run_id), arg_texts(tables), arg_texts(arrivals), arg_texts(references), arg_texts(others),
                    arg_texts(rows), arg_texts(words)});
}

}  // namespace confiture
