# The loader `tuples` writes what COPY FROM writes: the same tuples to the byte, the same entries in indexes, the same
# errors; and says of what it leaves to COPY FROM why.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
for my $node ($source, $target)
{
	$node->safe_psql('postgres', q{
		CREATE EXTENSION citext;
		CREATE TYPE mood AS ENUM ('sad', 'happy');
		CREATE DOMAIN positive AS int CHECK (VALUE > 0);
	});
}
$target->safe_psql('postgres', 'CREATE EXTENSION pageinspect; CREATE EXTENSION amcheck; CREATE EXTENSION pg_visibility');

# How the rows lie in the heap: header bits but those of visibility, and data. TOAST pointers differ by their OIDs.
my $image = q{
	SELECT count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', i.t_infomask::bit(16) & b'0000000000000111', i.t_infomask2 & 2047,
		i.t_hoff, i.t_bits, i.t_data), E'\n' ORDER BY b, i.lp)), '')
	FROM generate_series(0, pg_relation_size('%1$s') / current_setting('block_size')::int - 1) b, heap_page_items(get_raw_page('%1$s', b::int)) i
	WHERE i.t_xmax = 0 };

# Loads with each loader. Returns what was written by each, or the errors.
sub load_with
{
	my ($loader, $table, $options) = @_;
	my ($out, $err);
	$target->safe_psql('postgres', 'ALTER SEQUENCE shaped_s_seq RESTART; ALTER SEQUENCE shaped_e_seq RESTART') if $table eq 'shaped';
	my $status = $target->psql('postgres', "SELECT rows FROM confiture.sync_table('prod', '$table', policy => 'off', loader => '$loader'$options)",
		stdout => \$out, stderr => \$err, extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ]);
	$err =~ s/^LOCATION:.*\n?//mg;
	return $err if $status != 0;
	is($target->safe_psql('postgres', "SELECT DISTINCT loader FROM confiture.plan('prod', '$table', policy => 'off', loader => '$loader'$options) WHERE loader IS NOT NULL"),
		$target->safe_psql('postgres', 'SELECT loader FROM confiture.run_tables ORDER BY run_id DESC LIMIT 1'), "$table, $loader: the plan says what is on record");
	return "$out rows: " . $target->safe_psql('postgres', sprintf($image, $table)) . ' ' . $target->safe_psql('postgres', "SELECT md5(string_agg(whole_row::text, '')) FROM $table whole_row");
}

sub same
{
	my ($table, $options, $like) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($by_tuples, $by_copy) = map { load_with($_, $table, $options // '') } qw(tuples copy);
	is($by_tuples, $by_copy, "$table is loaded as by COPY FROM");
	like($by_tuples, $like // qr/^\d+ rows: \d+ \w/, 'and as expected');
	return;
}

# A table on both sides, filled on the source.
sub table
{
	my ($name, $columns, $values, $target_columns, $extra) = @_;
	$source->safe_psql('postgres', "CREATE TABLE $name ($columns); INSERT INTO $name $values");
	$target->safe_psql('postgres', "CREATE TABLE $name (" . ($target_columns // $columns) . '); ' . ($extra // ''));
	return;
}

table('kinds', q{b bool, s smallint, i int, l bigint, o oid, f real, d double precision, m money, dt date, t time, t2 time(2),
	ts timestamp, tz timestamptz, ts0 timestamp(0), iv interval, u uuid, v varchar(7), c char(5), x text, by bytea, n name, ch "char",
	num numeric, n2 numeric(12,2), n0 numeric(30), nn numeric(3,-2), js json, jb jsonb, ip inet, mac macaddr, bits bit varying, md mood, ps positive,
	ia int[], ta text[], p point, r int4range, xid xid8},
	q{SELECT i % 2 = 0, i, -i, i * 100000000000, i::oid, i / 3.0, -i / 7.0, i * 1.1::numeric::money,
		CASE i % 4 WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN date '4713-01-01 BC' ELSE current_date + i END,
		time '00:00' + i * interval '3 minutes', time '00:00' + i * interval '3 minutes',
		CASE i % 3 WHEN 0 THEN timestamp '294276-12-31 23:59:59.999999' WHEN 1 THEN 'infinity' ELSE timestamp '2000-01-01' + i * interval '1 day' END,
		CASE i % 3 WHEN 0 THEN timestamptz '4713-01-01 00:00:00+00 BC' ELSE timestamptz '2000-01-01' + i * interval '1 day' END,
		timestamp '2000-01-01' + i * interval '1.5 days', i * interval '1 hour', gen_random_uuid(),
		left(repeat(CASE i % 3 WHEN 0 THEN 'é' ELSE 'a' END, i), 7), left(repeat('ü', i), i % 6), CASE i WHEN 50 THEN '' WHEN 51 THEN repeat('x', 126) WHEN 52 THEN repeat('x', 127)
			WHEN 53 THEN repeat('中', 500) ELSE md5(i::text) || 'ß' END,
		decode(repeat('00ff', i), 'hex'), 'name' || i, chr(60 + i % 60)::"char",
		CASE i % 9 WHEN 0 THEN 'NaN'::numeric WHEN 1 THEN 'Infinity' WHEN 2 THEN 0.00 WHEN 3 THEN 1e100 WHEN 4 THEN -1e-100 WHEN 5 THEN 10000 WHEN 6 THEN 1.0001
			WHEN 7 THEN repeat('9', 300)::numeric ELSE -0.000012 END,
		CASE i % 5 WHEN 0 THEN 'NaN'::numeric WHEN 1 THEN 9999999999.99 WHEN 2 THEN 0.01 WHEN 3 THEN -1234.5 ELSE 100 END, 10::numeric ^ (i % 28), i * 100,
		json_build_object('k', i), jsonb_build_object('k', i, 'n', ARRAY[1, 2]), ('10.0.0.' || i)::inet, '08:00:2b:01:02:03', i::bit(8),
		CASE i % 2 WHEN 0 THEN 'sad' ELSE 'happy' END::mood, i, ARRAY[i, NULL, 3], ARRAY['a', NULL], point(i, -i), int4range(i, i + 5), i::text::xid8
	FROM generate_series(1, 200) i});
$source->safe_psql('postgres', 'UPDATE kinds SET s = NULL, ts = NULL, x = NULL WHERE i % 3 = 0; INSERT INTO kinds DEFAULT VALUES');
same('kinds');
my $masked = q{, rules => '{"x": "hash", "n2": "null", "ts": "null", "b": {"strategy": "constant", "value": "true"}}'};
same('kinds', $masked);
# As texts: what is written in the plainest way, and all else; clocks of zones with minutes, and with seconds.
for my $zone ('Asia/Kolkata', 'America/St_Johns', 'UTC')
{
	$source->safe_psql('postgres', "ALTER DATABASE postgres SET timezone = '$zone'");
	same('kinds', q{, format => 'text'});
}
same('kinds', "$masked, format => 'text'");
ConfitureTest::same_rows($source, $target, 'SELECT i, s, l, dt, t, tz, u, v, num, nn, by, ia, ta FROM kinds ORDER BY i', 'and every value is that of the source')
  if load_with('tuples', 'kinds', q{, format => 'text'}) =~ /^201 rows/;

# Numbers of every length, with zeros at either end; times of every number of decimals.
table('digits', 'a numeric, b numeric(30,7), c bigint, d timestamp, e timestamptz, f time, g date',
	q{SELECT x, (CASE WHEN abs(x) < 1e20 THEN x ELSE i END)::numeric(30,7), (random() * 2 ^ (i % 62) - 2 ^ (i % 50))::bigint, t, t::timestamptz, t::time, t::date
	FROM (SELECT i, (CASE i % 4 WHEN 0 THEN '-' ELSE '' END || (10 ^ (i % 23) * random())::numeric(40, 0) || '.' || repeat('0', i % 7) || (i * 7919) || repeat('0', i % 5))::numeric
			* 10::numeric ^ (i % 11 - 5) AS x,
		date_trunc((ARRAY['microseconds', 'milliseconds', 'second', 'minute', 'hour', 'day'])[i % 6 + 1], timestamp '0001-01-01' + random() * interval '10500 years') AS t
		FROM generate_series(1, 6000) i) n});
for my $format (qw(binary text))
{
	same('digits', ", format => '$format'");
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM digits ORDER BY a, d', "$format: every digit is the same");
}

# Columns that do not travel, in another order, dropped ones; defaults, sequences, identities and generated columns.
table('shaped', 'c text, a int, gone int', q{SELECT 'c' || i, i FROM generate_series(1, 3000) i},
	q{a int NOT NULL, dropped text, d text DEFAULT 'default', s serial, t timestamptz, c text, g text GENERATED ALWAYS AS (c || a) STORED, e int GENERATED ALWAYS AS IDENTITY,
	  f positive DEFAULT 7, CHECK (a > 0 AND g IS NOT NULL)}, 'ALTER TABLE shaped DROP dropped');
$source->safe_psql('postgres', 'ALTER TABLE shaped DROP gone');
same('shaped', $_, qr/^3000 rows/) for '', q{, format => 'text'};

# Indexes of every kind, and a key that is exclusive.
table('indexed', 'id int, b int, t text, r int4range, a int[], p point', q{SELECT i, i % 7, md5(i::text), int4range(i, i + 1), ARRAY[i], point(i, i) FROM generate_series(1, 5000) i},
	'id int PRIMARY KEY, b int, t text UNIQUE, r int4range, a int[], p point, EXCLUDE USING gist (r WITH &&)',
	q{CREATE INDEX partial ON indexed (b) WHERE b = 3; CREATE INDEX expression ON indexed (lower(t)); CREATE INDEX hashed ON indexed USING hash (t); CREATE INDEX inverted ON indexed USING gin (a);
	  CREATE INDEX block_range ON indexed USING brin (id); CREATE INDEX space ON indexed USING spgist (p); CREATE INDEX covering ON indexed (b) INCLUDE (t)});
for my $loader (qw(copy tuples))
{
	like(load_with($loader, 'indexed', ''), qr/^5000 rows/, "$loader: every kind of index");
	is($target->safe_psql('postgres', q{SELECT count(*) FROM (SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
		JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indrelid = 'indexed'::regclass AND a.amname = 'btree') x; SELECT * FROM verify_heapam('indexed', check_toast => true)}),
		'5', "$loader: amcheck finds nothing");
	my @counts = map { $target->safe_psql('postgres', "SET enable_seqscan = off; SET enable_bitmapscan = on; SELECT count(*) FROM indexed WHERE $_") }
	  ('b = 3', q{lower(t) = md5('77')}, q{t = md5('77')}, 'a @> ARRAY[77]', 'id = 77', q{p <@ box '(77,77),(77,77)'}, 'r @> 77', 'b = 3 AND t IS NOT NULL');
	is("@counts", '714 1 1 1 1 1 1 714', "$loader: each index finds its rows");
}

# A batch that is full in the middle of a row: what was received of that row survives the index entries of those before.
table('crowded', 'id int, j json, a text[]', q{SELECT i, json_build_object('k', repeat(md5(i::text), 12)), ARRAY[repeat(md5((-i)::text), 9)] FROM generate_series(1, 3000) i},
	undef, q{CREATE INDEX ON crowded (repeat(md5(id::text), 30)); CREATE INDEX ON crowded ((upper(a[1])))});
for my $format (qw(binary text))
{
	like(load_with('tuples', 'crowded', ", format => '$format'"), qr/^3000 rows/, "batches that are full by their bytes, $format");
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM crowded ORDER BY id', 'no value is lost between them');
}

# TOAST: out of line, compressed and not, and a row of many medium values.
table('wide', join(', ', map { "c$_ text" } 1 .. 40), 'SELECT ' . join(', ', map { "CASE i % 3 WHEN 0 THEN repeat(md5(i::text || $_), 3 * $_) WHEN 1 THEN repeat('x', 100 * $_) END" } 1 .. 40) . ' FROM generate_series(1, 60) i',
	undef, 'ALTER TABLE wide ALTER c40 SET STORAGE EXTERNAL, ALTER c39 SET STORAGE PLAIN');
for my $loader (qw(copy tuples))
{
	load_with($loader, 'wide', '');
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM wide', "$loader: values in TOAST");
	is($target->safe_psql('postgres', q{SELECT * FROM verify_heapam('wide', check_toast => true)}), '', 'and amcheck finds nothing');
}
table('large', 'a int, b bytea', q{SELECT 1, decode(repeat('00ff', 40000000), 'hex')});
for my $format (qw(binary text))
{
	like(load_with('tuples', 'large', ", format => '$format'"), qr/^1 rows/, "a value of 80 MB, $format");
	ConfitureTest::same_rows($source, $target, 'SELECT a, md5(b) FROM large', 'is the same');
}

# Pages are filled as by COPY FROM, however much of one a row is; what was allocated ahead of the rows (since 16 by COPY
# FROM too) is not lost.
for my $case (
	[ narrow => 'a int, b int', 'SELECT i, i FROM generate_series(1, 200000) i', '' ],
	[ loose => 'a int, b text', 'SELECT i, md5(i::text) FROM generate_series(1, 20000) i', 'WITH (fillfactor = 30)' ],
	[ few_each => 'a int, b text', 'SELECT i, repeat(md5(i::text), 40 + i % 20) FROM generate_series(1, 40000) i', '' ],
	[ one_each => 'a int, b text STORAGE PLAIN', 'SELECT i, repeat(md5(i::text), 140) FROM generate_series(1, 300) i', '' ],
	[ toasted => 'a int, b text STORAGE EXTERNAL', 'SELECT i, repeat(md5(i::text), 100) FROM generate_series(1, 3000) i', '' ])
{
	my ($name, $columns, $rows, $options) = @$case;
	(my $plain = $columns) =~ s/ STORAGE \w+//;
	$source->safe_psql('postgres', "CREATE TABLE filled_$name ($plain); INSERT INTO filled_$name $rows");
	$target->safe_psql('postgres', "CREATE TABLE filled_$name ($plain) $options");
	$target->safe_psql('postgres', "ALTER TABLE filled_$name ALTER b SET STORAGE $1") if $columns =~ /STORAGE (\w+)/;
	my %pages;
	for my $loader (qw(copy tuples))
	{
		load_with($loader, "filled_$name", '');
		$pages{$loader} = $target->safe_psql('postgres', "SELECT pg_relation_size('filled_$name') / 8192");
	}
	ConfitureTest::same_rows($source, $target, "SELECT * FROM filled_$name", "$name: the same rows");
	my $ahead = $pages{tuples} - $pages{copy};
	ok(abs $ahead < 64, "$name: as many pages as by COPY FROM") or diag "copy $pages{copy}, tuples $pages{tuples}";
	$target->safe_psql('postgres', "INSERT INTO filled_$name SELECT * FROM filled_$name LIMIT 10");
	cmp_ok($target->safe_psql('postgres', "SELECT pg_relation_size('filled_$name') / 8192") - $pages{tuples}, '<=', $ahead > 10 ? 0 : 10, 'pages left over are used next');
	is($target->safe_psql('postgres', "SELECT count(*) FROM verify_heapam('filled_$name', check_toast => true)"), 0, 'and amcheck finds nothing');
}

# Rows that may not be: the same errors, and nothing is left.
for my $fault (
	[ 'null_row', 'a int, b text', q{VALUES (1, 'canary'), (2, NULL)}, 'a int, b text NOT NULL', qr/23502: .*\n(?!.*canary)/ ],
	[ 'bad_check', 'a int, b text', q{VALUES (1, 'canary'), (2, 'canary2')}, 'a int CHECK (a < 2), b text', qr/23514: / ],
	[ 'twice', 'a int, b text', q{VALUES (1, 'canary'), (1, 'canary2')}, 'a int PRIMARY KEY, b text', qr/23505: / ],
	[ 'bad_domain', 'a int', q{VALUES (1), (-1)}, 'a positive', qr/23514: / ],
	[ 'too_large', 'a numeric', q{VALUES (1), (123456)}, 'a numeric(5,2)', qr/22003: / ],
	[ 'meeting', 'a int4range', q{VALUES ('[1,3)'), ('[2,4)')}, 'a int4range, EXCLUDE USING gist (a WITH &&)', qr/23P01: / ])
{
	my ($name, $columns, $values, $target_columns, $like) = @$fault;
	table($name, $columns, $values, $target_columns);
	for my $format (qw(binary text))
	{
		same($name, q{, rules => '{"b": "keep"}'} x ($columns =~ /\bb\b/) . ", format => '$format'", qr/^(?:psql\S* )?ERROR/m);
	}
	is($target->safe_psql('postgres', "SELECT count(*) FROM $name"), '0', "$name: no row is left");
}

# An upsert's rows go through a table of its own, whose columns have other numbers than the target's.
table('moved', 'id int, c text, b text', q{SELECT i, 'c' || i, 'b' || i FROM generate_series(1, 50) i},
	'gone int, b text, g text GENERATED ALWAYS AS (b || 1) STORED, id int PRIMARY KEY, c text', q{ALTER TABLE moved DROP gone; INSERT INTO moved (id, b) VALUES (7, 'old'), (77, 'stays')});
like(load_with('tuples', 'moved', q{, mode => 'upsert'}), qr/^50 rows/, 'an upsert');
is($target->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE b = 'b' || id AND c = 'c' || id AND g = b || 1) FROM moved}), '51|50', 'finds each value in its column');

# A partition itself, an unlogged and a temporary table.
table('measures', 'a int, b text', q{SELECT i, 'b' || i FROM generate_series(1, 100) i}, undef, q{CREATE TABLE parts (a int, b text) PARTITION BY RANGE (a); CREATE TABLE low PARTITION OF parts FOR VALUES FROM (1) TO (101);
	CREATE TABLE lower PARTITION OF parts FOR VALUES FROM (101) TO (150); CREATE UNLOGGED TABLE fast (a int, b text)});
for my $name (qw(low fast))
{
	$source->safe_psql('postgres', "CREATE TABLE $name AS TABLE measures");
	same($name);
}
$source->safe_psql('postgres', 'CREATE TABLE lower AS TABLE measures');
same('lower', '', qr/ERROR:  23514/);

# Partitions: of the table's own shape and another, sub-partitions, a default one, more than keep their slots, each to the
# byte as by COPY FROM.
$source->safe_psql('postgres', q{CREATE TABLE tree AS SELECT i % 2900 - 5 AS k, 't' || i AS t, CASE i % 3 WHEN 0 THEN i END AS n, repeat(md5(i::text), i % 40) AS w FROM generate_series(1, 6000) i});
$target->safe_psql('postgres', q{
	CREATE TABLE tree (gone int, k int, t text NOT NULL, n int, w text, g text GENERATED ALWAYS AS (t || k) STORED) PARTITION BY RANGE (k);
	ALTER TABLE tree DROP gone;
	CREATE TABLE tree_low PARTITION OF tree FOR VALUES FROM (0) TO (1000);
	CREATE TABLE tree_mid (w text, n int, spare int, g text GENERATED ALWAYS AS (t || k) STORED, t text NOT NULL, k int, CHECK (n IS NULL OR n > 0));
	ALTER TABLE tree_mid DROP spare;
	ALTER TABLE tree ATTACH PARTITION tree_mid FOR VALUES FROM (1000) TO (2000);
	CREATE TABLE tree_high PARTITION OF tree FOR VALUES FROM (2000) TO (2800) PARTITION BY LIST ((k % 40));
	SELECT format('CREATE TABLE tree_high_%s PARTITION OF tree_high FOR VALUES IN (%s)', i, i) FROM generate_series(0, 39) i \\gexec
	CREATE TABLE tree_rest PARTITION OF tree DEFAULT;
	CREATE INDEX ON tree (k); CREATE UNIQUE INDEX ON tree_low (t); CREATE INDEX ON tree_mid (lower(t)) WHERE n IS NOT NULL});
my @leaves = ('tree_low', 'tree_mid', 'tree_rest', map { "tree_high_$_" } 0 .. 39);
# COPY asks the free space map where a row goes, which a partition emptied in this transaction makes needless: other places.
my $unordered = $image =~ s/ORDER BY b, i\.lp/ORDER BY i.t_data/r;
my %images;
for my $loader (qw(copy tuples))
{
	is($target->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod', 'tree', policy => 'off', loader => '$loader')"), 6000, "$loader: partitions are loaded");
	$images{$loader} = $target->safe_psql('postgres', join ' UNION ALL ', map { '(SELECT x::text FROM (' . sprintf($unordered, $_) . ") x)" } @leaves);
	is($target->safe_psql('postgres', "SELECT x.* FROM unnest('{@{[ join ',', @leaves ]}}'::regclass[]) c, verify_heapam(c, check_toast => true) x"), '', "$loader: amcheck finds nothing");
	is($target->safe_psql('postgres', q{SET enable_seqscan = off; SELECT count(*), count(DISTINCT tableoid), max(g) FROM tree WHERE k = 2500}), '2|1|t5405' . '2500', "$loader: the index finds its rows");
}
is($images{tuples}, $images{copy}, 'each partition holds the same to the byte');
ConfitureTest::same_rows($source, $target, 'SELECT k, t, n, w FROM tree ORDER BY t', 'and the rows of the source');
like(load_with('tuples', 'parts', q{, source_relation => 'public.measures'}), qr/^100 rows/, 'partitions again');
$target->safe_psql('postgres', 'DROP TABLE tree_rest');
for my $fault ([ 'no partition', '', qr/23514: no partition of relation/ ], [ 'a CHECK of one partition', 'DELETE FROM tree WHERE k >= 2800; UPDATE tree SET k = 1500, n = -1 WHERE k < 0', qr/23514: .*tree_mid/ ])
{
	$source->safe_psql('postgres', $fault->[1]) if $fault->[1];
	my @errors = map { load_with($_, 'tree', '') } qw(tuples copy);
	like($errors[0], $fault->[2], "$fault->[0]: an error");
	is($errors[0], $errors[1], 'the same as by COPY FROM');
}

# What the loader leaves to COPY FROM, and why.
sub reason
{
	my ($table, $like, $options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like(load_with('tuples', $table, $options // ''), $like, "$table: the loader tuples says why not");
	like(load_with('auto', $table, $options // ''), qr/^\d+ rows/, 'and COPY FROM loads it') if $like !~ /never/;
	return;
}
table('random_default', 'a int', 'VALUES (1)', 'a int, b float DEFAULT random()');
reason('random_default', qr/55000: .*the loader tuples cannot load it: the default of column b is volatile.*-- pass loader => 'auto'/s);
table('later', 'a int', 'VALUES (1)', 'a int UNIQUE DEFERRABLE');
reason('later', qr/a constraint is deferrable/);
table('watched', 'a int, b int', 'VALUES (1, 1)', 'a int, b int', q{CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION watch()});
reason('watched', qr/trigger watch fires/, ', triggers => true');
is(load_with('tuples', 'watched', ''), load_with('copy', 'watched', ''), 'a trigger that is disabled meanwhile is none');

# The plan says which loader and why, and the argument, like the setting, holds in the workers of a run.
is($target->safe_psql('postgres', q{SELECT loader, warnings FROM confiture.plan('prod', 'later', policy => 'off') WHERE column_name IS NULL}),
	'copy|{"loaded by COPY FROM: a constraint is deferrable"}', 'the plan says why it is COPY FROM');
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'later', loader => 'fast')}, [qr/unknown loader "fast"/, qr/auto, tuples and copy/], 'no such loader');
for my $choice ([ "loader => 'copy'", '', 'copy' ], [ 'jobs => 2', 'SET confiture.loader = copy;', 'copy' ], [ "loader => 'auto'", 'SET confiture.loader = copy;', 'tuples' ])
{
	$target->safe_psql('postgres', "$choice->[1] CALL confiture.sync('prod', '{measures,indexed}', policy => 'off', $choice->[0])");
	is($target->safe_psql('postgres', q{SELECT string_agg(DISTINCT loader || (SELECT t.transfer ->> 'loader' FROM confiture.run_table t WHERE t.run_id = r.run_id LIMIT 1), ' ')
		FROM confiture.run_tables r WHERE run_id = (SELECT max(run_id) FROM confiture.runs)}), $choice->[2] x 2, "a run with $choice->[1] $choice->[0]");
}
ConfitureTest::fails_like($target, q{CALL confiture.sync('prod', '{measures,random_default}', policy => 'off', loader => 'tuples')},
	[qr/public\.random_default: the loader tuples cannot load it: the default of column b is volatile/], 'a run that must form tuples');
$source->safe_psql('postgres', 'CREATE TABLE parts AS TABLE measures');
is($target->safe_psql('postgres', q{CALL confiture.sync('prod', '{parts}', policy => 'off', loader => 'tuples')}) =~ /\|done\|1\|100\|/ ? 1 : 0, 1, 'a run loads partitions');
$target->safe_psql('postgres', 'CREATE TRIGGER watch BEFORE INSERT ON lower FOR EACH ROW EXECUTE FUNCTION watch()');
reason('parts', qr/triggers of its partition public\.lower fire/, ', triggers => true');
my $loader = q{SELECT DISTINCT loader FROM confiture.plan('prod', 'parts', policy => 'off', triggers => true) WHERE loader IS NOT NULL};
is($target->safe_psql('postgres', "ALTER TABLE lower DISABLE TRIGGER watch; $loader; $loader; ALTER TABLE lower ENABLE TRIGGER watch; $loader"),
	"tuples\ntuples\ncopy", 'and a session that has seen none is not mistaken');

# Rows of a table that was emptied for them are frozen, where COPY FREEZE would do it.
sub frozen
{
	my ($name, $statements, $expected, $table) = @_;
	$table //= 'measures';
	my @out = split /\n/, $target->safe_psql('postgres', $statements =~ s/SYNC/confiture.sync_table('prod', '$table', policy => 'off')/r
		. qq{; SELECT CASE all_frozen WHEN 0 THEN 'no' WHEN (SELECT count(DISTINCT (ctid::text::point)[0]) FROM $table) THEN 'frozen' END, -- since 16 empty pages may follow
			(SELECT count(*) FROM pg_check_frozen('$table')) + (SELECT count(*) FROM pg_check_visible('$table')) FROM pg_visibility_map_summary('$table')});
	is($out[-1], "$expected|0", "rows are frozen or not: $name");
	return;
}
$target->safe_psql('postgres', q{CREATE FUNCTION sync_quietly() RETURNS void LANGUAGE plpgsql AS $$
	BEGIN PERFORM confiture.sync_table('prod', 'measures', policy => 'off'); END $$});
frozen('by sync_table()', 'SELECT rows FROM SYNC', 'frozen');
frozen('in a subtransaction', 'BEGIN; SAVEPOINT a; SELECT rows FROM SYNC; RELEASE a; COMMIT', 'frozen');
frozen('TOAST', 'SELECT rows FROM SYNC', 'frozen', 'kinds');
frozen('under an older snapshot', 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT rows FROM SYNC; COMMIT', 'no');
frozen('beside a cursor', 'BEGIN; DECLARE c CURSOR FOR SELECT 1; SELECT rows FROM SYNC; COMMIT', 'no');
frozen('in a function', 'SELECT sync_quietly()', 'no');
frozen('of a table emptied further out', q{BEGIN; TRUNCATE measures; SAVEPOINT a;
	SELECT rows FROM confiture.sync_table('prod', 'measures', policy => 'off', mode => 'append'); COMMIT}, 'no');
frozen('of one emptied before', q{BEGIN; TRUNCATE measures; SELECT rows FROM confiture.sync_table('prod', 'measures', policy => 'off', mode => 'append'); COMMIT}, 'frozen');
frozen('appended', q{DELETE FROM measures; SELECT rows FROM confiture.sync_table('prod', 'measures', policy => 'off', mode => 'append')}, 'no');
is($target->safe_psql('postgres', q{BEGIN; SAVEPOINT a; SELECT 1 FROM confiture.sync_table('prod', 'measures', policy => 'off'); ROLLBACK TO a;
	SELECT count(*) FROM measures; COMMIT}), "1\n100", 'a rollback leaves none of them');
is($target->safe_psql('postgres', q{SELECT sum(all_frozen) FROM pg_partition_tree('parts') t, pg_visibility_map_summary(t.relid) WHERE t.isleaf}), '0',
	'those of partitions are not');

# WAL: what is in the file survives a crash without a checkpoint, and nothing is visible that was not committed.
load_with('tuples', 'kinds', '');
my $before = $target->safe_psql('postgres', sprintf($image, 'kinds'));
$target->stop('immediate');
$target->start;
is($target->safe_psql('postgres', sprintf($image, 'kinds')), $before, 'rows are there after recovery from a crash');
is($target->safe_psql('postgres', q{SELECT * FROM verify_heapam('kinds', check_toast => true); SELECT count(*) FROM pg_check_visible('kinds')}), '0', 'amcheck and pg_visibility find nothing');

done_testing();
