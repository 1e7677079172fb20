# Cancels, timeouts, kills and lost connections, while connecting, waiting and streaming: the source stops too, the
# target is unchanged, and nothing is left behind.
use strict;
use warnings;

use ConfitureTest;
use IO::Select;
use IO::Socket::INET;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(
	source_conf => "restart_after_crash = on\n",
	target_conf => "restart_after_crash = on\nclient_connection_check_interval = '200ms'\n");
my $mute = IO::Socket::INET->new(Listen => 20, LocalAddr => '127.0.0.1', Proto => 'tcp') or die $!;
my $mute_port = $mute->sockport;

$source->safe_psql('postgres', q{
	CREATE VIEW waiting AS SELECT 1 AS id, pg_sleep(3600)::text AS note;
	-- Rows for hours, 1,000 at a time.
	CREATE VIEW streaming AS
	SELECT id, pg_sleep(CASE WHEN id % 1000 = 0 THEN 0.05 ELSE 0 END) || repeat('x', 100) AS note
	FROM (SELECT generate_series(1000001, 2000000000) AS id) s;
	CREATE TABLE rows AS SELECT i AS id, 'note ' || i AS note FROM generate_series(1, 20000) i;
});
$target->safe_psql('postgres', qq{
	CREATE TABLE waiting (id integer CHECK (id <> 10000), note text);
	INSERT INTO waiting SELECT i, 'old' FROM generate_series(1, 10) i;
	SELECT confiture.keep('waiting', 'note');
	CREATE SERVER mute FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$mute_port');
	CREATE USER MAPPING FOR CURRENT_USER SERVER mute;
});
my $before = ConfitureTest::digest($target, 'SELECT * FROM waiting');

# Starts a client in a separate process.
sub start_psql
{
	my ($sql) = @_;
	my %client = (out => '', err => '');
	local $ENV{PGAPPNAME} = 'victim';
	$client{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-d', $target->connstr('postgres'), '-c', $sql ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err});
	return \%client;
}

sub wait_for_psql
{
	my ($client) = @_;
	eval { $client->{run}->finish };
	return $client->{err};
}

my $copying = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'confiture' AND query LIKE 'COPY%' AND state = 'active'};
my $quiet = q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'};
my %stage = (
	connecting => { sql => q{SELECT rows FROM confiture.sync_table('mute', 'waiting')} },
	waiting => { sql => q{SELECT rows FROM confiture.sync_table('prod', 'waiting')}, source => 1 },
	streaming => {
		sql => q{SELECT rows FROM confiture.sync_table('prod', 'waiting', source_relation => 'public.streaming')},
		source => 1,
		target => q{SELECT count(*) = 1 FROM confiture.progress WHERE rows > 1000} });

# Starts a sync and waits until it is under way; returns the client and the backend's pid.
sub reach
{
	my ($name, $prefix) = @_;
	my $client = start_psql(($prefix // '') . $stage{$name}{sql});
	$target->poll_query_until('postgres',
		q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'}) or die 'not started';
	if ($stage{$name}{source}) { $source->poll_query_until('postgres', $copying) or die 'no COPY on the source' }
	if ($stage{$name}{target}) { $target->poll_query_until('postgres', $stage{$name}{target}) or die 'no rows' }
	my $pid = $target->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'});
	return ($client, $pid);
}

sub check_after
{
	my ($what) = @_;
	ok($target->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'victim'}),
		"$what: the target's backend is gone");
	ok($source->poll_query_until('postgres', $quiet), "$what: so is the source's");
	is(ConfitureTest::digest($target, 'SELECT * FROM waiting'), $before, "$what: the target is as it was");
	is($target->safe_psql('postgres', 'SELECT count(*) FROM confiture.progress'), '0', "$what: no progress is shown any more");
	return;
}

# Has every connection to the mute server been closed?
sub mute_connections_are_closed
{
	my $waiting = IO::Select->new($mute);
	while ($waiting->can_read(0.1))
	{
		my $connection = $mute->accept;
		while (IO::Select->new($connection)->can_read($PostgreSQL::Test::Utils::timeout_default))
		{
			my $n = sysread($connection, my $bytes, 8192);
			if (!$n) { undef $connection; last }
		}
		return 0 if defined $connection;
	}
	return 1;
}

foreach my $name (qw(connecting waiting streaming))
{
	my $client = start_psql("SET statement_timeout = 1500; $stage{$name}{sql}");
	like(wait_for_psql($client), qr/57014: canceling statement due to statement timeout/, "$name: statement_timeout");
	check_after("$name, timeout");

	($client, my $pid) = reach($name);
	$target->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	like(wait_for_psql($client), qr/57014: canceling statement due to user request/, "$name: pg_cancel_backend()");
	check_after("$name, cancel");

	($client, $pid) = reach($name);
	$target->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	like(wait_for_psql($client), qr/57P01: terminating connection due to administrator command/, "$name: pg_terminate_backend()");
	check_after("$name, terminate");

	($client, $pid) = reach($name);
	$client->{run}->kill_kill;
	check_after("$name, client gone");

	($client, $pid) = reach($name);
	kill 'KILL', $pid;
	like(wait_for_psql($client), qr/server closed the connection unexpectedly|terminating connection/, "$name: kill -9");
	$target->poll_query_until('postgres', 'SELECT true') or die 'no restart';
	# Before 14 a server looks for its client when it sends it something, no sooner.
	$source->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture'})
	  if $name eq 'waiting' && $source->pg_version < 14;
	check_after("$name, kill -9");
}
ok(mute_connections_are_closed(), 'all connections that were being made are closed');
my $log = slurp_file($source->logfile);
my $cancels = () = $log =~ /canceling statement due to user request/g;
cmp_ok($cancels, '>=', 6, 'the source was asked to cancel, again and again');

# The source goes away.
my ($client, $pid) = reach('streaming');
kill 'KILL', $source->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE application_name = 'confiture'});
like(wait_for_psql($client), qr/08006: lost the connection to server "prod"|57P0[0-9]: server "prod" reports/, 'source backend killed');
$source->poll_query_until('postgres', 'SELECT true') or die 'no restart';
check_after('source backend killed');
($client, $pid) = reach('waiting');
$source->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture'});
like(wait_for_psql($client), qr/57P01: server "prod" reports: terminating connection|08006: lost the connection/, 'source backend terminated');
check_after('source backend terminated');
($client, $pid) = reach('streaming');
$source->stop('immediate');
like(wait_for_psql($client), qr/08006: lost the connection to server "prod"|57P0[0-9]: server "prod" reports/, 'source stopped');
my ($status, undef, $stderr) = $target->psql('postgres', $stage{streaming}{sql});
like($stderr, qr/could not connect to server "prod"/, 'while it is down, the call says so');
$source->start;
check_after('source stopped');

# One session, many failures: each with its original error, and nothing accumulates.
my $session = $target->background_psql('postgres', on_error_stop => 0);
sub sql { my $out = $session->query($_[0]); return $out }
$session->query('\set VERBOSITY verbose');
$session->query(q{SELECT 1; CREATE FUNCTION caught() RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM confiture.sync_table('prod', 'waiting', source_relation => 'public.rows');
	EXCEPTION WHEN check_violation THEN RETURN SQLSTATE;
	END $$});
my $backend = sql('SELECT pg_backend_pid()');
my @failing = (
	q{SELECT confiture.sync_table('prod', 'waiting', source_relation => 'public.rows');},
	q{SELECT confiture.sync_table('prod', 'waiting', source_relation => 'public.nowhere');},
	q{SELECT confiture.sync_table('prod', 'waiting', source_relation => 'public.rows', filter => '1 / (id - 5000) > 0');},
	q{SELECT confiture.sync_table('prod', 'waiting', rules => '{"nonsense": "hash"}');},
	q{SELECT caught();});
sub sockets
{
	my $n = grep { (readlink($_) // '') =~ /^socket:/ } glob "/proc/$backend/fd/*";
	return $n;
}
sub private_kilobytes { return slurp_file("/proc/$backend/status") =~ /RssAnon:\s+(\d+)/ ? $1 : die }

$session->{stderr} = '';
$session->query($_) for @failing;
my $errors = $session->{stderr};
like($errors, qr/23514: new row for relation "waiting" violates check constraint "waiting_id_check"/,
	'a failing row in the middle has its true SQLSTATE');
like($errors, qr/LOCATION|CONTEXT:.*row \d+/, 'and the row\'s number');
like($errors, qr/42P01: server "prod" reports: relation "public\.nowhere" does not exist/, 'so has an error on the source');
like($errors, qr/22012: reading rows failed on server "prod"/, 'and one among the source\'s rows');
is($source->safe_psql('postgres', $quiet), 't', 'the connections are closed, though the session lives');
is(ConfitureTest::digest($target, 'SELECT * FROM waiting'), $before, 'the target is as it was');
my $sockets = sockets();
for (1 .. 10) { $session->query($_) for @failing }
is(sockets(), $sockets, 'no socket is left after 50 failures');
is($source->safe_psql('postgres', $quiet), 't', 'and no connection on the source');
is(sql('SELECT caught()'), '23514', 'a caught error');
is(sql(q{SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid() AND backend_xid IS NOT NULL}), '0', 'leaves no transaction');

my @plans = (
	q{SELECT count(*) FROM confiture.plan('prod', 'waiting', source_relation => 'public.nowhere');},
	q{SELECT count(*) FROM confiture.plan('prod', 'waiting', source_relation => 'public.rows', rules => '{"note": 5}');},
	q{SELECT count(*) FROM confiture.plan('prod', 'waiting', source_relation => 'public.rows', filter => ') OR (');},
	q{SELECT count(*) FROM confiture.preview('prod', 'waiting', source_relation => 'public.rows', rules => '{"note": {"strategy": "hash", "length": 99}}');});
my $batch = join "\n", (@plans) x 25;
$session->query($batch) for 1 .. 2;
my $kilobytes = private_kilobytes();
$session->query($batch) for 1 .. 10;
cmp_ok(private_kilobytes() - $kilobytes, '<', 1024, '1,000 failing calls in one session cost no memory');
is(sockets(), $sockets, 'nor sockets');
is(sql(q{SELECT rows FROM confiture.sync_table('prod', 'waiting', source_relation => 'public.rows', filter => 'id <= 100')}),
	'100', 'and the next call works');
$session->quit;

done_testing();
