# What may change during a run: tables of the target and of the source, rules, filters, the policy; and what its background
# workers inherit from the calling session.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'reader', 'secret');

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }

# The larger table comes first, and holds the run up at its first row while a session holds the lock 77.
my $second = q{CREATE TABLE second (id int PRIMARY KEY, n int, amount bigint, email text, code varchar(20))};
$_->safe_psql('postgres', "CREATE TABLE first (id int PRIMARY KEY, filler text); $second") for ($source, $target);
there(q{
	INSERT INTO first SELECT i, repeat('x', 500) FROM generate_series(1, 1000) i;
	INSERT INTO second SELECT i, i, i * 10, 'user' || i || '@home.test', 'c' || i FROM generate_series(1, 100) i;
	ANALYZE first;
});
here(q{
	CREATE FUNCTION hold(i int) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
		BEGIN IF i = 1 THEN PERFORM pg_advisory_xact_lock(77); END IF; RETURN true; END $$;
	ALTER TABLE first ADD CONSTRAINT hold CHECK (public.hold(id));
});

sub rules { return here(q{SELECT confiture.set_rule('second', 'email', 'email')}) }

# Starts a run with these arguments, does something while it is held up, and returns its output.
sub during_run
{
	my ($arguments, $change) = @_;
	my $holder = $target->background_psql('postgres');
	$holder->query_safe('SELECT pg_advisory_lock(77)');
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', "CALL confiture.sync($arguments)" ], '<', \undef, '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77 AND NOT granted}) or die "the run is not held up: $err";
	my @changed = $change->();
	$holder->query_safe('SELECT pg_advisory_unlock(77)');
	$holder->quit;
	$client->finish;
	return ($out . $err, @changed);
}

# ---- A table of the target that is altered before its chunks are loaded

for my $change (
	'ALTER TABLE second ALTER amount TYPE float8',
	'ALTER TABLE second DROP amount',
	'ALTER TABLE second DROP amount; ALTER TABLE second ADD amount bigint',
	'ALTER TABLE second RENAME amount TO sum; ALTER TABLE second ADD amount bigint')
{
	rules();
	my ($said) = during_run(q{'prod', jobs => 1}, sub { here($change) });
	like($said, qr/ERROR:  run \d+ failed: public\.second: column amount was altered while the run went on\n/, $change);
	is(here('SELECT count(*) FROM second'), '0', 'no row is loaded into another shape');
	here("DROP TABLE second; $second");
}
rules();
my ($said) = during_run(q{'prod', jobs => 1}, sub { here('ALTER TABLE second ALTER code TYPE varchar(3)') });
like($said, qr/column code was altered while the run went on/, 'another length');
fails('CALL confiture.resume(' . last_run() . ')', [qr/public\.second: code its type is character varying\(20\) on the source and character varying\(3\) here/],
	'a run is not resumed into another shape');
here("ALTER TABLE second ALTER code TYPE varchar(20)");
like(here('CALL confiture.resume(' . last_run() . ')'), qr/\|done\|2\|1100\|/, 'but into the old one');

# ---- A table of the source that another one takes the place of: no lock on a table keeps its schema's name

there(q{
	CREATE SCHEMA shop; CREATE TABLE shop.item (id int PRIMARY KEY, n int); INSERT INTO shop.item VALUES (1, 1);
	CREATE SCHEMA next; CREATE TABLE next.item (id int PRIMARY KEY, n int); INSERT INTO next.item VALUES (1, 2), (2, 2);
});
here('CREATE SCHEMA shop; CREATE TABLE shop.item (id int PRIMARY KEY, n int)');
($said) = during_run(q{'prod', include => '{public.first, shop.*}', policy => 'off', jobs => 1},
	sub { there('ALTER SCHEMA shop RENAME TO past; ALTER SCHEMA next RENAME TO shop') });
like($said, qr/ERROR:  run \d+ failed: shop\.item: shop\.item is another table on server "prod" than the run planned \(The table, or its schema, was renamed or replaced while the run was in progress\.\)\n/,
	'a schema of the source that is swapped while the run is in progress');
is(here('SELECT count(*) FROM shop.item'), '0', 'no row of the other table is loaded');
like(here('CALL confiture.resume(' . last_run() . ')'), qr/\|done\|2\|1002\|/, 'a resumed run copies the table that has the name now');
is(here('SELECT array_agg(n) FROM shop.item'), '{2,2}', 'from its start');
there('DROP SCHEMA shop CASCADE; DROP SCHEMA past CASCADE');
here('DROP SCHEMA shop CASCADE');
($said) = during_run(q{'prod', jobs => 1}, sub { here(q{ALTER TABLE second ADD extra text DEFAULT 'here'}) });
like($said, qr/\|done\|2\|1100\|/, 'another column takes its default');
is(here(q{SELECT count(*) FROM second WHERE extra = 'here'}), '100', 'in all rows');
here("DROP TABLE second; $second");

# ---- Rules and filters are those of the beginning

rules();
($said) = during_run(q{'prod', jobs => 1}, sub {
	here(q{SELECT confiture.drop_rule('second', 'email'); SELECT confiture.keep('second', 'email'); SELECT confiture.set_filter('second', 'id < 10')}) });
like($said, qr/\|done\|2\|1100\|/, 'rules and filters that change do not change the run');
is(here(q{SELECT count(*) FROM second WHERE email LIKE '%home.test'}), '0', 'no value comes unmasked');
here(q{SELECT confiture.set_filter('second', NULL)});
rules();

# ---- A source that the role may read but not lock

my @columns = ('id, filler', 'id, n, amount, email, code');
there("GRANT SELECT ($columns[0]) ON first TO reader; GRANT SELECT ($columns[1]) ON second TO reader");
here(q{CREATE USER MAPPING FOR CURRENT_USER SERVER prod_tcp OPTIONS (user 'reader', password 'secret')});
here(q{SELECT confiture.set_filter('first', 'id NOT IN (SELECT id + 5000 FROM public.looked_at)')});
there('CREATE TABLE looked_at AS SELECT 1 AS id; GRANT SELECT ON looked_at TO reader');
for my $change ('TRUNCATE looked_at', 'TRUNCATE second', 'ALTER TABLE second ALTER n TYPE bigint')
{
	($said, my $status, my $out, my $err) = during_run(q{'prod_tcp', '{first,second}', jobs => 2}, sub { $source->psql('postgres', "SET lock_timeout = '200ms'; $change") });
	like($err, qr/lock timeout/, "$change waits for the run");
	like($said, qr/\|done\|2\|1100\|/, 'which has all rows');
}
($said, my $ddl) = during_run(q{'prod_tcp', '{first,second}', jobs => 1, retry_for => '1 second'}, sub {
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $source->connstr('postgres'), '-c', 'ALTER TABLE second ADD extra int' ], '<', \undef);
	$source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'second'::regclass AND NOT granted}) or die;
	return $run });
like($said, qr/ERROR:  run \d+ failed: public\.second: server "prod_tcp" reports: canceling statement due to lock timeout/, 'a run does not wait for those who wait for it');
$ddl->finish;
there('ALTER TABLE second DROP extra; DROP TABLE looked_at');
here(q{SELECT confiture.set_filter('first', NULL)});

# ---- Progress without an estimate: here, because there is a filter

($said, my $percent) = during_run(q{'prod', jobs => 1, chunk_size => '64kB', filters => '{"public.first": "true"}'}, sub {
	here(q{SELECT percent = round(100.0 * chunks_done / chunks, 1), percent < 100, chunks > 5 FROM confiture.progress WHERE relation = 'public.first'}) });
is($percent, 't|t|t', 'percent of a table by its chunks');
here('ALTER TABLE first DROP CONSTRAINT hold; ALTER TABLE second ADD CONSTRAINT hold CHECK (public.hold(id))');
($said, $percent) = during_run(q{'prod', jobs => 1, filters => '{"public.second": "true"}'}, sub {
	here(q{SELECT percent = (SELECT round(sum(estimated_bytes) FILTER (WHERE relation = 'public.first') * 100.0 / sum(estimated_bytes), 1) FROM confiture.run_tables t
		WHERE t.run_id = p.run_id), percent < 100, eta > '0', rows, estimated_rows FROM confiture.progress p WHERE relation IS NULL}) });
is($percent, 't|t|t|1000|1000', 'percent of the run by bytes, so that such a table counts');
here('ALTER TABLE second DROP CONSTRAINT hold');

# ---- The caller's policy applies to the leader

here(q{ALTER TABLE second ADD CONSTRAINT small CHECK (n < 50 AND random() < 2) NOT VALID;
	SELECT confiture.keep(r, c) FROM (VALUES ('first', 'id'), ('first', 'filler'), ('second', 'id'), ('second', 'n'), ('second', 'amount'), ('second', 'code')) v(r, c)});
fails(q{SET confiture.policy = 'strict'; CALL confiture.sync('prod')}, [qr/violates check constraint "small"/], 'a run under a strict policy fails');
my $run = last_run();
here(q{ALTER TABLE second DROP CONSTRAINT small; SELECT confiture.drop_rule('second', 'n')});
fails("CALL confiture.resume($run)", [qr/public\.second: n has no rule, and the policy is strict/], 'resumed under a milder setting, it is judged as strictly');
here("CALL confiture.resume($run, detach => true)");
$target->poll_query_until('postgres', "SELECT leader_pid IS NULL AND state NOT IN ('queued', 'interrupted') FROM confiture.runs WHERE run_id = $run");
like(here("SELECT state, error FROM confiture.runs WHERE run_id = $run"), qr/^failed\|cannot sync from server "prod": 1 problem .*n has no rule, and the policy is strict/s, 'in the background too');
like(here(q{SET confiture.policy = 'off'; CALL confiture.sync('prod', policy => 'guard')}), qr/\|done\|2\|/, 'a call that names its policy');
is(here(q{SELECT parameters ->> 'policy', parameters ->> 'policy_setting' FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'guard|', 'has that on record');

# ---- Settings of the session that matter to workers

my $settings = q{concat_ws(' ', current_setting('synchronous_commit'), current_setting('work_mem'), current_setting('maintenance_work_mem'),
	current_setting('max_parallel_maintenance_workers'), current_setting('lock_timeout'))};
here(qq{
	CREATE TABLE seen (process int, settings text);
	CREATE FUNCTION look(i int) RETURNS boolean LANGUAGE plpgsql AS \$\$
		BEGIN IF i % 10 = 0 THEN INSERT INTO public.seen SELECT pg_backend_pid(), $settings; END IF; RETURN true; END \$\$;
	ALTER TABLE second ADD CONSTRAINT look CHECK (public.look(id)) NOT VALID;
});
my $mine = q{SET synchronous_commit = local; SET work_mem = '9MB'; SET maintenance_work_mem = '2GB'; SET max_parallel_maintenance_workers = 7; SET lock_timeout = '1h'};
here(qq{$mine; CALL confiture.sync('prod', '{second}', jobs => 2, detach => true)});
$target->poll_query_until('postgres', 'SELECT leader_pid IS NULL FROM confiture.runs ORDER BY run_id DESC LIMIT 1');
is(here('SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 'done', 'a run in the background');
is(here('SELECT DISTINCT settings FROM seen'), 'local 9MB 2GB 7 1h', 'has the settings of who called it');

done_testing();
