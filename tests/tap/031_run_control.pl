# A run that is under way or was interrupted: who may do what with it meanwhile, and how it continues.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "max_worker_processes = 5\nmax_parallel_workers = 0\n");
ConfitureTest::add_role($source, $target, 'stranger', 'secret');
ConfitureTest::add_role($source, $target, 'owner', 'secret');

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub refused { my ($sql, $patterns, $name) = @_; return ConfitureTest::fails_like($target, $sql, $patterns, $name) }

$_->safe_psql('postgres', q{
	CREATE TABLE slow (id int PRIMARY KEY, email text, filler text);
	CREATE TABLE fast (id int PRIMARY KEY, email text, n int);
	CREATE TABLE parts (id int PRIMARY KEY, filler text) PARTITION BY HASH (id);
	CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE other (id int);
	CREATE TABLE bomb (id int);
	GRANT ALL ON ALL TABLES IN SCHEMA public TO owner;
}) for ($source, $target);
# The largest table comes first.
there(q{
	ALTER TABLE slow ALTER filler SET STORAGE PLAIN;
	INSERT INTO slow SELECT i, 'slow' || i || '@home.test', repeat('x', 6000) FROM generate_series(1, 200) i;
	INSERT INTO fast SELECT i, 'fast' || i || '@home.test', i FROM generate_series(1, 2000) i;
	INSERT INTO parts SELECT i, repeat('y', 10) FROM generate_series(1, 1000) i;
	INSERT INTO other VALUES (1);
	INSERT INTO bomb VALUES (1);
	ANALYZE;
	-- A session that reads with it takes all sessions of the target along, as a crash of the server does.
	CREATE FUNCTION explode() RETURNS boolean LANGUAGE sql AS
		$$SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'confiture'$$;
});
here(q{SELECT confiture.set_rule('slow', 'email', 'email'), confiture.set_rule('fast', 'email', 'email')});

my $include = q{include => '{public.slow,public.fast,public.parts}'};

# Arguments of a run whose first chunk takes so many seconds.
sub slow { return sprintf q{%s, filters => '{"public.slow": "pg_catalog.pg_sleep(%f) IS NOT NULL"}'}, $include, $_[0] / 200 }

sub start_psql
{
	my ($sql, @options) = @_;
	my %client = (out => '', err => '');
	$client{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $target->connstr('postgres'), @options, '-c', $sql ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err});
	return \%client;
}

sub finish { my ($client) = @_; $client->{run}->finish; return $client->{out} . $client->{err} }

# Returns when the source reads the slow chunk of a run; the polling query excludes itself.
sub wait_for_slow_chunk
{
	$source->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%COPY%pg_sleep%' AND wait_event = 'PgSleep'
		AND application_name = 'confiture'}) or die 'the run does not start';
	return;
}

# Starts a run and waits for its slow chunk.
sub start_run
{
	my ($arguments, %options) = @_;
	my $before = here('SELECT coalesce(max(run_id), 0) FROM confiture.run');
	my $client = start_psql("CALL confiture.sync('@{[ $options{server} // 'prod' ]}', $arguments)", @{ $options{psql} // [] });
	wait_for_slow_chunk();
	return ($client, here("SELECT max(run_id) FROM confiture.run WHERE run_id > $before"));
}

sub state_of { my ($run) = @_; return here("SELECT state FROM confiture.runs WHERE run_id = $run") }
sub leader_of { my ($run) = @_; return here("SELECT leader_pid FROM confiture.runs WHERE run_id = $run") }

sub no_process_is_left
{
	my ($name) = @_;
	ok($target->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type LIKE 'confiture%'}), "$name: no worker is left");
	ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}), "$name: nor a session on the source");
	return;
}

sub all_there
{
	my ($name) = @_;
	ConfitureTest::same_rows($source, $target, 'SELECT id, filler FROM slow', "$name: slow rows");
	ConfitureTest::same_rows($source, $target, 'SELECT id, n FROM fast', "$name: fast rows");
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM parts', "$name: rows of partitions");
	return;
}

# Interrupts a run by Ctrl-C.
sub interrupt
{
	my ($client, $run) = @_;
	here("SELECT pg_cancel_backend(@{[ leader_of($run) ]})");
	return finish($client);
}

# ---- While it is under way

my ($client, $run) = start_run(slow(60) . ', jobs => 3');
$target->poll_query_until('postgres', "SELECT count(*) = 2 FROM confiture.run_tables WHERE run_id = $run AND state = 'done'") or die;
is(here("SELECT relation, phase, rows, percent, chunks_done, chunks, pids IS NULL FROM confiture.progress WHERE run_id = $run AND relation <> 'public.slow' ORDER BY 1"),
	"public.fast|done|2000|100.0|1|1|t\npublic.parts|done|1000|100.0|1|1|t", 'confiture.progress shows what is done');
like(here("SELECT phase, rows < 200, chunks_done || '/' || chunks, (SELECT array_agg(pid) FROM confiture.workers) = pids, statements FROM confiture.progress WHERE run_id = $run AND relation = 'public.slow'"),
	qr/^(preparing|copying)\|t\|0\/1\|t\|\{"confiture run $run: copying public\.slow, chunk 1 of 1"\}$/, 'what is being copied, by whom');
is(here("SELECT phase, rows >= 3000, rows_per_second > 0, chunks_done || '/' || chunks, cardinality(pids) FROM confiture.progress WHERE run_id = $run AND relation IS NULL"), 'running|t|t|2/3|1', 'and the run as a whole');
refused("CALL confiture.sync('prod', include => '{public.fast,public.other}')", [qr/another run is open on the same tables: $run/, qr/confiture\.cancel/], 'no second run on its tables');
refused("SELECT confiture.sync_table('prod', '$_')", [qr/public\.$_ belongs to run $run, which is running/], "no sync_table() of $_") for qw(fast slow parts parts_1);
refused("SELECT confiture.sync_table('prod', 'fast', mode => 'append')", [qr/belongs to run $run/], 'nor by append');
refused("CALL confiture.resume($run)", [qr/run $run is led by process \d+/], 'no resume');
like(here(q{CALL confiture.sync('prod', include => '{public.other}')}), qr/\|done\|1\|1\|/, 'but a run on other tables');
is(here(q{SELECT rows FROM confiture.sync_table('prod', 'other')}), '1', 'and their sync_table()');
ConfitureTest::fails_like($target, "SELECT confiture.cancel($run)", [qr/permission denied for run $run/], 'a stranger may not cancel it', extra_params => [ '-U', 'stranger' ]);
is(here("SELECT confiture.cancel($run)"), 't', 'its owner may');
like(finish($client), qr/canceling statement.*CALL confiture\.resume\($run\)/s, 'the error says how to resume');
is(state_of($run), 'cancelled', 'the run is cancelled');
no_process_is_left('cancel');
is(here("SELECT confiture.cancel($run)"), 'f', 'a second time there is no leader to stop');
here(q{SELECT confiture.set_filter('fast', 'n > 0')});
refused("CALL confiture.resume($run)", [qr/cannot be resumed: its tables changed since/, qr/public\.fast: has another filter than before/], 'another filter');
here(q{SELECT confiture.set_filter('fast', NULL)});

# ---- Interrupted; tables change meanwhile

($client, $run) = start_run(slow(4) . ', jobs => 3');
$target->poll_query_until('postgres', "SELECT count(*) = 2 FROM confiture.run_tables WHERE run_id = $run AND state = 'done'") or die;
like(interrupt($client, $run), qr/canceling statement due to user request.*CALL confiture\.resume\($run\)/s, 'Ctrl-C');
is(state_of($run), 'interrupted', 'the run is interrupted');
no_process_is_left('Ctrl-C');
for (
	[ there => 'ALTER TABLE slow ALTER id TYPE bigint', 'ALTER TABLE slow ALTER id TYPE int', qr/public\.slow: id its type is bigint on the source and integer here/ ],
	[ there => 'ALTER TABLE slow ADD size int', 'ALTER TABLE slow DROP size', qr/public\.slow: size/ ],
	[ here => 'ALTER TABLE fast ALTER n TYPE bigint', 'ALTER TABLE fast ALTER n TYPE int', qr/public\.fast: n was .*integer here.*is .*bigint here/ ],
	[ here => q{SELECT confiture.set_rule('slow', 'email', 'redact')}, q{SELECT confiture.set_rule('slow', 'email', 'email')}, qr/public\.slow: email was .*masked with email.*is .*masked with redact/ ],
	[ here => 'ALTER TABLE parts RENAME TO parts_then', 'ALTER TABLE parts_then RENAME TO parts', qr/public\.parts is on the source, but not here/ ],
	[ there => 'ALTER TABLE fast RENAME TO fast_then', 'ALTER TABLE fast_then RENAME TO fast', qr/public\.fast: the table is gone from the source/ ])
{
	my ($where, $change, $undo, $words) = @$_;
	my $node = $where eq 'here' ? $target : $source;
	$node->safe_psql('postgres', $change);
	refused("CALL confiture.resume($run)", [$words], "refused after $change");
	$node->safe_psql('postgres', $undo);
}
is(state_of($run), 'interrupted', 'a resume that is refused leaves it as it was');
there(q{INSERT INTO slow VALUES (0, 'new@home.test', 'new')});
like(here("CALL confiture.resume($run, jobs => 1)"), qr/^$run\|done\|3\|/, 'it is resumed when all is as before');
all_there('resume');
is(here("SELECT one_snapshot FROM confiture.runs WHERE run_id = $run"), 'f', 'and says that its rows are not of one snapshot');
refused("CALL confiture.resume($run)", [qr/run $run is done/], 'no resume of what is done');

# ---- sync_table() in between

($client, $run) = start_run(slow(30) . ', jobs => 3');
$target->poll_query_until('postgres', "SELECT count(*) = 2 FROM confiture.run_tables WHERE run_id = $run AND state = 'done'") or die;
interrupt($client, $run);
here(q{SELECT confiture.sync_table('prod', 'fast'); SELECT confiture.sync_table('prod', 'slow')});
refused("CALL confiture.resume($run)", [qr/public\.slow: was synced by itself since, as run \d+/], 'a table that came by itself is not loaded on top');

# ---- The key

($client, $run) = start_run(slow(3) . ', jobs => 1');
my $key = here('SELECT key FROM confiture.masking_key');
here('SELECT confiture.rotate_key()');
like(finish($client), qr/run $run failed: .*the masking key was replaced while the run went on/, 'no run masks with two keys');
refused("CALL confiture.resume($run)", [qr/the masking key was replaced since/], 'nor is it resumed with another');
here("COPY confiture.new_key FROM STDIN;\n\\$key\n\\.\n");
like(here("CALL confiture.resume($run)"), qr/^$run\|done\|3\|/, 'but with its own');
all_there('key');

# ---- The source goes away and returns

($client, $run) = start_run(slow(4) . q{, jobs => 1, retry_for => '1 second'});
sleep 2;    # longer than retry_for
there(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%COPY%' AND application_name = 'confiture'});
like(finish($client), qr/^$run\|done\|3\|/, 'a connection that is lost late in a long chunk is made again');
is(here("SELECT one_snapshot FROM confiture.runs WHERE run_id = $run"), 't', 'with the snapshot there was');
refused(q{CALL confiture.sync('prod', include => '{public.bomb,public.fast}', filters => '{"public.bomb": "public.explode()"}', retry_for => '2 seconds')},
	[qr/run \d+ failed/, qr/confiture\.resume/], 'a source that dies of the same rows again and again is left in peace');
no_process_is_left('explosions');

# ---- Workers called by hand

($client, $run) = start_run(slow(5) . ', jobs => 1');
my $helper = start_psql("CALL confiture.work($run)");
$target->poll_query_until('postgres', "SELECT count(*) = 2 FROM confiture.run_tables WHERE run_id = $run AND state = 'done'") or die;
interrupt($client, $run);
is(state_of($run), 'interrupted', 'the leader is gone');
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'confiture run % copying public.slow%'}) or die 'no helper';
there(q{UPDATE slow SET filler = 'changed' WHERE id = 7});
like(here("CALL confiture.resume($run)"), qr/^$run\|done\|3\|/, 'resumed while a worker called by hand continues');
is(finish($helper), '', 'who ends with the run');
is(here('SELECT count(*), count(DISTINCT id) FROM slow'), '201|201', 'no row came twice');

# Two processes that write to one table wait for each other to extend it.
($client, $run) = start_run("$include, jobs => 1, chunk_size => '64kB', " .
	q{filters => '{"public.slow": "CASE id WHEN 1 THEN pg_catalog.pg_sleep(5) IS NOT NULL ELSE true END"}'});
$helper = start_psql("CALL confiture.work($run)");
like(finish($client), qr/^$run\|done\|3\|/, 'two processes share a run');
finish($helper);
is(here("SELECT count(DISTINCT relation) FROM (SELECT DISTINCT ON (pid) relation FROM confiture.checkpoints WHERE run_id = $run ORDER BY pid, started_at) c"),
	2, 'and begin with different tables');

# ---- A snapshot's name that is used again, as after a restart of the source

($client, $run) = start_run(slow(5) . ', jobs => 1');
interrupt($client, $run);
my $other = start_psql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot() || pg_sleep(300)", '-d', $source->connstr('postgres'));
$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_ls_dir('pg_snapshots')}) or die 'no snapshot';
my $name = there(q{SELECT pg_ls_dir('pg_snapshots')});
my $done = "SELECT count(*) FROM confiture.checkpoints WHERE run_id = $run AND state = 'done' AND relation = 'public.slow'";
there('UPDATE other SET id = 2');
my $server_start = there('SELECT extract(epoch FROM pg_postmaster_start_time())');
for ([ there('SELECT txid_current_snapshot()') . " $server_start", '0', 'what is seen is not the same' ],
	[ there("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '$name'; SELECT txid_current_snapshot()") . ' 1.0', '0', 'the server is not the same' ],
	[ there("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '$name'; SELECT txid_current_snapshot()") . " $server_start", '1', 'it is the same' ])
{
	my ($contents, $chunks, $case) = @$_;
	here("UPDATE confiture.run SET snapshot = '$name $contents' WHERE run_id = $run");
	here("CALL confiture.work($run)");
	is(here($done), $chunks, "a worker copies with a snapshot only if it is the run's: $case");
}
$other->{run}->kill_kill;
like(here("CALL confiture.resume($run)"), qr/^$run\|done\|3\|/, 'and the run can be resumed');
all_there('snapshot');

# ---- Workers, and none

my (undef, undef, $stderr) = $target->psql('postgres', "CALL confiture.sync('prod', $include, jobs => 9)");
like($stderr, qr/NOTICE:  run \d+ continues with [1-5] of 9 jobs/, 'few worker slots');
is(here('SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 'done', 'are enough');
all_there('few workers');
$client = start_psql("CALL confiture.sync('prod', @{[ slow(3) ]}, detach => true)");
like(finish($client), qr/^(\d+)\|(queued|running)\|/, 'a detached run returns at once');
($run) = $client->{out} =~ /^(\d+)/;
wait_for_slow_chunk();
refused("CALL confiture.sync('prod', include => '{public.slow}')", [qr/another run is open/], 'it continues when its client is gone');
ok($target->poll_query_until('postgres', "SELECT state = 'done' FROM confiture.runs WHERE run_id = $run"), 'and ends');
all_there('detached');
refused("CALL confiture.sync('prod', include => '{public.nothing}', detach => true)", [qr/include "public\.nothing" matches no table/], 'what is wrong with a detached run is said at once');

# ---- Two at the same time

my @clients = map { start_psql("CALL confiture.sync('prod', @{[ slow(2) ]})") } 1 .. 2;
my @ends = map { finish($_) } @clients;
is(scalar(grep { /\|done\|/ } @ends), 1, 'of two that start together one runs');
is(scalar(grep { /another run is open on the same tables/ } @ends), 1, 'and one is refused');
all_there('two');

# ---- Transactions

refused("BEGIN; CALL confiture.sync('prod', $include); COMMIT", [qr/cannot run inside a transaction block/, qr/atomic => true/], 'no run inside a transaction block');
is(here("SET default_transaction_isolation = 'serializable'; CALL confiture.sync('prod', $include)") =~ /\|done\|/, 1, 'whatever the isolation level of the session');
refused("SET default_transaction_read_only = on; CALL confiture.sync('prod', $include)", [qr/read-only transaction/], 'but not read-only');
done_testing();
