-- set_rule(), keep(), drop_rule() and the view confiture.rules.
SET client_min_messages = warning;
CREATE EXTENSION confiture;
CREATE ROLE regress_plain;
CREATE SCHEMA shop;
CREATE DOMAIN shop.address AS varchar(200) CHECK (VALUE LIKE '%@%');
CREATE TABLE shop.users (
    id integer PRIMARY KEY, email shop.address UNIQUE, full_name text, code varchar(8), birth date, "Wei""rd" text,
    score numeric, ref uuid, settings jsonb, photo bytea, blog text GENERATED ALWAYS AS (full_name || '.example') STORED);

SELECT confiture.set_rule('shop.users', 'email', 'email');
SELECT confiture.set_rule('shop.users', 'full_name', 'name', '{"locale": "en"}');
SELECT confiture.set_rule('shop.users', 'Wei"rd', 'redact');
SELECT confiture.set_rule('shop.users', 'ref', 'hash');
SELECT confiture.set_rule('shop.users', 'photo', 'null');
SELECT confiture.set_rule('shop.users', 'settings', 'drop');
SELECT confiture.keep('shop.users', 'score');
SELECT relation, column_name, strategy, options, set_by = current_user AS mine, problem FROM confiture.rules ORDER BY column_name;

-- Setting a rule again replaces it. NULL options mean none. A rule is dropped once.
SELECT confiture.set_rule('shop.users', 'email', 'hash', '{"length": 40}');
SELECT confiture.keep('shop.users', 'full_name');
SELECT confiture.set_rule('shop.users', 'score', 'null', NULL);
SELECT column_name, strategy, options FROM confiture.rules WHERE column_name IN ('email', 'full_name', 'score') ORDER BY 1;
SELECT confiture.drop_rule('shop.users', 'score'), confiture.drop_rule('shop.users', 'score'), confiture.drop_rule('shop.users', 'nonsense');

-- A rule that cannot work is refused when it is set.
SELECT confiture.set_rule('shop.users', 'emial', 'email');
SELECT confiture.keep('shop.users', 'emial');
SELECT confiture.set_rule('shop.users', 'zzz', 'email');
SELECT confiture.set_rule('shop.users', 'ctid', 'hash');
-- The hints list the available strategies and options: not compared here.
\set VERBOSITY terse
SELECT confiture.set_rule('shop.users', 'email', 'emial');
SELECT confiture.set_rule('shop.users', 'email', 'frobnicate');
SELECT confiture.set_rule('shop.users', 'birth', 'email');
SELECT confiture.set_rule('shop.users', 'settings', 'hash');
SELECT confiture.set_rule('shop.users', 'id', 'name');
SELECT confiture.set_rule('shop.users', 'email', 'email', '{"domian": "masked.invalid"}');
SELECT confiture.set_rule('shop.users', 'email', 'email', '"masked.invalid"');
SELECT confiture.set_rule('shop.users', 'email', 'keep', '{"a": 1}');
SELECT confiture.set_rule('shop.users', 'email', 'drop', '[]');
SELECT confiture.set_rule('shop.users', 'email', 'hash', '{"length": 65}');
SELECT confiture.set_rule('shop.users', 'code', 'email');
SELECT confiture.set_rule('shop.users', 'code', 'hash', '{"length": 16}');
SELECT confiture.set_rule('shop.users', 'email', 'constant');
\set VERBOSITY default
SELECT confiture.set_rule('shop.users', 'email', NULL);
SELECT confiture.set_rule(NULL, 'email', 'email');
SELECT confiture.set_rule('shop.users', NULL, 'email');
SELECT confiture.drop_rule(NULL, 'email');
SELECT confiture.set_rule('shop.nobody', 'email', 'email');
CREATE VIEW shop.v AS SELECT * FROM shop.users;
SELECT confiture.set_rule('shop.v', 'email', 'email');
DROP VIEW shop.v;
SELECT confiture.set_rule(4000000000, 'email', 'email');
SELECT count(*) FROM confiture.rules;

-- Only the owner of the table may do this, whatever else was granted.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO regress_plain;
GRANT USAGE ON SCHEMA shop TO regress_plain;
GRANT ALL ON shop.users TO regress_plain;
SET ROLE regress_plain;
SELECT confiture.set_rule('shop.users', 'email', 'keep');
SELECT confiture.keep('shop.users', 'email');
SELECT confiture.drop_rule('shop.users', 'email');
SELECT relation, column_name, strategy FROM confiture.rules WHERE column_name = 'email';
RESET ROLE;

-- Renames and drops are detected. Rules follow a renamed table.
ALTER TABLE shop.users RENAME COLUMN email TO mail;
ALTER TABLE shop.users DROP COLUMN photo;
ALTER TABLE shop.users RENAME TO customers;
ALTER SCHEMA shop RENAME TO market;
SELECT relation, column_name, strategy, problem FROM confiture.rules ORDER BY column_name;
SELECT confiture.drop_rule('market.customers', 'email');
-- The rule applies again to a column recreated under the old name.
ALTER TABLE market.customers ADD COLUMN photo text;
SELECT relation, column_name, strategy, problem FROM confiture.rules WHERE column_name = 'photo';
DROP TABLE market.customers CASCADE;
SELECT column_name, problem FROM confiture.rules ORDER BY 1;
SET ROLE regress_plain;
SELECT count(*) FILTER (WHERE confiture.drop_rule(relation, column_name)) AS cleared FROM confiture.rules;
RESET ROLE;
SELECT count(*) FROM confiture.rules;

-- Rules roll back with their transaction.
CREATE TABLE t (email text);
BEGIN;
SELECT confiture.keep('t', 'email');
ROLLBACK;
SELECT count(*) FROM confiture.rules;
-- A column that exists only on the source can be left out, and nothing else.
SELECT confiture.set_rule('t', 'elsewhere', 'drop');
SELECT confiture.set_rule('t', 'elsewhere', 'hash');
SELECT confiture.keep('t', 'elsewhere');
SELECT column_name, strategy, problem FROM confiture.rules;
SELECT confiture.drop_rule('t', 'elsewhere');
-- A table that is dropped and recreated keeps the rules of its name.
SELECT confiture.set_rule('t', 'email', 'email');
DROP TABLE t;
SELECT column_name, problem FROM confiture.rules;
CREATE TABLE t (id integer, email text);
SELECT relation, column_name, strategy, problem FROM confiture.rules;
SELECT confiture.set_rule('t', 'email', 'hash');
SELECT relation, column_name, strategy, problem FROM confiture.rules;
DROP TABLE t;
CREATE TABLE t (email text);
SELECT confiture.drop_rule('t', 'email');
SELECT count(*) FROM confiture.rules;
-- Partitioned tables have rules, and so have their partitions; those of the synced table apply.
CREATE TABLE parted (email text) PARTITION BY LIST (email);
SELECT confiture.set_rule('parted', 'email', 'hash');
DROP TABLE t, parted;

DROP SCHEMA market CASCADE;
DROP OWNED BY regress_plain;
DROP EXTENSION confiture;
DROP ROLE regress_plain;
