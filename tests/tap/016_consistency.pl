# The rows of a sync are one snapshot of the source, DDL there waits, and a million e-mail addresses stay unique.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $policy = q{policy => 'off'};

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub there { my ($sql) = @_; return $source->safe_psql('postgres', $sql); }

# Two writers move money from account to account, and each time move one account elsewhere in the table. Every
# transaction keeps the sum and the count.
$_->safe_psql('postgres', 'CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL, padding text)') for ($source, $target);
there(q{
	INSERT INTO account SELECT i, 1000, repeat('x', 200) FROM generate_series(1, 20000) i;
	CREATE TABLE moves (writer int, n bigint);
	INSERT INTO moves VALUES (1, 0), (2, 0);
	CREATE PROCEDURE move_money(me int) LANGUAGE plpgsql AS $$
	DECLARE held bigint; taken int; given int;
	BEGIN
		LOOP
			taken := 1 + (random() * 4999)::int * 2 + me - 1;
			given := 10001 + (random() * 4998)::int * 2 + me - 1;
			UPDATE account SET balance = balance - 7 WHERE id = taken;
			DELETE FROM account WHERE id = given RETURNING balance INTO held;
			INSERT INTO account VALUES (given, held + 7, repeat('y', 200));
			UPDATE moves SET n = n + 1 WHERE writer = me;
			COMMIT;
		END LOOP;
	END $$;
});
my @writers = map { IPC::Run::start([ 'psql', '-X', '-q', '-d', $source->connstr('postgres'), '-c', "CALL move_money($_)" ], '<', \undef, '>', \my $out, '2>', \my $err) } 1, 2;
my $moves = 'SELECT sum(n) FROM moves';
ok($source->poll_query_until('postgres', 'SELECT count(*) = 2 FROM moves WHERE n > 100'), 'two writers are at work');
for my $format (qw(binary text))
{
	for my $mode (qw(replace upsert))
	{
		my $before = there($moves);
		is(ConfitureTest::sync($target, qq{'account', format => '$format', mode => '$mode', $policy}), 20000, "$mode, $format: the count of one snapshot");
		is(here('SELECT sum(balance), count(DISTINCT id) FROM account'), '20000000|20000', 'and its sum');
		cmp_ok(there($moves), '>', $before, 'while the writers wrote');
	}
}
# The same with a plan that scans the rows before the copy: NOT NULL here, not there.
there('CREATE VIEW account_view AS SELECT * FROM account');
is(ConfitureTest::sync($target, qq{'account', 'public.account_view', $policy}), 20000, 'through a view');
is(here('SELECT sum(balance) FROM account'), 20000000, 'and its sum');
there(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL move_money%'});
IPC::Run::finish($_) for @writers;

# DDL on the source waits for the sync, and the sync sees the table before or after it. A trigger of the target pauses the
# sync in the middle of its rows.
$_->safe_psql('postgres', 'CREATE TABLE changing (id int, v text)') for ($source, $target);
there(q{INSERT INTO changing SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) i});
here(q{CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NEW; END $$;
	CREATE TRIGGER wait_here BEFORE INSERT ON changing FOR EACH ROW WHEN (NEW.id = 5) EXECUTE FUNCTION wait_here()});
my $holder = $target->background_psql('postgres');
$holder->query_safe('SELECT pg_advisory_lock(77)');
my ($synced, $altered) = ('', '');
my $sync = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', "SELECT rows FROM confiture.sync_table('prod', 'public.changing', triggers => true, $policy)" ],
	'<', \undef, '>', \$synced, '2>&1');
ok($target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}), 'a sync is in the middle of its rows');
my $ddl = IPC::Run::start([ 'psql', '-XAtq', '-d', $source->connstr('postgres'), '-c', q{ALTER TABLE changing DROP COLUMN v; ALTER TABLE changing ADD COLUMN v text DEFAULT 'other'} ], '<', \undef, '>', \$altered, '2>&1');
ok($source->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'changing'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted}), 'DDL on the source waits for it');

$holder->query_safe('SELECT pg_advisory_unlock(77)');
$holder->quit;
IPC::Run::finish($sync);
IPC::Run::finish($ddl);
is($synced, "5000\n", 'the sync ends well');
is($altered, '', 'and then the DDL does');
is(here(q{SELECT count(*) FROM changing WHERE v = repeat('x', 1000)}), 5000, 'the rows are those of before');
is(ConfitureTest::sync($target, qq{'changing', $policy}), 5000, 'the next sync');
is(here(q{SELECT count(*) FROM changing WHERE v = 'other'}), 5000, 'has the rows of after');

# A million addresses, masked, under a UNIQUE constraint.
$source->safe_psql('postgres', q{CREATE TABLE people AS SELECT i AS id, 'user' || i || '@shop' || i % 7 || '.test' AS email FROM generate_series(1, 1000000) i});
here(q{CREATE TABLE people (id int, email text UNIQUE)});
is(ConfitureTest::sync($target, q{'people', rules => '{"email": "email"}'}), 1000000, 'a million addresses');
is(here(q{SELECT count(*) FILTER (WHERE email LIKE '%@%'), count(*) FILTER (WHERE email LIKE '%shop_.test') FROM people}), '1000000|0', 'all are masked, and none met another');
ConfitureTest::fails_like($target, qq{SELECT confiture.sync_table('prod', 'people', rules => '{"email": "$_"}')}, [qr/unique index people_email_key/], "$_ cannot stay unique, which is told before")
  for (qw(name phone redact));

done_testing();
