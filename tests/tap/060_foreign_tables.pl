# Masked foreign tables: what a query sees of them is masked, whatever it asks, and what it may not see stops it.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

$source->safe_psql('postgres', q{
	CREATE SCHEMA app;
	CREATE TABLE app.users (id bigint PRIMARY KEY, email text, "full name" varchar(40), country text NOT NULL, score numeric,
		born date, tags text[], seen timestamptz);
	INSERT INTO app.users SELECT i, 'user' || i || '@corp.test', 'Name ' || i, CASE WHEN i % 3 = 0 THEN 'FR' ELSE 'DE' END,
		i / 7.0, date '1970-01-01' + i, ARRAY['t' || i % 5], timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour'
	FROM generate_series(1, 5000) i;
	CREATE TABLE app.orders (id integer PRIMARY KEY, user_id bigint REFERENCES app.users, total integer);
	INSERT INTO app.orders SELECT i, i % 5000 + 1, i % 100 FROM generate_series(1, 20000) i;
	ANALYZE;
});
$target->safe_psql('postgres', q{
	CREATE SCHEMA live;
	CREATE FOREIGN TABLE live.users (id bigint, email text, full_name varchar(40) OPTIONS (column_name 'full name'),
		country text, score numeric, born date, tags text[], seen timestamptz)
		SERVER prod OPTIONS (schema_name 'app', table_name 'users');
	CREATE FOREIGN TABLE live.orders (id integer, user_id bigint, total integer) SERVER prod OPTIONS (schema_name 'app');
});
sub value { return $target->safe_psql('postgres', $_[0]) }

# ---- the guard
ConfitureTest::fails_like($target, 'SELECT count(*) FROM live.users',
	[ qr/cannot read live\.users/, qr/email looks like personal data/, qr/full_name looks like personal data/,
		qr/SELECT confiture\.set_rule\('live\.users', 'email', 'email'\)/ ],
	'columns that look personal stop the query, with the statements to paste; a renamed one too');
value(q{SELECT confiture.set_rule('live.users', 'email', 'email'), confiture.set_rule('live.users', 'full_name', 'name'),
	confiture.keep('live.users', 'born'), confiture.keep('live.users', 'country')});

# ---- what is read
is(value('SELECT count(*), count(id), min(id), max(id) FROM live.users'), '5000|5000|1|5000', 'all rows, without any column');
is(value(q{SELECT count(*) FROM live.users WHERE email LIKE '%corp.test'}), '0', 'no raw e-mail');
is(value(q{SELECT count(*) FROM live.users u WHERE u::text LIKE '%corp.test%' OR u::text LIKE '%Name %'}), '0',
	'nor in whole rows');
is(value(q{SELECT email = confiture.email('user42@corp.test'), full_name = confiture.name('Name 42', '{}') FROM live.users WHERE id = 42}),
	't|t', 'the values are those of the SQL functions');
ConfitureTest::same_rows($source, $target, 'SELECT id, country, score, born, tags, seen FROM app.users', 'what is kept is the same',
	'SELECT id, country, score, born, tags, seen FROM live.users');
is(value(q{SELECT id FROM live.users WHERE email = confiture.email('user77@corp.test')}), '77',
	'a condition on a masked column works on masked values');
is(value(q{SELECT count(*) FROM live.users WHERE email = 'user77@corp.test'}), '0', 'and not on raw ones');

# ---- what is shipped
sub explained { return value("EXPLAIN (VERBOSE, COSTS OFF) $_[0]") }
like(explained('SELECT country FROM live.users WHERE id = 42'),
	qr/Remote SQL: COPY \(SELECT "id", "country" FROM ONLY app.users WHERE \(\("id" OPERATOR\(pg_catalog\.=\) '42'::pg_catalog\."int4"\)\)\) TO STDOUT/,
	'a condition on a kept column is shipped, and the columns that are needed');
unlike(explained(q{SELECT id FROM live.users WHERE email = 'user77@corp.test'}), qr/Remote SQL.*user77/,
	'one on a masked column is not');
foreach my $condition (
	q{id BETWEEN 10 AND 20}, q{id IN (1, 2, 3)}, q{country = 'FR' AND id < 100}, q{country <> 'FR' AND id < 100},
	q{NOT (id > 5)}, q{id < 5 OR born = '1970-02-01'}, q{seen > '2024-05-01 00:00+00'}, q{score = 2},
	q{country > 'E'}, q{country LIKE 'F%'}, q{born IS NULL}, q{id::text = '12'}, q{id < 10.5}, q{country = 'F''R'},
	q{tags = '{t1}'}, q{id <> ALL ('{1,2}')}, q{born < '1971-01-01'::timestamp}, q{score IN (1, 'NaN')})
{
	ConfitureTest::same_rows($source, $target, "SELECT id FROM app.users WHERE $condition", "rows of $condition",
		"SELECT id FROM live.users WHERE $condition");
}
is(value(q{SET datestyle = 'German, DMY'; SELECT count(*) FROM live.users WHERE born = date '1970-02-01'}), '1',
	'whatever the session prints dates like');

# ---- joins, parameters, rescans
is(value('SELECT count(*), sum(total) FROM live.users JOIN live.orders ON users.id = user_id WHERE country = \'FR\''),
	$source->safe_psql('postgres', q{SELECT count(*), sum(total) FROM app.users JOIN app.orders ON users.id = user_id WHERE country = 'FR'}),
	'a join of two');
is(value(q{SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
	SELECT sum(o.total) FROM (VALUES (5), (6), (NULL)) v(i) JOIN live.users u ON u.id = v.i JOIN live.orders o ON o.user_id = u.id}),
	$source->safe_psql('postgres', 'SELECT sum(total) FROM app.orders WHERE user_id IN (5, 6)'), 'nested loops with parameters');
is(value(q{SELECT string_agg(x.email, ',') = string_agg(confiture.email('user' || v.i || '@corp.test'), ',')
	FROM generate_series(1, 20) v(i), LATERAL (SELECT email FROM live.users WHERE id = v.i LIMIT 1) x}), 't', 'LATERAL');
is(value(q{PREPARE p(bigint) AS SELECT country FROM live.users WHERE id = $1;
	EXECUTE p(3); EXECUTE p(4); SET plan_cache_mode = force_generic_plan; EXECUTE p(3); EXECUTE p(NULL); EXECUTE p(5)}),
	"FR\nDE\nFR\nDE", 'prepared statements');
is(value(q{SELECT count(*) FROM (SELECT 1 FROM live.users LIMIT 7) l}), '7', 'LIMIT');
is(value(q{BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.users ORDER BY id; FETCH 2 FROM c;
	DECLARE d CURSOR FOR SELECT id FROM live.users WHERE id > 100; FETCH 1 FROM d; CLOSE c; FETCH 1 FROM d;
	SELECT count(*) FROM live.orders; COMMIT}), "1\n2\n101\n102\n20000", 'cursors side by side');
is(value(q{BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.users WHERE id > 10; FETCH 1 FROM c; SAVEPOINT s;
	FETCH 1 FROM c; DECLARE d CURSOR FOR SELECT id FROM live.users; FETCH 1 FROM d; ROLLBACK TO s; FETCH 1 FROM c;
	SELECT count(*) FROM live.users; COMMIT}), "11\n12\n1\n13\n5000", 'savepoints');
is(value(q{BEGIN; SELECT count(*) FROM live.orders; SAVEPOINT s;
	DO $$ BEGIN FOR i IN 1..30 LOOP BEGIN PERFORM 1 / (id - 3000) FROM live.users; EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$;
	SELECT count(*) FROM confiture.connections; SELECT count(*) FROM live.users; COMMIT;
	SELECT server_name, valid, in_transaction, reading FROM confiture.connections}),
	"20000\n1\n5000\nprod|t|f|f", 'errors leave no connection behind');
is(value(q{CREATE MATERIALIZED VIEW m AS SELECT id, email FROM live.users; REFRESH MATERIALIZED VIEW m;
	SELECT count(*) FROM m WHERE email LIKE '%corp.test'}), '0', 'a materialized view');

value('SET default_statistics_target = 10; ANALYZE live.orders, live.users');
is(value(q{SELECT count(*) FROM pg_stats WHERE schemaname = 'live'}), 11, 'ANALYZE');
is(value(q{SELECT reltuples FROM pg_class WHERE oid = 'live.orders'::regclass}), 20000, '... of a sample');
is(value(q{SELECT count(*) FROM pg_stats WHERE schemaname = 'live' AND (histogram_bounds::text LIKE '%corp.test%' OR most_common_vals::text LIKE '%corp.test%')}), 0, '... of masked values');

# ---- one snapshot
my $session = $target->background_psql('postgres');
is($session->query_safe('BEGIN; SELECT count(*) FROM live.orders'), '20000', 'a transaction reads');
$source->safe_psql('postgres', 'DELETE FROM app.orders WHERE id > 19990; DELETE FROM app.users WHERE id > 4995 AND id NOT IN (SELECT user_id FROM app.orders)');
is($session->query_safe('SELECT count(*) FROM live.orders'), '20000', 'the same again');
is($session->query_safe('SELECT count(*) FROM live.orders a, live.orders b WHERE a.id = b.id AND a.id > 19990'), '10',
	'and by two connections');
is($session->query_safe('COMMIT; SELECT count(*) FROM live.orders'), '19990', 'and then what came meanwhile');

# ---- changes
is($session->query_safe('PREPARE q AS SELECT email FROM live.users WHERE id = 1; EXECUTE q'),
	value(q{SELECT confiture.email('user1@corp.test')}), 'prepared');
value(q{SELECT confiture.set_rule('live.users', 'email', 'hash')});
is($session->query_safe('EXECUTE q'), value(q{SELECT confiture.hash('user1@corp.test')}), 'a new rule holds at once');
value(q{SELECT confiture.set_rule('live.users', 'id', 'hash')});
is($session->query_safe('SELECT count(*) FROM live.users WHERE id = 1'), '0', 'also on a column whose conditions were shipped');
is($session->query_safe('SELECT count(*) FROM live.orders o JOIN live.users u ON u.id = o.user_id'), '19990',
	'a rule on a key holds for what references it');
is($session->query_safe('SELECT count(*) FROM live.orders WHERE user_id BETWEEN 1 AND 5000') < 100, 1, 'which is masked too');
value(q{SELECT confiture.drop_rule('live.users', 'id')});
is($session->query_safe('SELECT count(*) FROM live.users WHERE id = 1'), '1', 'and back');
value('SELECT confiture.rotate_key()');
is($session->query_safe('EXECUTE q'), value(q{SELECT confiture.hash('user1@corp.test')}), 'a new key holds at once');
$source->safe_psql('postgres', 'ALTER TABLE app.users ALTER country TYPE varchar(10)');
ok($session->query_safe('SELECT count(*) FROM live.users WHERE country = \'FR\'') > 1000, 'another type on the source is another plan');
$source->restart;
ok($session->query_safe('SELECT count(*) FROM live.users') > 4000, 'the source may be restarted');
$session->quit;

# ---- what is refused
ConfitureTest::fails_like($target, $_->[0], [ $_->[1] ], "refused: $_->[0]") for (
	[ q{INSERT INTO live.users (id) VALUES (1)}, qr/cannot insert into foreign table/ ],
	[ q{UPDATE live.users SET id = 1}, qr/cannot update foreign table/ ],
	[ q{DELETE FROM live.users}, qr/cannot delete from foreign table/ ],
	[ q{TRUNCATE live.users}, qr/cannot truncate foreign table/ ],
	[ q{COPY live.users (id) FROM PROGRAM 'echo 1'}, qr/cannot insert into foreign table/ ],
	[ q{SELECT confiture.set_rule('live.users', 'country', 'choice', '{"values": ["FR", "DE"]}'); SELECT country FROM live.users}, qr/another value with each query/ ],
	[ q{ALTER FOREIGN TABLE live.users OPTIONS (ADD hots 'x')}, qr/invalid option "hots"/ ],
	[ q{ALTER FOREIGN TABLE live.users OPTIONS (SET table_name '')}, qr/must be a name/ ],
	[ q{ALTER SERVER prod OPTIONS (ADD keep_connections 'x')}, qr/requires a Boolean value/ ]);
is(value(q{ALTER SERVER prod OPTIONS (ADD keep_connections 'off'); SELECT count(*) FROM live.orders; SELECT count(*) FROM confiture.connections}),
	"19990\n0", 'keep_connections');
is($source->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'}), '0',
	'no transaction stays open on the source');
done_testing;
