# A sync or a run that waits for a lock on its target says so, does not keep readers waiting meanwhile, and in the end names
# those who hold the lock.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
$source->safe_psql('postgres', 'CREATE TABLE single (id integer); INSERT INTO single SELECT generate_series(1, 10);
	CREATE TABLE actor (id integer PRIMARY KEY); INSERT INTO actor SELECT generate_series(1, 10);
	CREATE TABLE role (id integer PRIMARY KEY, actor integer REFERENCES actor); INSERT INTO role SELECT i, i FROM generate_series(1, 10) i');
$target->safe_psql('postgres', 'CREATE TABLE single (id integer); CREATE TABLE actor (id integer PRIMARY KEY); CREATE TABLE role (id integer PRIMARY KEY, actor integer REFERENCES actor)');
my $connection = $target->connstr('postgres');

sub value { return $target->safe_psql('postgres', $_[0]) }

sub start
{
	my (@statements) = @_;
	my %session = (out => '', err => '');
	$session{process} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=default', '-d', $connection, map { ('-c', $_) } @statements ],
		'<', \undef, '>', \$session{out}, '2>', \$session{err});
	return \%session;
}

# A transaction that reads a table and then is idle.
sub hold
{
	my ($table) = @_;
	my %session = (in => "BEGIN; SELECT count(*) FROM $table; SELECT 'pid ' || pg_backend_pid();\n", out => '', err => '');
	$session{process} = IPC::Run::start([ 'psql', '-XAtq', '-d', $connection ], '<', \$session{in}, '>', \$session{out}, '2>', \$session{err});
	$session{process}->pump until $session{out} =~ /pid (\d+)\n/;
	$session{pid} = $1;
	return \%session;
}

sub release
{
	my ($session) = @_;
	$session->{in} = "COMMIT;\n\\q\n";
	$session->{process}->finish;
}

foreach my $case (
	[ 'sync_table', q{SELECT rows FROM confiture.sync_table('prod', 'single')}, 'single' ],
	[ 'a run', q{CALL confiture.sync('prod', policy => 'off')}, 'actor' ])
{
	my ($name, $sql, $table) = @$case;
	my $holder = hold($table);
	my $sync = start(q{SET confiture.lock_wait = '1s'}, $sql);
	ok($target->poll_query_until('postgres', "SELECT count(*) > 0 FROM confiture.progress WHERE waiting_for LIKE 'waiting for a lock on $table held by pid $holder->{pid}, idle in transaction since __:__'"),
		"$name says for whom it waits") or $sync->{process}->pump_nb, diag($sync->{err});
	is(value("SET statement_timeout = '30s'; SELECT count(*) FROM $table"), value("SELECT count(*) FROM $table"), '... while it waits, readers pass');
	$sync->{process}->pump_nb;
	ok($sync->{process}->pumpable, '... and it goes on waiting');
	release($holder);
	$sync->{process}->finish;
	is($sync->{err} =~ s/NOTICE.*\n//gr, '', '... until it gets the lock');
	is(value("SELECT count(*) FROM $table"), 10, '... and copies the rows');
}

my $holder = hold('role');
foreach my $case (
	[ 'sync_table', q{SELECT rows FROM confiture.sync_table('prod', 'role')}, 'public\.role could not be locked within 0\.8 s' ],
	[ 'a run', q{CALL confiture.sync('prod', policy => 'off')}, 'the tables could not be locked within 0\.8 s' ])
{
	my ($name, $sql, $message) = @$case;
	foreach my $setting ("confiture.lock_timeout = '800ms'", "lock_timeout = '800ms'")
	{
		my $sync = start("SET $setting", $sql);
		$sync->{process}->finish;
		like($sync->{err}, qr/ERROR:  .*$message\nDETAIL:  Process $holder->{pid} holds a lock on public\.role, idle in transaction since .*\nHINT:  End those sessions/,
			"$name with $setting names who holds the lock");
	}
}
is(value('SELECT count(*) FROM role'), 10, 'the rows are still there');
release($holder);

# Partitions are locked one by one: one that is in use holds all of them up, and readers of the others pass.
$source->safe_psql('postgres', 'CREATE TABLE parted (id integer); INSERT INTO parted SELECT generate_series(1, 10)');
value('CREATE TABLE parted (id integer) PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (5); CREATE TABLE high PARTITION OF parted FOR VALUES FROM (5) TO (20)');
$holder = hold('high');
my $sync = start(q{SET confiture.lock_wait = '500ms'}, q{SELECT rows FROM confiture.sync_table('prod', 'parted')});
ok($target->poll_query_until('postgres', "SELECT count(*) > 0 FROM confiture.workers WHERE waiting_for LIKE '%on high held by%'"), 'a partition');
is(value("SET statement_timeout = '30s'; SELECT count(*) FROM low"), 0, 'readers of the others pass');
release($holder);
$sync->{process}->finish;
is($sync->{out}, "10\n", 'and then it is copied');

done_testing();
