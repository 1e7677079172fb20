# Costs that stay linear, by the statements that the source gets: sequences are read a hundred at a time, and keep no lock; more
# tables than the lock table of a server has room for are refused before any is locked. By the rows that are read of catalogs
# which were never analyzed, and by the statements that are planned.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my $small = "max_connections = 20\nmax_worker_processes = 2\nmax_wal_senders = 0\nautovacuum_max_workers = 1\n";
my ($source, $target) = ConfitureTest::clusters(
	source_conf => "${small}max_locks_per_transaction = 20\nlog_statement = all\n",
	target_conf => "${small}max_locks_per_transaction = 40\n");
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub in_batches { my ($node, $sql, $n) = @_; $node->safe_psql('postgres', sprintf($sql, $_)) for 0 .. $n - 1; return }

# ---- 1,150 sequences: more than either server has locks for

my $make = q{DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE SEQUENCE s%%s', %1$d * 50 + i); END LOOP; END $$};
in_batches($source, $make, 23);
in_batches($target, $make, 23);
for my $n (0 .. 22) { there("SELECT setval('s' || i, 1000 + i) FROM generate_series($n * 50 + 1, $n * 50 + 50) i") }
$_->safe_psql('postgres', 'CREATE TABLE item (id serial PRIMARY KEY, v text)') for ($source, $target);
there(q{INSERT INTO item (v) SELECT 'v' FROM generate_series(1, 10)});
my $offset = -s $source->logfile;
like(here("CALL confiture.sync('prod', '{public.item}', $policy)"), qr/\|done\|1\|10\|/, 'a run beside many sequences');
my $log = PostgreSQL::Test::Utils::slurp_file($source->logfile, $offset);
my @reads = $log =~ /SAVEPOINT sequences;VALUES/g;
is(scalar @reads, 12, '1,151 sequences are read in 12 statements');
my @locks = $log =~ /ROLLBACK TO sequences; RELEASE sequences/g;
is(scalar @locks, 12, 'each of which keeps no lock');
is(here('SELECT last_value FROM item_id_seq'), '10', 'the sequence of the table is set');
like(here("CALL confiture.sync('prod', '{public.item,public.s77}', $policy)"), qr/\|done\|1\|10\|/, 'one that no table owns');
is(here('SELECT last_value FROM s77'), '1077', 'is set, too');

# ---- More tables than locks

$make = q{DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TABLE t%%s (id int PRIMARY KEY, v text)', %1$d * 50 + i); END LOOP; END $$};
in_batches($source, $make, 8);
in_batches($target, $make, 8);
$offset = -s $source->logfile;
fails("CALL confiture.sync('prod', '{public.t*}', $policy)",
	[ qr/cannot sync from server "prod": 1 problem/, qr/a transaction that locks its tables takes 1600 locks on the source, and max_locks_per_transaction leaves room for 480/,
		qr/-- on the source: ALTER SYSTEM SET max_locks_per_transaction = 83; and restart; or choose fewer tables with include/ ],
	'too many tables for the lock table of the source');
unlike(PostgreSQL::Test::Utils::slurp_file($source->logfile, $offset), qr/LOCK TABLE/, 'are not locked at all');
like(here("SELECT action, warnings FROM confiture.plan_sync('prod', '{public.t*}', $policy)"), qr/^refuse\|.*takes 1600 locks on the source/, 'which a plan says as well');
fails("CALL confiture.sync('prod', '{public.t1*,public.t2*}', $policy)", [qr/takes 888 locks on the source/], 'fewer');
like(here("CALL confiture.sync('prod', '{public.t1*}', $policy)"), qr/\|done\|111\|0\|/, 'and as many as fit');
$source->append_conf('postgresql.conf', 'max_locks_per_transaction = 100');
$source->restart;
fails("CALL confiture.sync('prod', '{public.t*}', $policy)", [qr/a transaction that locks its tables takes 1600 locks here, and max_locks_per_transaction leaves room for 960/], 'too many for the target');
$target->append_conf('postgresql.conf', 'max_locks_per_transaction = 83');
$target->restart;
like(here("CALL confiture.sync('prod', '{public.t*}', $policy)"), qr/\|done\|400\|0\|/, 'with what the message says they fit');

# ---- Six times the tables take six times the rows of the catalogs, which no ANALYZE has seen

for my $node ($source, $target)
{
	$node->append_conf('postgresql.conf', "autovacuum = off\nmax_locks_per_transaction = 200\n");
	$node->restart;
	$node->safe_psql('postgres', q{CREATE TABLE g0 (id int PRIMARY KEY); INSERT INTO g0 VALUES (1)});
	in_batches($node, q{DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE format('CREATE TABLE g%%1$s (id int PRIMARY KEY, v text DEFAULT %%2$L, '
		'g int REFERENCES g%%1$s DEFERRABLE CHECK (g > 0)); CREATE INDEX ON g%%1$s (v)', %1$d * 20 + i, 'x'); END LOOP; END $$}, 3);
}

# Rows that sequential scans read of the catalogs, and that any scan reads of what is set aside, and statements that are
# planned, for a run of these tables.
sub costs
{
	my ($tables, $options) = @_;
	my $include = join ',', map { "public.g$_" } 0 .. $tables;
	my $read = sub {
		my $query = q{
			SELECT coalesce(sum(seq_tup_read) FILTER (WHERE schemaname = 'pg_catalog' AND relname <> 'pg_namespace'), 0) || ' ' ||
				coalesce(sum(seq_tup_read + idx_tup_fetch) FILTER (WHERE relid = 'confiture.set_aside'::regclass), 0)
			FROM pg_stat_all_tables};
		return split / /, here($query);
	};
	my @before = $read->();
	my $offset = -s $target->logfile;
	like(here("SET log_planner_stats = on; CALL confiture.sync('prod', '{$include}', jobs => 1, $policy$options)"), qr/\|done\|@{[ $tables + 1 ]}\|/, "a run of $tables tables");
	my @after = $read->();
	my $planned = () = PostgreSQL::Test::Utils::slurp_file($target->logfile, $offset) =~ /LOG:  PLANNER STATISTICS/g;
	return ((map { $after[$_] - $before[$_] } 0 .. 1), $planned);
}

for my $options ('', ', rebuild_indexes => true')
{
	my @few = costs(10, $options);
	my @many = costs(60, $options);
	cmp_ok($many[0], '<', $few[0] * 1.5, "sequential scans of catalogs read no more for six times the tables: $few[0], $many[0]");
	cmp_ok($many[1], '<', $few[1] * 9 + 1, "and of what is set aside, no more than as many times the rows: $few[1], $many[1]");
	cmp_ok($many[2] - $few[2], '<=', 50 * 4, "a table takes few statements that are planned: $few[2], $many[2]");
}

# ---- Four times the columns of one table, each with a CHECK, cost four times as much: they are read once for the table

sub entries_read
{
	my ($columns) = @_;
	$_->safe_psql('postgres', "CREATE TABLE checked$columns (" . join(', ', map { "email_$_ varchar(80) CHECK (email_$_ LIKE '%\@%')" } 1 .. $columns) . ')') for ($source, $target);
	my $query = q{SELECT sum(seq_tup_read + idx_tup_fetch + idx_scan) FROM pg_stat_all_tables WHERE relid IN ('pg_constraint'::regclass, 'pg_attribute'::regclass)};
	my $before = here($query);
	is(here("SELECT count(*) FROM confiture.plan('prod', 'checked$columns', policy => 'auto') WHERE strategy = 'email'"), $columns, "$columns columns with a CHECK");
	return here($query) - $before;
}
my ($few, $many) = map { entries_read($_) } 50, 200;
cmp_ok($many, '<', $few * 6, "four times the columns of a table do not read sixteen times the catalogs: $few, $many");

# ---- A history of 20,000 runs is not read by a sync, or by who looks at its progress

here(q{
	INSERT INTO confiture.run OVERRIDING SYSTEM VALUE
	SELECT n.* FROM confiture.run r, generate_series(1, 20000) i, LATERAL jsonb_populate_record(r, jsonb_build_object('run_id', -i)) n
	WHERE r.run_id = (SELECT max(run_id) FROM confiture.run_table WHERE relation = 'g0'::regclass);
	INSERT INTO confiture.run_table
	SELECT n.* FROM confiture.run_table r, generate_series(1, 20000) i, LATERAL jsonb_populate_record(r, jsonb_build_object('run_id', -i)) n
	WHERE r.relation = 'g0'::regclass AND r.run_id = (SELECT max(run_id) FROM confiture.run_table WHERE relation = 'g0'::regclass);
	INSERT INTO confiture.chunk OVERRIDING SYSTEM VALUE
	SELECT n.* FROM confiture.chunk r, generate_series(1, 20000) i, LATERAL jsonb_populate_record(r, jsonb_build_object('run_id', -i, 'chunk_id', -i)) n
	WHERE r.chunk_id = (SELECT max(chunk_id) FROM confiture.chunk WHERE relation = 'g0'::regclass)});
for my $call ("SELECT rows FROM confiture.sync_table('prod', 'g0', $policy)", "SELECT rows FROM confiture.sync_table('prod', 'g0', mode => 'upsert', $policy)",
	"CALL confiture.sync('prod', '{public.g0}', $policy)", "CALL confiture.sync('prod', '{public.g0}', mode => 'upsert', $policy)", 'SELECT run_id FROM confiture.progress')
{
	my $query = q{SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_all_tables WHERE relid IN ('confiture.run'::regclass, 'confiture.run_table'::regclass, 'confiture.chunk'::regclass)};
	my $before = here($query);
	here($call);
	cmp_ok(here($query) - $before, '<', 2000, "$call reads little of a long history");
}

done_testing();
