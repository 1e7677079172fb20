# What can interrupt a sync: event triggers that refuse DDL, cancels in every phase, concurrent syncs, rules and checks.
# Whatever happens, the target is unchanged or complete, and nothing is left behind.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "deadlock_timeout = 100ms\n");
my $policy = q{policy => 'off'};

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub there { my ($sql) = @_; return $source->safe_psql('postgres', $sql); }

$_->safe_psql('postgres', q{
	CREATE TABLE parent (id int PRIMARY KEY, v text);
	CREATE TABLE child (id serial PRIMARY KEY, parent_id int REFERENCES parent, v text);
	CREATE TABLE alone (id serial PRIMARY KEY, v text);
}) for ($source, $target);
there(q{
	INSERT INTO parent SELECT i, 'new' FROM generate_series(1, 50) i;
	INSERT INTO child SELECT i, i, 'new' FROM generate_series(1, 50) i;
	INSERT INTO alone SELECT i, 'new' FROM generate_series(1, 50) i;
});
sub fill_target
{
	here(q{TRUNCATE parent, child, alone RESTART IDENTITY; INSERT INTO parent VALUES (1, 'old'), (2, 'old'); INSERT INTO child VALUES (1, 1, 'old'); INSERT INTO alone VALUES (1, 'old'), (70, 'old')});
	return;
}
my $states = q{SELECT string_agg(tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text, ',' ORDER BY tgrelid::regclass::text, tgname COLLATE "C") FROM pg_trigger WHERE NOT tgisinternal};
sub state
{
	return join "\n", (map { ConfitureTest::digest($target, "SELECT * FROM $_") } qw(parent child alone)), here($states) // '',
	  here('SELECT last_value, is_called FROM alone_id_seq'), here('SELECT last_value, is_called FROM child_id_seq');
}
my $left = q{SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'confiture_upsert%') || ' tables, ' || (SELECT count(*) FROM confiture.progress) || ' shown'};
my $quiet = q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'};
sub nothing_is_left
{
	my ($what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($source->poll_query_until('postgres', $quiet), "$what: no session is left on the source");
	ok($target->poll_query_until('postgres', $left, '0 tables, 0 shown'), "$what: nor anything here");
	return;
}
sub unchanged
{
	my ($before, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(state(), $before, "$what: the target is as it was");
	nothing_is_left($what);
	return;
}

# Event triggers that refuse DDL: a sync that needs none succeeds, one that does changes nothing.
fill_target();
here(q{CREATE FUNCTION refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no % today', TG_TAG; END $$;
	CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$});
for my $event (qw(ddl_command_start ddl_command_end sql_drop))
{
	fill_target();
	my $before = state();
	here("CREATE EVENT TRIGGER refuse ON $event EXECUTE FUNCTION refuse_ddl(); ALTER EVENT TRIGGER refuse ENABLE ALWAYS");
	if ($event ne 'sql_drop')
	{
		ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', 'alone', mode => '$_', filter => 'id BETWEEN 2 AND 50', $policy)", [qr/no ALTER SEQUENCE today|no CREATE TABLE AS today/], "$event: $_")
		  for qw(replace append upsert);
	}
	ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', 'parent', mode => 'upsert', $policy)", [qr/no (CREATE TABLE AS|DROP TABLE) today/], "$event: upsert");
	unchanged($before, $event);
	is(ConfitureTest::sync($target, qq{'parent', $policy}), 50, "$event: a sync that needs no DDL");
	here('DROP EVENT TRIGGER refuse');
	fill_target();
	here('CREATE TRIGGER loud BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION fire(); ALTER TABLE parent ENABLE ALWAYS TRIGGER loud');
	$before = state();
	here("CREATE EVENT TRIGGER refuse ON $event EXECUTE FUNCTION refuse_ddl(); ALTER EVENT TRIGGER refuse ENABLE ALWAYS");
	if ($event ne 'sql_drop')
	{
		ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', 'parent', mode => '$_', $policy)", [qr/no ALTER TABLE today/], "$event: $_ with a trigger to disable")
		  for qw(replace append upsert);
	}
	unchanged($before, "$event, a trigger");
	here('DROP EVENT TRIGGER refuse; DROP TRIGGER loud ON parent');
}

# Cancelled and terminated in every phase. Another session keeps the sync waiting in that phase.
here(q{CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		PERFORM pg_advisory_xact_lock(77); IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
	CREATE FUNCTION wait_for_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
		IF TG_TAG = current_setting('test.wait_for', true) THEN PERFORM pg_advisory_xact_lock(77); END IF; END $$;
	CREATE EVENT TRIGGER wait_for_ddl ON ddl_command_start EXECUTE FUNCTION wait_for_ddl();
	ALTER EVENT TRIGGER wait_for_ddl ENABLE ALWAYS;
	CREATE TRIGGER quiet_one BEFORE INSERT ON parent FOR EACH ROW WHEN (NEW.id < 0) EXECUTE FUNCTION wait_here();
	ALTER TABLE parent ENABLE ALWAYS TRIGGER quiet_one});
my $advisory = q{BEGIN; SELECT pg_advisory_xact_lock(77)};
my %phases = (
	'planning' => { on => $source, hold => 'BEGIN; LOCK TABLE alone', sync => q{'alone'} },
	'waiting for the table' => { hold => 'BEGIN; LOCK TABLE alone IN ROW EXCLUSIVE MODE', sync => q{'alone'} },
	'disabling triggers' => { hold => $advisory, set => 'ALTER TABLE', sync => q{'parent'} },
	'emptying by TRUNCATE' => { hold => $advisory, sync => q{'alone', triggers => true}, trigger => 'BEFORE TRUNCATE ON alone' },
	'emptying by DELETE' => { hold => $advisory, sync => q{'parent', triggers => true}, trigger => 'BEFORE DELETE ON parent', first => 'DELETE FROM child' },
	'copying' => { hold => $advisory, sync => q{'alone', triggers => true}, trigger => 'BEFORE INSERT ON alone FOR EACH ROW WHEN (NEW.id = 30)' },
	'copying as text' => { hold => $advisory, sync => q{'alone', triggers => true, format => 'text'}, trigger => 'BEFORE INSERT ON alone FOR EACH ROW WHEN (NEW.id = 30)' },
	'making the temporary table' => { hold => $advisory, set => 'CREATE TABLE AS', sync => q{'alone', mode => 'upsert'} },
	'merging' => { hold => $advisory, sync => q{'alone', mode => 'upsert', triggers => true}, trigger => 'BEFORE INSERT ON alone FOR EACH ROW WHEN (NEW.id = 30)' },
	'dropping the temporary table' => { hold => $advisory, set => 'DROP TABLE', sync => q{'alone', mode => 'upsert'} },
	'verifying foreign keys' => { hold => 'BEGIN; LOCK TABLE child IN ROW EXCLUSIVE MODE', sync => q{'parent'} },
	'setting sequences' => { hold => $advisory, set => 'ALTER SEQUENCE', sync => q{'alone'} });
$ENV{PGAPPNAME} = 'confiture victim';
for my $name (sort keys %phases)
{
	my $phase = $phases{$name};
	my $node = $phase->{on} // $target;
	fill_target();
	here($phase->{first}) if $phase->{first};
	here("CREATE TRIGGER held $phase->{trigger} EXECUTE FUNCTION wait_here()") if $phase->{trigger};
	my $before = state();
	for my $how (qw(cancel terminate))
	{
		my $holder = $node->background_psql('postgres');
		$holder->query_safe($phase->{hold});
		my ($out, $err) = ('', '');
		my $victim = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $target->connstr('postgres'),
				'-c', "SET test.wait_for = '" . ($phase->{set} // '') . "'", '-c', "SELECT rows FROM confiture.sync_table('prod', $phase->{sync}, $policy)",
				'-c', q{SELECT current_setting('session_replication_role'), current_setting('search_path')} ], '<', \undef, '>', \$out, '2>', \$err);
		ok($node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted'), "$name: it waits");
		here("SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture victim' AND query LIKE '%sync_table(%' AND pid <> pg_backend_pid()");
		eval { $victim->finish };
		like($err, $how eq 'cancel' ? qr/57014: canceling statement due to user request/ : qr/57P01: terminating connection due to administrator command/, "$name: $how");
		is($out, qq{origin|"\$user", public\n}, "$name: the session continues") if $how eq 'cancel';
		$holder->query_safe('COMMIT');
		$holder->quit;
		unchanged($before, "$name, $how");
	}
	here("DROP TRIGGER held ON " . ($phase->{trigger} =~ /ON (\w+)/)[0]) if $phase->{trigger};
	here("INSERT INTO parent SELECT i, 'old' FROM generate_series(3, 50) i") if $phase->{sync} =~ /child/;
	is(ConfitureTest::sync($target, qq{$phase->{sync}, $policy}), 50, "$name: and then it runs");
}
here('DROP EVENT TRIGGER wait_for_ddl; DROP TRIGGER quiet_one ON parent');
delete $ENV{PGAPPNAME};

# Concurrent syncs: of the same table, one after the other; of tables that reference each other, which may deadlock.
here(q{CREATE FUNCTION wait_in_check(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF id = 30 THEN PERFORM pg_advisory_xact_lock_shared(77); END IF; RETURN true; END $$;
	ALTER TABLE parent ADD CHECK (public.wait_in_check(id)); ALTER TABLE child ADD CHECK (public.wait_in_check(id)); ALTER TABLE alone ADD CHECK (public.wait_in_check(id))});
sub side_by_side
{
	my ($waiting, @calls) = @_;
	my $holder = $target->background_psql('postgres');
	$holder->query_safe('SELECT pg_advisory_lock(77)');
	my @syncs = map { my %sync; $sync{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $target->connstr('postgres'), '-c', "SELECT rows FROM confiture.sync_table('prod', $_, $policy)" ],
			'<', \undef, '>', \$sync{out}, '2>', \$sync{err}); \%sync } @calls;
	ok($target->poll_query_until('postgres', "SELECT count(*) FILTER (WHERE locktype = 'advisory') = $waiting AND count(*) = 2 FROM pg_locks WHERE NOT granted"), "@calls: both wait");
	$holder->quit;
	eval { $_->{run}->finish } for @syncs;
	return map { $_->{out} . ($_->{err} =~ /ERROR:  (\w+)/ ? $1 : '') } @syncs;
}
for my $mode (qw(replace upsert))
{
	fill_target();
	is(join('', side_by_side(1, "'alone'", "'alone', mode => '$mode'")), "50\n50\n", "the same table, $mode");
	ConfitureTest::same_rows($source, $target, 'SELECT * FROM alone', 'has the rows of the source');
	nothing_is_left("the same table, $mode");
}
fill_target();
here(q{INSERT INTO parent SELECT i, 'old' FROM generate_series(3, 50) i});
my @ends = side_by_side(2, "'parent'", "'child'");
like(join(' ', sort @ends), qr/^(?:50\n 50\n|40P01 50\n|50\n 40P01)$/, 'tables that reference each other: one is done at least');
is(here('SELECT count(*) FROM child LEFT JOIN parent p ON p.id = parent_id WHERE p.id IS NULL'), '0', 'and no reference is broken');
nothing_is_left('tables that reference each other');
is(ConfitureTest::sync($target, qq{'$_', $policy}), 50, "$_ once more") for qw(parent child);
ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$_: has the rows of the source") for qw(parent child);
here('ALTER TABLE alone DROP CONSTRAINT alone_id_check');

# Rewrite rules, row security, checks over several columns, and a function that catches the errors.
fill_target();
here('CREATE RULE nothing AS ON INSERT TO alone DO INSTEAD NOTHING; CREATE RULE also AS ON DELETE TO alone DO ALSO DELETE FROM child');
is(ConfitureTest::sync($target, qq{'alone', $policy}), 50, 'rules do not stop a COPY');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM alone', 'nor change it');
ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', 'alone', mode => 'upsert', $policy)", [qr/it has rewrite rules/], 'an upsert would obey them');
here('DROP RULE nothing ON alone; DROP RULE also ON alone');

ConfitureTest::add_role($source, $target, 'loader', 'secret');
there('GRANT SELECT ON ALL TABLES IN SCHEMA public TO loader');
here(q{GRANT SET ON PARAMETER confiture.policy TO loader; ALTER TABLE alone OWNER TO loader; ALTER TABLE alone ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON alone USING (id < 10)});
my @loader = (extra_params => [ '-U', 'loader' ]);
for my $mode (qw(replace upsert))
{
	my $sync = "FROM confiture.sync_table('prod_tcp', 'alone', mode => '$mode', $policy)";
	is($target->safe_psql('postgres', "SELECT rows $sync", @loader), 50, "row security does not apply to the owner, $mode");
	here('ALTER TABLE alone FORCE ROW LEVEL SECURITY');
	ConfitureTest::fails_like($target, "SELECT rows $sync", [qr/row-level security applies to you here/], "unless it is forced, $mode", @loader);
	here('ALTER TABLE alone NO FORCE ROW LEVEL SECURITY');
}
here('ALTER TABLE alone DISABLE ROW LEVEL SECURITY');

fill_target();
here(q{ALTER TABLE alone ADD w text GENERATED ALWAYS AS (upper(v)) STORED, ADD CONSTRAINT together CHECK (v = 'old' OR w || id <> 'NEW40')});
my $before = state();
for my $mode (qw(replace append upsert))
{
	my $message = ConfitureTest::fails_like($target, qq{DO \$\$ BEGIN PERFORM confiture.sync_table('prod', 'alone', mode => '$mode', filter => 'id > 1', $policy);
		EXCEPTION WHEN check_violation THEN RAISE EXCEPTION 'caught: %', SQLERRM; END \$\$}, [qr/caught: new row for relation "alone" violates check constraint "together"/], "a check over several columns, $mode");
	unchanged($before, "a check, $mode");
}
is(here(qq{CREATE FUNCTION try(mode text) RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN PERFORM confiture.sync_table('prod', 'alone', mode => mode, filter => 'id > 1', $policy); RETURN 'done';
	EXCEPTION WHEN check_violation THEN RETURN SQLSTATE; END \$\$; SELECT string_agg(try(mode), ' ') FROM generate_series(1, 20), unnest('{replace,append,upsert}'::text[]) mode}),
	join(' ', ('23514') x 60), 'caught sixty times');
unchanged($before, 'caught sixty times');
here(q{ALTER TABLE alone DROP CONSTRAINT together});
is(ConfitureTest::sync($target, qq{'alone', rules => '{"v": {"strategy": "partial", "first": 1, "last": 0}}', $policy}), 50, 'a generated column of a masked one');
is(here('SELECT DISTINCT v, w FROM alone'), 'n**|N**', 'is made of masked values');

done_testing();
