# What a masked foreign table has the source do: sorting, LIMIT, count(*), on kept columns, and no more than that.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0]) }
# The results of many queries, by one session.
sub results
{
	my ($node, @queries) = @_;
	my $out = $node->safe_psql('postgres', 'SET search_path = live, public; ' . join(' ', map { "SELECT '===';\n$_;\n" } @queries));
	my (undef, @results) = split /^===\n?/m, $out;
	s/\n\z// foreach @results;
	return @results;
}
sub explained { return results($target, map { "EXPLAIN (VERBOSE, COSTS OFF) $_" } @_) }

$source->safe_psql('postgres', q{
	CREATE TABLE t (id int PRIMARY KEY, v text, w varchar(9), x text COLLATE "und-x-icu", r numeric, d date, m int, gone int);
	INSERT INTO t SELECT i, chr(65 + i % 50) || i, CASE WHEN i % 7 > 0 THEN chr(122 - i % 50) END, chr(65 + i % 50), CASE WHEN i % 5 > 0 THEN i % 50 END, date '2024-01-01' + i % 9, i, 1
	FROM generate_series(1, 2000) i;
	ANALYZE});
value(q{CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public FROM SERVER prod INTO live;
	SELECT confiture.set_rule('live.t', 'm', 'hash')});

# ---- sorting
sub same
{
	my @queries = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @there = results($source, @queries);
	my @here = results($target, @queries);
	is($here[$_], $there[$_], "the same: $queries[$_]") foreach 0 .. $#queries;
	return;
}
my @orders = ('id', 'id DESC', 'r NULLS FIRST, id', 'r DESC, id DESC', 'd, v', 'w, id', 'w DESC NULLS LAST, id', 'v COLLATE "C" DESC');
same(map { ("SELECT id, v FROM t ORDER BY $_", "SELECT id FROM t WHERE id > 3 ORDER BY $_ LIMIT 7 OFFSET 2") } @orders);
my @plans = explained(map { "SELECT id FROM t ORDER BY $_ LIMIT 7 OFFSET 2" } @orders);
like($plans[$_], qr/^Limit\n.*->  Foreign Scan.*ORDER BY .* LIMIT 9\)/s, "shipped: ORDER BY $orders[$_] LIMIT") foreach 0 .. $#orders;
sub not_shipped
{
	my ($what, @queries) = @_;
	my @explained = explained(@queries);
	unlike($explained[$_], $what, "not shipped: $queries[$_]") foreach 0 .. $#queries;
	return;
}
not_shipped(qr/Remote SQL.*(?:ORDER BY|LIMIT)/,
	'SELECT id FROM t ORDER BY m LIMIT 3', 'SELECT id FROM t ORDER BY x LIMIT 3', 'SELECT id FROM t ORDER BY id, m LIMIT 3', 'SELECT id FROM t ORDER BY v COLLATE "und-x-icu" LIMIT 3',
	'SELECT id FROM t ORDER BY -id LIMIT 3', 'SELECT id FROM t WHERE m > 3 LIMIT 3', q{SELECT id FROM t WHERE v LIKE 'A%' LIMIT 3}, 'SELECT a.id FROM t a JOIN t b ON a.m = b.m LIMIT 3', 'SELECT DISTINCT m FROM t LIMIT 3',
	'SELECT m, count(*) FROM t GROUP BY m LIMIT 3', 'SELECT generate_series(1, id) FROM t LIMIT 3', 'SELECT id FROM t WHERE random() < 2 LIMIT 3');
not_shipped(qr/LIMIT/, 'SELECT id FROM t ORDER BY r FETCH FIRST 3 ROWS WITH TIES');
like((explained('SELECT id FROM t LIMIT 3'))[0], qr/Remote SQL.*LIMIT 3/, 'LIMIT alone');
same('SELECT id FROM t WHERE id < 300 ORDER BY d FETCH FIRST 1 ROWS WITH TIES', 'SELECT count(*) FROM (SELECT id FROM t LIMIT 5) s',
	'SELECT string_agg(x.id::text, $$,$$) FROM generate_series(1, 3) g, LATERAL (SELECT id FROM t WHERE id > g ORDER BY id LIMIT 2) x',
	'(SELECT id FROM t ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM t ORDER BY id DESC LIMIT 2)');
is(value('SELECT count(*) FROM (SELECT id FROM live.t ORDER BY id LIMIT 4 FOR UPDATE) s'), 4, 'with FOR UPDATE');

# ---- count(*)
@plans = explained('SELECT count(*) FROM t', 'SELECT count(*) FROM t WHERE id < 100 AND d IS NOT NULL');
like($plans[0], qr/^Foreign Scan\n.*Remote SQL: SELECT count\(\*\) FROM ONLY public\.t$/s, 'count(*) is shipped');
like($plans[1], qr/Remote SQL: SELECT count\(\*\) FROM ONLY public\.t WHERE/, '... with conditions');
same('SELECT count(*) FROM t', 'SELECT count(*) + 1, count(*) FROM t WHERE id BETWEEN 5 AND 90', 'SELECT 1 FROM t HAVING count(*) > 3', 'SELECT count(*) FROM t WHERE id < (SELECT max(id) / 2 FROM t)',
	'SELECT g, (SELECT count(*) FROM t WHERE id < g) FROM generate_series(1, 4) g', 'SELECT count(*) FROM t WHERE false', 'SELECT count(*) FILTER (WHERE id > 5) FROM t', 'SELECT count(*) FROM t a, t b WHERE a.id = b.id AND a.id < 9',
	'SELECT count(*), max(id) FROM t', 'SELECT count(*) OVER () FROM t LIMIT 1', 'SELECT sum(n) FROM (SELECT count(*) AS n FROM t UNION ALL SELECT count(*) FROM t WHERE id = 1) s');
not_shipped(qr/SELECT count/, 'SELECT count(*) FROM t WHERE m > 5', 'SELECT count(m) FROM t', 'SELECT count(*) FROM t WHERE id + 1 > 5', 'SELECT count(*) FROM t GROUP BY d', 'SELECT count(DISTINCT id) FROM t');
is(value(q{PREPARE c(int) AS SELECT count(*) FROM live.t WHERE id < $1; SET plan_cache_mode = force_generic_plan; EXECUTE c(3); EXECUTE c(NULL); EXECUTE c(10)}), "2\n0\n9", 'prepared');
is(value(q{CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM live.t WHERE id < 100; SELECT count(*) FROM barrier WHERE d > '2024-01-03'}),
	$source->safe_psql('postgres', q{SELECT count(*) FROM t WHERE id < 100 AND d > '2024-01-03'}), 'through a view');
is(value(q{BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.t ORDER BY id; FETCH 1 FROM c; SELECT count(*) FROM live.t; FETCH 1 FROM c; COMMIT}), "1\n2000\n2", 'beside a cursor');

# ---- rules that change
my $session = $target->background_psql('postgres', on_error_stop => 0);
$session->query_safe('SET plan_cache_mode = force_generic_plan; PREPARE a AS SELECT count(*) FROM live.t WHERE id < 10; PREPARE b AS SELECT id FROM live.t ORDER BY id LIMIT 2; PREPARE e AS SELECT d FROM live.t WHERE id = 5 LIMIT 1');
is($session->query_safe("EXECUTE a; EXECUTE b; EXECUTE e"), "9\n1\n2\n2024-01-06", 'prepared');
value(q{SELECT confiture.set_rule('live.t', 'id', 'hash')});
my $first = value('SELECT id FROM live.t ORDER BY id LIMIT 2');
is($session->query_safe("EXECUTE a; EXECUTE b; EXECUTE e"), "0\n$first", 'a rule makes new plans');
value(q{SELECT confiture.drop_rule('live.t', 'id')});
is($session->query_safe("EXECUTE a; EXECUTE b; EXECUTE e"), "9\n1\n2\n2024-01-06", 'and so does its end');
value(q{SELECT confiture.set_pattern('live.*', 'id', 'hash')});
is($session->query_safe("EXECUTE a; EXECUTE b; EXECUTE e"), "0\n$first", 'and a pattern');
value(q{SELECT confiture.drop_pattern('live.*', 'id')});
is($session->query_safe("PREPARE f AS SELECT count(*) FROM live.t WHERE v = 'B1'; EXECUTE f"), 1, 'a text');
$source->safe_psql('postgres', q{ALTER TABLE t ALTER v TYPE varchar(20)});
$session->query('EXECUTE f');
like($session->{stderr}, qr/what happens to the columns of live\.t has changed since the query was planned/, 'another type on the source, of which nothing is heard');
$session->{stderr} = '';
is($session->query_safe('EXECUTE f'), 1, '... once');
$session->quit;
done_testing;
