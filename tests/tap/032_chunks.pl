# How a run cuts tables into chunks: along keys of any type and shape, along ctid, along partitions. Whatever the bounds,
# the chunks together are the table, none is much larger than the others, and none reveals a masked value.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use Test::More;

# Only tests create statistics.
my ($source, $target) = ConfitureTest::clusters(source_conf => "autovacuum = off\n");

sub there { return $source->safe_psql('postgres', $_[0]) }
sub here { return $target->safe_psql('postgres', $_[0]) }
sub on_both { there($_[0]); here($_[0]); return }

# Runs of the tables that a pattern names; returns the number of the run.
sub sync_run
{
	my ($include, $options) = @_;
	my $options_sql = $options ? ", $options" : '';
	my $result = here("CALL confiture.sync('prod', include => '{$include}', policy => 'off'$options_sql)");
	my ($run, $state) = split /\|/, $result;
	is($state, 'done', "$include$options_sql is synced");
	return $run;
}

# Returns what is recorded about the tables of a run: how they are cut, chunks, rows, and whether the largest chunk has at
# most 3 times the mean number of rows.
sub cuts_of
{
	my ($run) = @_;
	my %cuts;
	for (split /\n/, here(qq{SELECT relation, min(chunk_by), count(*), sum(rows), max(rows) <= 3 * avg(rows)
		FROM confiture.checkpoints WHERE run_id = $run GROUP BY relation}))
	{
		my $table;
		my %cut;
		($table, @cut{qw(by chunks rows even)}) = split /\|/;
		$cuts{$table} = \%cut;
	}
	return \%cuts;
}

# Row count and checksum of each table.
sub digests_of
{
	my ($node, @names) = @_;
	return $node->safe_psql('postgres', join(' UNION ALL ', map { qq{
		SELECT \$\$$_: \$\$ || count(*) || ' rows, checksum ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '-') FROM $_ t} } @names) . ' ORDER BY 1');
}

sub tables_are_the_same { my ($what, @names) = @_; return is(digests_of($target, @names), digests_of($source, @names), "$what: the same rows") }

sub conditions_of
{
	my ($run, $table) = @_;
	return split /\x02/, $target->safe_psql('postgres',
		"SELECT source_relation || ' WHERE ' || condition FROM confiture.chunk WHERE run_id = $run AND relation = '$table'::regclass ORDER BY number",
		extra_params => [ '-R', "\x02" ]);
}

# Every range is answered by an index, or by the position in the table.
sub ranges_are_searched
{
	my ($run, $table, $how) = @_;
	my @conditions = conditions_of($run, $table);
	my $plans = there("SET enable_seqscan = off; SET search_path = pg_catalog;" . join '', map { "EXPLAIN (COSTS OFF) SELECT FROM ONLY $_;" } @conditions);
	my $searched = () = $plans =~ /^\s*$how Cond: /mg;
	return ok($searched == @conditions && $plans !~ /Filter: /, "$table: the source searches the ranges by $how") || diag($plans);
}

on_both(q{
	CREATE SCHEMA zoo;
	SET search_path = zoo;
	CREATE TYPE "100% mood's" AS ENUM ('sad', 'o''k', 'ha"p\py');
	CREATE COLLATION careless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	CREATE DOMAIN positive AS int CHECK (VALUE > 0);
	CREATE TABLE k_integer (k int PRIMARY KEY, p text);
	CREATE TABLE k_bigint (k bigint PRIMARY KEY, p text);
	CREATE TABLE k_numeric (k numeric PRIMARY KEY, p text);
	CREATE TABLE k_uuid (k uuid PRIMARY KEY, p text);
	CREATE TABLE k_text (k text PRIMARY KEY, p text);
	CREATE TABLE k_varchar (k varchar(60) COLLATE "en-x-icu" PRIMARY KEY, p text);
	CREATE TABLE k_careless (k text COLLATE careless PRIMARY KEY, p text);
	CREATE TABLE k_char (k char(10) PRIMARY KEY, p text);
	CREATE TABLE k_date (k date PRIMARY KEY, p text);
	CREATE TABLE k_timestamp (k timestamp PRIMARY KEY, p text);
	CREATE TABLE k_timestamptz (k timestamptz PRIMARY KEY, p text);
	CREATE TABLE k_domain (k positive PRIMARY KEY, p text);
	CREATE TABLE k_enum (e "100% mood's", "we""ird Column" int, p text, PRIMARY KEY (e, "we""ird Column"));
	CREATE TABLE k_composite (p text, c date, a int, b text, PRIMARY KEY (a, b, c));
	CREATE TABLE k_exponential (k bigint PRIMARY KEY, p text);
	CREATE TABLE k_one_leads (tenant int, id int, p text, PRIMARY KEY (tenant, id));
	CREATE TABLE k_holes (k int PRIMARY KEY, p text);
});
there(q{
	SET search_path = zoo;
	CREATE VIEW n AS SELECT i, repeat('x', 80) AS p FROM generate_series(1, 20000) i;
	INSERT INTO k_integer SELECT i - 10000, p FROM n;
	INSERT INTO k_bigint SELECT (i - 10000) * 900000000000, p FROM n;
	INSERT INTO k_numeric SELECT i / 7.0, p FROM n UNION ALL SELECT unnest('{Infinity,NaN}'::numeric[]), '';
	INSERT INTO k_uuid SELECT md5(i::text)::uuid, p FROM n ORDER BY 1;
	INSERT INTO k_text SELECT (ARRAY['''; DROP', 'back\slash\\', 'Ünï 漢字', E'tab\tand\nline', '"q" $$ %L %s -- ', '('])[1 + i % 6] || i, p FROM n
		UNION ALL SELECT '', '' ORDER BY 1;
	INSERT INTO k_varchar SELECT k, p FROM k_text ORDER BY k COLLATE "en-x-icu";
	INSERT INTO k_careless SELECT CASE i % 2 WHEN 0 THEN 'Key' ELSE 'kEY' END || i, p FROM n ORDER BY 1;
	INSERT INTO k_char SELECT lpad(i::text, 8, '0'), p FROM n;
	INSERT INTO k_date SELECT '0044-03-15 BC'::date + 37 * i, p FROM n UNION ALL SELECT unnest('{infinity,-infinity}'::date[]), '';
	INSERT INTO k_timestamp SELECT '0044-03-15 BC'::timestamp + i * interval '37.123456 days', p FROM n;
	INSERT INTO k_timestamptz SELECT '1850-03-15 UTC'::timestamptz + i * interval '3.123456 days', p FROM n;
	INSERT INTO k_domain SELECT i, p FROM n;
	INSERT INTO k_enum SELECT (enum_range(NULL::"100% mood's"))[1 + i / 7000], i, p FROM n;
	INSERT INTO k_composite SELECT p, '2024-01-01'::date + i % 10, i / 1000, 'b''' || lpad((i / 10)::text, 5, '0') FROM n;
	INSERT INTO k_exponential SELECT exp(i / 500.0)::bigint + i, p FROM n;
	INSERT INTO k_one_leads SELECT CASE WHEN i <= 12000 THEN 1 ELSE i / 100 END, i, p FROM n;
	INSERT INTO k_holes SELECT 5 * i + j, p FROM n, generate_series(0, 4) j;
	DELETE FROM k_holes WHERE k BETWEEN 3000 AND 80000 OR k % 3 = 0;
	VACUUM k_holes;
});
# The tables as set up, never analysed; then with statistics; then along ctid, which serves them all too.
my @tables = split /\n/, there(q{SELECT 'zoo.' || relname FROM pg_class WHERE relnamespace = 'zoo'::regnamespace AND relkind = 'r' ORDER BY 1});
for my $by (qw(auto key ctid))
{
	there('ANALYZE') if $by eq 'key';
	my $run = sync_run('zoo.*', "chunk_size => '128kB', chunk_by => '$by'");
	my $expected = $by eq 'ctid' ? 'ctid' : 'key';
	my $cuts = cuts_of($run);
	for my $table (@tables)
	{
		my $cut = $cuts->{$table};
		is("$cut->{by}, even $cut->{even}", "$expected, even t", "$table is cut by $expected, evenly");
		cmp_ok($cut->{chunks}, '>=', 10, 'into many chunks');
		ranges_are_searched($run, $table, $by eq 'ctid' ? 'TID' : 'Index');
	}
	tables_are_the_same("chunk_by $by", @tables);
	my @hostile = grep { /DROP|slash|漢|line|\$\$/ } map { utf8::decode($_); $_ } conditions_of($run, 'zoo.k_text');
	cmp_ok(scalar @hostile, $by eq 'ctid' ? '==' : '>', 0, 'hostile values among the bounds');
}

# Bounds from a sample: only part of the blocks is read.
on_both('CREATE TABLE sampled (k int PRIMARY KEY, p text)');
there(q{INSERT INTO sampled SELECT i, repeat('x', 300) FROM generate_series(1, 60000) i});
my $run = sync_run('public.sampled', q{chunk_size => '1MB', jobs => 1});
my $cut = cuts_of($run)->{'public.sampled'};
is("$cut->{by}|$cut->{rows}|$cut->{even}", 'key|60000|t', 'a sampled table is cut by its key');
cmp_ok($cut->{chunks}, '>=', 15, 'into as many chunks as it has megabytes');
tables_are_the_same('sampled', 'sampled');

# Where ranges of the key would read every block again, and where there is no key.
on_both(q{
	CREATE TABLE scattered (k uuid PRIMARY KEY, p text);
	CREATE TABLE keyless (k int, p text);
	CREATE TABLE large_values (k int PRIMARY KEY, body text);
	ALTER TABLE large_values ALTER body SET STORAGE EXTERNAL;
	CREATE TABLE small (k int PRIMARY KEY);
	CREATE TABLE nothing (k int PRIMARY KEY, p text);
});
there(q{
	INSERT INTO scattered SELECT md5(i::text)::uuid, repeat('x', 80) FROM generate_series(1, 20000) i;
	INSERT INTO keyless SELECT i % 100, repeat('x', 80) FROM generate_series(1, 20000) i;
	INSERT INTO large_values SELECT i, CASE WHEN i > 4900 THEN repeat('y', 20000) END FROM generate_series(1, 5000) i;
	INSERT INTO small VALUES (1);
	INSERT INTO nothing SELECT i, repeat('x', 80) FROM generate_series(1, 20000) i;
	DELETE FROM nothing;
});
$run = sync_run('public.*', q{chunk_size => '128kB', exclude => '{public.sampled}'});
my $cuts = cuts_of($run);
my %expected = (scattered => 'ctid', keyless => 'ctid', large_values => 'key', small => 'table', nothing => 'table');
for my $table (sort keys %expected)
{
	is($cuts->{"public.$table"}{by}, $expected{$table}, "$table is cut by $expected{$table}");
	isnt($cuts->{"public.$table"}{even}, 'f', 'evenly');
}
tables_are_the_same('with and without keys', sort keys %expected);
is(here(qq{SELECT max(bytes) <= 3 * avg(bytes) FROM confiture.checkpoints WHERE run_id = $run AND relation = 'public.large_values'}), 't', 'large values are spread over the chunks');
is(cuts_of(sync_run('public.scattered', q{chunk_size => '128kB', chunk_by => 'key'}))->{'public.scattered'}{by}, 'key', 'a scattered key can be asked for');
is(cuts_of(sync_run('public.scattered', q{chunk_size => '128kB', chunk_by => 'table'}))->{'public.scattered'}{chunks}, 1, 'and one chunk for all');

# A filter selects part of the blocks.
$run = sync_run('zoo.k_integer', q{chunk_size => '128kB', filters => '{"zoo.k_integer": "k > 8000 -- the end"}'});
$cut = cuts_of($run)->{'zoo.k_integer'};
is("$cut->{by}|$cut->{rows}|$cut->{even}", 'key|2000|t', 'a filtered table');
cmp_ok($cut->{chunks}, '<', 5, 'has few chunks');

# Each partition is cut separately; the filter still qualifies columns with the name of the whole table.
on_both(q{
	CREATE TABLE measured (k int, place text, p text, PRIMARY KEY (k, place)) PARTITION BY LIST (place);
	CREATE TABLE "measured 'A'" PARTITION OF measured FOR VALUES IN ('a');
	CREATE TABLE measured_rest (p text, place text NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);
	CREATE TABLE measured_rest_1 PARTITION OF measured_rest FOR VALUES FROM (0) TO (15000);
	CREATE TABLE measured_rest_2 PARTITION OF measured_rest DEFAULT;
	ALTER TABLE measured ATTACH PARTITION measured_rest DEFAULT;
});
there(q{INSERT INTO measured SELECT i, (ARRAY['a', 'b', 'c'])[1 + i % 3], repeat('x', 80) FROM generate_series(1, 20000) i});
$run = sync_run('public.measured', q{chunk_size => '128kB', filters => '{"public.measured": "measured.k > 100"}'});
$cut = cuts_of($run)->{'public.measured'};
is("$cut->{by}|$cut->{rows}", 'key|19900', 'a partitioned table is cut by its key');
is(here("SELECT count(DISTINCT source_relation) FROM confiture.chunk WHERE run_id = $run"), '3', 'partition by partition');
tables_are_the_same('partitions', '(SELECT * FROM measured WHERE k > 100)');

# Roles that may not read the whole table.
there(q{
	CREATE ROLE reader LOGIN PASSWORD 'see';
	GRANT SELECT ON measured TO reader;
	GRANT SELECT (k, p) ON sampled TO reader;
});
my $port = $source->port;
here(qq{
	CREATE SERVER narrow FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER narrow OPTIONS (user 'reader', password 'see');
	TRUNCATE measured, sampled;
});
$run = (split /\|/, here(q{CALL confiture.sync('narrow', include => '{public.measured,public.sampled}', policy => 'off', chunk_size => '128kB')}))[0];
$cut = cuts_of($run)->{'public.measured'};
is("$cut->{by}|$cut->{rows}|$cut->{even}", 'key|20000|t', 'without a right to its partitions it is cut by the key of the whole');
is(here("SELECT string_agg(DISTINCT source_relation, ' ') FROM confiture.chunk WHERE run_id = $run AND relation = 'measured'::regclass"), 'public.measured', 'which the chunks read');
is(cuts_of($run)->{'public.sampled'}{by}, 'table', 'with a right to columns only a table stays whole');
tables_are_the_same('a narrow role', 'measured', 'sampled');

# A failed run is resumed after the table got another partition: its chunks would not cover the table.
here('TRUNCATE measured; ALTER TABLE measured ADD CONSTRAINT small CHECK (k < 19000)');
isnt($target->psql('postgres', q{CALL confiture.sync('prod', include => '{public.measured}', policy => 'off', chunk_size => '128kB', jobs => 1)}), 0, 'a run fails');
$run = here('SELECT max(run_id) FROM confiture.runs');
cmp_ok(cuts_of($run)->{'public.measured'}{rows}, '>', 0, 'after its first chunks');
there(q{
	CREATE TABLE measured_d PARTITION OF measured FOR VALUES IN ('d');
	INSERT INTO measured SELECT i, 'd', 'late' FROM generate_series(1, 500) i});
here('ALTER TABLE measured DROP CONSTRAINT small');
here("CALL confiture.resume($run)");
is(cuts_of($run)->{'public.measured'}{rows}, '20500', 'resumed it starts again');
tables_are_the_same('with a new partition', 'measured');

# No record contains a masked key: not alone, not as part of a key, not in a partition.
on_both(q{
	CREATE SCHEMA secret;
	CREATE TABLE secret.people (email text PRIMARY KEY, p text);
	CREATE TABLE secret.visits (id int, email text, p text, PRIMARY KEY (id, email));
	CREATE TABLE secret.parts (email text, id int, p text, PRIMARY KEY (email, id)) PARTITION BY HASH (id);
	CREATE TABLE secret.parts_0 PARTITION OF secret.parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE secret.parts_1 PARTITION OF secret.parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
});
there(q{
	INSERT INTO secret.people SELECT 'raw' || lpad(i::text, 6, '0') || '@home.test', repeat('x', 80) FROM generate_series(1, 20000) i;
	INSERT INTO secret.visits SELECT row_number() OVER (ORDER BY email), email, p FROM secret.people;
	INSERT INTO secret.parts SELECT email, id, p FROM secret.visits;
});
here(q{SELECT confiture.set_rule(t, 'email', 'email') FROM unnest('{secret.people,secret.visits,secret.parts}'::regclass[]) t});
$run = sync_run('secret.*', q{chunk_size => '128kB', chunk_by => 'key'});
$cuts = cuts_of($run);
for my $table (qw(people visits parts))
{
	$cut = $cuts->{"secret.$table"};
	is("$cut->{by}|$cut->{rows}|$cut->{even}", 'ctid|20000|t', "$table has a masked column in its key, and is cut by ctid");
	is(here("SELECT count(DISTINCT email) FROM secret.$table"), '20000', 'all of it');
}
is(here(qq{SELECT count(*) FROM confiture.$_ t WHERE t::text LIKE '%raw0%'}), '0', "no address is in confiture.$_") for qw(run run_table chunk);

done_testing();
