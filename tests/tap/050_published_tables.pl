# Replication on the side of the target: published tables without a replica identity, which the server lets nobody delete from,
# stop the plan; a commit that waits for a synchronous standby is to be seen, and can be cancelled.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "wal_level = logical\nmax_wal_senders = 2\n");
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub on_both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub fails { return ConfitureTest::fails_like($target, @_) }
sub call { my (undef, $out, $err) = $target->psql('postgres', $_[0]); return "$out\n$err" }

on_both(q{
	CREATE TABLE parent (id int UNIQUE, n int);
	CREATE TABLE child (id int, parent_id int CONSTRAINT of_parent REFERENCES parent (id));
	CREATE TABLE keyed (id int PRIMARY KEY, n int);
});
$source->safe_psql('postgres', q{
	INSERT INTO parent SELECT i, i FROM generate_series(1, 10) i;
	INSERT INTO child SELECT i, i FROM generate_series(1, 10) i;
	INSERT INTO keyed SELECT i, i FROM generate_series(1, 10) i;
});
here(q{
	INSERT INTO parent VALUES (1, 1);
	CREATE PUBLICATION changes FOR TABLE parent, child;
	SET client_min_messages = error; CREATE PUBLICATION inserts FOR TABLE keyed WITH (publish = 'insert')});
my $words = qr/cannot delete from table "parent" because it does not have a replica identity and publishes deletes/;
my $fix = qr/ALTER TABLE public\.parent REPLICA IDENTITY FULL; -- or take it out of the publication/;

like(here(qq{SELECT unnest(warnings) FROM confiture.plan('prod', 'parent', $policy) WHERE column_name IS NULL}), $words, 'a table that other tables reference is emptied by DELETE: the plan says what prevents it');
fails("SELECT * FROM confiture.sync_table('prod', 'parent', $policy)", [ qr/cannot sync public\.parent: 1 problem/, $words, $fix ], 'and sync_table() refuses it');
fails("CALL confiture.sync('prod', '{public.parent}', $policy)", [ qr/cannot sync from server "prod": 1 problem/, $words, $fix ], 'a run without the table that references it');
is(here('SELECT count(*) FROM confiture.run WHERE state <> $$refused$$'), '0', 'before anything is done');
like(call("CALL confiture.sync('prod', '{public.parent,public.child}', $policy)"), qr/\|done\|2\|20\|/, 'both together are emptied by TRUNCATE');
fails("CALL confiture.sync('prod', '{public.parent,public.child}', on_fk_violation => 'delete', $policy)",
	[ qr/public\.child: cannot delete from table "child" because it does not have a replica identity/ ], 'rows that a run may have to delete');
fails("CALL confiture.sync('prod', '{public.parent,public.child}', on_fk_violation => 'null', $policy)",
	[ qr/public\.child: cannot update table "child" because it does not have a replica identity/ ], 'or to change');
here('ALTER TABLE parent REPLICA IDENTITY FULL; TRUNCATE child');
like(call("SELECT rows FROM confiture.sync_table('prod', 'parent', $policy)"), qr/^10$/m, 'with an identity it is emptied');
here('ALTER TABLE parent REPLICA IDENTITY NOTHING; DROP PUBLICATION changes');

# ---- Upsert

here(q{CREATE TABLE later (id int PRIMARY KEY DEFERRABLE, n int)});
fails("SELECT * FROM confiture.sync_table('prod', 'later', 'public.keyed', mode => 'upsert', $policy)",
	[qr/mode upsert finds rows by the primary key, which it cannot as that is deferrable/], 'a deferrable primary key is one');
fails("SELECT * FROM confiture.sync_table('prod', 'parent', mode => 'upsert', $policy)", [qr/mode upsert needs a primary key, and it has none/], 'a missing one is none');
like(call("SELECT rows FROM confiture.sync_table('prod', 'keyed', mode => 'upsert', $policy)"), qr/^10$/m, 'a table that publishes its INSERTs only');
here('DROP TABLE later');

# ---- A synchronous standby that is not there

here(q{ALTER SYSTEM SET synchronous_standby_names = 'nobody'});
$target->reload;
my $waits = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE 'CALL%'};

sub start_waiting
{
	my ($call) = @_;
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', $call ], '<', \undef, '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', $waits) or die "no run waits: $err";
	return sub { $client->finish; return $out . $err };
}

my $end = start_waiting("CALL confiture.sync('prod', '{public.keyed}', $policy)");
my ($run, $server, $phase) = split /\|/, here('SELECT run_id, server, phase FROM confiture.progress WHERE relation IS NULL');
is("$server $phase", 'prod waiting for a standby', 'a new run whose first commit waits is in confiture.progress');
is(here("SELECT confiture.cancel($run)"), 't', 'and can be cancelled');
like(my $said = $end->(), qr/ERROR:  canceling statement due to user request\nDETAIL:  It waited for a synchronous standby.*\nHINT:  Finished work is kept: CALL confiture\.resume\($run\)/s, 'which its caller learns');
like(here("SELECT state, error FROM confiture.runs WHERE run_id = $run"), qr/^interrupted\|canceling statement due to user request/, 'and is on record');

$end = start_waiting("CALL confiture.resume($run)");
is(here("SELECT phase FROM confiture.progress WHERE relation IS NULL AND run_id = $run"), 'waiting for a standby', 'a resumed run waits as well');
is(here("SELECT confiture.cancel($run)"), 't', 'it can be cancelled');
like($end->(), qr/ERROR:  canceling statement due to user request/, 'which ends it');
is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'cancelled', 'as cancelled');
like(call("SET synchronous_commit = local; CALL confiture.resume($run)"), qr/^$run\|done\|1\|10\|/m, 'synchronous_commit = local waits for no standby');

$end = start_waiting("CALL confiture.sync('prod', '{public.keyed}', $policy)");
here(q{ALTER SYSTEM RESET synchronous_standby_names});
$target->reload;
like($end->(), qr/\|done\|1\|10\|/, 'a run goes on once nobody is waited for');

done_testing();
