# A source that falls silent, frozen by SIGSTOP or busy for ever: cancel, termination and shutdown of the target end at
# once, and source_timeout ends the rest. And what it says is bounded before it is repeated.
use strict;
use warnings;

use ConfitureTest;
use IO::Socket::INET;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# Far more than any of these takes, far less than what it would take if it waited for the source.
my $soon = 10;

my ($source, $target) = ConfitureTest::clusters();
my ($host, $port) = ($source->host, $source->port);
my $superuser = ConfitureTest::superuser($source);

$source->safe_psql('postgres', q{
	CREATE VIEW waiting AS SELECT 1 AS id, pg_sleep(3600)::text AS note;
	CREATE TABLE rows AS SELECT i AS id, 'note ' || i AS note FROM generate_series(1, 1000) i;
});
$target->safe_psql('postgres', qq{
	CREATE TABLE rows (id integer, note text);
	SELECT confiture.keep('rows', 'note');
	CREATE SERVER tcp FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$port', sslmode 'disable');
	CREATE USER MAPPING FOR CURRENT_USER SERVER tcp OPTIONS (user 'loader', password 'a password');
});
$source->safe_psql('postgres', q{
	CREATE ROLE loader LOGIN PASSWORD 'a password';
	GRANT SELECT ON waiting, rows TO loader;
});

sub start_psql
{
	my ($sql) = @_;
	my %client = (out => '', err => '');
	local $ENV{PGAPPNAME} = 'victim';
	$client{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-d', $target->connstr('postgres'), '-c', $sql ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err}, IPC::Run::timeout(90));
	return \%client;
}

sub finish_psql
{
	my ($client) = @_;
	eval { $client->{run}->finish };
	return $client->{err};
}

# The source's processes; a frozen one neither accepts connections nor answers.
my @frozen;
sub freeze
{
	my $postmaster = (split /\n/, slurp_file($source->data_dir . '/postmaster.pid'))[0];
	@frozen = ($postmaster, split /\n/, $source->safe_psql('postgres',
		q{SELECT pid FROM pg_stat_activity WHERE application_name = 'confiture'}));
	kill 'STOP', @frozen;
	return;
}
sub thaw { kill 'CONT', @frozen; @frozen = (); return }
END { kill 'CONT', @frozen if @frozen }

# A sync that waits for its rows, on a source that is frozen then; returns the client and the backend's pid.
sub reach
{
	my ($server) = @_;
	my $client = start_psql("SELECT rows FROM confiture.sync_table('$server', 'rows', source_relation => 'public.waiting')");
	$source->poll_query_until('postgres',
		q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'confiture' AND query LIKE 'COPY%' AND state = 'active'})
	  or die 'no COPY on the source';
	my $pid = $target->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'});
	freeze();
	return ($client, $pid);
}

sub thaw_and_check
{
	my ($name) = @_;
	thaw();
	ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}),
		"$name: once it runs again, the source stops too");
	return;
}

foreach my $server (qw(prod tcp))
{
	my ($client, $pid) = reach($server);
	my $start = time;
	$target->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	like(finish_psql($client), qr/57014: canceling statement due to user request/, "$server: pg_cancel_backend() ends the call");
	cmp_ok(time - $start, '<', $soon, "$server: at once");
	thaw_and_check("$server, cancel");

	($client, $pid) = reach($server);
	$start = time;
	$target->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	like(finish_psql($client), qr/57P01: terminating connection/, "$server: pg_terminate_backend() ends the session");
	cmp_ok(time - $start, '<', $soon, "$server: at once");
	thaw_and_check("$server, terminate");

	($client, $pid) = reach($server);
	$start = time;
	is(system_log('pg_ctl', 'stop', '-m', 'fast', '-t', '40', '-D', $target->data_dir), 0, "$server: a fast shutdown ends");
	cmp_ok(time - $start, '<', $soon, "$server: at once");
	finish_psql($client);
	thaw_and_check("$server, shutdown");
	$target->{_pid} = undef;
	$target->start;
}
is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('tcp', 'rows')}), '1000', 'and the next call works');
my $cancels = () = slurp_file($source->logfile) =~ /canceling statement due to user request/g;
is($cancels, 6, 'each time the source had been asked to cancel');

# source_timeout
sub error_of
{
	my ($sql) = @_;
	my ($status, undef, $stderr) = $target->psql('postgres', $sql, extra_params => [ '-v', 'VERBOSITY=verbose' ], timeout => 60);
	return ($status // 1) == 0 ? 'no error' : $stderr;
}
my $waiting = q{SELECT rows FROM confiture.sync_table('tcp', 'rows', source_relation => 'public.waiting')};
$target->safe_psql('postgres', q{ALTER SERVER tcp OPTIONS (ADD source_timeout '2')});

# Silent and frozen
sub thaw_later
{
	my ($client) = reach('tcp');
	my $start = time;
	my $error = finish_psql($client);
	my $seconds = time - $start;
	thaw();
	return ($error, $seconds);
}
my ($error, $seconds) = thaw_later();
like($error, qr/08006: timeout expired while waiting for server "tcp"/, 'a frozen source ends the call after source_timeout');
like($error, qr/DETAIL:  It sent nothing for 2s, and did not answer that it works.*HINT:  .*source_timeout/s, 'and the error says what to do');
cmp_ok($seconds, '<', $soon, 'soon after it');
ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}),
	'the source stops too');

# Silent and busy: a selective filter, a lock
$target->safe_psql('postgres', q{ALTER SERVER tcp OPTIONS (SET source_timeout '1')});
$source->safe_psql('postgres', q{CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(5)::text AS note; GRANT SELECT ON slow TO loader});
my $slow = q{SELECT rows FROM confiture.sync_table('tcp', 'rows', source_relation => 'public.slow')};
my $connections = q{SELECT sessions FROM pg_stat_database WHERE datname = 'postgres'};
my $before = $source->safe_psql('postgres', $connections);
is($target->safe_psql('postgres', $slow), '1', 'a source that works on a statement for longer than source_timeout is waited for');
$source->poll_query_until('postgres', "SELECT ($connections) >= $before + 4") or die 'no second connections';
ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}), 'and keeps no connection');
my $locker = IPC::Run::start([ 'psql', '-XAtq', '-d', $source->connstr('postgres'), '-c', 'BEGIN', '-c', 'LOCK TABLE rows', '-c', 'SELECT pg_sleep(4)' ], '<', \undef);
$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'rows'::regclass AND mode = 'AccessExclusiveLock'}) or die 'no lock';
is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('tcp', 'rows')}), '1000', 'so is one that waits for a lock');
$locker->finish;
$source->safe_psql('postgres', 'ALTER ROLE loader CONNECTION LIMIT 1');
like(error_of($slow), qr/08006: timeout expired while waiting for server "tcp".*takes a second connection/s, 'one that cannot be asked is not');
$source->safe_psql('postgres', 'ALTER ROLE loader CONNECTION LIMIT -1');

# Before it is connected
freeze();
my $start = time;
like(error_of($waiting), qr/08001: timeout expired while waiting for server "tcp"/, 'so does one that accepts a connection and says nothing');
cmp_ok(time - $start, '<', $soon, 'in its time');
thaw();

$target->safe_psql('postgres', q{ALTER SERVER tcp OPTIONS (SET source_timeout '1500ms')});
freeze();
like(error_of($waiting), qr/It sent nothing for 1500ms,/, 'it takes units');
thaw();
$target->safe_psql('postgres', q{ALTER SERVER tcp OPTIONS (SET source_timeout '0')});
like(error_of("SET statement_timeout = '4s'; $waiting"), qr/57014: canceling statement due to statement timeout/, '0 waits without limit');
$target->safe_psql('postgres', q{ALTER SERVER tcp OPTIONS (ADD answer_limit '1MB')});
like(error_of("ALTER SERVER tcp OPTIONS (SET answer_limit '$_')"),
	qr/22023: invalid value for option "answer_limit": "\Q$_\E".*HINT:  /s, "answer_limit '$_' is refused")
  foreach ('much', '-1', '5 parsecs', '1', '');
like(error_of("ALTER SERVER tcp OPTIONS (SET source_timeout '$_')"),
	qr/22023: invalid value for option "source_timeout": "\Q$_\E".*HINT:  /s, "source_timeout '$_' is refused")
  foreach ('soon', '-1', '5 parsecs', '');
like(error_of(q{ALTER USER MAPPING FOR CURRENT_USER SERVER tcp OPTIONS (ADD source_timeout '1')}),
	qr/HV00D: invalid option "source_timeout".*This option belongs to the server/s, 'it is an option of the server');
is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('tcp', 'rows')}), '1000', 'a source that answers is not affected');

# What the source says
$error = error_of(q{SELECT count(*) FROM confiture.sync_table('tcp', 'rows', filter => 'id = ''' || repeat('é', 100000) || '''')});
like($error, qr/the source refuses its filter: invalid input syntax for type integer: "(?:é)+\.\.\./, 'a long message is cut, at a character');
cmp_ok(length $error, '<', 4000, 'to a kilobyte');

# Answers every connection with an error in these words.
sub start_liar
{
	my ($words) = @_;
	my $listener = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Proto => 'tcp') or die $!;
	my $test = $$;
	my $pid = fork // die $!;
	return ($pid, $listener->sockport) if $pid;
	while (my $client = $listener->accept)
	{
		sysread $client, my $startup, 8192;
		my $fields = "SFATAL\0VFATAL\0C28000\0M$words\0\0";
		syswrite $client, 'E' . pack('N', 4 + length $fields) . $fields;
		close $client;
	}
	POSIX::_exit(0);
}
my ($liar, $liar_port) = start_liar("one \xe9 two \xf0\x9f\x92 three \xc3" . 'x' x 20000);
$target->safe_psql('postgres', qq{
	CREATE SERVER liar FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$liar_port', sslmode 'disable');
	CREATE USER MAPPING FOR CURRENT_USER SERVER liar;
});
$error = error_of(q{SELECT confiture.check_server('liar')});
like($error, qr/08001: could not connect to server "liar".*one \? two \?\?\? three \?x+\.\.\./s, 'bytes that are no character are replaced');
cmp_ok(length $error, '<', 4000, 'and a long message is cut here too');
kill 'KILL', $liar;
waitpid $liar, 0;

done_testing();
