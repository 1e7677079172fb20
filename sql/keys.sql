-- The masking key: made at CREATE EXTENSION, replaced, rotated, and kept from everybody's eyes.
SET client_min_messages = warning;
CREATE EXTENSION confiture;
CREATE ROLE regress_plain;
CREATE ROLE regress_reader;
GRANT pg_read_all_data TO regress_reader;

SELECT confiture.key_id() ~ '^[0-9a-f]{16}$' AS there_is_one;
SELECT octet_length(key) AS bytes, set_at IS NOT NULL AS dated FROM confiture.masking_key;
CREATE TEMPORARY TABLE first AS SELECT confiture.key_id() AS id, confiture.hash('a') AS h;

-- Set: the same key gives the same fingerprint and the same masks; the fingerprint is no part of the key.
SELECT confiture.set_key(decode(repeat('5a', 32), 'hex')) = confiture.key_id() AS returns_id;
SELECT id <> confiture.key_id() AS another_id, h <> confiture.hash('a') AS other_masks FROM first;
CREATE TEMPORARY TABLE shared AS SELECT confiture.key_id() AS id, confiture.hash('a') AS h;
SELECT confiture.rotate_key() <> id AS rotated FROM shared;
SELECT id <> confiture.key_id() AS another_id, h <> confiture.hash('a') AS other_masks FROM shared;
SELECT confiture.set_key(decode(repeat('5a', 32), 'hex')) = id AS same_id_again, confiture.hash('a') = h AS same_masks_again FROM shared;
SELECT position(confiture.key_id() IN encode(key, 'hex')) AS id_in_key FROM confiture.masking_key;
SELECT confiture.set_key(NULL) IS NULL AS strict;
SELECT count(*) FROM confiture.masking_key;

-- A rotation that is rolled back never was.
BEGIN;
SELECT confiture.rotate_key() <> id AS rotated, confiture.hash('a') <> h AS masks_differ FROM shared;
ROLLBACK;
SELECT confiture.key_id() = id AS same_id, confiture.hash('a') = h AS same_masks FROM shared;

-- Lengths. Neither an error nor its DETAIL quotes the key.
SELECT confiture.set_key('');
SELECT confiture.set_key(convert_to('a key that is too short', 'UTF8'));
SELECT confiture.set_key(decode(repeat('5a', 1025), 'hex'));
SELECT confiture.set_key(decode(repeat('5a', 1024), 'hex')) IS NOT NULL AS longest;
SELECT confiture.set_key(decode(repeat('5a', 32), 'hex')) = id AS shortest FROM shared;

-- Only one key, and only the owner of the extension's tables replaces it, whatever was granted.
\set VERBOSITY terse
INSERT INTO confiture.masking_key (key) VALUES (decode(repeat('00', 32), 'hex'));
\set VERBOSITY default
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO regress_plain, regress_reader;
SET ROLE regress_plain;
SELECT confiture.set_key(decode(repeat('00', 32), 'hex'));
SELECT confiture.rotate_key();
SELECT * FROM confiture.masking_key;
UPDATE confiture.masking_key SET key = decode(repeat('00', 32), 'hex');
COPY confiture.masking_key TO STDOUT;
-- The fingerprint is no secret, and masking needs no view of the key.
SELECT confiture.key_id() = (SELECT confiture.key_id()) AS id_is_public, length(confiture.hash('a'));
RESET ROLE;
SET ROLE regress_reader;
SELECT count(*) AS rows_a_reader_of_all_data_sees FROM confiture.masking_key;
SELECT count(*) FROM confiture.masking_key WHERE key IS NOT NULL OR set_at < now();
SET row_security = off;
SELECT * FROM confiture.masking_key;
RESET row_security;
RESET ROLE;

-- Without a key nothing keyed is masked, and the message says what to do.
BEGIN;
DELETE FROM confiture.masking_key;
SAVEPOINT gone;
SELECT confiture.key_id();
ROLLBACK TO gone;
SELECT confiture.email('a');
ROLLBACK;
-- Nothing of it is in a dump: the table is not among those whose rows an extension has dumped.
SELECT c.oid::regclass AS dumped
FROM pg_extension e, unnest(e.extconfig) c(oid) WHERE e.extname = 'confiture' ORDER BY 1;

DROP OWNED BY regress_plain, regress_reader;
DROP EXTENSION confiture;
DROP ROLE regress_plain, regress_reader;
