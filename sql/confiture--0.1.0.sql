\echo Use "CREATE EXTENSION confiture" to load this file. \quit

-- The schema is made here and not by the control file: CREATE EXTENSION would adopt a schema that somebody else
-- made before it, with that somebody's functions in it. The control file says pg_catalog, so that no function or operator
-- of another schema is found here, and a DROP SCHEMA public does not take the extension with it.
CREATE SCHEMA confiture;
COMMENT ON SCHEMA confiture IS 'copies tables from another database and masks personal data on the way';
GRANT USAGE ON SCHEMA confiture TO PUBLIC;

----------------------------------------------------------------------------------------------------------------
-- Servers

CREATE FUNCTION confiture.fdw_validator(options text[], catalog oid) RETURNS void
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_fdw_validator';
COMMENT ON FUNCTION confiture.fdw_validator(text[], oid) IS
'checks the options of servers and user mappings of the foreign-data wrapper confiture';

CREATE FOREIGN DATA WRAPPER confiture VALIDATOR confiture.fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER confiture IS 'source databases for confiture.sync_table()';

CREATE FUNCTION confiture.check_server(
    server text,
    OUT version text, OUT database text, OUT role text, OUT tls text, OUT standby boolean,
    OUT readable_tables bigint, OUT unreadable_tables bigint)
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_check_server';
COMMENT ON FUNCTION confiture.check_server(text) IS
'connects to a source and tells its version, database, the role used there, TLS protocol and cipher (NULL: none), whether it is a standby, and how many tables that role can and cannot read';

----------------------------------------------------------------------------------------------------------------
-- The masking key

CREATE TABLE confiture.masking_key (
    key bytea NOT NULL CHECK (octet_length(key) BETWEEN 32 AND 1024),
    set_at timestamptz NOT NULL DEFAULT now(),
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
);
COMMENT ON TABLE confiture.masking_key IS 'the secret that all keyed strategies derive from; one row; never dumped';
REVOKE ALL ON confiture.masking_key FROM PUBLIC;
-- Members of pg_read_all_data may read every table; row security without a policy shows them nothing.
ALTER TABLE confiture.masking_key ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION confiture.set_key(key bytea) RETURNS text
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_set_key';
COMMENT ON FUNCTION confiture.set_key(bytea) IS
'replaces the masking key (32 to 1024 bytes), for example to share it between targets; returns the new key_id()';

CREATE FUNCTION confiture.rotate_key() RETURNS text
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_rotate_key';
COMMENT ON FUNCTION confiture.rotate_key() IS
'replaces the masking key by a new random one; masked values then differ from those of earlier runs; returns the new key_id()';

CREATE FUNCTION confiture.key_id() RETURNS text
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_key_id';
COMMENT ON FUNCTION confiture.key_id() IS 'fingerprint of the masking key, to compare targets; reveals nothing of the key';

SELECT confiture.rotate_key();

----------------------------------------------------------------------------------------------------------------
-- Strategies

CREATE FUNCTION confiture.list_strategies(
    OUT strategy text, OUT summary text, OUT options text, OUT example text, OUT types text[],
    OUT deterministic boolean, OUT keyed boolean, OUT needs_value boolean, OUT keeps_unique boolean)
RETURNS SETOF record
LANGUAGE C STABLE PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'confiture_list_strategies';
COMMENT ON FUNCTION confiture.list_strategies() IS 'the registry of strategies; see the view confiture.strategies';

CREATE VIEW confiture.strategies AS SELECT * FROM confiture.list_strategies();
COMMENT ON VIEW confiture.strategies IS
'the strategies there are: what each does, its options, the types it takes, whether it is deterministic, keyed, needs the raw value, and keeps unique values unique';
GRANT SELECT ON confiture.strategies TO PUBLIC;

CREATE FUNCTION confiture.hash(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_hash';
COMMENT ON FUNCTION confiture.hash(text, jsonb) IS 'keyed HMAC-SHA-256 of a text, in hex; option length';
CREATE FUNCTION confiture.hash(value uuid, options jsonb DEFAULT '{}') RETURNS uuid
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_hash';
COMMENT ON FUNCTION confiture.hash(uuid, jsonb) IS 'another UUID, the same for the same input';
CREATE FUNCTION confiture.hash(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_hash';
COMMENT ON FUNCTION confiture.hash(bigint, jsonb) IS 'a keyed permutation of bigint, sign kept';
CREATE FUNCTION confiture.hash(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_hash';
COMMENT ON FUNCTION confiture.hash(integer, jsonb) IS 'a keyed permutation of integer, sign kept';
CREATE FUNCTION confiture.hash(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_hash';
COMMENT ON FUNCTION confiture.hash(smallint, jsonb) IS 'a keyed permutation of smallint, sign kept';

CREATE FUNCTION confiture.email(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_email';
COMMENT ON FUNCTION confiture.email(text, jsonb) IS 'an e-mail address at a reserved domain; option domain';

CREATE FUNCTION confiture.name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_name';
COMMENT ON FUNCTION confiture.name(text, jsonb) IS 'a believable full name; option locale';

CREATE FUNCTION confiture.first_name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_first_name';
COMMENT ON FUNCTION confiture.first_name(text, jsonb) IS 'a believable first name; option locale';

CREATE FUNCTION confiture.last_name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_last_name';
COMMENT ON FUNCTION confiture.last_name(text, jsonb) IS 'a believable last name; option locale';

CREATE FUNCTION confiture.phone(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_phone';
COMMENT ON FUNCTION confiture.phone(text, jsonb) IS 'a telephone number nobody has; options format, keep_prefix';

CREATE FUNCTION confiture.redact(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_redact';
COMMENT ON FUNCTION confiture.redact(text, jsonb) IS 'a fixed replacement text; option text';

CREATE FUNCTION confiture.null(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_null';
COMMENT ON FUNCTION confiture.null(text, jsonb) IS 'NULL, whatever the value';

CREATE FUNCTION confiture.constant(value text, options jsonb) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_constant';
COMMENT ON FUNCTION confiture.constant(text, jsonb) IS 'one value for all; option value';

CREATE FUNCTION confiture.partial(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask_partial';
COMMENT ON FUNCTION confiture.partial(text, jsonb) IS
'keeps the first and last characters and hides the rest; options first, last, mask';

----------------------------------------------------------------------------------------------------------------
-- Rules

-- regclass follows a renamed table and is dumped by name. The name beside it is for a table that was dropped and made
-- anew, as restores and migrations do: its rules are those of its name, or its next sync would copy what they mask.
-- The column is kept by name, because its number does not survive a dump, and by number, to tell a renamed column from
-- a missing one.
CREATE TABLE confiture.rule (
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    column_name name NOT NULL,
    column_number smallint NOT NULL,
    strategy text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    set_by name NOT NULL DEFAULT current_user,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relation, column_name)
);
COMMENT ON TABLE confiture.rule IS
'what happens to a column when its table is synced; written by confiture.set_rule(), keep() and drop_rule()';
GRANT SELECT ON confiture.rule TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.rule',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = relation AND relpersistence <> ''t'')');

CREATE VIEW confiture.rules AS
SELECT t.oid::regclass AS relation, r.column_name, r.strategy, r.options, r.set_by, r.set_at,
       CASE WHEN c.oid IS NULL AND h.oid IS NULL THEN 'the table is gone'
            WHEN a.attname IS NOT NULL THEN NULL
            WHEN r.strategy = 'drop' AND r.column_number = 0 THEN NULL -- a column of the source alone
            WHEN n.attname IS NOT NULL THEN format('the column was renamed to %I', n.attname)
            ELSE 'the column is gone'
       END AS problem
FROM confiture.rule r
LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
LEFT JOIN (pg_catalog.pg_class h JOIN pg_catalog.pg_namespace s ON s.oid = h.relnamespace)
       ON c.oid IS NULL AND h.relkind IN ('r', 'p') AND format('%I.%I', s.nspname, h.relname) = r.relation_name
CROSS JOIN LATERAL (SELECT coalesce(c.oid, h.oid, r.relation) AS oid) t
LEFT JOIN pg_catalog.pg_attribute a
       ON a.attrelid = t.oid AND a.attname = r.column_name AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attribute n
       ON n.attrelid = c.oid AND n.attnum = r.column_number AND NOT n.attisdropped;
COMMENT ON VIEW confiture.rules IS 'the rules and keeps, with what is wrong with each (NULL: nothing)';
GRANT SELECT ON confiture.rules TO PUBLIC;

CREATE FUNCTION confiture.set_rule(relation regclass, column_name name, strategy text, options jsonb DEFAULT '{}')
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_rule';
COMMENT ON FUNCTION confiture.set_rule(regclass, name, text, jsonb) IS
'masks a column of a target table with a strategy, or leaves it out with ''drop''; replaces the rule there was';

CREATE FUNCTION confiture.keep(relation regclass, column_name name) RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_keep';
COMMENT ON FUNCTION confiture.keep(regclass, name) IS 'declares that a column is not personal data and is copied as it is';

CREATE FUNCTION confiture.drop_rule(relation regclass, column_name name) RETURNS boolean
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_drop_rule';
COMMENT ON FUNCTION confiture.drop_rule(regclass, name) IS
'removes the rule or keep of a column; returns whether there was one';

----------------------------------------------------------------------------------------------------------------
-- Runs

CREATE TABLE confiture.run (
    run_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    server name NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'partial', 'cancelled')),
    started_by name NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    key_id text NOT NULL
);
COMMENT ON TABLE confiture.run IS 'one row for each run; read the view confiture.runs';
REVOKE ALL ON confiture.run FROM PUBLIC;

CREATE TABLE confiture.run_table (
    run_id bigint NOT NULL REFERENCES confiture.run ON DELETE CASCADE,
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    source_relation text NOT NULL,
    mode text NOT NULL,
    format text NOT NULL,
    filter text,
    rows bigint NOT NULL,
    bytes bigint NOT NULL,
    elapsed interval NOT NULL,
    columns jsonb NOT NULL,
    PRIMARY KEY (run_id, relation)
);
COMMENT ON TABLE confiture.run_table IS 'one row for each table of a run; read the view confiture.runs';
COMMENT ON COLUMN confiture.run_table.columns IS 'column name to what was done: strategy, or "pass"';
REVOKE ALL ON confiture.run_table FROM PUBLIC;

CREATE VIEW confiture.runs WITH (security_barrier) AS
SELECT r.run_id, r.server, r.state, t.relation_name AS relation, t.source_relation, t.mode, t.format, t.filter,
       t.rows, t.bytes, t.elapsed, r.started_by, r.started_at, r.finished_at, r.key_id, t.columns
FROM confiture.run r JOIN confiture.run_table t USING (run_id)
WHERE pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
   OR pg_catalog.pg_has_role((SELECT oid FROM pg_catalog.pg_roles WHERE rolname = r.started_by), 'USAGE'); -- may be gone
COMMENT ON VIEW confiture.runs IS
'the syncs that were done: a row for each table of each run; ordinary roles see their own';
GRANT SELECT ON confiture.runs TO PUBLIC;

-- The numbers beyond those of pg_stat_progress_copy are the extension's own, see extension/sync/progress.h.
CREATE VIEW confiture.progress AS
SELECT s.pid, s.param17 AS run_id, f.srvname AS server, s.relid::regclass AS relation,
       (ARRAY['preparing', 'copying', 'finishing'])[s.param20] AS phase,
       CASE WHEN s.param20 = 2 THEN s.param3 ELSE s.param16 END AS rows,
       CASE WHEN s.param20 = 2 THEN s.param1 END AS bytes,
       nullif(s.param18, -1) AS estimated_rows,
       CASE WHEN s.param20 = 3 THEN 100.0
            WHEN s.param18 > 0 THEN round(least(100.0, 100.0 * s.param3 / s.param18), 1)
       END AS percent,
       a.query_start AS started_at, clock_timestamp() - a.query_start AS elapsed
FROM pg_catalog.pg_stat_get_progress_info('COPY') s
LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
LEFT JOIN pg_catalog.pg_foreign_server f ON f.oid = s.param19::oid
WHERE s.param19 <> 0 AND s.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database());
COMMENT ON VIEW confiture.progress IS
'the tables being synced right now in this database: phase, rows, bytes, the source''s estimate of the rows';
GRANT SELECT ON confiture.progress TO PUBLIC;

----------------------------------------------------------------------------------------------------------------
-- Syncing

CREATE FUNCTION confiture.plan(
    server text, relation regclass, source_relation text DEFAULT NULL, rules jsonb DEFAULT NULL,
    filter text DEFAULT NULL, mode text DEFAULT 'replace', format text DEFAULT 'auto', policy text DEFAULT NULL,
    triggers boolean DEFAULT false,
    OUT column_name name, OUT source_type text, OUT target_type text, OUT action text, OUT strategy text,
    OUT raw_leaves_source boolean, OUT wire_format text, OUT warnings text[])
RETURNS SETOF record
LANGUAGE C ROWS 50 AS 'MODULE_PATHNAME', 'confiture_plan';
COMMENT ON FUNCTION confiture.plan(text, regclass, text, jsonb, text, text, text, text, boolean) IS
'what sync_table() would do with these arguments, column by column; a first row without a column name is about the table itself; action is pass, mask, drop, default or refuse, or load for the table; moves nothing';

CREATE FUNCTION confiture.preview(
    server text, relation regclass, rows integer DEFAULT 5, source_relation text DEFAULT NULL,
    rules jsonb DEFAULT NULL, filter text DEFAULT NULL, policy text DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE C ROWS 5 AS 'MODULE_PATHNAME', 'confiture_preview';
COMMENT ON FUNCTION confiture.preview(text, regclass, integer, text, jsonb, text, text) IS
'a few rows as sync_table() would write them, masked; writes nothing';

CREATE FUNCTION confiture.sync_table(
    server text, relation regclass, source_relation text DEFAULT NULL, rules jsonb DEFAULT NULL,
    filter text DEFAULT NULL, mode text DEFAULT 'replace', format text DEFAULT 'auto', policy text DEFAULT NULL,
    triggers boolean DEFAULT false,
    OUT relation regclass, OUT rows bigint, OUT bytes bigint, OUT elapsed interval,
    OUT rows_per_second bigint, OUT format text, OUT run_id bigint)
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_sync_table';
COMMENT ON FUNCTION confiture.sync_table(text, regclass, text, jsonb, text, text, text, text, boolean) IS
'copies one table from a source, masked, in the transaction of the caller: all or nothing; mode is replace, append or upsert, format is auto, binary or text, policy is strict, guard or off';

-- Everything that opens a connection, writes or masks is for those it is granted to.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture FROM PUBLIC;
GRANT EXECUTE ON FUNCTION confiture.key_id(), confiture.list_strategies() TO PUBLIC;
