// Planning the sync of one table, before a row moves; plan(), preview() and sync_table() all start from it.
#pragma once

#include "plan/problems.h"
#include "plan/settle.h"
#include "plan/sync_plan.h"

namespace confiture {

// Ereports only for what has no row in a plan: a missing relation or server, bad arguments, no connection. Wants SPI
// connected and the session entered.
SyncPlan *make_plan(Source *source, const SyncRequest *request);

// The same for a table whose catalog on the source is read already, with its settled rules.
SyncPlan *plan_table(Source *source, const SyncRequest *request, SourceTable *table, const TableRules *settled);

// scan.cpp: the same for a foreign table, whose relation, server and source are in the request. The snapshot of the
// source is begun already.
SyncPlan *plan_scan(Source *source, const SyncRequest *request);

// plan.cpp: adds what the rules of other columns and tables have to say about these.
void add_settled_problems(SyncPlan *plan, const TableRules *settled);

// Columns that travel: actions pass and mask with a target column, in wire order (PlanColumn *).
List *wire_columns(const SyncPlan *plan);

// ---------------------------------------------------------------------------------------------------------------
// The parts of plan_table(). They add problems and warnings to the plan.

// columns.cpp: plans one column of the target and those that only the source has; looks for rules that fit no column.
void plan_column_of_target(SyncPlan *plan, List *rules, Form_pg_attribute attribute);
void plan_columns_of_source(SyncPlan *plan, List *rules);
void check_rules(SyncPlan *plan, List *rules);

// Copies a column as it is, if the guard lets it.
void plan_pass(SyncPlan *plan, PlanColumn *column, const Rule *rule);

// cases.cpp: plans a column whose rules have conditions: as each of them alone would have it, and what the source is
// asked for then.
void plan_cases(SyncPlan *plan, PlanColumn *column);
// Asks the source whether it takes the conditions, and whether they leave rows without a rule.
void check_conditions(SyncPlan *plan, Source *source);
// All conditions of rules as one, for the source to look at; nullptr when there are none.
const char *conditions_of(const SyncPlan *plan);
// Puts the cases into the column's spec, once they are settled.
void seal_cases(PlanColumn *column);
// The alias under which a query has the number of the case that takes a row.
const char *side_name(AttrNumber column);
// ... and what other columns say of its values.
const char *clue_name(wall::Clue clue, AttrNumber column);

// source_sql.cpp: plans a column whose rule has strategy "sql"; asks the source whether it takes the expressions, and
// whether they give NULLs that the target does not take.
void plan_source_sql(SyncPlan *plan, PlanColumn *column);
void check_source_sql(SyncPlan *plan, Source *source);

// functions.cpp: plans a column whose rule has strategy "function".
void plan_function(SyncPlan *plan, PlanColumn *column);
// Once the loader is chosen: only those that take fields one by one can call it.
void check_functions_loader(SyncPlan *plan);

// Does the column become NULL, in all rows or in some?
bool makes_null(const PlanColumn *column);
// ... or of some of its values?
bool may_make_null(const PlanColumn *column);

// The plan's column of that name, nullptr when there is none.
PlanColumn *find_column(const SyncPlan *plan, const char *name);

// Does the target's column take a NULL? Its domain is asked too.
bool takes_null(Form_pg_attribute attribute);
bool takes_null(const SyncPlan *plan, const PlanColumn *column);

// propose.cpp: the statement that gives the column a rule that this plan would take (type, length, CHECKs, NOT NULL,
// unique indexes): `first`, or else hash, redact, null or an empty document; a comment that says what to change where
// none fits. nullptr in a trial.
const char *propose_rule(const SyncPlan *plan, const PlanColumn *column, const char *first, const char *options = "{}");

// mask.cpp: settles a masked column: strategy, options, fit, uniqueness.
void plan_mask(SyncPlan *plan, PlanColumn *column);
// propose.cpp: the same for a rule of the policy auto: as that rule has it, or with what fits.
void plan_automatic_mask(SyncPlan *plan, PlanColumn *column);
// The source's expression for the raw value of a masked column as a text.
const char *expression_as_text(const PlanColumn *column);
// A problem gets its full stop where it is shown.
const char *without_full_stop(const char *sentence);
// "(masked with <strategy>)"
const char *masked_by(const PlanColumn *column);
// clues.cpp: settles options of a masked column that name other columns of the row.
void plan_clues(SyncPlan *plan, PlanColumn *column);
// ... once all columns are planned: warns of columns of one entity whose options make two persons of it.
void warn_of_other_people(SyncPlan *plan);
// templates.cpp: settles the columns that a template names, and whether their values keep its own apart. False:
// refused.
bool plan_template(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker);
// lookups.cpp: reads the values that a mask takes from a table. False: refused.
bool plan_lookup(SyncPlan *plan, PlanColumn *column);
// Once all tables of a run are planned (SyncPlan *): refuses lookups in tables that are loaded themselves.
void check_lookups(List *plans);
// kept_keys.cpp: then refuses upserts (SyncPlan *) whose primary keys were masked otherwise by the table's last load.
void check_kept_keys(List *upserts);
// Once all columns are planned: refuses templates of columns that no row has, and of each other.
void check_templates(SyncPlan *plan);
// The columns (char *) that an option of these names: entity, gender. Wants SPI connected and the session entered.
List *clue_columns(const char *options, wall::Clue clue);
// ... and any option.
List *option_columns(const char *options, const char *option);
// named_columns.cpp: settles option `columns` of masks, when all columns are planned.
void plan_named_columns(SyncPlan *plan);
// unique.cpp: refuses a mask whose values may collide under a unique index; `keeps_unique`: only where the index does
// not see them as they are.
void check_unique(SyncPlan *plan, PlanColumn *column, bool keeps_unique);
// Refuses rules of one column whose values could meet under a unique index, each of which alone would keep them apart.
void check_unique_cases(SyncPlan *plan, PlanColumn *column);
// collations.cpp: refuses a mask of values that are equal to their collation without being the same text.
void check_collation(SyncPlan *plan, PlanColumn *column);
// Makes the wire form of a constant, once the format is known.
void plan_literal(SyncPlan *plan, PlanColumn *column);

// format.cpp: chooses binary or text, and settles what hangs on it.
void choose_format(SyncPlan *plan);

// partition_owners.cpp: refuses partitions, and what this is a partition of, whose owners could not become the table's
// owner, as whom all code of theirs runs. False: none of that code may run, also not for a plan.
bool check_partition_owners(SyncPlan *plan);
// The same later, when one may have another owner: ereports 55000.
void refuse_foreign_partitions(List *tree);

// partitions.cpp: refuses masks of partition keys whose values no partition may take.
void check_partition_keys(SyncPlan *plan, Relation target);

// checks.cpp: looks on the source for rows that violate CHECKs which are NOT VALID in the target.
void check_loose_checks(SyncPlan *plan, Source *source, Relation target);

// loader.cpp: chooses the loader, and refuses what none can load, or empty.
void choose_loader(SyncPlan *plan, Relation target);
void choose_heap_loader(SyncPlan *plan, Relation target);
// What a relation is that is no table and takes no rows either ("a view"), nullptr for all others.
const char *why_no_target(Oid relation);

// target.cpp: settles how the target is emptied and loaded, and with whose privileges.
void plan_target(SyncPlan *plan, Relation target);
// The same for a table of a run that is to be emptied by DELETE.
void plan_deletion(SyncPlan *plan);
// Refuses changes of published tables (Oids) that the server would refuse, for want of a replica identity.
void check_replica_identity(SyncPlan *plan, List *tree, CmdType command);

}  // namespace confiture
