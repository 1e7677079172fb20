# Crashes of a run at random moments: of a worker, of its leader, of the target, of the source, of a connection between
# them. The run continues or is resumed, and the target is the source's masked image: no row lost, none duplicated.
#
# CONFITURE_SEED repeats the moments of an earlier run, CONFITURE_ROUNDS makes more of them.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Relay;
use Test::More;
use Time::HiRes qw(usleep);

my $seed = $ENV{CONFITURE_SEED} // time;
my $rounds = $ENV{CONFITURE_ROUNDS} // 2;
diag("CONFITURE_SEED=$seed");
srand $seed;

my ($source, $target) = ConfitureTest::clusters(
	source_conf => "restart_after_crash = on\n",
	target_conf => "restart_after_crash = on\n");
my $relay = Relay->start($source->port);

sub here { return $target->safe_psql('postgres', $_[0]) }

$_->safe_psql('postgres', q{
	CREATE TABLE accounts (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, n int NOT NULL CHECK (n >= 0), filler text);
	CREATE INDEX accounts_n ON accounts (n) WHERE n > 10;
	CREATE TABLE transfers (id int PRIMARY KEY, of bigint NOT NULL REFERENCES accounts, at timestamptz, filler text);
	CREATE INDEX ON transfers (of);
	CREATE TABLE events (n int, email text, filler text); -- no key
	CREATE INDEX events_note ON events (md5(filler));
	CREATE TABLE pairs (a text, b uuid, filler text, PRIMARY KEY (a, b), UNIQUE (b));
	CREATE TABLE parts (id int, day date, filler text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-03-01');
	CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
	CREATE TABLE parts_d PARTITION OF parts DEFAULT;
	CREATE INDEX ON parts (day);
	CREATE TABLE small (id int PRIMARY KEY, up int REFERENCES small DEFERRABLE);
}) for ($source, $target);
my $user = ConfitureTest::superuser($source);
$source->safe_psql('postgres', qq{
	ALTER ROLE $user PASSWORD 'secret';
	INSERT INTO accounts SELECT i, 'user' || i || '\@home.test', i, repeat('x', i % 200) FROM generate_series(1, 20000) i;
	INSERT INTO transfers SELECT i, 1 + i % 20000, '2024-01-01'::timestamptz + i * interval '1 minute', repeat('y', i % 100)
		FROM generate_series(1, 20000) i;
	INSERT INTO events SELECT i / 3, 'user' || i || '\@home.test', repeat('z', i % 150) FROM generate_series(1, 20000) i;
	INSERT INTO pairs SELECT 'key ' || md5(i::text), md5(i::text)::uuid, repeat('p', i % 90) FROM generate_series(1, 15000) i;
	INSERT INTO parts SELECT i, '2024-01-01'::date + i % 150, repeat('q', i % 100) FROM generate_series(1, 15000) i;
	INSERT INTO small SELECT i, nullif(i / 2, 0) FROM generate_series(1, 100) i;
	ANALYZE;
});
here(qq{
	CREATE SERVER relay FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$relay->{port}', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER relay OPTIONS (user '$user', password 'secret');
	SELECT confiture.set_rule('accounts', 'email', 'email'), confiture.set_rule('events', 'email', 'email');
	-- Who triggers a rule here would be noticed.
	CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.filler := ''meddled''; RETURN NEW; END';
	CREATE TRIGGER meddle BEFORE INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION meddle();
});

# ---- The expected result of every round: the rows that sync_table() writes, and the original catalog.

my @tables = qw(accounts transfers events pairs parts small);

sub image
{
	my ($schema) = @_;
	return here(join(' UNION ALL ', map {
		"SELECT '$_', count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM $schema.$_ t" } @tables) . ' ORDER BY 1');
}

sub catalog
{
	return here(q{
		SELECT indrelid::regclass, pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_class c ON c.oid = indrelid
			WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2;
		SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
			WHERE connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname, confrelid;
		SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2});
}

here("CREATE SCHEMA reference; CREATE SCHEMA raw;" . join '', map { my $table = $_; map { qq{
	CREATE TABLE $_.$table (LIKE public.$table);
	SELECT confiture.sync_table('prod', '$_.$table', 'public.$table',
		rules => '@{[ $_ eq 'reference' && $table =~ /accounts|events/ ? '{"email": "email"}' : '{}' ]}', policy => 'off');
	} } qw(reference raw) } @tables);
my ($rows, $objects) = (image('reference'), catalog());
ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$_: sync_table() brought all of it", "SELECT * FROM raw.$_") for @tables;
is(here(q{SELECT count(*) FROM reference.accounts m JOIN raw.accounts r USING (id) WHERE m.email = confiture.email(r.email)
	AND m.email <> r.email AND (m.n, m.filler) = (r.n, r.filler)}), '20000', 'and masked addresses');

# ---- Rounds

sub last_run { return here('SELECT coalesce(max(run_id), 0) FROM confiture.run') }

sub start_sync
{
	my ($call) = @_;
	my %client = (out => '', err => '');
	$client{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $target->connstr('postgres'), '-c', $call ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err});
	return \%client;
}

sub finish
{
	my ($client) = @_;
	eval { $client->{run}->finish };
	return $client->{out};
}

# Waits until the run after $before exists and has so many chunks done, or has ended. Returns it, or 0 if it never began.
sub wait_for_chunks
{
	my ($before, $chunks) = @_;
	my $found = here(qq{
		DO \$\$ BEGIN FOR i IN 1..2000 LOOP
			EXIT WHEN EXISTS (SELECT FROM confiture.run r WHERE run_id > $before AND (state <> 'running' OR
				(SELECT count(*) FROM confiture.chunk k WHERE k.run_id = r.run_id AND k.state = 'done') >= $chunks));
			PERFORM pg_sleep(0.005);
		END LOOP; END \$\$;
		SELECT max(run_id) FROM confiture.run WHERE run_id > $before});
	usleep(rand 60_000);
	return $found || 0;
}

# The processes of a killed postmaster take a moment to notice.
sub start_again
{
	my ($node) = @_;
	for (1 .. 50)
	{
		return 1 if $node->start(fail_ok => 1);
		$node->{_pid} = undef;
		usleep(100_000);
	}
	return $node->start;
}

# Returns when the postmaster has reaped the process and restarted the others.
sub kill_hard
{
	my ($pid) = @_;
	kill 'KILL', $pid if $pid;
	usleep(10_000) while $pid && kill 0, $pid;
	# A psql that finds no server may end before it is sent the query, which breaks a pipe.
	for (1 .. 100)
	{
		my $is_up = eval { $target->poll_query_until('postgres', 'SELECT true') };
		return $is_up if defined $is_up;
		usleep(100_000);
	}
	return;
}

# What happens to a run, by its number.
my %crash = (
	'kill -9 of a worker' => sub {
		return kill_hard(here(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'confiture worker' ORDER BY random() LIMIT 1}));
	},
	'kill -9 of the leader' => sub { return kill_hard(here("SELECT leader_pid FROM confiture.runs WHERE run_id = $_[0]")) },
	'termination of the leader' => sub { return here("SELECT pg_terminate_backend(leader_pid) FROM confiture.runs WHERE run_id = $_[0]") },
	'termination of a worker' => sub {
		return here(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'confiture worker'
			ORDER BY random() LIMIT 1});
	},
	'kill -9 of the postmaster' => sub { $target->kill9; return start_again($target) },
	'immediate stop of the target' => sub { $target->stop('immediate'); return start_again($target) },
	'immediate restart of the source' => sub { $source->stop('immediate'); return $source->start },
	'fast restart of the source' => sub { $source->restart },
	'a cut connection' => sub { return $relay->cut_one },
	'cuts of all connections' => sub { return $relay->cut_all },
	'a source that stays away' => sub { return $source->stop('immediate') });
my %heals = map { $_ => 1 } 'termination of a worker', 'immediate restart of the source', 'fast restart of the source',
	'a cut connection', 'cuts of all connections';
my %met;

sub check_round
{
	my ($run, $name) = @_;
	is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'done', "$name: the run is done");
	is(image('public'), $rows, "$name: no row is lost, none there twice");
	is(catalog(), $objects, "$name: indexes, constraints and triggers are as they were");
	is(here("SELECT count(*) FROM confiture.checkpoints WHERE run_id = $run AND state <> 'done'"), '0', "$name: every chunk is done");
	is(here("SELECT sum(rows) = 90100, sum(rows) = (SELECT sum(rows) FROM confiture.checkpoints WHERE run_id = $run)
		FROM confiture.run_tables WHERE run_id = $run"), 't|t', "$name: and all rows accounted for");
	return;
}

sub play
{
	my ($crash, $round) = @_;
	my ($jobs, $rebuild, $by) = (1 + int rand 3, (qw(false true))[ rand 2 ], (qw(auto auto ctid))[ rand 3 ]);
	$jobs = 3 if $crash =~ /worker/;
	my $chunks = int rand 100;
	my $name = "$crash, round $round ($jobs jobs, chunk_by $by, rebuild_indexes $rebuild, after $chunks chunks)";
	my $patience = $crash eq 'a source that stays away' ? '300 ms' : '1 minute';
	my $sync = "CALL confiture.sync('relay', jobs => $jobs, chunk_size => '64kB', chunk_by => '$by', rebuild_indexes => $rebuild, retry_for => '$patience')";
	my $before = last_run();
	my $client = start_sync($sync);
	my $run = wait_for_chunks($before, $chunks);
	$crash{$crash}->($run);
	my $is_done = finish($client) =~ /\|done\|/;
	$source->start if $crash eq 'a source that stays away';
	if (!$run && !$is_done)
	{
		like(here($sync), qr/\|done\|/, "$name: it never began, and can be begun");
		$is_done = 1;
	}
	$run ||= last_run();
	$met{$crash}++ if !$is_done || $client->{err} =~ /lost/;
	if ($heals{$crash})
	{
		ok($is_done, "$name: the run went on by itself") or diag($client->{err});
	}
	if (!$is_done && $round % 3 == 2)
	{
		# No cleanup is needed before another run.
		my $old = $run;
		like(here($sync), qr/\|done\|/, "$name: a new run takes over");
		$run = last_run();
		is(here("SELECT state FROM confiture.runs WHERE run_id = $old"), 'superseded', "$name: the old one is superseded");
		ConfitureTest::fails_like($target, "CALL confiture.resume($old)", [qr/run $old is superseded/, qr/A later run took over its tables/],
			"$name: and cannot be resumed");
	}
	elsif (!$is_done)
	{
		like(here("CALL confiture.resume($run)"), qr/\|done\|/, "$name: it is resumed");
	}
	return check_round($run, $name);
}

for my $round (1 .. $rounds)
{
	play($_, $round) for sort keys %crash;
}
note("$_: met the run $met{$_} times") for sort keys %met;
cmp_ok(scalar(keys %met), '>=', 6, 'most crashes met a run');
ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}),
	'the source has no session left');
is(here(q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'confiture%'}), '0', 'the target has no worker left');
$relay->stop;
done_testing();
