# What a table's code leaves behind in the session of a run that commits now and then: the run ends as it should, and so
# does the session.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "restart_after_crash = on\n");
$source->safe_psql('postgres', 'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 20)');
my %leaving = (
	'a temporary table' => 'CREATE TEMPORARY TABLE IF NOT EXISTS left_behind (v int)',
	'a channel' => 'LISTEN left_behind',
	'a cursor' => 'DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1',
	'a prepared statement' => 'PREPARE left_behind AS SELECT 1',
	'a lock' => 'SELECT pg_try_advisory_lock(4711)',
	'a role' => 'SET ROLE NONE');
for my $name (sort keys %leaving)
{
	$target->safe_psql('postgres', qq{DROP TABLE IF EXISTS t; DROP FUNCTION IF EXISTS leave(int);
		CREATE FUNCTION leave(id int) RETURNS bool LANGUAGE plpgsql AS \$\$ BEGIN EXECUTE '$leaving{$name}'; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN true; END \$\$;
		CREATE TABLE t (id int PRIMARY KEY CHECK (leave(id)))});
	for my $jobs (1, 2)
	{
		my ($status, $out, $err) = $target->psql('postgres',
			"CALL confiture.sync('prod', '{public.t}', policy => 'off', jobs => $jobs); SELECT 'alive ' || count(*) FROM pg_cursors, pg_settings", on_error_stop => 0);
		like($out, qr/\|done\|/, "$name, $jobs jobs: the run is done") or diag(substr $err, 0, 400);
		like($out, qr/^alive/m, "$name, $jobs jobs: the session goes on");
		# A session that crashes at its end takes the others along.
		$target->poll_query_until('postgres', 'SELECT true');
		sleep 1;
		$target->poll_query_until('postgres', 'SELECT true');
		is($target->safe_psql('postgres', 'SELECT count(*) FROM t'), '20', "$name, $jobs jobs: with its rows");
	}
}
unlike(slurp_file($target->logfile), qr/was terminated by signal/, 'no process crashed, at its end either');
done_testing();
