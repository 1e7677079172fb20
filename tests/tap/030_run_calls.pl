# Runs under unusual circumstances: the state a session is left in, who may continue a run, and what may change meanwhile.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "log_error_verbosity = verbose\n");
ConfitureTest::add_role($source, $target, $_, 'secret') for 'alice', 'bob';

sub here { return $target->safe_psql('postgres', $_[0], extra_params => [ defined $_[1] ? ('-U', $_[1]) : () ]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub on_both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }

# Starts psql in the background.
sub start_psql
{
	my ($node, @statements) = @_;
	my %client = (out => '', err => '');
	$client{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), map { ('-c', $_) } @statements ],
		'<', \undef, '>', \$client{out}, '2>', \$client{err});
	return \%client;
}

sub finish
{
	my ($client) = @_;
	eval { $client->{run}->finish };
	return "$client->{out}$client->{err}";
}

# The source holds back the rows of a table whose filter takes this lock, until the gate is opened.
my $gated = q{(SELECT true FROM pg_catalog.pg_advisory_xact_lock_shared(42))};

sub close_gate
{
	my $gate = start_psql($source, "SET application_name = 'gate'", 'SELECT pg_advisory_lock(42)', 'SELECT pg_sleep(600)');
	$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks l JOIN pg_stat_activity USING (pid)
		WHERE application_name = 'gate' AND locktype = 'advisory' AND granted});
	return $gate;
}

sub open_gate
{
	my ($gate) = @_;
	ConfitureTest::end_sessions($source, 'gate');
	finish($gate);
	return;
}

sub wait_at_gate
{
	my ($n) = @_;
	return $source->poll_query_until('postgres', "SELECT count(*) = $n FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted");
}

on_both('CREATE TABLE one (id int, note text); CREATE TABLE two (id int); CREATE TABLE locked (id int)');
there(q{INSERT INTO one SELECT i, 'n' || i FROM generate_series(1, 100) i; INSERT INTO two SELECT generate_series(1, 10)});
my $policy = q{policy => 'off'};

# The state a session is left in.
my $settings = q{SELECT setting FROM pg_settings WHERE name IN ('search_path', 'session_replication_role', 'row_security', 'datestyle') ORDER BY name};
my $before = here($settings);
my $declare = 'DECLARE run_id bigint; state text; tables bigint; rows bigint; bytes bigint; elapsed interval;';
my $variables = join ', ', map { "$_ => $_" } qw(run_id state tables rows bytes elapsed);  # PL/pgSQL wants them all
here("CREATE TABLE seen (setting text)");
here(qq{DO \$\$ $declare BEGIN CALL confiture.sync('prod', include => '{public.one}', $policy, $variables);
	INSERT INTO public.seen $settings; END \$\$});
is(here('SELECT setting FROM seen'), $before, 'PL/pgSQL continues with its settings after a run');
my $locks = q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 25446};
is(here(qq{DO \$\$ $declare BEGIN CALL confiture.sync('prod', include => '{public.one}', $policy, $variables); EXCEPTION WHEN active_sql_transaction THEN NULL; END \$\$; $locks}),
	0, 'a block with EXCEPTION is no place for a run');
is(here(qq{DO \$\$ $declare BEGIN CALL confiture.resume(1, $variables); EXCEPTION WHEN active_sql_transaction THEN NULL; END \$\$; $locks}), 0, 'nor to resume one');
is(here("BEGIN; CALL confiture.sync('prod', include => '{public.one}', atomic => true, $policy); COMMIT; $locks") =~ s/.*\n//sr, 0,
	'a run in the transaction of its caller is led no longer than that');
fails("CALL confiture.sync('prod', include => '{}', $policy)", [qr/include has no pattern/], 'no pattern is not all tables');
fails("CALL confiture.sync('prod', include => '{NULL}', $policy)", [qr/patterns of include must not be NULL/], 'nor is NULL one');

# A transaction that keeps to one snapshot would not see a run that has just begun.
my $gate = close_gate();
my $holder = start_psql($target, "SET application_name = 'holder'", 'SELECT pg_advisory_lock(44)', 'SELECT pg_sleep(600)');
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 44 AND granted});
my $early = start_psql($target, 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT pg_advisory_lock(44)', q{SELECT confiture.sync_table('prod', 'one', policy => 'off')});
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 44 AND NOT granted});
my $table_lock = start_psql($source, "SET application_name = 'locker'", 'BEGIN', 'LOCK TABLE locked', 'SELECT pg_sleep(600)');
$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'locked'::regclass AND granted});
my $late = start_psql($target, 'SET default_transaction_isolation = serializable',
	"CALL confiture.sync('prod', include => '{public.one,public.locked}', $policy)");
$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'locked'::regclass AND NOT granted});
my $run = start_psql($target, qq{CALL confiture.sync('prod', include => '{public.one}', jobs => 1, filters => '{"public.one": "$gated"}', $policy)});
wait_at_gate(1);
ConfitureTest::end_sessions($source, 'locker');
finish($table_lock);
my $id = last_run();
like(finish($late), qr/another run is open on the same tables: $id/, 'a run sees others whatever the isolation level');

# Nor may a single table be synced during it.
ConfitureTest::end_sessions($target, 'holder');
finish($holder);
like(finish($early), qr/public\.one belongs to run $id, which is running/, 'so does sync_table()');
fails("SELECT confiture.sync_table('prod', 'one', policy => 'off')", [qr/public\.one belongs to run $id, which is running/], 'sync_table() leaves the tables of a run alone');

# Other sessions may help, but not after the run has ended.
my $helper = start_psql($target, "CALL confiture.work($id)");
here("SELECT confiture.cancel($id)");
like(finish($run), qr/cancel/, 'the run is cancelled');
open_gate($gate);
is(finish($helper), '', 'who lent it a hand ends too');
is(here("SELECT rows FROM confiture.sync_table('prod', 'one', policy => 'off')"), 100, 'its tables are free then');
SKIP: {
	# Between the leader's end and the record of the cancel.
	skip 'the helper took what the leader left', 1 if here("SELECT count(*) FROM confiture.checkpoints WHERE run_id = $id AND state = 'done'");
	fails("CALL confiture.resume($id)", [qr/public\.one: was synced by itself since/], 'and what was left of it is not added to theirs');
}
is(here('SELECT count(*) FROM one'), 100, 'every row is there once');


# A dead run, of whose tables another takes some: what it set aside of its other tables is not forgotten.
on_both('CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent, email text)');
here('CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; CREATE TRIGGER always BEFORE INSERT ON child EXECUTE FUNCTION nothing(); ALTER TABLE child ENABLE ALWAYS TRIGGER always');
here(q{ALTER TABLE one ADD CHECK (id < 50 AND random() < 2) NOT VALID});
fails("CALL confiture.sync('prod', jobs => 1, $policy)", [qr/public\.one.*violates check constraint/s, qr/CALL confiture\.resume\(\d+\)/], 'a failed run says how to resume it');
$id = last_run();
here('ALTER TABLE one DROP CONSTRAINT one_id_check');
my ($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', include => '{public.one}', $policy)");
like($err, qr/WARNING:  run $id can no longer be resumed, and other tables still lack .*confiture\.restore_indexes\($id\)/s, 'the run that takes its table reports what remains of it');
is(here("SELECT confiture.restore_indexes($id)"), 1, 'which comes back when it is asked for');
is(here(q{SELECT tgenabled FROM pg_trigger WHERE tgname = 'always'}), 'A', 'as it was');

# Who may continue a run.
on_both('CREATE TABLE mine (id int, email text)');
there(q{INSERT INTO mine SELECT i, 'user' || i || '@home.test' FROM generate_series(1, 100) i; GRANT SELECT ON mine TO alice});
here(q{ALTER TABLE mine OWNER TO alice; GRANT alice TO bob; GRANT SET ON PARAMETER confiture.policy TO alice, bob;
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO alice, bob; ALTER TABLE mine ADD CHECK (id < 50 AND random() < 2) NOT VALID});
my @alice = (extra_params => [ '-U', 'alice' ]);
fails("CALL confiture.sync('prod_tcp', include => '{public.mine}', $policy)", [qr/violates check constraint/], 'a run of alice fails', @alice);
$id = last_run();
for my $who ('bob', ConfitureTest::superuser($target))
{
	fails("CALL confiture.resume($id)", [qr/run $id can only be continued by the role that started it/, qr/SET ROLE alice/], "$who does not run her filters with his credentials", extra_params => [ '-U', $who ]);
	fails("CALL confiture.work($id)", [qr/can only be continued by the role that started it/], "$who does not lend a hand either", extra_params => [ '-U', $who ]);
}
here('ALTER TABLE mine DROP CONSTRAINT mine_id_check');
like(here("SET ROLE alice; CALL confiture.resume($id)", 'bob'), qr/^$id\|done/, 'but may as alice, being a member');

# No values in a message: deferred checks run before COMMIT.
here('ALTER TABLE mine OWNER TO CURRENT_USER; GRANT SELECT, INSERT, TRUNCATE ON mine TO alice; CREATE UNIQUE INDEX ON mine (email)');
here('ALTER TABLE mine ADD CONSTRAINT once UNIQUE USING INDEX mine_email_idx DEFERRABLE INITIALLY DEFERRED');
there(q{INSERT INTO mine VALUES (101, 'user1@home.test')});
my $said = fails("CALL confiture.sync('prod_tcp', include => '{public.mine}', $policy)", [qr/duplicate key value violates unique constraint "once"/], 'a deferred constraint fails the table', @alice);
unlike($said . slurp_file($target->logfile), qr/user1\@home/, 'without a value in any message');
is(here('SELECT state, error FROM confiture.run_tables ORDER BY run_id DESC LIMIT 1'), 'failed|duplicate key value violates unique constraint "once"', 'nor on record');

# The masking key is replaced meanwhile.
$gate = close_gate();
$run = start_psql($target, qq{CALL confiture.sync('prod', include => '{public.one}', jobs => 1, filters => '{"public.one": "$gated"}', $policy)});
wait_at_gate(1);
here('SELECT confiture.rotate_key()');
open_gate($gate);
like(finish($run), qr/the masking key was replaced while the run went on/, 'a run has one masking key');
is(here('SELECT count(*) FROM one'), 0, 'and no row of another');

# The fate of a background leader is recorded.
$gate = close_gate();
$run = start_psql($target, qq{CALL confiture.sync('prod', include => '{public.one}', jobs => 1, filters => '{"public.one": "$gated"}', $policy)});
wait_at_gate(1);
my $busy = last_run();
$id = (split /\|/, here("CALL confiture.sync('prod', include => '{public.one}', detach => true, $policy)"))[0];
$target->poll_query_until('postgres', "SELECT state = 'failed' FROM confiture.runs WHERE run_id = $id");
is(here("SELECT error FROM confiture.runs WHERE run_id = $id"), "another run is open on the same tables: $busy", 'why a run in the background failed is on record');
open_gate($gate);
like(finish($run), qr/\|done\|/, 'the other is not disturbed');

# A helper that is still building an index when the leader has nothing left to do.
here(q{CREATE FUNCTION slowly(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM pg_advisory_xact_lock_shared(43); RETURN $1; END$$;
	CREATE INDEX slow ON one (slowly(id)); CREATE TRIGGER always BEFORE INSERT ON one EXECUTE FUNCTION nothing(); ALTER TABLE one ENABLE ALWAYS TRIGGER always});
$gate = close_gate();
$run = start_psql($target, qq{CALL confiture.sync('prod', include => '{public.one,public.two}', jobs => 1, rebuild_indexes => true, filters => '{"public.one": "$gated", "public.two": "$gated"}', $policy)});
wait_at_gate(1);
$id = last_run();
$helper = start_psql($target, "CALL confiture.work($id)");
wait_at_gate(2);
my $builder = start_psql($target, "SET application_name = 'builder'", 'SELECT pg_advisory_lock(43)', 'SELECT pg_sleep(600)');
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 43 AND granted});
open_gate($gate);
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 43 AND NOT granted});
# The other process finds nothing to do now. It continues after a while, or waits.
select undef, undef, undef, 1;
is(here("SELECT state FROM confiture.runs WHERE run_id = $id"), 'running', 'a run is not done while a process builds its index');
ConfitureTest::end_sessions($target, 'builder');
finish($builder);
like(finish($run), qr/\|done\|/, 'it is done then');
is(finish($helper), '', 'as is the helper');
is(here(q{SELECT (SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'one'::regclass AND tgname = 'always'), to_regclass('slow')}), 'A|slow', 'with everything back');

# What may be dropped during a run: a table of the target, its record.
$gate = close_gate();
my $gated_run = qq{include => '{public.one,public.two}', jobs => 1, filters => '{"public.one": "$gated"}', $policy};
$run = start_psql($target, "CALL confiture.sync('prod', $gated_run, on_error => 'continue')");
wait_at_gate(1);
$id = last_run();
here('DROP TABLE two');
open_gate($gate);
like(finish($run), qr/^$id\|partial\|1\|100\|.*WARNING:  run $id is partial: tables failed\nDETAIL:  public\.two: the table was dropped/s, 'a table that is dropped fails, and no other');
here('CREATE TABLE two (id int)');
$gate = close_gate();
$run = start_psql($target, "CALL confiture.sync('prod', $gated_run)");
wait_at_gate(1);
$id = last_run();
my $deleter = start_psql($target, "DELETE FROM confiture.run WHERE run_id = $id");
$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'DELETE FROM confiture.run%' AND wait_event_type = 'Lock'});
open_gate($gate);
like(finish($run), qr/run $id was deleted from confiture\.run while it was running/, 'a run whose record is deleted ends with an error');
is(finish($deleter), '', 'which is all that happens');

# A table without rows gets no new file, unless the rows come in the same transaction, or it has to go with another one.
my $tables = 'CREATE TABLE vacant (id int PRIMARY KEY, note text); CREATE TABLE filled (id int PRIMARY KEY); CREATE TABLE lodger (id int REFERENCES filled)';
there("$tables; INSERT INTO vacant VALUES (1, 'x'); INSERT INTO filled VALUES (1); INSERT INTO lodger VALUES (1)");
here("$tables; INSERT INTO filled VALUES (7)");
sub files { return join ' ', map { here("SELECT relfilenode FROM pg_class WHERE relname = '$_'") } qw(vacant vacant_pkey filled lodger) }
my $include = qq{include => '{public.vacant,public.filled,public.lodger}', $policy};
my @files = split / /, files();
like(here("CALL confiture.sync('prod', $include)"), qr/\|done\|3\|3\|/, 'a run on tables of which two are empty');
my @new_files = split / /, files();
is_deeply([ map { $files[$_] == $new_files[$_] ? 1 : 0 } 0 .. 3 ], [ 1, 1, 0, 0 ], 'an empty table keeps its files');
is(here('SELECT (SELECT count(*) FROM vacant), (SELECT count(*) FROM filled), (SELECT count(*) FROM lodger)'), '1|1|1', '... and has its rows');
here('TRUNCATE vacant');
@files = split / /, files();
like(here("BEGIN; CALL confiture.sync('prod', $include, atomic => true); COMMIT"), qr/\|done\|3\|3\|/, 'the same in one transaction');
@new_files = split / /, files();
is(scalar(grep { $files[$_] == $new_files[$_] } 0 .. 3), 0, '... where a new file saves WAL');

done_testing();
