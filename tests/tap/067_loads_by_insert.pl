# Targets that no COPY FROM reaches: foreign tables, partitions that are foreign tables, views with INSTEAD OF triggers. They
# are loaded by INSERT, as their owner; the plan says so, and what cannot be is refused before a row moves.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $policy = q{policy => 'off'};

$source->safe_psql('postgres', q{
	CREATE TABLE people (id int PRIMARY KEY, email text, born date);
	INSERT INTO people SELECT i, 'u' || i || '@example.com', date '1980-01-01' + i FROM generate_series(1, 1000) i;
	CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id);
	CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (500);
	CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (500) TO (2000);
	INSERT INTO parted SELECT i, 'v' || i FROM generate_series(1, 1000) i;
});
$target->safe_psql('postgres', 'CREATE DATABASE far');
my $far = q{
	CREATE TABLE people (id int PRIMARY KEY, email text, born date);
	INSERT INTO people VALUES (1, 'old', NULL), (-1, 'old', NULL);
	CREATE TABLE parted_high (id int CHECK (id < 5000), v text);
	INSERT INTO parted_high VALUES (700, 'old');
};
$target->safe_psql('far', $far);
my ($host, $port) = ($target->host, $target->port);
$target->safe_psql('postgres', qq{
	CREATE EXTENSION postgres_fdw;
	CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'far');
	CREATE USER MAPPING FOR CURRENT_USER SERVER far;
	CREATE FOREIGN TABLE people (id int, email text, born date) SERVER far OPTIONS (batch_size '100');
	CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id);
	CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (500);
	CREATE FOREIGN TABLE parted_high PARTITION OF parted FOR VALUES FROM (500) TO (2000) SERVER far;
	INSERT INTO parted VALUES (1, 'old'), (600, 'old');
	CREATE TABLE base (id int PRIMARY KEY, email text, born date);
	INSERT INTO base VALUES (7, 'old', NULL);
	CREATE VIEW pane AS SELECT * FROM base;
	CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS \$\$
	BEGIN
		IF TG_OP = 'INSERT' THEN INSERT INTO public.base VALUES (NEW.id, NEW.email, NEW.born); RETURN NEW; END IF;
		DELETE FROM public.base WHERE id = OLD.id; RETURN OLD;
	END \$\$;
	CREATE VIEW plain AS SELECT * FROM base;
	CREATE TABLE heap (id int PRIMARY KEY, email text, born date);
});

sub plan_of
{
	my ($arguments) = @_;
	return $target->safe_psql('postgres', "SELECT action, loader, warnings FROM confiture.plan('prod', $arguments, $policy) WHERE column_name IS NULL");
}

# ---- foreign tables

like(plan_of("'people'"), qr/^load\|insert\|.*loaded by INSERT: it is a foreign table/, 'the plan of a foreign table');
is(ConfitureTest::sync($target, "'people', $policy"), 1000, 'is loaded');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM people', 'with the rows of the source alone');
$target->safe_psql('postgres', q{
	SELECT confiture.set_rule(t, 'email', 'email'), confiture.set_rule(t, 'born', 'birthdate') FROM unnest('{people,heap}'::regclass[]) t});
ConfitureTest::sync($target, "'$_', source_relation => 'public.people', $policy") for qw(people heap);
ConfitureTest::same_rows($target, $target, 'SELECT * FROM heap', 'masked as a heap is', 'SELECT * FROM people');
is($target->safe_psql('far', q{SELECT count(*) FROM people WHERE email ~ '^u[0-9]+@' OR email = 'old'}), 0, 'on the other server too');
$target->safe_psql('postgres', qq{BEGIN; SELECT * FROM confiture.sync_table('prod', 'people', filter => 'id < 10', $policy); ROLLBACK});
is($target->safe_psql('postgres', 'SELECT count(*) FROM people'), 1000, 'all of it is rolled back');
my $message = ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', 'people', mode => 'append', $policy)",
	[ qr/a value could not be loaded into public\.people.*SQLSTATE 23505/s ], 'what the other server refuses');
unlike($message, qr/\(id\)|Key|people_pkey/, 'is reported without its words');
ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', 'people', mode => 'upsert', $policy)", [ qr/takes no mode upsert/ ], 'upsert is refused');
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', include => '{public.people}', $policy)}, [ qr/public\.people is a foreign table here, whose rows its own server commits/, qr/load it with confiture\.sync_table\(\), or exclude => '\{public\.people\}'/ ],
	'a run loads no foreign table');
$target->safe_psql('postgres', q{
	CREATE FOREIGN TABLE own (id int, email text) SERVER prod OPTIONS (table_name 'people')});
ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', 'own', source_relation => 'public.people', $policy)",
	[ qr/own is not a table, but a foreign table that takes no INSERT/ ], 'a foreign table that is only read is refused');

# ---- foreign partitions

like(plan_of("'parted'"), qr/^load\|insert\|.*loaded by INSERT: its partition public\.parted_high is a foreign table/, 'the plan of a table with a foreign partition');
is(ConfitureTest::sync($target, "'parted', $policy"), 1000, 'is loaded');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM parted', 'with the rows of the source alone');
is($target->safe_psql('far', 'SELECT count(*) FROM parted_high'), 501, 'each row where it belongs');
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', include => '{public.parted}', $policy)},
	[ qr/parted_high is a foreign table, whose rows would not commit together/ ], 'a run refuses it');

# ---- views

ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', 'plain', source_relation => 'public.people', $policy)",
	[ qr/plain is not a table, but a view without an INSTEAD OF INSERT trigger/ ], 'a view without triggers is refused');
$target->safe_psql('postgres', 'CREATE TRIGGER put INSTEAD OF INSERT ON pane FOR EACH ROW EXECUTE FUNCTION put()');
my $pane = "'pane', source_relation => 'public.people', rules => '{\"email\": \"email\", \"born\": \"birthdate\"}'";
ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', $pane, $policy)", [ qr/has no INSTEAD OF DELETE trigger/ ],
	'a view that cannot be emptied is refused');
is(ConfitureTest::sync($target, "$pane, filter => 'id > 100', mode => 'append', $policy"), 900, 'unless nothing is to be emptied');
$target->safe_psql('postgres', 'CREATE TRIGGER empty INSTEAD OF DELETE ON pane FOR EACH ROW EXECUTE FUNCTION put()');
like(plan_of($pane), qr/^load\|insert\|.*loaded by INSERT: it is a view, whose INSTEAD OF triggers take the rows/, 'the plan of a view');
is(ConfitureTest::sync($target, "$pane, $policy"), 1000, 'is loaded');
$source->safe_psql('postgres', 'CREATE TABLE pane (id int, email text, born date)');
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', include => '{public.pane}', $policy)},
	[ qr/public\.pane is a view here, whose triggers take the rows/, qr/load it with confiture\.sync_table\(\)/ ], 'a run refuses it');
ConfitureTest::same_rows($target, $target, 'SELECT * FROM heap', 'what it shows is masked as a heap is', 'SELECT * FROM pane');

# The triggers run as the view's owner, never as the caller.
$target->safe_psql('postgres', q{
	CREATE ROLE app;
	GRANT CREATE, USAGE ON SCHEMA public TO app;
	CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF current_user <> 'app' THEN RAISE EXCEPTION 'ran as %', current_user; END IF;
		INSERT INTO public.spied VALUES (NEW.id, NEW.email);
		RETURN NEW;
	END $$;
	CREATE TABLE spied (id int, email text);
	CREATE VIEW spying AS SELECT * FROM spied;
	CREATE TRIGGER spy INSTEAD OF INSERT ON spying FOR EACH ROW EXECUTE FUNCTION spy();
	ALTER VIEW spying OWNER TO app; ALTER TABLE spied OWNER TO app; ALTER FUNCTION spy() OWNER TO app});
my $spying = "'spying', source_relation => 'public.people', mode => 'append', rules => '{\"born\": \"drop\"}'";
is(ConfitureTest::sync($target, "$spying, $policy"), 1000, 'a superuser loads the view of another role');
$target->safe_psql('postgres', q{CREATE OR REPLACE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN RAISE EXCEPTION 'saw %', NEW.email USING ERRCODE = '57014'; END $$});
$message = ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', $spying, $policy)", [ qr/a value could not be loaded/ ], 'what a trigger raises');
unlike($message, qr/saw|example\.com/, 'is not repeated');
$target->safe_psql('postgres', q{CREATE TABLE held (); GRANT ALL ON held TO app; CREATE OR REPLACE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN SET LOCAL lock_timeout = '100ms'; LOCK TABLE public.held; RETURN NEW; END $$});
my $holder = $target->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE held');
ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', $spying, $policy)", [ qr/ERROR:  canceling statement due to lock timeout/ ], 'an interrupt in a trigger is named');
$holder->quit;

# ---- what is refused here, before another server or a trigger has it, is said, with its place

$target->safe_psql('postgres', q{
	CREATE DOMAIN brief AS text CHECK (length(VALUE) < 15);
	CREATE TABLE narrow (id int, email brief);
	CREATE VIEW slit AS SELECT * FROM narrow;
	CREATE TABLE shown (id int, rows bigint);
	CREATE FUNCTION through() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO public.shown SELECT NEW.id, rows FROM confiture.progress WHERE NEW.id OPERATOR(pg_catalog.=) 1000;
		RETURN NEW;
	END $$;
	CREATE TRIGGER through INSTEAD OF INSERT ON slit FOR EACH ROW EXECUTE FUNCTION through()});
for my $format (qw(binary text))
{
	my $slit = "'slit', source_relation => 'public.people', mode => 'append', rules => '{\"born\": \"drop\"}', format => '$format'";
	$message = ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', $slit, $policy)",
		[ qr/value for domain public\.brief violates check constraint "brief_check"/, qr/CONTEXT:  .*column email of slit, row 10\b/ ], "a value that is too long ($format)");
	unlike($message, qr/u10@|example/, 'is not shown');
	$target->safe_psql('postgres', q{TRUNCATE shown; SELECT confiture.set_rule('slit', 'email', 'null')});
	is(ConfitureTest::sync($target, "$slit, $policy"), 1000, 'rows that fit');
	is($target->safe_psql('postgres', 'TABLE shown'), '1000|1000', 'are counted while they come');
	$target->safe_psql('postgres', q{SELECT confiture.drop_rule('slit', 'email')});
}

# Values that receive functions read are not converted from the client's encoding.
$source->safe_psql('postgres', q{CREATE TABLE accents (id int, j jsonb, n name); INSERT INTO accents VALUES (1, '{"k": "\u00e9"}', U&'\00e9')});
$target->safe_psql('postgres', q{CREATE TABLE accented (id int, j jsonb, n name); CREATE VIEW accents AS SELECT * FROM accented;
	CREATE FUNCTION accent() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.accented VALUES (NEW.*); RETURN NEW; END';
	CREATE TRIGGER accent INSTEAD OF INSERT ON accents FOR EACH ROW EXECUTE FUNCTION accent()});
is($target->safe_psql('postgres', "SET client_encoding = latin1; SELECT rows FROM confiture.sync_table('prod', 'accents', mode => 'append', $policy)"), 1,
	'a client of another encoding');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM accents', 'changes no character');

done_testing();
