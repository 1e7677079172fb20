\echo Use "ALTER EXTENSION confiture UPDATE" to load this file. \quit

-- Lines that begin with @ stand for paragraphs of confiture.sql, see sql/expand. Functions that are new are in the list at
-- the end. A view whose columns stay, or that gets more at its end, is replaced; others are dropped first.

-- Foreign tables
@ CREATE FUNCTION confiture.fdw_handler(
ALTER FOREIGN DATA WRAPPER confiture HANDLER confiture.fdw_handler;
COMMENT ON FOREIGN DATA WRAPPER confiture IS 'source databases for confiture.sync_table() and masked foreign tables';
@ CREATE FUNCTION confiture.list_connections(

-- Strategies
@ CREATE FUNCTION confiture.hash(value text
@ CREATE FUNCTION confiture.json(
@ CREATE FUNCTION confiture.scrub(
@ CREATE FUNCTION confiture.map(

-- Patterns
@ CREATE TABLE confiture.pattern (
@ CREATE VIEW confiture.patterns
@ CREATE FUNCTION confiture.set_pattern(
@ CREATE FUNCTION confiture.drop_pattern(
@ BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.pattern

-- Views
DROP VIEW confiture.progress, confiture.workers;
@ CREATE VIEW confiture.rules
@ CREATE VIEW confiture.workers
@ CREATE VIEW confiture.progress

REVOKE EXECUTE ON FUNCTION
    confiture.fdw_handler(),
    confiture.list_connections(),
    confiture.hash(numeric, jsonb),
    confiture.json(json, jsonb),
    confiture.json(jsonb, jsonb),
    confiture.scrub(text, jsonb),
    confiture.map(text, jsonb),
    confiture.map(smallint, jsonb),
    confiture.map(integer, jsonb),
    confiture.map(bigint, jsonb),
    confiture.map(anyenum, jsonb),
    confiture.set_pattern(text, text, text, jsonb),
    confiture.drop_pattern(text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION confiture.list_connections() TO PUBLIC;
