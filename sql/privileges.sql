-- PostgreSQL 18 adds the position at which an extension's script failed.
\set SHOW_CONTEXT never
-- What PUBLIC may do, and what must be granted.
SET client_min_messages = warning;
CREATE EXTENSION confiture;
CREATE ROLE regress_plain;
CREATE TABLE public.mine (id integer, email text);
ALTER TABLE public.mine OWNER TO regress_plain;

SELECT replace(p.oid::regprocedure::text, '"', '') COLLATE "C" AS function, has_function_privilege('regress_plain', p.oid, 'EXECUTE') AS everybody
FROM pg_proc p WHERE pronamespace = 'confiture'::regnamespace ORDER BY function;
SELECT c.relname, c.relkind, string_agg(privilege, ', ' ORDER BY privilege) AS everybody
FROM pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) privilege
WHERE relnamespace = 'confiture'::regnamespace AND relkind IN ('r', 'v') AND has_table_privilege('regress_plain', c.oid, privilege)
GROUP BY 1, 2 ORDER BY c.relname COLLATE "C";
SELECT count(*) AS sequences_for_everybody FROM pg_class c
WHERE relnamespace = 'confiture'::regnamespace
  AND CASE relkind WHEN 'S' THEN has_sequence_privilege('regress_plain', c.oid, 'USAGE, SELECT, UPDATE') END;
SELECT has_schema_privilege('regress_plain', 'confiture', 'USAGE') AS usage,
       has_schema_privilege('regress_plain', 'confiture', 'CREATE') AS "create",
       has_foreign_data_wrapper_privilege('regress_plain', 'confiture', 'USAGE') AS wrapper;
SELECT count(*) AS security_definer FROM pg_proc WHERE pronamespace = 'confiture'::regnamespace AND prosecdef;

SET ROLE regress_plain;
-- Allowed: reading.
SELECT count(*) > 0 AS strategies FROM confiture.strategies;
SELECT count(*) AS rules FROM confiture.rules;
SELECT count(*) AS runs FROM confiture.run_tables;
SELECT count(*) AS progress FROM confiture.progress;
SELECT length(confiture.key_id());
-- Not allowed: anything else, even with a table the role owns.
SELECT confiture.set_rule('public.mine', 'email', 'email');
SELECT confiture.hash('a');
SELECT confiture.check_server('prod');
SELECT * FROM confiture.plan('prod', 'public.mine');
SELECT * FROM confiture.preview('prod', 'public.mine');
SELECT * FROM confiture.sync_table('prod', 'public.mine');
SELECT * FROM confiture.run;
SELECT * FROM confiture.run_table;
INSERT INTO confiture.rule (relation, column_name, strategy) VALUES ('public.mine', 'email', 'keep');
DELETE FROM confiture.rule;
SELECT nextval('confiture.run_run_id_seq');
CREATE SERVER s FOREIGN DATA WRAPPER confiture;
CREATE FUNCTION confiture.trap() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- Only superusers set the policy, before or after the library is loaded.
SET confiture.policy = 'off';
RESET ROLE;

-- With a grant, an ordinary role sets rules of tables it owns; they are recorded under its name.
GRANT EXECUTE ON FUNCTION confiture.set_rule(regclass, name, text, jsonb), confiture.drop_rule(regclass, name) TO regress_plain;
SET ROLE regress_plain;
SELECT confiture.set_rule('public.mine', 'email', 'email');
SELECT relation, column_name, strategy, set_by FROM confiture.rules;
SELECT confiture.drop_rule('public.mine', 'email');
RESET ROLE;

-- A role may be given the right to weaken the policy.
GRANT SET ON PARAMETER confiture.policy TO regress_plain;
SET ROLE regress_plain;
SET confiture.policy = 'off';
RESET confiture.policy;
SET confiture.policy = 'lax';
SET confiture.nonsense = 1;
RESET ROLE;
REVOKE SET ON PARAMETER confiture.policy FROM regress_plain;

-- Roles that may write and read every table do not write or read the control tables.
CREATE ROLE regress_writer BYPASSRLS;
GRANT pg_write_all_data, pg_read_all_data TO regress_writer, regress_plain;
GRANT ALL ON ALL TABLES IN SCHEMA confiture TO regress_plain;
SELECT confiture.set_rule('public.mine', 'email', 'email');
SET ROLE regress_writer;
UPDATE confiture.rule SET strategy = 'keep';
DELETE FROM confiture.rule;
INSERT INTO confiture.filter VALUES ('public.mine', 'public.mine', 'false', 'me');
UPDATE confiture.set_aside SET statements = '{ALTER ROLE regress_writer SUPERUSER}';
UPDATE confiture.run_table SET transfer = NULL;
DELETE FROM confiture.chunk;
UPDATE confiture.run SET started_by = 0;
DELETE FROM confiture.foreign_key_check;
UPDATE confiture.masking_key SET key = key;
COPY confiture.new_key FROM STDIN;
0000000000000000000000000000000000000000000000000000000000000000
\.
SET ROLE regress_plain;
TRUNCATE confiture.rule;
SET session_replication_role = replica;
DELETE FROM confiture.rule;
SELECT relation, strategy FROM confiture.rule;
RESET ROLE;
SELECT 'r' AS rule, strategy FROM confiture.rules;
SELECT relname AS shown_to_pg_read_all_data FROM pg_class
WHERE relnamespace = 'confiture'::regnamespace AND relkind = 'r' AND NOT relrowsecurity ORDER BY 1;
SELECT relname AS unguarded FROM pg_class c
WHERE relnamespace = 'confiture'::regnamespace AND relkind = 'r'
  AND (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND tgname LIKE 'confiture\_refuse\_%' AND tgenabled = 'A') < 2;
REVOKE pg_write_all_data, pg_read_all_data FROM regress_plain;
DROP ROLE regress_writer;

DROP TABLE public.mine;
DROP OWNED BY regress_plain;
DROP EXTENSION confiture;
DROP ROLE regress_plain;
-- The schema belongs to the extension: an existing one is not adopted.
CREATE SCHEMA confiture;
CREATE EXTENSION confiture;
DROP SCHEMA confiture;
