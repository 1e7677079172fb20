# A run while the source is written to: all its tables come from one snapshot. And while DDL waits for a table of the source:
# the run succeeds, or fails and is resumed later.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $scratch = PostgreSQL::Test::Utils::tempdir();

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }

# Money moves between two tables of accounts, with entries in a ledger with another key, and in one without a key.
$_->safe_psql('postgres', q{
	CREATE TABLE checking (id int PRIMARY KEY, balance bigint NOT NULL, filler text) WITH (fillfactor = 50);
	CREATE TABLE saving (id bigint PRIMARY KEY, balance bigint NOT NULL, filler text) PARTITION BY HASH (id);
	CREATE TABLE saving_0 PARTITION OF saving FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE saving_1 PARTITION OF saving FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE ledger (id bigserial PRIMARY KEY, checking int NOT NULL REFERENCES checking, saving bigint NOT NULL REFERENCES saving, amount bigint NOT NULL);
	CREATE TABLE journal (checking int, amount bigint, filler text);
	CREATE TABLE customers (id int PRIMARY KEY, entries int NOT NULL);
	CREATE TABLE tiny (id int PRIMARY KEY); -- whose turn comes last
}) for ($source, $target);
there(q{
	INSERT INTO checking SELECT i, 1000, repeat('c', 100) FROM generate_series(1, 8000) i;
	INSERT INTO saving SELECT i, 1000, repeat('s', 100) FROM generate_series(1, 8000) i;
	INSERT INTO customers SELECT i, 0 FROM generate_series(1, 100) i;
	ANALYZE;
});
open my $script, '>', "$scratch/transfer.sql" or die $!;
print $script q{
\set one random(1, 8000)
\set other random(1, 8000)
\set customer random(1, 100)
\set amount random(-500, 500)
BEGIN;
UPDATE checking SET balance = balance - :amount WHERE id = :one;
INSERT INTO ledger (checking, saving, amount) VALUES (:one, :other, :amount);
UPDATE saving SET balance = balance + :amount WHERE id = :other;
INSERT INTO journal VALUES (:one, :amount, repeat('j', 50));
UPDATE customers SET entries = entries + 1 WHERE id = :customer;
END;
};
close $script;

my $books = q{
	SELECT (SELECT sum(balance) FROM checking) + (SELECT sum(balance) FROM saving) AS total,
		(SELECT count(*) FROM checking), (SELECT count(*) FROM saving),
		(SELECT sum(amount) FROM ledger) = (SELECT sum(amount) FROM journal) IS NOT FALSE,
		(SELECT count(*) FROM ledger) = (SELECT count(*) FROM journal),
		(SELECT count(*) FROM ledger) = (SELECT sum(entries) FROM customers),
		(SELECT sum(1000 - balance) FROM checking) = (SELECT sum(amount) FROM ledger),
		(SELECT count(*) FROM (SELECT checking, sum(amount) AS amount FROM ledger GROUP BY 1) l JOIN checking c ON c.id = l.checking
			WHERE c.balance <> 1000 - l.amount)};
my $in_order = '16000000|8000|8000|t|t|t|t|0';

sub write_in_background
{
	my ($out, $err) = ('', '');
	my $writers = IPC::Run::start([ 'pgbench', '-n', '-c', '3', '-T', '300', '-f', "$scratch/transfer.sql", $source->connstr('postgres') ],
		'<', \undef, '>', \$out, '2>', \$err);
	return $writers;
}

my $writers = write_in_background();
$source->poll_query_until('postgres', 'SELECT count(*) > 100 FROM ledger') or die 'no session writes';
my $entries = 0;
for my $options ("chunk_size => '64kB'", "chunk_size => '64kB', chunk_by => 'ctid'", "chunk_size => '64kB', rebuild_indexes => true", 'atomic => true')
{
	my $result = here("CALL confiture.sync('prod', jobs => 3, $options)");
	like($result, qr/\|done\|6\|/, "$options: a run beside writers");
	is(here($books), $in_order, "$options: the books of the target agree");
	my $more = here('SELECT count(*) FROM ledger');
	cmp_ok($more, '>', $entries, "$options: they are still being written");
	$entries = $more;
	is(here('SELECT one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 't', "$options: of one snapshot");
	cmp_ok(here('SELECT max(id) FROM ledger'), '<=', here(q{SELECT last_value FROM ledger_id_seq}), "$options: the sequence is not behind");
}

# The source is lost for a moment: the run continues, but no longer from one snapshot, and says so.
my $slow = q{filters => '{"public.customers": "pg_catalog.pg_sleep(0.02) IS NOT NULL"}'};
my ($out, $err) = ('', '');
my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', "CALL confiture.sync('prod', jobs => 3, chunk_size => '64kB', $slow)" ],
	'<', \undef, '>', \$out, '2>', \$err);
$target->poll_query_until('postgres', q{SELECT count(*) > 5 FROM confiture.checkpoints k JOIN confiture.runs r USING (run_id) WHERE k.state = 'done' AND r.state = 'running'});
there(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture'});
$client->finish;
if ($out =~ /\|done\|/)
{
	is(here('SELECT one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 'f', 'two snapshots: said');
}
else
{
	# A row may reference a newer one: the run fails rather than being done.
	like($err, qr/run \d+ failed: .*(duplicate key|violat|references? what is not)/s, 'two snapshots that do not fit: the run fails');
}
$writers->signal('TERM');
eval { $writers->finish };

# DDL waits for a lock that the run's leader holds: workers that have yet to start the table must not wait behind it.
for my $patience ('30 seconds', '300 ms')
{
	my $out_of_run = '';
	my $err_of_run = '';
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
		"CALL confiture.sync('prod', jobs => 2, chunk_size => '64kB', retry_for => '$patience', filters => '{\"public.checking\": \"pg_catalog.pg_sleep(0.0002) IS NOT NULL\"}')" ],
		'<', \undef, '>', \$out_of_run, '2>', \$err_of_run);
	$source->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%COPY%pg_sleep%' AND application_name = 'confiture'}) or die;
	# The DDL gives up after a while, or never.
	my $timeout = $patience eq '300 ms' ? 0 : 8000;
	my ($ddl_out, $ddl_err) = ('', '');
	my $ddl = IPC::Run::start([ 'psql', '-XAtq', '-d', $source->connstr('postgres'), '-c', "SET lock_timeout = $timeout", '-c', 'ALTER TABLE tiny ADD size int' ],
		'<', \undef, '>', \$ddl_out, '2>', \$ddl_err);
	$run->finish;
	$ddl->finish;
	if ($timeout)
	{
		like($ddl_err, qr/lock timeout/, 'DDL on a table gives up');
		like($out_of_run, qr/\|done\|6\|/, 'the run continues then') or diag($err_of_run);
		is(here($books), there($books), 'with all rows');
	}
	else
	{
		is($ddl_err, '', 'DDL on a table gets its turn');
		my ($number) = $err_of_run =~ /ERROR:  run (\d+) failed: public\.tiny: server "prod" reports: canceling statement due to lock timeout/;
		ok($number, 'the run fails and says why') or diag($err_of_run);
		ConfitureTest::fails_like($target, "CALL confiture.resume($number)", [qr/public\.tiny: size/], 'and is not resumed with another shape');
		there('ALTER TABLE tiny DROP size');
		like(here("CALL confiture.resume($number)"), qr/\|done\|6\|/, 'but with the same');
		is(here($books), there($books), 'with all rows again');
	}
}
done_testing();
