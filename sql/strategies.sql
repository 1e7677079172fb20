-- The strategies as SQL functions and as a view. tests/unit tests the masked values; this tests their shape, under a
-- fixed key.
SET client_min_messages = warning;
CREATE EXTENSION confiture;
COPY confiture.new_key FROM STDIN;
5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
\.

SELECT strategy, types, deterministic, keyed, needs_value, keeps_unique FROM confiture.strategies ORDER BY strategy;
SELECT strategy FROM confiture.strategies WHERE summary !~ '^\S.+' OR summary IS NULL OR options IS NULL OR example IS NULL;

-- Shapes.
SELECT confiture.hash('jo@shop.test') ~ '^[0-9a-f]{64}$' AS hash,
       confiture.hash('jo@shop.test', '{"length": 16}') ~ '^[0-9a-f]{16}$' AS short_hash,
       left(confiture.hash('jo@shop.test'), 16) = confiture.hash('jo@shop.test', '{"length": 16}') AS is_its_beginning;
SELECT confiture.email('jo@shop.test') ~ '^[a-z0-9_.]+@example\.(com|org|net)$' AS email,
       confiture.email('jo@shop.test', '{"domain": "masked.invalid"}') ~ '^[a-z0-9_.]+@masked\.invalid$' AS at_domain;
SELECT confiture.name('Jo Doe') ~ '^[[:upper:]]\S* [[:upper:]]' AS name,
       confiture.first_name('Jo') ~ '^[[:upper:]][^ ]*$' AS first_name,
       confiture.last_name('Doe') ~ '^[[:upper:]]' AS last_name;
SELECT confiture.phone('+49 170 1234567') ~ '^[+0-9 ()-]+$' AS phone,
       confiture.phone('+49 170 1234567') !~ '1234567' AS another;
SELECT confiture.redact('secret'), confiture.redact('secret', '{"text": "***"}'), confiture.redact('');
SELECT confiture.null('secret') IS NULL AS "null", confiture.constant('secret', '{"value": "same"}');
SELECT confiture.partial('4111111111111111', '{"keep_first": 4, "keep_last": 4}') AS partial,
       confiture.partial('ab', '{"first": 4, "last": 4}') <> 'ab' AS short_values_are_not_shown;
SELECT confiture.hash(7::smallint) BETWEEN 0 AND 32767 AS int2, confiture.hash(7) >= 0 AS int4,
       confiture.hash(-7) < 0 AS negative, confiture.hash(7::bigint) >= 0 AS int8,
       confiture.hash('5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11'::uuid) <> '5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11' AS uuid;
SELECT pg_typeof(confiture.hash(7::smallint)), pg_typeof(confiture.hash(7)), pg_typeof(confiture.hash(7::bigint)),
       pg_typeof(confiture.hash('5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11'::uuid));

-- Deterministic; another value, domain or key gives another result. Integers are permuted: no two collide.
SELECT confiture.hash('a') = confiture.hash('a') AS same, confiture.hash('a') <> confiture.hash('b') AS other,
       confiture.hash('a') <> confiture.hash('a', '{"masking_domain": "elsewhere"}') AS other_domain;
SELECT count(DISTINCT confiture.hash(i)) = 10000 AS int4_permuted,
       count(DISTINCT confiture.hash(i::smallint)) = 10000 AS int2_permuted,
       count(DISTINCT confiture.email('user' || i || '@shop.test')) = 10000 AS emails_differ
FROM generate_series(1, 10000) i;
SELECT count(DISTINCT confiture.hash(i::smallint)) FROM generate_series(-32768, 32767) i;
CREATE TEMPORARY TABLE before AS SELECT confiture.hash('a') AS h, confiture.email('a') AS e, confiture.partial('abcdefghij') AS p;
-- A key replaced in the middle of a session applies at once, also in a prepared statement.
PREPARE masked AS SELECT confiture.hash('a');
CREATE TEMPORARY TABLE one AS EXECUTE masked;
COPY confiture.new_key FROM STDIN;
a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5
\.
CREATE TEMPORARY TABLE two AS EXECUTE masked;
SELECT one.hash <> two.hash AS prepared_follows, b.h <> confiture.hash('a') AS hash_changed,
       b.e <> confiture.email('a') AS email_changed, b.p = confiture.partial('abcdefghij') AS keyless_did_not
FROM one, two, before b;

-- NULL stays NULL, empty stays empty.
SELECT confiture.hash(NULL::text) IS NULL AND confiture.hash(NULL::int) IS NULL AND confiture.hash(NULL::uuid) IS NULL
   AND confiture.email(NULL) IS NULL AND confiture.name(NULL) IS NULL AND confiture.first_name(NULL) IS NULL
   AND confiture.last_name(NULL) IS NULL AND confiture.phone(NULL) IS NULL AND confiture.redact(NULL) IS NULL
   AND confiture.null(NULL) IS NULL AND confiture.constant(NULL, '{"value": "x"}') IS NULL
   AND confiture.partial(NULL) IS NULL AND confiture.hash('a', NULL) IS NULL AS strict;
SELECT confiture.hash('') AS hash, confiture.email('') AS email, confiture.name('') AS name, confiture.phone('') AS phone,
       confiture.partial('') AS partial;

-- Options are checked, and no message contains the value.
\set VERBOSITY terse
SELECT confiture.hash('jo@shop.test', '{"length": 0}');
SELECT confiture.hash('jo@shop.test', '{"length": "16"}');
SELECT confiture.hash('jo@shop.test', '{"lenght": 16}');
SELECT confiture.email('jo@shop.test', '{"domain": "not a domain"}');
SELECT confiture.email('jo@shop.test', '[]');
SELECT confiture.constant('jo@shop.test', '{}');
SELECT confiture.partial('jo@shop.test', '{"first": -1}');
SELECT confiture.name('jo@shop.test', '{"locale": 5}');
-- Options that change from row to row.
SELECT n, length(confiture.hash('a', jsonb_build_object('length', n))) FROM generate_series(8, 11) n;

-- Properties of the functions as declared to PostgreSQL.
SELECT replace(p.oid::regprocedure::text, '"', '') COLLATE "C" AS function, provolatile, proparallel, proisstrict, prosecdef
FROM pg_proc p WHERE pronamespace = 'confiture'::regnamespace ORDER BY function;
-- Masked values in an index or a partition key would become wrong with the next key.
CREATE TABLE t (a text);
\set VERBOSITY sqlstate
CREATE INDEX ON t (confiture.hash(a));
\set VERBOSITY terse
CREATE INDEX ON t (confiture.partial(a));

-- Every object has a comment.
SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
FROM pg_depend d
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'confiture')
  AND d.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass, 'pg_foreign_data_wrapper'::regclass)
  AND NOT EXISTS (SELECT FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('S', 'i'))
  AND NOT EXISTS (SELECT FROM pg_description c WHERE c.classoid = d.classid AND c.objoid = d.objid AND c.objsubid = 0)
ORDER BY 1;
SELECT obj_description(oid, 'pg_extension') IS NOT NULL AS extension_has_one FROM pg_extension WHERE extname = 'confiture';

DROP TABLE t;
DROP EXTENSION confiture;
