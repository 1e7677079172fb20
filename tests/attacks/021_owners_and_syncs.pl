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
		"CALL confiture.sync('prod', '{app.*}', '{app.t_truncate}', policy => 'off', jobs => 2, rebuild_indexes => $rebuild, refresh_views => true, on_error => 'continue')" ],
		"a run, rebuild_indexes $rebuild");
	like($out . $err, qr/done|partial|refuse|ERROR/, "a run, rebuild_indexes $rebuild: ended") or diag($out, $err);
}

# A run that is stopped with its indexes set aside; the owner's code waits for whoever puts them back or goes on.
for my $way (qw(resume restore_indexes))
{
	$source->safe_psql('postgres', 'CREATE TABLE IF NOT EXISTS app.t_stop (id int PRIMARY KEY, v text); DELETE FROM app.t_stop; INSERT INTO app.t_stop VALUES (1, NULL)');
	$target->safe_psql('postgres', 'CREATE TABLE IF NOT EXISTS app.t_stop (id int PRIMARY KEY, v text NOT NULL)');
	$target->psql('postgres', q{CALL confiture.sync('prod', '{app.t_stop,app.t_index,app.t_predicate,app.t_check}', policy => 'off', jobs => 1, rebuild_indexes => true)});
	OwnerTest::reset_all($target);
	$source->safe_psql('postgres', q{UPDATE app.t_stop SET v = 'a'});
	OwnerTest::call_as($target, 'superuser', $way eq 'resume' ? 'CALL confiture.resume((SELECT max(run_id) FROM confiture.run))' : 'SELECT confiture.restore_indexes()', $way);
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
done_testing();
