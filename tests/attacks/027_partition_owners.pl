# Partitions of other owners than their table's: the code of neither runs as the other.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
ConfitureTest::add_role($source, $target, $_, 'secret') for qw(landlord mallory);
$source->safe_psql('postgres', q{
	CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC;
	CREATE TABLE app.t (id int, v text) PARTITION BY RANGE (id);
	CREATE TABLE app.t_1 PARTITION OF app.t FOR VALUES FROM (0) TO (2000);
	CREATE TABLE app.t_2 PARTITION OF app.t FOR VALUES FROM (2000) TO (4000);
	INSERT INTO app.t SELECT i, repeat('v', 300) FROM generate_series(1, 3999) i;
	GRANT SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC; ANALYZE});
here(q{
	CREATE SCHEMA app AUTHORIZATION landlord; GRANT ALL ON SCHEMA app TO PUBLIC;
	CREATE SEQUENCE app.as_itself; CREATE SEQUENCE app.as_another; GRANT ALL ON ALL SEQUENCES IN SCHEMA app TO PUBLIC;
	CREATE FUNCTION app.of_mallory(v text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
		PERFORM nextval(CASE current_user WHEN 'mallory' THEN 'app.as_itself'::regclass ELSE 'app.as_another'::regclass END); RETURN true; END $$;
	ALTER FUNCTION app.of_mallory(text) OWNER TO mallory;
	CREATE FUNCTION app.folds(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM app.of_mallory(v); RETURN v; END $$;
	ALTER FUNCTION app.folds(text) OWNER TO mallory;
	CREATE FUNCTION app.gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	SET SESSION AUTHORIZATION landlord;
	CREATE TABLE app.t (id int, v text) PARTITION BY RANGE (id);
	CREATE TABLE app.t_1 PARTITION OF app.t (CHECK (id <> 1 OR app.gate(id))) FOR VALUES FROM (0) TO (2000);
	CREATE TABLE app.t_2 PARTITION OF app.t FOR VALUES FROM (2000) TO (4000) PARTITION BY RANGE (id);
	CREATE TABLE app.t_2_1 PARTITION OF app.t_2 FOR VALUES FROM (2000) TO (4000);});
here(q{
	ALTER TABLE app.t_2_1 OWNER TO mallory;
	SET SESSION AUTHORIZATION mallory;
	ALTER TABLE app.t_2_1 ADD CHECK (app.of_mallory(v));
	CREATE INDEX ON app.t_2_1 ((v || app.folds('x')));
	CREATE INDEX ON app.t_2_1 (id) WHERE app.folds(v) IS NOT NULL;
	RESET SESSION AUTHORIZATION;
	SELECT setval('app.as_itself', 1, false), setval('app.as_another', 1, false);
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO landlord;
	GRANT USAGE ON FOREIGN SERVER prod TO landlord});

sub is_refused
{
	my ($caller, $server, $table, $words) = @_;
	my $from = $table eq 'app.t' ? $table : 'app.t_2';
	for my $sql ("SELECT confiture.sync_table('$server', '$table', source_relation => '$from')", "SELECT confiture.sync_table('$server', '$table', source_relation => '$from', mode => 'append')", "SELECT * FROM confiture.preview('$server', '$table', source_relation => '$from')",
		"CALL confiture.sync('$server', '{$table}', rebuild_indexes => true)", "CALL confiture.sync('$server', '{$table}', atomic => true)")
	{
		next if $sql =~ /CALL/ && $table ne 'app.t';
		my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ $caller ? ('-U', $caller) : () ]);
		ok($status != 0 && $err =~ $words, "$sql as " . ($caller // 'superuser')) or diag("$out $err");
	}
	for my $sql ("SELECT action || ' ' || warnings::text FROM confiture.plan('$server', '$table', source_relation => '$from')", "SELECT action || ' ' || warnings::text FROM confiture.plan_sync('$server', '{$table}')")
	{
		next if $sql =~ /plan_sync/ && $table ne 'app.t';
		my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ $caller ? ('-U', $caller) : () ]);
		ok($status == 0 && $out =~ /refuse/ && $out =~ $words, "$sql as " . ($caller // 'superuser')) or diag("$out $err");
	}
	is(here('SELECT is_called FROM app.as_another'), 'f', '... and none of its code ran as another');
	return;
}
my $partition = qr/app\.t_2_1 belongs to role mallory, whose code would run with the rights of role landlord/;
is_refused(@$_, 'app.t', $partition) for [ undef, 'prod' ], [ 'landlord', 'prod_tcp' ];
is_refused(undef, 'prod', 'app.t_2', $partition);
my $whole = qr/belongs to role landlord, whose code would run with the rights of role mallory/;
is_refused(undef, 'prod', 'app.t_2_1', $whole);
like(here(q{SELECT fix FROM confiture.plan_sync('prod', '{app.t}') WHERE fix IS NOT NULL}), qr/^ALTER TABLE app\.t_2_1 OWNER TO landlord;$/, 'what to do');

# Roles that could become the owner anyway.
for my $change ('GRANT landlord TO mallory', 'ALTER TABLE app.t_2_1 OWNER TO CURRENT_USER', 'ALTER TABLE app.t_2_1 OWNER TO landlord')
{
	here($change);
	is(here(q{SELECT rows FROM confiture.sync_table('prod', 'app.t')}), '3999', "synced after $change");
	like(here(q{CALL confiture.sync('prod', '{app.t}')}), qr/\|done\|/, '... by a run too');
	here('REVOKE landlord FROM mallory');
}
here(q{SELECT setval('app.as_another', 1, false)});

# Changes something while rows of a run wait for the gate. Returns what the run says to stderr.
sub change_during
{
	my ($options, $change) = @_;
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', "CALL confiture.sync('prod', '{app.t}', jobs => 1, $options)" ],
		'<', \undef, '>', \my $out, '2>', \my $err);
	$target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted}) or die $err;
	here($change);
	$gate->quit;
	$run->finish;
	return $err;
}

# Between two chunks.
here(q{CREATE FUNCTION app.takes_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'});
for ([ 'CREATE TRIGGER t BEFORE INSERT ON app.t_2_1 FOR EACH ROW EXECUTE FUNCTION app.takes_away(); ALTER TABLE app.t_2_1 ENABLE ALWAYS TRIGGER t',
		qr/trigger t of app\.t_2_1 was enabled or created after the plan was made/, 'DROP TRIGGER t ON app.t_2_1' ],
	[ 'ALTER TABLE app.t_2_1 OWNER TO mallory', $partition, 'DROP TABLE app.t_2_1' ])
{
	my ($change, $refused, $undo) = @$_;
	like(change_during(q{chunk_size => '256kB'}, "$change; SELECT setval('app.as_another', 1, false)"), $refused, "$change since the plan is refused");
	cmp_ok(here(q{SELECT count(*) FROM confiture.chunk k WHERE run_id = (SELECT max(run_id) FROM confiture.run)}), '>', 1, '... by a run of several chunks');
	is(here('SELECT is_called FROM app.as_another'), 'f', '... and no code ran as another');
	here($undo);
}

# While rows come: the heap's functions would write into what is no heap, and past a trigger that fires.
my $port = $source->port;
here(qq{CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'landlord', password 'secret')});
for ([ 'CREATE FOREIGN TABLE app.t_2_2 (id int, v text) SERVER other', 'it is no plain table', 'FOREIGN TABLE' ],
	[ 'CREATE TABLE app.t_2_2 (id int, v text); CREATE TRIGGER t BEFORE INSERT ON app.t_2_2 FOR EACH ROW EXECUTE FUNCTION app.takes_away(); ALTER TABLE app.t_2_2 ENABLE ALWAYS TRIGGER t',
		'trigger t fires', 'TABLE' ])
{
	my ($create, $reason, $kind) = @$_;
	my $attach = "$create; ALTER $kind app.t_2_2 OWNER TO landlord; ALTER TABLE app.t_2 ATTACH PARTITION app.t_2_2 FOR VALUES FROM (2000) TO (4000)";
	like(change_during(q{loader => 'tuples'}, $attach), qr/partition t_2_2 has changed since the load began: $reason/, "$kind attached to a partition while rows come: an error");
	here("DROP $kind app.t_2_2; CREATE TABLE app.t_2_2 PARTITION OF app.t_2 FOR VALUES FROM (2000) TO (4000); ALTER TABLE app.t_2_2 OWNER TO landlord");
	like(here('CALL confiture.resume(' . here('SELECT max(run_id) FROM confiture.run') . ')'), qr/\|done\|/, '... and the run goes on without it');
	is(here('SELECT count(*) FROM app.t'), '3999', '... with all rows');
	here('DROP TABLE app.t_2_2');
}
done_testing();
