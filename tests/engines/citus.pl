# Citus, a coordinator and two workers. As a target: distributed, reference and schema-sharded tables and their shards are
# refused before a row moves, and tables beside them are loaded. As a source: all rows come, and the run says that they
# come from more than one snapshot.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

# Returns a running cluster with Citus, which connects to the others without a password; the role reader needs one
# at the coordinator.
sub citus_cluster
{
	my ($name) = @_;
	my $node = ConfitureTest::new_cluster($name,
		"shared_preload_libraries = 'citus'\ncitus.node_conninfo = 'sslmode=disable'\nmax_prepared_transactions = 50\n");
	open my $hba, '>', $node->data_dir . '/pg_hba.conf' or die $!;
	print $hba "local all all trust\n";
	print $hba "host all reader 127.0.0.1/32 scram-sha-256\n" if $name eq 'coordinator';
	print $hba "host all all 127.0.0.1/32 trust\n";
	close $hba;
	$node->reload;
	$node->safe_psql('postgres', 'CREATE EXTENSION citus');
	return $node;
}

my $plain = ConfitureTest::new_cluster('plain');
my ($coordinator, @workers) = map { citus_cluster($_) } qw(coordinator worker1 worker2);
$coordinator->safe_psql('postgres',
	qq{SELECT citus_set_coordinator_host('127.0.0.1', ${\ $coordinator->port}); SET citus.shard_count = 4;}
	  . join '', map { "SELECT citus_add_node('127.0.0.1', ${\ $_->port});" } @workers);
ConfitureTest::connect_clusters($plain, $coordinator);

my $tables = q{
	CREATE SCHEMA tenant;
	CREATE TABLE spread (id int PRIMARY KEY, v text);
	CREATE TABLE everywhere (id int PRIMARY KEY, v text);
	CREATE TABLE tenant.items (id int PRIMARY KEY, v text);
	CREATE TABLE beside (id int PRIMARY KEY, v text);
	CREATE TABLE parted (id int NOT NULL, at date NOT NULL, v text) PARTITION BY RANGE (at);
	CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
	CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');
	CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY, v text, twice text GENERATED ALWAYS AS (v || v) STORED);
};
my @simple = qw(spread everywhere tenant.items beside);
my @owned = qw(spread everywhere tenant.items parted parted_old numbered);
$plain->safe_psql('postgres', $tables . join '',
	map { "INSERT INTO $_ SELECT i, 'new' FROM generate_series(1, 100) i;" } @simple);
$coordinator->safe_psql('postgres', $tables . q{
	INSERT INTO parted SELECT i, date '2030-01-01' + i % 500, 'before' FROM generate_series(1, 20000) i;
	INSERT INTO spread SELECT i, 'before' FROM generate_series(2001, 22000) i;
	SET citus.shard_count = 4;
	SELECT create_distributed_table('spread', 'id');
	SELECT create_reference_table('everywhere');
	SELECT citus_schema_distribute('tenant');
	SELECT create_distributed_table('parted', 'id');
	SELECT create_distributed_table('numbered', 'id');
	INSERT INTO parted SELECT i, date '2010-01-01' + i * 40, 'old' FROM generate_series(1, 200) i;
	INSERT INTO numbered (v) SELECT 'old' FROM generate_series(1, 20);
} . join '', map { "INSERT INTO $_ SELECT i, 'old' FROM generate_series(1, 1000) i;" } @simple);

# ---- as a target

my $policy = q{policy => 'off'};

# All rows of the tables that Citus keeps, wherever they are.
sub rows_kept
{
	my ($sql) = join ', ', map { "(SELECT count(*) || ' ' || min(v) || ' ' || max(v) FROM $_)" } @owned;
	return $coordinator->safe_psql('postgres', "SELECT $sql")
	  . join ' ', map { $coordinator->safe_psql('postgres', $_) } (
		q{SELECT sum(result::int) FROM run_command_on_shards('spread', 'SELECT count(*) FROM %s')},
		q{SELECT sum(result::int) FROM run_command_on_placements('everywhere', 'SELECT count(*) FROM %s')});
}

my $before = rows_kept();
for my $table (@owned)
{
	for my $mode (qw(replace append upsert))
	{
		ConfitureTest::fails_like($coordinator,
			"SELECT * FROM confiture.sync_table('prod', '$table'::regclass, mode => '$mode', $policy)",
			[ qr/the extension citus keeps its rows/ ], "$mode of $table is refused, naming Citus");
	}
	like($coordinator->safe_psql('postgres', "SELECT action, warnings FROM confiture.plan('prod', '$table'::regclass, $policy)"),
		qr/^refuse\|.*the extension citus keeps its rows/m, "the plan of $table says so");
}
is(rows_kept(), $before, 'all rows are as they were, on the shards too');

like($coordinator->safe_psql('postgres', qq{SELECT relation, action, warnings FROM confiture.plan_sync('prod', $policy) WHERE column_name IS NULL}),
	qr/^public\.spread\|refuse\|.*citus/m, 'plan_sync() says so');
my $message = ConfitureTest::fails_like($coordinator, qq{CALL confiture.sync('prod', $policy)},
	[ map { my $name = $_ =~ /\./ ? $_ : "public.$_"; qr/\Q$name\E: the extension citus keeps its rows/ } grep { $_ ne 'parted_old' } @owned ],
	'a run names all of them at once');
unlike($message, qr/public\.beside/, 'and not the table beside them');
is(rows_kept(), $before, 'no row moved');

my $shard = $coordinator->safe_psql('postgres', q{
	SELECT shard_name FROM citus_shards
	WHERE table_name = 'everywhere'::regclass AND nodeport = current_setting('port')::int});
ConfitureTest::fails_like($coordinator, "SELECT * FROM confiture.sync_table('prod', '$shard'::regclass, source_relation => 'public.everywhere', $policy)",
	[ qr/citus/ ], 'a shard named directly is refused');
is(rows_kept(), $before, 'and has its rows');

is(ConfitureTest::sync($coordinator, "'public.beside', $policy"), 100, 'an ordinary table beside them is loaded');
ConfitureTest::same_rows($plain, $coordinator, 'SELECT * FROM beside', 'and has the rows of the source');
$coordinator->safe_psql('postgres', 'UPDATE beside SET v = NULL');
$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.beside}', jobs => 2, $policy)});
ConfitureTest::same_rows($plain, $coordinator, 'SELECT * FROM beside', 'by a run too');

# The way around that the guide shows.
$plain->safe_psql('postgres', "UPDATE spread SET v = 'a' || id || '\@example.com'");
$coordinator->safe_psql('postgres', qq{
	CREATE TABLE spread_masked (LIKE spread INCLUDING DEFAULTS);
	SELECT confiture.set_rule('spread_masked', 'v', 'hash');
	BEGIN;
	SELECT * FROM confiture.sync_table('prod', 'spread_masked', source_relation => 'public.spread', $policy);
	TRUNCATE spread;
	INSERT INTO spread SELECT * FROM spread_masked;
	COMMIT;
});
is($coordinator->safe_psql('postgres', 'SELECT count(*), count(*) FILTER (WHERE v = confiture.hash(format(\'a%s@example.com\', id))) FROM spread_masked'),
	'100|100', 'an ordinary table of the same columns is loaded, masked');
ConfitureTest::same_rows($coordinator, $coordinator, 'SELECT * FROM spread', 'from which Citus distributes the rows', 'SELECT * FROM spread_masked');
is($coordinator->safe_psql('postgres', q{SELECT sum(result::int) FROM run_command_on_shards('spread', 'SELECT count(*) FROM %s')}),
	100, 'and none of the old ones is left on a shard');
$coordinator->safe_psql('postgres', q{DROP TABLE spread_masked; INSERT INTO spread SELECT i, 'more' FROM generate_series(101, 22000) i});

# ---- as a source

$plain->safe_psql('postgres', 'TRUNCATE spread, everywhere, tenant.items, beside, parted, numbered');
ConfitureTest::connect_clusters($coordinator, $plain);
$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.beside}', $policy)});
is($plain->safe_psql('postgres', 'SELECT state, one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	'done|t', 'a run over ordinary tables of a coordinator has one snapshot');
like($plain->safe_psql('postgres', qq{SELECT warnings FROM confiture.plan_sync('prod', $policy) WHERE relation = 'public.spread' AND column_name IS NULL}),
	qr/Citus distributes it on the source/, 'the plan says that nodes share no snapshot');
$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', jobs => 2, $policy)});
is($plain->safe_psql('postgres', 'SELECT state, one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	'done|f', 'a run over distributed ones has not');
ConfitureTest::same_rows($coordinator, $plain, "SELECT * FROM $_", "$_ came complete") for (@simple, qw(parted numbered));
for my $by (qw(ctid key))
{
	# The coordinator still has the blocks that rows were in before they were distributed.
	$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.spread,public.parted}', chunk_size => '64kB', chunk_by => '$by', $policy)});
	ConfitureTest::same_rows($coordinator, $plain, "SELECT * FROM $_", "$_ came complete, cut by $by") for (qw(spread parted));
}
$plain->safe_psql('postgres', 'TRUNCATE spread');
is(ConfitureTest::sync($plain, "'public.spread', filter => 'id > 500', $policy"), 21500, 'with a filter, in one transaction');
ConfitureTest::add_role($coordinator, $plain, 'reader', 'secret');
$coordinator->safe_psql('postgres', 'GRANT SELECT ON everywhere, spread TO reader');
$plain->safe_psql('postgres', 'GRANT INSERT, TRUNCATE, SELECT ON everywhere, spread TO reader');
is($plain->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod_tcp', 'public.$_')", extra_params => [ '-U', 'reader' ]),
	$coordinator->safe_psql('postgres', "SELECT count(*) FROM $_"), "$_ as ordinary roles of both sides") for qw(everywhere spread);

done_testing();
