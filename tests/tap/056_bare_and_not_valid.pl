# Tables without a value to copy, and CHECKs that are NOT VALID.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0]) }

# Rows without a column, or with columns that are all computed
foreach my $node ($source, $target)
{
	$node->safe_psql('postgres', q{
		CREATE TABLE bare ();
		CREATE TABLE computed (two int GENERATED ALWAYS AS (1 + 1) STORED);
		CREATE TABLE parts (day date GENERATED ALWAYS AS ('2026-01-01') STORED, two int GENERATED ALWAYS AS (2) STORED);
		CREATE TABLE dropped (a int)});
}
$source->safe_psql('postgres', q{
	INSERT INTO bare SELECT FROM generate_series(1, 5); INSERT INTO computed SELECT FROM generate_series(1, 7);
	INSERT INTO parts SELECT FROM generate_series(1, 9); INSERT INTO dropped VALUES (1)});
my $counts = q{SELECT concat_ws(' ', (SELECT count(*) FROM bare), (SELECT sum(two) FROM computed), (SELECT sum(two) FROM parts))};
foreach my $format (qw(text binary))
{
	ConfitureTest::sync($target, "'public.$_', format => '$format'") for qw(bare computed parts);
	is(value($counts), '5 14 18', "one by one, $format");
	value('TRUNCATE bare, computed, parts');
	value("CALL confiture.sync('prod', exclude => '{dropped}', format => '$format')");
	is(value($counts), '5 14 18', "in a run, $format");
}
value("CALL confiture.sync('prod', exclude => '{dropped}', atomic => true)");
is(value($counts), '5 14 18', 'in one transaction');
value("SELECT confiture.set_rule('dropped', 'a', 'drop')");
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'dropped')}, [qr/no column is left to copy/], 'a rule that leaves nothing is a mistake');
$_->safe_psql('postgres', 'DROP TABLE bare, computed, parts, dropped') for $source, $target;

# NOT VALID: checked for new rows, which those of the source are
foreach my $node ($source, $target)
{
	$node->safe_psql('postgres', q{
		CREATE DOMAIN small AS int; CREATE DOMAIN smaller AS small;
		CREATE FUNCTION is_odd(int) RETURNS bool LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS 'SELECT $1 % 2 = 1';
		CREATE TABLE codes (id int PRIMARY KEY, code text, size smaller, other small, mail text)});
}
$source->safe_psql('postgres', q{INSERT INTO codes SELECT i, repeat('x', i), i, i, 'a@b.test' FROM generate_series(1, 20) i; INSERT INTO codes (id) VALUES (21)});
value(q{
	SELECT confiture.set_rule('codes', 'mail', 'email');
	ALTER DOMAIN small ADD CONSTRAINT under_10 CHECK (VALUE < 10) NOT VALID;
	ALTER TABLE codes ADD CONSTRAINT is_short CHECK (length(code) < 20) NOT VALID, ADD CONSTRAINT is_long CHECK (length(code) > 0) NOT VALID,
		ADD CONSTRAINT odd CHECK (is_odd(id) OR id > 0) NOT VALID, ADD CONSTRAINT mailed CHECK (mail LIKE '%@%') NOT VALID});
my $both = ConfitureTest::fails_like($target, q{CALL confiture.sync('prod')}, [
	qr/rows of the source violate constraint is_short, which is NOT VALID here/,
	qr/size.*rows of the source violate constraint under_10 of domain public\.small/,
	qr/other.*rows of the source violate constraint under_10 of domain/,
	qr/ALTER TABLE public\.codes DROP CONSTRAINT is_short;/,
	qr/ALTER DOMAIN public\.small DROP CONSTRAINT under_10;/], 'the plan finds rows that violate them, all at once');
unlike($both, qr/is_long|xxxx/, 'and no other, and quotes none');
is(value('SELECT count(*) FROM codes'), '0', 'before a row moves');
like(value(q{SELECT string_agg(w, E'\n') FROM confiture.plan('prod', 'codes', filter => 'id < 10') p, unnest(p.warnings) w}),
	qr/constraint mailed is NOT VALID.*reads mail, which is not copied as it is.*constraint odd is NOT VALID.*calls functions of users/s, 'what it cannot tell it warns of');
is(ConfitureTest::sync($target, q{'codes', filter => 'id < 10'}), '9', 'filtered, they can be loaded');
value('ALTER TABLE codes DROP CONSTRAINT is_short; ALTER DOMAIN small DROP CONSTRAINT under_10');
value(q{CALL confiture.sync('prod')});
is(value('SELECT count(*) FROM codes'), '21', 'as told');

done_testing();
