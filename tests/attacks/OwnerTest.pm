# Tables whose owner is hostile: all code an owner may hang on a table calls app.grab(), which tries whatever makes its owner
# more than it is. What came of it is asked afterwards.
#
#   my ($source, $target) = OwnerTest::clusters();
#   OwnerTest::call_as($target, $caller, 'check', "SELECT confiture.plan('prod', 'app.t_check')", 'plan');
package OwnerTest;

use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

our $dir = PostgreSQL::Test::Utils::tempdir;
our $rows = 20;

# Kind of code => the table, and statements after it.
our %tables = (
	check => ['id int PRIMARY KEY, v text CHECK (app.is_fine(v))'],
	check_row => ['id int PRIMARY KEY, v text, CHECK (app.is_fine(v) OR id IS NULL)'],
	default => ['id int PRIMARY KEY, v text, extra int DEFAULT app.a_number()'],
	domain => ['id int PRIMARY KEY, v app.address'],
	generated => ['id int PRIMARY KEY, v text, g text GENERATED ALWAYS AS (app.immutable(v)) STORED'],
	index => ['id int PRIMARY KEY, v text', 'CREATE INDEX ON app.t_index (app.immutable(v))'],
	predicate => ['id int PRIMARY KEY, v text', 'CREATE INDEX ON app.t_predicate (id) WHERE app.immutable(v) IS NOT NULL'],
	statistics => ['id int PRIMARY KEY, v text', 'CREATE STATISTICS app.s ON (app.immutable(v)), id FROM app.t_statistics'],
	partition => ['id int, v text) PARTITION BY LIST (app.always_one(id)', 'CREATE TABLE app.t_partition_1 PARTITION OF app.t_partition FOR VALUES IN (1)'],
	trigger => ['id int PRIMARY KEY, v text', 'CREATE TRIGGER t BEFORE INSERT ON app.t_trigger FOR EACH ROW EXECUTE FUNCTION app.on_row();
		ALTER TABLE app.t_trigger ENABLE ALWAYS TRIGGER t'],
	truncate => ['id int PRIMARY KEY, v text', 'CREATE TRIGGER t BEFORE TRUNCATE ON app.t_truncate EXECUTE FUNCTION app.on_statement();
		ALTER TABLE app.t_truncate ENABLE ALWAYS TRIGGER t'],
	deferred => ['id int PRIMARY KEY, v text', 'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON app.t_deferred DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION app.on_row(); ALTER TABLE app.t_deferred ENABLE ALWAYS TRIGGER t'],
	cast => ['id int PRIMARY KEY, v app.label REFERENCES app.labels'],
	view => ['id int PRIMARY KEY, v text', 'CREATE MATERIALIZED VIEW app.m AS SELECT app.immutable(v) FROM app.t_view']);
our @kinds = sort keys %tables;

sub clusters
{
	my ($source, $target) = ConfitureTest::clusters(target_conf => "max_worker_processes = 10\nrestart_after_crash = on\n");
	ConfitureTest::add_role($source, $target, $_, "the password of $_") for qw(mallory loader);
	$source->safe_psql('postgres', join ';', 'CREATE SCHEMA app', q{CREATE TYPE app.label AS ENUM ('a', 'b'); CREATE TABLE app.t_cast (id int PRIMARY KEY, v app.label)}, 'CREATE TABLE app.labels (v int PRIMARY KEY)', "INSERT INTO app.labels VALUES (ascii('a'))",
		(map { "CREATE TABLE IF NOT EXISTS app.t_$_ (id int PRIMARY KEY, v text); INSERT INTO app.t_$_ SELECT i, 'a' FROM generate_series(1, $rows) i" } @kinds),
		'SET client_min_messages = error; GRANT USAGE ON SCHEMA app TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC; ANALYZE');
	$target->safe_psql('postgres', qq{
		CREATE SCHEMA app AUTHORIZATION mallory;
		GRANT USAGE ON SCHEMA app TO PUBLIC;
		CREATE TABLE public.of_the_loader (secret text);
		ALTER TABLE public.of_the_loader OWNER TO loader;
		GRANT SET ON PARAMETER confiture.policy TO loader;
		SET SESSION AUTHORIZATION mallory;
		CREATE SEQUENCE app.as_owner;
		CREATE SEQUENCE app.as_another;
		CREATE TABLE app.loot (what text);
		GRANT ALL ON ALL TABLES IN SCHEMA app TO PUBLIC;
		GRANT ALL ON ALL SEQUENCES IN SCHEMA app TO PUBLIC;

		-- Sequences remember what is rolled back.
		CREATE FUNCTION app.grab() RETURNS void LANGUAGE plpgsql AS \$f\$
		DECLARE attempt text; BEGIN
			PERFORM nextval(CASE current_user WHEN 'mallory' THEN 'app.as_owner'::regclass ELSE 'app.as_another'::regclass END);
			FOREACH attempt IN ARRAY ARRAY[
				'ALTER ROLE mallory SUPERUSER',
				'GRANT pg_execute_server_program, pg_read_all_data TO mallory',
				'GRANT loader TO mallory',
				'COPY (SELECT 1) TO PROGRAM ''touch $dir/owned''',
				'COPY (SELECT 1) TO ''$dir/owned''',
				'INSERT INTO app.loot SELECT key::text FROM confiture.masking_key',
				'INSERT INTO app.loot SELECT umoptions::text FROM pg_catalog.pg_user_mapping WHERE umoptions IS NOT NULL',
				'INSERT INTO app.loot SELECT secret FROM public.of_the_loader',
				'UPDATE confiture.rule SET strategy = ''keep''',
				'RESET ROLE',
				'SET ROLE NONE',
				'SET SESSION AUTHORIZATION DEFAULT',
				'RESET SESSION AUTHORIZATION',
				'SET confiture.policy = ''off''',
				'SET search_path = app',
				'SET session_replication_role = replica',
				'CREATE TEMPORARY TABLE left_behind (v int)',
				'CREATE FUNCTION pg_temp.left_behind() RETURNS int LANGUAGE sql AS ''SELECT 1''',
				'CREATE FUNCTION public.left_behind() RETURNS int LANGUAGE sql AS ''SELECT 1''',
				'DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1',
				'PREPARE left_behind AS SELECT 1',
				'LISTEN left_behind',
				'SELECT pg_try_advisory_lock(4711)'] LOOP
				BEGIN
					EXECUTE attempt;
				EXCEPTION WHEN OTHERS THEN NULL;
				END;
			END LOOP;
		END \$f\$;
		CREATE FUNCTION app.is_fine(v text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN true; END';
		CREATE FUNCTION app.a_number() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN 1; END';
		CREATE FUNCTION app.immutable(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN v; END';
		CREATE FUNCTION app.always_one(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN 1; END';
		CREATE FUNCTION app.on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN NEW; END';
		CREATE FUNCTION app.on_statement() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN NULL; END';
		CREATE DOMAIN app.address AS text CHECK (app.is_fine(VALUE));
		CREATE TYPE app.label AS ENUM ('a', 'b');
		CREATE FUNCTION app.label_number(app.label) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.grab(); RETURN pg_catalog.ascii(pg_catalog.enum_out(\$1)::text); END';
		CREATE CAST (app.label AS int) WITH FUNCTION app.label_number(app.label) AS IMPLICIT;
		CREATE TABLE app.labels (v int PRIMARY KEY);
		INSERT INTO app.labels VALUES (pg_catalog.ascii('a'));
	} . join('', map { my ($columns, @more) = @{ $tables{$_} }; "CREATE TABLE app.t_$_ ($columns);" . join '', map { "$_;" } @more } @kinds)
	  . q{GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA app TO loader});
	reset_all($target);
	return ($source, $target);
}

sub reset_all
{
	my ($target) = @_;
	$target->safe_psql('postgres', q{
		ALTER ROLE mallory NOSUPERUSER;
		SET client_min_messages = error;
		REVOKE pg_execute_server_program, pg_read_all_data, loader FROM mallory;
		DROP FUNCTION IF EXISTS public.left_behind();
		TRUNCATE app.loot;
		SELECT setval('app.as_owner', 1, false), setval('app.as_another', 1, false);
		RESET client_min_messages});
	unlink "$dir/owned";
	return;
}

# Takes the rows out without the owner's code.
sub empty_table
{
	my ($target, $table) = @_;
	$target->safe_psql('postgres', "ALTER TABLE $table OWNER TO CURRENT_USER; SET session_replication_role = replica;
		DO \$\$ BEGIN ALTER TABLE $table DISABLE TRIGGER USER; DELETE FROM $table; ALTER TABLE $table ENABLE ALWAYS TRIGGER t; EXCEPTION WHEN undefined_object THEN DELETE FROM $table; END \$\$;
		ALTER TABLE $table OWNER TO mallory");
	return;
}

# Runs statements as a caller (superuser, loader) and asks what the owner's code got out of it. Returns the client's words.
sub call_as
{
	my ($target, $caller, $sql, $title, %options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($out, $err) = ('', '');
	my @statements = ref $sql ? @$sql : $sql;
	$target->psql('postgres', join(";\n", 'SET client_min_messages = error', @statements, q{SELECT 'left: ' || concat_ws(', ',
			(SELECT string_agg(relname, ' ') FROM pg_class WHERE relname = 'left_behind'), (SELECT string_agg(proname, ' ') FROM pg_proc WHERE proname = 'left_behind'),
			(SELECT string_agg(name, ' ') FROM pg_cursors), (SELECT string_agg(name, ' ') FROM pg_prepared_statements), (SELECT string_agg(c, ' ') FROM pg_listening_channels() c),
			(SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 LIMIT 1),
			CASE WHEN current_user <> session_user OR current_setting('role') <> 'none' THEN 'role' END,
			(SELECT string_agg(name, ' ') FROM pg_settings WHERE name IN ('search_path', 'session_replication_role', 'confiture.policy') AND source = 'session'))}),
		stdout => \$out, stderr => \$err, on_error_stop => 0, on_error_die => 0, extra_params => $caller eq 'loader' ? [ '-U', 'loader' ] : []);
	$target->poll_query_until('postgres', 'SELECT true');
	my $got = $target->safe_psql('postgres', q{SELECT concat_ws(', ', (SELECT 'superuser' FROM pg_roles WHERE rolname = 'mallory' AND rolsuper),
		(SELECT 'roles ' || string_agg(roleid::regrole::text, ' ') FROM pg_auth_members WHERE member = 'mallory'::regrole),
		(SELECT 'loot of ' || count(*) FROM app.loot HAVING count(*) > 0))});
	$got .= ' a program ran' if -e "$dir/owned";
	is($got, '', "$title: the owner got nothing");
	my ($left) = $out =~ /^left: (.*)$/m;
	is($left // $err, '', "$title: nothing is left in the caller's session");
	is($target->safe_psql('postgres', 'SELECT is_called FROM app.as_another'), 'f', "$title: no code of the owner ran as another");
	my $has_run = $target->safe_psql('postgres', 'SELECT a.is_called OR o.is_called FROM app.as_another a, app.as_owner o') eq 't';
	reset_all($target);
	return ($out, $err, $has_run);
}

1;
