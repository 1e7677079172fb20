# From nothing to one masked table: CREATE EXTENSION, CREATE SERVER, rules, sync_table().
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

my $users = q{
	CREATE TABLE users (
		id integer PRIMARY KEY,
		email text UNIQUE,
		full_name text,
		notes text,
		created_at timestamptz NOT NULL
	);
};
$source->safe_psql('postgres', $users);
$target->safe_psql('postgres', $users);
$source->safe_psql(
	'postgres', q{
	INSERT INTO users
	SELECT i, 'user' || i || '@shop.test', 'Firstname' || i || ' Lastname',
	       CASE WHEN i % 3 > 0 THEN 'called on day ' || i END, '2024-01-01 00:00+00'::timestamptz + i * interval '1 hour'
	FROM generate_series(1, 1000) i;
});

is( $target->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'confiture'}),
	ConfitureTest::version(), 'the extension is there');

my ($status, $stdout, $stderr) = $target->psql('postgres', q{SELECT * FROM confiture.sync_table('prod', 'users')});
isnt($status, 0, 'the guard stops a table without rules');
like($stderr, qr/email/, 'and names the column');
unlike($stderr, qr/\@shop\.test/, 'but no value of it');
is($target->safe_psql('postgres', 'SELECT count(*) FROM users'), '0', 'and nothing was copied');

$target->safe_psql(
	'postgres', q{
	SELECT confiture.set_rule('users', 'email', 'email');
	SELECT confiture.set_rule('users', 'full_name', 'name');
	SELECT confiture.set_rule('users', 'notes', 'redact');
});
is( $target->safe_psql('postgres', q{SELECT relation, rows FROM confiture.sync_table('prod', 'users')}),
	'users|1000', 'sync_table() returns the table and its rows');

ConfitureTest::same_rows($source, $target, 'SELECT id, created_at, notes IS NULL FROM users',
	'columns without a rule are the same, and NULL stays NULL');
is( $target->safe_psql(
		'postgres', q{
		SELECT count(*), count(DISTINCT email), count(*) FILTER (WHERE email LIKE '%@%'),
		       count(*) FILTER (WHERE email LIKE '%shop.test' OR full_name LIKE 'Firstname%' OR notes LIKE 'called%')
		FROM users}),
	'1000|1000|1000|0', 'every value under a rule is masked, and e-mails stay unique');

my $first = ConfitureTest::digest($target, 'SELECT * FROM users');
$target->safe_psql('postgres', q{SELECT * FROM confiture.sync_table('prod', 'users')});
is(ConfitureTest::digest($target, 'SELECT * FROM users'), $first, 'a second sync gives the same rows');

is( $target->safe_psql('postgres', q{SELECT DISTINCT relation, state, rows FROM confiture.run_tables}),
	'public.users|done|1000', 'the runs are on record');

# An ordinary role needs a password to reach the source.
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$source->safe_psql('postgres', 'GRANT SELECT ON users TO loader');
$target->safe_psql('postgres', 'ALTER TABLE users OWNER TO loader');
is( $target->safe_psql(
		'postgres',
		q{SELECT rows FROM confiture.sync_table('prod_tcp', 'users')},
		extra_params => [ '-U', 'loader' ]),
	'1000', 'the owner of the table needs no superuser');

done_testing();
