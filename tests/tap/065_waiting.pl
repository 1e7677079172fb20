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

# So it is with what comes after the rows: a materialized view, and a key to a partitioned table, which is dropped and made again.
my $partitioned = 'CREATE TABLE owner (id integer PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE owner_1 PARTITION OF owner FOR VALUES FROM (0) TO (100);
	CREATE TABLE pet (id integer PRIMARY KEY, owner integer, a integer, b integer, c integer);';
$source->safe_psql('postgres', "$partitioned INSERT INTO owner SELECT generate_series(1, 10); INSERT INTO pet SELECT i, i FROM generate_series(1, 10) i");
value(qq{$partitioned ALTER TABLE pet ADD FOREIGN KEY (owner) REFERENCES owner, ADD FOREIGN KEY (a) REFERENCES actor, ADD FOREIGN KEY (b) REFERENCES role, ADD FOREIGN KEY (c) REFERENCES actor;
	CREATE FUNCTION gate(number integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS 'BEGIN
		IF number = 10 THEN PERFORM pg_advisory_xact_lock_shared(65); END IF; RETURN number; END';
	CREATE INDEX ON pet (gate(id)); CREATE MATERIALIZED VIEW herd AS SELECT count(*) FROM pet; CREATE ROLE keeper LOGIN;
	ALTER TABLE owner OWNER TO keeper; ALTER TABLE owner_1 OWNER TO keeper; ALTER TABLE pet OWNER TO keeper; ALTER MATERIALIZED VIEW herd OWNER TO keeper; ALTER FUNCTION gate OWNER TO keeper;
	SELECT confiture.keep('owner', 'id'), confiture.keep('pet', 'id'), confiture.keep('pet', 'owner'); GRANT CREATE ON SCHEMA public TO keeper; GRANT SELECT, REFERENCES ON actor, role TO keeper; GRANT USAGE ON FOREIGN SERVER prod TO keeper; GRANT USAGE ON SCHEMA confiture TO keeper; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO keeper;
	CREATE USER MAPPING FOR keeper SERVER prod OPTIONS (user '} . ConfitureTest::superuser($source) . q{', password_required 'false')});
my $gate = $target->background_psql('postgres');
$gate->query_safe('SELECT pg_advisory_lock(65)');
$sync = start('SET ROLE keeper', q{SET confiture.lock_wait = '500ms'}, q{CALL confiture.sync('prod', '{owner,pet}', jobs => 1, rebuild_indexes => true, refresh_views => true)});
ok($target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 65 AND NOT granted}), 'rows are there, and an index is built') or die $sync->{err};
my $counts = q{SELECT step || ' ' || step_done || '/' || step_total FROM confiture.progress WHERE relation IS NULL};
is(value($counts), 'indexes 0/1', 'indexes are counted');
my %holders = map { $_ => hold($_) } qw(pet herd);
my $writer = $target->background_psql('postgres');
$writer->query_safe('BEGIN; LOCK TABLE role IN ROW EXCLUSIVE MODE');
$gate->quit;
ok($target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE relation = 'role'::regclass AND NOT granted}), 'the third of four foreign keys waits for a lock');
is(value($counts), 'foreign keys put back 2/4', '... and those put back are counted');
$writer->quit;
foreach my $wait ([ pet => 'foreign keys' ], [ herd => 'materialized views' ])
{
	my ($table, $step) = @$wait;
	ok($target->poll_query_until('postgres', "SELECT count(*) > 0 FROM confiture.progress WHERE relation IS NULL AND step = '$step' AND waiting_for LIKE '%on $table held by pid $holders{$table}{pid},%'"), "$step: says for whom it waits")
	  or die $sync->{err};
	is(value("SET statement_timeout = '30s'; SELECT count(*) >= 0 FROM $table"), 't', '... and readers pass');
	release($holders{$table});
}
$sync->{process}->finish;
is($sync->{err} =~ s/NOTICE.*\n//gr, '', 'and all is done');
is(value(q{SELECT (SELECT count(*) FROM pet), (SELECT * FROM herd), (SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = 'pet'::regclass)}), '10|10|t', 'as it was');

done_testing();
