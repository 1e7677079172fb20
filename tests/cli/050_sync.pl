# sync, status, runs, cancel, resume and verify.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $tables = q{CREATE TABLE users (id integer PRIMARY KEY, email text, points real, born_on date, tags text[]);
	CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(10,2), "odd ""name""" text, doc json);
	CREATE TABLE big (id integer PRIMARY KEY, filler text)};
$source->safe_psql('postgres', $tables);
$target->safe_psql('postgres', $tables =~ s/amount numeric\(10,2\)/amount numeric(12,2)/r =~ s/doc json/doc jsonb/r);
$source->safe_psql('postgres', q{
	INSERT INTO users SELECT i, 'u' || i || '@shop.test', i / 3.0, '1990-01-01'::date + i, ARRAY['a', i::text, NULL] FROM generate_series(1, 500) i;
	INSERT INTO orders SELECT i, i * 1.5, E'x\n' || i, json_build_object('b', i, 'a', NULL) FROM generate_series(1, 300) i;
	INSERT INTO big SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i});
$target->safe_psql('postgres', q{SELECT confiture.set_rule('users', 'email', 'email'), confiture.keep('users', 'born_on'), confiture.keep('orders', 'doc'), confiture.set_filter('orders', 'id <= 200')});

ClientTest::exits($target, ['runs'], 0, qr/^run\s+source\s+state/, 'no runs yet');
ClientTest::exits($target, ['status'], 0, qr/Nothing is being synced/, 'nor anything under way');
is_deeply(ClientTest::json($target, ['status']), [], 'as JSON');
ClientTest::exits($target, ['verify'], 2, qr/nothing was synced from prod yet/, 'nothing to verify');

# sync
ClientTest::exits($target, [ qw(sync users orders --unreached none --seeds), '{"public.users": {"rows": 9}}' ], 0, qr/^run \d+: done, 2 tables, 9 rows/m, 'a subset');
ClientTest::exits($target, [ qw(sync users --rules), ClientTest::write_file(PostgreSQL::Test::Utils::tempdir() . '/seeds.yaml', qq{seeds: {users: {where: "id <= 3"}}\n}) ], 0, qr/^run \d+: done, 1 table, 3 rows/m, '... of the seeds of a rules file');
my $file = ClientTest::write_file(PostgreSQL::Test::Utils::tempdir() . '/patterns.yaml', qq{patterns: {"public.*": {"*nickname*": redact}}\n});
ClientTest::exits($target, [ qw(sync users --rules), $file ], 2, qr/that the target has not.*such as .*nickname.*rules import/s, 'a pattern of a file is not left out in silence');
ClientTest::exits($target, [ qw(rules import --yes), $file ], 0, qr//, '... but stored');
ClientTest::exits($target, [ qw(sync users --rules), $file ], 0, qr/^run \d+: done/m, '... and no obstacle then');
$target->safe_psql('postgres', q{SELECT confiture.drop_pattern('public.*', '*nickname*')});
ClientTest::exits($target, [qw(sync users orders -j 2 --chunk-by key --no-analyze)], 0, qr/^run \d+: done, 2 tables, 700 rows, .* in /m, 'sync of two tables');
is($target->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE email LIKE '%@shop.test') || ' ' || count(*) FROM users}), '0 500', 'masked');
my $run = ClientTest::json($target, [qw(sync --exclude big --jobs 1)]);
is("$run->{state} $run->{tables} $run->{rows}", 'done 2 700', 'as JSON');
my @wrong = ([ [qw(sync --jobs 0)], 'jobs must be between' ], [ [qw(sync --chunk-size 1X)], 'invalid size' ], [ [qw(sync --chunk-by half)], '--chunk-by must be one of' ], [ [qw(sync --retry-for long)], 'interval' ]);
ClientTest::exits($target, $_->[0], 2, qr/$_->[1]/, "wrong: @{ $_->[0] }") for @wrong;
ClientTest::exits($target, [qw(sync --atomic users)], 0, qr/done, 1 table, 500 rows/, 'in one transaction');
$source->safe_psql('postgres', 'ALTER TABLE users ADD phone text');
ClientTest::exits($target, ['sync'], 5, qr/phone .*is on the source, but not here/s, 'refused before anything moves');
$source->safe_psql('postgres', 'ALTER TABLE users DROP phone');

# runs
my @runs = @{ ClientTest::json($target, ['runs']) };
is($runs[1]{rows} . $runs[1]{state}, '500done', 'runs, newest first');
like("$runs[0]{state}: $runs[0]{error}", qr/^refused: cannot sync .*phone/s, 'also the one that was refused, and why');
ClientTest::exits($target, [ 'resume', $runs[0]{run_id} ], 5, qr/was refused before it began\nHINT: Start a new run with confiture sync\./, 'which has nothing to continue');
is(scalar(@{ ClientTest::json($target, [qw(runs --last 1)]) }), 1, 'the last one');
ClientTest::exits($target, [ 'runs', $run->{run_id} ], 0, qr/^public\.orders\s+done\s+200\s.*id <= 200/m, 'tables of a run');
my $listed = ClientTest::exits($target, [qw(runs --last 1)], 0, qr/^\s*\d+\s+prod\s+refused\s.*\s0 B\s.*\s\d+ ms\s.*cannot sync/m, 'for people: in units as elsewhere');
$target->safe_psql('postgres', sprintf 'ALTER TABLE users ADD CONSTRAINT "%s" CHECK (id < 0) NOT VALID', 'a very long name ' x 3);
my $long = qr/violate constraint "a very long name a very long name a very long name /;
ClientTest::exits($target, [qw(sync users)], 5, $long, 'a long error');
$listed = ClientTest::exits($target, [qw(runs --last 1)], 0, qr/^\s*\d+\s+prod\s+refused .*…$/m, 'is cut in the list');
is((join "\n", grep { length > 180 } split /\n/, $listed), '', 'which stays narrow');
ClientTest::exits($target, [ 'runs', ClientTest::json($target, [qw(runs --last 1)])->[0]{run_id} ], 0, qr/\Acannot sync [^\n]*$long/, '... and whole in that of the run');
$target->safe_psql('postgres', sprintf 'ALTER TABLE users DROP CONSTRAINT "%s"', substr('a very long name ' x 3, 0, 63));
ClientTest::exits($target, [ @$_, 999 ], 2, qr/run 999/, "none: @$_") for ['runs'], ['status'], [qw(status --watch)], [qw(verify --run)], ['resume'];
ClientTest::exits($target, [ 'status', $run->{run_id} ], 0, qr/Nothing is being synced/, 'one that is over');
ClientTest::exits($target, [qw(runs --last -1)], 2, qr/LIMIT/, 'fewer than none');

# verify: masked columns are left out, differing types are converted to the target's
my $verified = ClientTest::exits($target, ['verify'], 0, qr/^public\.orders\s+same\s+200\s+200\s+4\n.*^public\.users\s+same\s+500\s+500\s+4$/ms, 'verify');
$target->safe_psql('postgres', q{UPDATE users SET email = 'x'});
ClientTest::exits($target, [qw(verify users)], 0, qr/same/, 'masked columns may be anything');
$target->safe_psql('postgres', q{UPDATE users SET points = points + 1 WHERE id = 77});
ClientTest::exits($target, ['verify'], 1, qr/^public\.orders\s+same.*^public\.users\s+differs\s+500\s+500\s+4\s+differing: points$/ms, 'a value that differs is found');
$target->safe_psql('postgres', q{UPDATE users SET points = points - 1 WHERE id = 77; UPDATE users SET born_on = CASE id WHEN 1 THEN '1990-01-03'::date ELSE '1990-01-02' END WHERE id IN (1, 2)});
ClientTest::exits($target, [qw(verify users)], 1, qr/differs.*the same values in different rows/, 'and values in other rows');
$target->safe_psql('postgres', q{DELETE FROM users WHERE id = 5});
is(ClientTest::json($target, [qw(verify users)])->[0]{target_rows}, 499, 'and a missing row, as JSON');
ClientTest::exits($target, [ 'verify', 'users', '--run', $run->{run_id} ], 1, qr/differs/, 'against one run');
ClientTest::exits($target, [qw(verify big)], 2, qr/public\.big was not synced from prod/, 'a table that was not synced');
my $uri = 'postgresql:///postgres?host=' . $source->host . '&port=' . $source->port;
ClientTest::exits($target, [ 'verify', 'orders', '--source-uri', $uri ], 0, qr/same/, 'by a URI of one\'s own');
ClientTest::exits($target, [ 'verify', 'orders', '--source-uri', 'postgresql://127.0.0.1:1/x' ], 3, qr/cannot connect to the source/, 'that leads nowhere');
ClientTest::exits($target, [ 'verify', 'orders', '--source-uri', 'postgresql://a:b@127.0.0.1:1/x' ], 2, qr/contains a password/, 'or contains a password');
$target->safe_psql('postgres', q{INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": 100000}')).* FROM orders o LIMIT 1});
ClientTest::exits($target, [ 'plan', 'orders', '--mode', 'merge' ], 2, qr/--mode/, 'a mode that there is not');
ClientTest::exits($target, [ 'plan', 'orders', '--mode', 'upsert' ], 0, qr/public\.orders/, 'the plan of an upsert');
ClientTest::exits($target, [ 'sync', 'orders', '--mode', 'upsert' ], 0, qr/: done/, 'an upsert');
is($target->safe_psql('postgres', 'SELECT count(*) FROM orders WHERE id = 100000'), 1, '... keeps other rows');
ClientTest::exits($target, ['verify', 'orders'], 4, qr/not compared.*mode upsert keeps other rows/, 'what cannot be compared');

# A table that fails
$_->safe_psql('postgres', 'CREATE TABLE limited (id integer PRIMARY KEY)') for $source, $target;
$source->safe_psql('postgres', 'INSERT INTO limited VALUES (1), (100)');
$target->safe_psql('postgres', 'ALTER TABLE limited ADD CHECK (id < 50)');
ClientTest::exits($target, [qw(sync limited users --on-error continue)], 4, qr/^run \d+: partial, .*confiture resume \d+/ms, 'the others are done');
ClientTest::exits($target, ['verify'], 4, qr/^public\.users .*Run \d+ is partial: tables that it has not copied are not compared\. It is continued by confiture resume \d+\./ms, 'and verify says so');
ClientTest::exits($target, [qw(sync limited)], 1, qr/failed/, 'or it stops');
$target->safe_psql('postgres', 'ALTER TABLE limited DROP CONSTRAINT limited_id_check');
ClientTest::exits($target, ['resume'], 0, qr/done/, 'the newest is resumed');

# Runs that are stopped halfway: one row of `big` waits for a lock that the test holds.
$target->safe_psql('postgres', q{CREATE FUNCTION hold(integer) RETURNS boolean LANGUAGE sql AS
		'SELECT CASE WHEN $1 = 19999 THEN pg_advisory_xact_lock_shared(42) IS NOT NULL ELSE true END';
	ALTER TABLE big ADD CHECK (hold(id))});

# Starts a sync, calls `then` when it waits, and returns how it ended.
sub stopped
{
	my ($then) = @_;
	my $lock = $target->background_psql('postgres');
	$lock->query_safe('SELECT pg_advisory_lock(42)');
	local %ENV = (%ENV, ClientTest::environment($target));
	my ($out, $err) = ('', '');
	my $sync = IPC::Run::start([qw(confiture sync big --chunk-by key --chunk-size 64kB)], '>', \$out, '2>', \$err, IPC::Run::timeout(120));
	$target->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted)}) or die;
	$then->($sync);
	$sync->finish;
	$lock->quit;
	return ($sync->full_result(0) >> 8, $out, $err);
}
my ($status, $out, $err) = stopped(sub {
	ClientTest::exits($target, ['status'], 0, qr/ waiting for\n.*^\s*\d+\s+public\.big\s+copying\s.* a lock held by pid \d+, idle since .*^\s*\d+\s+\(all\)\s+running\s/ms, 'status, and what the run waits for');
	is(ClientTest::json($target, ['status'])->[0]{relation}, 'public.big', 'as JSON');
	$_[0]->signal('INT');
});
is($status, 130, 'Ctrl-C: exit code 130') or diag "$out$err";
my ($stopped) = $err =~ /cancelled\nHINT: Finished work is kept\. To continue: confiture resume (\d+)$/m;
ok(defined $stopped, 'says how to resume') or diag "$out$err";
like(ClientTest::json($target, ['runs'])->[0]{state}, qr/cancelled|interrupted/, 'the run is stopped');
ClientTest::exits($target, [ 'resume', $stopped, '-j', 1 ], 0, qr/^run $stopped: done, 1 table, 20,000 rows/m, 'and goes on');
($status, $out, $err) = stopped(sub {
	my ($run) = map { $_->{run_id} } @{ ClientTest::json($target, ['runs']) };
	ClientTest::exits($target, [ 'cancel', $run ], 0, qr/Run $run is cancelled\. To continue it: confiture resume $run/, 'cancelled from elsewhere');
	$stopped = $run;
});
is($status, 1, 'ends the sync') or diag "$out$err";
ClientTest::exits($target, [ 'cancel', $stopped ], 1, qr/is not running/, 'nothing more to cancel');
ClientTest::exits($target, ['resume'], 0, qr/^run $stopped: done/m, 'it goes on');
ClientTest::exits($target, [ 'resume', $stopped ], 5, qr/run $stopped is done/, 'and is done');

# The time a cancelled run took ends with the cancel, also when another run takes over its tables.
stopped(sub {
	($stopped) = map { $_->{run_id} } @{ ClientTest::json($target, ['runs']) };
	ClientTest::exits($target, [ 'cancel', $stopped ], 0, qr/is cancelled/, 'cancelled');
});
my $took = "SELECT finished_at, elapsed FROM confiture.runs WHERE run_id = $stopped";
my $at_cancel = $target->safe_psql('postgres', $took);
like($at_cancel, qr/^\d.*\|\d/, 'it took a time');
ClientTest::exits($target, [qw(sync big -q)], 0, qr/done/, 'another run');
is($target->safe_psql('postgres', "SELECT state FROM confiture.runs WHERE run_id = $stopped"), 'superseded', 'takes over');
is($target->safe_psql('postgres', $took), $at_cancel, 'and does not make it longer');

done_testing();
