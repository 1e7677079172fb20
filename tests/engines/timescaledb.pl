# TimescaleDB. As a target: hypertables are loaded by INSERT, which TimescaleDB takes to its chunks; chunks and what lies
# behind continuous aggregates are refused before a row moves. As a source: hypertables are read with their chunks,
# compressed ones too, and its own tables are left out.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run;
use Test::More;

my $plain = ConfitureTest::new_cluster('plain');
my $engine = ConfitureTest::new_cluster('timescaledb',
	"shared_preload_libraries = 'timescaledb'\nrestart_after_crash = on\ntimescaledb.telemetry_level = off\n");
$engine->safe_psql('postgres', 'CREATE EXTENSION timescaledb');
ConfitureTest::connect_clusters($plain, $engine);
ConfitureTest::connect_clusters($engine, $plain);

my $tables = q{
	CREATE SCHEMA app;
	CREATE TABLE metrics (at timestamptz NOT NULL, device int NOT NULL, v float8, tag text, PRIMARY KEY (device, at));
	CREATE TABLE packed (at timestamptz NOT NULL, device int NOT NULL, v float8, tag text);
	CREATE TABLE app.elsewhere (at timestamptz NOT NULL, device int NOT NULL, v float8, tag text);
	CREATE TABLE beside (id int PRIMARY KEY, v text);
};
my @hypertables = qw(public.metrics public.packed app.elsewhere);
my $rows = q{SELECT timestamptz '2025-01-01 00:00Z' + i * interval '1 hour', i % 7, i, 'n' || i % 7 FROM generate_series(1, 2000) i};
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
	return join "\n", map { ConfitureTest::digest($engine, "SELECT * FROM $_") } (@hypertables, 'daily', map { "ONLY $_" } @hypertables);
}

# ... what is refused
my $before = state();
for my $table (@hypertables)
{
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
$engine->safe_psql('postgres', q{
	CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := -1; RETURN NEW; END';
	CREATE TRIGGER changed BEFORE INSERT ON packed FOR EACH ROW EXECUTE FUNCTION changed()});
ConfitureTest::fails_like($engine, "SELECT * FROM confiture.sync_table('prod', 'packed', $policy)", [ qr/trigger changed .* cannot be switched off/ ],
	'a trigger of users that would fire is refused');
is(state(), $before, 'rows and continuous aggregate are as they were, and nothing lies where no query looks');
is(ConfitureTest::sync($engine, "'public.packed', triggers => true, $policy"), 2000, 'unless it is to fire');
is($engine->safe_psql('postgres', 'SELECT min(v), max(v) FROM packed'), '-1|-1', 'which it does');
$engine->safe_psql('postgres', 'DROP TRIGGER changed ON packed');

# ... what is loaded, masked and not

# The rows that a sync is to bring, in an ordinary table: expected.TABLE.
$engine->safe_psql('postgres', 'CREATE SCHEMA expected');
sub expect
{
	my ($table) = @_;
	my $name = $table =~ s/.*\.//r;
	$engine->safe_psql('postgres', "DROP TABLE IF EXISTS expected.$name; CREATE TABLE expected.$name (LIKE $table)");
	my $rules = $engine->safe_psql('postgres', "SELECT coalesce(jsonb_object_agg(column_name, strategy), '{}') FROM confiture.rules WHERE relation = '$table'::regclass");
	ConfitureTest::sync($engine, "'expected.$name', source_relation => '$table', rules => '$rules', $policy");
	return;
}

# Tests that a hypertable has these rows, also when its chunks are read one by one, and none in its own heap.
sub as_expected
{
	my ($table, $test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $name = $table =~ s/.*\.//r;
	ConfitureTest::same_rows($engine, $engine, "SELECT * FROM expected.$name", "$table: $test_name", "SELECT * FROM $table");
	my $chunks = $engine->safe_psql('postgres', "SELECT string_agg(format('SELECT * FROM ONLY %s', c), ' UNION ALL ') FROM show_chunks('$table') c");
	ConfitureTest::same_rows($engine, $engine, "SELECT * FROM expected.$name", 'which are those of its chunks', $chunks);
	is($engine->safe_psql('postgres', "SELECT count(*) FROM ONLY $table"), 0, 'and nothing lies where no query looks');
	return;
}
sub follows
{
	my ($test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($engine->safe_psql('postgres', q{CALL refresh_continuous_aggregate('daily', NULL, NULL); SELECT sum(n), sum(total) FROM daily}),
		$plain->safe_psql('postgres', 'SELECT count(*), sum(v) FROM metrics'), $test_name);
	return;
}
sub mask
{
	my ($masked) = @_;
	$engine->safe_psql('postgres', $masked ? "SELECT confiture.set_rule('$_', 'tag', 'hash')"
		: "SELECT confiture.drop_rule(relation, 'tag') FROM confiture.rules WHERE relation = '$_'::regclass") for @hypertables;
	expect($_) for @hypertables;
	return $masked ? 'masked' : 'unmasked';
}
for my $masked (0, 1)
{
	my $what = mask($masked);
	for my $table (@hypertables)
	{
		like($engine->safe_psql('postgres', "SELECT action, loader, warnings FROM confiture.plan('prod', '$table', $policy)"),
			qr/^load\|insert\|.*loaded by INSERT: the extension timescaledb keeps its rows/m, "the plan of $table says loader insert, and why");
		is(ConfitureTest::sync($engine, "'$table', $policy"), $plain->safe_psql('postgres', "SELECT count(*) FROM $table"), "$table is loaded");
		as_expected($table, "$what, replaced");
	}
	follows('the continuous aggregate follows');
	$engine->safe_psql('postgres', 'UPDATE metrics SET v = 1 WHERE device = 1; DELETE FROM metrics WHERE device = 2');
	is(ConfitureTest::sync($engine, "'public.metrics', mode => 'upsert', $policy"), 2100, 'an upsert');
	as_expected('metrics', "$what, changed where they differ");
	$engine->safe_psql('postgres', 'DELETE FROM metrics WHERE device = 3');
	ConfitureTest::sync($engine, "'public.metrics', mode => 'append', filter => 'device = 3', $policy");
	as_expected('metrics', "$what, appended");
	follows('the continuous aggregate follows these, too');
}
is($engine->safe_psql('postgres', q{SELECT count(*) FROM metrics WHERE tag ~ '^n[0-9]+$'}), 0, 'masked rows have nothing of the raw ones');
my $message = ConfitureTest::fails_like($engine, "SELECT * FROM confiture.sync_table('prod', 'metrics', mode => 'append', $policy)",
	[ qr/duplicate key value violates unique constraint/ ], 'a row that is there already ends the load');
unlike($message, qr/Key|2025|DETAIL/, 'and no value of it is shown');
$engine->safe_psql('postgres', 'DELETE FROM beside');
is(ConfitureTest::sync($engine, "'public.beside', $policy"), 1, 'an ordinary table beside them is loaded');

# ... by a run
$_->safe_psql('postgres', q{
	CREATE TABLE device (id int PRIMARY KEY);
	INSERT INTO device SELECT generate_series(0, 6);
	ALTER TABLE metrics ADD FOREIGN KEY (device) REFERENCES device}) for ($plain, $engine);
$plain->safe_psql('postgres', q{
	INSERT INTO metrics SELECT timestamptz '2023-01-01' + i * interval '1 minute', 1, 2, 'n' || i FROM generate_series(1, 20000) i;
	ANALYZE});
$engine->safe_psql('postgres', q{DELETE FROM metrics; UPDATE packed SET v = 0; INSERT INTO metrics VALUES ('2020-01-01', 1, 1)});
my $include = q{include => '{public.metrics,public.packed,app.elsewhere,public.device,public.beside}'};
my $chunked = "jobs => 2, chunk_size => '64kB'";
sub all_as_expected
{
	my ($test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	as_expected($_, $test_name) for @hypertables;
	is($engine->safe_psql('postgres', q{SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND confrelid = 'device'::regclass AND conrelid <> 'metrics'::regclass}),
		$engine->safe_psql('postgres', q{SELECT count(*) FROM show_chunks('metrics')}), 'the foreign key is back, in the chunks too');
	follows('the continuous aggregate follows runs, too');
	return;
}

for my $masked (0, 1)
{
	my $what = mask($masked);
	for my $options ($chunked, 'atomic => true')
	{
		$engine->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, $options, $policy)});
		all_as_expected("$what, by a run ($options)");
	}
	$engine->safe_psql('postgres', 'UPDATE metrics SET v = 1 WHERE device = 1; DELETE FROM metrics WHERE device = 2');
	$engine->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.metrics,public.device}', mode => 'upsert', $chunked, $policy)});
	all_as_expected("$what, after rows were upserted");
	ConfitureTest::kill_worker_and_resume($engine, qq{CALL confiture.sync('prod', $include, $chunked, $policy)}, 2);
	all_as_expected("$what, complete after a run was killed and resumed");
}

# Foreign keys of hypertables: violations are found in the chunks, and dealt with there.
$plain->safe_psql('postgres', q{ALTER TABLE metrics DISABLE TRIGGER ALL; INSERT INTO metrics VALUES ('2022-01-01', 99, 1, 'orphan')});
$message = ConfitureTest::fails_like($engine, "CALL confiture.sync('prod', $include, $policy)",
	[ qr/metrics_device_fkey of public\.metrics: 1 row references what is not in public\.device/ ], 'a violation is found');
unlike($message, qr/orphan|99|NOTICE/, 'and its values are not shown');
my (undef, undef, $notices) = $engine->psql('postgres', "CALL confiture.sync('prod', $include, on_fk_violation => 'delete', $policy)", on_error_die => 1);
unlike($notices, qr/stays in place/, 'keys of chunks, which come and go with it, are no business of a run');
$plain->safe_psql('postgres', q{DELETE FROM metrics WHERE tag = 'orphan'});
all_as_expected('and deleted where that is asked for');

# ... and keys to hypertables: what is referenced is looked for in the chunks.
$plain->safe_psql('postgres', q{INSERT INTO seen SELECT device, at FROM metrics LIMIT 50});
$engine->safe_psql('postgres', q{CREATE TABLE seen (device int, at timestamptz, FOREIGN KEY (device, at) REFERENCES metrics)});
$include =~ s/\{/{public.seen,/;
for my $options ($chunked, 'atomic => true')
{
	$engine->safe_psql('postgres', "CALL confiture.sync('prod', $include, $options, $policy)");
	ConfitureTest::same_rows($plain, $engine, 'SELECT * FROM seen', "a table that references a hypertable ($options)");
	as_expected('metrics', 'and the hypertable');
	is($engine->safe_psql('postgres', q{SELECT string_agg(convalidated::text, '') FROM pg_constraint WHERE contype = 'f' AND conrelid = 'seen'::regclass AND confrelid = 'metrics'::regclass}),
		'true', 'with its key in place');
}
is(ConfitureTest::sync($engine, "'public.seen', $policy"), 50, 'by itself');
$engine->safe_psql('postgres', 'DELETE FROM seen');
is(ConfitureTest::sync($engine, "'public.metrics', $policy"), 22100, 'what it references by itself, too');
as_expected('metrics', 'replaced by DELETE');

# Subsets, into hypertables and out of them: a seed, and what references it.
sub subset
{
	my ($node, $devices) = @_;
	$node->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, unreached => 'none', subset => '{"public.device": {"where": "id IN ($devices)"}}', $policy)});
	return;
}
my $columns = 'SELECT at, device, v FROM metrics';
subset($engine, '3, 4');
ConfitureTest::same_rows($plain, $engine, "$columns WHERE device IN (3, 4)", 'a subset for a hypertable', $columns);
is($engine->safe_psql('postgres', 'SELECT count(*) FROM device; SELECT count(*) FROM ONLY metrics'), "2\n0", 'has its seed alone, and nothing lies where no query looks');
subset($plain, '3');
ConfitureTest::same_rows($engine, $plain, $columns, 'a hypertable of the source comes whole', $columns);
is($plain->safe_psql('postgres', 'SELECT string_agg(id::text, $$ $$ ORDER BY id) FROM device'), '3 4', 'with all that it references');
is($plain->safe_psql('postgres', q{SELECT reason FROM confiture.subset_reasons WHERE relation = 'public.metrics'}), 'whole: its rows are not to be had by position', '... and the run says why');

done_testing();
