\echo Use "CREATE EXTENSION confiture" to load this file. \quit

-- The schema is created here and not by the control file: CREATE EXTENSION would adopt an existing schema, with any
-- functions another role planted in it. The control file says pg_catalog, so that this script finds no function or operator
-- of another schema, and DROP SCHEMA public does not drop the extension.
CREATE SCHEMA confiture;
COMMENT ON SCHEMA confiture IS 'copies tables from another database and masks personal data on the way';
GRANT USAGE ON SCHEMA confiture TO PUBLIC;

----------------------------------------------------------------------------------------------------------------
-- Servers

CREATE FUNCTION confiture.fdw_validator(options text[], catalog oid) RETURNS void
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_fdw_validator';
COMMENT ON FUNCTION confiture.fdw_validator(text[], oid) IS
'checks the options of servers and user mappings of the foreign-data wrapper confiture';

CREATE FUNCTION confiture.fdw_handler() RETURNS fdw_handler
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_fdw_handler';
COMMENT ON FUNCTION confiture.fdw_handler() IS 'reads foreign tables of the wrapper confiture: masked, as they are read';

CREATE FOREIGN DATA WRAPPER confiture HANDLER confiture.fdw_handler VALIDATOR confiture.fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER confiture IS 'source databases for confiture.sync_table() and masked foreign tables';

CREATE FUNCTION confiture.list_connections(
    OUT server_name name, OUT user_name name, OUT valid boolean, OUT in_transaction boolean, OUT reading boolean)
RETURNS SETOF record
LANGUAGE C STRICT VOLATILE AS 'MODULE_PATHNAME', 'confiture_list_connections';
COMMENT ON FUNCTION confiture.list_connections() IS 'what the view confiture.connections shows';
CREATE VIEW confiture.connections AS SELECT * FROM confiture.list_connections();
COMMENT ON VIEW confiture.connections IS 'the connections that this session keeps to sources';
GRANT SELECT ON confiture.connections TO PUBLIC;

CREATE FUNCTION confiture.check_server(
    server text,
    OUT version text, OUT database text, OUT role text, OUT tls text, OUT standby boolean,
    OUT readable_tables bigint, OUT unreadable_tables bigint)
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_check_server';
COMMENT ON FUNCTION confiture.check_server(text) IS
'connects to a source and returns its version, database, the role used there, TLS protocol and cipher (NULL: none), whether it is a standby, and how many tables that role can and cannot read';

----------------------------------------------------------------------------------------------------------------
-- The masking key

-- All that a query does with a value ends in the output function, which only the owner of confiture.masking_key passes:
-- row security does not bind a role with BYPASSRLS. No cast, operator or function takes the type.
CREATE TYPE confiture.secret;
CREATE FUNCTION confiture.secret_in(cstring) RETURNS confiture.secret
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_secret_in';
COMMENT ON FUNCTION confiture.secret_in(cstring) IS 'refuses to make a secret from text';
CREATE FUNCTION confiture.secret_out(confiture.secret) RETURNS cstring
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_secret_out';
COMMENT ON FUNCTION confiture.secret_out(confiture.secret) IS
'shows a secret, in hex, to the owner of confiture.masking_key and to superusers, and to no other role';
CREATE TYPE confiture.secret (INPUT = confiture.secret_in, OUTPUT = confiture.secret_out);
COMMENT ON TYPE confiture.secret IS 'bytes that only the owner of confiture.masking_key sees';
REVOKE USAGE ON TYPE confiture.secret FROM PUBLIC;

CREATE TABLE confiture.masking_key (
    key confiture.secret NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
);
COMMENT ON TABLE confiture.masking_key IS 'the secret that all keyed strategies derive from; one row; never dumped';
REVOKE ALL ON confiture.masking_key FROM PUBLIC;
-- Members of pg_read_all_data may read every table; row security without a policy shows them nothing.
ALTER TABLE confiture.masking_key ENABLE ROW LEVEL SECURITY;
-- A publication may not carry the key (see docs/decisions), nor an old one when it is replaced.
ALTER TABLE confiture.masking_key REPLICA IDENTITY NOTHING;

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

-- The way of a secret from a client: no setting of the server logs the data of COPY.
CREATE VIEW confiture.new_key AS SELECT NULL::text AS key WHERE false;
COMMENT ON VIEW confiture.new_key IS
'takes a new masking key, in hex, from COPY ... FROM STDIN (psql: \copy confiture.new_key FROM key.hex); always empty';
REVOKE ALL ON confiture.new_key FROM PUBLIC;
CREATE FUNCTION confiture.take_new_key() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_take_new_key';
COMMENT ON FUNCTION confiture.take_new_key() IS 'replaces the masking key by the one that COPY brings to confiture.new_key';
CREATE TRIGGER take_new_key INSTEAD OF INSERT ON confiture.new_key
FOR EACH ROW EXECUTE FUNCTION confiture.take_new_key();

CREATE VIEW confiture.new_password AS
SELECT NULL::name AS server, NULL::name AS role, NULL::text AS password, NULL::text AS sslpassword WHERE false;
COMMENT ON VIEW confiture.new_password IS
'takes the password of an existing user mapping from COPY ... FROM STDIN; role NULL is the current user, password NULL stays as it is; always empty';
CREATE FUNCTION confiture.take_new_password() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_take_new_password';
COMMENT ON FUNCTION confiture.take_new_password() IS
'does ALTER USER MAPPING, with its checks of privileges, for what COPY brings to confiture.new_password';
CREATE TRIGGER take_new_password INSTEAD OF INSERT ON confiture.new_password
FOR EACH ROW EXECUTE FUNCTION confiture.take_new_password();
-- Whoever may ALTER USER MAPPING may do this.
GRANT INSERT ON confiture.new_password TO PUBLIC;

-- What the server says while it loads the library would come with the first line of the COPY.
CREATE TRIGGER load_library BEFORE INSERT ON confiture.new_key
FOR EACH STATEMENT EXECUTE FUNCTION confiture.take_new_key();
CREATE TRIGGER load_library BEFORE INSERT ON confiture.new_password
FOR EACH STATEMENT EXECUTE FUNCTION confiture.take_new_password();

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
'the available strategies: what each does, its options, the types it accepts, and whether it is deterministic, is keyed, needs the raw value, and keeps unique values unique';
GRANT SELECT ON confiture.strategies TO PUBLIC;

-- One C function serves all: it takes its strategy from the function's name, and the kind of value from its type.
CREATE FUNCTION confiture.hash(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(text, jsonb) IS 'keyed HMAC-SHA-256 of a text; options format, length, prefix';
CREATE FUNCTION confiture.hash(value uuid, options jsonb DEFAULT '{}') RETURNS uuid
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(uuid, jsonb) IS 'another UUID, the same for the same input';
CREATE FUNCTION confiture.hash(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(bigint, jsonb) IS 'a keyed permutation of bigint, sign kept';
CREATE FUNCTION confiture.hash(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(integer, jsonb) IS 'a keyed permutation of integer, sign kept';
CREATE FUNCTION confiture.hash(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(smallint, jsonb) IS 'a keyed permutation of smallint, sign kept';
CREATE FUNCTION confiture.hash(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(numeric, jsonb) IS 'a keyed permutation of numbers, sign kept';

CREATE FUNCTION confiture.email(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.email(text, jsonb) IS 'an e-mail address at a reserved domain; options domain, style, local_length, keep_domain, template, invalid, plus, fold, locale, gender';

CREATE FUNCTION confiture.name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.name(text, jsonb) IS 'a believable full name; options locale, gender, case, fold, kind';

CREATE FUNCTION confiture.first_name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.first_name(text, jsonb) IS 'a believable first name; options locale, gender, case, fold';

CREATE FUNCTION confiture.last_name(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.last_name(text, jsonb) IS 'a believable last name; options locale, gender, case, fold';

CREATE FUNCTION confiture.phone(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.phone(text, jsonb) IS 'a telephone number of the same country that cannot be assigned; options country, valid, unique, keep_format, keep_non_numbers, fold, format';

CREATE FUNCTION confiture.fpe(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.fpe(text, jsonb) IS 'format-preserving encryption (FF1): another value of the same length and alphabet; options alphabet, keep, keep_first, keep_last; min, max of integers';
CREATE FUNCTION confiture.fpe(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.fpe(bigint, jsonb) IS 'format-preserving encryption (FF1): another value of the same length and alphabet; options alphabet, keep, keep_first, keep_last; min, max of integers';
CREATE FUNCTION confiture.fpe(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.fpe(integer, jsonb) IS 'format-preserving encryption (FF1): another value of the same length and alphabet; options alphabet, keep, keep_first, keep_last; min, max of integers';
CREATE FUNCTION confiture.fpe(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.fpe(smallint, jsonb) IS 'format-preserving encryption (FF1): another value of the same length and alphabet; options alphabet, keep, keep_first, keep_last; min, max of integers';

-- Of no strategy: the way back.
CREATE FUNCTION confiture.fpe_decrypt(relation regclass, column_name name, value text) RETURNS text
LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'confiture_fpe_decrypt';
COMMENT ON FUNCTION confiture.fpe_decrypt(regclass, name, text) IS
'the value that a masked one of a column stands for, where the column''s rule says reversible';

CREATE FUNCTION confiture.digits(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.digits(text, jsonb) IS 'every digit becomes another, the rest stays; options keep_first, keep_last';

CREATE FUNCTION confiture.scramble(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.scramble(text, jsonb) IS 'letters by letters, digits by digits, the rest stays';

CREATE FUNCTION confiture.json(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.json(text, jsonb) IS 'the values inside a document masked by path; options paths, keep, drop, others';
CREATE FUNCTION confiture.json(value json, options jsonb DEFAULT '{}') RETURNS json
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.json(json, jsonb) IS 'the values inside a document masked by path; options paths, keep, drop, others';
CREATE FUNCTION confiture.json(value jsonb, options jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.json(jsonb, jsonb) IS 'the values inside a document masked by path; options paths, keep, drop, others';

CREATE FUNCTION confiture.hstore(value anyelement, options jsonb DEFAULT '{}') RETURNS anyelement
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hstore(anyelement, jsonb) IS 'the values of an hstore masked by key; options keys, keep, drop, others';

CREATE FUNCTION confiture.composite(value anyelement, options jsonb DEFAULT '{}') RETURNS anyelement
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.composite(anyelement, jsonb) IS 'the fields of a composite type masked by name; options fields, keep, drop, others';

CREATE FUNCTION confiture.scrub(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.scrub(text, jsonb) IS 'addresses and numbers of persons inside a text masked as in columns of their own';

CREATE FUNCTION confiture.regexp(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.regexp(text, jsonb) IS 'what a regular expression finds replaced; options pattern, with, mask, options, keep_others';

CREATE FUNCTION confiture.lookup(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(text, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(smallint, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(integer, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(bigint, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value uuid, options jsonb DEFAULT '{}') RETURNS uuid
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(uuid, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(numeric, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(date, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(timestamp, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(timestamptz, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(real, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(double precision, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(time, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(timetz, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value interval, options jsonb DEFAULT '{}') RETURNS interval
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(interval, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';
CREATE FUNCTION confiture.lookup(value anyenum, options jsonb DEFAULT '{}') RETURNS anyenum
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lookup(anyenum, jsonb) IS 'one of some values or of the labels of an enum, the same for the same value; option values';

CREATE FUNCTION confiture.map(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(text, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(smallint, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(integer, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(bigint, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value uuid, options jsonb DEFAULT '{}') RETURNS uuid
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(uuid, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(numeric, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(real, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(double precision, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(date, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(timestamp, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(timestamptz, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(time, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(timetz, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value interval, options jsonb DEFAULT '{}') RETURNS interval
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(interval, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';
CREATE FUNCTION confiture.map(value anyenum, options jsonb DEFAULT '{}') RETURNS anyenum
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.map(anyenum, jsonb) IS 'other values for given ones; options values, otherwise, keep_others';

CREATE FUNCTION confiture.iban(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.iban(text, jsonb) IS 'an account number of the same country, its check digits right; option country';

CREATE FUNCTION confiture.bic(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bic(text, jsonb) IS 'the code of no bank, of the same country; option country';

CREATE FUNCTION confiture.card(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.card(text, jsonb) IS 'a payment card number of the same brand from test ranges; options keep_first, keep_last';

CREATE FUNCTION confiture.national_id(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.national_id(text, jsonb) IS 'an identity number of the same kind, its check digits right; option kind';

CREATE FUNCTION confiture.vat(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.vat(text, jsonb) IS 'a VAT number of the same country, its check digits right; option country';

CREATE FUNCTION confiture.username(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.username(text, jsonb) IS 'an invented login name; options unique, locale, gender, fold';

CREATE FUNCTION confiture.company(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.company(text, jsonb) IS 'an invented company';

CREATE FUNCTION confiture.job_title(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.job_title(text, jsonb) IS 'a job title';

CREATE FUNCTION confiture.template(value text, options jsonb) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.template(text, jsonb) IS 'a text made of other columns of the row; options template, values';

CREATE FUNCTION confiture.title(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.title(text, jsonb) IS 'a form of address, as Dr; options locale, gender';

CREATE FUNCTION confiture.gender(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.gender(text, jsonb) IS 'the gender of an invented person; option map';
CREATE FUNCTION confiture.gender(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.gender(smallint, jsonb) IS 'the gender of an invented person; option map';
CREATE FUNCTION confiture.gender(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.gender(integer, jsonb) IS 'the gender of an invented person; option map';
CREATE FUNCTION confiture.gender(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.gender(bigint, jsonb) IS 'the gender of an invented person; option map';
CREATE FUNCTION confiture.gender(value anyenum, options jsonb DEFAULT '{}') RETURNS anyenum
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.gender(anyenum, jsonb) IS 'the gender of an invented person; option map';

CREATE FUNCTION confiture.city(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.city(text, jsonb) IS 'an invented town';

CREATE FUNCTION confiture.street(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.street(text, jsonb) IS 'an invented street, with a number where the value has one';

CREATE FUNCTION confiture.house_number(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.house_number(text, jsonb) IS 'another house number of the same shape';

CREATE FUNCTION confiture.postcode(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.postcode(text, jsonb) IS 'another postal code of the same shape';

CREATE FUNCTION confiture.state(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.state(text, jsonb) IS 'a state of the United States, or its code for a code';

CREATE FUNCTION confiture.country(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.country(text, jsonb) IS 'a country, or its code for a code';

CREATE FUNCTION confiture.address(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.address(text, jsonb) IS 'an invented address in one line';

CREATE FUNCTION confiture.url(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.url(text, jsonb) IS 'a URL at a host that does not exist; options host, path, query';

CREATE FUNCTION confiture.hostname(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hostname(text, jsonb) IS 'a host that does not exist';

CREATE FUNCTION confiture.user_agent(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.user_agent(text, jsonb) IS 'the user agent of a browser';

CREATE FUNCTION confiture.lorem(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.lorem(text, jsonb) IS 'meaningless Latin of the same length; options words, sentences';

CREATE FUNCTION confiture.password(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.password(text, jsonb) IS 'the hash of a known test password; option format';

CREATE FUNCTION confiture.redact(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.redact(text, jsonb) IS 'a fixed replacement text; option text';

CREATE FUNCTION confiture.null(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.null(text, jsonb) IS 'NULL, whatever the value';

CREATE FUNCTION confiture.constant(value text, options jsonb) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.constant(text, jsonb) IS 'one value for all; option value';

CREATE FUNCTION confiture.partial(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.partial(text, jsonb) IS
'shows the first and last characters and hides the rest; options first, last, mask, padding, preset';

CREATE FUNCTION confiture.hash(value bytea, options jsonb DEFAULT '{}') RETURNS bytea
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.hash(bytea, jsonb) IS 'keyed HMAC-SHA-256 of bytes';

CREATE FUNCTION confiture.shift(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.shift(date, jsonb) IS 'a date moved by some days; option days';
CREATE FUNCTION confiture.shift(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.shift(timestamp, jsonb) IS 'a date moved by some days; option days';
CREATE FUNCTION confiture.shift(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.shift(timestamptz, jsonb) IS 'a date moved by some days; option days';
CREATE FUNCTION confiture.shift(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.shift(time, jsonb) IS 'a time moved by some minutes, round the clock; option minutes';
CREATE FUNCTION confiture.shift(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.shift(timetz, jsonb) IS 'a time moved by some minutes, round the clock; option minutes';

CREATE FUNCTION confiture.truncate(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(date, jsonb) IS 'the beginning of the month and the like; option to';
CREATE FUNCTION confiture.truncate(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(timestamp, jsonb) IS 'the beginning of the month and the like; option to';
CREATE FUNCTION confiture.truncate(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(timestamptz, jsonb) IS 'the beginning of the month and the like; option to';
CREATE FUNCTION confiture.truncate(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(time, jsonb) IS 'the beginning of the month and the like; option to';
CREATE FUNCTION confiture.truncate(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(timetz, jsonb) IS 'the beginning of the hour or minute; option to';
CREATE FUNCTION confiture.truncate(value interval, options jsonb DEFAULT '{}') RETURNS interval
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.truncate(interval, jsonb) IS 'the beginning of the month and the like; option to';

CREATE FUNCTION confiture.birthdate(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.birthdate(date, jsonb) IS 'another day of the same year or band of years; options band, min_age, max_age, as_of';
CREATE FUNCTION confiture.birthdate(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.birthdate(timestamp, jsonb) IS 'another day of the same year or band of years; options band, min_age, max_age, as_of';
CREATE FUNCTION confiture.birthdate(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.birthdate(timestamptz, jsonb) IS 'another day of the same year or band of years; options band, min_age, max_age, as_of';

CREATE FUNCTION confiture.random_date(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_date(date, jsonb) IS 'any date between two; options min, max';
CREATE FUNCTION confiture.random_date(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_date(timestamp, jsonb) IS 'any date between two; options min, max';
CREATE FUNCTION confiture.random_date(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_date(timestamptz, jsonb) IS 'any date between two; options min, max';
CREATE FUNCTION confiture.random_date(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_date(time, jsonb) IS 'any time between two; options min, max';
CREATE FUNCTION confiture.random_date(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_date(timetz, jsonb) IS 'any time between two; options min, max';

CREATE FUNCTION confiture.location(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.location(numeric, jsonb) IS 'a latitude or longitude moved by some metres; options axis, radius';
CREATE FUNCTION confiture.location(value point, options jsonb DEFAULT '{}') RETURNS point
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.location(point, jsonb) IS 'a place moved by some metres; options axis, radius';
CREATE FUNCTION confiture.location(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.location(real, jsonb) IS 'a latitude or longitude moved by some metres; options axis, radius';
CREATE FUNCTION confiture.location(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.location(double precision, jsonb) IS 'a latitude or longitude moved by some metres; options axis, radius';

CREATE FUNCTION confiture.noise(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(smallint, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(integer, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(bigint, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(numeric, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(real, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(double precision, jsonb) IS 'a number changed by a share or an amount; options relative, absolute, min, max, decimals';
CREATE FUNCTION confiture.noise(value interval, options jsonb DEFAULT '{}') RETURNS interval
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.noise(interval, jsonb) IS 'an interval changed by a share or an amount; options relative, absolute, min, max, decimals';

CREATE FUNCTION confiture.round(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(smallint, jsonb) IS 'a number rounded; option decimals';
CREATE FUNCTION confiture.round(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(integer, jsonb) IS 'a number rounded; option decimals';
CREATE FUNCTION confiture.round(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(bigint, jsonb) IS 'a number rounded; option decimals';
CREATE FUNCTION confiture.round(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(numeric, jsonb) IS 'a number rounded; option decimals';
CREATE FUNCTION confiture.round(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(real, jsonb) IS 'a number rounded; option decimals';
CREATE FUNCTION confiture.round(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.round(double precision, jsonb) IS 'a number rounded; option decimals';

CREATE FUNCTION confiture.bucket(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(smallint, jsonb) IS 'the lower bound of the range that a number is in; option size';
CREATE FUNCTION confiture.bucket(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(integer, jsonb) IS 'the lower bound of the range that a number is in; option size';
CREATE FUNCTION confiture.bucket(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(bigint, jsonb) IS 'the lower bound of the range that a number is in; option size';
CREATE FUNCTION confiture.bucket(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(numeric, jsonb) IS 'the lower bound of the range that a number is in; option size';
CREATE FUNCTION confiture.bucket(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(real, jsonb) IS 'the lower bound of the range that a number is in; option size';
CREATE FUNCTION confiture.bucket(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.bucket(double precision, jsonb) IS 'the lower bound of the range that a number is in; option size';

CREATE FUNCTION confiture.random_number(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(smallint, jsonb) IS 'any number between two; options min, max, decimals';
CREATE FUNCTION confiture.random_number(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(integer, jsonb) IS 'any number between two; options min, max, decimals';
CREATE FUNCTION confiture.random_number(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(bigint, jsonb) IS 'any number between two; options min, max, decimals';
CREATE FUNCTION confiture.random_number(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(numeric, jsonb) IS 'any number between two; options min, max, decimals';
CREATE FUNCTION confiture.random_number(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(real, jsonb) IS 'any number between two; options min, max, decimals';
CREATE FUNCTION confiture.random_number(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.random_number(double precision, jsonb) IS 'any number between two; options min, max, decimals';

CREATE FUNCTION confiture.ip(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.ip(text, jsonb) IS 'another IP address; options keep_prefix, keep_prefix_v6, documentation';
CREATE FUNCTION confiture.ip(value inet, options jsonb DEFAULT '{}') RETURNS inet
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.ip(inet, jsonb) IS 'another IP address; options keep_prefix, keep_prefix_v6, documentation';
CREATE FUNCTION confiture.ip(value cidr, options jsonb DEFAULT '{}') RETURNS cidr
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.ip(cidr, jsonb) IS 'another IP address; options keep_prefix, keep_prefix_v6, documentation';

CREATE FUNCTION confiture.mac(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.mac(text, jsonb) IS 'another hardware address; option keep_vendor';
CREATE FUNCTION confiture.mac(value macaddr, options jsonb DEFAULT '{}') RETURNS macaddr
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.mac(macaddr, jsonb) IS 'another hardware address; option keep_vendor';
CREATE FUNCTION confiture.mac(value macaddr8, options jsonb DEFAULT '{}') RETURNS macaddr8
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.mac(macaddr8, jsonb) IS 'another hardware address; option keep_vendor';

CREATE FUNCTION confiture.boolean(value boolean, options jsonb DEFAULT '{}') RETURNS boolean
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.boolean(boolean, jsonb) IS 'true or false, drawn again in each call; option share';

CREATE FUNCTION confiture.choice(value text, options jsonb DEFAULT '{}') RETURNS text
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(text, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value smallint, options jsonb DEFAULT '{}') RETURNS smallint
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(smallint, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value integer, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(integer, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value bigint, options jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(bigint, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value uuid, options jsonb DEFAULT '{}') RETURNS uuid
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(uuid, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value numeric, options jsonb DEFAULT '{}') RETURNS numeric
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(numeric, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value real, options jsonb DEFAULT '{}') RETURNS real
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(real, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value double precision, options jsonb DEFAULT '{}') RETURNS double precision
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(double precision, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value date, options jsonb DEFAULT '{}') RETURNS date
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(date, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value timestamp, options jsonb DEFAULT '{}') RETURNS timestamp
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(timestamp, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value timestamptz, options jsonb DEFAULT '{}') RETURNS timestamptz
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(timestamptz, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value time, options jsonb DEFAULT '{}') RETURNS time
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(time, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value timetz, options jsonb DEFAULT '{}') RETURNS timetz
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(timetz, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value interval, options jsonb DEFAULT '{}') RETURNS interval
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(interval, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';
CREATE FUNCTION confiture.choice(value anyenum, options jsonb DEFAULT '{}') RETURNS anyenum
LANGUAGE C VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'confiture_mask';
COMMENT ON FUNCTION confiture.choice(anyenum, jsonb) IS 'one of some values or of the labels of an enum, drawn again in each call; options values, weights';

----------------------------------------------------------------------------------------------------------------
-- Rules

-- regclass follows a renamed table and is dumped by name. The separate name serves a table that is dropped and recreated,
-- as restores and migrations do: it keeps the rules of its name; otherwise its next sync would copy what they mask.
-- The column is stored by name, because its number does not survive a dump, and by number, to distinguish a renamed column
-- from a missing one.
CREATE TABLE confiture.rule (
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    column_name name NOT NULL,
    column_number smallint NOT NULL,
    strategy text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    set_by name NOT NULL DEFAULT current_user,
    set_at timestamptz NOT NULL DEFAULT now(),
    condition text,
    position smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (relation, column_name, position),
    CHECK ((condition IS NULL) = (position = 0))
);
COMMENT ON TABLE confiture.rule IS
'what happens to a column when its table is synced; written by confiture.set_rule(), keep() and drop_rule()';
COMMENT ON COLUMN confiture.rule.condition IS
'SQL on the source: which rows the rule takes; NULL: those that no other rule of the column takes';
COMMENT ON COLUMN confiture.rule.position IS 'rules with a condition are asked in this order, from 1; 0 is the rule without one, the last';
-- No row security here: without it a role that is no superuser may dump the rules.
GRANT SELECT ON confiture.rule TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.rule',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = relation AND relpersistence <> ''t'')');

CREATE VIEW confiture.rules AS
SELECT t.oid::regclass AS relation, r.column_name, r.strategy, r.options, r.set_by, r.set_at,
       CASE WHEN c.oid IS NULL AND h.oid IS NULL THEN 'the table is gone'
            WHEN a.attname IS NOT NULL THEN NULL
            WHEN r.strategy = 'drop' AND r.column_number = 0 THEN NULL -- the column exists only on the source
            WHEN n.attname IS NOT NULL THEN format('the column was renamed to %I', n.attname)
            ELSE 'the column is gone'
       END AS problem,
       r.condition, r.position
FROM confiture.rule r
LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
LEFT JOIN (pg_catalog.pg_class h JOIN pg_catalog.pg_namespace s ON s.oid = h.relnamespace)
       ON c.oid IS NULL AND h.relkind IN ('r', 'p', 'f') AND format('%I.%I', s.nspname, h.relname) = r.relation_name
CROSS JOIN LATERAL (SELECT coalesce(c.oid, h.oid, r.relation) AS oid) t
LEFT JOIN pg_catalog.pg_attribute a
       ON a.attrelid = t.oid AND a.attname = r.column_name AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attribute n
       ON n.attrelid = c.oid AND n.attnum = r.column_number AND NOT n.attisdropped;
COMMENT ON VIEW confiture.rules IS 'the rules and keeps, with the problem of each (NULL: none)';
GRANT SELECT ON confiture.rules TO PUBLIC;

CREATE FUNCTION confiture.set_rule(relation regclass, column_name name, strategy text, options jsonb DEFAULT '{}')
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_rule';
COMMENT ON FUNCTION confiture.set_rule(regclass, name, text, jsonb) IS
'masks a column of a target table with a strategy, or leaves it out with ''drop''; replaces any existing rule';
CREATE FUNCTION confiture.set_rule(relation regclass, column_name name, strategy text, options jsonb, "when" text)
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_rule';
COMMENT ON FUNCTION confiture.set_rule(regclass, name, text, jsonb, text) IS
'masks a column in the rows for which an SQL condition is true on the source; replaces the rule of the same condition; set_rule() without one is for all other rows';

CREATE FUNCTION confiture.keep(relation regclass, column_name name) RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_keep';
COMMENT ON FUNCTION confiture.keep(regclass, name) IS
'declares that a column is not personal data and is copied as it is, in all rows that no rule with a condition takes';

CREATE FUNCTION confiture.drop_rule(relation regclass, column_name name) RETURNS boolean
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_drop_rule';
COMMENT ON FUNCTION confiture.drop_rule(regclass, name) IS
'removes the rules or the keep of a column; returns whether there were any';

CREATE TABLE confiture.pattern (
    relations text NOT NULL,
    columns text NOT NULL,
    strategy text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    set_by name NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relations, columns)
);
COMMENT ON TABLE confiture.pattern IS
'what happens to all columns of some name, of all tables of some name; written by confiture.set_pattern() and drop_pattern()';
GRANT SELECT ON confiture.pattern TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.pattern', '');

CREATE VIEW confiture.patterns AS
SELECT p.relations, p.columns, p.strategy, p.options, p.set_by, p.set_at FROM confiture.pattern p;
COMMENT ON VIEW confiture.patterns IS
'the patterns, which give a rule to columns that have none: those of these names, in tables of these names';
GRANT SELECT ON confiture.patterns TO PUBLIC;

CREATE FUNCTION confiture.set_pattern(relations text, columns text, strategy text, options jsonb DEFAULT '{}')
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_pattern';
COMMENT ON FUNCTION confiture.set_pattern(text, text, text, jsonb) IS
'masks all columns whose names match, in all tables whose names match, with a strategy; ''keep'' copies them as they are, ''drop'' leaves them out; a rule on the column goes before, then the most specific pattern; replaces a pattern of the same words';

CREATE FUNCTION confiture.drop_pattern(relations text, columns text) RETURNS boolean
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_drop_pattern';
COMMENT ON FUNCTION confiture.drop_pattern(text, text) IS 'removes a pattern; returns whether there was one';

----------------------------------------------------------------------------------------------------------------
-- Filters

CREATE TABLE confiture.filter (
    relation regclass PRIMARY KEY,
    relation_name text NOT NULL,
    condition text NOT NULL,
    set_by name NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE confiture.filter IS
'which rows of a table are copied: an SQL condition on the source; written by confiture.set_filter()';
GRANT SELECT ON confiture.filter TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.filter',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = relation AND relpersistence <> ''t'')');

CREATE VIEW confiture.filters AS
SELECT f.relation, f.condition, f.set_by, f.set_at FROM confiture.filter f;
COMMENT ON VIEW confiture.filters IS 'the filters of tables: which rows a sync copies';
GRANT SELECT ON confiture.filters TO PUBLIC;

CREATE FUNCTION confiture.set_filter(relation regclass, condition text) RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_filter';
COMMENT ON FUNCTION confiture.set_filter(regclass, text) IS
'copies only the rows of the source for which the SQL condition holds, unless a call has another filter; NULL removes the filter';

----------------------------------------------------------------------------------------------------------------
-- Declared references

CREATE TABLE confiture.reference (
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    columns text[] NOT NULL,
    referenced regclass NOT NULL,
    referenced_name text NOT NULL,
    referenced_columns name[] NOT NULL,
    condition text,
    set_by name NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relation, columns, referenced, referenced_columns)
);
COMMENT ON TABLE confiture.reference IS
'references between tables that are no foreign keys; written by confiture.set_reference() and drop_reference()';
COMMENT ON COLUMN confiture.reference.columns IS
'names of columns, and expressions that begin with a parenthesis';
COMMENT ON COLUMN confiture.reference.condition IS
'SQL on the target: which rows reference anything; NULL: all whose columns are not NULL';
GRANT SELECT ON confiture.reference TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.reference',
    'WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid IN (relation, referenced) AND relpersistence = ''t'')');

CREATE VIEW confiture.references AS
SELECT coalesce(c.oid, d.oid, r.relation)::regclass AS relation, r.columns,
       coalesce(p.oid, q.oid, r.referenced)::regclass AS referenced, r.referenced_columns,
       r.condition, r.set_by, r.set_at,
       CASE WHEN c.oid IS NULL AND d.oid IS NULL THEN 'the table is gone'
            WHEN p.oid IS NULL AND q.oid IS NULL THEN 'the referenced table is gone'
            WHEN g.name IS NOT NULL THEN format('column %I is gone', g.name)
            WHEN h.name IS NOT NULL THEN format('column %I of the referenced table is gone', h.name)
       END AS problem
FROM confiture.reference r
LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
LEFT JOIN (pg_catalog.pg_class d JOIN pg_catalog.pg_namespace s ON s.oid = d.relnamespace)
       ON c.oid IS NULL AND d.relkind IN ('r', 'p', 'f') AND format('%I.%I', s.nspname, d.relname) = r.relation_name
LEFT JOIN pg_catalog.pg_class p ON p.oid = r.referenced
LEFT JOIN (pg_catalog.pg_class q JOIN pg_catalog.pg_namespace t ON t.oid = q.relnamespace)
       ON p.oid IS NULL AND q.relkind IN ('r', 'p', 'f') AND format('%I.%I', t.nspname, q.relname) = r.referenced_name
LEFT JOIN LATERAL (
    SELECT min(u.name) AS name FROM unnest(r.columns) u(name)
    WHERE u.name NOT LIKE '(%'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = coalesce(c.oid, d.oid) AND a.attname = u.name AND NOT a.attisdropped)) g ON true
LEFT JOIN LATERAL (
    SELECT min(u.name) AS name FROM unnest(r.referenced_columns) u(name)
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = coalesce(p.oid, q.oid) AND a.attname = u.name AND NOT a.attisdropped)) h ON true;
COMMENT ON VIEW confiture.references IS 'the declared references, with the problem of each (NULL: none)';
GRANT SELECT ON confiture.references TO PUBLIC;

CREATE FUNCTION confiture.set_reference(
    relation regclass, columns text[], referenced regclass, referenced_columns text[], "when" text DEFAULT NULL)
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_reference';
COMMENT ON FUNCTION confiture.set_reference(regclass, text[], regclass, text[], text) IS
'declares that columns, or expressions in parentheses, reference another table, in the rows for which a condition is true, where no foreign key says so: both sides are masked alike, and syncs verify it; replaces the condition of the same reference';

CREATE FUNCTION confiture.drop_reference(relation regclass, columns text[], referenced regclass, referenced_columns text[])
RETURNS boolean
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_drop_reference';
COMMENT ON FUNCTION confiture.drop_reference(regclass, text[], regclass, text[]) IS
'removes a declared reference; returns whether there was one';

----------------------------------------------------------------------------------------------------------------
-- Subsets

CREATE TABLE confiture.seed (
    relation regclass PRIMARY KEY,
    relation_name text NOT NULL,
    condition text,
    rows bigint CHECK (rows > 0),
    percent double precision CHECK (percent > 0 AND percent <= 100),
    set_by name NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE confiture.seed IS
'the rows that a subset starts with; written by confiture.set_seed() and drop_seed()';
COMMENT ON COLUMN confiture.seed.condition IS 'SQL on the source; NULL: all rows';
GRANT SELECT ON confiture.seed TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.seed',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = relation AND relpersistence <> ''t'')');

CREATE VIEW confiture.seeds AS
SELECT s.relation, s.condition, s.rows, s.percent, s.set_by, s.set_at FROM confiture.seed s;
COMMENT ON VIEW confiture.seeds IS 'the rows that a subset starts with';
GRANT SELECT ON confiture.seeds TO PUBLIC;

CREATE FUNCTION confiture.set_seed(
    relation regclass, condition text DEFAULT NULL, rows bigint DEFAULT NULL, percent double precision DEFAULT NULL)
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_seed';
COMMENT ON FUNCTION confiture.set_seed(regclass, text, bigint, double precision) IS
'makes syncs copy a subset, which starts with these rows of the table: those for which an SQL condition on the source holds, of them so many, or so many in a hundred, always the same ones while they exist';

CREATE FUNCTION confiture.drop_seed(relation regclass) RETURNS boolean
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_drop_seed';
COMMENT ON FUNCTION confiture.drop_seed(regclass) IS 'removes a seed; returns whether there was one';

CREATE TABLE confiture.follow (
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    key text NOT NULL,
    follow boolean,
    rows_per_parent integer CHECK (rows_per_parent > 0),
    set_by name NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (relation, key),
    CHECK (follow IS NOT NULL OR rows_per_parent IS NOT NULL)
);
COMMENT ON TABLE confiture.follow IS
'which references a subset follows to the rows that reference chosen ones; written by confiture.set_follow() and drop_follow()';
COMMENT ON COLUMN confiture.follow.key IS
'the name of a foreign key on the source, or the text of a declared reference: (owner_id) REFERENCES public.posts (id)';
COMMENT ON COLUMN confiture.follow.follow IS
'true: from every chosen row; false: from none; NULL: by default, from those of seeds and those that followed them';
GRANT SELECT ON confiture.follow TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('confiture.follow',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = relation AND relpersistence <> ''t'')');

CREATE VIEW confiture.follows AS
SELECT f.relation, f.key, f.follow, f.rows_per_parent, f.set_by, f.set_at FROM confiture.follow f;
COMMENT ON VIEW confiture.follows IS 'which references a subset follows to the rows that reference chosen ones, where not by default';
GRANT SELECT ON confiture.follows TO PUBLIC;

CREATE FUNCTION confiture.set_follow(relation regclass, key text, follow boolean, rows_per_parent integer DEFAULT NULL)
RETURNS void
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_set_follow';
COMMENT ON FUNCTION confiture.set_follow(regclass, text, boolean, integer) IS
'says whether a subset takes the rows of a table that reference a chosen row by this foreign key or declared reference: always, never, or by default (NULL), and at most how many that reference the same row';

CREATE FUNCTION confiture.drop_follow(relation regclass, key text) RETURNS boolean
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_drop_follow';
COMMENT ON FUNCTION confiture.drop_follow(regclass, text) IS
'lets a subset follow the reference by default again: to the rows that reference seeds or what follows them; returns whether there was a setting';

----------------------------------------------------------------------------------------------------------------
-- Runs

CREATE TABLE confiture.run (
    run_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    server name NOT NULL,
    state text NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'partial', 'cancelled', 'superseded', 'refused')),
    started_by oid NOT NULL,
    started_by_name name NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    key_id text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    seal text,
    snapshot text,
    snapshots integer NOT NULL DEFAULT 1,
    is_distributed boolean NOT NULL DEFAULT false,
    error text,
    subset jsonb
);
CREATE INDEX ON confiture.run (run_id) WHERE state NOT IN ('done', 'superseded', 'refused');
COMMENT ON TABLE confiture.run IS 'one row for each run; read the view confiture.runs';
COMMENT ON COLUMN confiture.run.started_by IS 'the role, by its OID: a later role of the same name does not lead its runs';
COMMENT ON COLUMN confiture.run.seal IS
'authenticates role and parameters, which decide what a resumed run does, with the masking key; NULL for what cannot be resumed';
COMMENT ON COLUMN confiture.run.snapshot IS 'the source snapshot that workers import: its name, and what distinguishes it from a later one of the same name';
COMMENT ON COLUMN confiture.run.snapshots IS 'how many snapshots of the source the rows come from';
COMMENT ON COLUMN confiture.run.is_distributed IS 'rows come from several nodes of the source, which share no snapshot';
COMMENT ON COLUMN confiture.run.subset IS 'why which rows were chosen, see confiture.subset_reasons; NULL: all rows';
REVOKE ALL ON confiture.run FROM PUBLIC;
ALTER TABLE confiture.run ENABLE ROW LEVEL SECURITY;

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
    state text NOT NULL DEFAULT 'done' CHECK (state IN ('waiting', 'done', 'failed')),
    chunk_by text NOT NULL DEFAULT 'table' CHECK (chunk_by IN ('key', 'ctid', 'table')),
    chunks integer NOT NULL DEFAULT 0,
    estimated_rows bigint,
    estimated_bytes bigint,
    transfer jsonb,
    transfer_seal text,
    shape jsonb,
    error text,
    loader text,
    subset_digest text,
    PRIMARY KEY (run_id, relation)
);
CREATE INDEX ON confiture.run_table (relation, run_id);
COMMENT ON TABLE confiture.run_table IS 'one row for each table of a run; read the view confiture.run_tables';
COMMENT ON COLUMN confiture.run_table.columns IS 'maps each column name to its treatment: strategy, or "pass"';
COMMENT ON COLUMN confiture.run_table.transfer IS 'what workers need to know of the plan, see extension/load/transfer.h';
COMMENT ON COLUMN confiture.run_table.subset_digest IS
'of the rows that a subset has chosen, and their versions; NULL: all rows; compared when a run is resumed';
COMMENT ON COLUMN confiture.run_table.transfer_seal IS 'authenticates transfer, which decides the masks, with the masking key';
COMMENT ON COLUMN confiture.run_table.shape IS 'maps each column name to its types and treatment; compared when a run is resumed';
REVOKE ALL ON confiture.run_table FROM PUBLIC;
ALTER TABLE confiture.run_table ENABLE ROW LEVEL SECURITY;

CREATE TABLE confiture.chunk (
    chunk_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run_id bigint NOT NULL,
    relation regclass NOT NULL,
    number integer NOT NULL,
    source_relation text NOT NULL,
    source_oid oid NOT NULL,
    condition text,
    seal text NOT NULL,
    estimated_bytes bigint NOT NULL,
    place bigint NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done')),
    rows bigint,
    bytes bigint,
    snapshot integer,
    pid integer,
    started_at timestamptz,
    finished_at timestamptz,
    positions bytea,
    cpu interval,
    checkpoint_cpu interval,
    UNIQUE (run_id, relation, number),
    FOREIGN KEY (run_id, relation) REFERENCES confiture.run_table ON DELETE CASCADE
);
COMMENT ON TABLE confiture.chunk IS
'one row for each chunk of a table in a run, set to done in the transaction that wrote its rows; read the view confiture.checkpoints';
COMMENT ON COLUMN confiture.chunk.source_oid IS 'OID of source_relation on the source when it was planned; a different table of that name is refused';
COMMENT ON COLUMN confiture.chunk.place IS 'the order in which chunks are taken, see extension/run/queue.h';
COMMENT ON COLUMN confiture.chunk.condition IS 'which rows of source_relation, as SQL for the source; NULL: all';
COMMENT ON COLUMN confiture.chunk.positions IS
'which rows of source_relation, as packed row positions of its snapshot (extension/mask/position_list.h); NULL: not chosen by a subset, or done';
COMMENT ON COLUMN confiture.chunk.cpu IS 'processor time of the process from its last checkpoint to this one';
COMMENT ON COLUMN confiture.chunk.checkpoint_cpu IS 'the part of cpu that statements on the control tables took: to find the chunk, and to record the one before';
COMMENT ON COLUMN confiture.chunk.seal IS 'authenticates which rows these are, with the masking key';
REVOKE ALL ON confiture.chunk FROM PUBLIC;
ALTER TABLE confiture.chunk ENABLE ROW LEVEL SECURITY;
-- The queue of a run, and the pending chunks of each of its tables.
CREATE INDEX ON confiture.chunk (run_id, place, chunk_id) WHERE state = 'pending';
CREATE INDEX ON confiture.chunk (run_id, relation, place) WHERE state = 'pending';

CREATE TABLE confiture.set_aside (
    set_aside_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run_id bigint NOT NULL REFERENCES confiture.run ON DELETE CASCADE,
    step smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('index', 'constraint', 'foreign key', 'trigger')),
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    referenced regclass,
    name text NOT NULL,
    statements text[] NOT NULL,
    seal text NOT NULL,
    referencing text,
    constraint_name name,
    set_aside_at timestamptz NOT NULL DEFAULT now(),
    restored_at timestamptz,
    error text
);
COMMENT ON TABLE confiture.set_aside IS
'indexes, constraints and triggers that a run dropped or disabled, with the statements that restore each; written before they are dropped';
COMMENT ON COLUMN confiture.set_aside.step IS 'the order in which they are restored, see extension/set_aside/recipe.h';
COMMENT ON COLUMN confiture.set_aside.seal IS
'authenticates table, name and statements with the masking key: what another role wrote here is not executed';
COMMENT ON COLUMN confiture.set_aside.constraint_name IS
'name, on the referencing table, of the foreign key that this one is or is part of; as in confiture.foreign_key_check';
REVOKE ALL ON confiture.set_aside FROM PUBLIC;
ALTER TABLE confiture.set_aside ENABLE ROW LEVEL SECURITY;
CREATE INDEX ON confiture.set_aside (run_id, step, set_aside_id) WHERE restored_at IS NULL;
CREATE INDEX ON confiture.set_aside (run_id); -- for deletes of old runs

CREATE TABLE confiture.foreign_key_check (
    run_id bigint NOT NULL REFERENCES confiture.run ON DELETE CASCADE,
    constraint_name text NOT NULL,
    referencing text NOT NULL,
    referenced text NOT NULL,
    violations bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('verified', 'failed', 'deleted', 'nulled', 'reported', 'skipped')),
    reason text,
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_declared boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, referencing, constraint_name)
);
COMMENT ON TABLE confiture.foreign_key_check IS
'what the verification of foreign keys and declared references at the end of a run found; read the view confiture.foreign_key_checks';
REVOKE ALL ON confiture.foreign_key_check FROM PUBLIC;
ALTER TABLE confiture.foreign_key_check ENABLE ROW LEVEL SECURITY;

-- The leader of a run holds an advisory lock on its number (objsubid 25446, see extension/record/run_lock.h): a run whose
-- state is running but whose lock is free was interrupted.
CREATE VIEW confiture.runs WITH (security_barrier) AS
SELECT r.run_id, r.server,
       CASE WHEN r.state IN ('queued', 'running') AND l.pid IS NULL THEN 'interrupted' ELSE r.state END AS state,
       t.tables, t.tables_done, t.rows, t.bytes,
       coalesce(o.rolname, format('%s (dropped)', r.started_by_name)::name) AS started_by, r.started_at, r.finished_at,
       coalesce(r.finished_at, CASE WHEN l.pid IS NOT NULL THEN clock_timestamp() END) - r.started_at AS elapsed,
       r.snapshots = 1 AND NOT r.is_distributed AS one_snapshot, l.pid AS leader_pid, r.key_id, r.parameters, r.error
FROM confiture.run r
LEFT JOIN pg_catalog.pg_roles o ON o.oid = r.started_by
CROSS JOIN LATERAL (
    SELECT count(*) AS tables, count(*) FILTER (WHERE rt.state = 'done') AS tables_done,
           coalesce(sum(CASE WHEN rt.state = 'done' THEN rt.rows ELSE c.rows END), 0)::bigint AS rows,
           coalesce(sum(CASE WHEN rt.state = 'done' THEN rt.bytes ELSE c.bytes END), 0)::bigint AS bytes
    FROM confiture.run_table rt
    LEFT JOIN LATERAL (SELECT sum(k.rows) AS rows, sum(k.bytes) AS bytes FROM confiture.chunk k
                       WHERE rt.state <> 'done' AND k.run_id = rt.run_id AND k.relation = rt.relation) c ON true
    WHERE rt.run_id = r.run_id) t
LEFT JOIN LATERAL (
    SELECT k.pid FROM pg_catalog.pg_locks k
    WHERE r.state IN ('queued', 'running', 'cancelled') AND k.locktype = 'advisory' AND k.objsubid = 25446 AND k.granted
      AND k.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND k.classid::bigint = r.run_id >> 32 AND k.objid::bigint = r.run_id & 4294967295) l ON true
WHERE pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
   OR pg_catalog.pg_has_role(o.oid, 'USAGE'); -- NULL if the role was dropped
COMMENT ON VIEW confiture.runs IS
'all runs: state (queued, running, interrupted, done, failed, partial, cancelled, superseded, refused), tables, rows, and whether all rows come from one snapshot; ordinary roles see their own';
GRANT SELECT ON confiture.runs TO PUBLIC;

CREATE VIEW confiture.run_tables WITH (security_barrier) AS
SELECT r.run_id, r.server, t.state, t.relation_name AS relation, t.source_relation, t.mode, t.format, t.filter,
       CASE WHEN t.state = 'done' THEN t.rows ELSE coalesce(c.rows, 0) END AS rows,
       CASE WHEN t.state = 'done' THEN t.bytes ELSE coalesce(c.bytes, 0) END AS bytes,
       t.estimated_rows, t.estimated_bytes, t.elapsed, t.chunk_by, c.chunks, c.chunks_done,
       r.started_by, r.started_at, r.finished_at, r.key_id, t.columns, t.error, t.loader
FROM confiture.runs r
JOIN confiture.run_table t USING (run_id)
CROSS JOIN LATERAL (SELECT count(*) AS chunks, count(*) FILTER (WHERE k.state = 'done') AS chunks_done,
                           sum(k.rows)::bigint AS rows, sum(k.bytes)::bigint AS bytes
                    FROM confiture.chunk k WHERE k.run_id = t.run_id AND k.relation = t.relation) c;
COMMENT ON VIEW confiture.run_tables IS
'the tables of all runs: rows, format, filter, chunks, the treatment of each column, and the loader; ordinary roles see their own';
GRANT SELECT ON confiture.run_tables TO PUBLIC;

CREATE VIEW confiture.checkpoints WITH (security_barrier) AS
SELECT k.run_id, t.relation_name AS relation, k.number, k.source_relation, t.chunk_by, k.state, k.estimated_bytes,
       k.rows, k.bytes, k.snapshot, k.pid, k.started_at, k.finished_at, k.finished_at - k.started_at AS elapsed,
       k.cpu, k.checkpoint_cpu
FROM confiture.runs r
JOIN confiture.run_table t USING (run_id)
JOIN confiture.chunk k USING (run_id, relation);
COMMENT ON VIEW confiture.checkpoints IS
'the chunks of all runs: a chunk that is done was written and recorded in one transaction; snapshot counts the source snapshots of the run';
GRANT SELECT ON confiture.checkpoints TO PUBLIC;

CREATE VIEW confiture.foreign_key_checks WITH (security_barrier) AS
SELECT k.* FROM confiture.runs r JOIN confiture.foreign_key_check k USING (run_id);
COMMENT ON VIEW confiture.foreign_key_checks IS
'the foreign keys and declared references verified at the end of all runs, with the number of rows that violated each and what was done about them';
GRANT SELECT ON confiture.foreign_key_checks TO PUBLIC;

CREATE VIEW confiture.subset_reasons WITH (security_barrier) AS
SELECT r.run_id, s.relation, s.arrived_as, s.rows, s.reference, s.other, s.reason
FROM confiture.runs r
JOIN confiture.run o USING (run_id)
CROSS JOIN LATERAL jsonb_to_recordset(o.subset)
    s(relation text, arrived_as text, rows bigint, reference text, other text, reason text);
COMMENT ON VIEW confiture.subset_reasons IS
'why the rows of runs of a subset came: by a seed, by references, or with the whole table; ordinary roles see their own';
GRANT SELECT ON confiture.subset_reasons TO PUBLIC;

-- The extension defines the parameters beyond those of pg_stat_progress_copy, see extension/load/progress.h.
CREATE VIEW confiture.workers AS
SELECT s.pid, nullif(s.param17, 0) AS run_id, f.srvname AS server, nullif(s.relid, 0)::regclass AS relation,
       CASE WHEN a.wait_event = 'SyncRep' THEN 'waiting for a standby'
            ELSE (ARRAY['committing', 'preparing', 'copying', 'finishing'])[(s.param20 & 3) + 1] END AS phase,
       CASE WHEN a.wait_event_type = 'Lock' THEN (
           SELECT format('waiting for a lock%s%s',
                         (SELECT ' on ' || l.relation::regclass FROM pg_catalog.pg_locks l WHERE l.pid = s.pid AND NOT l.granted LIMIT 1),
                         ' held by ' || string_agg(format('pid %s%s', b.pid, ', ' || b.state || ' since ' ||
                             to_char(b.state_change, CASE WHEN b.state_change < current_date THEN 'YYYY-MM-DD ' ELSE '' END || 'HH24:MI')),
                             '; ' ORDER BY b.pid))
           FROM pg_catalog.pg_stat_activity b
           WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(s.pid))) END AS waiting_for,
       nullif(s.param20 >> 2, 0) AS chunk_id,
       CASE WHEN s.param20 & 3 = 2 THEN c.rows ELSE s.param16 END AS rows,
       CASE WHEN s.param20 & 3 = 2 THEN s.param1 END AS bytes,
       CASE WHEN s.param20 <> 3 OR s.relid <> 0 THEN nullif(s.param18, -1) END AS estimated_rows,
       CASE WHEN s.param20 & 3 IN (0, 3) THEN 100.0
            WHEN s.param18 > 0 THEN round(least(100.0, 100.0 * c.rows / s.param18), 1)
       END AS percent,
       a.query_start AS started_at, clock_timestamp() - a.query_start AS elapsed, a.query AS statement,
       CASE WHEN k.state = 'pending' THEN s.param14 END AS unseen_rows,
       CASE WHEN k.state = 'pending' THEN s.param15 END AS unseen_bytes,
       CASE WHEN s.param20 = 3 AND s.relid = 0
            THEN (ARRAY['indexes', 'foreign keys', 'sequences', 'materialized views'])[s.param18] END AS step,
       CASE WHEN s.param20 = 3 AND s.relid = 0 AND s.param15 > 0 THEN s.param14 END AS step_done,
       CASE WHEN s.param20 = 3 AND s.relid = 0 THEN nullif(s.param15, 0) END AS step_total,
       CASE WHEN k.state = 'pending' THEN k.relation END AS unseen_relation
FROM pg_catalog.pg_stat_get_progress_info('COPY') s
CROSS JOIN LATERAL ( -- since 16 COPY counts the rows it wrote in thousands: those that came say more
    SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN greatest(s.param3, s.param16)
                ELSE s.param3 END) c(rows)
LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
LEFT JOIN pg_catalog.pg_foreign_server f ON f.oid = s.param19::oid
LEFT JOIN LATERAL (SELECT c.state, c.relation FROM confiture.chunk c WHERE c.chunk_id = s.param13 OFFSET 0) k ON s.param13 <> 0
WHERE s.param19 <> 0 AND s.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database());
COMMENT ON VIEW confiture.workers IS
'the backends that are syncing right now in this database, each with its table or chunk: phase, the lock it waits for, rows, bytes, the source''s estimate of the rows';
GRANT SELECT ON confiture.workers TO PUBLIC;

CREATE VIEW confiture.progress AS
WITH running AS (
    SELECT t.*, r.started_at
    FROM confiture.runs r
    CROSS JOIN LATERAL (SELECT a.run_id, a.server, a.relation, a.state, a.rows, a.bytes, a.estimated_rows,
                               a.estimated_bytes, a.chunks, a.chunks_done
                        FROM confiture.run_tables a WHERE a.run_id = r.run_id
                        OFFSET 0) t -- run by run: nobody may have analyzed a long history
    WHERE r.leader_pid IS NOT NULL
), working AS ( -- rows that it has committed unseen may be of another table than that at which a process is now
    SELECT w.run_id, coalesce(rt.relation_name, t.relation::text) AS relation, min(w.server) AS server, -- NULL: a new run
           max(w.phase) FILTER (WHERE t.is_current) AS phase, sum(t.rows)::bigint AS rows, sum(t.bytes)::bigint AS bytes,
           (sum(w.estimated_rows) FILTER (WHERE t.is_current))::bigint AS estimated_rows, min(w.started_at) AS started_at,
           string_agg(DISTINCT w.waiting_for, E'\n') FILTER (WHERE t.is_current) AS waiting_for,
           array_agg(w.pid ORDER BY w.pid) FILTER (WHERE t.is_current) AS pids,
           array_agg(w.statement ORDER BY w.pid) FILTER (WHERE t.is_current) AS statements
    FROM confiture.workers w
    CROSS JOIN LATERAL (VALUES (true, w.relation, coalesce(w.rows, 0), coalesce(w.bytes, 0)),
                               (false, w.unseen_relation, w.unseen_rows, w.unseen_bytes)) t(is_current, relation, rows, bytes)
    LEFT JOIN confiture.run_table rt ON rt.run_id = w.run_id AND rt.relation = t.relation
    WHERE t.relation IS NOT NULL
       OR t.is_current AND NOT EXISTS (SELECT FROM confiture.runs r WHERE r.run_id = w.run_id AND r.leader_pid IS NOT NULL)
    GROUP BY 1, 2
), tables AS (
    SELECT run_id, relation, coalesce(r.server, w.server) AS server,
           CASE r.state WHEN 'done' THEN 'done' WHEN 'failed' THEN 'failed' ELSE coalesce(w.phase, 'waiting') END AS phase,
           coalesce(r.rows, 0) + CASE WHEN r.state IS DISTINCT FROM 'done' THEN coalesce(w.rows, 0) ELSE 0 END AS rows,
           coalesce(r.bytes, 0) + CASE WHEN r.state IS DISTINCT FROM 'done' THEN coalesce(w.bytes, 0) ELSE 0 END AS bytes,
           coalesce(r.estimated_rows, w.estimated_rows) AS estimated_rows, r.estimated_bytes, r.chunks, r.chunks_done,
           coalesce(r.started_at, w.started_at) AS started_at, w.waiting_for, w.pids, w.statements
    FROM running r FULL JOIN working w USING (run_id, relation)
), parts AS ( -- the completed fraction of a table, from 0 to 1; NULL: unknown
    SELECT *, CASE WHEN phase IN ('done', 'finishing') THEN 1
                   WHEN estimated_rows > 0 THEN rows::numeric / greatest(rows, estimated_rows)
                   WHEN chunks > 1 THEN chunks_done::numeric / chunks END AS part
    FROM tables
), lines AS (
    SELECT run_id, relation, server, phase, rows, bytes, estimated_rows, part, chunks, chunks_done, started_at,
           waiting_for, pids, statements, NULL::bigint AS waiting_tables, NULL::text AS step, NULL::bigint AS step_done,
           NULL::bigint AS step_total
    FROM parts
    UNION ALL
    SELECT r.run_id, NULL, r.server,
           CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                             WHERE a.pid = ANY (t.pids || r.leader_pid) AND a.wait_event = 'SyncRep')
                THEN 'waiting for a standby' ELSE r.state END, t.rows, t.bytes, t.estimated_rows, t.part, t.chunks, t.chunks_done,
           r.started_at, t.waiting_for, t.pids, NULL, t.waiting_tables,
           CASE WHEN t.is_loaded THEN coalesce(s.step, CASE a.step WHEN 'indexes' THEN 'foreign keys' ELSE a.step END) END,
           CASE WHEN s.step IS NOT NULL THEN s.step_done ELSE a.step_done END,
           CASE WHEN s.step IS NOT NULL THEN s.step_total ELSE a.step_total END
    FROM confiture.runs r
    LEFT JOIN LATERAL (SELECT w.step, w.step_done, w.step_total
                       FROM confiture.workers w WHERE w.run_id = r.run_id AND w.step IS NOT NULL LIMIT 1) a ON true
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE p.phase = 'waiting') AS waiting_tables,
               bool_and(p.phase IN ('done', 'failed')) AS is_loaded, sum(p.rows)::bigint AS rows, sum(p.bytes)::bigint AS bytes, sum(p.estimated_rows)::bigint AS estimated_rows,
               sum(greatest(p.estimated_bytes, 1) * coalesce(p.part, 0)) / sum(greatest(p.estimated_bytes, 1)) AS part,
               sum(p.chunks)::bigint AS chunks, sum(p.chunks_done)::bigint AS chunks_done,
               (SELECT string_agg(DISTINCT w.waiting_for, E'\n') FROM confiture.workers w WHERE w.run_id = r.run_id) AS waiting_for,
               (SELECT array_agg(DISTINCT w.pid) FROM confiture.workers w WHERE w.run_id = r.run_id) AS pids
        FROM parts p WHERE p.run_id = r.run_id) t
    LEFT JOIN LATERAL ( -- what is put back; while an index is built, its own progress takes the place of the leader's
        SELECT (ARRAY['indexes', 'foreign keys put back', 'triggers'])[greatest(i.step, 2) - 1] AS step,
               count(*) FILTER (WHERE i.restored_at IS NOT NULL OR i.error IS NOT NULL) AS step_done, count(*) AS step_total
        FROM confiture.set_aside i WHERE i.run_id = r.run_id AND i.step <= 4
        GROUP BY greatest(i.step, 2)
        HAVING count(*) FILTER (WHERE i.restored_at IS NULL AND i.error IS NULL) > 0
        ORDER BY greatest(i.step, 2)
        LIMIT 1) s ON t.is_loaded AND coalesce(a.step, 'indexes') = 'indexes'
    WHERE r.leader_pid IS NOT NULL
)
SELECT run_id, server, relation, phase, rows, bytes, estimated_rows, round(100 * part, 1) AS percent,
       (rows / nullif(extract(epoch FROM clock_timestamp() - started_at), 0))::bigint AS rows_per_second,
       CASE WHEN part > 0 AND part < 1 THEN (clock_timestamp() - started_at) * ((1 - part) / part)::float8 END AS eta,
       chunks, chunks_done, waiting_for, pids, statements, started_at, clock_timestamp() - started_at AS elapsed,
       (bytes / nullif(extract(epoch FROM clock_timestamp() - started_at), 0))::bigint AS bytes_per_second,
       waiting_tables, step, step_done, step_total
FROM lines;
COMMENT ON VIEW confiture.progress IS
'what is being synced right now in this database, one row for each table, and for each run one without relation with its totals: rows, bytes, percent by the source''s statistics, rate, estimated remaining time, chunks, working backends';
GRANT SELECT ON confiture.progress TO PUBLIC;

-- What the columns of the views say.
COMMENT ON COLUMN confiture.connections.server_name IS 'the foreign server';
COMMENT ON COLUMN confiture.connections.user_name IS 'the role whose user mapping it uses';
COMMENT ON COLUMN confiture.connections.valid IS
'whether it still serves its server and mapping: neither has been changed since';
COMMENT ON COLUMN confiture.connections.in_transaction IS 'whether it is in a transaction, and so in a snapshot, of the source';
COMMENT ON COLUMN confiture.connections.reading IS 'whether a scan is reading rows from it';
COMMENT ON COLUMN confiture.new_key.key IS 'the new masking key, in hex';
COMMENT ON COLUMN confiture.new_password.server IS 'the foreign server';
COMMENT ON COLUMN confiture.new_password.role IS 'whose user mapping; NULL: that of the current user';
COMMENT ON COLUMN confiture.new_password.password IS 'the password; NULL: stays as it is';
COMMENT ON COLUMN confiture.new_password.sslpassword IS 'the passphrase of sslkey; NULL: stays as it is';
COMMENT ON COLUMN confiture.strategies.strategy IS 'its name in rules';
COMMENT ON COLUMN confiture.strategies.summary IS 'what it does';
COMMENT ON COLUMN confiture.strategies.options IS 'its options, with their values';
COMMENT ON COLUMN confiture.strategies.example IS 'a value and what it becomes';
COMMENT ON COLUMN confiture.strategies.types IS 'the types it accepts';
COMMENT ON COLUMN confiture.strategies.deterministic IS 'whether equal values become equal values';
COMMENT ON COLUMN confiture.strategies.keyed IS 'whether its results depend on the masking key';
COMMENT ON COLUMN confiture.strategies.needs_value IS 'whether the raw value leaves the source';
COMMENT ON COLUMN confiture.strategies.keeps_unique IS 'whether different values stay different';
COMMENT ON COLUMN confiture.rules.relation IS 'the table';
COMMENT ON COLUMN confiture.rules.column_name IS 'the column';
COMMENT ON COLUMN confiture.rules.strategy IS 'what happens to the column; keep: copied as it is, drop: left out';
COMMENT ON COLUMN confiture.rules.options IS 'of the strategy';
COMMENT ON COLUMN confiture.rules.set_by IS 'the role that set it';
COMMENT ON COLUMN confiture.rules.set_at IS 'when it was set';
COMMENT ON COLUMN confiture.rules.problem IS 'why the rule cannot take effect; NULL: none';
COMMENT ON COLUMN confiture.rules.condition IS
'SQL on the source: which rows the rule takes; NULL: those that no other rule of the column takes';
COMMENT ON COLUMN confiture.rules.position IS
'rules with a condition are asked in this order, from 1; 0 is the rule without one';
COMMENT ON COLUMN confiture.patterns.relations IS 'the pattern for names of tables';
COMMENT ON COLUMN confiture.patterns.columns IS 'the pattern for names of columns';
COMMENT ON COLUMN confiture.patterns.strategy IS 'what happens to these columns';
COMMENT ON COLUMN confiture.patterns.options IS 'of the strategy';
COMMENT ON COLUMN confiture.patterns.set_by IS 'the role that set it';
COMMENT ON COLUMN confiture.patterns.set_at IS 'when it was set';
COMMENT ON COLUMN confiture.filters.relation IS 'the table';
COMMENT ON COLUMN confiture.filters.condition IS 'SQL on the source: which rows are copied';
COMMENT ON COLUMN confiture.filters.set_by IS 'the role that set it';
COMMENT ON COLUMN confiture.filters.set_at IS 'when it was set';
COMMENT ON COLUMN confiture.references.relation IS 'the table whose columns reference the other';
COMMENT ON COLUMN confiture.references.columns IS 'the referencing columns';
COMMENT ON COLUMN confiture.references.referenced IS 'the referenced table';
COMMENT ON COLUMN confiture.references.referenced_columns IS 'its columns, in the same order';
COMMENT ON COLUMN confiture.references.condition IS
'SQL on the target: which rows reference anything; NULL: all whose columns are not NULL';
COMMENT ON COLUMN confiture.references.set_by IS 'the role that declared it';
COMMENT ON COLUMN confiture.references.set_at IS 'when it was declared';
COMMENT ON COLUMN confiture.references.problem IS 'why it cannot take effect; NULL: none';
COMMENT ON COLUMN confiture.seeds.relation IS 'the table';
COMMENT ON COLUMN confiture.seeds.condition IS 'SQL on the source: which rows; NULL: all';
COMMENT ON COLUMN confiture.seeds.rows IS 'how many of them; NULL: all';
COMMENT ON COLUMN confiture.seeds.percent IS 'how many in a hundred of them; NULL: all';
COMMENT ON COLUMN confiture.seeds.set_by IS 'the role that set it';
COMMENT ON COLUMN confiture.seeds.set_at IS 'when it was set';
COMMENT ON COLUMN confiture.follows.relation IS 'the referencing table';
COMMENT ON COLUMN confiture.follows.key IS
'the name of a foreign key on the source, or the text of a declared reference';
COMMENT ON COLUMN confiture.follows.follow IS
'true: from every chosen row; false: from none; NULL: by default, from those of seeds and those that followed them';
COMMENT ON COLUMN confiture.follows.rows_per_parent IS 'how many rows at most for each row that they reference; NULL: all';
COMMENT ON COLUMN confiture.follows.set_by IS 'the role that set it';
COMMENT ON COLUMN confiture.follows.set_at IS 'when it was set';
COMMENT ON COLUMN confiture.runs.run_id IS 'the number of the run';
COMMENT ON COLUMN confiture.runs.server IS 'the source';
COMMENT ON COLUMN confiture.runs.state IS
'queued, running, interrupted, done, failed, partial, cancelled, superseded or refused';
COMMENT ON COLUMN confiture.runs.tables IS 'how many tables it has';
COMMENT ON COLUMN confiture.runs.tables_done IS 'how many of them are done';
COMMENT ON COLUMN confiture.runs.rows IS 'written and committed so far';
COMMENT ON COLUMN confiture.runs.bytes IS 'received for these rows';
COMMENT ON COLUMN confiture.runs.started_by IS 'the role that started it';
COMMENT ON COLUMN confiture.runs.started_at IS 'when it was started';
COMMENT ON COLUMN confiture.runs.finished_at IS 'when it ended; NULL: it has not';
COMMENT ON COLUMN confiture.runs.elapsed IS 'from the start to the end, or until now while it has a leader';
COMMENT ON COLUMN confiture.runs.one_snapshot IS 'whether all rows come from one snapshot of the source';
COMMENT ON COLUMN confiture.runs.leader_pid IS 'the process that leads it; NULL: none';
COMMENT ON COLUMN confiture.runs.key_id IS 'the fingerprint of the masking key it used';
COMMENT ON COLUMN confiture.runs.parameters IS 'what it was asked to do';
COMMENT ON COLUMN confiture.runs.error IS 'why it failed, or was refused';
COMMENT ON COLUMN confiture.run_tables.run_id IS 'the number of the run';
COMMENT ON COLUMN confiture.run_tables.server IS 'the source';
COMMENT ON COLUMN confiture.run_tables.state IS 'waiting, done or failed';
COMMENT ON COLUMN confiture.run_tables.relation IS 'the table, as it was called then';
COMMENT ON COLUMN confiture.run_tables.source_relation IS 'the table on the source';
COMMENT ON COLUMN confiture.run_tables.mode IS 'replace, append or upsert';
COMMENT ON COLUMN confiture.run_tables.format IS 'of the rows on their way: binary or text';
COMMENT ON COLUMN confiture.run_tables.filter IS 'which rows were copied; NULL: all';
COMMENT ON COLUMN confiture.run_tables.rows IS 'written and committed so far';
COMMENT ON COLUMN confiture.run_tables.bytes IS 'received for these rows';
COMMENT ON COLUMN confiture.run_tables.estimated_rows IS 'by the statistics of the source';
COMMENT ON COLUMN confiture.run_tables.estimated_bytes IS 'the size of the table on the source';
COMMENT ON COLUMN confiture.run_tables.elapsed IS 'the time that its chunks took, together';
COMMENT ON COLUMN confiture.run_tables.chunk_by IS 'what its chunks are cut by: key, ctid or table';
COMMENT ON COLUMN confiture.run_tables.chunks IS 'how many chunks it has';
COMMENT ON COLUMN confiture.run_tables.chunks_done IS 'how many of them are done';
COMMENT ON COLUMN confiture.run_tables.started_by IS 'the role that started the run';
COMMENT ON COLUMN confiture.run_tables.started_at IS 'when the run was started';
COMMENT ON COLUMN confiture.run_tables.finished_at IS 'when the run ended';
COMMENT ON COLUMN confiture.run_tables.key_id IS 'the fingerprint of the masking key';
COMMENT ON COLUMN confiture.run_tables.columns IS 'maps each column name to its treatment: strategy, or "pass"';
COMMENT ON COLUMN confiture.run_tables.error IS 'why the table failed';
COMMENT ON COLUMN confiture.run_tables.loader IS 'the way its rows got into the table: tuples, copy or insert';
COMMENT ON COLUMN confiture.checkpoints.run_id IS 'the number of the run';
COMMENT ON COLUMN confiture.checkpoints.relation IS 'the table';
COMMENT ON COLUMN confiture.checkpoints.number IS 'of the chunk within the table, from 1';
COMMENT ON COLUMN confiture.checkpoints.source_relation IS 'the table or partition on the source';
COMMENT ON COLUMN confiture.checkpoints.chunk_by IS 'what chunks are cut by: key, ctid or table';
COMMENT ON COLUMN confiture.checkpoints.state IS 'pending or done';
COMMENT ON COLUMN confiture.checkpoints.estimated_bytes IS 'its size on the source';
COMMENT ON COLUMN confiture.checkpoints.rows IS 'written';
COMMENT ON COLUMN confiture.checkpoints.bytes IS 'received';
COMMENT ON COLUMN confiture.checkpoints.snapshot IS 'which snapshot of the run its rows come from, from 1';
COMMENT ON COLUMN confiture.checkpoints.pid IS 'the process that wrote it';
COMMENT ON COLUMN confiture.checkpoints.started_at IS 'when that process began with it';
COMMENT ON COLUMN confiture.checkpoints.finished_at IS 'when it was recorded, in the transaction that wrote its rows';
COMMENT ON COLUMN confiture.checkpoints.elapsed IS 'from the beginning to the record';
COMMENT ON COLUMN confiture.checkpoints.cpu IS 'processor time of the process from its last checkpoint to this one';
COMMENT ON COLUMN confiture.checkpoints.checkpoint_cpu IS 'the part of cpu that statements on the control tables took';
COMMENT ON COLUMN confiture.foreign_key_checks.run_id IS 'the number of the run';
COMMENT ON COLUMN confiture.foreign_key_checks.constraint_name IS 'the foreign key, or the words of the declared reference';
COMMENT ON COLUMN confiture.foreign_key_checks.referencing IS 'the referencing table';
COMMENT ON COLUMN confiture.foreign_key_checks.referenced IS 'the referenced table';
COMMENT ON COLUMN confiture.foreign_key_checks.violations IS 'how many rows referenced what is not there';
COMMENT ON COLUMN confiture.foreign_key_checks.action IS 'verified, failed, deleted, nulled, reported or skipped';
COMMENT ON COLUMN confiture.foreign_key_checks.reason IS 'why it failed or was skipped';
COMMENT ON COLUMN confiture.foreign_key_checks.checked_at IS 'when it was checked';
COMMENT ON COLUMN confiture.foreign_key_checks.is_declared IS 'whether it is a declared reference and no foreign key';
COMMENT ON COLUMN confiture.subset_reasons.run_id IS 'the number of the run';
COMMENT ON COLUMN confiture.subset_reasons.relation IS 'the table';
COMMENT ON COLUMN confiture.subset_reasons.arrived_as IS
'seed; parent: what other references; child: what references other; whole or none, by no reference';
COMMENT ON COLUMN confiture.subset_reasons.rows IS 'that came this way first; NULL: all of the table';
COMMENT ON COLUMN confiture.subset_reasons.reference IS 'the foreign key, or the words of the declared reference';
COMMENT ON COLUMN confiture.subset_reasons.other IS 'the table at its other end';
COMMENT ON COLUMN confiture.subset_reasons.reason IS 'the same in words';
COMMENT ON COLUMN confiture.workers.pid IS 'the process';
COMMENT ON COLUMN confiture.workers.run_id IS 'the run it works for; of sync_table() the number it will get';
COMMENT ON COLUMN confiture.workers.server IS 'the source';
COMMENT ON COLUMN confiture.workers.relation IS 'the table it is working on';
COMMENT ON COLUMN confiture.workers.phase IS 'preparing, copying, finishing, committing, or waiting for a standby';
COMMENT ON COLUMN confiture.workers.waiting_for IS 'the lock that it waits for, and who holds it';
COMMENT ON COLUMN confiture.workers.chunk_id IS 'the chunk, in confiture.chunk; NULL: sync_table()';
COMMENT ON COLUMN confiture.workers.rows IS 'of the chunk or the table, so far';
COMMENT ON COLUMN confiture.workers.bytes IS 'received for these rows';
COMMENT ON COLUMN confiture.workers.estimated_rows IS 'of the chunk or the table, by the statistics of the source';
COMMENT ON COLUMN confiture.workers.percent IS 'rows of estimated_rows';
COMMENT ON COLUMN confiture.workers.started_at IS 'when its statement began';
COMMENT ON COLUMN confiture.workers.elapsed IS 'since then';
COMMENT ON COLUMN confiture.workers.statement IS 'its query in pg_stat_activity';
COMMENT ON COLUMN confiture.workers.unseen_rows IS 'of the chunk that it has committed since this query began';
COMMENT ON COLUMN confiture.workers.unseen_bytes IS 'received for those rows';
COMMENT ON COLUMN confiture.workers.unseen_relation IS 'the table of that chunk';
COMMENT ON COLUMN confiture.workers.step IS 'what a leader is at once all rows are there';
COMMENT ON COLUMN confiture.workers.step_done IS 'how many of step_total are done';
COMMENT ON COLUMN confiture.workers.step_total IS 'how many there are; NULL: that is one piece of work';
COMMENT ON COLUMN confiture.progress.run_id IS 'the number of the run; of sync_table() the number it will get';
COMMENT ON COLUMN confiture.progress.server IS 'the source';
COMMENT ON COLUMN confiture.progress.relation IS 'the table; NULL: the totals of the run';
COMMENT ON COLUMN confiture.progress.phase IS
'waiting, preparing, copying, finishing, committing, done, failed or waiting for a standby; of the totals the state of the run';
COMMENT ON COLUMN confiture.progress.rows IS 'written so far, committed or not';
COMMENT ON COLUMN confiture.progress.bytes IS 'received so far';
COMMENT ON COLUMN confiture.progress.estimated_rows IS 'by the statistics of the source';
COMMENT ON COLUMN confiture.progress.percent IS
'of the estimated rows, or of the chunks; of the totals by the bytes of the tables';
COMMENT ON COLUMN confiture.progress.rows_per_second IS 'since the run began';
COMMENT ON COLUMN confiture.progress.eta IS 'the time that remains at this rate';
COMMENT ON COLUMN confiture.progress.chunks IS 'how many chunks there are';
COMMENT ON COLUMN confiture.progress.chunks_done IS 'how many of them are done';
COMMENT ON COLUMN confiture.progress.waiting_for IS 'the locks that its processes wait for, and who holds them, one a line';
COMMENT ON COLUMN confiture.progress.pids IS 'the processes that work on it';
COMMENT ON COLUMN confiture.progress.statements IS 'what each of them shows in pg_stat_activity';
COMMENT ON COLUMN confiture.progress.started_at IS 'when the run, or sync_table(), began';
COMMENT ON COLUMN confiture.progress.elapsed IS 'since then';
COMMENT ON COLUMN confiture.progress.bytes_per_second IS 'since the run began';
COMMENT ON COLUMN confiture.progress.waiting_tables IS 'of the totals: how many tables are to come';
COMMENT ON COLUMN confiture.progress.step IS 'of the totals: what the run is at once all rows are there';
COMMENT ON COLUMN confiture.progress.step_done IS 'how many of step_total are done';
COMMENT ON COLUMN confiture.progress.step_total IS 'how many there are; NULL: that is one piece of work';

----------------------------------------------------------------------------------------------------------------
-- Syncing

CREATE FUNCTION confiture.plan(
    server text, relation regclass, source_relation text DEFAULT NULL, rules jsonb DEFAULT NULL,
    filter text DEFAULT NULL, mode text DEFAULT 'replace', format text DEFAULT 'auto', policy text DEFAULT NULL,
    triggers boolean DEFAULT false, loader text DEFAULT NULL,
    OUT column_name name, OUT source_type text, OUT target_type text, OUT action text, OUT strategy text,
    OUT raw_leaves_source boolean, OUT wire_format text, OUT loader text, OUT warnings text[])
RETURNS SETOF record
LANGUAGE C ROWS 50 AS 'MODULE_PATHNAME', 'confiture_plan';
COMMENT ON FUNCTION confiture.plan(text, regclass, text, jsonb, text, text, text, text, boolean, text) IS
'shows what sync_table() would do with these arguments, column by column; a first row without a column name is about the table itself; action is pass, mask, drop, default or refuse, or load for the table; moves nothing';

CREATE FUNCTION confiture.masked_rows() RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'confiture_masked_rows';
COMMENT ON FUNCTION confiture.masked_rows() IS
'the rows of a load that goes through planner and executor, in the FROM of its INSERT; fails elsewhere';

CREATE FUNCTION confiture.preview(
    server text, relation regclass, rows integer DEFAULT 5, source_relation text DEFAULT NULL,
    rules jsonb DEFAULT NULL, filter text DEFAULT NULL, policy text DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE C ROWS 5 AS 'MODULE_PATHNAME', 'confiture_preview';
COMMENT ON FUNCTION confiture.preview(text, regclass, integer, text, jsonb, text, text) IS
'shows a few rows as sync_table() would write them, masked; writes nothing';

CREATE FUNCTION confiture.sync_table(
    server text, relation regclass, source_relation text DEFAULT NULL, rules jsonb DEFAULT NULL,
    filter text DEFAULT NULL, mode text DEFAULT 'replace', format text DEFAULT 'auto', policy text DEFAULT NULL,
    triggers boolean DEFAULT false, loader text DEFAULT NULL,
    OUT relation regclass, OUT rows bigint, OUT bytes bigint, OUT elapsed interval,
    OUT rows_per_second bigint, OUT format text, OUT run_id bigint)
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_sync_table';
COMMENT ON FUNCTION confiture.sync_table(text, regclass, text, jsonb, text, text, text, text, boolean, text) IS
'copies one table from a source, masked, in the transaction of the caller: all or nothing; mode is replace, append or upsert, format is auto, binary or text, policy is strict, guard, auto or off, loader is auto, tuples or copy';

CREATE FUNCTION confiture.plan_sync(
    server text, include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, rules jsonb DEFAULT NULL,
    filters jsonb DEFAULT NULL, policy text DEFAULT NULL, format text DEFAULT 'auto', loader text DEFAULT NULL,
    mode text DEFAULT 'replace',
    OUT relation text, OUT source_relation text, OUT estimated_rows bigint, OUT estimated_bytes bigint,
    OUT column_name name, OUT source_type text, OUT target_type text, OUT action text, OUT strategy text,
    OUT raw_leaves_source boolean, OUT wire_format text, OUT loader text, OUT warnings text[], OUT fix text)
RETURNS SETOF record
LANGUAGE C ROWS 500 AS 'MODULE_PATHNAME', 'confiture_plan_sync';
COMMENT ON FUNCTION confiture.plan_sync(text, text[], text[], jsonb, jsonb, text, text, text, text) IS
'shows what sync() would do with these arguments, table by table and column by column; the first row of each table has no column name and is about the table itself, last rows without a relation concern no single table; moves nothing';

CREATE FUNCTION confiture.plan_subset(
    server text, subset jsonb DEFAULT NULL, include text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
    filters jsonb DEFAULT NULL, unreached text DEFAULT 'all',
    OUT relation text, OUT chosen text, OUT rows bigint, OUT of_rows bigint, OUT bytes bigint, OUT why text[],
    OUT warnings text[])
RETURNS SETOF record
LANGUAGE C ROWS 100 AS 'MODULE_PATHNAME', 'confiture_plan_subset';
COMMENT ON FUNCTION confiture.plan_subset(text, jsonb, text[], text[], jsonb, text) IS
'shows which part of each table sync() would copy with these seeds, or the stored ones, and through which references it came; a last row without a relation has the totals; moves nothing';

CREATE FUNCTION confiture.why(
    server text, relation regclass, key text[], subset jsonb DEFAULT NULL, include text[] DEFAULT NULL,
    exclude text[] DEFAULT NULL, filters jsonb DEFAULT NULL, unreached text DEFAULT 'all',
    OUT step integer, OUT row_of text, OUT row_key text[], OUT reason text)
RETURNS SETOF record
LANGUAGE C ROWS 10 AS 'MODULE_PATHNAME', 'confiture_why';
COMMENT ON FUNCTION confiture.why(text, regclass, text[], jsonb, text[], text[], jsonb, text) IS
'shows the references that lead from a seed of a subset to the row with these values of its primary key: a row for each, no row where it is not chosen; values of masked columns are not shown';

CREATE FUNCTION confiture.suggest(
    server text, sample_rows integer DEFAULT 0, include text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
    policy text DEFAULT NULL,
    OUT relation text, OUT column_name name, OUT kind text, OUT confidence text, OUT evidence jsonb, OUT reason text,
    OUT rule text)
RETURNS SETOF record
LANGUAGE C ROWS 100 AS 'MODULE_PATHNAME', 'confiture_suggest';
COMMENT ON FUNCTION confiture.suggest(text, integer, text[], text[], text) IS
'what a sync would ask about, and columns whose values look personal in so many rows of each table on the source, with the statements to paste; moves nothing, and shows no value';

CREATE PROCEDURE confiture.sync(
    server text, include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, jobs integer DEFAULT NULL,
    rules jsonb DEFAULT NULL, filters jsonb DEFAULT NULL, policy text DEFAULT NULL, format text DEFAULT 'auto',
    chunk_size text DEFAULT '64MB', chunk_by text DEFAULT 'auto', on_error text DEFAULT 'stop',
    on_fk_violation text DEFAULT 'fail', rebuild_indexes boolean DEFAULT false, refresh_views boolean DEFAULT false,
    analyze_tables boolean DEFAULT true, retry_for interval DEFAULT '5 minutes', atomic boolean DEFAULT false,
    detach boolean DEFAULT false, loader text DEFAULT NULL, subset jsonb DEFAULT NULL, unreached text DEFAULT 'all',
    mode text DEFAULT 'replace',
    INOUT run_id bigint DEFAULT NULL, INOUT state text DEFAULT NULL, INOUT tables bigint DEFAULT NULL,
    INOUT rows bigint DEFAULT NULL, INOUT bytes bigint DEFAULT NULL, INOUT elapsed interval DEFAULT NULL)
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_sync';
COMMENT ON PROCEDURE confiture.sync IS
'copies all tables of a source, or those that the psql-style patterns include and exclude select, masked, from one snapshot, with parallel jobs, in chunks that commit one by one; resumable; mode upsert keeps the rows that are there, and updates or adds by primary key; atomic does it in the transaction of the caller, detach in the background';

CREATE PROCEDURE confiture.resume(
    run bigint, jobs integer DEFAULT NULL, detach boolean DEFAULT false, on_fk_violation text DEFAULT NULL,
    INOUT run_id bigint DEFAULT NULL, INOUT state text DEFAULT NULL, INOUT tables bigint DEFAULT NULL,
    INOUT rows bigint DEFAULT NULL, INOUT bytes bigint DEFAULT NULL, INOUT elapsed interval DEFAULT NULL)
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_resume';
COMMENT ON PROCEDURE confiture.resume IS
'continues a run that was interrupted or cancelled, failed or ended partial: completed chunks are kept, unfinished tables cut by ctid start again';

CREATE PROCEDURE confiture.work(run bigint)
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_work';
COMMENT ON PROCEDURE confiture.work(bigint) IS
'what a background worker of a run calls: takes chunks until none is left; called by hand, it adds another worker to the run';

CREATE FUNCTION confiture.cancel(run bigint) RETURNS boolean
LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'confiture_cancel';
COMMENT ON FUNCTION confiture.cancel(bigint) IS
'stops a run and its workers; committed chunks are kept, and confiture.resume() continues the run; returns whether it was running';

CREATE FUNCTION confiture.restore_indexes(run bigint DEFAULT NULL) RETURNS bigint
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_restore_indexes';
COMMENT ON FUNCTION confiture.restore_indexes(bigint) IS
'restores the indexes, constraints and trigger states that a run, or any run that is not running (NULL), dropped or disabled; returns how many';

CREATE FUNCTION confiture.refuse_drop() RETURNS event_trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_refuse_drop';
COMMENT ON FUNCTION confiture.refuse_drop() IS
'refuses to drop the extension while its control tables hold the only definitions of indexes, constraints and keys that runs dropped';
CREATE EVENT TRIGGER confiture_refuse_drop ON ddl_command_start WHEN TAG IN ('DROP EXTENSION', 'DROP OWNED')
EXECUTE FUNCTION confiture.refuse_drop();
COMMENT ON EVENT TRIGGER confiture_refuse_drop IS
'keeps DROP EXTENSION confiture from losing what runs set aside';

----------------------------------------------------------------------------------------------------------------
-- Who writes the control tables

-- Row security hides them from pg_read_all_data; these triggers, which fire for every role and in every mode, keep out who
-- may write every table: pg_write_all_data, also with BYPASSRLS, and whoever was granted more than is good. Subscriptions
-- fire no triggers for statements, TRUNCATE none for rows.
CREATE FUNCTION confiture.refuse_write() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'confiture_refuse_write';
COMMENT ON FUNCTION confiture.refuse_write() IS
'refuses statements that write a control table, except those of its owner and of superusers';
CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.masking_key
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.masking_key
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.masking_key
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.rule
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.rule
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.rule
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.pattern
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.pattern
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.pattern
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.filter
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.filter
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.filter
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.reference
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.reference
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.reference
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.seed
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.seed
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.seed
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.follow
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.follow
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.follow
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.run
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.run
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.run
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.run_table
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.run_table
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.run_table
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.chunk
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.chunk
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.chunk
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.set_aside
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.set_aside
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.set_aside
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

CREATE TRIGGER confiture_refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON confiture.foreign_key_check
EXECUTE FUNCTION confiture.refuse_write();
CREATE TRIGGER confiture_refuse_row BEFORE INSERT OR UPDATE OR DELETE ON confiture.foreign_key_check
FOR EACH ROW EXECUTE FUNCTION confiture.refuse_write();
ALTER TABLE confiture.foreign_key_check
    ENABLE ALWAYS TRIGGER confiture_refuse_write, ENABLE ALWAYS TRIGGER confiture_refuse_row;

-- Last, because what the key authenticates must be in place.
SELECT confiture.rotate_key();

-- Everything that opens a connection, writes or masks must be granted.
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA confiture FROM PUBLIC;
GRANT EXECUTE ON FUNCTION confiture.key_id(), confiture.list_strategies(), confiture.list_connections() TO PUBLIC;
