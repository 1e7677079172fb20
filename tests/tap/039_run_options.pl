# Runs whose tables fail, runs that are all or nothing, runs of roles without privileges, and everything a run reports before
# it changes anything.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'owner', 'secret');

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }

# Returns the status and psql's output.
sub call
{
	my ($sql, @options) = @_;
	my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [@options]);
	return ($status, $out . $err);
}
sub last_run { return here('SELECT max(run_id) FROM confiture.runs') }

my @tables = qw(good big checked unreadable child);

sub same
{
	my ($name, @which) = @_;
	ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$name: $_") for @which ? @which : @tables;
	return;
}

sub image { return join ', ', map { "$_ " . ConfitureTest::digest($target, "SELECT * FROM $_") } @tables }

both(q{
	CREATE TABLE good (id int PRIMARY KEY, n int);
	CREATE TABLE big (id int PRIMARY KEY, filler text);
	CREATE TABLE checked (id int PRIMARY KEY, n int);
	CREATE TABLE unreadable (id int PRIMARY KEY, n int);
	CREATE TABLE child (id int PRIMARY KEY, of int REFERENCES checked);
});
there(q{
	INSERT INTO good SELECT i, i FROM generate_series(1, 1000) i;
	INSERT INTO big SELECT i, repeat('b', 100) FROM generate_series(1, 5000) i;
	INSERT INTO checked SELECT i, i FROM generate_series(1, 5000) i;
	INSERT INTO unreadable SELECT i, i FROM generate_series(1, 5000) i;
	INSERT INTO child SELECT i, i FROM generate_series(1, 1000) i;
	ANALYZE;
});
my $filters = q{filters => '{"public.unreadable": "1 / n IS NOT NULL"}'};

# ---- A table fails: the others are completed, or the run ends

sub break_tables
{
	there('UPDATE unreadable SET n = 0 WHERE id = 4000');
	return here(q{ALTER TABLE checked ADD CONSTRAINT small CHECK (n <> 4321 AND random() < 2) NOT VALID});
}

sub repair_tables
{
	there('UPDATE unreadable SET n = 1 WHERE id = 4000');
	return here('ALTER TABLE checked DROP CONSTRAINT small');
}

for my $jobs (1, 3)
{
	break_tables();
	my ($status, $said) = call("CALL confiture.sync('prod', $filters, jobs => $jobs, chunk_size => '256kB', on_error => 'continue')");
	my $run = last_run();
	is($status, 0, "continue, $jobs jobs: the run ends");
	like($said, qr/^$run\|partial\|3\|/m, "continue, $jobs jobs: partial");
	like($said, qr/WARNING:  run $run is partial: tables failed\nDETAIL:  public\.checked: new row for relation "checked" violates check constraint "small"\.\npublic\.unreadable: reading rows failed/,
		"continue, $jobs jobs: every table that failed is named");
	unlike($said, qr/4321|Failing row/, "continue, $jobs jobs: no value is told");
	same("continue, $jobs jobs", qw(good big child));
	is(here("SELECT string_agg(relation || ' ' || state, ', ' ORDER BY relation) FROM confiture.run_tables WHERE run_id = $run"),
		'public.big done, public.checked failed, public.child done, public.good done, public.unreadable failed', "continue, $jobs jobs: on record");
	is(here("SELECT action FROM confiture.foreign_key_checks WHERE run_id = $run"), 'skipped', "continue, $jobs jobs: a key of a failed table is not verified");
	($status, $said) = call("CALL confiture.resume($run)");
	like($said, qr/is partial/, "continue, $jobs jobs: so it stays when nothing was repaired");
	repair_tables();
	like(here("CALL confiture.resume($run)"), qr/^$run\|done\|5\|17000\|/, "continue, $jobs jobs: the rest comes with resume()");
	same("continue, $jobs jobs");
	is(here("SELECT action, violations FROM confiture.foreign_key_checks WHERE run_id = $run"), 'verified|0', "continue, $jobs jobs: then the key is verified");

	break_tables();
	($status, $said) = call("CALL confiture.sync('prod', $filters, jobs => $jobs, chunk_size => '256kB')");
	$run = last_run();
	isnt($status, 0, "stop, $jobs jobs: the run fails");
	like($said, qr/ERROR:  run $run failed: public\.(checked|unreadable): (new row for relation "checked" violates|reading rows failed).*CALL confiture\.resume\($run\)/s, "stop, $jobs jobs: by its first table that does");
	is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'failed', "stop, $jobs jobs: on record");
	repair_tables();
	like(here("CALL confiture.resume($run)"), qr/^$run\|done\|5\|17000\|/, "stop, $jobs jobs: resumed");
	same("stop, $jobs jobs");
}

# The source's role already reads rows to find chunks.
there('UPDATE unreadable SET n = 0');
my ($status, $said) = call("CALL confiture.sync('prod', $filters, chunk_size => '64kB')");
like($said, qr/ERROR:  reading rows failed.*CONTEXT:  cutting public\.unreadable into chunks/s, 'a table that cannot be cut is named');
there('UPDATE unreadable SET n = 1');

# ---- All or nothing

there('UPDATE good SET n = n + 1; UPDATE big SET filler = filler || id');
my $before = image();
my $runs = here('SELECT count(*) FROM confiture.runs');
my $atomic = "CALL confiture.sync('prod', $filters, atomic => true)";
break_tables();
($status, $said) = call($atomic);
like($said, qr/ERROR:  (new row|reading rows failed)/, 'atomic: a table fails');
is(image(), $before, 'atomic: all tables are as they were');
repair_tables();
here("BEGIN; CREATE TABLE beside (id int); $atomic; ROLLBACK");
is(image(), $before, 'atomic: rolled back by the caller');
is(here('SELECT count(*) FROM confiture.runs'), $runs, 'atomic: with its record');
is(here("BEGIN; INSERT INTO good VALUES (-1); $atomic; SELECT count(*) FROM good; COMMIT; SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
	=~ s/^\d+\|(done\|5\|17000).*\n/$1 /r, "done|5|17000 1000\n0", 'atomic: within a transaction block');
same('atomic');
like(here("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM good; $atomic; COMMIT"), qr/\|done\|5\|17000\|/, 'atomic: in REPEATABLE READ');
same('atomic again');
like(here("DO \$\$ DECLARE a bigint; b text; c bigint; d bigint; e bigint; f interval; BEGIN
	CALL confiture.sync('prod', $filters, run_id => a, state => b, tables => c, rows => d, bytes => e, elapsed => f); RAISE NOTICE '%', b;
	CREATE TABLE result AS SELECT b AS state, d AS rows, current_setting('session_replication_role'); END \$\$; SELECT * FROM result; DROP TABLE result"), qr/^done\|17000\|origin/, 'a run called by a DO block commits as it goes, and leaves no setting behind');
ConfitureTest::fails_like($target, "BEGIN; DO \$\$ DECLARE a bigint; b text; c bigint; d bigint; e bigint; f interval; BEGIN
	CALL confiture.sync('prod', run_id => a, state => b, tables => c, rows => d, bytes => e, elapsed => f); END \$\$", [qr/cannot run inside a transaction block, a function or a block with EXCEPTION/], 'unless the block is in a transaction');

# ---- A role that owns its tables, and nothing else

both(q{
	CREATE SCHEMA mine AUTHORIZATION owner;
	SET ROLE owner;
	CREATE TABLE mine.parent (id int PRIMARY KEY, code text UNIQUE DEFERRABLE);
	CREATE TABLE mine.child (id serial PRIMARY KEY, of int NOT NULL REFERENCES mine.parent ON DELETE CASCADE, filler varchar(40));
	CREATE TABLE mine.tree (id int PRIMARY KEY, up int REFERENCES mine.tree);
	CREATE INDEX ON mine.child (of);
});
there(q{
	INSERT INTO mine.parent SELECT i, 'code ' || i FROM generate_series(1, 3000) i;
	INSERT INTO mine.child (of, filler) SELECT i % 3000 + 1, 'n' || i FROM generate_series(1, 9000) i;
	INSERT INTO mine.tree SELECT i, nullif((i * 7) % 500, i) FROM generate_series(0, 499) i;
	ANALYZE;
});
here(q{
	GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA confiture TO owner;
	SET ROLE owner;
	CREATE FUNCTION mine.meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.filler := ''meddled''; RETURN NEW; END';
	CREATE TRIGGER meddle BEFORE INSERT ON mine.child FOR EACH ROW EXECUTE FUNCTION mine.meddle();
	INSERT INTO mine.parent VALUES (-1); INSERT INTO mine.child VALUES (-1, -1);
});
my $catalog = q{SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE connamespace = 'mine'::regnamespace;
	SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'mine'::regnamespace;
	SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1};
my $objects = join "\n", sort split /\n/, here($catalog);
for my $more ('jobs => 1', "jobs => 3, chunk_size => '64kB'", 'jobs => 2, rebuild_indexes => true', 'atomic => true')
{
	($status, $said) = call("CALL confiture.sync('prod_tcp', include => '{mine.*}', $more)", '-U', 'owner');
	like($said, qr/\|done\|3\|12500\|/, "owner, $more: done");
	ConfitureTest::same_rows($source, $target, "SELECT * FROM mine.$_", "owner, $more: $_") for qw(parent child tree);
	is(join("\n", sort split /\n/, here($catalog)), $objects, "owner, $more: keys, indexes, triggers are as they were");
	is(here("SELECT nextval('mine.child_id_seq')"), '9001', "owner, $more: the sequence continues after the rows");
}
($status, $said) = call(q{CALL confiture.sync('prod_tcp', include => '{mine.*,public.good}')}, '-U', 'owner');
like($said, qr/ERROR.*public\.good/s, 'owner: not the tables of others');
ConfitureTest::fails_like($target, 'CALL confiture.resume(1)', [qr/permission denied for run 1/], 'owner: nor their runs', extra_params => [ '-U', 'owner' ]);

# ---- What is reported before anything is changed

there(q{
	CREATE VIEW public.a_view AS SELECT * FROM good;
	CREATE MATERIALIZED VIEW public.a_matview AS SELECT count(*) AS n FROM good;
	CREATE UNLOGGED TABLE public.unlogged (id int);
	CREATE EXTENSION postgres_fdw;
	CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
	CREATE FOREIGN TABLE public.a_foreign (id int) SERVER elsewhere;
	SELECT lo_create(0);
});
here(q{CREATE MATERIALIZED VIEW a_matview AS SELECT count(*) AS n, sum(n) AS total FROM good;
	CREATE MATERIALIZED VIEW on_top AS SELECT n + 1 AS n, total FROM a_matview;
	CREATE TABLE extra (id int); INSERT INTO extra VALUES (1)});
there('UPDATE good SET n = 7');
($status, $said) = call("CALL confiture.sync('prod', $filters, exclude => '{mine.*}', refresh_views => true)");
is($status, 0, 'notes do not stop a run');
like($said, qr/NOTICE:  $_/, "a note: $_") for 'public\.a_view is left out: it is a view', 'public\.a_matview is left out: it is a materialized view',
	'public\.unlogged is left out: it is unlogged', 'public\.a_foreign is left out: it is a foreign table', 'the source has large objects, which are not copied';
is(here('SELECT * FROM on_top'), '1001|7000', 'materialized views are refreshed, one on top of the other');
is(here('SELECT count(*) FROM extra'), '1', 'what the target alone has is left alone');

both('ALTER TABLE good ADD email text');
there('CREATE TABLE missing (id int); ALTER TABLE big ALTER filler TYPE bytea USING filler::bytea; CREATE TABLE a_view_here (id int); CREATE TABLE instead_here (id int)');
here('CREATE VIEW a_view_here AS SELECT 1 AS id; CREATE VIEW instead_here AS SELECT 1 AS id;
	CREATE FUNCTION takes_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
	CREATE TRIGGER t INSTEAD OF INSERT ON instead_here FOR EACH ROW EXECUTE FUNCTION takes_all()');
$before = image();
my $said_all = ConfitureTest::fails_like($target, q{CALL confiture.sync('prod', include => '{public.*,publik.*}', exclude => '{public.audit_*}', filters => '{"public.god": "true"}', jobs => 3)},
	[
		qr/cannot sync from server "prod": \d+ problems/, qr/include "publik\.\*" matches no table/, qr/exclude "public\.audit_\*" matches no table/,
		qr/public\.missing is on the source, but not here/, qr/public\.a_view_here is not a table here, but a view/, qr/public\.instead_here is a view here, whose triggers take the rows/, qr/public\.good: email looks like personal data/,
		qr/public\.big: filler/, qr/filters names public\.god, which is not a table of this run/ ],
	'all problems of all tables in one report');
is(image(), $before, 'and nothing is touched');
my $refused = here(q{SELECT run_id, state, tables, finished_at - started_at < '1 min', error ~ '^cannot sync from server "prod": .*public\.missing is on the source' FROM confiture.runs ORDER BY run_id DESC LIMIT 1});
like($refused, qr/^\d+\|refused\|0\|t\|t$/, 'the run is on record, with the reason');
ConfitureTest::fails_like($target, 'CALL confiture.resume(' . ($refused =~ s/\|.*//sr) . ')', [qr/was refused before it began/, qr/Start a new run/], 'and cannot be resumed');
ConfitureTest::fails_like($target, q{CALL confiture.sync('prod', detach => true)}, [qr/public\.missing/], 'refused: in the background');
is(here('SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), 'refused', 'on record too');
ConfitureTest::fails_like($target, "CALL confiture.sync('prod', $$_[0])", [ $$_[1] ], "refused: $$_[0]")
  for (
	[ 'jobs => 0', qr/jobs must be between 1 and/ ],
	[ q{chunk_size => '1 byte'}, qr/invalid size: "1 byte"/ ],
	[ q{chunk_by => 'row'}, qr/unknown chunk_by "row"/ ],
	[ q{on_error => 'retry'}, qr/unknown on_error "retry"/ ],
	[ q{on_fk_violation => 'ignore'}, qr/unknown on_fk_violation "ignore"/ ],
	[ q{rules => '[]'}, qr/rules must be a JSON object/ ],
	[ q{retry_for => '-1 s'}, qr/retry_for must be between/ ],
	[ 'atomic => true, detach => true', qr/atomic and detach exclude each other/ ]);
done_testing();
