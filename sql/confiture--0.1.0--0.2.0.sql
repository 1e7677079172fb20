\echo Use "ALTER EXTENSION confiture UPDATE" to load this file. \quit

-- Lines that begin with @ stand for paragraphs of confiture.sql, see sql/expand. Functions that are new are in the list at
-- the end. A view whose columns stay, or that gets more at its end, is replaced; others are dropped first.

-- Foreign tables
@ CREATE FUNCTION confiture.fdw_handler(
ALTER FOREIGN DATA WRAPPER confiture HANDLER confiture.fdw_handler;
COMMENT ON FOREIGN DATA WRAPPER confiture IS 'source databases for confiture.sync_table() and masked foreign tables';
@ CREATE FUNCTION confiture.list_connections(

-- Secrets by COPY
@ CREATE TRIGGER load_library BEFORE INSERT ON confiture.new_key

-- Strategies
@ CREATE FUNCTION confiture.hash(value text
@ CREATE FUNCTION confiture.email(
@ CREATE FUNCTION confiture.name(
@ CREATE FUNCTION confiture.first_name(
@ CREATE FUNCTION confiture.last_name(
@ CREATE FUNCTION confiture.username(
@ CREATE FUNCTION confiture.template(
@ CREATE FUNCTION confiture.title(
@ CREATE FUNCTION confiture.gender(
@ CREATE FUNCTION confiture.url(
@ CREATE FUNCTION confiture.partial(
@ CREATE FUNCTION confiture.json(
@ CREATE FUNCTION confiture.hstore(
@ CREATE FUNCTION confiture.composite(
@ CREATE FUNCTION confiture.location(
@ CREATE FUNCTION confiture.scrub(
@ CREATE FUNCTION confiture.lookup(
@ CREATE FUNCTION confiture.map(
@ CREATE FUNCTION confiture.regexp(

-- Patterns
@ CREATE TABLE confiture.pattern (
@ CREATE VIEW confiture.patterns
@ CREATE FUNCTION confiture.set_pattern(
@ CREATE FUNCTION confiture.drop_pattern(
@ BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.pattern

-- Declared references
@ CREATE TABLE confiture.reference (
@ CREATE VIEW confiture.references
@ CREATE FUNCTION confiture.set_reference(
@ CREATE FUNCTION confiture.drop_reference(
@ BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.reference
DROP VIEW confiture.foreign_key_checks;
ALTER TABLE confiture.foreign_key_check
    ALTER COLUMN constraint_name TYPE text,
    ADD COLUMN is_declared boolean NOT NULL DEFAULT false;
COMMENT ON TABLE confiture.foreign_key_check IS
'what the verification of foreign keys and declared references at the end of a run found; read the view confiture.foreign_key_checks';
@ CREATE VIEW confiture.foreign_key_checks

-- Rules with conditions
ALTER TABLE confiture.rule
    ADD COLUMN condition text,
    ADD COLUMN position smallint NOT NULL DEFAULT 0,
    DROP CONSTRAINT rule_pkey,
    ADD PRIMARY KEY (relation, column_name, position),
    ADD CHECK ((condition IS NULL) = (position = 0));
COMMENT ON COLUMN confiture.rule.condition IS
'SQL on the source: which rows the rule takes; NULL: those that no other rule of the column takes';
COMMENT ON COLUMN confiture.rule.position IS 'rules with a condition are asked in this order, from 1; 0 is the rule without one, the last';
@ CREATE FUNCTION confiture.set_rule(
@ CREATE FUNCTION confiture.keep(
@ CREATE FUNCTION confiture.drop_rule(

-- Subsets
@ CREATE TABLE confiture.seed (
@ CREATE VIEW confiture.seeds
@ CREATE FUNCTION confiture.set_seed(
@ CREATE FUNCTION confiture.drop_seed(
@ CREATE TABLE confiture.follow (
@ CREATE VIEW confiture.follows
@ CREATE FUNCTION confiture.set_follow(
@ CREATE FUNCTION confiture.drop_follow(
@ BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.seed
@ BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.follow
ALTER TABLE confiture.chunk ADD COLUMN positions bytea;
COMMENT ON COLUMN confiture.chunk.positions IS
'which rows of source_relation, as packed row positions of its snapshot (extension/mask/position_list.h); NULL: not chosen by a subset, or done';
ALTER TABLE confiture.run ADD COLUMN subset jsonb;
COMMENT ON COLUMN confiture.run.subset IS 'why which rows were chosen, see confiture.subset_reasons; NULL: all rows';

-- Runs that are refused
ALTER TABLE confiture.run DROP CONSTRAINT run_state_check, ADD CONSTRAINT run_state_check
    CHECK (state IN ('queued', 'running', 'done', 'failed', 'partial', 'cancelled', 'superseded', 'refused'));

-- Views
DROP VIEW confiture.progress, confiture.workers;
@ CREATE VIEW confiture.rules
@ CREATE VIEW confiture.runs
@ CREATE VIEW confiture.subset_reasons
@ CREATE VIEW confiture.workers
@ CREATE VIEW confiture.progress

-- Loaders: plans say which one takes a table, calls may choose one. The grants stay.
ALTER TABLE confiture.run_table ADD COLUMN loader text, ADD COLUMN subset_digest text;
CREATE INDEX ON confiture.run (run_id) WHERE state NOT IN ('done', 'superseded', 'refused');
CREATE INDEX ON confiture.run_table (relation, run_id);
CREATE INDEX ON confiture.set_aside (run_id);
COMMENT ON COLUMN confiture.run_table.subset_digest IS
'of the rows that a subset has chosen, and their versions; NULL: all rows; compared when a run is resumed';
@ CREATE VIEW confiture.run_tables
ALTER TABLE confiture.chunk ADD COLUMN cpu interval, ADD COLUMN checkpoint_cpu interval;
COMMENT ON COLUMN confiture.chunk.cpu IS 'processor time of the process from its last checkpoint to this one';
COMMENT ON COLUMN confiture.chunk.checkpoint_cpu IS 'the part of cpu that statements on the control tables took: to find the chunk, and to record the one before';
@ CREATE VIEW confiture.checkpoints
ALTER FUNCTION confiture.plan(text, regclass, text, jsonb, text, text, text, text, boolean) RENAME TO old_plan;
ALTER FUNCTION confiture.plan_sync(text, text[], text[], jsonb, jsonb, text, text) RENAME TO old_plan_sync;
ALTER FUNCTION confiture.sync_table(text, regclass, text, jsonb, text, text, text, text, boolean) RENAME TO old_sync_table;
ALTER PROCEDURE confiture.sync RENAME TO old_sync;
@ CREATE FUNCTION confiture.plan(
@ CREATE FUNCTION confiture.plan_sync(
@ CREATE FUNCTION confiture.sync_table(
@ CREATE PROCEDURE confiture.sync(
REVOKE EXECUTE ON ROUTINE confiture.plan, confiture.plan_sync, confiture.sync_table, confiture.sync FROM PUBLIC;
INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
SELECT d.dbid, d.classid, p.oid, d.objsubid, d.refclassid, d.refobjid, d.deptype
FROM pg_catalog.pg_shdepend d
JOIN pg_catalog.pg_proc o ON o.oid = d.objid AND o.proname IN ('old_plan', 'old_plan_sync', 'old_sync_table', 'old_sync')
JOIN pg_catalog.pg_proc p ON 'old_' || p.proname = o.proname AND p.pronamespace = o.pronamespace
WHERE d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND d.classid = 'pg_catalog.pg_proc'::regclass
  AND d.deptype = 'a'
  AND o.pronamespace = 'confiture'::regnamespace;
UPDATE pg_catalog.pg_proc p
SET proacl = o.proacl
FROM pg_catalog.pg_proc o
WHERE p.pronamespace = 'confiture'::regnamespace
  AND o.pronamespace = p.pronamespace
  AND o.proname IN ('old_plan', 'old_plan_sync', 'old_sync_table', 'old_sync')
  AND o.proname = 'old_' || p.proname;
DROP ROUTINE confiture.old_plan, confiture.old_plan_sync, confiture.old_sync_table, confiture.old_sync;

@ CREATE FUNCTION confiture.lorem(
@ CREATE FUNCTION confiture.choice(
@ CREATE FUNCTION confiture.noise(
@ CREATE FUNCTION confiture.mac(
@ CREATE FUNCTION confiture.shift(
@ CREATE FUNCTION confiture.truncate(
@ CREATE FUNCTION confiture.random_date(
@ CREATE FUNCTION confiture.masked_rows(

@ CREATE FUNCTION confiture.plan_subset(
@ CREATE FUNCTION confiture.why(
@ CREATE FUNCTION confiture.suggest(
@ CREATE FUNCTION confiture.fpe_decrypt(

REVOKE EXECUTE ON FUNCTION
    confiture.fdw_handler(),
    confiture.list_connections(),
    confiture.hash(numeric, jsonb),
    confiture.location(numeric, jsonb),
    confiture.location(point, jsonb),
    confiture.location(real, jsonb),
    confiture.location(double precision, jsonb),
    confiture.json(text, jsonb),
    confiture.json(json, jsonb),
    confiture.json(jsonb, jsonb),
    confiture.hstore(anyelement, jsonb),
    confiture.composite(anyelement, jsonb),
    confiture.scrub(text, jsonb),
    confiture.template(text, jsonb),
    confiture.regexp(text, jsonb),
    confiture.gender(text, jsonb),
    confiture.gender(smallint, jsonb),
    confiture.gender(integer, jsonb),
    confiture.gender(bigint, jsonb),
    confiture.gender(anyenum, jsonb),
    confiture.lookup(text, jsonb),
    confiture.lookup(smallint, jsonb),
    confiture.lookup(integer, jsonb),
    confiture.lookup(bigint, jsonb),
    confiture.lookup(uuid, jsonb),
    confiture.lookup(numeric, jsonb),
    confiture.lookup(date, jsonb),
    confiture.lookup(timestamp, jsonb),
    confiture.lookup(timestamptz, jsonb),
    confiture.lookup(anyenum, jsonb),
    confiture.map(text, jsonb),
    confiture.map(smallint, jsonb),
    confiture.map(integer, jsonb),
    confiture.map(bigint, jsonb),
    confiture.map(anyenum, jsonb),
    confiture.choice(uuid, jsonb),
    confiture.choice(numeric, jsonb),
    confiture.choice(real, jsonb),
    confiture.choice(double precision, jsonb),
    confiture.choice(date, jsonb),
    confiture.choice(timestamp, jsonb),
    confiture.choice(timestamptz, jsonb),
    confiture.choice(time, jsonb),
    confiture.choice(timetz, jsonb),
    confiture.choice(interval, jsonb),
    confiture.lookup(real, jsonb),
    confiture.lookup(double precision, jsonb),
    confiture.lookup(time, jsonb),
    confiture.lookup(timetz, jsonb),
    confiture.lookup(interval, jsonb),
    confiture.mac(text, jsonb),
    confiture.map(uuid, jsonb),
    confiture.map(numeric, jsonb),
    confiture.map(real, jsonb),
    confiture.map(double precision, jsonb),
    confiture.map(date, jsonb),
    confiture.map(timestamp, jsonb),
    confiture.map(timestamptz, jsonb),
    confiture.map(time, jsonb),
    confiture.map(timetz, jsonb),
    confiture.map(interval, jsonb),
    confiture.noise(interval, jsonb),
    confiture.random_date(time, jsonb),
    confiture.random_date(timetz, jsonb),
    confiture.shift(time, jsonb),
    confiture.shift(timetz, jsonb),
    confiture.truncate(timetz, jsonb),
    confiture.masked_rows(),
    confiture.set_rule(regclass, name, text, jsonb, text),
    confiture.set_pattern(text, text, text, jsonb),
    confiture.drop_pattern(text, text),
    confiture.set_reference(regclass, text[], regclass, text[], text),
    confiture.drop_reference(regclass, text[], regclass, text[]),
    confiture.set_seed(regclass, text, bigint, double precision),
    confiture.drop_seed(regclass),
    confiture.set_follow(regclass, text, boolean, integer),
    confiture.drop_follow(regclass, text),
    confiture.plan_subset(text, jsonb, text[], text[], jsonb, text),
    confiture.why(text, regclass, text[], jsonb, text[], text[], jsonb, text),
    confiture.suggest(text, integer, text[], text[], text),
    confiture.fpe_decrypt(regclass, name, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION confiture.list_connections() TO PUBLIC;

@ -- What the columns of the views say.
