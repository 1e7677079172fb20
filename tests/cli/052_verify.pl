# verify: values of every type have the same sums on servers with different settings, and the smallest difference shows.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "datestyle = 'German'\nintervalstyle = iso_8601\nextra_float_digits = -3\ntimezone = 'Asia/Tokyo'\nbytea_output = escape");
my $tables = q{CREATE EXTENSION hstore; CREATE TYPE mood AS ENUM ('well', 'so so'); CREATE DOMAIN short AS text CHECK (length(VALUE) < 30);
	CREATE TYPE pair AS (a integer, b text);
	CREATE TABLE everything (id integer PRIMARY KEY, b boolean, i2 smallint, i8 bigint, r real, d double precision, n numeric, m money, t text, c char(5),
		v varchar(9), by bytea, da date, ti time, tt timetz, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml, ia integer[], ta text[],
		ip inet, ma macaddr, p point, rg int4range, mr datemultirange, bi bit(3), vb varbit, tv tsvector, h hstore, mo mood, sh short, pa pair, g tsquery, cl regclass);
	CREATE TABLE parent (id integer PRIMARY KEY, t text); CREATE TABLE child (extra text) INHERITS (parent)};
$_->safe_psql('postgres', $tables) for $source, $target;
$source->safe_psql('postgres', q{CREATE TABLE days (day date, n integer) PARTITION BY RANGE (day); CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2026-02-01') TO ('2026-03-01'); CREATE TABLE flat (id integer PRIMARY KEY, t text)});
$target->safe_psql('postgres', q{CREATE TABLE days (day date, n integer); CREATE TABLE flat (id integer, t text) PARTITION BY HASH (id);
	CREATE TABLE flat_0 PARTITION OF flat FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE flat_1 PARTITION OF flat FOR VALUES WITH (MODULUS 2, REMAINDER 1)});
$source->safe_psql('postgres', q{
	INSERT INTO everything VALUES (1, true, -1, 9223372036854775807, 'NaN', '-0', 'NaN', 1234567.89, '\N', 'x', '', '\x00ff27', 'infinity', '24:00', '12:00+05:30',
		'4713-01-01 BC', '2026-03-29 02:30+01', '1 mon 2 days -3 hours', gen_random_uuid(), '{"b": 1, "a": null, "b": 2}', '{"b": 1.00, "a": [null]}', '<a b="c">d</a>',
		'[0:1]={1,NULL}', '{a,"NULL",NULL,"{}"}', '10.0.0.1/8', '08:00:2b:01:02:03', '(1.5,-0)', '[1,)', '{[2026-01-01,2026-02-01)}', '101', '1', 'a:1A b', 'k=>NULL',
		'so so', 'x', '(1,"a,b")', 'a & b', 'everything'), (3, false, 0, 0, '-infinity', 0.1, 1.50, -5, '', '', ' ', '', '2026-01-01', '00:00', '00:00Z', 'infinity', '-infinity', '0', NULL,
		'[]', 'null', '', '{}', '{}', '::1', NULL, '(NaN,infinity)', 'empty', '{}', '000', '', '', '', 'well', '', '(,)', '', NULL);
	INSERT INTO everything (id) VALUES (2);
	INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (1, 'c', 'e'), (2, 'd', 'e');
	INSERT INTO days SELECT '2026-01-01'::date + i, i FROM generate_series(0, 50) i; INSERT INTO flat SELECT i, i FROM generate_series(1, 100) i});
ClientTest::exits($target, [qw(sync --policy off --filter), 'days=n % 2 = 0 -- even'], 0, qr/done, 5 tables/, 'sync');
my $same = ClientTest::exits($target, ['verify'], 0, qr/./, 'verify');
like($same, qr/^public\.$_$/m, "the same: $_") for 'child\s+same\s+2\s+2\s+3', 'days\s+same\s+26\s+26\s+2', 'everything\s+same\s+3\s+3\s+38', 'flat\s+same\s+100\s+100\s+2', 'parent\s+same\s+1\s+1\s+2';

# Each changes one value to the one that is hardest to distinguish from it.
my %other = (r => q{'infinity' WHERE id = 1}, d => '0 WHERE id = 1', n => '1.5 WHERE id = 3', m => '1234567.90 WHERE id = 1', t => 'NULL WHERE id = 1', v => q{'' WHERE id = 3}, by => q{'\x00ff28' WHERE id = 1},
	da => q{'-infinity' WHERE id = 1}, ti => q{'00:00' WHERE id = 1}, tt => q{'06:30+00' WHERE id = 1}, tz => q{'2026-03-29 02:30:00.000001+01' WHERE id = 1}, iv => q{'32 days -3 hours' WHERE id = 1},
	j => q{'{"b": 1,"a": null, "b": 2}' WHERE id = 1}, jb => q{'{"b": 1.0, "a": [null]}' WHERE id = 1}, ia => q{'{1,NULL}' WHERE id = 1}, ta => q{'{a,NULL,NULL,"{}"}' WHERE id = 1},
	p => q{'(1.5,0)' WHERE id = 1}, rg => q{NULL WHERE id = 3}, vb => q{NULL WHERE id = 3}, pa => q{'(,"")' WHERE id = 3}, h => q{'k=>"NULL"' WHERE id = 1}, b => 'NULL WHERE id = 3');
foreach my $column (sort keys %other)
{
	$target->safe_psql('postgres', qq{CREATE TABLE before AS TABLE everything; UPDATE everything SET $column = $other{$column}});
	ClientTest::exits($target, [qw(verify everything)], 1, qr/^public\.everything\s+differs\s+3\s+3\s+38\s+differing: $column$/m, "found: $column = $other{$column}");
	$target->safe_psql('postgres', 'TRUNCATE everything; INSERT INTO everything TABLE before; DROP TABLE before');
}
$target->safe_psql('postgres', q{UPDATE everything SET u = NULL, jb = '1', i2 = 7});
ClientTest::exits($target, [qw(verify everything)], 1, qr/differing: i2, u, jb$/m, 'columns in the order of the table');
$target->safe_psql('postgres', 'UPDATE flat SET t = 5 WHERE id = 4; UPDATE flat SET t = 4 WHERE id = 5; DELETE FROM days WHERE n = 2; INSERT INTO days SELECT * FROM days WHERE n = 4');
ClientTest::exits($target, [qw(verify days flat)], 1, qr/^public\.days\s+differs\s+26\s+26\s+2\s+differing: day, n\npublic\.flat\s+differs\s+100\s+100\s+2\s+the same values in different rows$/m, 'a row that is there twice, and values that changed places');
ClientTest::exits($target, [qw(verify days --source-uri), 'host=' . $source->host . ' port=' . $source->port . ' dbname=template1'], 4, qr/not compared.*the table no longer exists on the source/, 'another source');

done_testing();
