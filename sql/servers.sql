-- Options of servers and user mappings, and what is refused before any connection is opened.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION confiture;
CREATE ROLE regress_plain;
CREATE ROLE regress_owner;
GRANT USAGE ON FOREIGN DATA WRAPPER confiture TO regress_owner;

-- Prints an error. The list of valid options depends on libpq's version: only its beginning is shown.
CREATE FUNCTION pg_temp.refused(statement text) RETURNS TABLE (field text, value text)
LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text; hint text;
BEGIN
    EXECUTE statement;
    RETURN QUERY VALUES ('not refused', '');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
    hint := regexp_replace(hint, 'context are: .*', 'context are: ...');
    RETURN QUERY SELECT * FROM (VALUES ('sqlstate', state), ('message', message), ('detail', detail), ('hint', hint)) v
        WHERE column2 <> '';
END $$;

-- Every class of option in the right place.
CREATE SERVER many FOREIGN DATA WRAPPER confiture OPTIONS (
    host 'db.example.com', hostaddr '192.0.2.1', port '5433', dbname 'app', service 'replica', passfile '/nowhere',
    connect_timeout '10', application_name 'refresh', options '-c work_mem=1MB', keepalives '1', keepalives_idle '30',
    tcp_user_timeout '1000', target_session_attrs 'any', channel_binding 'prefer', gssencmode 'disable',
    sslmode 'verify-full', sslrootcert '/etc/ca.pem', sslcrl '/etc/crl.pem', ssl_min_protocol_version 'TLSv1.3',
    sslcert '/etc/client.pem', sslkey '/etc/client.key');
CREATE USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (
    user 'sync', password 'secret', sslpassword 'more', sslcert '/home/c.pem', sslkey '/home/c.key',
    password_required 'true');
ALTER USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (SET password_required 'false', DROP sslpassword);
ALTER SERVER many OPTIONS (SET host 'other.example.com', ADD sslcrldir '/etc/crl', DROP service);

-- Misplaced options: secrets and the user belong to the user mapping, the rest to the server.
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (password 'p')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (user 'u')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (sslpassword 'p')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (password_required 'false')$$);
SELECT * FROM pg_temp.refused($$ALTER SERVER many OPTIONS (ADD password 'p')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (ADD host 'h')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (ADD passfile '/f')$$);

-- Unknown options: the hint has the closest known one, or all of them.
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (hots 'h')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (database 'd')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (frobnicate_all_things '1')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (ADD passwort 'p')$$);

-- Options that the extension sets itself, and objects without options.
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (client_encoding 'LATIN1')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (replication '1')$$);
SELECT * FROM pg_temp.refused($$CREATE SERVER s FOREIGN DATA WRAPPER confiture OPTIONS (fallback_application_name 'a')$$);
SELECT * FROM pg_temp.refused($$ALTER FOREIGN DATA WRAPPER confiture OPTIONS (ADD host 'h')$$);
SELECT * FROM pg_temp.refused($$CREATE FOREIGN TABLE t (a int) SERVER many OPTIONS (tabel_name 't')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR CURRENT_USER SERVER many OPTIONS (SET password_required 'perhaps')$$);

-- Only superusers may allow options that read files with the server's rights, or connect without a password.
SET ROLE regress_owner;
CREATE SERVER own FOREIGN DATA WRAPPER confiture OPTIONS (host 'db.example.com');
CREATE USER MAPPING FOR regress_owner SERVER own OPTIONS (user 'sync', password 'secret', password_required 'true');
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR regress_owner SERVER own OPTIONS (SET password_required 'false')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR regress_owner SERVER own OPTIONS (ADD sslcert '/root/.pgpass')$$);
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR regress_owner SERVER own OPTIONS (ADD sslkey '/root/.pgpass')$$);
RESET ROLE;
ALTER USER MAPPING FOR regress_owner SERVER own OPTIONS (SET password_required 'false', ADD sslcert '/etc/c.pem');
-- As in postgres_fdw: once set, the mapping's user may not change it.
SET ROLE regress_owner;
SELECT * FROM pg_temp.refused($$ALTER USER MAPPING FOR regress_owner SERVER own OPTIONS (SET password 'new')$$);
RESET ROLE;

-- No such server, a server of another wrapper, no USAGE, no mapping.
CREATE FOREIGN DATA WRAPPER regress_other;
CREATE SERVER other FOREIGN DATA WRAPPER regress_other;
SELECT * FROM pg_temp.refused($$SELECT confiture.check_server('nowhere')$$);
SELECT * FROM pg_temp.refused($$SELECT confiture.check_server('other')$$);
GRANT EXECUTE ON FUNCTION confiture.check_server(text) TO regress_plain;
SET ROLE regress_plain;
SELECT * FROM pg_temp.refused($$SELECT confiture.check_server('own')$$);
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER own TO regress_plain;
SET ROLE regress_plain;
SELECT value LIKE 'user mapping not found for %regress_plain%' AS needs_a_mapping
FROM pg_temp.refused($$SELECT confiture.check_server('own')$$) WHERE field = 'message';
-- The password is required before any connection is tried; an empty one does not count.
CREATE USER MAPPING FOR regress_plain SERVER own OPTIONS (user 'sync');
SELECT * FROM pg_temp.refused($$SELECT confiture.check_server('own')$$);
ALTER USER MAPPING FOR regress_plain SERVER own OPTIONS (ADD password '');
SELECT * FROM pg_temp.refused($$SELECT confiture.check_server('own')$$);
RESET ROLE;

-- The error of a failed connection names the server, never the password.
CREATE SERVER closed FOREIGN DATA WRAPPER confiture OPTIONS (host '/nowhere', connect_timeout '5');
CREATE USER MAPPING FOR CURRENT_USER SERVER closed OPTIONS (user 'sync', password 'seKret-1');
SELECT field, value FROM pg_temp.refused($$SELECT confiture.check_server('closed')$$) WHERE field IN ('sqlstate', 'message');
SELECT bool_or(value LIKE '%seKret%') AS shows_password FROM pg_temp.refused($$SELECT confiture.check_server('closed')$$);
SELECT confiture.check_server(NULL) IS NULL AS strict;

DROP OWNED BY regress_plain, regress_owner CASCADE;
DROP FOREIGN DATA WRAPPER regress_other CASCADE;
DROP EXTENSION confiture CASCADE;
DROP ROLE regress_plain, regress_owner;
