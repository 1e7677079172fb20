# Equalities on masks that have an inverse: the source looks the real value up, and nobody here sees it.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(source_conf => "log_statement = all\n", target_conf => ConfitureTest::every_log());
sub value { return $target->safe_psql('postgres', $_[0]) }

$source->safe_psql('postgres', q{
	CREATE TABLE t (id int PRIMARY KEY, big bigint UNIQUE, code text UNIQUE, label varchar(12), wide varchar(20), n int, email text, small smallint);
	INSERT INTO t SELECT 70000000 + i, 80000000000 + i, 'canary' || i, 'canary' || i, 'canary' || i, 90000000 + i, 'canary' || i || '@x.test', i FROM generate_series(1, 5000) i;
	ANALYZE});
value(q{CREATE EXTENSION pg_stat_statements; CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public FROM SERVER prod INTO live;
	ALTER FOREIGN TABLE live.t ALTER wide TYPE varchar(12);
	SELECT confiture.set_rule('live.t', 'id', 'hash'), confiture.set_rule('live.t', 'big', 'fpe'), confiture.set_rule('live.t', 'code', 'fpe'), confiture.set_rule('live.t', 'label', 'digits'),
		confiture.set_rule('live.t', 'wide', 'fpe', '{"masking_domain": "wide"}'), confiture.set_rule('live.t', 'n', 'noise'), confiture.set_rule('live.t', 'email', 'email'), confiture.set_rule('live.t', 'small', 'hash');
	CREATE TABLE masked AS SELECT * FROM live.t});

my $at = -s $source->logfile;
my %value;
@value{qw(id big code label wide small)} = split /\|/, value('SELECT id, big, code, label, wide, small FROM masked ORDER BY email LIMIT 1 OFFSET 17');
for my $column (qw(id big code label small))
{
	my $found = value(qq{
		SELECT count(*), min(email) FROM masked WHERE ${column}::text = '$value{$column}';
		SELECT count(*), min(email) FROM live.t WHERE $column = '$value{$column}';
		SELECT count(*), min(email) FROM live.t WHERE $column IN ('$value{$column}', NULL);
		SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT count(*), min(email) FROM live.t WHERE $column = \$1; EXECUTE p('$value{$column}');
		EXPLAIN (VERBOSE, COSTS OFF) SELECT email FROM live.t WHERE $column = '$value{$column}'});
	my ($wanted, @here) = split /\n/, $found;
	is("@here[0 .. 2]", "$wanted $wanted $wanted", "$column = a masked value, IN, a parameter");
	like($found, qr/WHERE \("$column" IN \(unmasked here\)\)/, '... shipped, and not shown');
}
is(value("SELECT count(*) FROM live.t WHERE id = $value{id}::bigint"), 1, 'another integer type');
is(value('SELECT count(*) FROM live.t WHERE id = 9223372036854775807'), 0, 'a number that no integer is');
is(value("SELECT count(*) FROM live.t WHERE id = NULL OR id IN (1, 2)"), 0, 'NULL');
is(value("SELECT count(*) FROM live.t WHERE code = '' OR code = 'canary17'"), value("SELECT count(*) FROM masked WHERE code = 'canary17'"), 'no masked value');
is(value(q{SELECT count(*) FROM live.t WHERE code = 'O''Hara\ \\'}), 0, 'quotes');
is(value("SELECT count(*), min(email) FROM live.t WHERE wide = '$value{wide}'"), value("SELECT count(*), min(email) FROM masked WHERE wide = '$value{wide}'"), 'a column that is narrower here');
unlike(value(join ' ', map { "EXPLAIN (VERBOSE, COSTS OFF) SELECT FROM live.t WHERE $_->[0];" } (
	["wide = 'a'"], ["email = 'a'"], ['n = 7'], ['id > 7'], ['id <> 7'], ['NOT id = 7'], ['id = 7 OR id = 8 OR n = 3'], ['id + 1 = 7'], ["code LIKE 'a'"], ["code COLLATE \"C\" < 'a'"], ['id = small'])), qr/unmasked here/, 'not shipped');
is(value(q{SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SET enable_seqscan = on;
	SELECT count(*), bool_and(m.email = u.email) FROM (SELECT * FROM masked ORDER BY email LIMIT 5) m JOIN live.t u ON u.id = m.id}), '5|t', 'nested loops by a masked key');
is(value("SELECT count(*) FROM live.t WHERE id = $value{id}"), 1, 'found');
my $shipped = slurp_file($source->logfile, $at);
like($shipped, qr/WHERE \("id" IN \('7000\d{4}'::pg_catalog\."int4"\)\)/, 'the source looks the real value up');

# The rule is gone, or another: nothing is inverted by the old one.
my $session = $target->background_psql('postgres');
$session->query_safe("PREPARE p AS SELECT count(*) FROM live.t WHERE id = $value{id}");
is($session->query_safe('EXECUTE p'), 1, 'prepared');
value('SELECT confiture.rotate_key()');
is($session->query_safe('EXECUTE p'), value("SELECT count(*) FROM (SELECT id FROM live.t OFFSET 0) s WHERE id = $value{id}"), 'after another key');
$session->quit;

# ---- estimates of the source
$source->safe_psql('postgres', q{CREATE TABLE skewed (id int PRIMARY KEY, kind text, secret int);
	INSERT INTO skewed SELECT i, CASE WHEN i % 1000 = 0 THEN 'rare' ELSE 'common' END, 70000000 + i FROM generate_series(1, 10000) i; ANALYZE skewed});
value(q{IMPORT FOREIGN SCHEMA public LIMIT TO (skewed) FROM SERVER prod INTO live; SELECT confiture.set_rule('live.skewed', 'secret', 'hash')});
my $masked = value('SELECT secret FROM live.skewed WHERE id = 7');
sub rows_of { return map { value("EXPLAIN SELECT * FROM live.skewed WHERE $_") =~ /rows=(\d+)/ ? $1 : 'none' } @_ }
my @conditions = (q{kind = 'rare'}, q{kind = 'common'}, q{kind = 'common' AND id > 9000}, "secret = $masked", 'true');
is(join(' ', rows_of(@conditions)), '50 50 17 50 10000', 'estimates of what nobody has analyzed');
my $since = -s $source->logfile;
value('ALTER SERVER prod OPTIONS (ADD use_remote_estimate $$on$$)');
my @rows = rows_of(@conditions);
ok($rows[0] == 10 && $rows[1] == 9990 && abs($rows[2] - 999) < 20 && $rows[3] == 50 && $rows[4] == 10000, 'those of the source') or diag "@rows";
my $asked = slurp_file($source->logfile, $since);
is(scalar(() = $asked =~ /EXPLAIN SELECT NULL FROM ONLY public\.skewed WHERE [^\n]*kind/g), 3, '... which was asked');
unlike($asked, qr/$masked|\b7000\d{4}\b|secret" (?:=|IN)/, '... for conditions on kept columns only');
is(value(q{SET plan_cache_mode = force_generic_plan; PREPARE k(text) AS SELECT count(id + 0) FROM live.skewed WHERE kind = $1; EXECUTE k('rare')}), 10, 'with a parameter');
value('ALTER FOREIGN TABLE live.skewed OPTIONS (ADD use_remote_estimate $$off$$)');
is(join(' ', rows_of(@conditions)), '50 50 17 50 10000', 'the table has its own option');
ConfitureTest::fails_like($target, 'ALTER FOREIGN TABLE live.skewed OPTIONS (SET use_remote_estimate $$x$$)', [qr/requires a Boolean value/], 'no other word');

# ---- the real value is nowhere here
my $log = slurp_file($target->logfile);
is(scalar(() = $log =~ /\b7000\d{4}\b|\b8000000\d{4}\b/g), 0, 'no real number in the log') or diag $log =~ /(.{0,200}\b7000\d{4}\b.{0,80})/s;
is(scalar(() = $log =~ /unmasked here/g) > 0, 1, '... which has the plans');
is(value(q{SELECT count(*) FROM pg_stat_statements WHERE query ~ '\m7000\d{4}\M'}), 0, 'nor in pg_stat_statements');
done_testing;
