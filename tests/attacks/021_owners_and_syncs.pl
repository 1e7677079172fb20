# Loads, verifications and restores run no owner's code as their caller.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use IPC::Run ();
use OwnerTest;
use Test::More;

my ($source, $target) = OwnerTest::clusters();
# Where the owner's code has to run: the rows cannot be there without it.
my %must_run = map { $_ => 1 } qw(check check_row default domain generated index predicate partition);
for my $caller (qw(superuser loader))
{
	my $server = $caller eq 'loader' ? 'prod_tcp' : 'prod';
	for my $kind (@OwnerTest::kinds)
	{
		my $table = "app.t_$kind";
		for my $mode (qw(replace append upsert))
		{
			# There is nothing to be upserted by, where the key is an expression.
			next if $mode eq 'upsert' && $kind eq 'partition';
			my (undef, $err, $has_run) = OwnerTest::call_as($target, $caller,
				"SELECT rows FROM confiture.sync_table('$server', '$table', mode => '$mode', policy => 'off')", "$caller, $mode, $kind");
			ok($has_run || $err ne '', "$caller, $mode, $kind: the code ran, or the sync was refused") if $must_run{$kind} && $mode eq 'replace';
			OwnerTest::empty_table($target, $table);
		}
	}
}

# Whole databases: chunks, workers, indexes rebuilt, views refreshed, foreign keys verified.
for my $rebuild (qw(false true))
{
	my ($out, $err) = OwnerTest::call_as($target, 'superuser', [
		"CALL confiture.sync('prod', '{app.*}', policy => 'off', jobs => 2, rebuild_indexes => $rebuild, refresh_views => true)" ],
		"a run, rebuild_indexes $rebuild");
	like($out, qr/\|done\|/, "a run, rebuild_indexes $rebuild: is done") or diag($out, $err);
	$target->psql('postgres', 'SELECT confiture.restore_indexes()');
}

# A run that is stopped with its indexes set aside; the owner's code waits for whoever puts them back or goes on.
$source->safe_psql('postgres', 'CREATE TABLE last (id int PRIMARY KEY); INSERT INTO last VALUES (1)');
$target->safe_psql('postgres', q{
	CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	CREATE TABLE last (id int PRIMARY KEY CHECK (gate(id)))});
for my $way (qw(resume restore_indexes))
{
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
			q{CALL confiture.sync('prod', '{app.t_index,app.t_predicate,app.t_check,public.last}', policy => 'off', jobs => 1, rebuild_indexes => true)} ],
		'<', \undef, '>', \my $out, '2>', \my $err);
	my $waits = q{SELECT %s FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted};
	$target->poll_query_until('postgres', sprintf $waits, 'count(*) > 0') or die "no run waits at the gate: $err";
	$target->safe_psql('postgres', sprintf $waits, 'pg_terminate_backend(pid)');
	eval { $run->finish };
	$gate->quit;
	OwnerTest::reset_all($target);
	my $left = 'FROM confiture.set_aside WHERE restored_at IS NULL AND run_id = (SELECT max(run_id) FROM confiture.run)';
	is($target->safe_psql('postgres', "SELECT count(*) > 1 $left"), 't', "$way: indexes are set aside");
	my (undef, $said) = OwnerTest::call_as($target, 'superuser', $way eq 'resume' ? "SELECT max(run_id) AS run FROM confiture.run \\gset\nCALL confiture.resume(:run)" : 'SELECT confiture.restore_indexes()', $way);
	is($target->safe_psql('postgres', "SELECT count(*) $left"), '0', "$way: and come back") or diag($said);
}

# A trigger that its owner enables for good once the run has begun.
$source->safe_psql('postgres', q{CREATE TABLE app.t_long AS SELECT i AS id, repeat('x', 500) AS v FROM generate_series(1, 20000) i; ALTER TABLE app.t_long ADD PRIMARY KEY (id); GRANT SELECT ON app.t_long TO PUBLIC; ANALYZE app.t_long});
$target->safe_psql('postgres', q{SET SESSION AUTHORIZATION mallory; CREATE TABLE app.t_long (id int PRIMARY KEY, v text);
	CREATE TRIGGER t BEFORE INSERT ON app.t_long FOR EACH ROW EXECUTE FUNCTION app.on_row()});
my $owner = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-U', 'mallory', '-c', q{
	DO $$ BEGIN FOR i IN 1..1000 LOOP
		EXIT WHEN EXISTS (SELECT FROM confiture.workers);
		PERFORM pg_sleep(0.005);
	END LOOP; END $$}, '-c', q{SET lock_timeout = '10s'}, '-c', 'ALTER TABLE app.t_long ENABLE ALWAYS TRIGGER t' ], '<', \undef, '>', \my $said, '2>', \my $complained);
OwnerTest::call_as($target, 'superuser', q{CALL confiture.sync('prod', '{app.t_long}', policy => 'off', jobs => 2, chunk_size => '64kB')}, 'a trigger enabled while the run is at work');
eval { $owner->finish };
unlike(PostgreSQL::Test::Utils::slurp_file($target->logfile), qr/was terminated by signal/, 'no process crashed');
done_testing();
