# TimescaleDB. As a target: hypertables, their chunks and what lies behind continuous aggregates are refused before a row
# moves. As a source: hypertables are read with their chunks, compressed ones too, and its own tables are left out.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my $plain = ConfitureTest::new_cluster('plain');
my $engine = ConfitureTest::new_cluster('timescaledb',
	"shared_preload_libraries = 'timescaledb'\ntimescaledb.telemetry_level = off\n");
$engine->safe_psql('postgres', 'CREATE EXTENSION timescaledb');
ConfitureTest::connect_clusters($plain, $engine);
ConfitureTest::connect_clusters($engine, $plain);

my $tables = q{
	CREATE SCHEMA app;
	CREATE TABLE metrics (at timestamptz NOT NULL, device int NOT NULL, v float8, PRIMARY KEY (device, at));
	CREATE TABLE packed (at timestamptz NOT NULL, device int NOT NULL, v float8);
	CREATE TABLE app.elsewhere (at timestamptz NOT NULL, device int NOT NULL, v float8);
	CREATE TABLE beside (id int PRIMARY KEY, v text);
};
my @hypertables = qw(public.metrics public.packed app.elsewhere);
my $rows = q{SELECT timestamptz '2025-01-01 00:00Z' + i * interval '1 hour', i % 7, i FROM generate_series(1, 2000) i};
$plain->safe_psql('postgres', $tables);
$engine->safe_psql('postgres', $tables . q{
	SELECT create_hypertable('metrics', 'at');
	SELECT create_hypertable('packed', 'at');
	SELECT create_hypertable('app.elsewhere', 'at', associated_schema_name => 'app');
	INSERT INTO beside VALUES (1, 'here');
} . join '', map { "INSERT INTO $_ $rows;" } @hypertables);
$engine->safe_psql('postgres', q{
	ALTER TABLE packed SET (timescaledb.compress, timescaledb.compress_segmentby = 'device');
	SELECT compress_chunk(c) FROM (SELECT show_chunks('packed') AS c ORDER BY 1 LIMIT 5) s;
});
$engine->safe_psql('postgres', q{
	CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS
	SELECT time_bucket('1 day', at) AS day, count(*) AS n, sum(v) AS total FROM metrics GROUP BY 1 WITH DATA});

my $policy = q{policy => 'off'};

# ---- as a source

for my $table (@hypertables)
{
	is(ConfitureTest::sync($plain, "'$table', $policy"), 2000, "all rows of the hypertable $table come");
	ConfitureTest::same_rows($engine, $plain, "SELECT * FROM $table", "and are right");
}
is(ConfitureTest::sync($plain, "'public.packed', filter => 'device = 3', $policy"),
	$engine->safe_psql('postgres', 'SELECT count(*) FROM packed WHERE device = 3'), 'with a filter too');
my $chunk = $engine->safe_psql('postgres', q{SELECT show_chunks('packed') ORDER BY 1 LIMIT 1});
is(ConfitureTest::sync($plain, "'public.packed', source_relation => '$chunk', $policy"),
	$engine->safe_psql('postgres', "SELECT count(*) FROM $chunk"), 'a compressed chunk can be named directly');
ConfitureTest::add_role($engine, $plain, 'reader', 'secret');
$engine->safe_psql('postgres', 'GRANT SELECT ON metrics, packed TO reader');
$plain->safe_psql('postgres', 'GRANT INSERT, TRUNCATE, SELECT ON metrics, packed TO reader');
is($plain->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod_tcp', 'public.$_')", extra_params => [ '-U', 'reader' ]),
	2000, "$_ as ordinary roles of both sides") for qw(metrics packed);
$plain->safe_psql('postgres', 'CREATE TABLE daily (day timestamptz, n bigint, total float8)');
is(ConfitureTest::sync($plain, "'public.daily', $policy"), $engine->safe_psql('postgres', 'SELECT count(*) FROM daily'),
	'a continuous aggregate can be copied into a table');
my $plan = $plain->safe_psql('postgres', qq{SELECT coalesce(relation, ''), action, warnings FROM confiture.plan_sync('prod', $policy) WHERE column_name IS NULL});
unlike($plan, qr/_timescaledb|chunk|refuse/, 'none of its own tables is in the plan');
like($plan, qr/^\|skip\|.*public\.daily.*view/m, 'a continuous aggregate is a view');
$plain->safe_psql('postgres', "TRUNCATE $_") for @hypertables;
$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', jobs => 2, chunk_size => '64kB', $policy)});
is($plain->safe_psql('postgres', 'SELECT state, rows, one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	'done|6001|t', 'a run copies all rows, from one snapshot');
ConfitureTest::same_rows($engine, $plain, "SELECT * FROM $_", "$_ is right after a run") for (@hypertables, 'beside');

# ---- as a target

$plain->safe_psql('postgres', q{
	UPDATE metrics SET v = 0;
	INSERT INTO metrics SELECT timestamptz '2024-01-01' + i * interval '1 hour', 1, 0 FROM generate_series(1, 100) i;
	CREATE TABLE seen (device int, at timestamptz, FOREIGN KEY (device, at) REFERENCES metrics);
});

# All that queries see, and what lies in the heaps that none sees.
sub state
{
	return join "\n", map { ConfitureTest::digest($engine, "SELECT * FROM $_") }
	  (@hypertables, 'daily', map { "ONLY $_" } @hypertables);
}

my $before = state();
for my $table (@hypertables)
{
	for my $mode (qw(replace append), $table eq 'public.metrics' ? 'upsert' : ())
	{
		ConfitureTest::fails_like($engine,
			"SELECT * FROM confiture.sync_table('prod', '$table', mode => '$mode', $policy)",
			[ qr/the extension timescaledb keeps its rows/ ], "$mode of $table is refused, naming TimescaleDB");
	}
	like($engine->safe_psql('postgres', "SELECT action, warnings FROM confiture.plan('prod', '$table', $policy)"),
		qr/^refuse\|.*the extension timescaledb keeps its rows/m, "the plan of $table says so");
	my $chunk = $engine->safe_psql('postgres', "SELECT show_chunks('$table') ORDER BY 1 LIMIT 1");
	ConfitureTest::fails_like($engine,
		"SELECT * FROM confiture.sync_table('prod', '$chunk', source_relation => '$table', $policy)",
		[ qr/timescaledb/ ], "a chunk of $table named directly is refused");
}
for my $kind (
	q{SELECT format('%I.%I', c.schema_name, c.table_name) FROM _timescaledb_catalog.chunk c WHERE id IN (SELECT compressed_chunk_id FROM _timescaledb_catalog.chunk) ORDER BY 1 LIMIT 1},
	q{SELECT format('%I.%I', schema_name, table_name) FROM _timescaledb_catalog.hypertable h JOIN _timescaledb_catalog.continuous_agg a ON a.mat_hypertable_id = h.id})
{
	my $table = $engine->safe_psql('postgres', $kind);
	ConfitureTest::fails_like($engine,
		"SELECT * FROM confiture.sync_table('prod', '$table', source_relation => 'public.metrics', $policy)",
		[ qr/timescaledb/ ], "$table is refused");
}
ConfitureTest::fails_like($engine, qq{CALL confiture.sync('prod', exclude => '{public.seen}', $policy)},
	[ map { qr/\Q$_\E: the extension timescaledb keeps its rows/ } @hypertables ], 'a run names all of them at once');
is(state(), $before, 'rows and continuous aggregate are as they were, and nothing lies where no query looks');

# The way around that the guide shows.
$engine->safe_psql('postgres', qq{
	CREATE TABLE plain_packed (LIKE packed INCLUDING DEFAULTS);
	BEGIN;
	SELECT * FROM confiture.sync_table('prod', 'plain_packed', source_relation => 'public.packed', $policy);
	TRUNCATE packed;
	INSERT INTO packed SELECT * FROM plain_packed;
	COMMIT;
});
ConfitureTest::same_rows($plain, $engine, 'SELECT * FROM packed', 'an ordinary table takes the rows, from which TimescaleDB fetches them');
$engine->safe_psql('postgres', 'DELETE FROM beside');
is(ConfitureTest::sync($engine, "'public.beside', $policy"), 1, 'an ordinary table beside them is loaded');

done_testing();
