# What fails once the rows are there, or ends the leader of a run: it is on record with its object, the rest is done, and
# the hint names what helps.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "client_connection_check_interval = '100ms'\n");
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub on_both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }
sub state_of { my ($run) = @_; return here("SELECT state, error FROM confiture.runs WHERE run_id = $run") }

# Returns all that psql says to a call.
sub call
{
	my (undef, $out, $err) = $target->psql('postgres', $_[0]);
	return "$out\n$err";
}

on_both(q{
	CREATE TABLE item (id int PRIMARY KEY, n int, filler text);
	CREATE TABLE parent (id int PRIMARY KEY);
	CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent REFERENCES parent);
	CREATE SEQUENCE counter;
});
there(q{
	INSERT INTO item SELECT i, i % 10, 'secret-' || i FROM generate_series(1, 100) i;
	INSERT INTO parent SELECT generate_series(1, 10);
	INSERT INTO child SELECT i, i FROM generate_series(1, 10) i;
	SELECT setval('counter', 77);
});

# ---- Materialized views, of which one cannot be refreshed

here(q{
	INSERT INTO item VALUES (-1, -1, 'old');
	CREATE MATERIALIZED VIEW a_ratio AS SELECT id, 100 / n AS ratio FROM item;
	CREATE MATERIALIZED VIEW b_unique AS SELECT n FROM item;
	CREATE UNIQUE INDEX ON b_unique (n);
	CREATE MATERIALIZED VIEW c_count AS SELECT count(*) AS n FROM item;
});
my $said = call(qq{CALL confiture.sync('prod', refresh_views => true, $policy)});
my $run = last_run();
like($said, qr/ERROR:  run $run failed: Materialized view public\.a_ratio was not refreshed: .*22012.*\n.*Materialized view public\.b_unique was not refreshed: could not create unique index "b_unique_n_idx"/, 'views that cannot be refreshed are named');
unlike($said, qr/secret-|Key \(/, 'without a value');
like(state_of($run), qr/^failed\|Materialized view public\.a_ratio was not refreshed/, 'on record too');
is(here('SELECT n FROM c_count'), '100', 'the other view is refreshed');
is(here('SELECT last_value FROM counter'), '77', 'sequences are set');
like(call("CALL confiture.resume($run)"), qr/run $run failed: Materialized view public\.a_ratio was not refreshed/, 'a resumed run tries again');
here('DROP MATERIALIZED VIEW a_ratio; DROP INDEX b_unique_n_idx');
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|3\|120\|/, 'and is done once all can be refreshed');
is(here('SELECT count(*) FROM b_unique'), '100', 'with the views');
here('DROP MATERIALIZED VIEW b_unique, c_count');

# ---- An index that does not come back does not keep the rest from being done

here(q{
	TRUNCATE item;
	CREATE UNIQUE INDEX item_n ON item (n) WHERE id > 0;
	CREATE MATERIALIZED VIEW c_count AS SELECT count(*) AS n FROM item;
	SELECT setval('counter', 1);
});
$said = call(qq{CALL confiture.sync('prod', refresh_views => true, rebuild_indexes => true, $policy)});
$run = last_run();
like($said, qr/ERROR:  run $run failed: index item_n of public\.item: could not create unique index "item_n"/, 'an index that does not come back');
is(here('SELECT (SELECT n FROM c_count), (SELECT last_value FROM counter)'), '100|77', 'views and sequences are done');
is(here("SELECT string_agg(action, ',') FROM confiture.foreign_key_checks WHERE run_id = $run"), 'verified', 'foreign keys as well');
there('UPDATE item SET n = id');
here('UPDATE item SET n = id');
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|/, 'once the rows allow it, the run is done');
is(here(q{SELECT count(*) FROM pg_class WHERE relname = 'item_n'}), '1', 'with the index');
here('DROP INDEX item_n; DROP MATERIALIZED VIEW c_count');

# ---- An index whose function finds a name for the first row, and not for others

here(q{
	TRUNCATE item;
	CREATE SCHEMA app; CREATE FUNCTION app.plain(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
	CREATE FUNCTION app.grouped(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
		IF i > 50 THEN RETURN plain(i); END IF; RETURN i; END $$;
	CREATE INDEX item_grouped ON item (app.grouped(id));
});
$said = call(qq{CALL confiture.sync('prod', '{public.item}', rebuild_indexes => true, $policy)});
$run = last_run();
like($said, qr/ERROR:  run $run failed: index item_grouped of public\.item: .*SQLSTATE 42883 is withheld.*get them by ALTER FUNCTION \.\.\. SET search_path/, 'an index whose function does not find a name says what helps');
here('ALTER FUNCTION app.grouped(int) SET search_path = app, pg_temp');
is(here("SELECT confiture.restore_indexes($run)"), '1', 'after that it comes back');
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|1\|100\|/, 'and the run is done');
here('DROP SCHEMA app CASCADE');

# ---- Sequences: the table of one cannot be read at the moment

here(q{
	CREATE TABLE others (id int DEFAULT nextval('counter'));
	CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'secret words'; END $$;
});
my $holder = $target->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE others');
$said = call(qq{SET lock_timeout = '100ms'; CALL confiture.sync('prod', '{public.item,public.counter}', $policy)});
$run = last_run();
like($said, qr/ERROR:  run $run failed: Sequence public\.counter was not set: canceling statement due to lock timeout/, 'a sequence that is not set is named');
$holder->query_safe('ROLLBACK');
$holder->quit;
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|1\|100\|/, 'a resumed run sets it');
here('DROP TABLE others; DROP FUNCTION fails');

# ---- Statistics

here(q{
	CREATE FUNCTION half(int) RETURNS int LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN
		IF current_setting('half.fails', true) = 'yes' THEN RAISE 'secret words'; END IF; RETURN $1 / 2; END $$;
	CREATE INDEX item_half ON item (half(id));
});
$said = call(qq{SET half.fails = 'no'; CALL confiture.sync('prod', '{public.item}', jobs => 1, $policy)});
like($said, qr/\|done\|1\|100\|/, 'a table that can be analyzed');
here(q{ALTER FUNCTION half(int) RESET ALL;
	CREATE OR REPLACE FUNCTION half(int) RETURNS int LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN
		IF pg_catalog.current_query() LIKE 'CALL%' AND (SELECT query FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()) LIKE '%chunk%'
			AND (SELECT count(*) FROM pg_catalog.pg_stat_progress_analyze WHERE pid = pg_catalog.pg_backend_pid()) > 0 THEN RAISE 'secret words'; END IF; RETURN $1 / 2; END $$});
$said = call(qq{CALL confiture.sync('prod', '{public.item}', jobs => 1, $policy)});
$run = last_run();
like($said, qr/\|done\|1\|100\|/, 'one that cannot be is loaded all the same');
like($said, qr/WARNING:  not all tables of run $run were analyzed\nDETAIL:  public\.item: not analyzed: .*withheld/, 'which the caller learns');
like(here("SELECT state, error FROM confiture.run_tables WHERE run_id = $run"), qr/^done\|not analyzed: .*withheld/, 'and is on record');
unlike($said, qr/secret/, 'without words of others');
here('DROP INDEX item_half; DROP FUNCTION half');

# ---- Foreign keys: resume with another on_fk_violation

for my $remedy ([ 'delete', '9' ], [ 'null', '10' ], [ 'report', '10' ])
{
	my ($word, $rows) = @$remedy;
	there('UPDATE child SET parent_id = id');
	$said = call(qq{CALL confiture.sync('prod', '{public.parent,public.child}', filters => '{"public.parent": "id <> 3"}', $policy)});
	$run = last_run();
	like($said, qr/HINT:  Finished work is kept\. Correct the rows, and CALL confiture\.resume\($run\); or have it done: CALL confiture\.resume\($run, on_fk_violation => 'delete'\)/, "$word: the hint names the way");
	like(call("CALL confiture.resume($run)"), qr/run $run failed: Foreign key of_parent/, '(the same again is no way)');
	like(call("CALL confiture.resume($run, on_fk_violation => '$word')"), qr/^$run\|done\|2\|/, "resumed with $word");
	is(here('SELECT count(*) FROM child'), $rows, 'which is done to the rows');
	is(here("SELECT parameters ->> 'on_fk_violation' FROM confiture.runs WHERE run_id = $run"), $word, 'and on record');
	here('DELETE FROM child WHERE parent_id = 3');
}
call(qq{CALL confiture.sync('prod', '{public.parent,public.child}', filters => '{"public.parent": "id <> 3"}', $policy)});
$run = last_run();
fails("CALL confiture.resume($run, on_fk_violation => 'cascade')", [qr/unknown on_fk_violation "cascade"/], 'another word');
like(call("CALL confiture.resume($run, on_fk_violation => 'delete', detach => true)"), qr/^$run\|/, 'in the background');
$target->poll_query_until('postgres', "SELECT state = 'done' FROM confiture.runs WHERE run_id = $run") or die state_of($run);
is(here('SELECT count(*) FROM child'), '9', 'it is done as well');

# ---- The policy of a run is that of its beginning

there(q{CREATE TABLE person (id int PRIMARY KEY, email text); INSERT INTO person SELECT i, i || '@home.test' FROM generate_series(1, 10) i});
here(q{CREATE TABLE person (id int PRIMARY KEY, email text)});
like(call(q{SET confiture.policy = 'off'; CALL confiture.sync('prod', '{public.person}', detach => true)}), qr/\|(queued|running|done)\|/, 'a run in the background under the policy of its session');
$run = last_run();
$target->poll_query_until('postgres', "SELECT leader_pid IS NULL FROM confiture.runs WHERE run_id = $run");
like(state_of($run), qr/^done\|$/, 'is not stopped by the guard');
here(q{CREATE FUNCTION is_few(n int) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN n < 5; END'; -- which no plan can try on the source
	ALTER TABLE person ADD CONSTRAINT few CHECK (is_few(id)) NOT VALID});
call(q{SET confiture.policy = 'off'; CALL confiture.sync('prod', '{public.person}')});
$run = last_run();
like(state_of($run), qr/^failed\|.*constraint "few"/, '(one that fails)');
here('ALTER TABLE person DROP CONSTRAINT few');
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|1\|10\|/, 'is resumed in another session');

# One that has planned nothing yet has to obey the present setting.
ConfitureTest::add_role($source, $target, 'loader', 'secret');
there('GRANT SELECT ON person TO loader');
here(q{GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO loader; ALTER TABLE person OWNER TO loader; GRANT SET ON PARAMETER session_replication_role TO loader;
	ALTER DATABASE postgres SET confiture.policy = 'off'});
$target->psql('postgres', q{CALL confiture.sync('prod_tcp', '{public.person}', detach => true)}, extra_params => [ '-U', 'loader' ]);
$run = last_run();
$target->poll_query_until('postgres', "SELECT leader_pid IS NULL AND state = 'done' FROM confiture.runs WHERE run_id = $run") or die state_of($run);
here("UPDATE confiture.run SET state = 'failed' WHERE run_id = $run; DELETE FROM confiture.chunk WHERE run_id = $run; DELETE FROM confiture.run_table WHERE run_id = $run;
	ALTER DATABASE postgres SET confiture.policy = 'guard'");
fails("CALL confiture.resume($run)", [qr/policy "off" is weaker than confiture\.policy, which is "guard"/], 'a run that planned nothing is no way around a later policy', extra_params => [ '-U', 'loader' ]);
here('ALTER DATABASE postgres RESET confiture.policy');

# ---- In a transaction block

for my $call (q{sync('prod')}, 'resume(1)', 'work(1)')
{
	$said = call("BEGIN; CALL confiture.$call");
	like($said, qr/HINT:  It commits as it goes, so send it alone: with autocommit in a driver \(psycopg: autocommit = True; .*psql without -1.*pg_cron/, "$call in a transaction block: what to do");
}

# ---- How the leader of a run ended

here(q{
	CREATE FUNCTION hold(i int) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
		BEGIN IF i = 1 THEN PERFORM pg_advisory_xact_lock(77); END IF; RETURN true; END $$;
	ALTER TABLE item ADD CONSTRAINT hold CHECK (public.hold(id));
});

# Starts a run, does something with its leader while it is held up, and returns what its client said.
sub during_run
{
	my ($change, %options) = @_;
	my $before = last_run();
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(77)');
	my ($out, $err) = ('', '');
	my $call = qq{CALL confiture.sync('prod', '{public.item,public.parent}', jobs => 1, $policy)};
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', $options{before} // 'SELECT', '-c', $call ], '<', \undef, '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77 AND NOT granted}) or die "no run is held up: $err";
	my $id = last_run();
	my $leader = here("SELECT leader_pid FROM confiture.runs WHERE run_id = $id");
	$change->($leader, $client);
	$target->poll_query_until('postgres', "SELECT leader_pid IS NULL FROM confiture.runs WHERE run_id = $id") unless $options{goes_on};
	$gate->query_safe('SELECT pg_advisory_unlock(77)');
	$gate->quit;
	eval { $client->finish };
	return ($out . $err, $id);
}

($said, $run) = during_run(sub { my ($pid) = @_; here("SELECT pg_cancel_backend($pid)") });
like($said, qr/canceling statement due to user request.*HINT:  Finished work is kept: CALL confiture\.resume\($run\)/s, 'pg_cancel_backend()');
is(state_of($run), 'interrupted|canceling statement due to user request', 'is on record');
($said, $run) = during_run(sub { my ($pid) = @_; here("SELECT pg_terminate_backend($pid)") });
like(state_of($run), qr/^interrupted\|the process that led it was terminated, by pg_terminate_backend\(\) or a shutdown$/, 'pg_terminate_backend()');
like(call("CALL confiture.resume($run)"), qr/^$run\|done\|/, 'such a run is resumed');
is(state_of($run), 'done|', 'and its reason forgotten');
($said, $run) = during_run(sub { my (undef, $client) = @_; $client->kill_kill });
like(state_of($run), qr/^interrupted\|the client went away \(client_connection_check_interval\)$/, 'a client that goes away');
($said, $run) = during_run(sub { }, before => q{SET statement_timeout = '5s'});
like(state_of($run), qr/^interrupted\|canceling statement due to statement timeout$/, 'statement_timeout');
($said, $run) = during_run(sub { here('SELECT confiture.cancel(' . last_run() . ')') });
like(state_of($run), qr/^cancelled\|cancelled by role \w+$/, 'confiture.cancel() says by whom');
my $in_plpgsql = sub { qq{DO \$\$ DECLARE a bigint; b text; c bigint; d bigint; e bigint; f interval; BEGIN
	CALL confiture.$_[0], run_id => a, state => b, tables => c, rows => d, bytes => e, elapsed => f); END \$\$} };
like(call($in_plpgsql->("resume($run") . "; SELECT state FROM confiture.runs WHERE run_id = $run"), qr/done/, 'resumed by PL/pgSQL');

# A caller in PL/pgSQL is ended as well.
{
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(77)');
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', $in_plpgsql->(qq{sync('prod', '{public.item}', jobs => 1, $policy}),
			'-c', q{SELECT 'alive'} ], '<', \undef, '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77 AND NOT granted}) or die;
	$run = last_run();
	here("SELECT pg_cancel_backend(leader_pid) FROM confiture.runs WHERE run_id = $run");
	$client->finish;
	$gate->quit;
	like($err, qr/canceling statement.*CALL confiture\.resume\($run\)/s, 'a cancelled run in PL/pgSQL');
	like($out, qr/alive/, 'its session goes on');
	is(state_of($run), 'interrupted|canceling statement due to user request', 'with the reason on record');
}

# ---- Hints after what no resumed run gets over

($said, $run) = during_run(sub { here('SELECT confiture.rotate_key()') }, goes_on => 1);
like($said, qr/run $run failed: public\.\w+: the masking key was replaced.*\nHINT:  Start a new run with CALL confiture\.sync\(\): the rows of one run are masked with one key/, 'a key replaced meanwhile');
fails("CALL confiture.resume($run)", [qr/the masking key was replaced since/], '(which resume refuses)');
($said, $run) = during_run(sub { here('DROP TABLE parent CASCADE') }, goes_on => 1);
like($said, qr/run $run failed: public\.parent: the table was dropped while the run was in progress\nHINT:  Start a new run with CALL confiture\.sync\(\): a run is not resumed after its tables were altered or dropped \(public\.parent\)/, 'a table dropped meanwhile is named');
fails("CALL confiture.resume($run)", [qr/public\.parent is on the source, but not here/, qr/CALL confiture\.sync\(\) starts a new one/], '(which resume refuses)');
here('CREATE TABLE parent (id int PRIMARY KEY)');

# ---- A temporary target

$said = call(q{CREATE TEMPORARY TABLE item (LIKE public.item); SELECT rows FROM confiture.sync_table('prod', 'item')});
like($said, qr/ERROR:  item is a temporary table, whose schema does not say which table of the source it is for\nHINT:  Name it, for example source_relation => 'public\.item'/, 'a temporary table without a source');
like(call(q{CREATE TEMPORARY TABLE item (LIKE public.item); SELECT rows FROM confiture.sync_table('prod', 'item', 'public.item')}), qr/^100$/m, 'and with one');
like(call(q{CREATE TEMPORARY TABLE p (id int, email text); SELECT rows FROM confiture.sync_table('prod', 'p', 'public.person')}), qr/cannot sync pg_temp\.p: .*confiture\.set_rule\('pg_temp\.p', 'email'/s, 'no message names the schema by its number');

# Triggers and foreign keys work again in the session, whatever the run was at when it ended
$source->safe_psql('postgres', 'CREATE TABLE few (id integer PRIMARY KEY); INSERT INTO few SELECT generate_series(1, 10)');
$target->safe_psql('postgres', q{CREATE TABLE few (id integer PRIMARY KEY);
	CREATE FUNCTION not_five(integer) RETURNS boolean LANGUAGE plpgsql SET session_replication_role = 'origin'
		AS 'BEGIN IF $1 = 5 THEN RAISE ''no''; END IF; RETURN true; END';
	ALTER TABLE few ADD CHECK (not_five(id))});
foreach my $how ('atomic => true', 'jobs => 1')
{
	my (undef, $role) = $target->psql('postgres', "CALL confiture.sync('prod', include => '{few}', $how); SHOW session_replication_role", on_error_stop => 0);
	like($role, qr/origin$/, "a run that fails in code which has set the role for itself, $how");
}

# What a run is at once all rows are there: the view counts indexes, foreign keys and views.
on_both('CREATE SCHEMA closing; CREATE TABLE closing.parent (id int PRIMARY KEY); CREATE TABLE closing.other (id int)');
there('CREATE TABLE closing.child (id int PRIMARY KEY, parent int REFERENCES closing.parent); INSERT INTO closing.parent VALUES (1); INSERT INTO closing.other VALUES (1); INSERT INTO closing.child VALUES (1, 1)');
here(q{CREATE FUNCTION closing.gate(number int) RETURNS int LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN
		PERFORM pg_catalog.pg_advisory_xact_lock_shared(number); RETURN number; END $$;
	CREATE TABLE closing.child (id int PRIMARY KEY, parent int REFERENCES closing.parent); SELECT confiture.set_reference('closing.child', '{id}', 'closing.other', '{id}');
	CREATE INDEX ON closing.child (closing.gate(id + 60));
	CREATE MATERIALIZED VIEW closing.view AS SELECT closing.gate(id + 61) FROM closing.child});
my %held = map { $_ => $target->background_psql('postgres') } qw(index key view);
$held{index}->query_safe('SELECT pg_advisory_lock(61)');
$held{view}->query_safe('SELECT pg_advisory_lock(62)');
my $closing = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', "CALL confiture.sync('prod', include => '{closing.*}', jobs => 1, rebuild_indexes => true, refresh_views => true, $policy)" ], '<', \undef, '>', \my $closed, '2>', \my $complaint);
my $step = q{SELECT step || ' ' || step_done || '/' || step_total || ', ' || waiting_tables FROM confiture.progress WHERE relation IS NULL AND step IS NOT NULL};
ok($target->poll_query_until('postgres', qq{SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 61 AND NOT granted)}), 'an index is built');
like(here($step), qr{^indexes 0/1, 0$}, 'progress counts indexes');
$held{key}->query_safe('BEGIN; LOCK TABLE closing.other IN ACCESS EXCLUSIVE MODE');
$held{index}->quit;
ok($target->poll_query_until('postgres', q{SELECT step = 'foreign keys' AND waiting_for LIKE '%closing.other%' FROM confiture.progress WHERE relation IS NULL}), 'a foreign key is verified');
is(here($step), 'foreign keys 1/2, 0', 'and counted');
my ($status_of) = here('SELECT bytes_per_second > 0 FROM confiture.progress WHERE relation IS NULL');
is($status_of, 't', 'with bytes a second');
$held{key}->quit;
ok($target->poll_query_until('postgres', q{SELECT step = 'materialized views' FROM confiture.progress WHERE relation IS NULL}), 'a view is refreshed');
is(here($step), 'materialized views 0/1, 0', 'and counted');
$held{view}->quit;
$closing->finish;
like($closed, qr/\|done\|/, 'done') or diag $complaint;
is(here('SELECT count(*) FROM confiture.progress'), 0, 'and nothing is left in the view');

done_testing();
