# Whose code runs as whom: what a table's owner attached to it runs as the owner, and leaves nothing in the caller's session.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, $_, "the password of $_") for qw(landlord loader);

# Each kind of code: columns of the table, and statements after it. The function says as whom it ran in sequences, which
# remember what is rolled back, and it raises no error, so that all of it runs.
my %kinds = (
	check => ['id int PRIMARY KEY, v text CHECK (app.notes(v) IS NOT NULL)'],
	default => ['id int PRIMARY KEY, v text, extra text DEFAULT app.notes(\'x\')'],
	domain => ['id int PRIMARY KEY, v app.noted'],
	generated => ['id int PRIMARY KEY, v text, g text GENERATED ALWAYS AS (app.notes(v)) STORED'],
	index => ['id int PRIMARY KEY, v text', 'CREATE INDEX ON app.t_index (app.notes(v))'],
	predicate => ['id int PRIMARY KEY, v text', 'CREATE INDEX ON app.t_predicate (id) WHERE app.notes(v) IS NOT NULL'],
	constant => ['id int PRIMARY KEY, v text', 'CREATE INDEX ON app.t_constant ((v || app.notes(\'x\')))'],
	partition => ['id int, v text) PARTITION BY LIST (app.notes(v)', 'CREATE TABLE app.t_partition_1 PARTITION OF app.t_partition DEFAULT'],
	trigger => ['id int PRIMARY KEY, v text', 'CREATE TRIGGER t AFTER INSERT OR UPDATE ON app.t_trigger FOR EACH ROW EXECUTE FUNCTION app.fires()'],
	truncate => ['id int PRIMARY KEY, v text', 'CREATE TRIGGER t BEFORE TRUNCATE ON app.t_truncate EXECUTE FUNCTION app.fires()'],
	deferred => ['id int PRIMARY KEY, v text', 'CREATE CONSTRAINT TRIGGER t AFTER INSERT OR UPDATE ON app.t_deferred DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION app.fires()'],
	rule => ['id int PRIMARY KEY, v text', 'CREATE RULE r AS ON INSERT TO app.t_rule DO ALSO SELECT app.notes(NEW.v)'],
	cast => ['id int PRIMARY KEY, v app.label REFERENCES app.labels'],
	operator => ['id int PRIMARY KEY, v app.pair REFERENCES app.pairs']);
my %fires = map { $_ => 1 } qw(trigger truncate deferred);

$source->safe_psql('postgres', join ';', 'CREATE SCHEMA app', q{CREATE TYPE app.label AS ENUM ('a')}, 'CREATE TYPE app.pair AS (a int, b int)',
	(map { my $type = $_ eq 'cast' ? 'app.label' : $_ eq 'operator' ? 'app.pair' : 'text'; my $value = $_ eq 'operator' ? '(1,2)' : 'a';
		"CREATE TABLE app.t_$_ (id int, v $type); INSERT INTO app.t_$_ SELECT i, '$value' FROM generate_series(1, 5) i" } sort keys %kinds),
	'GRANT USAGE ON SCHEMA app TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC; ANALYZE');
$target->safe_psql('postgres', q{
	CREATE SCHEMA app AUTHORIZATION landlord;
	GRANT USAGE ON SCHEMA app TO PUBLIC;
	GRANT SET ON PARAMETER confiture.policy TO loader;
	SET SESSION AUTHORIZATION landlord;
	CREATE SEQUENCE app.as_owner;
	CREATE SEQUENCE app.as_another;
	CREATE FUNCTION app.whoami() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN
		PERFORM nextval(CASE current_user WHEN 'landlord' THEN 'app.as_owner'::regclass ELSE 'app.as_another'::regclass END);
	END $f$;
	CREATE FUNCTION app.note() RETURNS void LANGUAGE plpgsql AS $f$
	DECLARE statement text; BEGIN
		PERFORM app.whoami();
		FOREACH statement IN ARRAY ARRAY['CREATE TYPE pg_temp.left_behind AS ENUM ()',
			'CREATE TEMPORARY TABLE left_behind ()', 'SELECT pg_advisory_lock(4711)', 'SELECT pg_advisory_lock_shared(47, 11)',
			'SELECT pg_advisory_unlock_all()', 'SET search_path = app', 'SET work_mem = ''65kB'''] LOOP
			BEGIN
				EXECUTE statement;
			EXCEPTION WHEN OTHERS THEN NULL;
			END;
		END LOOP;
	END $f$;
	GRANT ALL ON SEQUENCE app.as_owner, app.as_another TO PUBLIC;
	CREATE FUNCTION app.notes(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.note(); RETURN v; END';
	CREATE FUNCTION app.fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.note(); RETURN NEW; END';
	CREATE DOMAIN app.noted AS text CHECK (app.notes(VALUE) IS NOT NULL);
	CREATE TYPE app.label AS ENUM ('a');
	CREATE FUNCTION app.label_number(app.label) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.note(); RETURN ascii(enum_out($1)::text); END';
	CREATE CAST (app.label AS int) WITH FUNCTION app.label_number(app.label) AS IMPLICIT;
	CREATE TABLE app.labels (v int PRIMARY KEY);
	INSERT INTO app.labels VALUES (ascii('a'));
	CREATE TYPE app.pair AS (a int, b int);
	-- A failed subtransaction would release the locks that a comparison within an index runs under.
	CREATE FUNCTION app.compares(app.pair, app.pair) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.whoami(); RETURN btrecordcmp($1, $2); END';
	CREATE FUNCTION app.equals(app.pair, app.pair) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.whoami(); RETURN record_eq($1, $2); END';
	CREATE FUNCTION app.precedes(app.pair, app.pair) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM app.whoami(); RETURN record_lt($1, $2); END';
	CREATE OPERATOR app.=== (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.equals);
	CREATE OPERATOR app.<<< (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.precedes);
	RESET SESSION AUTHORIZATION;
	-- Only superusers create operator classes.
	CREATE OPERATOR CLASS app.pair_ops DEFAULT FOR TYPE app.pair USING btree AS OPERATOR 1 app.<<<, OPERATOR 3 app.===,
		FUNCTION 1 app.compares(app.pair, app.pair);
	SET SESSION AUTHORIZATION landlord;
	CREATE TABLE app.pairs (v app.pair PRIMARY KEY);
	INSERT INTO app.pairs VALUES ('(1,2)');
} . join('', map { my ($columns, @more) = @{ $kinds{$_} }; "CREATE TABLE app.t_$_ ($columns);" . join '', map { "$_;" } @more } sort keys %kinds)
  . 'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA app TO loader');

sub reset_notes { return $target->safe_psql('postgres', q{SELECT setval('app.as_owner', 1, false), setval('app.as_another', 1, false)}); }

# Runs a statement in a session that holds an advisory lock. Says as whom the code ran, then what the session is left with.
sub who_ran
{
	my ($caller, $sql) = @_;
	reset_notes();
	my ($out, $err);
	$target->psql('postgres', qq{SELECT pg_advisory_lock(1); $sql;
			SELECT 'left: ' || concat_ws(' ', (SELECT string_agg(typname, ' ') FROM pg_type WHERE typname = 'left_behind'),
				(SELECT string_agg(concat(classid, ',', objid), ' ' ORDER BY objid) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
				(SELECT string_agg(name, ' ') FROM pg_settings WHERE name IN ('search_path', 'work_mem') AND source = 'session'))},
		stdout => \$out, stderr => \$err, on_error_stop => 0, extra_params => $caller eq 'loader' ? [ '-U', 'loader' ] : []);
	my $ran = $target->safe_psql('postgres', q{SELECT concat_ws(' and ', (SELECT 'owner' FROM app.as_owner WHERE is_called),
		(SELECT 'another' FROM app.as_another WHERE is_called))});
	my ($left) = $out =~ /^left: (.*)$/m;
	return ($ran, $left // '?', $err);
}

for my $caller (qw(superuser loader))
{
	my $server = $caller eq 'loader' ? 'prod_tcp' : 'prod';
	for my $kind (sort keys %kinds)
	{
		my $table = "app.t_$kind";
		my $triggers = $fires{$kind} ? ', triggers => true' : '';
		my $mask = $kind eq 'cast' || $kind eq 'operator' ? '' : qq{, rules => '{"v": "hash"}'};
		my ($ran, $left, $err) = who_ran($caller, "SELECT count(*) FROM confiture.plan('$server', '$table', policy => 'off'$mask)");
		unlike($ran, qr/another/, "$caller, plan, $kind: no code of the owner runs as another");
		is($left, '0,1', "$caller, plan, $kind: nothing is left") or diag($err);
		for my $mode (qw(replace append upsert))
		{
			next if $mode ne 'replace' && $kind eq 'truncate' || $mode eq 'upsert' && $kind =~ /partition|rule/;
			$target->safe_psql('postgres', "SET session_replication_role = replica; DELETE FROM $table") if $mode eq 'append';
			($ran, $left, $err) = who_ran($caller, "SELECT rows FROM confiture.sync_table('$server', '$table', mode => '$mode', policy => 'off'$triggers)");
			# Rules do not apply to COPY, and a text key joins by the cast only where the keys are verified.
			is($ran, $kind eq 'rule' ? '' : 'owner', "$caller, $mode, $kind: runs as the owner") or diag($err);
			is($left, '0,1', "$caller, $mode, $kind: nothing is left") or diag($err);
			is($target->safe_psql('postgres', "SELECT count(*) FROM $table"), '5', "$caller, $mode, $kind: and the rows are there") or diag($err);
		}
	}
}

# A run with everything set aside, restored and verified.
my ($ran, $left, $err) = who_ran('superuser', q{CALL confiture.sync('prod', '{app.*}', policy => 'off', rebuild_indexes => true, on_fk_violation => 'delete')});
is($ran, 'owner', 'a run: runs as the owner') or diag($err);
is($left, '0,1', 'a run: nothing is left');
is($target->safe_psql('postgres', 'SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 'done', 'a run: and is done') or diag($err);

# Rows that violate a foreign key are removed as the owner.
$source->safe_psql('postgres', q{ALTER TYPE app.label ADD VALUE 'b'; CREATE TABLE app.violates (id int, v app.label)});
$source->safe_psql('postgres', q{INSERT INTO app.violates VALUES (1, 'a'), (2, 'b'); GRANT SELECT ON app.violates TO PUBLIC});
$target->safe_psql('postgres', q{SET SESSION AUTHORIZATION landlord; ALTER TYPE app.label ADD VALUE 'b'});
$target->safe_psql('postgres', q{SET SESSION AUTHORIZATION landlord; CREATE TABLE app.violates (id int PRIMARY KEY, v app.label REFERENCES app.labels)});
($ran, $left, $err) = who_ran('superuser', q{CALL confiture.sync('prod', '{app.violates}', policy => 'off', on_fk_violation => 'delete')});
is("$ran: " . $target->safe_psql('postgres', 'SELECT id FROM app.violates'), 'owner: 1', 'violations are deleted as the owner') or diag($err);

# What fails while foreign keys are verified names no value.
$target->safe_psql('postgres', q{SET SESSION AUTHORIZATION landlord; CREATE OR REPLACE FUNCTION app.label_number(app.label) RETURNS int IMMUTABLE LANGUAGE plpgsql
	AS $$ BEGIN RAISE 'canary %', $1; END $$});
for my $call (q{SELECT FROM confiture.sync_table('prod', 'app.violates', policy => 'off')}, q{CALL confiture.sync('prod', '{app.violates}', policy => 'off')})
{
	(undef, undef, $err) = who_ran('superuser', $call);
	like($err, qr/SQLSTATE P0001 is withheld/, 'an error of the verification is withheld');
	unlike($err, qr/canary/, 'and quotes nothing');
}

# With TRIGGER, a caller attaches code of its own: that does not run with the owner's rights.
$target->safe_psql('postgres', q{
	CREATE SCHEMA loaders AUTHORIZATION loader;
	SET SESSION AUTHORIZATION landlord;
	CREATE TABLE app.lent (id int PRIMARY KEY);
	GRANT INSERT, TRUNCATE, TRIGGER ON app.lent TO loader;
	SET SESSION AUTHORIZATION loader;
	CREATE FUNCTION loaders.grab() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM app.note(); RETURN NEW; END';
	CREATE TRIGGER mine BEFORE INSERT ON app.lent FOR EACH ROW EXECUTE FUNCTION loaders.grab()});
$source->safe_psql('postgres', 'CREATE TABLE app.lent AS SELECT 1 AS id; GRANT SELECT ON app.lent TO PUBLIC');
($ran, undef, $err) = who_ran('loader', q{SELECT FROM confiture.sync_table('prod_tcp', 'app.lent', policy => 'off', triggers => true)});
is($ran, '', 'a function of the caller does not run as the owner');
like($err, qr/trigger mine of app\.lent would run a function of role loader with the rights of the table's owner/, 'and the plan says why');

# Privileges are the caller's, also where the owner does the work.
for my $case ([ 'INSERT', 'replace' ], [ 'TRUNCATE', 'replace' ], [ 'UPDATE', 'upsert' ], [ 'SELECT', 'upsert' ])
{
	my ($privilege, $mode) = @$case;
	$target->safe_psql('postgres', "REVOKE $privilege ON app.t_check FROM loader");
	(undef, undef, $err) = who_ran('loader', "SELECT FROM confiture.sync_table('prod_tcp', 'app.t_check', policy => 'off', mode => '$mode')");
	like($err, qr/you lack the privilege $privilege|permission denied/, "without $privilege no $mode");
	$target->safe_psql('postgres', "GRANT $privilege ON app.t_check TO loader");
}

# Row security that is forced on the owner does not stop a caller whom it does not concern.
$target->safe_psql('postgres', 'ALTER TABLE app.t_check ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
for my $mode (qw(replace upsert))
{
	(undef, undef, $err) = who_ran('superuser', "SELECT FROM confiture.sync_table('prod', 'app.t_check', policy => 'off', mode => '$mode')");
	is($err, '', "forced row security, $mode: does not concern a superuser");
}
(undef, undef, $err) = who_ran('loader', q{SELECT FROM confiture.sync_table('prod_tcp', 'app.t_check', policy => 'off')});
like($err, qr/row-level security applies to you/, 'and stops a caller whom it concerns');

# Functions that find a name by the application's search_path only.
$source->safe_psql('postgres', 'CREATE TABLE app.found AS SELECT 1 AS id, text \'a\' AS v; GRANT SELECT ON app.found TO PUBLIC; CREATE TABLE app.found_too AS TABLE app.found');
my %by_path = (
	check => 'CHECK (app.tidies(v) IS NOT NULL)',
	generated => ', g text GENERATED ALWAYS AS (app.tidies(v)) STORED',
	exclusion => ', EXCLUDE (app.tidies(v) WITH =)',
	domain => '');
my %made_later = (
	index => 'CREATE INDEX ON app.found (app.tidies(v))',
	'index condition' => 'CREATE INDEX ON app.found (id) WHERE app.tidies(v) IS NOT NULL');
$target->safe_psql('postgres', q{
	SET SESSION AUTHORIZATION landlord;
	CREATE FUNCTION app.tidy(v text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT v';
	CREATE FUNCTION app.tidies(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN tidy(v); END';
	CREATE DOMAIN app.tidied AS text CHECK (app.tidies(VALUE) IS NOT NULL)});
for my $kind (sort keys %by_path, sort keys %made_later, 'partition key')
{
	my $type = $kind eq 'domain' ? 'app.tidied' : 'text';
	$target->safe_psql('postgres', "DROP TABLE IF EXISTS app.found; SET SESSION AUTHORIZATION landlord; SET search_path = app;
		CREATE TABLE app.found (id int, v $type " . ($by_path{$kind} // '') . ')' . ($kind eq 'partition key' ? ' PARTITION BY LIST (app.tidies(v))' : '') . ';' .
		($kind eq 'partition key' ? 'CREATE TABLE app.found_part PARTITION OF app.found DEFAULT;' : '') . ($made_later{$kind} // '') . "; INSERT INTO app.found VALUES (7, 'old')");
	for my $call (q{SELECT FROM confiture.sync_table('prod', 'app.found', policy => 'off')}, q{CALL confiture.sync('prod', '{app.found}', policy => 'off', rebuild_indexes => true)})
	{
		(undef, undef, $err) = who_ran('superuser', $call);
		like($err, qr/function app\.tidies\(text\), .* \(SQLSTATE 42883 for a row of the source\)/, "$kind: the plan names the function");
		like($err, qr/ALTER FUNCTION app\.tidies\(text\) SET search_path = app, pg_temp;/, "$kind: and the way out");
		is($target->safe_psql('postgres', 'SELECT id FROM app.found'), '7', "$kind: and nothing was touched");
	}
	$target->safe_psql('postgres', 'ALTER FUNCTION app.tidies(text) SET search_path = app, pg_temp');
	(undef, undef, $err) = who_ran('superuser', q{SELECT FROM confiture.sync_table('prod', 'app.found', policy => 'off')});
	is($err, '', "$kind: then it works");
	$target->safe_psql('postgres', 'ALTER FUNCTION app.tidies(text) RESET search_path');
}

# A trigger that is enabled while the run loads another table.
$source->safe_psql('postgres', q{
	CREATE TABLE app.first AS SELECT i AS id FROM generate_series(1, 3000) i;
	CREATE TABLE app.second AS SELECT 1 AS id;
	GRANT SELECT ON app.first, app.second TO PUBLIC; ANALYZE});
$target->safe_psql('postgres', q{
	SET SESSION AUTHORIZATION landlord;
	-- With a search_path, or the plan would try it.
	CREATE FUNCTION app.waits(id int) RETURNS bool LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN true; END';
	CREATE TABLE app.first (id int CHECK (app.waits(id)));
	CREATE TABLE app.second (id int);
	CREATE TRIGGER t BEFORE INSERT ON app.second FOR EACH ROW EXECUTE FUNCTION app.fires();
	ALTER TABLE app.second DISABLE TRIGGER t});
my $gate = $target->background_psql('postgres');
$gate->query_safe('SELECT pg_advisory_lock(42)');
my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
		q{CALL confiture.sync('prod', '{app.first,app.second}', policy => 'off', jobs => 1)} ], '<', \undef, '>', \my $said, '2>', \my $complained);
$target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted}) or die "no run waits: $complained";
reset_notes();
$target->safe_psql('postgres', 'ALTER TABLE app.second ENABLE ALWAYS TRIGGER t');
$gate->quit;
eval { $run->finish };
like($complained . $target->safe_psql('postgres', 'SELECT error FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	qr/trigger t of app\.second was enabled or created after the plan was made/, 'a trigger enabled during a run stops it');
is($target->safe_psql('postgres', 'SELECT is_called FROM app.as_owner'), 'f', 'and does not fire');
$target->safe_psql('postgres', 'ALTER TABLE app.second DISABLE TRIGGER t');
my $number = $target->safe_psql('postgres', 'SELECT max(run_id) FROM confiture.run');
$target->safe_psql('postgres', "CALL confiture.resume($number)");
is($target->safe_psql('postgres', 'SELECT (SELECT count(*) FROM app.first), (SELECT count(*) FROM app.second)'), '3000|1', 'once it is disabled, resume finishes');

done_testing();
