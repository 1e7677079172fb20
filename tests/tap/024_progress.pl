# What other sessions see of a running sync, what the control tables show and to whom, and that plan() and preview() change
# nothing.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0], extra_params => [ defined $_[1] ? ('-U', $_[1]) : () ]) }

sub error_of
{
	my ($sql, $role) = @_;
	my ($status, undef, $stderr) = $target->psql('postgres', $sql, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]);
	return $status == 0 ? 'no error' : $stderr;
}

# A source that pauses after 5,000 rows until an advisory lock is released.
$source->safe_psql('postgres', q{
	CREATE TABLE users (id integer PRIMARY KEY, email text, created date);
	INSERT INTO users SELECT i, 'user' || i || '@shop.test', date '2020-01-01' + i FROM generate_series(1, 10000) i;
	ANALYZE users;
	CREATE FUNCTION brake(i integer) RETURNS integer LANGUAGE plpgsql AS $$
	BEGIN
		IF i = 5001 THEN PERFORM pg_advisory_xact_lock(4711); END IF;
		RETURN i;
	END $$;
	CREATE VIEW slow AS SELECT brake(CASE id WHEN 801 THEN 5001 ELSE id END) * 0 + id AS id, email, created FROM (SELECT * FROM users ORDER BY id) u WHERE id < 900;
	CREATE VIEW braked AS SELECT brake(id) AS id, email, created FROM (SELECT * FROM users ORDER BY id) u;
});
value(q{
	CREATE TABLE users (id integer, email text, created date);
	CREATE TABLE keyed (id integer PRIMARY KEY, email text, created date);
	INSERT INTO keyed VALUES (1, 'old@masked.test', 'today');
	SELECT confiture.set_rule('users', 'email', 'email'), confiture.set_rule('keyed', 'email', 'email');
	CREATE ROLE stranger LOGIN;
	CREATE ROLE monitor LOGIN;
	GRANT pg_read_all_stats TO monitor;
});
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$source->safe_psql('postgres', 'GRANT SELECT ON users, braked, slow TO loader');
value('ALTER TABLE users OWNER TO loader; ALTER TABLE keyed OWNER TO loader');

# plan() and preview() change nothing: neither rows nor files nor control tables, and they need no transaction id.
my $state = q{SELECT (SELECT md5(string_agg(k::text, ',' ORDER BY id)) FROM keyed k), pg_relation_filenode('keyed'),
	(SELECT count(*) FROM users), (SELECT count(*) FROM confiture.run_tables), (SELECT md5(string_agg(r::text, ',')) FROM confiture.rule r),
	(SELECT last_value || ' ' || is_called FROM confiture.run_run_id_seq),
	(SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'keyed')};
my $before = value($state);
foreach my $mode (qw(replace append upsert))
{
	is(value(qq{BEGIN; SELECT count(*) FROM confiture.plan('prod', 'keyed', source_relation => 'public.users', mode => '$mode') WHERE column_name IS NOT NULL;
		SELECT pg_current_xact_id_if_assigned() IS NULL; COMMIT}), "3\nt", "plan() in mode $mode, without a transaction id");
}
is(value(q{BEGIN READ ONLY; SELECT count(*) FROM confiture.plan('prod', 'keyed', source_relation => 'public.users') WHERE column_name IS NOT NULL; COMMIT}), '3',
	'plan() in a read-only transaction');
is(value(q{BEGIN READ ONLY; SELECT count(*) FROM confiture.preview('prod', 'keyed', 7, source_relation => 'public.users'); COMMIT}), '7',
	'so does preview()');
is(value(q{SELECT string_agg(column_name || ' ' || source_type || ' ' || target_type || ' ' || action || ' ' || coalesce(strategy, '-') || ' ' ||
	raw_leaves_source || ' ' || wire_format, ', ' ORDER BY column_name) FROM confiture.plan('prod', 'keyed', source_relation => 'public.users')
	WHERE column_name IS NOT NULL}), 'created date date pass - true binary, email text text mask email true binary, id integer integer pass - true binary', 'what a plan says');
is(value(q{SELECT count(*), count(*) FILTER (WHERE p ->> 'email' LIKE '%@example.com'), count(*) FILTER (WHERE p::text LIKE '%shop.test%'),
	count(*) FILTER (WHERE jsonb_typeof(p -> 'id') = 'number') FROM confiture.preview('prod', 'keyed', 50, source_relation => 'public.users') p}), '50|50|0|50', 'preview() shows masked rows');
is(value(q{SELECT p ->> 'email' = confiture.email('user42@shop.test') FROM confiture.preview('prod', 'keyed', 1, source_relation => 'public.users', filter => 'id = 42') p}), 't',
	'the very values a sync would write');
is(value(q{SELECT count(*) FROM confiture.preview('prod', 'keyed', 0, source_relation => 'public.users')}), '0', 'no rows when none are asked for');
value(q{CREATE TABLE numbered (id integer, email text, created date, number serial, loaded date DEFAULT current_date, twice integer GENERATED ALWAYS AS (id * 2) STORED)});
is(value(q{BEGIN READ ONLY; SELECT p ->> 'number', p ->> 'loaded' = current_date::text, p ->> 'id' FROM confiture.preview('prod', 'numbered', 1, source_relation => 'public.users',
	rules => '{"email": "email"}', filter => 'id = 7') p; SELECT is_called FROM numbered_number_seq}), "|t|7\nf", 'preview() takes no number from a sequence');
like(error_of("SELECT * FROM confiture.preview('prod', 'keyed', $_)", ConfitureTest::superuser($target)), qr/22023: rows must be between/, "not $_ rows") for -1, 1001;
like(error_of(q{SELECT * FROM confiture.preview('prod', 'keyed', 5, source_relation => 'public.users', rules => '{"email": "hash", "created": "nonsense"}')}, ConfitureTest::superuser($target)),
	qr/55000: cannot sync/, 'a preview of what would be refused is refused');
like(error_of(q{BEGIN READ ONLY; SELECT confiture.sync_table('prod', 'keyed', source_relation => 'public.users')}, ConfitureTest::superuser($target)),
	qr/25006: cannot execute confiture\.sync_table\(\) in a read-only transaction/, 'sync_table() does write');
# Who may read the table may see what a sync would bring, but not choose which values of the source that is.
ConfitureTest::add_role($source, $target, 'watcher', 'secret');
$source->safe_psql('postgres', 'GRANT SELECT ON users TO watcher');
like(error_of(q{SELECT confiture.preview('prod_tcp', 'users')}, 'watcher'), qr/55000: .*\nDETAIL:  .*you lack the privilege SELECT on it/, 'preview() wants SELECT');
value('GRANT SELECT ON users TO watcher');
is(value(q{SELECT count(*) FROM confiture.preview('prod_tcp', 'users')}, 'watcher'), '5', 'and nothing that only a load needs');
like(error_of("SELECT confiture.preview('prod_tcp', 'users', $_)", 'watcher'), qr/55000: .*\nDETAIL:  (?s:.*)you lack the privilege INSERT on it/, "but with $_")
  for q{rules => '{"email": "keep"}'}, q{filter => 'id > 3'}, q{source_relation => 'public.users'};
is(value($state), $before, 'after all that everything is as it was');

# A running sync, seen from other sessions. The view computes id in a query over a masked column, so it wants a keep.
value(q{SELECT confiture.keep('users', 'id')});
sub while_running
{
	my ($sql, $rows, $check) = @_;
	my $brake = $source->background_psql('postgres');
	$brake->query_safe('SELECT pg_advisory_lock(4711)');
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-U', 'loader', '-d', $target->connstr('postgres'), '-c', $sql ], '<', \undef, '>', \$out, '2>', \$err);
	# The rows sent before the pause are in the target, except those still in the buffers of source and libpq.
	$target->poll_query_until('postgres', "SELECT count(*) = 1 FROM confiture.progress WHERE phase = 'copying' AND rows >= $rows") or die "no progress: $err";
	$check->();
	$brake->query_safe('SELECT pg_advisory_unlock(4711)');
	$brake->quit;
	$client->finish;
	is($err, '', 'the sync ends well');
	is(value('SELECT count(*) FROM confiture.progress'), '0', 'and is gone from the view');
	return;
}
while_running(
	q{SELECT confiture.sync_table('prod_tcp', 'users', source_relation => 'public.braked')}, 1,
	sub {
		like(value(q{SELECT server, relation, phase, rows BETWEEN 1 AND 5000, bytes > 0, run_id > 0, started_at <= now(), elapsed > '0' FROM confiture.progress}),
			qr/^prod_tcp\|users\|copying\|t\|t\|t\|t\|t$/, 'confiture.progress shows it');
		is(value(q{SELECT command, type, relid::regclass, tuples_processed BETWEEN 1 AND 5000 FROM pg_stat_progress_copy}), 'COPY FROM|CALLBACK|users|t',
			'so does pg_stat_progress_copy');
		is(value(q{SELECT wait_event_type FROM pg_stat_activity WHERE pid = (SELECT pid FROM confiture.workers)}), 'Extension', 'what it waits for');
		is(value('SELECT count(*) FROM confiture.progress', 'loader'), '1', 'a role sees the sync it runs');
		is(value('SELECT count(*) FROM confiture.progress', 'monitor'), '1', 'all are to pg_read_all_stats');
		is(value('SELECT count(*) FROM confiture.progress', 'stranger'), '0', 'none to others');
		is($target->safe_psql('template1', 'SELECT count(*) FROM pg_stat_progress_copy'), '1', '(it is a cluster-wide thing)');
		is(value('SELECT count(*) FROM confiture.run_tables'), '0', 'it is on record when it is done');
	});
while_running(
	q{SELECT confiture.sync_table('prod_tcp', 'users', source_relation => 'public.braked', mode => 'append', filter => 'id IS NOT NULL')}, 0,
	sub {
		is(value(q{SELECT relation, estimated_rows IS NULL, percent IS NULL FROM confiture.progress}), 'users|t|t',
			'with a filter the number of rows is unknown');
		is(value(q{SELECT count(*) FROM users}), '10000', 'and readers read on');
	});
# The server counts in thousands since 16, and a source may be slow to send as many.
while_running(
	q{SELECT confiture.sync_table('prod_tcp', 'users', source_relation => 'public.slow')}, 100,
	sub { is(value('SELECT rows BETWEEN 100 AND 800 FROM confiture.progress'), 't', 'each row that has come counts') });
# With statistics on the source there is a percentage.
{
	my $lock = $target->background_psql('postgres');
	$lock->query_safe(q{CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF NEW.id = 6000 THEN PERFORM pg_advisory_xact_lock(4712); END IF; RETURN NEW; END $$;
		CREATE TRIGGER hold BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION hold();});
	$lock->query_safe('SELECT pg_advisory_lock(4712)');
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-U', 'loader', '-d', $target->connstr('postgres'), '-c',
		q{SELECT rows FROM confiture.sync_table('prod_tcp', 'users', triggers => true)} ], '<', \undef, '>', \$out, '2>', \$err);
	# Since PostgreSQL 16 rows count as they are received, some of them ahead of the one that waits.
	$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM confiture.progress WHERE rows >= 5999}) or die $err;
	is(value('SELECT rows BETWEEN 5999 AND 9999, estimated_rows, percent = round(rows / 100.0, 1) FROM confiture.progress'), 't|10000|t',
		'percent, by the source\'s statistics');
	$lock->query_safe('SELECT pg_advisory_unlock(4712)');
	$lock->quit;
	$client->finish;
	is("$out$err", "10000\n", 'and it ends well');
}

# The record
is(value(q{SELECT count(*), count(DISTINCT run_id), min(state), min(server), min(started_by) FROM confiture.run_tables}), '4|4|done|prod_tcp|loader', 'each call is a run');
is(value(q{SELECT mode, format, filter, rows, source_relation, columns FROM confiture.run_tables WHERE mode = 'append'}),
	'append|binary|id IS NOT NULL|10000|public.braked|{"id": "pass", "email": "email", "created": "pass"}', 'with what was done');
is(value(q{SELECT bool_and(bytes > 0 AND elapsed > '0' AND finished_at > started_at AND key_id = confiture.key_id()) FROM confiture.run_tables}), 't', 'and how');
is(value('SELECT count(*) FROM confiture.run_tables', $_->[0]), $_->[1], "$_->[0] sees $_->[1] runs") for [ 'loader', 4 ], [ 'monitor', 4 ], [ 'stranger', 0 ];
value('CREATE ROLE team; GRANT loader TO team; GRANT team TO stranger');
is(value('SELECT count(*) FROM confiture.run_tables', 'stranger'), '4', 'a member of the role that ran them sees them');
value('REVOKE team FROM stranger');
is(value(q{BEGIN; ALTER ROLE loader RENAME TO gone; SET ROLE stranger; SELECT count(*) FROM confiture.run_tables}), '0', 'runs of a dropped role break nothing');
foreach my $role (qw(stranger loader))
{
	like(error_of($_, $role), qr/42501/, "$role: not $_")
	  for 'DELETE FROM confiture.run', 'UPDATE confiture.run SET started_by_name = current_user', 'SELECT * FROM confiture.run_table',
	  q{INSERT INTO confiture.rule (relation, column_name, strategy) VALUES ('users', 'email', 'keep')}, 'DELETE FROM confiture.rule', 'TRUNCATE confiture.run_table',
	  'ALTER TABLE confiture.run ADD x integer', q{SELECT setval('confiture.run_run_id_seq', 1)};
}
# A failed call leaves no run, and its progress disappears.
like(error_of(q{SELECT confiture.sync_table('prod_tcp', 'users', filter => '1 / (id - 9000) > -2')}, 'loader'), qr/22012/, 'a failing call');
is(value('SELECT (SELECT count(*) FROM confiture.run_tables), (SELECT count(*) FROM confiture.progress)'), '4|0', 'is no run');
value('DROP TABLE users');
is(value(q{SELECT relation FROM confiture.run_tables ORDER BY run_id}), join("\n", ('public.users') x 4), 'the record outlives the table');

# A chunk that is committed between a query's snapshot and its look at the processes is counted, so that figures only grow.
{
	value(q{CREATE TABLE counted (id integer, email text, created date); ALTER TABLE counted OWNER TO loader; SELECT confiture.set_rule('counted', 'email', 'email'), confiture.keep('counted', 'id');
		CREATE FUNCTION pause(integer) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN
			IF $1 = 1 THEN PERFORM pg_advisory_xact_lock(4713); ELSIF $1 = 10000 THEN PERFORM pg_advisory_xact_lock(4714); END IF; RETURN true; END';
		ALTER TABLE counted ADD CHECK (pause(id))});
	$source->safe_psql('postgres', 'CREATE TABLE counted AS SELECT * FROM users ORDER BY id; ALTER TABLE counted ADD PRIMARY KEY (id); GRANT SELECT ON counted TO loader; ANALYZE counted');
	my ($first, $second, $reader) = map { $target->background_psql('postgres') } 1 .. 3;
	$first->query_safe('SELECT pg_advisory_lock(4713)');
	$second->query_safe('SELECT pg_advisory_lock(4714)');
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', q{CALL confiture.sync('prod', '{counted}', jobs => 1, chunk_size => '300kB')} ],
		'<', \undef, '>', \$out, '2>', \$err);
	my $waits = sub { $target->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $_[0] AND NOT granted") or die $err };
	$waits->(4713);
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM confiture.chunk');
	$first->quit;
	$waits->(4714);
	my $chunk = q{SELECT rows FROM confiture.checkpoints WHERE relation = 'public.counted' AND state = 'done' ORDER BY number DESC LIMIT 1};
	my $rows = value($chunk);
	cmp_ok($rows, '>', 1000, 'a chunk is committed');
	is($reader->query_safe($chunk), '', 'which an older snapshot does not see');
	is($reader->query_safe(qq{SELECT pg_stat_clear_snapshot(); SELECT unseen_rows = $rows AND unseen_bytes > 0, (SELECT rows >= $rows FROM confiture.progress WHERE relation = 'public.counted') FROM confiture.workers})
		=~ s/^\s+//r, 't|t', 'but counts');
	is(value(q{SELECT unseen_rows IS NULL, (SELECT rows BETWEEN } . "$rows AND 9999" . q{ FROM confiture.progress WHERE relation = 'public.counted') FROM confiture.workers}), 't|t', 'and who sees it counts it once');
	$_->quit for $second, $reader;
	$run->finish;
	is($err, '', 'and the run ends well');

	# Also when the process is at another table already
	value('CREATE TABLE after (id integer CHECK (pause(id)))');
	$source->safe_psql('postgres', 'CREATE TABLE after AS SELECT 10000 AS id; GRANT SELECT ON after TO loader');
	($first, $second, $reader) = map { $target->background_psql('postgres') } 1 .. 3;
	$first->query_safe('SELECT pg_advisory_lock(4713)');
	$second->query_safe('SELECT pg_advisory_lock(4714)');
	$run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', q{CALL confiture.sync('prod', '{counted,after}', jobs => 1, filters => '{"public.counted": "id < 10000"}')} ],
		'<', \undef, '>', \$out, '2>', \$err);
	$waits->(4713);
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM confiture.chunk');
	$first->quit;
	$waits->(4714);
	is($reader->query_safe(q{SELECT relation || ' ' || rows FROM confiture.progress WHERE relation IS NOT NULL ORDER BY relation}) =~ s/^\s+//r, "public.after 0\npublic.counted 9999", 'each table has its own rows');
	$_->quit for $second, $reader;
	$run->finish;
	is($err, '', 'and that run ends well');
}

done_testing();
