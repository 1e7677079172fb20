# Foreign keys of a run: tables load in any order, every key is verified at the end, and rows whose referenced row is missing
# are handled as requested.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');
my %superuser = (server => 'prod');
my %loader = (server => 'prod_tcp', extra_params => [ '-U', 'loader' ]);

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }

# Starts a run as one of the two roles; arguments as SQL. Returns its number and psql's output.
sub run
{
	my ($as, $arguments) = @_;
	my ($status, $out, $err) = $target->psql('postgres',
		qq{CALL confiture.sync('$as->{server}', $arguments, policy => 'off', jobs => 1)}, extra_params => $as->{extra_params} // []);
	return (here('SELECT max(run_id) FROM confiture.runs'), $err, $status);
}

# Returns the checks of a run that found violations.
sub checks
{
	my ($run) = @_;
	return here(qq{SELECT constraint_name, violations, action FROM confiture.foreign_key_checks WHERE run_id = $run AND action <> 'verified' ORDER BY 1});
}

my $schema = q{
	CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
	CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent REFERENCES parent ON DELETE SET NULL ON UPDATE CASCADE);
	CREATE TABLE "Grand ""child" (id int PRIMARY KEY, "child's" int NOT NULL CONSTRAINT "of 'child" REFERENCES child ON DELETE RESTRICT);
	CREATE TABLE self (id int PRIMARY KEY, boss int CONSTRAINT has_boss REFERENCES self);
	CREATE TABLE one (id int PRIMARY KEY, two_id int);
	CREATE TABLE two (id int PRIMARY KEY, one_id int CONSTRAINT to_one REFERENCES one);
	ALTER TABLE one ADD CONSTRAINT to_two FOREIGN KEY (two_id) REFERENCES two;
	CREATE TABLE wide (a int, b text, PRIMARY KEY (b, a));
	CREATE TABLE simple_match (id int PRIMARY KEY, x int NOT NULL, y text, CONSTRAINT simple FOREIGN KEY (y, x) REFERENCES wide (b, a));
	CREATE TABLE full_match (id int PRIMARY KEY, x int, y text, CONSTRAINT "full" FOREIGN KEY (x, y) REFERENCES wide (a, b) MATCH FULL DEFERRABLE INITIALLY DEFERRED);
	CREATE TABLE parted (id int, day int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
	CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
	CREATE TABLE of_parted (id int, day int, parent_id int, previous int, home int DEFAULT 0, PRIMARY KEY (id, home), CONSTRAINT to_parted FOREIGN KEY (id, day) REFERENCES parted) PARTITION BY LIST (home);
	CREATE TABLE of_parted_0 PARTITION OF of_parted FOR VALUES IN (0);
	CREATE TABLE of_parted_rest PARTITION OF of_parted DEFAULT;
	ALTER TABLE of_parted ADD CONSTRAINT to_previous FOREIGN KEY (previous, home) REFERENCES of_parted;
};
$_->safe_psql('postgres', $schema) for ($source, $target);
$source->safe_psql('postgres', q{
	INSERT INTO parent SELECT i, 'code' || i FROM generate_series(1, 10) i;
	INSERT INTO child SELECT i, i % 10 + 1 FROM generate_series(1, 30) i;
	INSERT INTO "Grand ""child" SELECT i, i FROM generate_series(1, 30) i;
	INSERT INTO self SELECT i, nullif(i - 1, 0) FROM generate_series(1, 2000) i;
	INSERT INTO self VALUES (3001, NULL), (3002, 3001), (3003, 3003); UPDATE self SET boss = 3002 WHERE id = 3001;
	INSERT INTO two SELECT i FROM generate_series(1, 6) i; INSERT INTO one SELECT i, i % 6 + 1 FROM generate_series(1, 6) i; UPDATE two SET one_id = id;
	INSERT INTO wide SELECT i, 'b' || i FROM generate_series(1, 5) i;
	INSERT INTO simple_match VALUES (1, 1, 'b1'), (2, 7, NULL), (3, 3, 'b3');
	INSERT INTO full_match VALUES (1, 2, 'b2'), (2, NULL, NULL), (3, 3, 'b3');
	INSERT INTO parted SELECT i, i FROM generate_series(1, 15) i;
	INSERT INTO of_parted SELECT i, i, i, nullif(i - 1, 0), 0 FROM generate_series(1, 10) i;
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO loader;
});
# A table outside the run references its tables, a trigger watches, and an old key was never valid.
here(q{
	CREATE TABLE outside (parent_id int CONSTRAINT from_outside REFERENCES parent ON DELETE CASCADE); INSERT INTO parent VALUES (1), (4); INSERT INTO outside VALUES (4);
	CREATE TABLE log (entry text); GRANT INSERT ON log TO PUBLIC;
	CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (tg_op); RETURN NULL; END';
	CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON child FOR EACH ROW EXECUTE FUNCTION log(); ALTER TABLE child ENABLE ALWAYS TRIGGER log;
	CREATE TABLE old (parent_id int); INSERT INTO old VALUES (77); ALTER TABLE old ADD CONSTRAINT never_valid FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
});

my @tables = ('parent', 'child', '"Grand ""child"', 'self', 'one', 'two', 'wide', 'simple_match', 'full_match', 'parted', 'of_parted');
my $all = join ' UNION ALL ', map { "SELECT '" . s/'/''/gr . "', count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM $_ t" } @tables;
my $complete = $source->safe_psql('postgres', $all);
my $keys_query = q{SELECT string_agg(format('%s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated), E'\n' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace};
my $keys = here($keys_query);

sub is_whole
{
	my ($name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(here($keys_query), $keys, "$name: all keys are as they were");
	is(here('SELECT count(*) FROM log; SELECT string_agg(parent_id::text, $$,$$) FROM outside'), "0\n4", "$name: no trigger fired, and rows of other tables are unchanged");
	return;
}

my $filters = q{filters => '{"public.parent": "id > 2", "public.self": "id <> 5", "public.two": "id <> 3", "public.wide": "a <> 3", "public.parted": "id <> 3"}'};
my $cut = '8,30,30,2002,6,5,4,3,3,14,10';
my $deleted = '8,24,24,7,0,0,4,2,2,14,2';
my $counts = join ' || $$,$$ || ', map { "(SELECT count(*) FROM $_)" } @tables;

for my $as (\%superuser, \%loader)
{
	my $who = $as->{server} eq 'prod' ? 'superuser' : 'owner';
	if ($who eq 'owner')
	{
		here(q{DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace LOOP EXECUTE format('ALTER TABLE %s OWNER TO loader', r); END LOOP; END $$;
			GRANT CREATE ON SCHEMA public TO loader; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO loader; GRANT SET ON PARAMETER confiture.policy TO loader});
	}

	my ($run, $err) = run($as, 'NULL');
	is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'done', "$who: a run, tables in any order") or diag $err;
	is(here($all), $complete, "$who: all tables are complete");
	is(checks($run), '', "$who: all keys are verified");
	is(here("SELECT count(*) FROM confiture.foreign_key_checks WHERE run_id = $run AND constraint_name IN ('of_parent', 'of ''child', 'has_boss', 'to_one', 'to_two', 'simple', 'full', 'from_outside')"), 8, "$who: each of them, that of the table outside too");
	is(here("SELECT count(*) FROM confiture.foreign_key_checks WHERE run_id = $run AND constraint_name = 'never_valid'"), 0, "$who: but for one that never was valid");
	is_whole("$who, a run");

	# fail: named with counts.
	my $status;
	($run, $err, $status) = run($as, $filters);
	isnt($status, 0, "$who: a run that leaves violations fails");
	like($err, $_, "$who: and names them")
	  for (qr/of_parent of public.child: 6 rows reference what is not in public.parent/, qr/has_boss of public.self: 1 row references/, qr/to_two of public.one: 1 row references what is not in public.two/,
		qr/simple of public.simple_match: 1 row/, qr/"full" of public.full_match: 1 row/, qr/to_parted of public.of_parted(_0)?: 1 row/);
	unlike($err, qr/b3|code/, "$who: but no value");
	is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'failed', "$who: its record says so");
	like(checks($run), qr/^full\|1\|failed\nhas_boss\|1\|failed\nof_parent\|6\|failed\nsimple\|1\|failed/, "$who: and which keys");

	# report: they stay.
	($run, $err, $status) = run($as, "$filters, on_fk_violation => 'report'");
	is($status, 0, "$who: violations that are only reported") or diag $err;
	like($err, qr/NOTICE: .*of_parent of public.child: 6 rows reference/s, "$who: are told");
	like(checks($run), qr/of_parent\|6\|reported/, "$who: are on record");
	is(here("SELECT $counts"), $cut, "$who: and no row went");

	# delete: repeated until no reference dangles.
	($run, $err, $status) = run($as, "$filters, on_fk_violation => 'delete'");
	is($status, 0, "$who: rows that reference nothing are deleted") or diag $err;
	like($err, qr/NOTICE: .*of_parent of public.child: 6 rows referenced what is not in public.parent \(deleted\)/s, "$who: which is told");
	is(here("SELECT $counts"), $deleted, "$who: and rows that referenced those, in cycles too");
	is(here('SELECT string_agg(id::text, $$,$$ ORDER BY id) FROM self'), '1,2,3,4,3001,3002,3003', "$who: a chain goes, a circle stays");
	is(here(q{SELECT sum(violations) FROM confiture.foreign_key_checks WHERE action = 'deleted' AND constraint_name = 'has_boss' AND run_id = } . $run), 1995, "$who: and how many is on record");
	is_whole("$who, delete");

	# null: where columns are nullable.
	($run, $err, $status) = run($as, "$filters, on_fk_violation => 'null'");
	is($status, 0, "$who: rows that reference nothing are set NULL") or diag $err;
	is(here("SELECT $counts"), $cut, "$who: no row went");
	is(here(q{SELECT count(*) FROM child WHERE parent_id IS NULL; SELECT boss IS NULL FROM self WHERE id = 6; SELECT x, y IS NULL FROM simple_match WHERE id = 3; SELECT x IS NULL, y IS NULL FROM full_match WHERE id = 3;
			SELECT day IS NULL, id FROM of_parted WHERE id = 3}), "6\nt\n3|t\nt|t\nt|3", "$who: of SIMPLE keys the columns that can be, of FULL ones all");
	is_whole("$who, null");
	($run, $err, $status) = run($as, q{filters => '{"public.child": "id > 1"}', on_fk_violation => 'null'});
	isnt($status, 0, "$who: a column that is NOT NULL cannot be");
	like($err, qr/of 'child" of public."Grand ""child": 1 row references what is not in public.child; the columns are NOT NULL/, "$who: and the error says so");

	# A table outside the run keeps its rows.
	for my $action ('delete', 'null')
	{
		($run, $err, $status) = run($as, "filters => '{\"public.parent\": \"id <> 4\"}', on_fk_violation => '$action'");
		isnt($status, 0, "$who, $action: a table outside references what is gone");
		like($err, qr/from_outside of public.outside: 1 row references what is not in public.parent; the table is not of this run/, "$who, $action: and the error says so");
		is(here('SELECT parent_id FROM outside'), 4, "$who, $action: its row stays");
		is(here(q{SELECT count(*) FROM child WHERE parent_id = 4}), 0, "$who, $action: those of the run do not");
	}

	# A table that was not loaded: its keys wait.
	here('TRUNCATE wide, simple_match, full_match; ALTER TABLE wide ADD CONSTRAINT small CHECK (a < 5)');
	($run, $err, $status) = run($as, q{NULL, on_error => 'continue'});
	is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'partial', "$who: a run without one of its tables") or diag $err;
	is(checks($run), "full|0|skipped\nsimple|0|skipped", "$who: leaves its keys unverified");
	here('ALTER TABLE wide DROP CONSTRAINT small');
	is($target->psql('postgres', "CALL confiture.resume($run)", extra_params => $as->{extra_params} // []), 0, "$who: resumed");
	is(checks($run), '', "$who: all keys are verified");
	is(here($all), $complete, "$who: and all rows there");
	is_whole("$who, resumed");

	# All in one transaction.
	run($as, 'NULL');
	($run, $err, $status) = run($as, "$filters, atomic => true");
	isnt($status, 0, "$who: an atomic run that leaves violations fails");
	is(here($all), $complete, "$who: and changes nothing");
	is_whole("$who, atomic");
	($run, $err, $status) = run($as, "$filters, atomic => true, on_fk_violation => 'delete'");
	is($status, 0, "$who: an atomic run deletes them") or diag $err;
	is(here("SELECT $counts"), $deleted, "$who: as another does");
	is_whole("$who, atomic delete");
	run($as, 'NULL');
	is(here($all), $complete, "$who: complete again");
}

# The server checks what the role may not read.
$source->safe_psql('postgres', 'CREATE TABLE refers (id int); INSERT INTO refers VALUES (1), (2); GRANT SELECT ON refers TO loader');
here('CREATE TABLE registry (id int PRIMARY KEY); INSERT INTO registry VALUES (1), (2); CREATE TABLE refers (id int CONSTRAINT to_registry REFERENCES registry); ALTER TABLE refers OWNER TO loader; GRANT REFERENCES ON registry TO loader');
my ($run, $err, $status) = run(\%loader, q{'{public.refers}'});
is($status, 0, 'a table that references one that may not be read') or diag $err;
is(here('SELECT convalidated FROM pg_constraint WHERE conname = $$to_registry$$'), 't', 'its key is valid');
here('DELETE FROM refers; DELETE FROM registry WHERE id = 2');
($run, $err, $status) = run(\%loader, q{'{public.refers}'});
like($err, qr/to_registry of public.refers: 1 row references what is not in public.registry; maybe more do, but you may not read both tables/, 'or is violated');

done_testing();
