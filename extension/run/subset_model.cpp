#include "pg/by_oid.h"
#include "pg/core_error.h"
#include "pg/core_objects.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "plan/declared.h"
#include "run/subset.h"

namespace confiture {

static SubsetTable *find_table(const Subset *subset, const char *relation) {
  for (SubsetTable *table : each<SubsetTable>(subset->tables))
    if (strcmp(table->table->plan->relation_name, relation) == 0) return table;
  return nullptr;
}

// ---- tables

static bool has_usable_positions(const ChunkSource *extent) {
  if (!extent->is_readable) return false;
  if (extent->kind != RELKIND_PARTITIONED_TABLE) return extent->is_heap;
  for (const ChunkSource *partition : each<ChunkSource>(extent->partitions))
    if (!partition->is_heap || !partition->is_readable) return false;
  return true;
}

static void add_leaf(Subset *subset, SubsetTable *table, const ChunkSource *extent) {
  SubsetLeaf *leaf = make<SubsetLeaf>({table, extent, static_cast<size_t>(list_length(subset->leaves))});
  subset->leaves = append(subset->leaves, leaf);
  table->leaves = append(table->leaves, leaf);
}

static void add_table(Subset *subset, RunTable *planned) {
  SubsetTable *table = make<SubsetTable>();
  table->table = planned;
  table->number = list_length(subset->tables);
  table->alias = source_name(planned->plan->source->name);
  subset->tables = append(subset->tables, table);
  planned->share = table;
  const ChunkSource *extent = planned->extent;
  if (!has_usable_positions(extent)) return;
  if (extent->kind != RELKIND_PARTITIONED_TABLE)
    add_leaf(subset, table, extent);
  else
    for (const ChunkSource *partition : each<ChunkSource>(extent->partitions)) add_leaf(subset, table, partition);
}

// A seed that is given with the call and meets no table is a mistake; stored ones may be of tables that this run leaves
// out.
static bool add_seeds(Subset *subset, const RunOptions *options) {
  bool has_seed = false;
  for (const Seed *seed : each<Seed>(read_seeds(options->subset))) {
    SubsetTable *table = find_table(subset, seed->relation);
    if (table == nullptr && options->has_own_subset)
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("subset names %s, which is not a table of this run", seed->relation),
                      errhint("Write each table with its schema, quoted as SQL requires.")));
    if (table == nullptr) continue;
    table->seed = seed;
    has_seed = true;
  }
  return has_seed;
}

// ---- references

static const Follow *find_follow(List *follows, const SubsetKey *key) {
  for (const Follow *follow : each<Follow>(follows))
    if (strcmp(follow->relation, key->child->table->plan->relation_name) == 0 &&
        (strcmp(follow->key, key->name) == 0 || strcmp(quote_identifier(follow->key), key->name) == 0))
      return follow;
  return nullptr;
}

static void add_key(Subset *subset, List *follows, SubsetKey key) {
  if (key.child == nullptr || key.parent == nullptr) return;
  const Follow *follow = find_follow(follows, &key);
  if (follow != nullptr) {
    key.policy = follow->is_by_default ? FollowPolicy::by_default
                 : follow->follows     ? FollowPolicy::always
                                       : FollowPolicy::never;
    key.rows_per_parent = follow->rows_per_parent;
  }
  key.number = list_length(subset->keys) + 1;
  subset->keys = append(subset->keys, make<SubsetKey>(key));
}

static void add_source_keys(Subset *subset, List *follows) {
  List *oids = NIL;
  ByOid<SubsetTable> tables = make_by_oid<SubsetTable>(list_length(subset->tables));
  for (SubsetTable *table : each<SubsetTable>(subset->tables)) {
    Oid oid = table->table->plan->source->oid;
    oids = lappend_oid(oids, oid);
    add(&tables, oid, table);
  }
  sort(&tables);
  for (const SourceKey *key : each<SourceKey>(read_source_keys(subset->source, oids)))
    add_key(subset, follows,
            {.name = key->name,
             .child = find(&tables, key->referencing),
             .parent = find(&tables, key->referenced),
             .source = key,
             .number = 0,
             .is_unique = !key->is_temporal,
             .policy = FollowPolicy::by_default,
             .rows_per_parent = 0,
             .parents = 0,
             .children = 0});
}

// What is declared here is of columns, types and operators that the source has as well, or its planner objects.
static void refuse_objection(const Subset *subset, const SubsetKey *key) {
  const char *objection = source_objection(subset->source, psprintf("SELECT %s", joined_sides(key)), false);
  if (objection != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the source does not take the declared reference %s of %s: %s", key->name,
                           key->child->table->plan->relation_name, objection)));
}

static void add_declared_keys(Subset *subset, List *follows, List *trees) {
  for (const ForeignKey *key : each<ForeignKey>(load_declared_keys(trees))) {
    if (key->broken != nullptr) continue;  // a problem of the plan
    SubsetTable *child = find_table(subset, key->referencing_name), *parent = find_table(subset, key->referenced_name);
    if (child == nullptr || parent == nullptr) continue;
    const SourceTable *referencing = child->table->plan->source, *referenced = parent->table->plan->source;
    const SourceKey *source =
        make<SourceKey>({.name = key->name,
                         .referencing = referencing->oid,
                         .referenced = referenced->oid,
                         .referencing_name = referencing->qualified,
                         .referenced_name = referenced->qualified,
                         .referencing_kind = referencing->kind,
                         .referenced_kind = referenced->kind,
                         .joins = key->joins,
                         .referencing_leaves = NIL,
                         .referenced_leaves = NIL,
                         .has_index = source_has_index(subset->source, referencing->oid, key->index),
                         .is_temporal = false});
    const SubsetKey declared = {.name = key->name,
                                .child = child,
                                .parent = parent,
                                .source = source,
                                .number = 0,
                                .is_unique = false,
                                .policy = FollowPolicy::by_default,
                                .rows_per_parent = 0,
                                .parents = 0,
                                .children = 0};
    refuse_objection(subset, &declared);
    add_key(subset, follows, declared);
  }
}

static void refuse_idle_follows(const Subset *subset, List *follows) {
  for (const Follow *follow : each<Follow>(follows)) {
    bool is_used = find_table(subset, follow->relation) == nullptr;  // not of this run
    for (const SubsetKey *key : each<SubsetKey>(subset->keys))
      is_used |= find_follow(list_make1(const_cast<Follow *>(follow)), key) != nullptr;
    // Its other table may be left out of the run; a typing error must not drag along what it was to leave out.
    if (!is_used)
      ereport(WARNING, (errmsg("no reference \"%s\" of %s to a table of this run is there to follow", follow->key,
                               follow->relation),
                        errhint("confiture.drop_follow() removes the setting.")));
  }
}

// ---- what is reached

static bool raise_flag(bool *flag, bool value) {
  bool changes = value && !*flag;
  *flag |= value;
  return changes;
}

// What is left out takes along what references it, if nothing else leads there: it would bring all of it back.
static void spread_left_out(const Subset *subset) {
  for (bool changes = true; changes;) {
    changes = false;
    for (const SubsetKey *key : each<SubsetKey>(subset->keys))
      changes |= raise_flag(&key->child->is_left_out, key->parent->is_left_out && !key->parent->is_reached);
  }
}

static void spread(const Subset *subset) {
  for (SubsetTable *table : each<SubsetTable>(subset->tables))
    table->is_reached = table->is_followed = table->seed != nullptr;
  for (bool changes = true; changes;) {
    changes = false;
    for (const SubsetKey *key : each<SubsetKey>(subset->keys)) {
      SubsetTable *child = key->child, *parent = key->parent;
      changes |= raise_flag(&parent->is_reached, child->is_reached);
      if (key->policy == FollowPolicy::never) child->is_left_out |= parent->is_reached;
      if (key->policy == FollowPolicy::never) continue;
      changes |= raise_flag(&child->is_followed, parent->is_followed);
      changes |= raise_flag(&child->is_reached,
                            parent->is_followed || (parent->is_reached && key->policy == FollowPolicy::always));
    }
  }
  spread_left_out(subset);
}

static void add_to_sets(const Subset *subset) {
  for (const SubsetLeaf *leaf : each<SubsetLeaf>(subset->leaves)) {
    bool keeps_fresh = false, keeps_followed = false;
    for (const SubsetKey *key : each<SubsetKey>(subset->keys)) {
      keeps_fresh |= key->child == leaf->table || (key->parent == leaf->table && key->policy == FollowPolicy::always);
      keeps_followed |= key->parent == leaf->table && key->policy != FollowPolicy::never;
    }
    wall::Status status;
    Oid oid = static_cast<Oid>(strtoul(leaf->extent->oid, nullptr, 10));
    if (!wall::row_sets_add_relation(subset->sets, oid, leaf->table->number, keeps_fresh, keeps_followed, &status))
      raise(&status);
  }
}

Subset *make_subset(Source *source, const RunOptions *options, RunPlan *plan) {
  if (options->subset == nullptr) return nullptr;
  Subset *subset = make<Subset>();
  subset->source = source;
  subset->copies_unreached = options->copies_unreached;
  for (RunTable *table : each<RunTable>(plan->tables)) add_table(subset, table);
  if (!add_seeds(subset, options)) {
    for (RunTable *table : each<RunTable>(plan->tables)) table->share = nullptr;
    return nullptr;
  }
  List *follows = read_follows(options->follow);
  add_source_keys(subset, follows);
  add_declared_keys(subset, follows, plan->trees);
  refuse_idle_follows(subset, follows);
  spread(subset);
  MaskingKey key = read_masking_key();
  if (!wall::choice_seed(key.bytes, key.size, &subset->choice)) elog(ERROR, "could not derive a key");
  subset->context = AllocSetContextCreate(CurrentMemoryContext, "confiture subset", ALLOCSET_DEFAULT_SIZES);
  wall::Status status;
  subset->sets = make_row_sets(subset->context, static_cast<uint64>(subset_memory_kb()) * 1024, &status);
  if (subset->sets == nullptr) raise(&status);
  add_to_sets(subset);
  return subset;
}

}  // namespace confiture
