# The network between client and target breaks during a run: the client says so and how to look at the run, and the server
# continues it.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use JSON::PP;
use Relay;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
$_->safe_psql('postgres', 'CREATE TABLE big (id integer PRIMARY KEY, filler text)') for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO big SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i});
# One row waits for a lock that the test holds.
$target->safe_psql('postgres', q{CREATE ROLE walker SUPERUSER LOGIN PASSWORD 'it is me';
	CREATE USER MAPPING FOR walker SERVER prod OPTIONS (user '} . ConfitureTest::superuser($source) . q{');
	CREATE FUNCTION hold(integer) RETURNS boolean LANGUAGE sql AS
		'SELECT CASE WHEN $1 = 19999 THEN pg_advisory_xact_lock_shared(42) IS NOT NULL ELSE true END';
	ALTER TABLE big ADD CHECK (hold(id))});
my $relay = Relay->start($target->port);

# Starts the client behind the relay, cuts it off when it shows the run, and returns how it ended.
sub cut_off
{
	my ($arguments, $shown) = @_;
	my %environment = ClientTest::environment($target, env => { PGHOST => '127.0.0.1', PGPORT => $relay->{port}, PGUSER => 'walker', PGPASSWORD => 'it is me' });
	local %ENV = (%ENV, %environment);
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'confiture', @$arguments ], '>', \$out, '2>', \$err, IPC::Run::timeout(120));
	$client->pump until $err =~ $shown;
	$relay->cut_all;
	$client->finish;
	return ($client->full_result(0) >> 8, $out, $err);
}

my $lock = $target->background_psql('postgres');
$lock->query_safe('SELECT pg_advisory_lock(42)');
my ($status, $out, $err) = cut_off([qw(sync big --json)], qr/^run 1: /m);
is($status, 3, 'cut off: exit code 3') or diag "$out$err";
like($err, qr/^HINT: Run 1 may still be in progress: confiture status 1 shows it\. Once it has ended: confiture resume 1$/m, 'says how to look at the run and resume it') or diag "$out$err";
my $told = eval { JSON::PP->new->utf8->decode($out) } // {};
is(($told->{run_id} // '') . ' ' . ($told->{exit_code} // ''), '1 3', 'as JSON') or diag $out;
ClientTest::exits($target, [qw(status 1)], 0, qr/^\s*1\s+public\.big\s+copying/m, 'the run is at work');
($status, $out, $err) = cut_off([qw(status --watch 1)], qr/^run 1: /m);
is($status, 3, 'a watcher that is cut off: exit code 3') or diag "$out$err";
$lock->quit;
$target->poll_query_until('postgres', 'SELECT leader_pid IS NULL FROM confiture.runs WHERE run_id = 1') or die;
is($target->safe_psql('postgres', 'SELECT state, rows FROM confiture.runs'), 'done|20000', 'the run continues without its client');
$relay->stop;

done_testing();
