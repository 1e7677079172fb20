# What the loader `tuples` writes is in the WAL: a standby and a logical subscriber see the same rows, and so does the server
# itself after its postmaster was killed before the commit.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "wal_level = logical\nmax_wal_senders = 4\nwal_consistency_checking = 'heap,heap2,btree'\n");
append_to_file($target->data_dir . '/pg_hba.conf', "local replication all trust\n");
$target->reload;
my $shape = q{id int PRIMARY KEY, part int, t text, n numeric(12,2), w text, at timestamptz};
my $rows = q{SELECT i, i % 4, 'é' || i, i * 1.25, CASE WHEN i % 50 = 0 THEN repeat(md5(i::text), 200) END, '2024-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 4000) i};
$source->safe_psql('postgres', "CREATE TABLE item ($shape); INSERT INTO item $rows; CREATE TABLE piece AS TABLE item; CREATE TABLE later (LIKE item INCLUDING ALL); INSERT INTO later SELECT id + 10000, part, t, n, w, at FROM item");
$target->safe_psql('postgres', qq{
	CREATE EXTENSION amcheck; CREATE EXTENSION pg_visibility;
	CREATE TABLE item ($shape); ALTER TABLE item ALTER w SET STORAGE EXTERNAL; CREATE INDEX ON item (t);
	CREATE TABLE piece (LIKE item) PARTITION BY LIST (part); CREATE TABLE piece_0 PARTITION OF piece FOR VALUES IN (0, 1); CREATE TABLE piece_2 PARTITION OF piece FOR VALUES IN (2, 3);
	CREATE PUBLICATION all_rows FOR TABLE item, piece WITH (publish_via_partition_root = true)});
$target->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($target, 'copy', has_streaming => 1);
$standby->start;

# The subscriber is a database beside the source's.
$source->safe_psql('postgres', 'CREATE DATABASE subscriber');
my $address = $target->connstr('postgres');
$source->safe_psql('subscriber', "CREATE TABLE item ($shape); CREATE TABLE piece (LIKE item)");
$source->safe_psql('subscriber', "CREATE SUBSCRIPTION all_rows CONNECTION \$\$$address\$\$ PUBLICATION all_rows WITH (copy_data = false)");

my $sync = q{confiture.sync_table('prod', '%s', policy => 'off', loader => 'tuples'};
sub digest { my ($node, $database, $table) = @_; return $node->safe_psql($database, "SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM $table t") }
sub is_sound
{
	my ($node, $name) = @_;
	is($node->safe_psql('postgres', q{SELECT x.* FROM unnest('{item,piece_0,piece_2}'::regclass[]) c, verify_heapam(c, check_toast => true) x;
		SELECT bt_index_check('item_pkey', true); SELECT bt_index_check('item_t_idx', true); SELECT count(*) FROM pg_check_visible('item'); SELECT count(*) FROM pg_check_frozen('item')}),
		"\n\n0\n0", "$name: amcheck and pg_visibility find nothing");
	return;
}

for my $table (qw(item piece))
{
	is($target->safe_psql('postgres', 'SELECT rows FROM ' . sprintf($sync, $table) . ')'), 4000, "$table is loaded");
	my $right = digest($source, 'postgres', $table);
	is(digest($target, 'postgres', $table), $right, "$table: the same rows");
	$target->wait_for_catchup($standby, 'replay', $target->lsn('flush'));
	is(digest($standby, 'postgres', $table), $right, 'on the standby');
	$target->wait_for_catchup('all_rows');
	is(digest($source, 'subscriber', $table), $right, 'and the subscriber');
}
is_sound($_->[0], $_->[1]) for ([ $target, 'target' ], [ $standby, 'standby' ]);

# ---- Killed before the commit

$source->safe_psql('subscriber', 'ALTER SUBSCRIPTION all_rows DISABLE');
for my $mode (qw(append replace))
{
	my $before = digest($target, 'postgres', 'item');
	my ($in, $out, $err) = ('', '', '');
	# All is written, half of it to the disk, and nothing committed.
	my $session = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', 'BEGIN', '-c',
		'SELECT rows FROM ' . sprintf($sync, 'item') . ", mode => '$mode', source_relation => 'public.later')", '-c', 'SELECT pg_sleep(100)' ], \$in, \$out, \$err);
	ok($target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(100)'}), "$mode: in the middle");
	$target->safe_psql('postgres', 'CHECKPOINT');
	my @processes = ($target->{_pid}, split /\n/, $target->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity'));
	$target->kill9;
	$session->finish;
	unlike($err, qr/^ERROR/m, 'the load was not refused');
	# Its processes leave one after another.
	for (1 .. 600) { last unless kill 0, @processes; select undef, undef, undef, 0.1 }
	$target->start;
	is(digest($target, 'postgres', 'item'), $before, "$mode: after the recovery the table is as it was");
	is_sound($target, "$mode, recovered");
}
is($target->safe_psql('postgres', 'SELECT rows FROM ' . sprintf($sync, 'item') . ')'), 4000, 'and is loaded again');
is(digest($target, 'postgres', 'item'), digest($source, 'postgres', 'item'), 'with the same rows');
is_sound($target, 'loaded again');
$target->wait_for_catchup($standby, 'replay', $target->lsn('flush'));
is(digest($standby, 'postgres', 'item'), digest($source, 'postgres', 'item'), 'the standby follows');
done_testing();
