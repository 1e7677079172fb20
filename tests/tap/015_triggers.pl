# User triggers do not fire unless requested, and afterwards have their exact previous state: on tables, on partitions,
# after errors.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$target->safe_psql('postgres', 'GRANT SET ON PARAMETER confiture.policy TO loader');
my $policy = q{policy => 'off'};

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }

my $tables = q{
	CREATE TABLE plain (id int PRIMARY KEY, v text);
	CREATE TABLE other (id int PRIMARY KEY, plain_id int);
	CREATE TABLE parted (id int, v text) PARTITION BY LIST (id);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1, 2);
	CREATE TABLE parted_2 PARTITION OF parted DEFAULT PARTITION BY LIST (id);
	CREATE TABLE parted_3 PARTITION OF parted_2 DEFAULT;
};
$_->safe_psql('postgres', $tables) for ($source, $target);
$source->safe_psql('postgres', q{
	INSERT INTO plain SELECT i, 'v' || i FROM generate_series(1, 5) i;
	INSERT INTO parted SELECT i, 'v' || i FROM generate_series(1, 5) i;
	INSERT INTO other SELECT i, i FROM generate_series(1, 5) i;
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO loader;
});

# Every kind of trigger in every state, with names that need quotes.
my $triggers = q{
	CREATE TABLE fired (what text);
	CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO public.fired VALUES (TG_NAME || ' ' || TG_OP || ' ' || TG_LEVEL);
		IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
};
for my $state ('', 'ALWAYS', 'REPLICA', 'DISABLED')
{
	for my $table (qw(plain parted parted_1 parted_3))
	{
		my $n = 0;
		for my $kind ('BEFORE INSERT', 'AFTER INSERT OR UPDATE OR DELETE', 'BEFORE INSERT OR DELETE STATEMENT', 'AFTER TRUNCATE STATEMENT')
		{
			my $event = $kind =~ s/ STATEMENT$//r;
			my $level = $event eq $kind ? 'ROW' : 'STATEMENT';
			my $name = qq{"$state""; DROP \\ $table } . $n++ . '"';
			$triggers .= "CREATE TRIGGER $name $event ON $table FOR EACH $level EXECUTE FUNCTION fire();\n";
			$triggers .= "ALTER TABLE ONLY $table " . ($state eq 'DISABLED' ? 'DISABLE' : "ENABLE $state") . " TRIGGER $name;\n";
		}
	}
}
# A trigger whose state differs only in a partition's copy.
$triggers .= q{ALTER TABLE parted_1 DISABLE TRIGGER """; DROP \ parted 0"; ALTER TABLE parted_3 ENABLE REPLICA TRIGGER "ALWAYS""; DROP \ parted 1";};
here($triggers);

my $states = q{SELECT string_agg(tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text, ',' ORDER BY tgrelid, tgname COLLATE "C") FROM pg_trigger WHERE NOT tgisinternal};
my $before = here($states);
my $fired = q{SELECT coalesce(string_agg(DISTINCT what, ', '), 'none') FROM fired};

sub silent_and_unchanged
{
	my ($test_name, @as) = @_;
	for my $table (qw(plain parted))
	{
		for my $mode ('replace', 'append', $table eq 'plain' ? 'upsert' : ())
		{

			my $filter = $mode eq 'append' ? 'false' : 'true';
			$target->safe_psql('postgres', "SELECT confiture.sync_table('" . (@as ? 'prod_tcp' : 'prod') . "', '$table', mode => '$mode', filter => '$filter', $policy)",
				extra_params => \@as);
			is(here($fired), 'none', "$test_name, $mode of $table: no trigger fired");
			is(here($states), $before, "$test_name, $mode of $table: triggers are in the state they were in");
		}
		ConfitureTest::same_rows($source, $target, "SELECT * FROM $table", "$test_name: $table is complete");
	}
	return;
}

silent_and_unchanged('superuser');
ok(ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', '$_', mode => 'append', filter => '1/(id-3) < 9', $policy)", [qr/prod|division|unique|duplicate/], "an error in $_"))
  for (qw(plain parted));
is(here($states), $before, 'after errors triggers are in the state they were in');
here("BEGIN; SELECT confiture.sync_table('prod', 'parted', $policy); ROLLBACK");
is(here($states), $before, 'after ROLLBACK as well');

# An owner without superuser, without and with the right to switch foreign keys' triggers off.
here('ALTER TABLE plain OWNER TO loader; ALTER TABLE parted OWNER TO loader; ALTER TABLE parted_1 OWNER TO loader; ALTER TABLE parted_2 OWNER TO loader; ALTER TABLE parted_3 OWNER TO loader');
silent_and_unchanged('owner', '-U', 'loader');
here('GRANT SET ON PARAMETER session_replication_role TO loader');
silent_and_unchanged('owner who may switch', '-U', 'loader');
here('REVOKE SET ON PARAMETER session_replication_role FROM loader');

# Deferred foreign keys queue events until COMMIT; trigger states are restored nevertheless.
here(q{CREATE FUNCTION noisy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
	ALTER TABLE other OWNER TO loader; ALTER TABLE other ADD CONSTRAINT late FOREIGN KEY (plain_id) REFERENCES plain DEFERRABLE INITIALLY DEFERRED;
	CREATE TRIGGER noisy AFTER INSERT ON other EXECUTE FUNCTION noisy()});
is($target->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod_tcp', 'other', $policy)", extra_params => [ '-U', 'loader' ]), 5,
	'an owner loads a table with a deferred foreign key and a trigger');
is($target->safe_psql('postgres', "BEGIN; SELECT rows FROM confiture.sync_table('prod_tcp', 'other', $policy); SELECT rows FROM confiture.sync_table('prod_tcp', 'other', mode => 'upsert', $policy); COMMIT",
	extra_params => [ '-U', 'loader' ]), "5\n5", 'twice in one transaction');
here('ALTER TABLE plain DROP CONSTRAINT plain_pkey CASCADE; ALTER TABLE plain ADD PRIMARY KEY (id)');

# A caller with the privilege to write, but not the owner.
here('CREATE ROLE writer LOGIN; GRANT SET ON PARAMETER confiture.policy TO writer; GRANT USAGE ON FOREIGN SERVER prod TO writer; GRANT ALL ON plain TO writer; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO writer;
	CREATE USER MAPPING FOR writer SERVER prod OPTIONS (user \'' . ConfitureTest::superuser($source) . q{', password_required 'false')});
ConfitureTest::fails_like($target, "SELECT confiture.sync_table('prod', 'plain', $policy)", [ qr/only the owner may disable it/, qr/triggers => true/ ],
	'who does not own the table cannot silence its triggers', extra_params => [ '-U', 'writer' ]);
is(here($states) =~ s/,other noisy O|other noisy O,//r, $before, 'and nothing changed');

# On request they fire.
here('TRUNCATE fired; GRANT INSERT ON fired TO PUBLIC');
is(ConfitureTest::sync($target, qq{'plain', triggers => true, $policy}), 5, 'triggers => true');
like(here($fired), qr/"?; DROP . plain 0 INSERT ROW.*; DROP . plain 1 INSERT ROW.*; DROP . plain 2 INSERT STATEMENT.*; DROP . plain 3 TRUNCATE STATEMENT/, 'the ordinary ones fired');
like(here($fired), qr/ALWAYS/, 'and the ALWAYS ones');
unlike(here($fired), qr/REPLICA|DISABLED/, 'but not those of replicas, nor disabled ones');
here('TRUNCATE fired');
is(here("SET session_replication_role = replica; SELECT rows FROM confiture.sync_table('prod', 'plain', triggers => true, $policy)"), 5, 'in a session of a replica');
like(here($fired), qr/REPLICA/, 'those of replicas fired');

# A user trigger may remove rows or move them.
here(q{DROP TABLE plain CASCADE; CREATE TABLE plain (id int PRIMARY KEY, v text);
	CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 3 THEN RETURN NULL; END IF; RETURN NEW; END $$;
	CREATE TRIGGER skipping BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION skip()});
is(ConfitureTest::sync($target, qq{'plain', triggers => true, $policy}), 4, 'a trigger may leave rows out');
is(ConfitureTest::sync($target, qq{'plain', $policy}), 5, 'a silent one may not');
# An event trigger on DDL does not see the switching as something it can break.
here(q{CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'DDL'; END $$; CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION no_ddl()});
is(ConfitureTest::sync($target, qq{'plain', $policy}), 5, 'with an event trigger');

done_testing();
