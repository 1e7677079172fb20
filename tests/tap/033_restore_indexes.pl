# What cannot be restored, or should not be: duplicates, objects changed meanwhile, missing privileges; and
# confiture.restore_indexes().
use strict;
use warnings;

use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(
	target_conf => "min_parallel_table_scan_size = 0\nmax_parallel_maintenance_workers = 2\nmax_worker_processes = 16\ndeadlock_timeout = 100ms\n");
ConfitureTest::add_role($source, $target, 'loader', 'secret');
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }

# The definitions of the indexes and constraints of tables.
sub definitions
{
	my ($tables) = @_;
	return here(qq{SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ('{$tables}'::regclass[]) ORDER BY 1;
		SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY ('{$tables}'::regclass[])
			ORDER BY conrelid::regclass::text, conname;
		SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = ANY ('{$tables}'::regclass[]) AND NOT tgisinternal ORDER BY 1});
}

# Kills the leader of a sync of tables with rebuild_indexes when all but the last row of the table "last" is copied.
sub interrupted_run
{
	my ($include) = @_;
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
			"CALL confiture.sync('prod', include => '{$include,public.last}', jobs => 1, rebuild_indexes => true, $policy)" ],
		'<', \undef, '>', \my $out, '2>', \my $err);
	my $waits = q{SELECT %s FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted};
	$target->poll_query_until('postgres', sprintf $waits, 'count(*) > 0') or die "no run waits at the gate: $err";
	here(sprintf $waits, 'pg_terminate_backend(pid)');
	$run->finish;
	$gate->quit;
	return last_run();
}

# A small table, so that it is taken last.
there('CREATE TABLE last (id int PRIMARY KEY); INSERT INTO last VALUES (1)');
here(q{CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN
	PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	CREATE TABLE last (id int PRIMARY KEY CHECK (gate(id)))});

# Rows that a unique index of the target alone refuses, found by the processes that build it.
there(q{CREATE TABLE doubles (id int PRIMARY KEY, v text, w text);
	INSERT INTO doubles SELECT i, CASE WHEN i % 10000 = 0 THEN 'secret-value' ELSE 'v' || i END, 'w' || i FROM generate_series(1, 100000) i});
here(q{CREATE TABLE doubles (id int PRIMARY KEY, v text, w text); ALTER TABLE doubles SET (parallel_workers = 2);
	CREATE UNIQUE INDEX doubles_v ON doubles (v); CREATE INDEX doubles_w ON doubles (w); CREATE INDEX doubles_e ON doubles (((w || id)::text))});
my $doubles = definitions('doubles');
ConfitureTest::fails_like($target, "CALL confiture.sync('prod', include => '{public.doubles}', rebuild_indexes => true, $policy)",
	[ qr/run \d+ failed: index doubles_v of public\.doubles: could not create unique index "doubles_v"/, qr/^(?!.*secret-value)/s ], 'duplicates fail the run');
my $id = last_run();
is(here("SELECT string_agg(name, ',') FROM confiture.set_aside WHERE restored_at IS NULL"), 'doubles_v', 'all else came back');
ConfitureTest::fails_like($target, "SELECT confiture.restore_indexes($id)",
	[ qr/not everything that run $id took off its tables came back/, qr/index doubles_v of public\.doubles: could not create/, qr/restore_indexes\($id\) again/,
	qr/^(?!.*secret-value)/s ], 'nor does restore_indexes() get it back');
my $log = slurp_file($target->logfile);
like($log, qr/"parallel worker" \(PID \d+\) exited with exit code 1/, 'a process that helped met the duplicates');
unlike($log, qr/secret-value/, 'and did not log them');
here('UPDATE doubles SET v = id');
is(here("SELECT confiture.restore_indexes($id)"), 1, 'when there are none any more, it does');
is(definitions('doubles'), $doubles, 'and all is as it was');
is(here('SELECT confiture.restore_indexes()'), 0, 'nothing is left');

# Some are restored, some cannot be: the restored ones stay.
there('UPDATE doubles SET w = CASE WHEN id > 5 THEN NULL ELSE w END');
here('DROP INDEX doubles_e; CREATE INDEX doubles_e ON doubles ((10 / (id - 2)) ) WHERE id > 2; TRUNCATE doubles');
$doubles = definitions('doubles');
$id = interrupted_run('public.doubles');
my ($status, $out, $err) = $target->psql('postgres', "SELECT confiture.restore_indexes($id)");
is("$status $out", '0 2', 'two come back');
like($err, qr/WARNING:  not everything that run $id took.*doubles_v/s, 'with a warning about the third');
unlike($err, qr/secret-value/, 'without values');
here('UPDATE doubles SET v = id');
is(here('SELECT confiture.restore_indexes()'), 1, 'the third');
is(definitions('doubles'), $doubles, 'all is as it was');

# An error whose message quotes a value.
here('TRUNCATE doubles; CREATE INDEX doubles_cast ON doubles ((w::int))');
there('UPDATE doubles SET v = id, w = CASE WHEN id < 3 THEN \'secret-value\' END');
ConfitureTest::fails_like($target, "CALL confiture.sync('prod', include => '{public.doubles}', rebuild_indexes => true, $policy)",
	[ qr/index doubles_cast of public\.doubles: The server's message for SQLSTATE 22P02 is withheld/, qr/^(?!.*secret-value)/s ], 'an expression that fails');
unlike(slurp_file($target->logfile), qr/secret-value/, 'no value is in the log');
here("UPDATE doubles SET w = NULL; SELECT confiture.restore_indexes()");

# Objects changed after a crash.
$_->safe_psql('postgres', 'CREATE TABLE stays (id int PRIMARY KEY, v int); CREATE TABLE goes (id int PRIMARY KEY, v int); CREATE TABLE moves (id int PRIMARY KEY, v int)') for ($source, $target);
here(q{CREATE INDEX stays_v ON stays (v); ALTER TABLE stays ADD UNIQUE (v); CREATE INDEX stays_w ON stays ((v + 1));
	CREATE INDEX goes_v ON goes (v); ALTER TABLE goes ADD UNIQUE (v); CREATE INDEX moves_v ON moves (v);
	ALTER TABLE stays ADD CONSTRAINT to_goes FOREIGN KEY (v) REFERENCES goes (v); ALTER TABLE moves ADD CONSTRAINT to_stays FOREIGN KEY (v) REFERENCES stays (v);
	CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
	CREATE TRIGGER one AFTER INSERT ON moves EXECUTE FUNCTION quiet(); ALTER TABLE moves ENABLE ALWAYS TRIGGER one;
	CREATE TRIGGER two AFTER INSERT ON moves EXECUTE FUNCTION quiet(); ALTER TABLE moves ENABLE ALWAYS TRIGGER two});
$id = interrupted_run('public.stays,public.goes,public.moves');
here('DROP TABLE goes; DROP TRIGGER two ON moves; ALTER TABLE moves RENAME TO moved; CREATE INDEX stays_w ON stays ((v + 1))');
ConfitureTest::fails_like($target, 'SET ROLE loader; SELECT confiture.restore_indexes(' . $id . ')', [qr/permission denied for run $id/], 'another role may not');
is($target->safe_psql('postgres', 'SELECT confiture.restore_indexes()', extra_params => [ '-U', 'loader' ]), 0, 'and has nothing to restore');
($status, $out, $err) = $target->psql('postgres', "SELECT confiture.restore_indexes($id)");
is("$status $out", '0 2', 'what still can comes back');
like($err, qr/index moves_v of public\.moves: the table is called public\.moved now/, 'a renamed table is named');
is(here(qq{SELECT string_agg(DISTINCT name || ': ' || error, '; ' ORDER BY name || ': ' || error) FROM confiture.set_aside WHERE run_id = $id AND restored_at IS NOT NULL AND error IS NOT NULL}),
	'goes_v: the table is gone; goes_v_key: the table is gone; stays_w: it was there already; to_goes: the referenced table is gone; two: the trigger is gone',
	'what cannot be restored is reported and given up') or diag $err;
here('ALTER TABLE moved RENAME TO moves');
is(here("SELECT confiture.restore_indexes($id)"), 3, 'the rest comes back with the name');
like(definitions('moves'), qr/moves_v.*to_stays.*one\|A/s, 'all of it');

# A foreign key that the rows violate: everything else is restored, the key as NOT VALID.
$_->safe_psql('postgres', 'CREATE TABLE parents (id int, v int PRIMARY KEY); CREATE TABLE children (id int PRIMARY KEY, p int)') for ($source, $target);
there('INSERT INTO parents SELECT i, i FROM generate_series(1, 100) i; INSERT INTO children SELECT i, i FROM generate_series(1, 100) i');
# Such a key is set aside with the unique constraint that it references, which is not the primary key.
here('CREATE INDEX ON children (p); ALTER TABLE parents ADD UNIQUE (id); CREATE INDEX ON parents (v); ALTER TABLE children ADD FOREIGN KEY (p) REFERENCES parents (id)');
my $family = definitions('parents,children');
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', include => '{public.parents,public.children}', filters => '{"public.parents": "id <> 7"}', rebuild_indexes => true, $policy)},
	[qr/children_p_fkey/], 'a filter leaves a row without what it references');
is(definitions('parents,children'), $family =~ s/(REFERENCES parents\(id\))/$1 NOT VALID/r, 'all came back, the key not valid');
ConfitureTest::fails_like($target, 'SELECT confiture.restore_indexes()', [qr/foreign key children_p_fkey of public\.children: .*violates foreign key/], 'it cannot become valid');
here('DELETE FROM children WHERE p = 7');
is(here('SELECT confiture.restore_indexes()'), 1, 'until the row is gone');
is(definitions('parents,children'), $family, 'all is as it was');
here(qq{CALL confiture.sync('prod', include => '{public.parents,public.children}', filters => '{"public.parents": "id <> 7"}', on_fk_violation => 'report', rebuild_indexes => true, $policy)});
is(definitions('parents,children'), $family =~ s/(REFERENCES parents\(id\))/$1 NOT VALID/r, 'reported only, the key stays not valid');
here('DELETE FROM children WHERE p = 7');
is(here('SELECT confiture.restore_indexes()'), 1, 'and becomes valid when asked for, without the row');
is(definitions('parents,children'), $family, 'all is as it was');

# A partitioned table's key to itself, violated in one partition: the others become valid separately, and all are one key
# again after the next run.
$_->safe_psql('postgres', q{CREATE TABLE chain (id int UNIQUE, up int) PARTITION BY HASH (id);
	CREATE TABLE chain_0 PARTITION OF chain FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE chain_1 PARTITION OF chain FOR VALUES WITH (MODULUS 2, REMAINDER 1)}) for ($source, $target);
there('INSERT INTO chain SELECT i, nullif(i - 1, 0) FROM generate_series(1, 100) i');
here('ALTER TABLE chain ADD FOREIGN KEY (up) REFERENCES chain (id)');
my $chain = definitions('chain,chain_0,chain_1');
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', include => '{public.chain}', filters => '{"public.chain": "id <> 7"}', rebuild_indexes => true, $policy)}, [qr/chain_up_fkey of public\.chain: 1 row/], 'a link is missing');
($status, $out, $err) = $target->psql('postgres', 'SELECT confiture.restore_indexes()');
like($err, qr/chain_up_fkey of public\.chain_\d: .*violates foreign key/, 'a part of the key cannot become valid');
like(here("CALL confiture.sync('prod', include => '{public.chain}', rebuild_indexes => true, $policy)"), qr/\|done\|1\|100\|/, 'the next run has all links');
is(definitions('chain,chain_0,chain_1'), $chain, 'and the key is whole again');

# An owner who may not switch triggers off: keys in both directions, and a trigger.
for my $node ($source, $target)
{
	$node->safe_psql('postgres', q{CREATE TABLE hen (id int PRIMARY KEY, egg int); CREATE TABLE egg (id int PRIMARY KEY, hen int);
		ALTER TABLE hen OWNER TO loader; ALTER TABLE egg OWNER TO loader});
}
there('INSERT INTO hen SELECT i, i FROM generate_series(1, 1000) i; INSERT INTO egg SELECT i, i FROM generate_series(1, 1000) i');
here(q{ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg DEFERRABLE; ALTER TABLE egg ADD FOREIGN KEY (hen) REFERENCES hen; CREATE INDEX ON egg (hen);
	CREATE TRIGGER always AFTER INSERT ON hen EXECUTE FUNCTION quiet(); ALTER TABLE hen ENABLE ALWAYS TRIGGER always;
	GRANT SET ON PARAMETER confiture.policy TO loader; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO loader; GRANT CREATE ON SCHEMA public TO loader});
my $farm = definitions('hen,egg');
for my $rebuild ('false', 'true')
{
	$target->safe_psql('postgres', "CALL confiture.sync('prod_tcp', include => '{public.hen,public.egg}', rebuild_indexes => $rebuild, $policy)", extra_params => [ '-U', 'loader' ]);
	is(definitions('hen,egg'), $farm, "an owner without rights on triggers, rebuild_indexes => $rebuild: all is as it was");
	ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$_ is complete") for qw(hen egg);
}
# A role that could not recreate an index keeps it. A role that does not own the table gets a message.
here('REVOKE CREATE ON SCHEMA public FROM loader');
(undef, undef, $err) = $target->psql('postgres', "CALL confiture.sync('prod_tcp', include => '{public.hen,public.egg}', rebuild_indexes => true, $policy)", extra_params => [ '-U', 'loader' ]);
like($err, qr/NOTICE:  index public\.egg_hen_idx stays in place: permission denied for schema public/, 'who may not create in the schema keeps the index');
is(definitions('hen,egg'), $farm, 'nothing changed');
here('GRANT ALL ON parents, children TO loader'); there('GRANT SELECT ON parents, children TO loader');
ConfitureTest::fails_like($target, "CALL confiture.sync('prod_tcp', include => '{public.parents}', rebuild_indexes => true, $policy)",
	[ qr/foreign key children_p_fkey of public\.children cannot be set aside: you do not own the table/, qr/only the owner of public\.parents can drop and rebuild its indexes/ ],
	'a role that does not own it gets a message', extra_params => [ '-U', 'loader' ]);

# A lock_timeout is the caller's: it ends the run, and is no reason to leave a key in place.
{
	my $reader = $target->background_psql('postgres');
	$reader->query_safe('BEGIN; SELECT count(*) FROM egg');
	local $ENV{PGOPTIONS} = '-c lock_timeout=300ms';
	ConfitureTest::fails_like($target, "CALL confiture.sync('prod_tcp', include => '{public.hen}', $policy)",
		[ qr/ERROR:  .*could not be locked within 0\.3 s/, qr/^(?!.*stays in place)/s ], 'a lock_timeout before a foreign key is set aside', extra_params => [ '-U', 'loader' ]);
	$reader->quit;
}
is(definitions('hen,egg'), $farm, 'nothing changed');

# What the run of another role took off a table stays with that run, where the role of the next one could not put it back.
here('CREATE INDEX IF NOT EXISTS parents_v_idx ON parents (v)');
$family = definitions('parents,children');
$id = interrupted_run('public.parents');
isnt(definitions('parents,children'), $family, 'a run is interrupted');
ConfitureTest::fails_like($target, "CALL confiture.sync('prod_tcp', include => '{public.parents}', $policy)",
	[ qr/run $id set aside .*, and you may not put it back/, qr/Its role puts it back with SELECT confiture\.restore_indexes\($id\)/ ],
	'a role that could not put it back does not take over', extra_params => [ '-U', 'loader' ]);
is(here("SELECT state FROM confiture.runs WHERE run_id = $id"), 'interrupted', 'the run can still be resumed');
here("CALL confiture.sync('prod', include => '{public.parents}', $policy)");
is(definitions('parents,children'), $family, 'a role that can put it back takes over, and all is as it was');

# While a foreign key is set aside, another table takes the name of the referenced one.
$_->safe_psql('postgres', 'CREATE TABLE owners (id int UNIQUE); CREATE TABLE pets (id int PRIMARY KEY, owner int)') for ($source, $target);
there('INSERT INTO owners SELECT generate_series(1, 3); INSERT INTO pets SELECT i, i FROM generate_series(1, 3) i');
here('ALTER TABLE pets ADD FOREIGN KEY (owner) REFERENCES owners (id)');
my $pets = definitions('pets');
$id = interrupted_run('public.owners,public.pets');
here('ALTER TABLE owners RENAME TO former_owners; CREATE TABLE owners (id int PRIMARY KEY)');
ConfitureTest::fails_like($target, "SELECT confiture.restore_indexes($id)",
	[qr/foreign key pets_owner_fkey of public\.pets: the referenced table is called public\.former_owners now/], 'the key does not go to the other table');
unlike(definitions('pets'), qr/FOREIGN KEY/, 'there is none');
here('DROP TABLE owners; ALTER TABLE former_owners RENAME TO owners');
is(here("SELECT confiture.restore_indexes($id)"), 2, 'it comes back with the name, as does the constraint it references');
is(definitions('pets'), $pets, 'as it was');

# Many at a time: none waits for ever.
my $many = join ' ', map { "CREATE TABLE many_$_ (id int PRIMARY KEY, a int NOT NULL, b int);" } 1 .. 5;
$_->safe_psql('postgres', $many) for ($source, $target);
there("INSERT INTO many_$_ SELECT i, i, i FROM generate_series(1, 20000) i") for 1 .. 5;
for my $i (1 .. 5)
{
	here("CREATE INDEX many_${i}_b ON many_$i (b); CREATE UNIQUE INDEX many_${i}_id ON many_$i (id, a); CREATE INDEX ON many_$i ((b + 1)); ALTER TABLE many_$i ADD UNIQUE (a),
		CLUSTER ON many_${i}_b, REPLICA IDENTITY USING INDEX many_${i}_id");
}
for my $i (1 .. 5) { here("ALTER TABLE many_$i ADD CONSTRAINT to_$_ FOREIGN KEY (b) REFERENCES many_$_ (a)") for 1 .. 5 }
my $names = join ',', map { "many_$_" } 1 .. 5;
my $network = definitions($names);
here("CALL confiture.sync('prod', include => '{public.many_*}', jobs => 5, rebuild_indexes => true, $policy)");
is(definitions($names), $network, 'five jobs restore tables that all reference each other');
unlike(slurp_file($target->logfile), qr/deadlock/, 'without deadlocks');

done_testing();
