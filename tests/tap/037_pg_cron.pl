# Unattended runs: by pg_cron, in both of its ways, and by a psql script, docs/examples/nightly.sql.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $source = ConfitureTest::new_cluster('source');
my $has_cron = $source->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'});
my $conf = $has_cron ? "shared_preload_libraries = 'pg_cron'\ncron.host = '@{[ $source->host ]}'\n" : '';
my $by_libpq = ConfitureTest::new_cluster('libpq', $conf);
my $by_worker = ConfitureTest::new_cluster('worker', $conf . ($has_cron ? "cron.use_background_workers = on\n" : ''));

my $tables = q{
	CREATE TABLE users (id int PRIMARY KEY, email text);
	CREATE TABLE orders (id int PRIMARY KEY, of int REFERENCES users, amount int);
};
$_->safe_psql('postgres', $tables) for ($source, $by_libpq, $by_worker);
$source->safe_psql('postgres', q{
	INSERT INTO users SELECT i, 'user' || i || '@home.test' FROM generate_series(1, 5000) i;
	INSERT INTO orders SELECT i, i, i FROM generate_series(1, 5000) i;
	ANALYZE;
});
for my $target ($by_libpq, $by_worker)
{
	ConfitureTest::connect_clusters($source, $target);
	$target->safe_psql('postgres', q{SELECT confiture.set_rule('users', 'email', 'email')});
}

sub check_rows
{
	my ($target, $name) = @_;
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM orders', "$name: orders");
	ConfitureTest::same_rows($source, $target, 'SELECT id FROM users', "$name: users");
	is($target->safe_psql('postgres', q{SELECT count(*) FROM users WHERE email LIKE '%@home.test'}), '0', "$name: masked");
	return;
}

# ---- pg_cron, whose clock has minutes only; both wait for the same one.

SKIP:
{
	skip 'the server has no pg_cron', 1 unless $has_cron;
	for my $target ($by_libpq, $by_worker)
	{
		$target->safe_psql('postgres', q{
			CREATE EXTENSION pg_cron;
			SELECT cron.schedule('refresh', '* * * * *', $$CALL confiture.sync('prod', jobs => 3, chunk_size => '64kB')$$)});
	}
	for my $target ($by_libpq, $by_worker)
	{
		my $name = 'pg_cron, ' . $target->name;
		ok($target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')}), "$name: a job ran");
		$target->safe_psql('postgres', q{SELECT cron.unschedule('refresh')});
		is($target->safe_psql('postgres', q{SELECT status FROM cron.job_run_details ORDER BY runid LIMIT 1}), 'succeeded', "$name: the job is said to have succeeded")
		  or diag($target->safe_psql('postgres', 'SELECT return_message FROM cron.job_run_details'));
		is($target->safe_psql('postgres', 'SELECT state, tables, rows FROM confiture.runs ORDER BY run_id LIMIT 1'), 'done|2|10000', "$name: the run is done");
		check_rows($target, $name);
	}
}

# ---- The script

sub nightly
{
	my @variables = @_;
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-X', '-d', $by_libpq->connstr('postgres'), @variables, '-f', 'docs/examples/nightly.sql' ], '<', \undef, '>', \$out, '2>', \$err);
	$run->finish;
	return ($run->full_result(0) >> 8, $out, $err);
}

$source->safe_psql('postgres', 'UPDATE orders SET amount = amount * 2');
my ($status, $out, $err) = nightly();
is($status, 0, 'nightly.sql: exits with 0') or diag($err);
like($out, qr/^run \d+ is done, 2 tables, 10000 rows$/m, 'nightly.sql: says what it did');
check_rows($by_libpq, 'nightly.sql');
($status, $out, $err) = nightly('-v', 'server=nowhere');
is($status, 3, 'nightly.sql: exits with 3 when there is no such server');
$by_libpq->safe_psql('postgres', q{SELECT confiture.drop_rule('users', 'email')});
($status, $out, $err) = nightly();
is($status, 3, 'nightly.sql: and when a column has no rule');
like($err, qr/email looks like personal data/, 'nightly.sql: says why');
done_testing();
