# A run without its background workers: none free, not allowed, connection refused. And who may stop one.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $port = $source->port;
ConfitureTest::add_role($source, $target, $_, 'secret') for 'alice', 'bob';

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }

$_->safe_psql('postgres', 'CREATE TABLE one (id int PRIMARY KEY, n int, filler text); CREATE TABLE two (id int PRIMARY KEY)') for ($source, $target);
there(q{INSERT INTO one SELECT i, i % 10, repeat($$x$$, 300) FROM generate_series(1, 1000) i; INSERT INTO two SELECT generate_series(1, 10); GRANT SELECT ON one, two TO alice});
here(q{ALTER TABLE one OWNER TO alice; ALTER TABLE two OWNER TO alice; GRANT alice TO bob; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO alice, bob});
my @alice = (extra_params => [ '-U', 'alice' ]);

# ---- A role that may not call what workers call

here('REVOKE EXECUTE ON PROCEDURE confiture.work FROM alice');
my ($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod_tcp', jobs => 3)", @alice);
like("$status $out", qr/^0 \d+\|done\|2\|1010\|/, 'its own process does all the work');
like($err, qr/NOTICE:  run \d+ continues with 1 of 3 jobs\nHINT:  Workers call confiture\.work\(\), which you may not execute\./, 'and says why');
($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod_tcp', jobs => 1)", @alice);
unlike($err, qr/continues with/, 'unless it wanted no worker');
here('GRANT EXECUTE ON PROCEDURE confiture.work TO alice');

# ---- A background leader whose connection the server refuses

here('ALTER ROLE alice NOLOGIN');
fails("SET SESSION AUTHORIZATION alice; CALL confiture.sync('prod_tcp', detach => true)",
	[qr/run \d+ failed: the server did not let its background worker begin, and its log says why/], 'a role that may not log in has no background leader');
my $run = last_run();
is(here("SELECT state, error FROM confiture.runs WHERE run_id = $run"), 'failed|the server did not let its background worker begin, and its log says why', 'which is on record');
fails("SET SESSION AUTHORIZATION alice; CALL confiture.resume($run, detach => true)", [qr/run $run failed: the server did not let/], 'nor one to resume it');
here('ALTER ROLE alice LOGIN');
like($target->safe_psql('postgres', "CALL confiture.resume($run)", @alice), qr/^$run\|done\|2\|/, 'it is resumed when it may');

# What prevents resuming in the background is recorded.
here('ALTER TABLE one ADD CONSTRAINT small CHECK (n < 5 AND random() < 2) NOT VALID');
fails("CALL confiture.sync('prod_tcp')", [qr/violates check constraint "small"/], 'a run fails', @alice);
$run = last_run();
here('ALTER TABLE one DROP CONSTRAINT small; ALTER TABLE one ALTER n TYPE bigint');
$target->safe_psql('postgres', "CALL confiture.resume($run, detach => true)", @alice);
$target->poll_query_until('postgres', "SELECT leader_pid IS NULL AND state <> 'interrupted' FROM confiture.runs WHERE run_id = $run");
like(here("SELECT state, error FROM confiture.runs WHERE run_id = $run"), qr/^failed\|run $run cannot be resumed: its tables changed since \(public\.one: n was /, 'why it was not resumed');
here('ALTER TABLE one ALTER n TYPE int');

# ---- Who stops a run

sub start_psql
{
	my ($node, $user, @statements) = @_;
	my %client = (out => '', err => '');
	$client{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', $user, '-d', $node->connstr('postgres'), map { ('-c', $_) } @statements ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err});
	return \%client;
}
sub finish { my ($client) = @_; eval { $client->{run}->finish }; return $client->{out} . $client->{err} }

# Another session's table lock, until it is released.
sub hold
{
	my ($node, $statement) = @_;
	my $holder = $node->background_psql('postgres');
	$holder->query_safe('BEGIN');
	$holder->query_safe($statement);
	return $holder;
}
my $waits = q{SELECT count(*) > 0 FROM pg_locks WHERE relation = 'one'::regclass AND NOT granted};

# The chunk waits for a lock of the target that does not let it write.
sub start_run
{
	my $before = last_run();
	my $holder = hold($target, 'LOCK TABLE one IN ACCESS SHARE MODE');
	my $client = start_psql($target, @_);
	$target->poll_query_until('postgres', $waits) or die 'the run does not wait';
	return ($client, $holder);
}

# A run of alice, led by a session of bob: alice may stop it, though not other statements of that session.
($status, $out, $err) = $target->psql('postgres', 'ALTER TABLE one ADD CONSTRAINT slow CHECK (pg_sleep(0.05) IS NOT NULL) NOT VALID');
my $client = start_psql($target, 'bob', 'SET ROLE alice', "CALL confiture.sync('prod_tcp', jobs => 1, chunk_size => '64kB', chunk_by => 'ctid')");
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM confiture.progress WHERE rows > 0 AND relation IS NOT NULL}) or die 'the run does not start';
$run = last_run();
is($target->safe_psql('postgres', "SELECT confiture.cancel($run)", @alice), 't', 'the role whose run it is stops it, whoever logged in');
like(finish($client), qr/canceling statement/, 'at once');
is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'cancelled', 'it is cancelled');

# cancel() does not wait for a leader that waits to empty a table, here one that was cut by ctid.
$client = start_psql($target, 'alice', "CALL confiture.resume($run)");
$target->poll_query_until('postgres', "SELECT state = 'running' AND leader_pid IS NOT NULL FROM confiture.runs WHERE run_id = $run");
here("SELECT pg_cancel_backend(leader_pid) FROM confiture.runs WHERE run_id = $run");
like(finish($client), qr/canceling statement/, 'a run is interrupted');
here('ALTER TABLE one DROP CONSTRAINT slow');
($client, my $holder) = start_run('alice', "CALL confiture.resume($run)");
is($target->safe_psql('postgres', "SET statement_timeout = '30s'; SELECT confiture.cancel($run)", @alice), 't', 'a run that waits for a lock is cancelled');
like(finish($client), qr/canceling statement/, 'at once');
$holder->query_safe('ROLLBACK');
$holder->quit;
like($target->safe_psql('postgres', "CALL confiture.resume($run)", @alice), qr/^$run\|done\|2\|1010\|/, 'and can be resumed');
is(here("SELECT confiture.cancel($run), state FROM confiture.runs WHERE run_id = $run"), 'f|done', 'a run that is done stays done');

# ---- No slot at all

$target->append_conf('postgresql.conf', 'max_worker_processes = 0');
$target->restart;
($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', jobs => 1)");
like("$status $out$err", qr/^0 \d+\|done\|2\|1010\|[^|]*\|[^|]*$/, 'one job needs no worker');
($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', jobs => 3, rebuild_indexes => true)");
like($err, qr/NOTICE:  run \d+ continues with 1 of 3 jobs\nHINT:  max_worker_processes has no room for more\./, 'three jobs make do with one');
fails("CALL confiture.sync('prod', detach => true)", [qr/run \d+ failed: no background worker is free to lead it/, qr/max_worker_processes/], 'and no worker can lead in the background');
$run = last_run();
is(here("SELECT state, error FROM confiture.runs WHERE run_id = $run"), 'failed|no background worker is free to lead it', 'which is on record');
like(here("CALL confiture.resume($run)"), qr/^$run\|done\|2\|1010\|/, 'but a caller can');

done_testing();
